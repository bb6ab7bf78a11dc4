// The body of a message that a client makes (RFC 8621 §4.6): parts as segments of text and of blobs to be encoded.
import { fromUtf8, toLatin1 } from '../lib/bytes.ts'
import { encodeQuotedPrintable } from '../mail/encoding.ts'
import { encodeWords } from '../mail/words.ts'
import { isId, isRecord, isString } from './args.ts'
import { headerLines, invalidProperties } from './compose.ts'
import type { SetError } from './errors.ts'

/** Text with one code unit a byte, or a blob that is put there in base64 or, where it is a message, as it is. */
export type Segment =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'blob'; readonly blobId: string; readonly how: 'base64' | 'asIs' }

type Part = Readonly<Record<string, unknown>>
type Values = Readonly<Record<string, unknown>>
type Context = {
  readonly values: Values
  readonly boundary: () => string
  /** Fields that the message has by its own properties: its root part may not give them again. */
  readonly taken: ReadonlySet<string>
  /** Fields that the root part gives. */
  rootNames: ReadonlySet<string>
  parts: number
}

const MOST_PARTS = 1_000
const DEEPEST = 30

const isError = (value: readonly Segment[] | SetError): value is SetError => 'type' in value
const text = (written: string): Segment => ({ kind: 'text', text: written })

