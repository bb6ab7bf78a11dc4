// The properties of an Email and of its parts that may be asked for (RFC 8621 §4.1, §4.2).
import { type MethodError, methodError } from './errors.ts'
import { type HeaderForm, type HeaderProperty, parseHeaderProperty } from './header.ts'
import { SMIME_PROPERTIES } from './smime.ts'

/** Properties that are a field of the header in a form (RFC 8621 §4.1.2.3). */
const CONVENIENT: Readonly<Record<string, readonly [lowerName: string, form: HeaderForm]>> = {
  messageId: ['message-id', 'MessageIds'],
  inReplyTo: ['in-reply-to', 'MessageIds'],
  references: ['references', 'MessageIds'],
  sender: ['sender', 'Addresses'],
  from: ['from', 'Addresses'],
  to: ['to', 'Addresses'],
  cc: ['cc', 'Addresses'],
  bcc: ['bcc', 'Addresses'],
  replyTo: ['reply-to', 'Addresses'],
  subject: ['subject', 'Text'],
  sentAt: ['date', 'Date'],
}

const METADATA = ['id', 'blobId', 'threadId', 'mailboxIds', 'keywords', 'size', 'receivedAt'] as const
const BODY = ['bodyStructure', 'bodyValues', 'textBody', 'htmlBody', 'attachments', 'hasAttachment', 'preview'] as const

export type Metadata = (typeof METADATA)[number]
export type BodyProperty = (typeof BODY)[number]

/** What is given where a client does not say (RFC 8621 §4.2). */
const DEFAULTS: readonly string[] = [
  ...METADATA,
  ...Object.keys(CONVENIENT),
  'hasAttachment',
  'preview',
  'bodyValues',
  'textBody',
  'htmlBody',
  'attachments',
]

/** What is told of a part where a client does not say. */
const PART_DEFAULTS: readonly string[] = [
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
]
const PART_PROPERTIES = new Set([...PART_DEFAULTS, 'headers', 'subParts'])

/** The properties that are wanted, sorted by where they come from. */
export type Wanted = {
  readonly metadata: ReadonlySet<string>
  readonly headers: readonly HeaderProperty[]
  /** All fields, as they are. */
  readonly allHeaders: boolean
  readonly body: ReadonlySet<string>
  /** Of signatures (RFC 9219). */
  readonly smime: ReadonlySet<string>
}

/** Reads `properties`; an id is always told. */
export const wantedProperties = (
  given: readonly string[] | null | undefined,
  usesSmime = false,
): Wanted | MethodError => {
  const names = new Set(['id', ...(given ?? DEFAULTS)])
  const metadata = new Set<string>()
  const body = new Set<string>()
  const smime = new Set<string>()
  const headers: HeaderProperty[] = []
  let allHeaders = false
  for (const name of names) {
    const convenient = Object.hasOwn(CONVENIENT, name) ? CONVENIENT[name] : undefined
    if (convenient) headers.push({ property: name, lowerName: convenient[0], form: convenient[1], all: false })
    else if ((METADATA as readonly string[]).includes(name)) metadata.add(name)
    else if ((BODY as readonly string[]).includes(name)) body.add(name)
    else if (name === 'headers') allHeaders = true
    else if (usesSmime && (SMIME_PROPERTIES as readonly string[]).includes(name)) smime.add(name)
    else {
      const header = parseHeaderProperty(name)
      if (!header) return unknownProperty(name, 'properties')
      headers.push(header)
    }
  }
  return { metadata, headers, allHeaders, body, smime }
}

export type WantedOfParts = {
  readonly names: ReadonlySet<string>
  readonly headers: readonly HeaderProperty[]
}

/** Reads `bodyProperties`. */
export const wantedOfParts = (given: readonly string[] | null | undefined): WantedOfParts | MethodError => {
  const names = new Set<string>()
  const headers: HeaderProperty[] = []
  for (const name of given ?? PART_DEFAULTS) {
    if (PART_PROPERTIES.has(name)) names.add(name)
    else {
      const header = parseHeaderProperty(name)
      if (!header) return unknownProperty(name, 'bodyProperties')
      headers.push(header)
    }
  }
  return { names, headers }
}

const unknownProperty = (name: string, argument: string): MethodError => ({
  ...methodError('invalidArguments', `There is no property ${name.slice(0, 100)}`),
  arguments: [argument],
})

/** Of other types: the properties that are wanted, or which is none. */
export const pickProperties = (
  known: readonly string[],
  given: readonly string[] | null | undefined,
): ReadonlySet<string> | MethodError => {
  const names = new Set(['id', ...(given ?? known)])
  for (const name of names) if (!known.includes(name)) return unknownProperty(name, 'properties')
  return names
}

/** The wanted properties of an object. */
export const picked = (object: Readonly<Record<string, unknown>>, wanted: ReadonlySet<string>) =>
  Object.fromEntries(Object.entries(object).filter(([name]) => wanted.has(name)))
