// Reads what a box has submitted, many messages at once: for who is shown what became of them.
import { createHash } from 'node:crypto'
import type { SubmissionRecord } from '../../core/jmap/pecSubmission.ts'
import type { Instant } from '../../core/lib/instant.ts'
import type { ContentId } from '../../core/lib/rope.ts'
import type { MessageFacts, ReceiptType, RecipientState } from '../../core/pec/model.ts'
import type { Database } from '../db/pool.ts'
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

/** The verbs over one database. */
export const sentVerbs = (db: Database) => ({
  find: (mailboxId: number, identifiers: readonly string[], messageIds: readonly string[]) =>
    find(db, mailboxId, identifiers, messageIds),
  threads: (mailboxId: number, identifiers: readonly string[]) => threads(db, mailboxId, identifiers),
})
export type Sent = ReturnType<typeof sentVerbs>
