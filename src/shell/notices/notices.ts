// Ordinary e-mail to people: written in the transaction of what it tells of, handed to the relay by the outbox.
import { randomUUID } from 'node:crypto'
import type { Instant } from '../../core/lib/instant.ts'
import { parseAddrSpec } from '../../core/mail/address.ts'
import { type Database, type Tx, timestamp } from '../db/pool.ts'
import type { Office } from '../office.ts'
import { finishJob, putJob } from '../outbox/jobs.ts'
import type { Job } from '../outbox/outbox.ts'

export type NewNotice = {
  /** What it is, for people who look through them: `enrolmentReceived`, `referenceCode`, `expiry30` … */
  readonly kind: string
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly orderId?: number | undefined
  readonly subjectKind?: string | undefined
  readonly subjectId?: string | undefined
  /** What is told once only: a second notice with the same key is none. */
  readonly onceKey?: string | undefined
  /** Where an answer to it goes. */
  readonly replyTo?: string | undefined
  /** What the notices of one thread have alike: no secret, and no address. */
  readonly thread?: string | undefined
}

export type Notice = {
  readonly id: string
  readonly kind: string
  readonly recipient: string
  readonly subject: string
  readonly text: string
  readonly state: 'waiting' | 'sent' | 'captured' | 'failed'
  readonly createdAt: Instant
}

/** After this many tries (some four days of back-off) nobody waits for it any more. */
const TRIES = 100

/** A line for a header: no line ends, no controls. */
const oneLine = (text: string): string =>
  text
    .replace(/[\x00-\x1f\x7f\u2028\u2029]+/g, ' ')
    .trim()
    .slice(0, 200)

/**
 * Writes a notice and the job that sends it; gives its id, or undefined where the same was told before. The address
 * must be one (`parseAddrSpec`).
 */
export const writeNotice = async (
  tx: Tx,
  office: Pick<Office, 'clock'>,
  notice: NewNotice,
): Promise<string | undefined> => {
  if (!parseAddrSpec(notice.to)) throw new RangeError('a notice wants an address')
  const id = randomUUID()
  const now = office.clock.now()
  const written = await tx.query(
    'notice-write',
    `insert into notice (id, kind, recipient, subject, body_text, state, order_id, subject_kind, subject_id, once_key, created_at,
       reply_to, thread)
     values ($1, $2, $3, $4, $5, 'waiting', $6, $7, $8, $9, $10, $11, $12) on conflict (once_key) do nothing returning 1`,
    [
      id,
      notice.kind,
      notice.to,
      oneLine(notice.subject),
      notice.text,
      notice.orderId,
      notice.subjectKind,
      notice.subjectId,
      notice.onceKey,
      timestamp(now),
      notice.replyTo,
      notice.thread,
    ],
  )
  if (written.length === 0) return undefined
  putJob(tx, { id, kind: 'notice', payload: { notice: id }, dueAt: now }, now)
  return id
}

type Loaded = {
  readonly recipient: string
  readonly subject: string
  readonly body_text: string
  readonly created_at: Instant
  readonly reply_to: string | null
  readonly thread: string | null
}

/** Sends the notice of a job: at least once, under one Message-ID. Throws where the relay cannot be had now. */
export const sendNotice = async (office: Office, job: Job): Promise<void> => {
  const { db, relay, clock } = office
  const [row] = await db.query<Loaded>(
    'notice-load',
    `select recipient, subject, body_text, created_at, reply_to, thread from notice where id = $1 and state = 'waiting'`,
    [(job.payload as { notice: string }).notice],
  )
  const outcome = row && (await relay.send(mailOf(office, job.id, row)))
  const giveUp = job.attempts >= TRIES
  if (outcome?.kind === 'temporary' && !giveUp) throw new Error(`the relay put it off: ${outcome.reply}`)
  await db.tx(async (tx) => {
    if (!(await finishJob(tx, job.id)) || !outcome) return
    const sent = outcome.kind === 'delivered'
    tx.send('notice-settle', `update notice set state = $2, settled_at = $3, last_error = $4 where id = $1`, [
      job.id,
      sent ? (relay.captures ? 'captured' : 'sent') : 'failed',
      timestamp(clock.now()),
      sent ? undefined : outcome.reply,
    ])
  })
}

const mailOf = ({ noticeFrom, provider }: Office, id: string, row: Loaded) => ({
  messageId: `${id}@${provider.domain}`,
  from: noticeFrom,
  to: row.recipient,
  subject: row.subject,
  text: row.body_text,
  date: row.created_at,
  replyTo: row.reply_to ?? undefined,
  thread: row.thread === null ? undefined : `${row.thread}@${provider.domain}`,
})

/** Notices, newest first, to one address where asked; a page by the id of the last one seen. */
export const listNotices = async (
  db: Database,
  query: { readonly to?: string | undefined; readonly after?: string | undefined; readonly limit: number },
): Promise<readonly Notice[]> =>
  db.query<Notice>(
    'notice-list',
    `select id, kind, recipient, subject, body_text as text, state, created_at as "createdAt" from notice
     where ($1::text is null or lower(recipient) = lower($1))
       and ($2::uuid is null or (created_at, id) < (select created_at, id from notice where id = $2))
     order by created_at desc, id desc limit $3`,
    [query.to, query.after, query.limit],
  )
