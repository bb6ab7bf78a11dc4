// The receipts that came for messages which a box has sent: found by conversation in memory, and by name in the database.
import type { Instant } from '../../core/lib/instant.ts'
import type { ContentId } from '../../core/lib/rope.ts'
import { isReceipt } from '../../core/mailbox/certified.ts'
import type { PecKind } from '../../core/pec/model.ts'
import type { Queries } from '../db/pool.ts'
import { threadOf } from '../pec/conversations.ts'
import type { Box } from './box.ts'

export type Receipt = { readonly content: ContentId; readonly kind: PecKind; readonly at: Instant }

/** A message that was sent: its PEC msgid, and the conversation that it was in. */
export type SentName = { readonly identifier: string; readonly thread: bigint }

/** Conversations in which receipts of the messages may lie: the sender's box may have them under another name. */
const threadsOf = async (db: Queries, mailboxId: number, sent: readonly SentName[]): Promise<ReadonlySet<bigint>> => {
  const names = sent.map(({ identifier }) => threadOf(identifier))
  const links = await db.query<{ thread: string }>(
    'receipt-threads',
    'select thread::text as thread from thread_link where mailbox_id = $1 and name = any($2::bigint[])',
    [mailboxId, names.map(String)],
  )
  return new Set([...sent.map(({ thread }) => thread), ...names, ...links.map(({ thread }) => BigInt(thread))])
}

/** Receipts in a box by the PEC msgid that they are about, oldest first; a copy in another folder is none more. */
export const receiptsOf = async (
  db: Queries,
  box: Box,
  sent: readonly SentName[],
): Promise<ReadonlyMap<string, readonly Receipt[]>> => {
  if (sent.length === 0) return new Map()
  const threads = await threadsOf(db, box.mailboxId, sent)
  const folderIds: number[] = []
  const uids: number[] = []
  for (const { id, state } of box.folders)
    for (let index = 0; index < state.count; index++)
      if (threads.has(state.threadKey(index))) {
        folderIds.push(id)
        uids.push(state.uids[index]!)
      }
  const rows = await db.query<Receipt & { readonly msgid: string }>(
    'receipts-find',
    `select distinct on (m.received_at, m.content_id) m.content_id as content, m.kind, m.msgid, m.received_at as at
     from unnest($1::bigint[], $2::bigint[]) as x (folder_id, uid)
     join message m on m.folder_id = x.folder_id and m.uid = x.uid
     where m.kind is not null and m.kind <> 'submitted' and m.msgid = any($3::text[])
     order by m.received_at, m.content_id`,
    [folderIds, uids, sent.map(({ identifier }) => identifier)],
  )
  const receipts = rows.filter(({ kind }) => isReceipt(kind))
  return Map.groupBy(receipts, ({ msgid }) => msgid)
}
