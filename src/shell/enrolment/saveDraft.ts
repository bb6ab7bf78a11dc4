// Keeps what the applicant types, right or wrong, and reserves the address that was chosen.
import type { Refusal } from '../../core/api/problems.ts'
import {
  changedFields,
  type DraftField,
  type EnrolmentDraft,
  mayChange,
  mergeDraft,
} from '../../core/enrolment/draft.ts'
import type { Instant } from '../../core/lib/instant.ts'
import { addressKey } from '../../core/mail/address.ts'
import { LOCAL_PART_TEXT, localPartProblem, tidyLocalPart } from '../../core/register/address.ts'
import { type ConventionFacts, conventionById } from '../convention/store.ts'
import type { Tx } from '../db/pool.ts'
import type { Office } from '../office.ts'
import { memberById, type StoredMember } from '../register/store.ts'
import { freeLocalParts, isFree } from './addresses.ts'
import { addressPerson, touchesModule } from './case.ts'
import { again } from './retry.ts'
import { addEvent, type Enrolment, lockEnrolment, writeAcceptance, writeAddress, writeDraft } from './store.ts'

type Owner = { readonly enrolment: Enrolment; readonly facts: ConventionFacts; readonly member: StoredMember }

const loadOwner = async (tx: Tx, enrolment: Enrolment): Promise<Owner> => {
  const facts = await conventionById(tx, enrolment.conventionId)
  const member = await memberById(tx, facts.order.id, enrolment.memberId)
  if (!member) throw new Error(`enrolment ${enrolment.id} has lost its member`)
  return { enrolment, facts, member }
}

const PROPOSED = (proposals: readonly string[]) => ({
  it: `Non è disponibile: è di un’altra persona, o lo è stato. Liberi: ${proposals.join(', ')}.`,
  en: `It is not available: it is another person’s, or was. Free ones: ${proposals.join(', ')}.`,
})

/** The reservation moves to an address where it may be had; otherwise it stays where it was, and why is told. */
const reserve = async (
  tx: Tx,
  office: Office,
  owner: Owner,
  typed: string,
  now: Instant,
): Promise<Refusal | undefined> => {
  const { enrolment, facts, member } = owner
  const { domain } = facts.convention
  const local = tidyLocalPart(typed)
  const address = local === '' ? undefined : `${local}@${domain}`
  if (address === enrolment.address) return undefined
  if (address !== undefined) {
    const person = addressPerson(member)
    const problem = localPartProblem(local, domain, person)
    if (problem)
      return {
        refusal: 'addressRefused',
        detail: LOCAL_PART_TEXT[problem],
        fields: [{ field: 'address', code: problem, ...LOCAL_PART_TEXT[problem] }],
      }
    if (!(await isFree(office, tx, address, enrolment))) {
      const words = PROPOSED(await freeLocalParts(office, tx, person, facts.convention, enrolment))
      return { refusal: 'addressTaken', fields: [{ field: 'address', code: 'addressTaken', ...words }] }
    }
  }
  if (address !== undefined && addressKey(address) === addressKey(enrolment.address ?? '')) return undefined
  writeAddress(tx, enrolment.id, address)
  if (enrolment.passwordSet)
    addEvent(tx, enrolment.id, { event: 'passwordCleared', at: now, actor: { kind: 'applicant' } })
  return undefined
}

/** What was accepted no longer says what the data say. A signature on paper is judged by the operator. */
const voidAcceptance = (tx: Tx, { id, acceptance }: Enrolment, fields: readonly string[], now: Instant): void => {
  if (acceptance !== 'onScreen' || !touchesModule(fields)) return
  writeAcceptance(tx, id, undefined, now)
  addEvent(tx, id, { event: 'acceptanceVoided', at: now, actor: { kind: 'applicant' }, details: { fields } })
}

/**
 * Keeps a change of the draft. Where the address may not be had all else is kept nevertheless, the typed address too,
 * and the refusal tells why.
 */
export const saveDraft = (office: Office, enrolmentId: string, change: EnrolmentDraft): Promise<Refusal | undefined> =>
  again(() =>
    office.db.tx(async (tx) => {
      const now = office.clock.now()
      const enrolment = await lockEnrolment(tx, enrolmentId)
      if (!enrolment) return { refusal: 'caseNeeded' }
      const draft = mergeDraft(enrolment.draft, change)
      const fields = changedFields(enrolment.draft, draft)
      if (fields.some((field: DraftField) => !mayChange(enrolment.state, field))) return { refusal: 'notInThisState' }
      if (fields.length > 0) writeDraft(tx, enrolmentId, draft, now)
      const isEditable = mayChange(enrolment.state, 'address')
      const refusal =
        change.address === undefined || !isEditable
          ? undefined
          : await reserve(tx, office, await loadOwner(tx, enrolment), draft.address ?? '', now)
      voidAcceptance(tx, enrolment, fields, now)
      return refusal
    }),
  )
