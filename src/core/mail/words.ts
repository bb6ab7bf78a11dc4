// RFC 2047 encoded words: text of header fields, decoded leniently and encoded safely.
import { fromBase64, fromLatin1, fromUtf8, toBase64, toLatin1, toUtf8Strict } from '../lib/bytes.ts'

const MAX_CHARSET_LENGTH = 64
const MAX_UNKNOWN_CHARSETS = 100
type Decoder = InstanceType<typeof TextDecoder>
const decoders = new Map<string, Decoder>()
const unknownCharsets = new Set<string>()

const decoderOf = (charset: string): Decoder | undefined => {
  const label = charset.toLowerCase()
  const known = decoders.get(label)
  if (known !== undefined || unknownCharsets.has(label)) return known
  try {
    const decoder = new TextDecoder(label)
    decoders.set(label, decoder)
    return decoder
  } catch {
    if (unknownCharsets.size < MAX_UNKNOWN_CHARSETS) unknownCharsets.add(label)
    return undefined
  }
}

/** Bytes in a named charset as text; undefined where the charset is unknown. Malformed bytes become U+FFFD. */
export const decodeCharset = (charset: string, bytes: Uint8Array): string | undefined =>
  decoderOf(charset)?.decode(bytes)

/** A raw value (one code unit a byte) as text: 8-bit is UTF-8 where it can be, else windows-1252. */
export const rawToText = (raw: string): string => {
  if (!/[^\x00-\x7f]/.test(raw) || /[^\x00-\xff]/.test(raw)) return raw
  const bytes = fromLatin1(raw)
  return toUtf8Strict(bytes) ?? decodeCharset('windows-1252', bytes)!
}

/** Without spaces and tabs at both ends, and no other kind of blank: 0xA0 ends many UTF-8 letters in a raw value. */
export const trimBlank = (text: string): string => {
  let start = 0
  let end = text.length
  while (start < end && isBlank(text.charCodeAt(start))) start++
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--
  return start === 0 && end === text.length ? text : text.slice(start, end)
}
const isBlank = (code: number): boolean => code === 0x20 || code === 0x09

/** Text of one line: tabs become spaces, every other C0 control and DEL goes, lone surrogates become U+FFFD. */
export const cleanLine = (text: string): string => {
  const clean = /[\x00-\x1f\x7f]/.test(text) ? text.replace(/\t/g, ' ').replace(/[\x00-\x1f\x7f]/g, '') : text
  return clean.toWellFormed()
}

type EncodedWord = { readonly charset: string; readonly latin1: string; readonly end: number }

const isCharsetUnit = (code: number): boolean =>
  (code >= 0x30 && code <= 0x39) ||
  (code >= 0x41 && code <= 0x5a) ||
  (code >= 0x61 && code <= 0x7a) ||
  code === 0x2d ||
  code === 0x5f ||
  code === 0x2e ||
  code === 0x2a ||
  code === 0x2b

const decodeQ = (text: string): string =>
  text
    .replace(/_/g, ' ')
    .replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))

/** Index after the encoded word (RFC 2047 §2) that begins at `begin`, or undefined where none does. */
const wordEnds = (text: string, begin: number): { charsetEnd: number; textEnd: number } | undefined => {
  let at = begin + 2
  const limit = Math.min(text.length, at + MAX_CHARSET_LENGTH)
  while (at < limit && isCharsetUnit(text.charCodeAt(at))) at++
  if (at === begin + 2 || text[at] !== '?' || text[at + 2] !== '?' || !'BbQq'.includes(text[at + 1] ?? '-'))
    return undefined
  const textEnd = text.indexOf('?', at + 3)
  return textEnd >= 0 && text[textEnd + 1] === '=' ? { charsetEnd: at, textEnd } : undefined
}

/** Where the encoded word that begins at `begin` ends (exclusive), or undefined where none begins there. */
export const encodedWordEnd = (text: string, begin: number): number | undefined => {
  const ends = text.startsWith('=?', begin) ? wordEnds(text, begin) : undefined
  return ends && ends.textEnd + 2
}

