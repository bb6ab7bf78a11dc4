// Reads what Email/get and Email/parse tell of a message: header, parts, texts.
import { allBodyParts, type BodyPart, bodyLists, bodyTree, hasAttachment, partIdOf } from '../../../core/jmap/bodies.ts'
import type { Wanted, WantedOfParts } from '../../../core/jmap/emailProperties.ts'
import { allHeaders, headerValue } from '../../../core/jmap/header.ts'
import { blobId } from '../../../core/jmap/ids.ts'
import { bodyValue } from '../../../core/jmap/text.ts'
import { fromLatin1 } from '../../../core/lib/bytes.ts'
import { type ContentId, rangePiece } from '../../../core/lib/rope.ts'
import { transferDecoder } from '../../../core/mail/encoding.ts'
import type { PartFacts } from '../../../core/mail/facts.ts'
import { parseHeader } from '../../../core/mail/header.ts'
import type { HeaderField } from '../../../core/mail/structure.ts'
import type { StoredFacts } from '../../../core/mailbox/factsRecord.ts'
import type { ContentReader } from '../../../core/ports.ts'

/** A message that may lie within a stored content: its root part, and the path to it. */
export type Message = {
  readonly content: ContentId
  readonly root: PartFacts
  /** Numbers of the part that it is in; none for the content itself. */
  readonly within: readonly number[]
  readonly facts: StoredFacts | undefined
}

export type BodyFetch = {
  readonly wanted: Wanted
  readonly parts: WantedOfParts
  readonly fetchTextBodyValues?: boolean
  readonly fetchHTMLBodyValues?: boolean
  readonly fetchAllBodyValues?: boolean
  readonly maxBodyValueBytes?: number
}

/** Longest header section that is looked at. */
const HEADER_BYTES = 256 * 1024
/** Longest encoded text of a part that is told; what is longer is truncated. */
const TEXT_BYTES = 16 * 1024 * 1024

const range = (contents: ContentReader, content: ContentId, start: number, end: number): Promise<Uint8Array> =>
  end > start ? contents.bytes([rangePiece(content, start, end - start)], end - start) : Promise.resolve(NO_BYTES)
const NO_BYTES = new Uint8Array()

const fieldsAt = async (
  contents: ContentReader,
  content: ContentId,
  part: PartFacts,
): Promise<readonly HeaderField[]> => {
  const end = Math.min(part.bodyStart, part.headerStart + HEADER_BYTES)
  return parseHeader(await range(contents, content, part.headerStart, end)).fields
}

/** The root header: of the content itself it is mostly among its facts. */
export const rootFields = async (contents: ContentReader, message: Message): Promise<readonly HeaderField[]> => {
  const kept = message.within.length === 0 ? message.facts?.header : undefined
  return kept === undefined ? fieldsAt(contents, message.content, message.root) : parseHeader(fromLatin1(kept)).fields
}

/** Encoded parts up to this are decoded to be measured; of longer ones in base64 the lines tell. */
const MEASURED_BYTES = 64 * 1024
const TAIL_BYTES = 256

/** Bytes of a part once decoded, where lines of base64 are as they should be; else undefined. */
const sizeByLines = async (
  contents: ContentReader,
  content: ContentId,
  part: PartFacts,
): Promise<number | undefined> => {
  const { bodyStart, bodyEnd, lines } = part
  const head = Buffer.from(await range(contents, content, bodyStart, bodyStart + TAIL_BYTES)).toString('latin1')
  const tail = Buffer.from(await range(contents, content, bodyEnd - TAIL_BYTES, bodyEnd)).toString('latin1')
  const width = head.indexOf('\r\n')
  if (width < 4 || width % 4 !== 0 || !/^[A-Za-z0-9+/]+$/.test(head.slice(0, width))) return undefined
  const ended = tail.replace(/(?:\r\n)+$/, '')
  const breaks = lines - (tail.length - ended.length) / 2
  const letters = bodyEnd - bodyStart - lines * 2
  const last = ended.slice(ended.lastIndexOf('\n') + 1)
  if (letters % 4 !== 0 || letters - breaks * width !== last.length || last.length > width) return undefined
  const padding = /={0,2}$/.exec(ended)![0].length
  return (letters / 4) * 3 - padding
}

/** RFC 8621 §4.1.4: bytes of a part once decoded. */
export const decodedSize = async (contents: ContentReader, content: ContentId, part: PartFacts): Promise<number> => {
  const { bodyStart, bodyEnd, encoding } = part
  if (encoding !== 'base64' && encoding !== 'quoted-printable') return bodyEnd - bodyStart
  const byLines =
    encoding === 'base64' && bodyEnd - bodyStart > MEASURED_BYTES
      ? await sizeByLines(contents, content, part)
      : undefined
  if (byLines !== undefined) return byLines
  const decoder = transferDecoder(encoding)
  let bytes = 0
  if (bodyEnd > bodyStart)
    for await (const chunk of contents.stream([rangePiece(content, bodyStart, bodyEnd - bodyStart)]))
      bytes += decoder.push(chunk).length
  return bytes + decoder.finish().length
}

