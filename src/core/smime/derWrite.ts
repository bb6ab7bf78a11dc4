// Writing DER (ITU-T X.690): small functions that each give one element.
import { concat, fromLatin1, fromUtf8 } from '../lib/bytes.ts'
import type { Instant } from '../lib/instant.ts'
import { derHeader, TAG } from './der.ts'

/** One element of the given identifier octet around the parts. */
export const tlv = (tag: number, ...parts: readonly Uint8Array[]): Uint8Array =>
  concat([
    derHeader(
      tag,
      parts.reduce((sum, part) => sum + part.length, 0),
    ),
    ...parts,
  ])

export const sequence = (...parts: readonly Uint8Array[]): Uint8Array => tlv(TAG.sequence, ...parts)

/** SET OF: the elements in the order of their bytes, as DER demands (X.690 §11.6). */
export const setOf = (...items: readonly Uint8Array[]): Uint8Array => tlv(TAG.set, ...[...items].sort(compareBytes))

/** Order of bytes, the shorter first where one begins the other. */
export const compareBytes = (a: Uint8Array, b: Uint8Array): number => {
  const shared = Math.min(a.length, b.length)
  for (let i = 0; i < shared; i++) if (a[i] !== b[i]) return a[i]! - b[i]!
  return a.length - b.length
}

/** Explicit context tag [number]. */
export const explicit = (number: number, ...parts: readonly Uint8Array[]): Uint8Array => tlv(0xa0 | number, ...parts)

export const octetString = (bytes: Uint8Array): Uint8Array => tlv(TAG.octetString, bytes)

/** A non-negative small INTEGER. */
export const smallInteger = (value: number): Uint8Array => {
  const octets: number[] = []
  for (let rest = value; octets.length === 0 || rest > 0; rest = Math.trunc(rest / 256)) octets.unshift(rest % 256)
  if (octets[0]! >= 0x80) octets.unshift(0)
  return tlv(TAG.integer, Uint8Array.from(octets))
}

/** OBJECT IDENTIFIER from its dotted form. */
export const oid = (dotted: string): Uint8Array => {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  const octets: number[] = []
  for (const arc of [first * 40 + second, ...rest]) {
    const base: number[] = [arc % 128]
    for (let value = Math.trunc(arc / 128); value > 0; value = Math.trunc(value / 128))
      base.unshift((value % 128) | 0x80)
    octets.push(...base)
  }
  return tlv(TAG.oid, Uint8Array.from(octets))
}

export const NULL = Uint8Array.of(TAG.null, 0)

export const utf8String = (text: string): Uint8Array => tlv(TAG.utf8String, fromUtf8(text))

const two = (value: number): string => String(value).padStart(2, '0')

/** UTCTime until 2049, GeneralizedTime after (RFC 5652 §11.3); whole seconds. */
export const time = (at: Instant): Uint8Array => {
  const date = new Date(at)
  const year = date.getUTCFullYear()
  const rest = `${two(date.getUTCMonth() + 1)}${two(date.getUTCDate())}${two(date.getUTCHours())}${two(
    date.getUTCMinutes(),
  )}${two(date.getUTCSeconds())}Z`
  if (year >= 1950 && year < 2050) return tlv(TAG.utcTime, fromLatin1(two(year % 100) + rest))
  return tlv(TAG.generalizedTime, fromLatin1(String(year).padStart(4, '0') + rest))
}
