// Facts of a content: planned from its structure alone, finished with the bytes of its text parts.
import { toLatin1 } from '../../lib/bytes.ts'
import { type ContentFacts, HEADER_KEPT, type PartFacts } from '../facts.ts'
import { foldText } from '../fold.ts'
import { firstValue } from '../header.ts'
import { printStructure } from '../imap/bodystructure.ts'
import { printEnvelope } from '../imap/envelope.ts'
import type { ByteRange } from '../imap/section.ts'
import { allParts, type MimeScan, parseMime, partName } from '../mime.ts'
import { isReceipt, previewOf, previewParts } from '../preview.ts'
import { anySignature, signatureOf } from '../signature.ts'
import type { MimePart } from '../structure.ts'
import { cleanLine } from '../words.ts'
import { addFields, addLine, gather, headerText, sortFacts, threadFacts } from './header.ts'
import { decodeTextPart, type WantedText, wantedTexts } from './text.ts'

/** Longest body text that is kept for search, in UTF-16 units. */
export const BODY_CHARACTERS = 1024 * 1024

/** What is known of a content before the bytes of its texts are. */
export type FactsPlan = {
  /** Ranges of the message whose bytes finishFacts wants, ascending; together at most about 1.5 MiB. */
  readonly wanted: readonly ByteRange[]
  readonly texts: readonly WantedText[]
  readonly root: MimePart
  readonly entities: readonly MimePart[]
  readonly planned: Omit<ContentFacts, 'preview' | 'search'>
  readonly header: { readonly text: string; readonly complete: boolean }
  /** Whether all texts are wanted in full. */
  readonly complete: boolean
}

const MAX_NAME = 500
const MAX_LOCATION = 2_000
const MAX_LANGUAGES = 20

/** Encodings that are no word (RFC 2045 §6.1) are one that nobody knows. */
const encodingOf = (part: MimePart): string => (/^[!-~]{1,40}$/.test(part.encoding) ? part.encoding : 'x-unknown')

const contentIdOf = (part: MimePart): string | undefined => {
  const value = firstValue(part.fields, 'content-id')
  if (value === undefined) return undefined
  return cleanLine((/<([^<>]*)>/.exec(value)?.[1] ?? value).trim()).slice(0, MAX_NAME) || undefined
}

const languagesOf = (part: MimePart): readonly string[] | undefined => {
  const value = firstValue(part.fields, 'content-language')
  const tags = value?.match(/[A-Za-z0-9-]{1,40}/g)?.slice(0, MAX_LANGUAGES)
  return tags && tags.length > 0 ? tags : undefined
}

const partFacts = (part: MimePart): PartFacts => ({
  headerStart: part.headerStart,
  bodyStart: part.bodyStart,
  bodyEnd: part.bodyEnd,
  type: part.type,
  encoding: encodingOf(part),
  charset: part.type.startsWith('multipart/') ? undefined : part.parameters.charset?.slice(0, MAX_NAME).toWellFormed(),
  filename: partName(part)?.slice(0, MAX_NAME).toWellFormed(),
  lines: part.lines,
  disposition: part.disposition?.slice(0, MAX_NAME).toWellFormed(),
  contentId: contentIdOf(part),
  languages: languagesOf(part),
  location:
    firstValue(part.fields, 'content-location')
      ?.replace(/[\s\0-\x1f\x7f]/g, '')
      .slice(0, MAX_LOCATION) || undefined,
  children: part.children.map(partFacts),
})

const isMessage = (part: MimePart): boolean => part.type === 'message/rfc822' || part.type === 'message/global'

/** The first step: all that the structure tells, and which bytes are wanted for the rest. */
export const planFacts = (scan: MimeScan): FactsPlan => {
  const { root, head, sizeBytes } = scan
  const entities = allParts(root)
  const inner = new Set(entities.filter(isMessage).flatMap((part) => part.children))
  const { wanted, complete } = wantedTexts(entities)
  const { body, structure } = printStructure(root)
  const mime = entities.filter((part) => part !== root && !inner.has(part))
  const { text, complete: headerComplete } = headerText(root, mime)
  return {
    wanted: wanted.map(({ range }) => range),
    texts: wanted,
    root,
    entities,
    planned: {
      sizeBytes,
      header: head.length <= HEADER_KEPT ? toLatin1(head) : undefined,
      envelope: printEnvelope(root.fields),
      bodyStructure: structure,
      body,
      parts: partFacts(root),
      sort: sortFacts(root.fields),
      ...threadFacts(root.fields),
    },
    header: { text, complete: headerComplete },
    complete,
  }
}

/** Body text for search: texts, headers of messages within, names of attachments, in the order of the message. */
const bodyText = (plan: FactsPlan, texts: ReadonlyMap<MimePart, string>): { text: string; complete: boolean } => {
  const body = gather(BODY_CHARACTERS)
  let last = ''
  for (const part of plan.entities) {
    const text = foldText(texts.get(part) ?? '').trim()
    // HTML mostly says what the plain text before it says.
    if (text !== last) addLine(body, text)
    if (text !== '') last = text
    const name = partName(part)
    if (name !== undefined) addLine(body, foldText(name).trim())
    if (isMessage(part)) for (const message of part.children) addFields(body, message.fields)
    if (!body.complete) break
  }
  return body
}

/** The text of the wanted range of that number. */
export const wantedText = ({ texts }: FactsPlan, number: number, bytes: Uint8Array): string =>
  decodeTextPart(texts[number]!.part, bytes)

/** The second step: the texts of the wanted ranges, in their order. */
export const finishFacts = (plan: FactsPlan, decoded: readonly string[]): ContentFacts => {
  const texts = new Map(plan.texts.map(({ part }, number) => [part, decoded[number]!]))
  let preview = ''
  const receipt = isReceipt(plan.root)
  for (const part of previewParts(plan.root)) {
    preview = previewOf(texts.get(part) ?? '', receipt)
    if (preview !== '') break
  }
  const body = bodyText(plan, texts)
  const complete = plan.complete && plan.header.complete && body.complete
  const search = {
    header: plan.header.text,
    body: body.text,
    complete,
    signature: complete ? signatureOf([plan.header.text, body.text]) : anySignature(),
  }
  return { ...plan.planned, preview, search }
}

/** Facts of a message that is all in memory. */
export const contentFacts = (bytes: Uint8Array, scan: MimeScan = parseMime(bytes)): ContentFacts => {
  const plan = planFacts(scan)
  return finishFacts(
    plan,
    plan.wanted.map(({ start, end }, number) => wantedText(plan, number, bytes.subarray(start, end))),
  )
}
