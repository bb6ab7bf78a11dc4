// Proposes free addresses to the applicant, and judges one that was typed.
import type { Refusal } from '../../core/api/problems.ts'
import { conventionById } from '../convention/store.ts'
import type { Office } from '../office.ts'
import { memberById } from '../register/store.ts'
import { freeLocalParts, judgeWanted, type WantedAddress } from './addresses.ts'
import { addressPerson } from './case.ts'
import { findEnrolment } from './store.ts'

export type Proposals = {
  readonly domain: string
  readonly proposals: string[]
  readonly wanted?: WantedAddress
}

export const proposeAddresses = async (
  office: Office,
  enrolmentId: string,
  wanted: string | undefined,
  language: 'it' | 'en',
): Promise<Proposals | Refusal> => {
  const { db } = office
  const enrolment = await findEnrolment(db, enrolmentId)
  if (!enrolment) return { refusal: 'caseNeeded' }
  const { convention, order } = await conventionById(db, enrolment.conventionId)
  const member = await memberById(db, order.id, enrolment.memberId)
  if (!member) throw new Error(`enrolment ${enrolmentId} has lost its member`)
  const person = addressPerson(member)
  const judged =
    wanted === undefined ? undefined : judgeWanted(office, db, wanted, person, convention, enrolment, language)
  const proposals = await freeLocalParts(office, db, person, convention, enrolment)
  const answer = await judged
  return { domain: convention.domain, proposals: [...proposals], ...(answer && { wanted: answer }) }
}
