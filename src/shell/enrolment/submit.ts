// Sends a case to the provider: its state, its purchase with the invoice, its seat and its notices in one transaction.
import type { Refusal } from '../../core/api/problems.ts'
import { conventionStanding } from '../../core/convention/convention.ts'
import { EDITABLE } from '../../core/enrolment/draft.ts'
import { textOf } from '../../core/enrolment/fieldTexts.ts'
import { submittedNotice } from '../../core/enrolment/notices.ts'
import { missing } from '../../core/enrolment/requirements.ts'
import { expectedBy } from '../../core/enrolment/tracker.ts'
import { civilDateOf } from '../../core/lib/calendar.ts'
import { isOnRegister } from '../../core/register/member.ts'
import { writeAudit } from '../audit/write.ts'
import { placePurchase } from '../billing/purchases.ts'
import { lockConvention, seatsTaken } from '../convention/store.ts'
import type { Tx } from '../db/pool.ts'
import type { Office } from '../office.ts'
import { isFree } from './addresses.ts'
import { type Case, caseFacts, loadCase, noticeCase } from './case.ts'
import { incomplete } from './incomplete.ts'
import { linkFor, tell } from './letters.ts'
import { STANDING_REFUSAL } from './start.ts'
import { findEnrolment, lockEnrolment, moveEnrolment } from './store.ts'

/** A case that was sent before has its seat and its purchase. */
const isFirst = ({ enrolment }: Case): boolean => enrolment.state === 'draft'

/** Why a complete case may not be sent now. The convention is locked: no other takes its last seat meanwhile. */
const obstacle = async (tx: Tx, office: Office, one: Case): Promise<Refusal | undefined> => {
  const { enrolment, member, convention } = one
  if (!isOnRegister(member.status)) return { refusal: 'memberNotActive' }
  if (isFirst(one)) {
    const taken = (await seatsTaken(tx, [convention.id])).get(convention.id) ?? 0
    const standing = conventionStanding(convention, civilDateOf(office.clock.now()), taken)
    if (standing !== 'open') return { refusal: STANDING_REFUSAL[standing] }
  }
  if (await isFree(office, tx, enrolment.address!, enrolment)) return undefined
  return {
    refusal: 'addressTaken',
    fields: [{ field: 'address', code: 'addressTaken', ...textOf('addressNotReserved') }],
  }
}

/** Tells the applicant, and writes who did it. */
const record = async (tx: Tx, office: Office, one: Case, remoteAddress: string): Promise<void> => {
  const { enrolment, order } = one
  const now = office.clock.now()
  writeAudit(tx, [
    {
      at: now,
      actor: { kind: 'applicant', remoteAddress },
      orderId: order.id,
      action: 'enrolment.submitted',
      subjectKind: 'enrolment',
      subjectId: enrolment.caseNumber,
      details: { again: !isFirst(one) },
    },
  ])
  const to = enrolment.referenceEmail!
  const due = expectedBy({ state: 'awaitingReview', submittedAt: now }, office.reviewDays, order.localHolidays)!
  const link = linkFor(tx, office, enrolment, to, now)
  const facts = { address: enrolment.address!, link, expectedBy: due, again: !isFirst(one) }
  await tell(tx, office, one, to, submittedNotice(noticeCase(one), facts))
}

/** Sends a case, or sends it again once it was mended. Sent twice, it is sent once and the answer is the same. */
export const submitEnrolment = async (
  office: Office,
  enrolmentId: string,
  remoteAddress: string,
): Promise<Refusal | undefined> => {
  const found = await findEnrolment(office.db, enrolmentId)
  if (!found) return { refusal: 'caseNeeded' }
  return office.db.tx(async (tx) => {
    const now = office.clock.now()
    await lockConvention(tx, found.conventionId)
    const enrolment = await lockEnrolment(tx, enrolmentId)
    if (!enrolment) return { refusal: 'caseNeeded' }
    if (enrolment.state === 'awaitingReview') return undefined
    if (!EDITABLE.includes(enrolment.state)) return { refusal: 'notInThisState' }
    const one = await loadCase(tx, enrolment)
    const lacking = missing(caseFacts(one), civilDateOf(now))
    if (lacking.length > 0) return incomplete(lacking)
    const refusal = await obstacle(tx, office, one)
    if (refusal) return refusal
    const moved = await moveEnrolment(tx, enrolment, 'submit', {
      at: now,
      actor: { kind: 'applicant' },
      submittedAt: now,
    })
    if (!moved) return { refusal: 'notInThisState' }
    await record(tx, office, one, remoteAddress)
    // Last, for it holds the numbers of invoices until the end.
    const { conventionId, memberId } = enrolment
    await placePurchase(tx, office, { enrolmentId, conventionId, memberId, kind: 'first', term: 1 }, now)
    return undefined
  })
}
