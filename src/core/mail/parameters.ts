// Parameterised fields of MIME: Content-Type, Content-Disposition and their parameters (RFC 2045 §5, RFC 2183, RFC 2231).
import { fromLatin1 } from '../lib/bytes.ts'
import { unfold } from './header.ts'
import { cleanLine, decodeCharset, decodeText, rawToText, trimBlank } from './words.ts'

export type Parameterised = {
  /** What comes before the parameters, in lower case, without comments and blanks. */
  readonly value: string
  /** Lower-case names; values decoded, but `boundary` as written. An object without prototype. */
  readonly parameters: Readonly<Record<string, string>>
}

const MAX_PARAMETERS = 200

/** The text without comments outside quoted strings (RFC 5322 §3.2.2), each replaced by a space. */
const withoutComments = (text: string): string => {
  if (!text.includes('(')) return text
  let out = ''
  let depth = 0
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    const unit = text[at]!
    const pair = unit === '\\' && (quoted || depth > 0) && at + 1 < text.length
    if (pair) {
      if (depth === 0) out += unit + text[at + 1]!
      at++
    } else if (quoted) {
      if (unit === '"') quoted = false
      out += unit
    } else if (unit === '(') depth++
    else if (unit === ')' && depth > 0) {
      if (--depth === 0) out += ' '
    } else if (depth === 0) {
      if (unit === '"') quoted = true
      out += unit
    }
  }
  return out
}

/** Value that begins at `at`: a quoted string, or all up to the next semicolon. */
const readValue = (text: string, at: number): { value: string; end: number } => {
  let from = at
  while (text[from] === ' ' || text[from] === '\t') from++
  if (text[from] !== '"') {
    const semicolon = text.indexOf(';', from)
    const end = semicolon < 0 ? text.length : semicolon
    return { value: trimBlank(text.slice(from, end)), end }
  }
  let value = ''
  for (from++; from < text.length && text[from] !== '"'; from++) {
    if (text[from] === '\\' && from + 1 < text.length) from++
    value += text[from]
  }
  const semicolon = text.indexOf(';', from)
  return { value, end: semicolon < 0 ? text.length : semicolon }
}

type Section = { readonly index: number; readonly encoded: boolean; readonly value: string }

const unpercent = (text: string): string =>
  text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))

