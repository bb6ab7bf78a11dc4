// The value of a text part (RFC 8621 §4.1.4): decoded, with LF line ends, cut where the client wants no more.
import { toUtf8Strict } from '../lib/bytes.ts'
import { decodeTransfer } from '../mail/encoding.ts'
import type { PartFacts } from '../mail/facts.ts'
import { decodeCharset } from '../mail/words.ts'

export type BodyValue = {
  readonly value: string
  readonly isEncodingProblem: boolean
  readonly isTruncated: boolean
}

const KNOWN_ENCODINGS = new Set(['7bit', '8bit', 'binary', 'base64', 'quoted-printable'])

const decode = (charset: string | undefined, bytes: Uint8Array): { text: string; problem: boolean } => {
  const named = charset?.trim().toLowerCase() ?? ''
  if (named === '' || named === 'us-ascii' || named === 'utf-8' || named === 'utf8') {
    const text = toUtf8Strict(bytes)
    if (text !== undefined) return { text, problem: named === 'us-ascii' && /[^\x00-\x7f]/.test(text) }
    if (named.startsWith('utf')) return { text: decodeCharset('utf-8', bytes)!, problem: true }
    return { text: decodeCharset('windows-1252', bytes)!, problem: true }
  }
  const text = decodeCharset(named, bytes)
  if (text !== undefined) return { text, problem: text.includes('\ufffd') }
  return { text: toUtf8Strict(bytes) ?? decodeCharset('windows-1252', bytes)!, problem: true }
}

/** Longest of UTF-8 bytes for a code point that begins with a unit. */
const bytesOf = (code: number): number => (code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4)

/** The beginning of a text in at most so many bytes of UTF-8; no code point is split, nor a tag of HTML. */
const cut = (text: string, most: number, isHtml: boolean): string => {
  let bytes = 0
  let at = 0
  while (at < text.length) {
    const code = text.codePointAt(at)!
    bytes += bytesOf(code)
    if (bytes > most) break
    at += code > 0xffff ? 2 : 1
  }
  if (at >= text.length) return text
  const kept = text.slice(0, at)
  const open = isHtml ? kept.lastIndexOf('<') : -1
  return open > kept.lastIndexOf('>') ? kept.slice(0, open) : kept
}

/** `maxBytes` 0: all of it. `more`: there are bytes of the part that are not given. */
export const bodyValue = (
  part: Pick<PartFacts, 'type' | 'encoding' | 'charset'>,
  encoded: Uint8Array,
  maxBytes: number,
  more: boolean,
): BodyValue => {
  const { text, problem } = decode(part.charset, decodeTransfer(part.encoding, encoded))
  const even = text.replaceAll('\r\n', '\n').toWellFormed()
  const value = maxBytes > 0 ? cut(even, maxBytes, part.type === 'text/html') : even
  return {
    value,
    isEncodingProblem: problem || !KNOWN_ENCODINGS.has(part.encoding),
    isTruncated: more || value.length < even.length,
  }
}
