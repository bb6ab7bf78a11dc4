// SQL of messages that wait for the time at which they are to leave: each is a row of what was sent, with a job of its id.
import { RECIPIENTS_NAMED } from '../../core/identity/delegation.ts'
import { utcDate } from '../../core/jmap/date.ts'
import type { NotSent, UndoStatus } from '../../core/jmap/release.ts'
import type { Instant } from '../../core/lib/instant.ts'
import type { ContentId } from '../../core/lib/rope.ts'
import { type MailboxState, sends } from '../../core/mailbox/standing.ts'
import { writeAudit } from '../audit/write.ts'
import { type Database, type Queries, type Tx, timestamp } from '../db/pool.ts'
import { boxEntry } from '../identity/account/collaboratorStore.ts'
import { finishJob, putJob } from '../outbox/jobs.ts'
import { lockMailboxFor } from './folders.ts'
import type { Mailbox } from './mailboxes.ts'
import type { EnvelopeValue } from './outgoing.ts'

/** What is kept of who asked, and of what is to be submitted. */
export type HeldValue = {
  readonly address: string
  readonly by: Mailbox['by'] | null
  readonly sizeBytes: number
  readonly remoteAddress: string
  /** For the letter that says that it was not sent. */
  readonly subject: string
}

export type NewHeld = {
  readonly id: string
  readonly identityId: number
  readonly content: ContentId
  readonly thread: bigint
  readonly envelope: EnvelopeValue
  readonly releaseAt: Instant
  readonly held: HeldValue
}

/** Who does something to what waits. */
export type HeldActor = Pick<HeldValue, 'address' | 'by' | 'remoteAddress'>

/** What a collaborator puts off, or calls back, stands in the trail under that name. */
const note = (
  tx: Tx,
  { address, by, remoteAddress }: HeldActor,
  action: 'mail.scheduled' | 'mail.canceled',
  { rcptTo }: EnvelopeValue,
  details: Readonly<Record<string, unknown>>,
  now: Instant,
): void => {
  if (!by || by.rights === 'own') return
  const recipients = rcptTo.slice(0, RECIPIENTS_NAMED).map(({ email }) => email)
  const all = { ...details, recipients, recipientCount: rcptTo.length }
  writeAudit(tx, [boxEntry({ accountId: by.accountId, remoteAddress }, address, action, now, all)])
}

/** Keeps a message until its time, unless the box may not send, or has `most` waiting. */
export const hold = (
  db: Database,
  mailboxId: number,
  one: NewHeld,
  most: number,
  now: Instant,
): Promise<'kept' | 'mayNotSend' | 'tooMany'> =>
  db.tx(async (tx) => {
    const modseq = await lockMailboxFor(tx, mailboxId, 'submissions')
    const [box] = await tx.query<{ state: MailboxState; waiting: number }>(
      'held-count',
      `select state, (select count(*) from email_submission e where e.mailbox_id = b.id and undo_status = 'pending') as waiting
       from mailbox b where id = $1`,
      [mailboxId],
    )
    if (!box || !sends(box.state)) return 'mayNotSend'
    if (box.waiting >= most) return 'tooMany'
    tx.send(
      'held-keep',
      `insert into email_submission
         (id, mailbox_id, identity_id, content_id, thread, envelope, send_at, undo_status, held, born, changed)
       values ($1, $2, $3, $4, $5::bigint, $6, $7, 'pending', $8, $9, $9)`,
      [
        one.id,
        mailboxId,
        one.identityId,
        one.content,
        String(one.thread),
        JSON.stringify(one.envelope),
        timestamp(one.releaseAt),
        JSON.stringify(one.held),
        modseq,
      ],
    )
    note(tx, one.held, 'mail.scheduled', one.envelope, { submission: one.id, releaseAt: utcDate(one.releaseAt) }, now)
    putJob(tx, { id: one.id, kind: 'send', payload: {}, dueAt: one.releaseAt }, now)
    return 'kept'
  })

/** Ends one that waits: whoever takes its job away says what becomes of it. */
const end = async (tx: Tx, mailboxId: number, id: string, why: NotSent | null): Promise<boolean> => {
  if (!(await finishJob(tx, id))) return false
  const modseq = await lockMailboxFor(tx, mailboxId, 'submissions')
  tx.send(
    'held-end',
    `update email_submission set undo_status = 'canceled', held = null, not_sent = $3, changed = $4
     where id = $1 and mailbox_id = $2 and undo_status = 'pending'`,
    [id, mailboxId, why, modseq],
  )
  return true
}

/** Calls one back; how it stands then. Undefined where the box has none of that id. */
export const cancelHeld = (
  db: Database,
  mailboxId: number,
  id: string,
  who: HeldActor,
  now: Instant,
): Promise<UndoStatus | undefined> =>
  db.tx(async (tx) => {
    const read = async () =>
      (
        await tx.query<{ status: UndoStatus; envelope: EnvelopeValue }>(
          'held-status',
          `select undo_status as status, envelope from email_submission where id = $1 and mailbox_id = $2 and gone is null`,
          [id, mailboxId],
        )
      )[0]
    const row = await read()
    if (row?.status !== 'pending') return row?.status
    // Where the job is gone it has left while we asked.
    if (!(await end(tx, mailboxId, id, null))) return (await read())?.status
    note(tx, who, 'mail.canceled', row.envelope, { submission: id }, now)
    return 'canceled'
  })

/** Notes that one was not sent; false where it was dealt with meanwhile. */
export const refuseHeld = (tx: Tx, mailboxId: number, id: string, why: NotSent): Promise<boolean> =>
  end(tx, mailboxId, id, why)

export type Held = HeldValue & {
  readonly id: string
  readonly mailboxId: number
  readonly content: ContentId
  readonly envelope: EnvelopeValue
  readonly releaseAt: Instant
}

/** One that waits still. */
export const findHeld = async (db: Queries, id: string): Promise<Held | undefined> => {
  const [row] = await db.query<Omit<Held, keyof HeldValue> & { readonly held: HeldValue }>(
    'held-find',
    `select id, mailbox_id as "mailboxId", content_id as content, envelope, send_at as "releaseAt", held
     from email_submission where id = $1 and undo_status = 'pending'`,
    [id],
  )
  if (!row) return undefined
  const { held, ...rest } = row
  return { ...held, ...rest }
}

/** Whether who asked may still send from the box: a collaborator with that right, a program whose password stands. */
export const whyNotBy = async (
  db: Queries,
  mailboxId: number,
  { accountId, appPasswordId }: NonNullable<Mailbox['by']>,
): Promise<NotSent | undefined> => {
  const [row] = await db.query<{ right: boolean; revoked: boolean }>(
    'held-right',
    `select exists (select from account a left join delegation d
         on d.account_id = a.id and d.mailbox_id = $2 and d.revoked_at is null and d.rights = 'send'
         where a.id = $1 and a.state = 'active' and (a.mailbox_id = $2 or d.account_id is not null)) as right,
       exists (select from app_password p where p.account_id = $1 and p.id::text = $3 and p.revoked_at is not null)
         as revoked`,
    [accountId, mailboxId, appPasswordId],
  )
  if (!row!.right) return 'rightEnded'
  return row!.revoked ? 'passwordRevoked' : undefined
}
