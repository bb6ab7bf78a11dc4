// Reads what a box has submitted, many messages at once: for who is shown what became of them.
import { createHash } from 'node:crypto'
import type { PecRecipientState } from '../../core/jmap/pec.ts'
import type { SubmissionRecord } from '../../core/jmap/pecSubmission.ts'
import type { Instant } from '../../core/lib/instant.ts'
import type { ContentId } from '../../core/lib/rope.ts'
import type { MessageFacts, ReceiptType, RecipientState } from '../../core/pec/model.ts'
import { type Database, timestamp } from '../db/pool.ts'
import { threadOf } from './conversations.ts'

type Row = {
  readonly identifier: string
  readonly facts: MessageFacts
  readonly receiptType: ReceiptType
  readonly state: 'accepted' | 'refused'
  readonly at: Instant
  readonly recipients: readonly { readonly key: string; readonly state: RecipientState; readonly at: Instant }[] | null
  readonly emailSubmission: string | null
  readonly content: ContentId | null
}

const COLUMNS = `
  s.identifier, s.facts, s.receipt_type as "receiptType", s.state, s.accepted_at as at, r.recipients,
  e.id as "emailSubmission", e.content_id as content`
const FROM = `
  join submission s on s.identifier = w.identifier
  left join lateral (
    select jsonb_agg(jsonb_build_object('key', address_key, 'state', state,
                                        'at', (extract(epoch from changed_at) * 1000)::bigint)) as recipients
    from recipient where identifier = w.identifier
  ) r on true
  left join lateral (
    select id, content_id from email_submission where mailbox_id = $1 and identifier = w.identifier and gone is null limit 1
  ) e on true`

const recordOf = (row: Row): SubmissionRecord => ({
  identifier: row.identifier,
  message: row.facts,
  receiptType: row.receiptType,
  accepted: row.state === 'accepted',
  at: row.at,
  states: new Map(row.recipients?.map(({ key, state, at }) => [key, { state, at }])),
  emailSubmission:
    row.emailSubmission === null || row.content === null
      ? undefined
      : { id: row.emailSubmission, content: row.content },
})

/** As the index has it: Message-IDs may be too long for one. */
const digestOf = (clientMsgid: string): string => createHash('md5').update(clientMsgid).digest('hex')

/** What the box submitted under these PEC msgids, or by these Message-IDs (without brackets); oldest first. */
const find = async (
  db: Database,
  mailboxId: number,
  identifiers: readonly string[],
  messageIds: readonly string[],
): Promise<readonly SubmissionRecord[]> => {
  if (identifiers.length === 0 && messageIds.length === 0) return []
  const rows = await db.query<Row>(
    'pec-submissions-find',
    `select ${COLUMNS}
     from (
       select identifier from submission where identifier = any($2::text[]) and mailbox_id = $1
       union
       select identifier from submission where mailbox_id = $1 and md5(facts ->> 'clientMsgid') = any($3::text[])
     ) w ${FROM} order by s.accepted_at, s.identifier`,
    [mailboxId, identifiers, messageIds.map((id) => digestOf(`<${id}>`))],
  )
  return rows.map(recordOf)
}

/** The conversation of each PEC msgid of a box. */
const threads = async (
  db: Database,
  mailboxId: number,
  identifiers: readonly string[],
): Promise<ReadonlyMap<string, bigint>> => {
  const names = new Map(identifiers.map((identifier) => [String(threadOf(identifier)), identifier]))
  const found = new Map(identifiers.map((identifier) => [identifier, threadOf(identifier)]))
  const rows = await db.query<{ name: string; thread: string }>(
    'pec-submission-threads',
    `select name::text as name, thread::text as thread from thread_link
     where mailbox_id = $1 and name = any($2::bigint[])`,
    [mailboxId, [...names.keys()]],
  )
  for (const { name, thread } of rows) found.set(names.get(name)!, BigInt(thread))
  return found
}

/** States as SQL has them: nobody tells of ordinary mail, and of what was refused there are no recipients. */
const HAS_STATE = `
  (s.state = 'refused' and 'failed' = any($2::text[])
   or exists (select from recipient r where r.identifier = s.identifier
              and case when not r.certified and r.state = 'pending' then 'unproven' else r.state end = any($2::text[])))`

