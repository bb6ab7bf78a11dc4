// Ropes: lengths and slices, over bytes in place and ranges of stored contents.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromLatin1, toLatin1 } from '../../../src/core/lib/bytes.ts'
import type { Rope } from '../../../src/core/lib/rope.ts'
import { bytesPiece, pieceLength, rangePiece, ropeLength, sliceRope } from '../../../src/core/lib/rope.ts'

const STORED = 'abcdefghijklmnopqrstuvwxyz'
const text = (rope: Rope): string =>
  rope
    .map((piece) =>
      piece.kind === 'bytes' ? toLatin1(piece.bytes) : STORED.slice(piece.offset, piece.offset + piece.length),
    )
    .join('')

const piece = fc.oneof(
  fc.string({ maxLength: 6 }).map((content) => bytesPiece(fromLatin1(content))),
  fc.tuple(fc.nat(20), fc.nat(6)).map(([offset, length]) => rangePiece('c', offset, length)),
)
const rope = fc.array(piece, { maxLength: 8 })

describe('rope', () => {
  test('lengths', () => {
    expect(ropeLength([])).toBe(0)
    expect(pieceLength(bytesPiece(fromLatin1('abc')))).toBe(3)
    expect(ropeLength([bytesPiece(fromLatin1('abc')), rangePiece('c', 5, 7)])).toBe(10)
  })

  test('a slice names the range of a range', () => {
    expect(sliceRope([bytesPiece(fromLatin1('12345')), rangePiece('c', 10, 100)], 3, 25)).toEqual([
      bytesPiece(fromLatin1('45')),
      rangePiece('c', 10, 20),
    ])
    expect(sliceRope([rangePiece('c', 10, 100)], 30, 40)).toEqual([rangePiece('c', 40, 10)])
  })

  test('the slice of a rope is the slice of its text, without empty pieces', () => {
    fc.assert(
      fc.property(rope, fc.nat(50), fc.nat(50), (whole, start, end) => {
        const slice = sliceRope(whole, start, end)
        expect(text(slice)).toBe(text(whole).slice(start, Math.max(start, end)))
        expect(slice.every((each) => pieceLength(each) > 0)).toBe(true)
        expect(ropeLength(slice)).toBe(text(slice).length)
      }),
    )
  })
})
