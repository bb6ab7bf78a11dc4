// The contents used last, within a budget of bytes.
import type { ContentId } from '../../core/lib/rope.ts'
import type { ContentRow } from './pieces.ts'

export type Cache = {
  readonly get: (id: ContentId) => ContentRow | undefined
  readonly put: (row: ContentRow) => void
}

/** What a row costs besides the bytes in it. */
const ROW_BYTES = 400
const PIECE_BYTES = 150

const weigh = (row: ContentRow): number =>
  row.pieces.reduce((sum, piece) => sum + PIECE_BYTES + (piece.kind === 'bytes' ? piece.bytes.length : 0), ROW_BYTES)

/** A cache that forgets the least recently used rows beyond `limitBytes`. */
export const makeCache = (limitBytes: number): Cache => {
  const rows = new Map<ContentId, ContentRow>() // in order of use
  let total = 0
  const forget = (row: ContentRow): void => {
    rows.delete(row.id)
    total -= weigh(row)
  }
  return {
    get: (id) => {
      const row = rows.get(id)
      if (row === undefined) return undefined
      rows.delete(id)
      rows.set(id, row)
      return row
    },
    put: (row) => {
      const old = rows.get(row.id)
      if (old !== undefined) forget(old)
      const weight = weigh(row)
      if (weight > limitBytes) return
      rows.set(row.id, row)
      total += weight
      for (const oldest of rows.values()) {
        if (total <= limitBytes) break
        forget(oldest)
      }
    },
  }
}
