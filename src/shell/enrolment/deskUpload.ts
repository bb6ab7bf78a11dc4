// The secretariat uploads a paper for a member who stands at the desk: into the open case, or one that it opens.
import { randomBytes, randomUUID } from 'node:crypto'
import type { Refusal } from '../../core/api/problems.ts'
import { makeCaseNumber } from '../../core/enrolment/caseNumber.ts'
import { deskNotice } from '../../core/enrolment/notices.ts'
import { civilDateOf } from '../../core/lib/calendar.ts'
import { isOnRegister } from '../../core/register/member.ts'
import { type Actor, writeAudit } from '../audit/write.ts'
import { conventionById, conventionsOfOrder, standingOn } from '../convention/store.ts'
import { storeDocument } from '../documents/upload.ts'
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

/** Tells the member, once, how to go on with what the secretariat began; where nobody knows an e-mail, nothing is told. */
const tellMember = async (office: Office, enrolment: Enrolment, member: StoredMember): Promise<void> => {
  if (enrolment.createdBy !== 'secretariat' || enrolment.state !== 'draft') return
  const facts = await conventionById(office.db, enrolment.conventionId)
  const about = { ...facts, enrolment, member }
  const email = reachableAt(about)
  if (email === undefined) return
  await office.db.tx(async (tx) => {
    const onceKey = `enrolment ${enrolment.id} desk ${email.toLowerCase()}`
    if (await wasTold(tx, onceKey)) return
    const link = linkFor(tx, office, enrolment, email, office.clock.now())
    await tell(tx, office, about, email, deskNotice(noticeCase(about), { link, days: RESUME_DAYS }), onceKey)
  })
}

/** Keeps the paper; gives the case as it stands then. */
export const uploadForMember = async (office: Office, upload: DeskUpload): Promise<Enrolment | Refusal> => {
  const member = await memberById(office.db, upload.orderId, upload.memberId)
  if (!member) return { refusal: 'notFound' }
  const one = await caseFor(office, member, upload)
  if ('refusal' in one) return one
  const { kind, actor, body } = upload
  const stored = await storeDocument(office, one.id, { kind, origin: 'secretariat', actor, body })
  if ('refusal' in stored) return stored
  const enrolment = (await findEnrolment(office.db, one.id))!
  await tellMember(office, enrolment, member)
  return enrolment
}
