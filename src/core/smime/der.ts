// A strict reader of DER (ITU-T X.690) with limits, and the turning of BER into it.
import { concat } from '../lib/bytes.ts'
import type { Instant } from '../lib/instant.ts'

/** What could not be read, as a value: the bytes are not what they should be. */
export type Problem = { readonly kind: 'problem'; readonly detail: string }

/** Thrown inside the readers and caught at their public functions. */
export class DerError extends Error {
  /** Whether the bytes may still be BER: worth `toDefinite` and a second reading. */
  readonly ber: boolean
  constructor(message: string, ber = false) {
    super(message)
    this.name = 'DerError'
    this.ber = ber
  }
}

/** One element in place. Offsets are in `bytes`: header from `start`, content from `body` to `end`. */
export type Der = {
  readonly bytes: Uint8Array
  /** The identifier octet: class, constructed bit and number (0-30). */
  readonly tag: number
  readonly start: number
  readonly body: number
  readonly end: number
}

export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const

const MAX_DEPTH = 32
const MAX_NODES = 500_000

/** Reads the header at `at`; the element must end at or before `limit`. Throws DerError. */
export const readDer = (bytes: Uint8Array, at: number, limit: number): Der => {
  if (at + 2 > limit) throw new DerError('the data ends inside an element')
  const tag = bytes[at]!
  if ((tag & 0x1f) === 0x1f) throw new DerError('a tag number above 30')
  const first = bytes[at + 1]!
  if (first < 0x80) {
    const end = at + 2 + first
    if (end > limit) throw new DerError('an element is longer than what holds it')
    return { bytes, tag, start: at, body: at + 2, end }
  }
  return readLong(bytes, at, limit, tag, first)
}

const readLong = (bytes: Uint8Array, at: number, limit: number, tag: number, first: number): Der => {
  if (first === 0x80) throw new DerError('an indefinite length', true)
  const count = first & 0x7f
  if (count > 4 || at + 2 + count > limit) throw new DerError('a length that cannot be')
  let length = 0
  for (let i = 0; i < count; i++) length = length * 256 + bytes[at + 2 + i]!
  const body = at + 2 + count
  if (body + length > limit) throw new DerError('an element is longer than what holds it')
  if (length < 0x80 || length < 256 ** (count - 1)) throw new DerError('a length not in its shortest form', true)
  return { bytes, tag, start: at, body, end: body + length }
}

/** Reads bytes that are one element and nothing else. Throws DerError. */
export const readWhole = (bytes: Uint8Array, tag: number): Der => {
  const node = expectTag(readDer(bytes, 0, bytes.length), tag)
  if (node.end !== bytes.length) throw new DerError('bytes after the end')
  return node
}

/** The element itself where it has that tag. Throws DerError. */
export const expectTag = (node: Der | undefined, tag: number): Der => {
  if (node === undefined) throw new DerError(`element missing (wanted tag 0x${tag.toString(16)})`)
  if (node.tag !== tag) throw new DerError(`tag 0x${node.tag.toString(16)} where 0x${tag.toString(16)} is wanted`)
  return node
}

/** Elements inside a constructed one, at most `max`. Throws DerError. */
export const childrenOf = (node: Der, max = 1_000): Der[] => {
  if ((node.tag & 0x20) === 0) throw new DerError('a primitive element where a constructed one is wanted')
  const children: Der[] = []
  for (let at = node.body; at < node.end; ) {
    if (children.length === max) throw new DerError('too many elements')
    const child = readDer(node.bytes, at, node.end)
    children.push(child)
    at = child.end
  }
  return children
}

/** The only element inside an explicit tag. Throws DerError. */
export const innerOf = (node: Der): Der => {
  const inner = readDer(node.bytes, node.body, node.end)
  if (inner.end !== node.end) throw new DerError('more than one element where one is wanted')
  return inner
}

/** Content of an element, a view. */
export const bodyOf = (node: Der): Uint8Array => node.bytes.subarray(node.body, node.end)

