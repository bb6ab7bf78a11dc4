// Header sections of messages and parts: fields with exact offsets, read leniently, printed strictly, edited by bytes.
import { concat, fromLatin1, toLatin1 } from '../lib/bytes.ts'
import type { HeaderField } from './structure.ts'
import { cleanLine, encodeWords, trimBlank } from './words.ts'

export { decodeText } from './words.ts'

export type HeaderLimits = {
  /** Length of a header section, in bytes, without the blank line. */
  readonly headerBytes: number
  /** Fields of a header section. */
  readonly fields: number
}

export const HEADER_LIMITS: HeaderLimits = { headerBytes: 256 * 1024, fields: 2_000 }

/** Problems kept of one message: enough to explain, not enough to fill a memory. */
export const MAX_PROBLEMS = 50

export type ParsedHeader = {
  readonly fields: readonly HeaderField[]
  /** After the blank line; where there is none, the end. */
  readonly bodyStart: number
  readonly problems: readonly string[]
}

const LF = 0x0a
const CR = 0x0d

type Buf = { indexOf(value: number, from: number): number }
type BufferMaker = { from(data: ArrayBufferLike, offset: number, length: number): Buf }
const maker = (globalThis as unknown as { Buffer?: BufferMaker }).Buffer

/** The same bytes with the fastest search for a byte that there is. */
export const searchable = (bytes: Uint8Array): Buf =>
  maker ? maker.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) : bytes

type Section = { readonly end: number; readonly bodyStart: number; readonly tooLong: boolean }

/** Where the header section that begins at `start` ends, before and after its blank line. */
const findSection = (bytes: Uint8Array, start: number, end: number, headerBytes: number): Section => {
  const stop = Math.min(end, start + headerBytes)
  const search = searchable(bytes)
  for (let line = start; line < end; ) {
    const lf = search.indexOf(LF, line)
    const next = lf < 0 || lf >= end ? end : lf + 1
    if (lf === line || (bytes[line] === CR && lf === line + 1)) return { end: line, bodyStart: next, tooLong: false }
    if (next > stop) return { end: line, bodyStart: line, tooLong: true }
    line = next
  }
  return { end, bodyStart: end, tooLong: false }
}

const isSpace = (code: number): boolean => code === 0x20 || code === 0x09

/**
 * The fields of a header section given as text, one code unit a byte, without its blank line. `base` is the offset of
 * the text in the message. What is not a field is told to `problem` and passed over.
 */
export const parseFields = (
  text: string,
  base: number,
  maxFields: number,
  problem: (text: string) => void,
): HeaderField[] => {
  const fields: HeaderField[] = []
  const size = text.length
  if (text.includes('\0')) problem(`NUL in the header at byte ${base + text.indexOf('\0')}`)
  if (/\r(?!\n)/.test(text)) problem(`bare CR in the header at byte ${base}`)
  let colon = text.indexOf(':')
  for (let at = 0; at < size; ) {
    let lf = text.indexOf('\n', at)
    const firstEnd = lf < 0 ? size : lf
    while (lf >= 0 && lf + 1 < size && isSpace(text.charCodeAt(lf + 1))) lf = text.indexOf('\n', lf + 1)
    const next = lf < 0 ? size : lf + 1
    if (colon >= 0 && colon < at) colon = text.indexOf(':', at)
    const named = colon > at && colon < firstEnd && !isSpace(text.charCodeAt(at))
    const name = named ? trimBlank(text.slice(at, colon)) : ''
    if (!/^[!-9;-~]+$/.test(name)) problem(`not a header field at byte ${base + at}`)
    else if (fields.length >= maxFields) {
      problem(`more than ${maxFields} header fields at byte ${base + at}`)
      break
    } else {
      let valueEnd = lf < 0 ? size : lf
      if (lf > colon + 1 && text.charCodeAt(lf - 1) === CR) valueEnd--
      const rawValue = text.slice(colon + 1, valueEnd)
      fields.push({ name, lowerName: name.toLowerCase(), rawValue, start: base + at, end: base + next })
    }
    at = next
  }
  return fields
}

/**
 * Reads the header section in `bytes` from `start`, at most to `end` (RFC 5322 §2.2; obsolete blanks before the colon
 * and bare LF line ends are let through). Offsets are those of `bytes`. Never throws: what is not a field, and what
 * exceeds a limit, becomes a problem. A section without blank line is all header.
 */
export const parseHeader = (
  bytes: Uint8Array,
  start = 0,
  end: number = bytes.length,
  limits: HeaderLimits = HEADER_LIMITS,
): ParsedHeader => {
  const problems: string[] = []
  const problem = (text: string): void => {
    if (problems.length < MAX_PROBLEMS) problems.push(text)
  }
  const section = findSection(bytes, start, end, limits.headerBytes)
  if (section.tooLong) problem(`header longer than ${limits.headerBytes} bytes`)
  const fields = parseFields(toLatin1(bytes, start, section.end), start, limits.fields, problem)
  return { fields, bodyStart: section.bodyStart, problems }
}

/** A raw value on one line (RFC 5322 §2.2.3), trimmed; one code unit a byte. */
export const unfold = (rawValue: string): string =>
  trimBlank(rawValue.includes('\n') ? rawValue.replace(/\r?\n/g, '') : rawValue)

