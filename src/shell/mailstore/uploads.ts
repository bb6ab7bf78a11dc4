// Bytes that a client has uploaded, to be named by it in what it asks next (RFC 8620 §6.1).
import { HOUR, type Instant } from '../../core/lib/instant.ts'
import type { ContentId } from '../../core/lib/rope.ts'
import type { ContentRow, ContentStore } from '../content/store.ts'
import { type Database, timestamp } from '../db/pool.ts'

/** RFC 8620 §6: at least an hour. */
const KEPT_MS = 24 * HOUR
/** Bytes that a mailbox may have uploaded at one time; beyond them the oldest are forgotten (RFC 8620 §6). */
const KEPT_BYTES = 1024 * 1024 * 1024

export type Upload = { readonly content: ContentId; readonly type: string; readonly sizeBytes: number }

/** Keeps what was uploaded. */
export const keepUpload = async (
  db: Database,
  contents: ContentStore,
  mailboxId: number,
  content: ContentRow,
  type: string,
  now: Instant,
): Promise<void> =>
  db.tx(async (tx) => {
    await contents.insert(tx, [content])
    tx.send(
      'upload-keep',
      'insert into upload (content_id, mailbox_id, type, size_bytes, uploaded_at) values ($1, $2, $3, $4, $5)',
      [content.id, mailboxId, type, content.sizeBytes, timestamp(now)],
    )
    tx.send(
      'upload-forget',
      `delete from upload u using (
         select content_id, uploaded_at, sum(size_bytes) over (order by uploaded_at desc, content_id) as bytes
         from upload where mailbox_id = $1
       ) x where x.content_id = u.content_id and (x.bytes > ${KEPT_BYTES} or x.uploaded_at < $2) and u.content_id <> $3`,
      [mailboxId, timestamp(now - KEPT_MS), content.id],
    )
  })

/** Those of the contents that the mailbox has uploaded. */
export const findUploads = async (
  db: Database,
  mailboxId: number,
  contents: readonly ContentId[],
): Promise<ReadonlyMap<ContentId, Upload>> => {
  if (contents.length === 0) return new Map()
  const rows = await db.query<{ content_id: ContentId; type: string; size_bytes: number }>(
    'uploads-find',
    'select content_id, type, size_bytes from upload where mailbox_id = $1 and content_id = any($2::uuid[])',
    [mailboxId, contents],
  )
  return new Map(
    rows.map((row) => [row.content_id, { content: row.content_id, type: row.type, sizeBytes: row.size_bytes }]),
  )
}
