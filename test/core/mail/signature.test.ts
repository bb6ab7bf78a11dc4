// Signatures: no text that has what is sought is passed over; most that lack it are.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  MAX_SIGNATURE,
  MIN_SIGNATURE,
  mayContain,
  signatureBits,
  signatureOf,
} from '../../../src/core/mail/signature.ts'

const words = fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }), { maxLength: 400 })

test('no false negatives', () => {
  fc.assert(
    fc.property(words, words, fc.nat(), fc.nat(80), (first, second, start, length) => {
      const [a, b] = [first.join(' '), second.join(' ')]
      const signature = signatureOf([a, b])
      const at = b.length === 0 ? 0 : start % b.length
      expect(mayContain(signature, b.slice(at, at + length))).toBe(true)
      expect(mayContain(signature, a.slice(0, length))).toBe(true)
    }),
  )
})

test('bits are those that get_bit of PostgreSQL sees, in any size', () => {
  fc.assert(
    fc.property(words, (all) => {
      const signature = signatureOf([all.join(' ')])
      expect([1, 2, 4, 8, 16].map((k) => k * 1_024)).toContain(signature.length)
      for (const bit of signatureBits(all.join(' '))) {
        const n = bit % (signature.length * 8)
        expect((signature[n >> 3]! >> (n & 7)) & 1).toBe(1)
      }
    }),
  )
})

test('a text under three units asks for no bits', () => {
  expect(signatureBits('')).toEqual([])
  expect(signatureBits('ab')).toEqual([])
  expect(signatureBits('abc').length).toBe(1)
})

/** Text of numbers, of which each has trigrams of its own. */
const textOf = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, i) => `${((from + i) * 7_919) % 100_003}`).join(' ')

test('usual texts have 1 KiB, long ones at most 16', () => {
  expect(signatureOf([textOf(0, 200)]).length).toBe(MIN_SIGNATURE)
  expect(signatureOf(['']).length).toBe(MIN_SIGNATURE)
  let seed = 1
  const next = (): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0
    return seed >>> 16
  }
  const varied = Array.from({ length: 60_000 }, () => String.fromCharCode(97 + (next() % 1_000))).join('')
  expect(signatureOf([varied]).length).toBe(MAX_SIGNATURE)
})

test('most texts that lack what is sought are passed over', () => {
  const alphabet = 'abcdefghilmnopqrstuvz'
  const word = (seed: number): string =>
    Array.from({ length: 8 }, (_, i) => alphabet[(seed * (i + 3) * 7 + (seed >> i)) % alphabet.length]).join('')
  const signature = signatureOf([Array.from({ length: 300 }, (_, i) => word(i)).join(' ')])
  const sought = Array.from({ length: 1_000 }, (_, i) =>
    word(i + 5_000)
      .split('')
      .reverse()
      .join(''),
  )
  expect(sought.filter((text) => mayContain(signature, text)).length).toBeLessThan(100)
})