const isText = ({ type }: PartFacts): boolean => type.startsWith('text/')

type PartObject = Record<string, unknown>

/** A part with the properties that are wanted of parts; `isWhole`: with those below, asked for or not. */
const partObject = async (
  contents: ContentReader,
  message: Message,
  part: BodyPart,
  { names, headers }: WantedOfParts,
  isWhole = false,
): Promise<PartObject> => {
  const { facts, path, subParts } = part
  const out: PartObject = {}
  const put = (name: string, value: () => unknown): void => {
    if (names.has(name)) out[name] = value()
  }
  put('partId', () => partIdOf(part))
  put('blobId', () => (subParts ? null : blobId(message.content, [...message.within, ...path])))
  if (names.has('size')) out.size = subParts ? 0 : await decodedSize(contents, message.content, facts)
  const needsFields = names.has('headers') || headers.length > 0
  const fields = !needsFields
    ? []
    : facts === message.root
      ? await rootFields(contents, message)
      : await fieldsAt(contents, message.content, facts)
  put('headers', () => allHeaders(fields))
  put('name', () => facts.filename ?? null)
  put('type', () => facts.type)
  put('charset', () => facts.charset ?? (isText(facts) ? 'us-ascii' : null))
  put('disposition', () => facts.disposition ?? null)
  put('cid', () => facts.contentId ?? null)
  put('language', () => facts.languages ?? null)
  put('location', () => facts.location ?? null)
  for (const header of headers) out[header.property] = headerValue(fields, header)
  if (names.has('subParts') || (isWhole && subParts)) {
    const below: PartObject[] = []
    for (const one of subParts ?? []) below.push(await partObject(contents, message, one, { names, headers }, isWhole))
    out.subParts = below
  }
  return out
}

/** `bodyValues`: the texts of the parts that are wanted. */
const bodyValues = async (
  contents: ContentReader,
  message: Message,
  tree: BodyPart,
  fetch: BodyFetch,
): Promise<Record<string, unknown>> => {
  const wanted = new Set<BodyPart>()
  const { textBody, htmlBody } = bodyLists(tree)
  if (fetch.fetchTextBodyValues) for (const part of textBody) wanted.add(part)
  if (fetch.fetchHTMLBodyValues) for (const part of htmlBody) wanted.add(part)
  if (fetch.fetchAllBodyValues) for (const part of allBodyParts(tree)) wanted.add(part)
  const out: Record<string, unknown> = {}
  const most = fetch.maxBodyValueBytes ?? 0
  for (const part of wanted) {
    if (part.subParts || !isText(part.facts)) continue
    const { bodyStart, bodyEnd } = part.facts
    // Of encoded text four bytes at most are one of UTF-8, but for blanks and line ends.
    const asked = most > 0 ? Math.min(TEXT_BYTES, most * 12 + 4_096) : TEXT_BYTES
    const end = Math.min(bodyEnd, bodyStart + asked)
    const bytes = await range(contents, message.content, bodyStart, end)
    out[partIdOf(part)!] = bodyValue(part.facts, bytes, most, end < bodyEnd)
  }
  return out
}

/** Whether the facts or the bytes of a message must be looked at for what is wanted. */
export const looksInside = ({ headers, allHeaders: all, body }: Wanted): boolean =>
  headers.length > 0 || all || body.size > 0

/** What needs the parts of a message told one by one. */
const OF_PARTS = ['textBody', 'htmlBody', 'attachments', 'bodyStructure', 'bodyValues'] as const

/** All that is wanted of a message but its metadata. */
export const bodyOf = async (
  contents: ContentReader,
  message: Message,
  fetch: BodyFetch,
  preview: () => string,
): Promise<Record<string, unknown>> => {
  const { wanted, parts } = fetch
  const out: Record<string, unknown> = {}
  if (wanted.headers.length > 0 || wanted.allHeaders) {
    const fields = await rootFields(contents, message)
    for (const header of wanted.headers) out[header.property] = headerValue(fields, header)
    if (wanted.allHeaders) out.headers = allHeaders(fields)
  }
  const { body } = wanted
  if (body.size === 0) return out
  if (body.has('preview')) out.preview = preview()
  if (body.has('hasAttachment')) out.hasAttachment = hasAttachment(message.root)
  if (!OF_PARTS.some((name) => body.has(name))) return out
  const tree = bodyTree(message.root)
  const lists = bodyLists(tree)
  for (const name of ['textBody', 'htmlBody', 'attachments'] as const) {
    if (!body.has(name)) continue
    const shown: PartObject[] = []
    for (const part of lists[name]) shown.push(await partObject(contents, message, part, parts))
    out[name] = shown
  }
  if (body.has('bodyStructure')) out.bodyStructure = await partObject(contents, message, tree, parts, true)
  if (body.has('bodyValues')) out.bodyValues = await bodyValues(contents, message, tree, fetch)
  return out
}
