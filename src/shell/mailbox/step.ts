// Does one step of a box's term in a transaction: state, event, register, purchase, notices.

import { enrolmentMachine } from '../../core/enrolment/machine.ts'
import { civilDateOf, daysBetween } from '../../core/lib/calendar.ts'
import type { Instant } from '../../core/lib/instant.ts'
import { termMachine } from '../../core/mailbox/term.ts'
import { nextTermEnd, nextTermStep, type TermStep } from '../../core/mailbox/termSchedule.ts'
import { SYSTEM, writeAudit } from '../audit/write.ts'
import { placePurchase } from '../billing/purchases.ts'
import { type Tx, timestamp } from '../db/pool.ts'
import { endAllAt } from '../identity/account/collaborators.ts'
import type { Office } from '../office.ts'
import { tellHolder } from './notify.ts'
import { changeTerm, factsOf, lockTerm, type TermActor, type TermRow, writeTermEvent } from './store.ts'

const BY_SYSTEM: TermActor = { actor: 'system' }

const daysTo = (now: Instant, then: Instant): number => daysBetween(civilDateOf(now), civilDateOf(then))

const audited = (tx: Tx, row: TermRow, action: string, now: Instant, details: Record<string, unknown> = {}): void =>
  writeAudit(tx, [
    { at: now, actor: SYSTEM, orderId: row.orderId, action, subjectKind: 'mailbox', subjectId: row.address, details },
  ])

/**
 * Renews a box: the next term begins where the present one ends, also where it ended some days ago, so that nobody gains
 * by waiting. The purchase comes last in the transaction.
 */
export const renewTerm = async (
  tx: Tx,
  office: Office,
  row: TermRow,
  by: TermActor,
  now: Instant,
  reason?: string,
): Promise<TermRow> => {
  const state = termMachine.next(row.state, 'renew')
  if (state === undefined || row.holderCloseAt !== null) throw new Error(`a box that is ${row.state} is not renewed`)
  const expiresAt = nextTermEnd(row.expiresAt, row.terms.termMonths)
  const next = changeTerm(tx, row, { state, term: row.term + 1, expiresAt, graceUntil: null, closeAt: null })
  writeTermEvent(tx, row.mailboxId, 'renew', by, now, { reason, details: { term: next.term } })
  audited(tx, row, 'box.renewed', now, { term: next.term })
  await tellHolder(tx, office, next, 'renewed', daysTo(now, expiresAt), now)
  await placePurchase(
    tx,
    office,
    {
      enrolmentId: row.enrolmentId,
      conventionId: row.conventionId,
      memberId: row.memberId,
      mailboxId: row.mailboxId,
      kind: 'renewal',
      term: next.term,
      terms: factsOf(row).nextPayer === 'order' ? row.terms : { ...row.terms, payer: 'member' },
    },
    now,
  )
  return next
}

/** Closes a box: it is only read until its mail is deleted; it is nobody's domicile any more. */
export const closeTerm = async (
  tx: Tx,
  office: Office,
  row: TermRow,
  by: TermActor,
  purgeAfter: Instant,
  reason: string,
  now: Instant,
): Promise<TermRow> => {
  const next = changeTerm(tx, row, {
    state: 'closed',
    purgeAfter,
    closeAt: null,
    holderCloseAt: null,
    closingReason: reason,
  })
  writeTermEvent(tx, row.mailboxId, 'close', by, now, { reason })
  tx.send(
    'term-close-domicile',
    `update domicile set state = 'ceased', until = $3 where member_id = $1 and address_key = lower($2) and state = 'confirmed'`,
    [row.memberId, row.address, timestamp(now)],
  )
  tx.send(
    'term-close-enrolment',
    'update enrolment set state = $2, version = version + 1 where id = $1 and state = $3',
    [row.enrolmentId, enrolmentMachine.next('active', 'boxClosed'), 'active'],
  )
  tx.send(
    'term-close-case-event',
    `insert into enrolment_event (enrolment_id, seq, at, event, actor)
     select $1, coalesce(max(seq), 0) + 1, $2, 'boxClosed', 'system' from enrolment_event where enrolment_id = $1`,
    [row.enrolmentId, timestamp(now)],
  )
  audited(tx, row, 'box.closed', now, { reason })
  await tellHolder(tx, office, next, 'closed', daysTo(now, purgeAfter), now)
  return next
}

/** Deletes what a closed box holds, and its credentials; the address stays its holder's for ever. */
const purge = async (tx: Tx, office: Office, row: TermRow, now: Instant): Promise<TermRow> => {
  const next = changeTerm(tx, row, { state: 'purged' })
  const ofFolders = '(select id from folder where mailbox_id = $1)'
  tx.send('purge-pages', `delete from flag_page where folder_id in ${ofFolders}`, [row.mailboxId])
  tx.send('purge-messages', `delete from message where folder_id in ${ofFolders}`, [row.mailboxId])
  tx.send('purge-expunged', 'delete from expunged where mailbox_id = $1', [row.mailboxId])
  tx.send('purge-folders', 'delete from folder where mailbox_id = $1', [row.mailboxId])
  tx.send('purge-subscriptions', 'delete from subscription where mailbox_id = $1', [row.mailboxId])
  tx.send('purge-devices', 'delete from push_device where mailbox_id = $1', [row.mailboxId])
  tx.send('purge-webhook', 'delete from webhook where mailbox_id = $1', [row.mailboxId])
  endAllAt(tx, row.mailboxId, now)
  tx.send('purge-scram', 'delete from mailbox_scram where mailbox_id = $1', [row.mailboxId])
  tx.send('purge-mailbox', 'update mailbox set password_hash = null, used_bytes = 0 where id = $1', [row.mailboxId])
  writeTermEvent(tx, row.mailboxId, 'purge', BY_SYSTEM, now)
  audited(tx, row, 'box.purged', now)
  await tellHolder(tx, office, next, 'purged', 0, now)
  return next
}

/** Whether a box closes now because its holder gave it up. */
const isHoldersOwn = ({ holderCloseAt }: TermRow, now: Instant): boolean =>
  holderCloseAt !== null && now > holderCloseAt

const doStep = async (tx: Tx, office: Office, row: TermRow, step: TermStep, now: Instant): Promise<void> => {
  switch (step.kind) {
    case 'tell':
      return tellHolder(tx, office, row, step.notice, step.days, now)
    case 'renew':
      await renewTerm(tx, office, row, BY_SYSTEM, now)
      return
    case 'expire': {
      const next = changeTerm(tx, row, { state: 'expired', graceUntil: step.graceUntil })
      writeTermEvent(tx, row.mailboxId, 'expire', BY_SYSTEM, now)
      audited(tx, row, 'box.expired', now)
      return tellHolder(tx, office, next, 'expired', daysTo(now, step.graceUntil), now)
    }
    case 'close':
      await closeTerm(tx, office, row, BY_SYSTEM, step.purgeAfter, isHoldersOwn(row, now) ? 'holder' : step.reason, now)
      return
    case 'purge':
      await purge(tx, office, row, now)
  }
}

/** Does the next step that is due for a box; false where none is. */
export const stepTerm = (office: Office, mailboxId: number): Promise<boolean> =>
  office.db.tx(async (tx) => {
    const row = await lockTerm(tx, mailboxId)
    const now = office.clock.now()
    const step = row && nextTermStep(factsOf(row), now)
    if (!step) return false
    await doStep(tx, office, row, step, now)
    return true
  })
