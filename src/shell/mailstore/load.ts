// Reads a folder from the database, whole or what is new of it, in one statement: one snapshot of everything.
import { PAGE_UIDS, readPage } from '../../core/mailbox/flagPage.ts'
import type { BulkRow, Database } from '../db/pool.ts'
import type { Arrived } from './cells.ts'
import { type Flagged, type Live, makeLive } from './live.ts'

/** Kinds of row. */
const ROW = { folder: 0, message: 1, page: 2, expunged: 3 } as const

/**
 * Four kinds of row in one answer: the folder, its messages from a uid on, pages of flags and uids that were removed
 * after a modseq. Numbers of this process alone go into the text.
 */
const sql = (folderId: number, fromUid: number, sinceModseq: number): string => `
  select 0::int2 as kind, mailbox_id as a, uid_validity as b, uid_next as c, highest_modseq as d, messages as e,
         null::timestamptz as received_at, null::timestamptz as saved_at, null::uuid as id, null::text as words,
         null::bytea as slots
  from folder where id = ${folderId}
  union all
  (select 1::int2, uid, size_bytes, modseq, thread, flags, received_at, saved_at, content_id, keywords, null
   from message where folder_id = ${folderId} and uid >= ${fromUid} order by uid)
  union all
  (select 2::int2, page, null, null, null, null, null, null, null, sets, slots
   from flag_page where folder_id = ${folderId} and modseq > ${sinceModseq})
  union all
  (select 3::int2, uid, null, null, null, null, null, null, null, null, null
   from expunged where folder_id = ${folderId} and modseq > ${sinceModseq} and ${sinceModseq} > 0)`

const POSTGRES_EPOCH_MS = Date.UTC(2000, 0, 1)

const int8 = (row: BulkRow, column: number): number => Number(row[column]!.readBigInt64BE(0))
/** PostgreSQL counts microseconds from 2000. */
const instant = (row: BulkRow, column: number): number => Math.floor(int8(row, column) / 1_000) + POSTGRES_EPOCH_MS
const text = (row: BulkRow, column: number): string => row[column]?.toString('utf8') ?? ''

const arrivedOf = (row: BulkRow): Arrived => ({
  uid: int8(row, 1),
  sizeBytes: int8(row, 2),
  modseq: int8(row, 3),
  thread: row[4]!.readBigInt64BE(0),
  system: int8(row, 5),
  receivedAt: instant(row, 6),
  savedAt: instant(row, 7),
  content: row[8]!,
  keywords: text(row, 9),
})

const flaggedOf = (row: BulkRow): readonly Flagged[] =>
  readPage({ page: int8(row, 1), sets: text(row, 9), slots: row[10]! })

/** What there is of a folder, put into `known` or a new one; undefined where the folder is gone. */
export const loadFolder = async (db: Database, folderId: number, known?: Live): Promise<Live | undefined> => {
  const rows = await db.bulk(sql(folderId, known?.uidNext() ?? 1, known?.highestModseq() ?? 0))
  const first = rows[0]
  if (first === undefined || first[0]!.readInt16BE(0) !== ROW.folder) return undefined
  const live =
    known ?? makeLive({ folderId, mailboxId: int8(first, 1), uidValidity: int8(first, 2) }, int8(first, 5) + PAGE_UIDS)
  const arrived: Arrived[] = []
  const flagged: Flagged[] = []
  const expunged: number[] = []
  for (const row of rows) {
    const kind = row[0]!.readInt16BE(0)
    if (kind === ROW.message) arrived.push(arrivedOf(row))
    else if (kind === ROW.page) for (const entry of flaggedOf(row)) flagged.push(entry)
    else if (kind === ROW.expunged) expunged.push(int8(row, 1))
  }
  live.take({ arrived, flagged, expunged, uidNext: int8(first, 3) }, int8(first, 4))
  return live
}
