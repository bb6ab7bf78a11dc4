// Reads a folder from the database, whole or what is new of it, in one statement: one snapshot of everything.
import { KIND_NUMBERS } from '../../core/mailbox/certified.ts'
import { PAGE_UIDS, readPage } from '../../core/mailbox/flagPage.ts'
import type { BulkRow, Database } from '../db/pool.ts'
import type { Arrived } from './cells.ts'
import { type Flagged, type Live, makeLive } from './live.ts'

/** Kinds of message, in the order of their numbers. */
const KINDS = `array[${KIND_NUMBERS.map((kind) => `'${kind}'`).join(', ')}]`

/** Kinds of row. */
const ROW = { folder: 0, messages: 1, page: 2, expunged: 3 } as const

/**
 * Four kinds of row in one answer: the folder, its messages from a uid on (one row, a list a column), pages of flags and
 * uids that were removed after a modseq. Numbers of this process alone go into the text.
 */
const sql = (folderId: number, fromUid: number, sinceModseq: number): string => `
  select 0::int2 as kind, mailbox_id as a, uid_validity as b, uid_next as c, highest_modseq as d, recent_from::text as sets,
         null::bytea as slots, null::int8[] as uids, null::int8[] as sizes, null::int8[] as modseqs, null::int8[] as threads,
         null::int2[] as flags, null::timestamptz[] as received, null::timestamptz[] as saved, null::uuid[] as contents,
         null::text[] as keywords, null::int2[] as kinds
  from folder where id = ${folderId}
  union all
  select 1::int2, null, null, null, null, null, null, array_agg(uid), array_agg(size_bytes), array_agg(modseq),
         array_agg(thread), array_agg(flags), array_agg(received_at), array_agg(saved_at), array_agg(content_id),
         array_agg(keywords), array_agg(coalesce(array_position(${KINDS}, kind), 0)::int2)
  from (select * from message where folder_id = ${folderId} and uid >= ${fromUid} order by uid) m
  union all
  (select 2::int2, page, null, null, null, sets, slots, null, null, null, null, null, null, null, null, null, null
   from flag_page where folder_id = ${folderId} and modseq > ${sinceModseq})
  union all
  (select 3::int2, uid, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null
   from expunged where folder_id = ${folderId} and modseq > ${sinceModseq} and ${sinceModseq} > 0)`

const POSTGRES_EPOCH_MS = Date.UTC(2000, 0, 1)

/** An int8 below 2^53, without the detour of a bigint. */
const readInt8 = (bytes: Buffer, at: number): number => bytes.readInt32BE(at) * 2 ** 32 + bytes.readUInt32BE(at + 4)
const int8 = (row: BulkRow, column: number): number => readInt8(row[column]!, 0)
/** PostgreSQL counts microseconds from 2000. */
const readInstant = (bytes: Buffer, at: number): number => Math.floor(readInt8(bytes, at) / 1_000) + POSTGRES_EPOCH_MS

/** Where the elements of an array begin, in PostgreSQL's binary form: dimensions, flag, type, length, lower bound. */
const ARRAY_HEADER = 20
const ELEMENT_HEADER = 4

/** Steps through an array whose elements all have `width` bytes. */
const placeIn = (width: number) => (index: number) => ARRAY_HEADER + index * (ELEMENT_HEADER + width) + ELEMENT_HEADER
const eight = placeIn(8)
const two = placeIn(2)
const sixteen = placeIn(16)

/** The messages of a row of lists, one after the other in one object: whoever takes one copies it. */
function* messagesOf(row: BulkRow): Generator<Arrived> {
  const [uids, sizes, modseqs, threads, flags, received, saved, contents, keywords, kinds] = row.slice(7)
  if (!uids) return
  const count = uids.readInt32BE(12)
  const content = { bytes: contents!, at: 0 }
  const message = {
    uid: 0,
    content,
    sizeBytes: 0,
    receivedAt: 0,
    savedAt: 0,
    thread: 0n,
    system: 0,
    keywords: '',
    modseq: 0,
    kind: 0,
  }
  let word = ARRAY_HEADER
  for (let index = 0; index < count; index++) {
    const at = eight(index)
    message.uid = readInt8(uids, at)
    message.sizeBytes = readInt8(sizes!, at)
    message.modseq = readInt8(modseqs!, at)
    message.thread = threads!.readBigInt64BE(at)
    message.receivedAt = readInstant(received!, at)
    message.savedAt = readInstant(saved!, at)
    message.system = flags!.readInt16BE(two(index))
    message.kind = kinds!.readInt16BE(two(index))
    content.at = sixteen(index)
    const length = keywords!.readInt32BE(word)
    word += ELEMENT_HEADER
    message.keywords = length > 0 ? keywords!.toString('latin1', word, word + length) : ''
    word += Math.max(0, length)
    yield message
  }
}

const flaggedOf = (row: BulkRow): readonly Flagged[] =>
  readPage({ page: int8(row, 1), sets: row[5]!.toString('utf8'), slots: row[6]! })

/** What there is of a folder, put into `known` or a new one; undefined where the folder is gone. */
export const loadFolder = async (db: Database, folderId: number, known?: Live): Promise<Live | undefined> => {
  const rows = await db.bulk(sql(folderId, known?.uidNext() ?? 1, known?.highestModseq() ?? 0))
  const kindOf = (row: BulkRow): number => row[0]!.readInt16BE(0)
  const folder = rows.find((row) => kindOf(row) === ROW.folder)
  const messages = rows.find((row) => kindOf(row) === ROW.messages)
  if (folder === undefined || messages === undefined) return undefined
  const count = messages[7] ? messages[7].readInt32BE(12) : 0
  const identity = { folderId, mailboxId: int8(folder, 1), uidValidity: int8(folder, 2) }
  const live = known ?? makeLive(identity, count + PAGE_UIDS)
  const flagged: Flagged[] = []
  const expunged: number[] = []
  for (const row of rows) {
    if (kindOf(row) === ROW.page) for (const entry of flaggedOf(row)) flagged.push(entry)
    else if (kindOf(row) === ROW.expunged) expunged.push(int8(row, 1))
  }
  live.take({ arrived: messagesOf(messages), flagged, expunged, uidNext: int8(folder, 3) }, int8(folder, 4))
  live.takeRecent(Number(folder[5]!.toString('latin1')))
  return live
}