/** The whole element, header included, a view. */
export const wholeOf = (node: Der): Uint8Array => node.bytes.subarray(node.start, node.end)

/** Dotted form of an OBJECT IDENTIFIER. Throws DerError. */
export const oidOf = (node: Der | undefined): string => {
  const { bytes, body, end } = expectTag(node, TAG.oid)
  if (body === end || end - body > 64 || bytes[end - 1]! >= 0x80) throw new DerError('a malformed object identifier')
  let text = ''
  let arc = 0
  for (let at = body; at < end; at++) {
    const octet = bytes[at]!
    if (arc > 2 ** 45) throw new DerError('an arc too large')
    arc = arc * 128 + (octet & 0x7f)
    if (octet >= 0x80) continue
    if (text === '') {
      const head = arc < 80 ? Math.trunc(arc / 40) : 2
      text = `${head}.${arc - head * 40}`
    } else text += `.${arc}`
    arc = 0
  }
  return text
}

/** Value of a small INTEGER (0 to 2^31). Throws DerError. */
export const smallIntegerOf = (node: Der | undefined): number => {
  const { bytes, body, end } = expectTag(node, TAG.integer)
  if (body === end || end - body > 4 || bytes[body]! >= 0x80) throw new DerError('a number out of range')
  let value = 0
  for (let at = body; at < end; at++) value = value * 256 + bytes[at]!
  return value
}

/** Value of a BOOLEAN. Throws DerError. */
export const booleanOf = (node: Der): boolean => {
  if (node.end - node.body !== 1) throw new DerError('a malformed boolean')
  return node.bytes[node.body] !== 0
}

/** Bytes of a BIT STRING that is a whole number of octets. Throws DerError. */
export const bitStringOf = (node: Der | undefined): Uint8Array => {
  const { bytes, body, end } = expectTag(node, TAG.bitString)
  if (body === end || bytes[body] !== 0) throw new DerError('a bit string that is not whole octets')
  return bytes.subarray(body + 1, end)
}

/** Bytes of an OCTET STRING, primitive or, as BER allows, in pieces. Throws DerError. */
export const octetsOf = (node: Der | undefined): Uint8Array => {
  if (node?.tag !== (TAG.octetString | 0x20)) return bodyOf(expectTag(node, TAG.octetString))
  const pieces: Uint8Array[] = []
  collectOctets(node, pieces, 0)
  return concat(pieces)
}
const collectOctets = (node: Der, pieces: Uint8Array[], depth: number): void => {
  if (depth > 4) throw new DerError('octet strings nested too deep')
  for (const child of childrenOf(node, MAX_NODES)) {
    if (child.tag === TAG.octetString) pieces.push(bodyOf(child))
    else collectOctets(expectTag(child, TAG.octetString | 0x20), pieces, depth + 1)
  }
}

const digits = (bytes: Uint8Array, at: number, count: number): number => {
  let value = 0
  for (let i = at; i < at + count; i++) {
    const digit = bytes[i]! - 0x30
    if (!(digit >= 0 && digit <= 9)) throw new DerError('a malformed time')
    value = value * 10 + digit
  }
  return value
}

/** Instant of a UTCTime or GeneralizedTime in UTC; fractions are dropped. Throws DerError. RFC 5280 §4.1.2.5 */
export const timeOf = (node: Der | undefined): Instant => {
  if (node === undefined) throw new DerError('a time is missing')
  const { bytes, body, end, tag } = node
  if (tag !== TAG.utcTime && tag !== TAG.generalizedTime) throw new DerError('a time is missing')
  if (end - body < 11 || end - body > 24 || bytes[end - 1] !== 0x5a) throw new DerError('a malformed time')
  const long = tag === TAG.generalizedTime
  const at = body + (long ? 4 : 2)
  const short = digits(bytes, body, long ? 4 : 2)
  const year = long ? short : short + (short < 50 ? 2000 : 1900)
  const withSeconds = end - at > 9
  const month = digits(bytes, at, 2)
  const day = digits(bytes, at + 2, 2)
  const hour = digits(bytes, at + 4, 2)
  const minute = digits(bytes, at + 6, 2)
  const second = withSeconds ? digits(bytes, at + 8, 2) : 0
  if (withSeconds && end - at > 11 && bytes[at + 10] !== 0x2e) throw new DerError('a malformed time')
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60)
    throw new DerError('a time that does not exist')
  return Date.UTC(year, month - 1, day, hour, minute, second)
}

