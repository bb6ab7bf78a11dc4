// SQL of the evidence of a message: what a box has of it, and what was certified here.
import type { Instant } from '../../core/lib/instant.ts'
import type { ContentId } from '../../core/lib/rope.ts'
import type { Database } from '../db/pool.ts'

/** A message of a box, or one that was sent from it. */
export type KeptMessage = {
  readonly content: ContentId
  readonly sizeBytes: number
  readonly at: Instant
}

/**
 * Certified messages of a box that are, or are about, the message of an identifier: also those that were removed and can
 * still be brought back. The same content is there once.
 */
export const keptMessages = (
  db: Database,
  mailboxId: number,
  identifier: string,
  thread: bigint,
): Promise<readonly KeptMessage[]> =>
  db.query<KeptMessage>(
    'evidence-messages',
    // The sender's box has them in the conversation of what was sent, under its name.
    `with named as (
       select $3::bigint as thread union all select thread from thread_link where mailbox_id = $1 and name = $3
     )
     select distinct on (content) content, "sizeBytes", at from (
       select m.content_id as content, m.size_bytes as "sizeBytes", m.received_at as at
       from folder f join message m on m.folder_id = f.id
       where f.mailbox_id = $1 and m.thread in (select thread from named) and m.msgid = $2 and m.kind is not null and m.kind <> 'submitted'
       union all
       select e.content_id, e.size_bytes, e.received_at from expunged e
       where e.mailbox_id = $1 and e.restorable and e.thread in (select thread from named) and e.msgid = $2 and e.kind is not null
         and e.kind <> 'submitted'
     ) kept order by content, at`,
    [mailboxId, identifier, String(thread)],
  )

/** The account of a box's holder; undefined where it has none. */
export const holderOf = async (db: Database, mailboxId: number): Promise<number | undefined> => {
  const [row] = await db.query<{ id: number }>('evidence-holder', 'select id from account where mailbox_id = $1', [
    mailboxId,
  ])
  return row?.id
}

export type SentMessage = {
  readonly acceptedAt: Instant
  /** The original as it is certified, and its envelope; absent where it was refused. */
  readonly original: KeptMessage | undefined
  readonly envelope: KeptMessage | undefined
}

/** What a box has submitted under an identifier. */
export const sentMessage = async (
  db: Database,
  mailboxId: number,
  identifier: string,
): Promise<SentMessage | undefined> => {
  const [row] = await db.query<{
    at: Instant
    original: ContentId | null
    originalBytes: number | null
    envelope: ContentId | null
    envelopeBytes: number | null
  }>(
    'evidence-sent',
    `select s.accepted_at as at, s.postacert_id as original, o.size_bytes as "originalBytes",
       s.envelope_id as envelope, e.size_bytes as "envelopeBytes"
     from submission s left join content o on o.id = s.postacert_id left join content e on e.id = s.envelope_id
     where s.identifier = $1 and s.mailbox_id = $2`,
    [identifier, mailboxId],
  )
  if (!row) return undefined
  const kept = (content: ContentId | null, sizeBytes: number | null): KeptMessage | undefined =>
    content === null || sizeBytes === null ? undefined : { content, sizeBytes, at: row.at }
  return {
    acceptedAt: row.at,
    original: kept(row.original, row.originalBytes),
    envelope: kept(row.envelope, row.envelopeBytes),
  }
}
