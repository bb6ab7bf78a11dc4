// The bytes of messages: taken in, named, read, digested, and cleared away when nothing names them.
import { Buffer } from 'node:buffer'
import type { Instant } from '../../core/lib/instant.ts'
import { type ContentId, type Rope, ropeLength } from '../../core/lib/rope.ts'
import type { BlobStore, ContentReader } from '../../core/ports.ts'
import type { Database, Tx, Values } from '../db/pool.ts'
import { makeCache } from './cache.ts'
import { type DigestAlgorithm, openDigester } from './digest.ts'
import { newContentId } from './id.ts'
import { blobsOf, type ContentRow, encodedLength, type StoredPiece, sliceStored, writePieces } from './pieces.ts'
import { makeReader, readAll } from './read.ts'
import { type ReceiveOptions, receiveContent } from './receive.ts'

export type { ContentRow } from './pieces.ts'
export { type ReceiveOptions, TooLarge } from './receive.ts'

export type ContentStore = ContentReader & {
  readonly newId: () => ContentId
  /** Takes in a stream: small in memory, else in a blob that is durable when this resolves. It is remembered. Throws TooLarge, Fault. */
  readonly receive: (stream: AsyncIterable<Uint8Array>, options: ReceiveOptions) => Promise<ContentRow>
  /** A rope made ready to insert. Throws RangeError where its bytes in place are beyond the limit: use `rowOf`. */
  readonly row: (id: ContentId, rope: Rope) => ContentRow
  /** The same, with a new id unless one is given; large bytes in place go to durable blobs first. Throws Fault('blobs'). */
  readonly rowOf: (rope: Rope, id?: ContentId) => Promise<ContentRow>
  /** Inserts rows in the caller's transaction, in one statement, without waiting for its answer. */
  readonly insert: (tx: Tx, rows: readonly ContentRow[]) => Promise<void>
  /** Makes a row readable in this process at once, before it is committed. */
  readonly remember: (row: ContentRow) => void
  /** Length of a content in bytes. Throws an Error where it is not stored. */
  readonly sizeOf: (id: ContentId) => Promise<number>
  /** Brings contents into memory together, as far as it lasts: who reads many of them next waits once. */
  readonly preload: (ids: readonly ContentId[]) => Promise<void>
  /** Digests of the ropes, in their order; large work runs in threads. */
  readonly digests: (ropes: readonly Rope[], algorithm: DigestAlgorithm) => Promise<readonly Uint8Array[]>
  /**
   * Removes blobs that no content names and that were written before `before`: choose it a day ago or more, so that
   * nothing on its way into a transaction is touched. Gives how many went.
   */
  readonly sweep: (before: Instant) => Promise<number>
  /** Ends the hashing threads. */
  readonly close: () => Promise<void>
}

export type ContentOptions = {
  readonly db: Database
  /** Belongs to this database alone. */
  readonly blobs: BlobStore
  /** Contents up to this size are kept in the database. */
  readonly inlineLimitBytes?: number
  readonly cacheBytes?: number
}

/** Smaller pieces stay in place even in a rope whose bytes in place are too many. */
const SMALL_PIECE_BYTES = 1024
const SWEEP_BATCH = 500

/** The rows of the values that `contentValues` gives, as parameters from number `n` on. */
const insertRows = (n: number): string => `
  insert into content (id, size_bytes, pieces)
  select id, size, substring($${n + 2}::bytea from start for length)
  from unnest($${n}::uuid[], $${n + 1}::int8[], $${n + 3}::int4[], $${n + 4}::int4[]) as given (id, size, start, length)`
const insertBlobs = (n: number): string => `
  insert into content_blob (blob, content)
  select decode(blob, 'hex'), content from unnest($${n + 5}::text[], $${n + 6}::uuid[]) as given (blob, content)`

/** Two parts of a larger statement's WITH that insert contents; `contentValues` are its parameters from `n` on. */
export const insertContents = (n: number): string =>
  `stored_contents as (${insertRows(n)}), stored_blobs as (${insertBlobs(n)})`
const findOrphans = `
  select blob from unnest($1::text[]) as given (blob)
  where not exists (select from content_blob where content_blob.blob = decode(given.blob, 'hex'))`

/** Rows as seven values. Their bytes go as one: an array of bytes would travel as hexadecimal text. */
export const contentValues = (rows: readonly ContentRow[]): Values => {
  const lengths = rows.map((row) => encodedLength(row.pieces))
  const whole = Buffer.allocUnsafe(lengths.reduce((sum, length) => sum + length, 0))
  let at = 0
  const starts = rows.map((row) => {
    const start = at + 1 // SQL counts from 1
    at = writePieces(row.pieces, whole, at)
    return start
  })
  const named = rows.flatMap((row) => blobsOf(row).map((blob) => ({ blob, content: row.id })))
  return [
    rows.map((row) => row.id),
    rows.map((row) => row.sizeBytes),
    whole,
    starts,
    lengths,
    named.map(({ blob }) => blob),
    named.map(({ content }) => content),
  ]
}

