// The store of contents on a real database and real files.
import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Fault } from '../../../src/core/lib/refusal.ts'
import { bytesPiece, type Rope, rangePiece } from '../../../src/core/lib/rope.ts'
import type { BlobStore } from '../../../src/core/ports.ts'
import { openFileBlobs } from '../../../src/shell/adapters/blobs.ts'
import { type ContentRow, type ContentStore, openContentStore, TooLarge } from '../../../src/shell/content/store.ts'
import { type TestDatabase, testDatabase } from '../db/support.ts'

const INLINE = 1000
const folder = mkdtempSync(join(tmpdir(), 'contents-'))
let it: TestDatabase
let blobs: BlobStore
let store: ContentStore
const fresh = (): ContentStore => openContentStore({ db: it.db, blobs, inlineLimitBytes: INLINE })
beforeAll(async () => {
  it = await testDatabase()
  blobs = openFileBlobs(folder)
  store = fresh()
})
afterAll(async () => {
  await store.close()
  await it.drop()
  rmSync(folder, { recursive: true, force: true })
})

async function* chunksOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}
const save = (...rows: ContentRow[]): Promise<void> => it.db.tx((tx) => store.insert(tx, rows))
const all = (row: ContentRow): Rope => [rangePiece(row.id, 0, row.sizeBytes)]
const hash = (bytes: Uint8Array, algorithm = 'sha256'): string => createHash(algorithm).update(bytes).digest('hex')
const blobCount = async (): Promise<number> => (await Array.fromAsync(blobs.list())).length
/** Receives, saves; gives the row and its bytes. */
const stored = async (size: number): Promise<{ row: ContentRow; bytes: Buffer }> => {
  const bytes = randomBytes(size)
  const row = await store.receive(chunksOf(bytes, 333), { limitBytes: 10_000_000 })
  await save(row)
  return { row, bytes }
}

describe('receiving', () => {
  test.each([
    ['nothing', 0, 'bytes'],
    ['small', 700, 'bytes'],
    ['at the limit', INLINE, 'bytes'],
    ['beyond the limit', INLINE + 1, 'blob'],
    ['large', 700_000, 'blob'],
  ])('%s: comes back byte for byte from the database', async (_name, size, kind) => {
    const { row, bytes } = await stored(size)
    expect(row.sizeBytes).toBe(size)
    expect(row.pieces.map((piece) => piece.kind)).toEqual([kind])
    const reader = fresh() // nothing cached
    expect((await reader.bytes(all(row), size)).length).toBe(size)
    expect(hash(await reader.bytes(all(row), size))).toBe(hash(bytes))
  })
  test('the head comes first, and the tap sees it all', async () => {
    const seen: Uint8Array[] = []
    const row = await store.receive(chunksOf(Buffer.from('body'), 2), {
      limitBytes: 4,
      head: Buffer.from('head '),
      tap: (chunk) => seen.push(chunk),
    })
    store.remember(row)
    expect(Buffer.from(await store.bytes(all(row), 99)).toString()).toBe('head body')
    expect(Buffer.concat(seen).toString()).toBe('head body')
  })
  test('too large: refused, read to its end, nothing kept', async () => {
    const before = await blobCount()
    const error = await store.receive(chunksOf(randomBytes(9000), 500), { limitBytes: 5000 }).catch((e: unknown) => e)
    expect(error).toBeInstanceOf(TooLarge)
    expect((error as TooLarge).drained).toBe(true)
    expect(await blobCount()).toBe(before)
  })
  test('endless sender: given up after as much again', async () => {
    let sent = 0
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        sent += 1000
        yield new Uint8Array(1000)
      }
    }
    const error = await store.receive(endless(), { limitBytes: 5000 }).catch((e: unknown) => e)
    expect((error as TooLarge).drained).toBe(false)
    expect(sent).toBeLessThanOrEqual(12_000)
  })
  test('a stream that breaks leaves nothing', async () => {
    const before = await blobCount()
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield randomBytes(5000)
      throw new Error('cut')
    }
    await expect(store.receive(broken(), { limitBytes: 10_000 })).rejects.toThrow('cut')
    expect(await blobCount()).toBe(before)
  })
  test('a disk that fails is told when the sender has finished', async () => {
    const failing = openContentStore({
      db: it.db,
      blobs: { ...blobs, create: () => Promise.reject(new Fault('blobs', 'no space left')) },
      inlineLimitBytes: 10,
    })
    let sent = 0
    async function* sender(): AsyncGenerator<Uint8Array> {
      for (; sent < 5; sent++) yield new Uint8Array(100)
    }
    await expect(failing.receive(sender(), { limitBytes: 1000 })).rejects.toBeInstanceOf(Fault)
    expect(sent).toBe(5)
  })
})

