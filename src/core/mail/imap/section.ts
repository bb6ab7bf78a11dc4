// BODY[section]<partial> and BINARY (RFC 9051 §6.4.5): which bytes of a message answer them.
import { transferDecoder } from '../encoding.ts'
import type { PartFacts } from '../facts.ts'
import type { Partial, Section } from './command.ts'

/** Bytes of the message, from `start` to before `end`. */
export type ByteRange = { readonly start: number; readonly end: number }

/**
 * What answers a section. `nil`: there is no such part (RFC 9051 §4.5: NIL is what does not exist). `fields`: the range is
 * a header section of which filterHeader keeps some; partial counts in what it gives.
 */
export type SectionSource =
  | { readonly kind: 'nil' }
  | ({ readonly kind: 'range' } & ByteRange)
  | ({ readonly kind: 'fields'; readonly names: readonly string[]; readonly except: boolean } & ByteRange)

const NIL: SectionSource = { kind: 'nil' }

/** A multipart that should have parts and has none shows an empty text as its part 1, here as in BODYSTRUCTURE. */
const emptyPart = (at: number): PartFacts => ({
  headerStart: at,
  bodyStart: at,
  bodyEnd: at,
  type: 'text/plain',
  encoding: '7bit',
  lines: 0,
  children: [],
})

const isMultipart = (part: PartFacts): boolean => part.type.startsWith('multipart/')
const isMessage = (part: PartFacts): boolean => part.type === 'message/rfc822' || part.type === 'message/global'

/** The part that a number names in a message or multipart; only a message that is no multipart is its own part 1. */
const childOf = (part: PartFacts, number: number, ofMessage: boolean): PartFacts | undefined => {
  if (isMultipart(part))
    return (
      part.children[number - 1] ?? (number === 1 && part.children.length === 0 ? emptyPart(part.bodyStart) : undefined)
    )
  if (ofMessage) return number === 1 ? part : undefined
  const message = isMessage(part) ? part.children[0] : undefined
  return message && childOf(message, number, true)
}

/** The part of a section number (RFC 9051 §6.4.5.1), or undefined. An empty path is the message itself. */
export const partAt = (root: PartFacts, path: readonly number[]): PartFacts | undefined => {
  let part: PartFacts | undefined = root
  for (const [depth, number] of path.entries()) part = part && childOf(part, number, depth === 0)
  return part
}

const range = (start: number, end: number): SectionSource => ({ kind: 'range', start, end })

/** Where the bytes of a section are; partial not applied. */
export const sectionSource = (root: PartFacts, section: Section): SectionSource => {
  const part = partAt(root, section.part)
  if (!part) return NIL
  const ofRoot = section.part.length === 0
  if (section.text === 'all') return ofRoot ? range(0, root.bodyEnd) : range(part.bodyStart, part.bodyEnd)
  if (section.text === 'mime') return ofRoot ? NIL : range(part.headerStart, part.bodyStart)
  // HEADER, TEXT and HEADER.FIELDS are of the message itself or of a message in it (RFC 9051 §6.4.5.1).
  const message = ofRoot ? root : isMessage(part) ? part.children[0] : undefined
  if (!message) return NIL
  if (section.text === 'header') return range(message.headerStart, message.bodyStart)
  if (section.text === 'text') return range(message.bodyStart, message.bodyEnd)
  return {
    kind: 'fields',
    start: message.headerStart,
    end: message.bodyStart,
    names: section.fields ?? [],
    except: section.text === 'headerFieldsNot',
  }
}

/**
 * The fields of a header section (one code unit a byte) that have, or have not, one of the names (any case), each as it
 * stands with its folded lines, in order; then the section's blank line, if it has one (RFC 9051 §6.4.5.1). Lines that
 * are no field have no name. Linear.
 */
export const filterHeader = (header: string, names: readonly string[], except: boolean): string => {
  const wanted = new Set(names.map((name) => name.toLowerCase()))
  let out = ''
  for (let at = 0; at < header.length; ) {
    let lf = header.indexOf('\n', at)
    if (lf === at || (lf === at + 1 && header[at] === '\r')) return out + header.slice(at, lf + 1)
    const lineEnd = lf < 0 ? header.length : lf
    while (lf >= 0 && isBlank(header.charCodeAt(lf + 1))) lf = header.indexOf('\n', lf + 1)
    const end = lf < 0 ? header.length : lf + 1
    const colon = nameEnd(header, at, lineEnd)
    if (wanted.has(header.slice(at, colon).toLowerCase()) !== except) out += header.slice(at, end)
    at = end
  }
  return out
}

const isBlank = (code: number): boolean => code === 0x20 || code === 0x09

/** End of the name of the field that begins at `at`, obsolete blanks before the colon left out (RFC 5322 §4.5). */
const nameEnd = (header: string, at: number, lineEnd: number): number => {
  let end = at
  while (end < lineEnd && header.charCodeAt(end) !== 0x3a) end++
  if (end === lineEnd) return at
  while (end > at && isBlank(header.charCodeAt(end - 1))) end--
  return end
}

/** What a partial leaves of a range; beyond its end, nothing (RFC 9051 §6.4.5: an empty string). */
export const applyPartial = (of: ByteRange, partial: Partial | undefined): ByteRange => {
  if (!partial) return { start: of.start, end: of.end }
  const start = Math.min(of.start + partial.offset, of.end)
  return { start, end: Math.min(start + partial.length, of.end) }
}

/** What answers BINARY: as above; `encoded` is to be decoded; `unknownEncoding` is the answer NO [UNKNOWN-CTE]. */
export type BinarySource =
  | { readonly kind: 'nil' }
  | { readonly kind: 'unknownEncoding' }
  | ({ readonly kind: 'range' } & ByteRange)
  | ({ readonly kind: 'encoded'; readonly encoding: string } & ByteRange)

/** Where the bytes of BINARY[part] are (RFC 9051 §6.4.5, RFC 3516 §4.2). The message itself has no encoding. */
export const binarySource = (root: PartFacts, path: readonly number[]): BinarySource => {
  const part = partAt(root, path)
  if (!part) return { kind: 'nil' }
  if (path.length === 0) return { kind: 'range', start: 0, end: root.bodyEnd }
  const { encoding, bodyStart: start, bodyEnd: end } = part
  if (encoding === '7bit' || encoding === '8bit' || encoding === 'binary') return { kind: 'range', start, end }
  if (encoding === 'base64' || encoding === 'quoted-printable') return { kind: 'encoded', encoding, start, end }
  return { kind: 'unknownEncoding' }
}

/** Decodes a body in chunks and lets through what a partial asks of the decoded bytes. */
export type PartialDecoder = {
  readonly push: (chunk: Uint8Array) => Uint8Array
  readonly finish: () => Uint8Array
  /** Whether all that was asked has been given: the rest of the body need not be read. */
  readonly isDone: () => boolean
}

/** A decoder for the encoding of a BinarySource. */
export const partialDecoder = (encoding: string, partial: Partial | undefined): PartialDecoder => {
  const decoder = transferDecoder(encoding)
  let skip = partial?.offset ?? 0
  let left = partial?.length ?? Number.POSITIVE_INFINITY
  const cut = (bytes: Uint8Array): Uint8Array => {
    const from = Math.min(skip, bytes.length)
    const to = Math.min(bytes.length, from + left)
    skip -= from
    left -= to - from
    return bytes.subarray(from, to)
  }
  return {
    push: (chunk) => cut(decoder.push(chunk)),
    finish: () => cut(decoder.finish()),
    isDone: () => left === 0,
  }
}
