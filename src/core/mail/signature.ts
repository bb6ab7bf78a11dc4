// Signatures of folded text: Bloom filters over trigrams, by which a database passes over most texts unseen.

/** Sizes of a signature in bytes; always a power of two between them. */
export const MIN_SIGNATURE = 1_024
export const MAX_SIGNATURE = 16_384

/** Bit of a trigram of UTF-16 units in the largest signature; in a smaller one it is this modulo its bits. */
const bitOf = (a: number, b: number, c: number): number => {
  let hash = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b) ^ Math.imul(c, 0xc2b2ae35)
  hash ^= hash >>> 15
  hash = Math.imul(hash, 0x2c1b3c6d)
  return (hash ^ (hash >>> 13)) & (MAX_SIGNATURE * 8 - 1)
}

const countBits = (words: Uint32Array): number => {
  let count = 0
  for (let word of words) {
    word -= (word >>> 1) & 0x55555555
    word = (word & 0x33333333) + ((word >>> 2) & 0x33333333)
    count += Math.imul((word + (word >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
  }
  return count
}

/** Adds the trigrams of a text to a filter. */
const mark = (bytes: Uint8Array, folded: string): void => {
  if (folded.length < 3) return
  const mask = bytes.length * 8 - 1
  let a = folded.charCodeAt(0)
  let b = folded.charCodeAt(1)
  for (let at = 2; at < folded.length; at++) {
    const c = folded.charCodeAt(at)
    const bit = bitOf(a, b, c) & mask
    bytes[bit >>> 3]! |= 1 << (bit & 7)
    a = b
    b = c
  }
}

/**
 * The signature of folded texts (see foldText): as small as keeps three bits of four clear, 1 to 16 KiB. Bit n is bit
 * n modulo 8, from the lowest, of byte n / 8: as get_bit of PostgreSQL counts.
 */
export const signatureOf = (texts: readonly string[]): Uint8Array => {
  // A filter of this size has three bits of four clear whatever the texts are; a smaller one may do.
  const length = texts.reduce((sum, text) => sum + text.length, 0)
  let size = MIN_SIGNATURE
  while (size < MAX_SIGNATURE && length * 4 > size * 8) size *= 2
  let bytes = new Uint8Array(size)
  for (const text of texts) mark(bytes, text)
  while (bytes.length > MIN_SIGNATURE) {
    const smaller = bytes.slice(0, bytes.length / 2)
    for (let at = 0; at < smaller.length; at++) smaller[at]! |= bytes[at + smaller.length]!
    if (countBits(new Uint32Array(smaller.buffer)) * 4 > smaller.length * 8) break
    bytes = smaller
  }
  return bytes
}

/** The signature of a text of which not all is known: it may have anything. */
export const anySignature = (): Uint8Array => new Uint8Array(MIN_SIGNATURE).fill(0xff)

/** Longest part of a sought text that bits are asked for: more would tell no more. */
const MAX_SOUGHT = 64

/**
 * Bits that must all be set in the signature of a text that contains this folded text, for signatures of MAX_SIGNATURE
 * bytes: in one of n bytes take each modulo n × 8. None for texts under three units. Each once, ascending.
 */
export const signatureBits = (folded: string): number[] => {
  const bits = new Set<number>()
  const end = Math.min(folded.length, MAX_SOUGHT)
  for (let at = 2; at < end; at++)
    bits.add(bitOf(folded.charCodeAt(at - 2), folded.charCodeAt(at - 1), folded.charCodeAt(at)))
  return [...bits].sort((a, b) => a - b)
}

/** Whether a text with this signature may contain the folded text: never false where it does. */
export const mayContain = (signature: Uint8Array, folded: string): boolean => {
  const mask = signature.length * 8 - 1
  return signatureBits(folded).every((bit) => {
    const at = bit & mask
    return (signature[at >>> 3]! & (1 << (at & 7))) !== 0
  })
}