describe('ropes', () => {
  test('head, a range of a small content and a tail', async () => {
    const { row, bytes } = await stored(900)
    const rope = [bytesPiece(Buffer.from('<')), rangePiece(row.id, 100, 700), bytesPiece(Buffer.from('>'))]
    const outer = store.row(store.newId(), rope)
    await save(outer)
    const whole = await fresh().bytes(all(outer), 1000)
    expect(hash(whole)).toBe(hash(Buffer.concat([Buffer.from('<'), bytes.subarray(100, 800), Buffer.from('>')])))
  })
  test('a range of a content made of a blob names the blob: stored once, flat', async () => {
    const { row, bytes } = await stored(50_000)
    const outer = store.row(store.newId(), [bytesPiece(Buffer.from('<')), rangePiece(row.id, 0, 50_000)])
    store.remember(outer)
    const third = store.row(store.newId(), [rangePiece(outer.id, 0, 101), bytesPiece(Buffer.from('!'))])
    expect(third.pieces.map((piece) => piece.kind)).toEqual(['range', 'blob', 'bytes'])
    await save(outer, third)
    const expected = Buffer.concat([Buffer.from('<'), bytes.subarray(0, 100), Buffer.from('!')])
    expect(hash(await fresh().bytes(all(third), 1000))).toBe(hash(expected))
  })
  test('rowOf finds in the database what is not cached, and puts large bytes into blobs', async () => {
    const { row, bytes } = await stored(50_000)
    const large = randomBytes(3000)
    const cold = fresh()
    const outer = await cold.rowOf([bytesPiece(Buffer.from('h')), bytesPiece(large), rangePiece(row.id, 9, 1000)])
    expect(outer.pieces.map((piece) => piece.kind)).toEqual(['bytes', 'blob', 'blob'])
    await save(outer)
    const expected = Buffer.concat([Buffer.from('h'), large, bytes.subarray(9, 1009)])
    expect(hash(await fresh().bytes(all(outer), 9000))).toBe(hash(expected))
    expect(() => store.row(store.newId(), [bytesPiece(large)])).toThrow(RangeError)
  })
  test('streams in chunks of at most 256 KiB', async () => {
    const { row, bytes } = await stored(600_000)
    const seen: Uint8Array[] = []
    for await (const chunk of store.stream(all(row))) {
      expect(chunk.length).toBeLessThanOrEqual(256 * 1024)
      seen.push(chunk)
    }
    expect(hash(Buffer.concat(seen))).toBe(hash(bytes))
  })
  test('longer than expected is refused before it is read', async () => {
    const { row } = await stored(600)
    await expect(store.bytes(all(row), 599)).rejects.toBeInstanceOf(RangeError)
  })
  test('a content that is not stored is an error', async () => {
    await expect(store.bytes([rangePiece(store.newId(), 0, 1)], 9)).rejects.toThrow('not stored')
  })
  test('a content that names itself ends', async () => {
    const id = store.newId()
    await save({ id, sizeBytes: 1, pieces: [{ kind: 'range', content: id, offset: 0, length: 1 }] })
    await expect(fresh().bytes([rangePiece(id, 0, 1)], 9)).rejects.toThrow('too deep')
  })
  test('a rolled back transaction leaves no content', async () => {
    const row = await store.receive(chunksOf(randomBytes(5000), 500), { limitBytes: 9000 })
    await it.db
      .tx(async (tx) => {
        await store.insert(tx, [row])
        throw new Error('no')
      })
      .catch(() => {})
    await expect(fresh().bytes(all(row), 9000)).rejects.toThrow('not stored')
  })
})

