// Email/set: a message made of what the client says of it (RFC 8621 §4.6), and everything else that /set does.
import { randomBytes } from 'node:crypto'
import { isRecord, isString, isUtcDate, SET_ARGS } from '../../../core/jmap/args.ts'
import { LIMITS, MAIL } from '../../../core/jmap/capabilities.ts'
import { CONVENIENT_FIELDS, dateText, headerLines, invalidProperties } from '../../../core/jmap/compose.ts'
import { blobsOf, composeBody, type Segment } from '../../../core/jmap/composeBody.ts'
import type { SetError } from '../../../core/jmap/errors.ts'
import { flagsOf } from '../../../core/jmap/keywords.ts'
import { fromLatin1 } from '../../../core/lib/bytes.ts'
import { addressKey, domainOf } from '../../../core/mail/address.ts'
import { type ContentRow, TooLarge } from '../../content/store.ts'
import { type Blob, blobStream, findBlobs } from './blobs.ts'
import { metadataOf } from './emails.ts'
import { destroyEmails, readFolders, readKeywords, updateEmails } from './emailUpdate.ts'
import { type Call, method, realId, type SetArgs } from './method.ts'
import { type Done, runSet } from './set.ts'

type Given = Readonly<Record<string, unknown>>

const METADATA = ['mailboxIds', 'keywords', 'receivedAt']
const BODY = ['bodyStructure', 'bodyValues', 'textBody', 'htmlBody', 'attachments']

const isKnown = (property: string): boolean =>
  METADATA.includes(property) ||
  BODY.includes(property) ||
  Object.hasOwn(CONVENIENT_FIELDS, property) ||
  property.startsWith('header:')

const boundary = (): string => `=_${randomBytes(15).toString('base64url')}`

/** Lines of base64 of a stream of bytes. */
async function* base64Lines(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const LINE = 57
  let held = Buffer.alloc(0)
  for await (const chunk of stream) {
    const bytes = Buffer.concat([held, chunk])
    const whole = bytes.length - (bytes.length % LINE)
    let out = ''
    for (let at = 0; at < whole; at += LINE) out += `${bytes.toString('base64', at, at + LINE)}\r\n`
    held = bytes.subarray(whole)
    if (out !== '') yield fromLatin1(out)
  }
  if (held.length > 0) yield fromLatin1(`${held.toString('base64')}\r\n`)
}

async function* bytesOf(
  call: Call,
  segments: readonly Segment[],
  blobs: ReadonlyMap<string, Blob>,
): AsyncGenerator<Uint8Array> {
  for (const segment of segments) {
    if (segment.kind === 'text') yield fromLatin1(segment.text)
    else {
      const stream = blobStream(call.options, blobs.get(segment.blobId)!)
      yield* segment.how === 'asIs' ? stream : base64Lines(stream)
    }
  }
}

/** What every message has, where the client has not said it: RFC 5322 §3.6 */
const missingFields = (call: Call, names: ReadonlySet<string>): string => {
  const now = call.options.now()
  const domain = domainOf(addressKey(call.login.address))
  return (
    (names.has('date') ? '' : `Date: ${dateText(new Date(now).toISOString())}\r\n`) +
    (names.has('message-id') ? '' : `Message-ID: <${randomBytes(18).toString('base64url')}@${domain}>\r\n`) +
    'MIME-Version: 1.0\r\n'
  )
}

/** The object with blobs of this request by their ids (RFC 9404 §4.1): `#` and the id under which each was made. */
const withBlobs = (call: Call, given: Given): Given => {
  const real = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(real)
    if (!isRecord(value)) return value
    const { blobId, subParts } = value
    return {
      ...value,
      ...(isString(blobId) ? { blobId: realId(call, blobId) } : {}),
      ...(subParts === undefined ? {} : { subParts: real(subParts) }),
    }
  }
  const parts = BODY.filter((name) => name !== 'bodyValues' && Object.hasOwn(given, name))
  return { ...given, ...Object.fromEntries(parts.map((name) => [name, real(given[name])])) }
}