const readWord = (text: string, begin: number): EncodedWord | undefined => {
  const ends = wordEnds(text, begin)
  if (!ends) return undefined
  const { charsetEnd, textEnd } = ends
  // RFC 2231 §5: a language may follow the charset after an asterisk.
  const charset = text
    .slice(begin + 2, charsetEnd)
    .split('*', 1)[0]!
    .toLowerCase()
  if (!decoderOf(charset)) return undefined
  const encoded = text.slice(charsetEnd + 3, textEnd)
  const latin1 = text[charsetEnd + 1]!.toLowerCase() === 'q' ? decodeQ(encoded) : toLatin1(fromBase64(encoded))
  return { charset, latin1, end: textEnd + 2 }
}

/** Replaces encoded words; the bytes of adjacent ones in one charset are decoded together (split code points). */
const decodeWords = (text: string): string => {
  let out = ''
  let at = 0
  let charset = ''
  let pending = ''
  const flush = (): void => {
    if (pending !== '') out += decodeCharset(charset, fromLatin1(pending))!
    pending = ''
  }
  for (let begin = text.indexOf('=?'); begin >= 0; ) {
    const word = readWord(text, begin)
    if (!word) {
      begin = text.indexOf('=?', begin + 2)
      continue
    }
    const gap = text.slice(at, begin)
    // RFC 2047 §6.2: white space between two encoded words is not shown.
    const joins = charset !== '' && /^[ \t\r\n]*$/.test(gap)
    if (!joins || charset !== word.charset) flush()
    if (!joins) out += gap
    charset = word.charset
    pending += word.latin1
    at = word.end
    begin = text.indexOf('=?', at)
  }
  flush()
  return out + text.slice(at)
}

/**
 * The text of a raw unstructured value (one code unit a byte, folding allowed): RFC 2047 B and Q in any charset that
 * TextDecoder knows (else the word is left as written), 8-bit as UTF-8 or windows-1252, no control characters, trimmed.
 */
export const decodeText = (raw: string): string => {
  const text = rawToText(raw)
  return trimBlank(cleanLine(text.includes('=?') ? decodeWords(text) : text))
}

// Unencoded in Q even inside a phrase: RFC 2047 §5 (3).
const isPlainQ = (byte: number): boolean =>
  (byte >= 0x30 && byte <= 0x39) ||
  (byte >= 0x41 && byte <= 0x5a) ||
  (byte >= 0x61 && byte <= 0x7a) ||
  byte === 0x21 ||
  byte === 0x2a ||
  byte === 0x2b ||
  byte === 0x2d ||
  byte === 0x2f ||
  byte === 0x20

const FRAME = '=?utf-8?q??='.length
const MAX_WORD = 75

const encodeQ = (bytes: Uint8Array): string => {
  let out = ''
  for (const byte of bytes) {
    if (byte === 0x20) out += '_'
    else if (isPlainQ(byte)) out += String.fromCharCode(byte)
    else out += `=${byte < 16 ? '0' : ''}${byte.toString(16).toUpperCase()}`
  }
  return out
}

const lengthQ = (bytes: Uint8Array): number => {
  let length = 0
  for (const byte of bytes) length += isPlainQ(byte) ? 1 : 3
  return length
}

/**
 * Text as UTF-8 encoded words of at most 75 characters, none of which splits a code point (RFC 2047 §5). The first is
 * at most `firstLength` long where that leaves room for a code point. Q or B, whichever is shorter.
 */
export const encodeWords = (text: string, firstLength: number): string[] => {
  const all = fromUtf8(cleanLine(text))
  const useQ = lengthQ(all) <= Math.ceil(all.length / 3) * 4
  const print = (bytes: Uint8Array): string =>
    useQ ? `=?utf-8?q?${encodeQ(bytes)}?=` : `=?utf-8?b?${toBase64(bytes)}?=`
  const words: string[] = []
  let start = 0
  let used = 0
  let room = Math.max(firstLength - FRAME, 12)
  for (let at = 0; at < all.length; ) {
    const lead = all[at]!
    const next = at + (lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4)
    const cost = useQ ? lengthQ(all.subarray(at, next)) : next - at
    if (used + cost > (useQ ? room : Math.floor(room / 4) * 3)) {
      words.push(print(all.subarray(start, at)))
      start = at
      used = 0
      room = MAX_WORD - FRAME
    }
    used += cost
    at = next
  }
  words.push(print(all.subarray(start)))
  return words
}