/** A parameter of a field (RFC 2045 §5.1; beyond ASCII RFC 2231, and for old programs RFC 2047 in Content-Type). */
const parameter = (name: string, value: string, old: boolean): string => {
  const clean = value
    .replace(/[\0-\x1f\x7f]/g, ' ')
    .toWellFormed()
    .slice(0, 250)
  if (!/[^\x20-\x7e]/.test(clean)) return `;\r\n ${name}="${clean.replace(/["\\]/g, '\\$&')}"`
  if (old) return `;\r\n ${name}="${encodeWords(clean, 60).join('\r\n ')}"`
  const encoded = encodeURIComponent(clean).replace(
    /['()*!]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `;\r\n ${name}*=utf-8''${encoded}`
}

const TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/i
const KNOWN = new Set([
  'partId',
  'blobId',
  'size',
  'name',
  'type',
  'charset',
  'disposition',
  'cid',
  'language',
  'location',
  'subParts',
])

const isNone = (value: unknown): boolean => value === undefined || value === null

/** Fields of a part but Content-Transfer-Encoding. */
const partFields = (part: Part, type: string, more: string, context: Context, depth: number): string | SetError => {
  const given = headerLines(part, 'part', depth === 0 ? context.taken : undefined)
  if ('type' in given) return given
  if (depth === 0) context.rootNames = given.names
  const { name, disposition, cid, language, location } = part
  let lines = given.lines
  const has = (field: string): boolean => given.names.has(field)
  if (!has('content-type'))
    lines += `Content-Type: ${type}${more}${isString(name) && !type.startsWith('multipart/') ? parameter('name', name, true) : ''}\r\n`
  if ((isString(disposition) || isString(name)) && !has('content-disposition') && !type.startsWith('multipart/')) {
    const how = isString(disposition) ? disposition.toLowerCase() : 'attachment'
    if (!/^[a-z0-9-]{1,40}$/.test(how)) return invalidProperties(['disposition'])
    lines += `Content-Disposition: ${how}${isString(name) ? parameter('filename', name, false) : ''}\r\n`
  }
  if (isString(cid)) {
    if (!/^[!-;=?-~]{1,500}$/.test(cid)) return invalidProperties(['cid'])
    lines += `Content-ID: <${cid}>\r\n`
  }
  if (Array.isArray(language) && language.length > 0) {
    if (!language.every((tag) => isString(tag) && /^[A-Za-z0-9-]{1,40}$/.test(tag)))
      return invalidProperties(['language'])
    lines += `Content-Language: ${language.join(', ')}\r\n`
  }
  if (isString(location)) {
    if (!/^[!-~]{1,900}$/.test(location)) return invalidProperties(['location'])
    lines += `Content-Location: ${location}\r\n`
  }
  return lines
}

const givenText = (part: Part, values: Values): string | SetError => {
  const partId = part.partId as string
  const given = Object.hasOwn(values, partId) ? values[partId] : undefined
  if (given === undefined) return invalidProperties(['partId'])
  if (!isRecord(given) || !isString(given.value) || !given.value.isWellFormed())
    return invalidProperties([`bodyValues/${partId}`])
  // RFC 8621 §4.6: what is not whole is not to be written.
  const wrong = ['isEncodingProblem', 'isTruncated'].filter((name) => (given[name] ?? false) !== false)
  return wrong.length > 0 ? invalidProperties(wrong.map((name) => `bodyValues/${partId}/${name}`)) : given.value
}

const textPart = (part: Part, type: string, context: Context, depth: number): readonly Segment[] | SetError => {
  const misplaced = ['charset', 'size'].filter((name) => !isNone(part[name]))
  if (misplaced.length > 0) return invalidProperties(misplaced)
  const value = givenText(part, context.values)
  if (typeof value !== 'string') return value
  const lines = partFields(part, type, '; charset=utf-8', context, depth)
  if (typeof lines !== 'string') return lines
  const isPlain = /^[\t\r\n -~]*$/.test(value) && !/\r(?!\n)|[^\n]{900}/.test(value)
  const body = isPlain ? value.replace(/\r?\n/g, '\r\n') : encodeQuotedPrintable(toLatin1(fromUtf8(value)))
  return [text(`${lines}Content-Transfer-Encoding: ${isPlain ? '7bit' : 'quoted-printable'}\r\n\r\n${body}`)]
}

const blobPart = (part: Part, type: string, context: Context, depth: number): readonly Segment[] | SetError => {
  const charset = isString(part.charset) && /^[A-Za-z0-9_.:+-]{1,60}$/.test(part.charset) ? part.charset : undefined
  if (!isNone(part.charset) && charset === undefined) return invalidProperties(['charset'])
  const lines = partFields(part, type, charset === undefined ? '' : `; charset=${charset}`, context, depth)
  if (typeof lines !== 'string') return lines
  // RFC 2046 §5.2.1: messages within are not encoded.
  const asIs = type === 'message/rfc822'
  const how = asIs ? '8bit' : 'base64'
  return [
    text(`${lines}Content-Transfer-Encoding: ${how}\r\n\r\n`),
    { kind: 'blob', blobId: part.blobId as string, how: asIs ? 'asIs' : 'base64' },
  ]
}

/** A part as the client gives it, or one of ours around others; `path`: where it stands in the Email. */
type Node = { readonly part: unknown; readonly path: string; readonly below?: readonly Node[] | undefined }

const multipart = (
  part: Part,
  below: readonly Node[],
  type: string,
  context: Context,
  depth: number,
): readonly Segment[] | SetError => {
  const boundary = context.boundary()
  const lines = partFields(part, type, `;\r\n boundary="${boundary}"`, context, depth)
  if (typeof lines !== 'string') return lines
  const out: Segment[] = [text(`${lines}\r\n`)]
  for (const [at, one] of below.entries()) {
    out.push(text(`${at === 0 ? '' : '\r\n'}--${boundary}\r\n`))
    const inner = bodySegments(one, context, depth + 1)
    if (isError(inner)) return inner
    out.push(...inner)
  }
  out.push(text(`\r\n--${boundary}--\r\n`))
  return out
}

/** A part with its own fields; errors name the part's properties. */
const partSegments = ({ part, path, below }: Node, context: Context, depth: number): readonly Segment[] | SetError => {
  if (!isRecord(part) || depth > DEEPEST || ++context.parts > MOST_PARTS) return invalidProperties([''])
  const unknown = Object.keys(part).filter((name) => !KNOWN.has(name) && !name.startsWith('header:'))
  if (unknown.length > 0) return invalidProperties(unknown)
  const wrong = ['name', 'disposition', 'cid', 'location'].filter((one) => !isNone(part[one]) && !isString(part[one]))
  if (wrong.length > 0) return invalidProperties(wrong)
  const given = isNone(part.type) ? undefined : part.type
  if (given !== undefined && !(isString(given) && TYPE.test(given))) return invalidProperties(['type'])
  const type =
    (given as string | undefined)?.toLowerCase() ?? (isNone(part.partId) ? 'application/octet-stream' : 'text/plain')
  if (type.startsWith('multipart/')) {
    const extra = ['partId', 'blobId'].filter((name) => !isNone(part[name]))
    if (extra.length > 0) return invalidProperties(extra)
    const { subParts } = part
    if (!below && (!Array.isArray(subParts) || subParts.length === 0)) return invalidProperties(['subParts'])
    const nodes = below ?? (subParts as unknown[]).map((one, at) => ({ part: one, path: `${path}/subParts/${at}` }))
    return multipart(part, nodes, type, context, depth)
  }
  if (!isNone(part.subParts)) return invalidProperties(['subParts'])
  if (isString(part.partId) === isString(part.blobId)) return invalidProperties(['partId', 'blobId'])
  if (isString(part.partId))
    return type.startsWith('text/') ? textPart(part, type, context, depth) : invalidProperties(['type'])
  return isId(part.blobId) ? blobPart(part, type, context, depth) : invalidProperties(['blobId'])
}

const isFull = (property: string): boolean =>
  /^(?:bodyStructure|bodyValues|textBody|htmlBody|attachments)(?:\/|$)/.test(property)

/** A part with its own fields, as segments; errors name properties by their place in the Email. */
const bodySegments = (node: Node, context: Context, depth: number): readonly Segment[] | SetError => {
  const made = partSegments(node, context, depth)
  if (!isError(made)) return made
  const at = (name: string): string => (isFull(name) ? name : name === '' ? node.path : `${node.path}/${name}`)
  return { ...made, properties: made.properties?.map(at) ?? [] }
}

const wrap = (kind: string, nodes: readonly Node[]): Node =>
  nodes.length === 1 ? nodes[0]! : { part: { type: `multipart/${kind}` }, path: 'bodyStructure', below: nodes }

/** The structure that `textBody`, `htmlBody` and `attachments` mean (RFC 8621 §4.6). */
const structureOf = (email: Part): Node | SetError | undefined => {
  const { bodyStructure, textBody, htmlBody, attachments } = email
  const others = ['textBody', 'htmlBody', 'attachments'].filter((name) => !isNone(email[name]))
  if (!isNone(bodyStructure))
    return others.length === 0 ? { part: bodyStructure, path: 'bodyStructure' } : invalidProperties(others)
  const lists = { textBody: textBody ?? [], htmlBody: htmlBody ?? [], attachments: attachments ?? [] }
  for (const [name, list] of Object.entries(lists)) if (!Array.isArray(list)) return invalidProperties([name])
  const { textBody: texts, htmlBody: htmls, attachments: files } = lists as unknown as Record<string, Part[]>
  const fits = (list: Part[], type: string): boolean =>
    list.length === 0 || (list.length === 1 && isRecord(list[0]) && (isNone(list[0].type) || list[0].type === type))
  if (!fits(texts!, 'text/plain')) return invalidProperties(['textBody'])
  if (!fits(htmls!, 'text/html')) return invalidProperties(['htmlBody'])
  const alternatives: Node[] = [
    ...texts!.map((part) => ({ part: { ...part, type: 'text/plain' }, path: 'textBody/0' })),
    ...htmls!.map((part) => ({ part: { ...part, type: 'text/html' }, path: 'htmlBody/0' })),
  ]
  const isInline = ({ part }: Node): boolean => isRecord(part) && isString(part.cid) && part.disposition === 'inline'
  const nodes: Node[] = files!.map((part, at) => ({ part, path: `attachments/${at}` }))
  const inline = htmls!.length > 0 ? nodes.filter(isInline) : []
  const rest = nodes.filter((node) => !inline.includes(node))
  const body = alternatives.length > 0 ? wrap('alternative', alternatives) : undefined
  const shown = body && inline.length > 0 ? wrap('related', [body, ...inline]) : body
  if (shown === undefined && rest.length === 0) return undefined
  return rest.length > 0 ? wrap('mixed', [...(shown === undefined ? [] : [shown]), ...rest]) : shown
}

export type ComposedBody = {
  readonly segments: readonly Segment[]
  /** Fields of the message that its root part gives. */
  readonly names: ReadonlySet<string>
}

/** The body of an Email that is to be made, its own Content- fields first; `taken`: fields that the message has. */
export const composeBody = (
  email: Part,
  boundary: () => string,
  taken: ReadonlySet<string> = new Set(),
): ComposedBody | SetError => {
  const values = email.bodyValues ?? {}
  if (!isRecord(values)) return invalidProperties(['bodyValues'])
  const structure = structureOf(email)
  if (structure === undefined) return { segments: [text(EMPTY)], names: new Set() }
  if ('type' in structure) return structure
  const context: Context = {
    values,
    boundary,
    taken: new Set([...taken, 'mime-version']),
    rootNames: new Set(),
    parts: 0,
  }
  const segments = bodySegments(structure, context, 0)
  return isError(segments) ? segments : { segments, names: context.rootNames }
}

const EMPTY = 'Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 7bit\r\n\r\n'

/** Blobs that a body names. */
export const blobsOf = (segments: readonly Segment[]): readonly string[] => [
  ...new Set(segments.flatMap((one) => (one.kind === 'blob' ? [one.blobId] : []))),
]