/** All rows in one statement. */
const insert = (tx: Tx, rows: readonly ContentRow[]): void => {
  if (rows.length === 0) return
  const values = contentValues(rows)
  if (rows.every((row) => blobsOf(row).length === 0)) tx.send('content_insert', insertRows(1), values.slice(0, 5))
  else tx.send('content_insert_blobs', `with stored as (${insertRows(1)}) ${insertBlobs(1)}`, values)
}

const inlineBytes = (pieces: readonly StoredPiece[]): number =>
  pieces.reduce((sum, piece) => sum + (piece.kind === 'bytes' ? piece.bytes.length : 0), 0)

const sweepBlobs = async (db: Database, blobs: BlobStore, before: Instant): Promise<number> => {
  let removed = 0
  const clear = async (batch: readonly string[]): Promise<void> => {
    const orphans = await db.query<{ blob: string }>('content_orphans', findOrphans, [batch])
    for (const { blob } of orphans) await blobs.remove(blob, before)
    removed += orphans.length
  }
  await blobs.tidy?.(before)
  let batch: string[] = []
  for await (const { sha256, writtenAt } of blobs.list()) {
    if (writtenAt >= before) continue
    batch.push(sha256)
    if (batch.length < SWEEP_BATCH) continue
    await clear(batch)
    batch = []
  }
  if (batch.length > 0) await clear(batch)
  return removed
}

/** Opens the store of contents of a database. */
export const openContentStore = (options: ContentOptions): ContentStore => {
  const { db, blobs } = options
  const inlineLimitBytes = options.inlineLimitBytes ?? 32 * 1024
  const cache = makeCache(options.cacheBytes ?? 64 * 1024 * 1024)
  const reader = makeReader(db, blobs, cache)
  const digester = openDigester(blobs)

  /** A range of a content that is itself made of blobs or of others names these: what is read later stays shallow. */
  const resolve = (piece: Rope[number]): readonly StoredPiece[] => {
    if (piece.kind === 'bytes') return piece.bytes.length === 0 ? [] : [piece]
    const row = cache.get(piece.content)
    if (row === undefined || row.pieces.every(({ kind }) => kind === 'bytes')) return [piece]
    let at = piece.offset
    return sliceStored(row.pieces, piece.offset, piece.offset + piece.length).map((part): StoredPiece => {
      const length = part.kind === 'bytes' ? part.bytes.length : part.length
      const named: StoredPiece = { kind: 'range', content: piece.content, offset: at, length }
      at += length
      return part.kind === 'bytes' ? named : part
    })
  }
  const toBlob = async (bytes: Uint8Array): Promise<StoredPiece> => {
    const writer = await blobs.create()
    try {
      await writer.write(bytes)
      const { sha256 } = await writer.finish()
      return { kind: 'blob', sha256, offset: 0, length: bytes.length }
    } catch (error) {
      await writer.abandon()
      throw error
    }
  }
  const rowOf = async (rope: Rope, id = newContentId()): Promise<ContentRow> => {
    await reader.load(rope.flatMap((piece) => (piece.kind === 'range' ? [piece.content] : [])))
    const pieces = rope.flatMap(resolve)
    const excess = inlineBytes(pieces) > inlineLimitBytes
    for (const [i, piece] of pieces.entries())
      if (excess && piece.kind === 'bytes' && piece.bytes.length > SMALL_PIECE_BYTES)
        pieces[i] = await toBlob(piece.bytes)
    return { id, sizeBytes: ropeLength(rope), pieces }
  }
  return {
    stream: async function* (rope) {
      yield* reader.stream(reader.flattenNow(rope) ?? (await reader.flatten(rope)))
    },
    bytes: (rope, limitBytes) => readAll(reader, rope, limitBytes),
    newId: newContentId,
    receive: async (stream, limits) => {
      const row = await receiveContent(blobs, inlineLimitBytes, stream, limits)
      cache.put(row)
      return row
    },
    row: (id, rope) => {
      const pieces = rope.flatMap(resolve)
      if (inlineBytes(pieces) > inlineLimitBytes) throw new RangeError('too many bytes in place for a row')
      return { id, sizeBytes: ropeLength(rope), pieces }
    },
    rowOf,
    insert: async (tx, rows) => insert(tx, rows),
    remember: (row) => cache.put(row),
    sizeOf: async (id) => {
      const row = (await reader.load([id])).get(id)
      if (row === undefined) throw new Error(`content ${id} is not stored`)
      return row.sizeBytes
    },
    preload: async (ids) => void (await reader.load(ids)),
    digests: async (ropes, algorithm) =>
      digester.digests(
        await Promise.all(ropes.map((rope) => reader.flattenNow(rope) ?? reader.flatten(rope))),
        algorithm,
      ),
    sweep: (before) => sweepBlobs(db, blobs, before),
    close: () => digester.close(),
  }
}
