// Reads ropes: finds the rows they name, from the cache or the database, and gives their bytes.
import { concat } from '../../core/lib/bytes.ts'
import { type ContentId, type Rope, ropeLength } from '../../core/lib/rope.ts'
import type { BlobStore } from '../../core/ports.ts'
import { coalesce } from '../db/coalesce.ts'
import { bulkIds, type Database } from '../db/pool.ts'
import type { Cache } from './cache.ts'
import { readId } from './id.ts'
import { type ContentRow, readPieces, type StoredPiece, sliceStored } from './pieces.ts'

/** Pieces in which no other content is named: bytes in place and ranges of blobs. */
export type FlatPiece = Exclude<StoredPiece, { readonly kind: 'range' }>

export type Reader = {
  /** The pieces of a rope down to bytes and blobs. Throws an Error where a content is not stored, or names itself. */
  readonly flatten: (pieces: Rope | readonly StoredPiece[]) => Promise<readonly FlatPiece[]>
  /** The same at once, where all that the rope names is at hand; else undefined. */
  readonly flattenNow: (pieces: Rope | readonly StoredPiece[]) => readonly FlatPiece[] | undefined
  /** The bytes of flat pieces in chunks of at most 256 KiB. */
  readonly stream: (pieces: readonly FlatPiece[]) => AsyncGenerator<Uint8Array>
  /** Brings the named contents that the database has into the cache. */
  readonly load: (ids: readonly ContentId[]) => Promise<ReadonlyMap<ContentId, ContentRow>>
}

/** Whether a piece's bytes are in memory. */
export const isInPlace = (piece: FlatPiece): piece is Extract<FlatPiece, { readonly kind: 'bytes' }> =>
  piece.kind === 'bytes'

export const CHUNK_BYTES = 256 * 1024
/** How deep contents may name contents. Rows are written flat where what they name is known, so 2 is usual. */
const DEEPEST = 8
const MOST_PIECES = 10_000

type Row = { readonly id: ContentId; readonly size_bytes: number; readonly pieces: Uint8Array }

/** From so many contents on it pays to read them as bytes. */
const BULK_FROM = 4

const readRows = async (db: Database, ids: readonly ContentId[]): Promise<readonly ContentRow[]> => {
  if (ids.length >= BULK_FROM) {
    const rows = await db.bulk(`select id, size_bytes, pieces from content where id = any(${bulkIds(ids)})`)
    return rows.map(([id, size, pieces]) => ({
      id: readId(id!, 0),
      sizeBytes: Number(size!.readBigInt64BE(0)),
      pieces: readPieces(pieces!),
    }))
  }
  const rows = await db.query<Row>('content_read', 'select id, size_bytes, pieces from content where id = any($1)', [
    ids,
  ])
  return rows.map(({ id, size_bytes, pieces }) => ({ id, sizeBytes: size_bytes, pieces: readPieces(pieces) }))
}

export const makeReader = (db: Database, blobs: BlobStore, cache: Cache): Reader => {
  const read = coalesce<ContentId, ContentRow>(async (ids) => {
    const rows = await readRows(db, ids)
    for (const row of rows) cache.put(row)
    return new Map(rows.map((row) => [row.id, row]))
  })
  const load = async (ids: readonly ContentId[]): Promise<ReadonlyMap<ContentId, ContentRow>> => {
    const found = new Map<ContentId, ContentRow>()
    const unknown: ContentId[] = []
    for (const id of ids) {
      const row = cache.get(id)
      if (row === undefined) unknown.push(id)
      else found.set(id, row)
    }
    if (unknown.length === 0) return found
    const rows = await read(unknown)
    for (const id of unknown) {
      const row = rows.get(id)
      if (row !== undefined) found.set(id, row)
    }
    return found
  }

  const flattenNow = (rope: Rope | readonly StoredPiece[], depth = 0): readonly FlatPiece[] | undefined => {
    const flat: FlatPiece[] = []
    for (const piece of rope) {
      if (piece.kind !== 'range') {
        flat.push(piece)
        continue
      }
      const row = depth === DEEPEST ? undefined : cache.get(piece.content)
      const inner = row && flattenNow(sliceStored(row.pieces, piece.offset, piece.offset + piece.length), depth + 1)
      if (inner === undefined || flat.length + inner.length > MOST_PIECES) return undefined
      flat.push(...inner)
    }
    return flat
  }

  const flatten = async (rope: Rope | readonly StoredPiece[]): Promise<readonly FlatPiece[]> => {
    let pieces: readonly StoredPiece[] = rope
    for (let depth = 0; ; depth++) {
      const named = pieces.flatMap((piece) => (piece.kind === 'range' ? [piece.content] : []))
      if (named.length === 0) return pieces as readonly FlatPiece[]
      if (depth === DEEPEST || pieces.length > MOST_PIECES) throw new Error(`content ${named[0]} is nested too deep`)
      const rows = await load(named)
      pieces = pieces.flatMap((piece) => {
        if (piece.kind !== 'range') return [piece]
        const row = rows.get(piece.content)
        if (row === undefined) throw new Error(`content ${piece.content} is not stored`)
        return sliceStored(row.pieces, piece.offset, piece.offset + piece.length)
      })
    }
  }

  async function* stream(pieces: readonly FlatPiece[]): AsyncGenerator<Uint8Array> {
    for (const piece of pieces) {
      if (piece.kind === 'blob') yield* blobs.read(piece.sha256, piece.offset, piece.length)
      else for (let at = 0; at < piece.bytes.length; at += CHUNK_BYTES) yield piece.bytes.subarray(at, at + CHUNK_BYTES)
    }
  }
  return { load, flatten, flattenNow, stream }
}

/** The rope's bytes in one array. Throws RangeError where it is longer than `limitBytes`. */
export const readAll = async (reader: Reader, rope: Rope, limitBytes: number): Promise<Uint8Array> => {
  const length = ropeLength(rope)
  if (length > limitBytes) throw new RangeError(`${length} bytes where at most ${limitBytes} were expected`)
  const pieces = reader.flattenNow(rope) ?? (await reader.flatten(rope))
  const chunks: Uint8Array[] = []
  if (pieces.every(isInPlace)) for (const { bytes } of pieces) chunks.push(bytes)
  else for await (const chunk of reader.stream(pieces)) chunks.push(chunk)
  return chunks.length === 1 ? chunks[0]! : concat(chunks)
}
