// The secretariat uploads a paper for a member who stands at the desk: into the open case, or one that it opens.
import { randomBytes, randomUUID } from 'node:crypto'
import type { Refusal } from '../../core/api/problems.ts'
import { makeCaseNumber } from '../../core/enrolment/caseNumber.ts'
import { deskNotice, deskPaperNotice } from '../../core/enrolment/notices.ts'
import { civilDateOf } from '../../core/lib/calendar.ts'
import { parseAddrSpec } from '../../core/mail/address.ts'
import { isOnRegister } from '../../core/register/member.ts'
import { type Actor, writeAudit } from '../audit/write.ts'
import { conventionById, conventionsOfOrder, standingOn } from '../convention/store.ts'
import { storeDocument } from '../documents/upload.ts'
import { handInPaper, requestOfMember } from '../identity/recovery/papers.ts'
import type { Office } from '../office.ts'
import { memberById, type StoredMember } from '../register/store.ts'
import { noticeCase } from './case.ts'
import { RESUME_DAYS } from './keys.ts'
import { linkFor, reachableAt, tell, wasTold } from './letters.ts'
import { addEvent, type Enrolment, enrolmentsOfMember, findEnrolment, insertEnrolment } from './store.ts'

export type DeskUpload = {
  readonly orderId: number
  readonly memberId: number
  readonly kind: 'front' | 'back' | 'module'
  readonly actor: Extract<Actor, { kind: 'staff' }>
  readonly body: AsyncIterable<Uint8Array>
}

const OPEN = ['draft', 'awaitingDocument']
const BUSY = ['awaitingReview', 'approved', 'active']

/** Opens a case in the Order's convention that takes some; undefined where there is none. */
const openCase = async (
  office: Office,
  member: StoredMember,
  { orderId, actor }: DeskUpload,
): Promise<string | undefined> => {
  const now = office.clock.now()
  const today = civilDateOf(now)
  for (const { convention } of await conventionsOfOrder(office.db, orderId)) {
    if ((await standingOn(office.db, convention, today)) !== 'open') continue
    const id = randomUUID()
    const caseNumber = makeCaseNumber(Number(today.slice(0, 4)), randomBytes(8))
    const made = await office.db.tx(async (tx) => {
      const one = { id, caseNumber, conventionId: convention.id, memberId: member.id }
      const inserted = await insertEnrolment(
        tx,
        { ...one, fiscalKey: member.canonicalCode, createdBy: 'secretariat' },
        now,
      )
      if (!inserted) return false
      const { surname, givenName, fiscalCode } = member
      addEvent(tx, id, { event: 'start', at: now, actor, details: { surname, givenName, fiscalCode, differences: [] } })
      writeAudit(tx, [
        { at: now, actor, orderId, action: 'case.opened', subjectKind: 'enrolment', subjectId: caseNumber },
      ])
      return true
    })
    if (made) return id
  }
  return undefined
}

/** The case that takes the paper. */
const caseFor = async (
  office: Office,
  member: StoredMember,
  upload: DeskUpload,
): Promise<{ readonly id: string } | Refusal> => {
  const cases: readonly Enrolment[] = await enrolmentsOfMember(office.db, member.id)
  const open = cases.find(({ state }) => OPEN.includes(state))
  if (open) return open
  if (cases.some(({ state }) => BUSY.includes(state))) return { refusal: 'notInThisState' }
  if (!isOnRegister(member.status)) return { refusal: 'memberNotActive' }
  const id = await openCase(office, member, upload)
  return id === undefined ? { refusal: 'noCase' } : { id }
}

/**
 * Tells the member what the secretariat did in their name: once how to go on with a case that it began, afterwards once a
 * day that there are papers. Where nobody knows an e-mail, nothing is told.
 */
const tellMember = async (office: Office, enrolment: Enrolment, member: StoredMember): Promise<void> => {
  const facts = await conventionById(office.db, enrolment.conventionId)
  const about = { ...facts, enrolment, member }
  // who began alone and gave no e-mail yet may be known to the roll
  const email = reachableAt(about) ?? (member.email && parseAddrSpec(member.email) ? member.email : undefined)
  if (email === undefined) return
  const secretariatPhone = facts.order.profile.secretariat.phone
  const began = enrolment.createdBy === 'secretariat' && enrolment.state === 'draft'
  await office.db.tx(async (tx) => {
    const now = office.clock.now()
    const key = `enrolment ${enrolment.id} desk`
    const today = `${key} paper ${civilDateOf(now)}`
    const onceKey = `${key} ${email.toLowerCase()}`
    if (began && !(await wasTold(tx, onceKey))) {
      const link = linkFor(tx, office, enrolment, email, now)
      await tell(
        tx,
        office,
        about,
        email,
        deskNotice(noticeCase(about), { link, days: RESUME_DAYS, secretariatPhone }),
        onceKey,
      )
    } else
      await tell(tx, office, about, email, deskPaperNotice(noticeCase(about), { at: now, secretariatPhone }), today)
  })
}

/** Keeps the paper; gives the case as it stands then. Who has a box hands papers in for the change of its reference e-mail. */
export const uploadForMember = async (
  office: Office,
  upload: DeskUpload,
): Promise<Pick<Enrolment, 'caseNumber' | 'state'> | Refusal> => {
  const member = await memberById(office.db, upload.orderId, upload.memberId)
  if (!member) return { refusal: 'notFound' }
  const one = await caseFor(office, member, upload)
  if ('refusal' in one) {
    const request = one.refusal === 'notInThisState' ? await requestOfMember(office.db, member.id) : undefined
    return request ? handInPaper(office, { ...upload, id: request.id }) : one
  }
  const { kind, actor, body } = upload
  const stored = await storeDocument(office, one.id, { kind, origin: 'secretariat', actor, body })
  if ('refusal' in stored) return stored
  const enrolment = (await findEnrolment(office.db, one.id))!
  await tellMember(office, enrolment, member)
  return enrolment
}
