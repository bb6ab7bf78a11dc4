import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  hasBareLf,
  type MessageSource,
  readRange,
  sourceOfBytes,
  withCrlf,
} from '../../../src/shell/cli/verify/source.ts'

/** The bytes in chunks that end wherever the cuts say; each chunk overwrites the one before, as those of a file do. */
const cutSource = (bytes: Buffer, cuts: readonly number[]): MessageSource => ({
  chunks: function* (start, end) {
    const stop = Math.min(end, bytes.length)
    const points = [...cuts.filter((cut) => cut > start && cut < stop), stop].sort((a, b) => a - b)
    const buffer = Buffer.alloc(bytes.length)
    let at = start
    for (const point of points) {
      buffer.fill(0)
      bytes.copy(buffer, 0, at, point)
      yield buffer.subarray(0, point - at)
      at = point
    }
  },
})

const restored = (text: string): string => text.replace(/\r?\n/g, '\r\n')
const text = fc.string({ unit: fc.constantFrom('\r', '\n', 'a', 'b'), maxLength: 40 })

describe('lost line ends', () => {
  it('come back wherever the chunks end, and only where they were lost', () => {
    fc.assert(
      fc.property(text, fc.array(fc.nat(40)), (given, cuts) => {
        const source = withCrlf(cutSource(Buffer.from(given), cuts))
        expect(Buffer.from(readRange(source, 0, Number.POSITIVE_INFINITY, 1_000)).toString()).toBe(restored(given))
      }),
    )
  })

  it('are counted in the offsets of a range', () => {
    fc.assert(
      fc.property(text, fc.array(fc.nat(40)), fc.nat(90), fc.nat(90), (given, cuts, from, length) => {
        const source = withCrlf(cutSource(Buffer.from(given), cuts))
        const expected = restored(given).slice(from, from + length)
        expect(Buffer.from(readRange(source, from, from + length, 1_000)).toString()).toBe(expected)
      }),
    )
  })

  it('are noticed', () => {
    fc.assert(
      fc.property(text, fc.array(fc.nat(40)), (given, cuts) => {
        expect(hasBareLf(cutSource(Buffer.from(given), cuts))).toBe(restored(given) !== given)
      }),
    )
  })
})

it('a range is no longer than its limit', () => {
  expect(readRange(sourceOfBytes(Buffer.from('abcdef')), 1, 6, 3)).toHaveLength(3)
})