/** Value of the sections of one parameter (RFC 2231 §3-4): those numbered without a gap, in their charset. */
const joinSections = (sections: readonly Section[]): string => {
  const sorted = sections.toSorted((a, b) => a.index - b.index)
  const first = sorted[0]!
  const parts = first.encoded ? /^([^']*)'[^']*'/.exec(first.value) : null
  let bytes = ''
  let expected = 0
  for (const section of sorted) {
    if (section.index !== expected) break
    const value = section === first && parts ? section.value.slice(parts[0].length) : section.value
    bytes += section.encoded ? unpercent(value) : value
    expected++
  }
  const charset = parts?.[1] ?? ''
  return (charset === '' ? undefined : decodeCharset(charset, fromLatin1(bytes))) ?? rawToText(bytes)
}

type Pair = { readonly name: string; readonly value: string }

/** The parameters after the first semicolon, in order, names and values as written but for quotes. */
const readPairs = (text: string, from: number): Pair[] => {
  const pairs: Pair[] = []
  let at = from
  for (let count = 0; at < text.length && count < MAX_PARAMETERS; count++) {
    const nameEnd = /[=;]/g
    nameEnd.lastIndex = at + 1
    const stop = nameEnd.exec(text)?.index ?? text.length
    if (text[stop] !== '=') {
      at = stop
      continue
    }
    const name = trimBlank(text.slice(at + 1, stop))
    const { value, end } = readValue(text, stop + 1)
    at = end
    if (name !== '') pairs.push({ name, value })
  }
  return pairs
}

/** What RFC 2231 §3-4 adds to a name: the number of a section, and whether it is encoded. */
const readStar = (name: string): { base: string; index: number; encoded: boolean } | undefined => {
  const star = name.indexOf('*')
  const extended = /^\*(?:(\d{1,3})(\*)?)?$/.exec(name.slice(star))
  if (!extended) return undefined
  const encoded = extended[1] === undefined || !!extended[2]
  return { base: name.slice(0, star), index: Number(extended[1] ?? 0), encoded }
}

/** Reads a parameterised value as it stands in a field (raw, one code unit a byte). Lenient: never fails. */
export const parseParameterised = (rawValue: string): Parameterised => {
  const text = withoutComments(unfold(rawValue))
  const parameters: Record<string, string> = Object.create(null)
  const sections = new Map<string, Map<number, Section>>()
  const semicolon = text.indexOf(';')
  const value = (semicolon < 0 ? text : text.slice(0, semicolon)).replace(/[ \t]/g, '').toLowerCase()
  for (const pair of readPairs(text, semicolon < 0 ? text.length : semicolon)) {
    const name = pair.name.toLowerCase()
    if (!name.includes('*')) {
      if (!(name in parameters)) parameters[name] = name === 'boundary' ? pair.value : decodeText(pair.value)
      continue
    }
    const star = readStar(name)
    if (!star) continue
    const known = sections.get(star.base) ?? new Map<number, Section>()
    if (!known.has(star.index)) known.set(star.index, { index: star.index, encoded: star.encoded, value: pair.value })
    sections.set(star.base, known)
  }
  for (const [name, list] of sections) if (list.has(0)) parameters[name] = cleanLine(joinSections([...list.values()]))
  return { value, parameters }
}

export type RawParameterised = {
  /** What comes before the parameters, as written, without comments and blanks. */
  readonly value: string
  /** Names and values as written, one code unit a byte. */
  readonly parameters: readonly (readonly [name: string, value: string])[]
}

/** Sections of one parameter as one: `name*` and percent-encoding where any section is encoded. */
const rejoin = (base: string, sections: readonly Section[]): readonly [string, string] => {
  const encoded = sections.some((section) => section.encoded)
  let value = ''
  let expected = 0
  for (const section of sections.toSorted((a, b) => a.index - b.index)) {
    if (section.index !== expected++) break
    value +=
      encoded && !section.encoded ? section.value.replace(/[^!#$&+\-.0-9A-Z^_`a-z{|}~]/g, percent) : section.value
  }
  return [encoded ? `${base}*` : base, value]
}
const percent = (unit: string): string => `%${unit.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`

/**
 * The same without decoding, for those who pass it on: case and charsets as written. Parameters in sections (RFC 2231
 * §3) are put together, for few readers do it; what remains encoded keeps the asterisk of its name.
 */
export const rawParameterised = (rawValue: string): RawParameterised => {
  const text = withoutComments(unfold(rawValue))
  const semicolon = text.indexOf(';')
  const value = (semicolon < 0 ? text : text.slice(0, semicolon)).replace(/[ \t]/g, '')
  const entries: { base: string; sections: Section[] | undefined; value: string }[] = []
  const open = new Map<string, Section[]>()
  for (const { name, value } of readPairs(text, semicolon < 0 ? text.length : semicolon)) {
    const star = name.includes('*') ? readStar(name) : undefined
    if (!star) entries.push({ base: name, sections: undefined, value })
    else {
      const section = { index: star.index, encoded: star.encoded, value }
      const known = open.get(star.base.toLowerCase())
      if (known) known.push(section)
      else {
        const sections = [section]
        open.set(star.base.toLowerCase(), sections)
        entries.push({ base: star.base, sections, value })
      }
    }
  }
  const parameters = entries.map(({ base, sections, value }) =>
    sections ? rejoin(base, sections) : ([base, value] as const),
  )
  return { value, parameters }
}

/** Whether a value is `type/subtype` (RFC 2045 §5.1). */
export const isMediaType = (value: string): boolean =>
  /^[!#$%&'*+.0-9A-Z^_`a-z{|}~-]{1,127}\/[!#$%&'*+.0-9A-Z^_`a-z{|}~-]{1,127}$/.test(value)
