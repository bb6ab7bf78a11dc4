// Which contents do not end in CRLF: POP3 sends one behind them, and tells sizes with it.
import { toLatin1 } from '../../core/lib/bytes.ts'
import { type ContentId, rangePiece } from '../../core/lib/rope.ts'
import type { ContentReader } from '../../core/ports.ts'
import { limiter } from '../adapters/limiter.ts'
import type { Queries } from '../db/pool.ts'

const BATCH = 5_000
const READS = 8

type Row = { readonly id: ContentId; readonly size_bytes: number; readonly ends: boolean }

/**
 * Those of the given contents that are not empty and do not end in CRLF. Bytes in place are the end of their row
 * (pieces.ts), so most are told by the database without being read.
 */
export const withoutEnd = async (
  db: Queries,
  contents: ContentReader,
  ids: readonly ContentId[],
): Promise<ReadonlySet<ContentId>> => {
  const found = new Set<ContentId>()
  const inTurn = limiter(READS)
  const look = async ({ id, size_bytes }: Row): Promise<void> => {
    const length = Math.min(size_bytes, 2)
    const last = await contents.bytes([rangePiece(id, size_bytes - length, length)], 2)
    if (toLatin1(last) !== '\r\n') found.add(id)
  }
  for (let at = 0; at < ids.length; at += BATCH) {
    const rows = await db.query<Row>(
      'content-ends',
      `select id, size_bytes, substring(pieces from octet_length(pieces) - 1) = '\\x0d0a'::bytea as ends
       from content where id = any($1::uuid[])`,
      [ids.slice(at, at + BATCH)],
    )
    const unsure = rows.filter((row) => !row.ends && row.size_bytes > 0)
    await Promise.all(unsure.map((row) => inTurn(() => look(row))))
  }
  return found
}