/** The bytes of a message, stored; or why it cannot be made. */
const composed = async (call: Call, given: Given): Promise<ContentRow | SetError> => {
  const unknown = Object.keys(given).filter((property) => !isKnown(property))
  if (unknown.length > 0) return invalidProperties(unknown)
  const header = headerLines(given, 'email')
  if ('type' in header) return header
  const body = composeBody(withBlobs(call, given), boundary, header.names)
  if ('type' in body) return body
  const wanted = blobsOf(body.segments)
  const blobs = await findBlobs(call.options, call.login.mailboxId, wanted)
  const notFound = wanted.filter((id) => !blobs.has(id))
  if (notFound.length > 0) return { type: 'blobNotFound', notFound }
  const segments: readonly Segment[] = [
    { kind: 'text', text: header.lines + missingFields(call, new Set([...header.names, ...body.names])) },
    ...body.segments,
  ]
  try {
    return await call.options.contents.receive(bytesOf(call, segments, blobs), { limitBytes: LIMITS.maxSizeUpload })
  } catch (error) {
    if (error instanceof TooLarge) return { type: 'tooLarge', description: 'the message is too large' }
    throw error
  }
}

export type Placing = {
  readonly folders: readonly number[]
  readonly keywords: readonly string[]
  readonly receivedAt: number
}

/** Where a new message goes and what is known of it; or which of that is wrong. */
export const readPlacing = async (call: Call, given: Given, receivedAt: number): Promise<Placing | SetError> => {
  const box = await call.options.mailstore.box(call.login.mailboxId)
  const folders = readFolders(call, box, given.mailboxIds)
  if ('type' in folders) return folders
  const keywords = readKeywords(given.keywords ?? {})
  if ('type' in keywords) return keywords
  const at = given.receivedAt ?? undefined
  if (at !== undefined && !isUtcDate(at)) return invalidProperties(['receivedAt'])
  return { folders, keywords, receivedAt: isString(at) ? Date.parse(at) : receivedAt }
}

/** Puts a message into its folders, and tells what the server has set of it. */
export const placeMessage = async (call: Call, content: ContentRow, placing: Placing): Promise<Done> => {
  const { mailstore } = call.options
  const { mailboxId } = call.login
  const [first, ...others] = placing.folders
  const placed = await mailstore.append(mailboxId, first!, [
    { content, flags: flagsOf(placing.keywords), receivedAt: placing.receivedAt },
  ])
  const refused = (refusal: string): SetError =>
    refusal === 'overQuota'
      ? { type: 'overQuota' }
      : refusal === 'limit'
        ? { type: 'tooManyKeywords' }
        : invalidProperties(['mailboxIds'])
  if ('refusal' in placed) return refused(placed.refusal)
  for (const folderId of others) {
    const copied = await mailstore.copy(first!, placed.uids, folderId)
    if ('refusal' in copied) return refused(copied.refusal)
  }
  const rows = (await mailstore.box(mailboxId)).rowsOf(content.id)
  if (rows.length === 0) return { type: 'serverFail', description: 'removed again by another client' }
  const { id, blobId, threadId, size } = metadataOf(content.id, rows)
  return { done: { id, blobId, threadId, size } }
}

const create = async (call: Call, given: Given): Promise<Done> => {
  const placing = await readPlacing(call, given, call.options.now())
  if ('type' in placing) return placing
  const content = await composed(call, given)
  return 'type' in content ? content : placeMessage(call, content, placing)
}

/** Email/set with checked arguments: for EmailSubmission/set too. */
export const setEmails = (call: Call, args: SetArgs) =>
  runSet(call, args, {
    state: async () => String(await call.options.mailstore.modseq(call.login.mailboxId)),
    create: (given) => create(call, given),
    update: (patches) => updateEmails(call, patches),
    destroy: (ids) => destroyEmails(call, ids),
  })

export const emailSetMethods = [method<SetArgs>('Email/set', MAIL, SET_ARGS, setEmails)]