describe('digests', () => {
  test.each(['sha256', 'sha1'] as const)('%s of small ropes, of ropes over one blob, in threads', async (algorithm) => {
    const small = await stored(800)
    const large = await stored(3_000_000)
    const head = randomBytes(2500)
    const ropes: Rope[] = [
      [bytesPiece(head), rangePiece(large.row.id, 0, 3_000_000), bytesPiece(head)],
      [rangePiece(small.row.id, 10, 500), rangePiece(large.row.id, 1, 2_999_990), rangePiece(large.row.id, 5, 100)],
      [rangePiece(large.row.id, 2_000_000, 400_000), rangePiece(small.row.id, 0, 800)],
      [bytesPiece(new Uint8Array(0))],
      [],
      [bytesPiece(large.bytes)],
    ]
    const expected = [
      Buffer.concat([head, large.bytes, head]),
      Buffer.concat([small.bytes.subarray(10, 510), large.bytes.subarray(1, 2_999_991), large.bytes.subarray(5, 105)]),
      Buffer.concat([large.bytes.subarray(2_000_000, 2_400_000), small.bytes]),
      Buffer.alloc(0),
      Buffer.alloc(0),
      large.bytes,
    ].map((bytes) => hash(bytes, algorithm))
    const hex = (digests: readonly Uint8Array[]) => digests.map((digest) => Buffer.from(digest).toString('hex'))
    expect(hex(await store.digests(ropes, algorithm))).toEqual(expected)
    const each = await Promise.all(ropes.map((rope) => store.digests([rope], algorithm))) // several jobs at once
    expect(hex(each.map((digests) => digests[0]!))).toEqual(expected)
  })
  test('a blob that is gone is a fault, and the threads go on', async () => {
    const { row } = await stored(3_000_000)
    const [piece] = row.pieces
    if (piece?.kind === 'blob') await blobs.remove(piece.sha256)
    await expect(store.digests([all(row), all(row)], 'sha256')).rejects.toBeInstanceOf(Fault)
    const bytes = new Uint8Array(3_000_000)
    const [digest] = await store.digests([[bytesPiece(bytes)]], 'sha256')
    expect(Buffer.from(digest!).toString('hex')).toBe(hash(bytes))
  })
})

describe('sweeping', () => {
  const age = (sha256: string): void => utimesSync(join(folder, 'sha256', sha256.slice(0, 2), sha256.slice(2)), 1, 1)
  const blobOf = (row: ContentRow): string => {
    const [piece] = row.pieces
    if (piece?.kind !== 'blob') throw new Error('not a blob')
    return piece.sha256
  }
  test('takes old orphans; spares young ones and all that a content names', async () => {
    const named = await stored(5000)
    const orphan = await store.receive(chunksOf(randomBytes(5000), 500), { limitBytes: 9000 })
    const young = await store.receive(chunksOf(randomBytes(5000), 500), { limitBytes: 9000 })
    age(blobOf(named.row))
    age(blobOf(orphan))
    expect(await store.sweep(10_000)).toBe(1)
    const left = new Set((await Array.fromAsync(blobs.list())).map((blob) => blob.sha256))
    expect([named.row, orphan, young].map((row) => left.has(blobOf(row)))).toEqual([true, false, true])
  })
  test('spares a blob that only a range of another content names', async () => {
    const { row } = await stored(5000)
    const outer = store.row(store.newId(), [rangePiece(row.id, 0, 10)])
    await save(outer)
    await it.db.query('forget', 'delete from content where id = $1', [row.id])
    age(blobOf(row))
    expect(await store.sweep(10_000)).toBe(0)
    expect(await fresh().bytes(all(outer), 10)).toHaveLength(10)
  })
})