/** Values of all fields of a name (any case), in order, unfolded, not decoded: one code unit a byte. */
export const fieldValues = (fields: readonly HeaderField[], name: string): string[] => {
  const lowerName = name.toLowerCase()
  const values: string[] = []
  for (const field of fields) if (field.lowerName === lowerName) values.push(unfold(field.rawValue))
  return values
}

/** Value of the first field of a name (any case), as fieldValues gives it. */
export const firstValue = (fields: readonly HeaderField[], name: string): string | undefined => {
  const lowerName = name.toLowerCase()
  for (const field of fields) if (field.lowerName === lowerName) return unfold(field.rawValue)
  return undefined
}

const LINE = 78
const ENCODED_LINE = 76

const checkName = (name: string): void => {
  if (!/^[!-9;-~]{1,76}$/.test(name)) throw new TypeError('not a name of a header field')
}

/** Folds an ASCII value before runs of spaces so that lines stay within 78 characters where its words allow. */
const foldPlain = (name: string, value: string): string => {
  let out = `${name}:`
  let length = out.length
  for (const token of ` ${value}`.match(/ +[^ ]*/g) ?? []) {
    if (length + token.length > LINE && length > name.length + 1) {
      out += '\r\n'
      length = 0
    }
    out += token
    length += token.length
  }
  return `${out}\r\n`
}

/** The words of encoded text, folded, to follow `Name:`; and the length of the last line. */
const foldWords = (name: string, text: string): { folded: string; lastLength: number } => {
  const room = ENCODED_LINE - name.length - 2
  const words = encodeWords(text, room >= 36 ? Math.min(room, 75) : 75)
  const folded = `${room >= 36 ? '' : '\r\n'} ${words.join('\r\n ')}`
  const lastLength = words.length > 1 || room < 36 ? words.at(-1)!.length + 1 : name.length + 2 + words[0]!.length
  return { folded, lastLength }
}

const needsWords = (text: string): boolean =>
  /[^\x20-\x7e]/.test(text) || text.includes('=?') || text.startsWith(' ') || text.endsWith(' ')

/**
 * An unstructured field, folded, ended by CRLF, pure ASCII (RFC 5322 §2.2.3, RFC 2047 §2). Controls of the text are
 * dropped (tabs become spaces), so that no text can begin a line. A name that is not one is a bug: TypeError.
 */
export const encodeField = (name: string, text: string): string => {
  checkName(name)
  const clean = cleanLine(text)
  if (clean === '') return `${name}:\r\n`
  if (needsWords(clean) || /[^ ]{77}/.test(clean)) return `${name}:${foldWords(name, clean).folded}\r\n`
  return foldPlain(name, clean)
}

/** Nothing that could end an address or a line, nothing that is not ASCII. */
const safeSpec = (spec: string): string =>
  cleanLine(spec)
    .replace(/[<>]/g, '')
    .replace(/[^\x20-\x7e]/gu, '?')

/**
 * An address field of one mailbox: the display name quoted, or as encoded words where ASCII does not hold it, and
 * `<spec>`; only the spec where the name is empty. Characters of the spec that ASCII does not hold become `?`.
 */
export const encodeAddressField = (name: string, displayName: string, spec: string): string => {
  checkName(name)
  const clean = cleanLine(displayName)
  const address = safeSpec(spec)
  if (clean === '') return foldPlain(name, address)
  if (!/[^\x20-\x7e]/.test(clean) && !clean.includes('=?') && !/[^ ]{70}/.test(clean))
    return foldPlain(name, `"${clean.replace(/["\\]/g, '\\$&')}" <${address}>`)
  const { folded, lastLength } = foldWords(name, clean)
  return `${name}:${folded}${lastLength + address.length + 3 > LINE ? '\r\n' : ''} <${address}>\r\n`
}

const rawBytes = (text: string): Uint8Array => {
  // A wider code unit would lose its high byte and could become a line end.
  if (/[^\x00-\xff]/.test(text)) throw new RangeError('header text with code units above 255')
  return fromLatin1(text)
}

export type HeadEdit = {
  /** Names (any case) of the fields that go, each with all its lines. */
  readonly remove: readonly string[]
  /** Whole lines, each ended by CRLF, one code unit a byte. */
  readonly prepend: string
  readonly append: string
}

/**
 * A header section (blank line included, if it has one) without some fields, and with lines before it and before its
 * blank line. What remains is byte for byte as it was, but that continuation lines which continue nothing are
 * dropped from its beginning where lines are prepended: they would lengthen those. Linear in the section.
 */
export const editHead = (head: Uint8Array, edit: HeadEdit): Uint8Array => {
  const section = findSection(head, 0, head.length, head.length)
  const text = toLatin1(head, 0, section.end)
  const removed = new Set(edit.remove.map((name) => name.toLowerCase()))
  const parts: Uint8Array[] = [rawBytes(edit.prepend)]
  let from = 0
  while (edit.prepend !== '' && from < section.end && isSpace(text.charCodeAt(from))) {
    const lf = text.indexOf('\n', from)
    from = lf < 0 ? section.end : lf + 1
  }
  for (const field of parseFields(text, 0, Number.POSITIVE_INFINITY, () => {})) {
    if (!removed.has(field.lowerName)) continue
    parts.push(head.subarray(from, field.start))
    from = field.end
  }
  if (from < section.end) {
    parts.push(head.subarray(from, section.end))
    if (edit.append !== '' && head[section.end - 1] !== LF) parts.push(Uint8Array.of(CR, LF))
  }
  parts.push(rawBytes(edit.append), head.subarray(section.end))
  return concat(parts)
}