/**
 * BER with indefinite or long-winded lengths as definite ones; elements that are already so keep their bytes.
 * Throws DerError beyond 32 levels or 500,000 elements.
 */
export const toDefinite = (bytes: Uint8Array): Uint8Array => {
  const out: Rewriting = { nodes: 0, pieces: [], length: 0 }
  const { next, same } = rewrite(bytes, 0, bytes.length, 0, out)
  if (next !== bytes.length) throw new DerError('bytes after the end')
  return same ? bytes : concat(out.pieces)
}

/** What is written so far; `length` is that of the pieces together. */
type Rewriting = { nodes: number; pieces: Uint8Array[]; length: number }

/** Appends the element at `at` with definite lengths; `same`: it had them already, and is one piece. */
const rewrite = (
  bytes: Uint8Array,
  at: number,
  limit: number,
  depth: number,
  out: Rewriting,
): { readonly next: number; readonly same: boolean } => {
  if (depth > MAX_DEPTH) throw new DerError('elements nested too deep')
  if (++out.nodes > MAX_NODES) throw new DerError('too many elements')
  const { tag, body, end, plain } = berHeader(bytes, at, limit)
  const headerAt = out.pieces.push(new Uint8Array(0)) - 1
  const before = out.length
  let same = plain
  let next = end
  if ((tag & 0x20) !== 0) {
    let cursor = body
    while (end === undefined ? !isEndOfContents(bytes, cursor, limit) : cursor < end) {
      const child = rewrite(bytes, cursor, end ?? limit, depth + 1, out)
      same &&= child.same
      cursor = child.next
    }
    next = end ?? cursor + 2
  } else if (end !== undefined) {
    out.pieces.push(bytes.subarray(body, end))
    out.length += end - body
  }
  if (next === undefined) throw new DerError('a primitive element of indefinite length')
  const header = same ? bytes.subarray(at, next) : derHeader(tag, out.length - before)
  if (same) {
    // one view of the whole instead of its parts
    out.pieces.length = headerAt + 1
    out.length = before
  }
  out.pieces[headerAt] = header
  out.length += header.length
  return { next, same }
}

const isEndOfContents = (bytes: Uint8Array, at: number, limit: number): boolean =>
  at + 2 <= limit && bytes[at] === 0 && bytes[at + 1] === 0

type BerHeader = { readonly tag: number; readonly body: number; readonly end?: number; readonly plain: boolean }

const berHeader = (bytes: Uint8Array, at: number, limit: number): BerHeader => {
  try {
    return { ...readDer(bytes, at, limit), plain: true }
  } catch (error) {
    if (!(error instanceof DerError && error.ber)) throw error
    const tag = bytes[at]!
    const first = bytes[at + 1]!
    if (first === 0x80) return { tag, body: at + 2, plain: false }
    const body = at + 2 + (first & 0x7f)
    let length = 0
    for (let i = at + 2; i < body; i++) length = length * 256 + bytes[i]!
    return { tag, body, end: body + length, plain: false }
  }
}

/** Identifier and length octets of an element whose content is `length` bytes. */
export const derHeader = (tag: number, length: number): Uint8Array => {
  if (length < 0x80) return Uint8Array.of(tag, length)
  if (length < 0x100) return Uint8Array.of(tag, 0x81, length)
  if (length < 0x10000) return Uint8Array.of(tag, 0x82, length >> 8, length & 0xff)
  if (length < 0x1000000) return Uint8Array.of(tag, 0x83, length >> 16, (length >> 8) & 0xff, length & 0xff)
  return Uint8Array.of(tag, 0x84, length >>> 24, (length >> 16) & 0xff, (length >> 8) & 0xff, length & 0xff)
}
