// Ends a case without a box: the applicant takes it back, or it stood still for too long.
import type { Refusal } from '../../core/api/problems.ts'
import { conventionLink } from '../../core/enrolment/links.ts'
import { enrolmentMachine } from '../../core/enrolment/machine.ts'
import { idleNotice, lapsedNotice, withdrawnNotice } from '../../core/enrolment/notices.ts'
import { DAY, type Instant } from '../../core/lib/instant.ts'
import { type Actor, writeAudit } from '../audit/write.ts'
import { reversePurchase } from '../billing/purchases.ts'
import { type Queries, type Tx, timestamp } from '../db/pool.ts'
import { RETENTION } from '../documents/retention.ts'
import type { Office } from '../office.ts'
import { type Case, loadCase, noticeCase } from './case.ts'
import { linkFor, tell } from './letters.ts'
import { type Enrolment, forgetDraft, lockEnrolment, moveEnrolment } from './store.ts'

const draftDays = (office: Office): number => (office.retention ?? RETENTION).draftDays

type Ending = {
  readonly event: 'withdraw' | 'lapse'
  readonly actor: Actor
}

/** Ends the case, whose row is locked: its event, its purchase undone, what was typed forgotten, the notice. */
const end = async (tx: Tx, office: Office, one: Case, { event, actor }: Ending): Promise<boolean> => {
  const { enrolment, order, convention } = one
  const now = office.clock.now()
  const by = actor.kind === 'applicant' ? ({ kind: 'applicant' } as const) : ({ kind: 'system' } as const)
  const moved = await moveEnrolment(tx, enrolment, event, { at: now, actor: by })
  if (!moved) return false
  if (enrolment.submittedAt === undefined) forgetDraft(tx, enrolment.id)
  writeAudit(tx, [
    {
      at: now,
      actor,
      orderId: order.id,
      action: event === 'withdraw' ? 'enrolment.withdrawn' : 'enrolment.lapsed',
      subjectKind: 'enrolment',
      subjectId: enrolment.caseNumber,
    },
  ])
  const to = enrolment.referenceConfirmedAt === undefined ? undefined : enrolment.referenceEmail
  if (to !== undefined) {
    const link = conventionLink(office.publicUrl, convention.code)
    const about = noticeCase(one)
    const notice =
      event === 'withdraw' ? withdrawnNotice(about, { link }) : lapsedNotice(about, { link, days: draftDays(office) })
    await tell(tx, office, one, to, notice, `enrolment ${enrolment.id} ${event}`)
  }
  if (enrolment.submittedAt !== undefined)
    await reversePurchase(tx, { enrolmentId: enrolment.id }, event === 'withdraw' ? 'withdrawn' : 'lapsed', now)
  return true
}

/** Takes a case back; taken back twice, it is taken back once. */
export const withdrawEnrolment = (
  office: Office,
  enrolmentId: string,
  remoteAddress: string,
): Promise<Refusal | undefined> =>
  office.db.tx(async (tx) => {
    const enrolment = await lockEnrolment(tx, enrolmentId)
    if (!enrolment) return { refusal: 'caseNeeded' }
    if (enrolment.state === 'withdrawn') return undefined
    if (enrolmentMachine.next(enrolment.state, 'withdraw') === undefined) return { refusal: 'notInThisState' }
    const actor: Actor = { kind: 'applicant', remoteAddress }
    const ended = await end(tx, office, await loadCase(tx, enrolment), { event: 'withdraw', actor })
    return ended ? undefined : { refusal: 'notInThisState' }
  })

const BATCH = 200

const idleSince = (db: Queries, before: Instant): Promise<readonly { readonly id: string }[]> =>
  db.query(
    'enrolments-idle',
    `select id from enrolment where state in ('draft', 'awaitingDocument') and changed_at < $1 order by changed_at
     limit $2`,
    [timestamp(before), BATCH],
  )

const isIdle = ({ state, changedAt }: Enrolment, before: Instant): boolean =>
  (state === 'draft' || state === 'awaitingDocument') && changedAt < before

/** Days before a case lapses on which its applicant is reminded. */
const REMINDED_DAYS = 7

const toRemind = (db: Queries, after: Instant, before: Instant): Promise<readonly { readonly id: string }[]> =>
  db.query(
    'enrolments-to-remind',
    `select id from enrolment e where state in ('draft', 'awaitingDocument') and changed_at >= $1 and changed_at < $2
       and reference_email is not null
       and not exists (select from notice n where n.once_key = 'enrolment ' || e.id || ' idle ' || e.version)`,
    [timestamp(after), timestamp(before)],
  )

/** Reminds applicants of cases that are about to lapse, once for each time that they stood still; gives how many. */
export const remindIdle = async (office: Office): Promise<number> => {
  const now = office.clock.now()
  const lapseBefore = now - draftDays(office) * DAY
  let reminded = 0
  for (const { id } of await toRemind(office.db, lapseBefore, lapseBefore + REMINDED_DAYS * DAY)) {
    await office.db.tx(async (tx) => {
      const enrolment = await lockEnrolment(tx, id)
      const to = enrolment?.referenceEmail
      if (!enrolment || to === undefined || !isIdle(enrolment, lapseBefore + REMINDED_DAYS * DAY)) return
      const one = await loadCase(tx, enrolment)
      const link = linkFor(tx, office, enrolment, to, now)
      const notice = idleNotice(noticeCase(one), { link, lapsesAt: enrolment.changedAt + draftDays(office) * DAY })
      await tell(tx, office, one, to, notice, `enrolment ${id} idle ${enrolment.version}`)
      reminded++
    })
  }
  return reminded
}

/** Ends the cases that stood still, each in a transaction of its own; gives how many. */
export const lapseIdle = async (office: Office): Promise<number> => {
  const before = office.clock.now() - draftDays(office) * DAY
  let lapsed = 0
  for (;;) {
    const idle = await idleSince(office.db, before)
    const known = lapsed
    for (const { id } of idle) {
      const done = await office.db.tx(async (tx) => {
        const enrolment = await lockEnrolment(tx, id)
        if (!enrolment || !isIdle(enrolment, before)) return false
        return end(tx, office, await loadCase(tx, enrolment), { event: 'lapse', actor: { kind: 'system' } })
      })
      if (done) lapsed++
    }
    if (idle.length < BATCH || lapsed === known) return lapsed
  }
}