export type SentFilter = {
  readonly states?: readonly PecRecipientState[] | undefined
  readonly from?: Instant | undefined
  readonly before?: Instant | undefined
  readonly most?: number | undefined
  /** Whether what was sent is told, and not only that it was. */
  readonly told?: boolean | undefined
}

/** What is looked for in a message that was sent. */
export type SentEntry = { readonly identifier: string; readonly at: Instant; readonly message: MessageFacts | null }

/** Messages that are listed at once: the last ones. */
const MOST_LISTED = 10_000

/** What a box has submitted, the last first. */
const list = (
  db: Database,
  mailboxId: number,
  { states, from, before, most = MOST_LISTED, told = false }: SentFilter,
): Promise<readonly SentEntry[]> =>
  db.query<SentEntry>(
    'pec-submissions-list',
    `select s.identifier, s.accepted_at as at, case when $6 then s.facts end as message from submission s
     where s.mailbox_id = $1 and ($2::text[] is null or ${HAS_STATE})
       and ($3::timestamptz is null or s.accepted_at >= $3) and ($4::timestamptz is null or s.accepted_at < $4)
     order by s.accepted_at desc, s.identifier limit $5`,
    [
      mailboxId,
      states ?? null,
      from === undefined ? null : timestamp(from),
      before === undefined ? null : timestamp(before),
      most,
      told,
    ],
  )

/** The copies in a box of what was sent from it, where some recipient is in one of the states. */
const contentsIn = async (
  db: Database,
  mailboxId: number,
  states: readonly PecRecipientState[],
): Promise<ReadonlySet<ContentId>> => {
  const rows = await db.query<{ content: ContentId }>(
    'pec-sent-contents',
    `with sent as (
       select coalesce(substring(s.facts ->> 'clientMsgid' from '^<(.*)>$'), s.identifier) as msgid from submission s
       where s.mailbox_id = $1 and ${HAS_STATE}
     )
     select m.content_id as content from folder f join message m on m.folder_id = f.id join sent on sent.msgid = m.msgid
     where f.mailbox_id = $1 and (m.kind is null or m.kind = 'submitted')`,
    [mailboxId, states],
  )
  return new Set(rows.map(({ content }) => content))
}

/** PEC msgids of what was taken in charge after an instant, and is on its way still. */
const taken = async (db: Database, mailboxId: number, since: Instant): Promise<readonly string[]> => {
  const rows = await db.query<{ identifier: string }>(
    'pec-submissions-taken',
    `select s.identifier from submission s
     where s.mailbox_id = $1 and s.accepted_at >= $2
       -- with a limit it is looked up for the few of a day, and never a join with what everybody sent
       and (select true from recipient r where r.identifier = s.identifier and r.state = 'taken' limit 1)`,
    [mailboxId, timestamp(since)],
  )
  return rows.map(({ identifier }) => identifier)
}

/** A take-in-charge goes to the provider, and no folder of the sender's tells of it: his box is counted up. */
export const countTaken = async (db: Database, identifiers: readonly string[]): Promise<readonly number[]> => {
  const rows = await db.query<{ id: number }>(
    'pec-submissions-count',
    // Locked by rising id, as everywhere where more than one is.
    `with locked as materialized (
       select b.id from mailbox b where b.id in (select mailbox_id from submission where identifier = any($1::text[]))
       order by b.id for no key update
     )
     update mailbox b set modseq = modseq + 1, submissions_modseq = modseq + 1 from locked where b.id = locked.id returning b.id`,
    [identifiers],
  )
  return rows.map(({ id }) => id)
}

/** The verbs over one database. */
export const sentVerbs = (db: Database) => ({
  find: (mailboxId: number, identifiers: readonly string[], messageIds: readonly string[]) =>
    find(db, mailboxId, identifiers, messageIds),
  list: (mailboxId: number, filter: SentFilter) => list(db, mailboxId, filter),
  contentsIn: (mailboxId: number, states: readonly PecRecipientState[]) => contentsIn(db, mailboxId, states),
  taken: (mailboxId: number, since: Instant) => taken(db, mailboxId, since),
  threads: (mailboxId: number, identifiers: readonly string[]) => threads(db, mailboxId, identifiers),
})
export type Sent = ReturnType<typeof sentVerbs>
