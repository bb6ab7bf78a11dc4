// The encoding of stored pieces, their slices, identifiers and the cache.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { makeCache } from '../../../src/shell/content/cache.ts'
import { newContentId } from '../../../src/shell/content/id.ts'
import {
  encodedLength,
  readPieces,
  type StoredPiece,
  sliceStored,
  writePieces,
} from '../../../src/shell/content/pieces.ts'

const number = fc.oneof(fc.nat(), fc.maxSafeNat())
const bytes = fc.uint8Array({ maxLength: 300 })
const hex = (length: number) =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((b) => Buffer.from(b).toString('hex'))
const uuid = hex(16).map((h) => h.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'))
const piece: fc.Arbitrary<StoredPiece> = fc.oneof(
  bytes.map((b): StoredPiece => ({ kind: 'bytes', bytes: b })),
  fc.record({ kind: fc.constant('blob' as const), sha256: hex(32), offset: number, length: number }),
  fc.record({ kind: fc.constant('range' as const), content: uuid, offset: number, length: number }),
)
const encode = (pieces: readonly StoredPiece[]): Buffer => {
  const target = Buffer.alloc(encodedLength(pieces))
  expect(writePieces(pieces, target, 0)).toBe(target.length)
  return target
}
const plain = (pieces: readonly StoredPiece[]) =>
  pieces.map((p) => (p.kind === 'bytes' ? { ...p, bytes: [...p.bytes] } : p))

describe('encoding', () => {
  test('read(write(x)) = x', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        expect(plain(readPieces(encode(pieces)))).toEqual(plain(pieces))
      }),
    )
  })
  test('any bytes are read or refused', () => {
    fc.assert(
      fc.property(bytes, (b) => {
        try {
          expect(encode(readPieces(b)).length).toBeLessThanOrEqual(b.length)
        } catch (error) {
          expect((error as Error).message).toContain('damaged')
        }
      }),
    )
  })
  test.each([
    ['nothing', []],
    ['an unknown format', [2]],
    ['an unknown letter', [1, 9]],
    ['bytes that end early', [1, 0, 5, 1]],
    ['a number without end', [1, 0, ...new Array(12).fill(255)]],
  ])('%s is refused', (_name, b) => expect(() => readPieces(Uint8Array.from(b))).toThrow('damaged'))
  test('an address that is not one is refused', () => {
    expect(() => encode([{ kind: 'blob', sha256: 'xy', offset: 0, length: 1 }])).toThrow(RangeError)
    expect(() => encode([{ kind: 'range', content: 'xy', offset: 0, length: 1 }])).toThrow(RangeError)
  })
})

describe('slices', () => {
  const pieces: StoredPiece[] = [
    { kind: 'bytes', bytes: Uint8Array.from([0, 1, 2, 3]) },
    { kind: 'blob', sha256: 'aa', offset: 100, length: 10 },
    { kind: 'range', content: 'c', offset: 5, length: 5 },
  ]
  test.each([
    ['all', 0, 19, pieces],
    ['nothing', 4, 4, []],
    ['within one', 6, 8, [{ kind: 'blob', sha256: 'aa', offset: 102, length: 2 }]],
    [
      'across all',
      3,
      15,
      [
        { kind: 'bytes', bytes: Uint8Array.from([3]) },
        { kind: 'blob', sha256: 'aa', offset: 100, length: 10 },
        { kind: 'range', content: 'c', offset: 5, length: 1 },
      ],
    ],
  ])('%s', (_name, start, end, out) => expect(sliceStored(pieces, start, end)).toEqual(out))
  test('beyond the end is refused', () => expect(() => sliceStored(pieces, 18, 20)).toThrow(RangeError))
})

test('identifiers are UUIDs of version 7, all different, growing', () => {
  const ids = Array.from({ length: 20_000 }, newContentId)
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(ids).toEqual([...new Set(ids)].sort())
})

test('the cache keeps what was used last within its budget', () => {
  const row = (id: string, size: number) => ({
    id,
    sizeBytes: size,
    pieces: [{ kind: 'bytes' as const, bytes: new Uint8Array(size) }],
  })
  const cache = makeCache(5000)
  cache.put(row('a', 1000))
  cache.put(row('b', 1000))
  cache.put(row('c', 1000))
  expect(cache.get('a')).toBeDefined()
  cache.put(row('d', 1000))
  expect(['a', 'b', 'c', 'd'].filter((id) => cache.get(id) !== undefined)).toEqual(['a', 'c', 'd'])
  cache.put(row('huge', 6000))
  expect(cache.get('huge')).toBeUndefined()
  cache.put(row('a', 10)) // replaced, not counted twice
  cache.put(row('e', 700))
  expect(cache.get('c')).toBeDefined()
})
