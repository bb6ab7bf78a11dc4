// LDIF (RFC 2849), content records only: text ↔ records.
import { fromBase64, fromLatin1, fromUtf8, toBase64, toLatin1, toUtf8 } from '../lib/bytes.ts'
import type { Problem } from '../smime/der.ts'

export type LdifAttribute = {
  /** In lower case, without options. */
  readonly name: string
  /** `binary` and the like, lower case. */
  readonly options: readonly string[]
  readonly value: Uint8Array
}

export type LdifRecord = {
  readonly dn: string
  readonly attributes: readonly LdifAttribute[]
}

export type LdifLimits = {
  readonly maxBytes: number
  readonly maxLines: number
  readonly maxRecords: number
  readonly maxValueBytes: number
}
export const LDIF_LIMITS: LdifLimits = {
  maxBytes: 64 * 1024 * 1024,
  maxLines: 2_000_000,
  maxRecords: 10_000,
  maxValueBytes: 256 * 1024,
}

/** Text of a value (UTF-8). */
export const valueText = (attribute: LdifAttribute): string => toUtf8(attribute.value)

/** Reads LDIF in UTF-8 with CRLF or LF, or says at which line it cannot be read. Change records are refused. */
export const parseLdif = (bytes: Uint8Array, limits: LdifLimits = LDIF_LIMITS): readonly LdifRecord[] | Problem => {
  if (bytes.length > limits.maxBytes) return problem(0, `longer than ${limits.maxBytes} bytes`)
  const lines = unfold(toLatin1(bytes), limits.maxLines)
  if (lines === undefined) return problem(limits.maxLines, 'too many lines')
  const records: LdifRecord[] = []
  let dn: string | undefined
  let attributes: LdifAttribute[] = []
  for (const [text, number] of lines) {
    if (text === '') {
      if (dn !== undefined) records.push({ dn, attributes })
      dn = undefined
      attributes = []
      continue
    }
    if (records.length === limits.maxRecords) return problem(number, 'too many records')
    const line = readLine(text, limits.maxValueBytes)
    if (typeof line === 'string') return problem(number, line)
    if (line.name === 'version' && dn === undefined && records.length === 0) {
      if (valueText(line) !== '1') return problem(number, 'a version other than 1')
    } else if (line.name === 'dn') {
      if (dn !== undefined) return problem(number, 'a second dn in one record')
      dn = valueText(line)
    } else if (dn === undefined) return problem(number, 'an attribute before any dn')
    else if (line.name === 'changetype' || line.name === 'control') return problem(number, 'a change record')
    else attributes.push(line)
  }
  return records
}

const problem = (line: number, detail: string): Problem => ({
  kind: 'problem',
  detail: `LDIF, line ${line}: ${detail}`,
})

/** Logical lines with the number of their first physical one; a blank line ends the list. RFC 2849 notes 2-4 */
const unfold = (text: string, maxLines: number): (readonly [string, number])[] | undefined => {
  const lines: [string, number][] = []
  let pieces: string[] = []
  let startedAt = 0
  let number = 0
  const flush = (): void => {
    const line = pieces.join('')
    if (pieces.length > 0 && !line.startsWith('#')) lines.push([line, startedAt])
    pieces = []
  }
  for (let at = 0; at < text.length; ) {
    if (++number > maxLines) return undefined
    const newline = text.indexOf('\n', at)
    const stop = newline < 0 ? text.length : newline
    const line = text.slice(at, stop > at && text[stop - 1] === '\r' ? stop - 1 : stop)
    at = stop + 1
    if (line.startsWith(' ') && pieces.length > 0) pieces.push(line.slice(1))
    else {
      flush()
      startedAt = number
      pieces = line === '' ? [] : [line]
      if (line === '') lines.push(['', number])
    }
  }
  flush()
  lines.push(['', number + 1])
  return lines
}

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/

/** One `name[;option]: value` line, or what is wrong with it. */
const readLine = (text: string, maxValueBytes: number): LdifAttribute | string => {
  const colon = text.indexOf(':')
  if (colon < 1 || colon > 200) return 'no attribute name'
  const [name = '', ...options] = text.slice(0, colon).toLowerCase().split(';')
  if (!/^[a-z0-9.-]+$/.test(name)) return 'a malformed attribute name'
  if (text.length - colon > maxValueBytes * 2) return 'a value too long'
  const mark = text[colon + 1]
  if (mark === '<') return 'a value by URL'
  if (mark !== ':') return { name, options, value: fromLatin1(text.slice(colon + 1).replace(/^ +/, '')) }
  const encoded = text.slice(colon + 2).trim()
  if (!BASE64.test(encoded) || encoded.length % 4 !== 0) return 'malformed base64'
  return { name, options, value: fromBase64(encoded) }
}

/** An attribute to print: text, or bytes for base64. */
export type LdifValue = readonly [name: string, value: string | Uint8Array]

/** Prints records as LDIF version 1, lines of at most 76 characters, LF. */
export const printLdif = (records: readonly { readonly dn: string; readonly values: readonly LdifValue[] }[]): string =>
  [
    'version: 1\n',
    ...records.map(({ dn, values }) => [['dn', dn] as LdifValue, ...values].map(printLine).join('')),
  ].join('\n')

/** RFC 2849 SAFE-STRING; a value that ends with a space is better encoded (note 8). */
const SAFE = /^(?:[\x01-\x09\x0b\x0c\x0e-\x1f\x21-\x39\x3b\x3d-\x7f][\x01-\x09\x0b\x0c\x0e-\x7f]*)?$/

const printLine = ([name, value]: LdifValue): string => {
  const plain = typeof value === 'string' && SAFE.test(value) && !value.endsWith(' ')
  const bytes = typeof value === 'string' ? fromUtf8(value) : value
  const line = plain ? `${name}: ${value}` : `${name}:: ${toBase64(bytes)}`
  let folded = line.slice(0, 76)
  for (let at = 76; at < line.length; at += 75) folded += `\n ${line.slice(at, at + 75)}`
  return `${folded}\n`
}
