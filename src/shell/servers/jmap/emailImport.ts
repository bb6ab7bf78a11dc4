// Email/import, /copy and /parse (RFC 8621 §4.7-4.9): messages from blobs, and from other accounts.
import { COPY_ARGS, isId, isRecord, isString, listOf, mapOf, nullable } from '../../../core/jmap/args.ts'
import { LIMITS, MAIL } from '../../../core/jmap/capabilities.ts'
import { invalidProperties } from '../../../core/jmap/compose.ts'
import { wantedOfParts, wantedProperties } from '../../../core/jmap/emailProperties.ts'
import { methodError, type SetError } from '../../../core/jmap/errors.ts'
import { blobOfId } from '../../../core/jmap/ids.ts'
import { rangePiece } from '../../../core/lib/rope.ts'
import { parseMailDate } from '../../../core/mail/date.ts'
import { contentFacts } from '../../../core/mail/facts/content.ts'
import { firstValue, parseHeader } from '../../../core/mail/header.ts'
import { type Blob, blobRange, blobStream, findBlobs, partAt } from './blobs.ts'
import { bodyOf, type Message } from './emailBody.ts'
import { placeMessage, readPlacing } from './emailCreate.ts'
import { BODY_ARGS, type BodyArgs } from './emailGet.ts'
import { type Call, method, realId } from './method.ts'
import { checkSet, type Done } from './set.ts'

/** Of a blob so much is looked at to tell whether it is a message. */
const HEAD_BYTES = 64 * 1024

/** Whether a blob begins with a header (RFC 5322 §2.2), and when its first Received field says that it came. */
const lookAt = async (call: Call, blob: Blob): Promise<{ readonly receivedAt: number | undefined } | undefined> => {
  const chunks: Uint8Array[] = []
  for await (const chunk of blobRange(call.options, blob, 0, HEAD_BYTES)) chunks.push(chunk.slice())
  const { fields } = parseHeader(Buffer.concat(chunks))
  if (fields.length === 0) return undefined
  const received = firstValue(fields, 'received')
  return {
    receivedAt: received === undefined ? undefined : parseMailDate(received.slice(received.lastIndexOf(';') + 1))?.at,
  }
}

/** A content of its own with the bytes of a blob: each import is an Email of its own. */
const ownContent = (call: Call, blob: Blob) => {
  const { contents } = call.options
  const isPlain = blob.encoding !== 'base64' && blob.encoding !== 'quoted-printable'
  if (isPlain) return contents.rowOf([rangePiece(blob.content, blob.start, blob.end - blob.start)])
  return contents.receive(blobStream(call.options, blob), { limitBytes: LIMITS.maxSizeUpload })
}

const importOne = async (call: Call, given: Readonly<Record<string, unknown>>): Promise<Done> => {
  const unknown = Object.keys(given).filter(
    (name) => !['blobId', 'mailboxIds', 'keywords', 'receivedAt'].includes(name),
  )
  if (unknown.length > 0) return invalidProperties(unknown)
  const missing = ['blobId', 'mailboxIds'].filter((name) => (given[name] ?? null) === null)
  if (missing.length > 0) return invalidProperties(missing)
  if (!isString(given.blobId)) return invalidProperties(['blobId'])
  const blobId = realId(call, given.blobId)
  const blob = (await findBlobs(call.options, call.login.mailboxId, [blobId])).get(blobId)
  if (!blob) return invalidProperties(['blobId'])
  const head = await lookAt(call, blob)
  if (!head) return { type: 'invalidEmail', description: 'this is not a message' }
  const placing = await readPlacing(call, given, head.receivedAt ?? call.options.now())
  return 'type' in placing ? placing : placeMessage(call, await ownContent(call, blob), placing)
}

type ImportArgs = {
  readonly ifInState?: string | null
  readonly emails: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

const importEmails = method<ImportArgs>(
  'Email/import',
  MAIL,
  { 'accountId!': isId, ifInState: nullable(isString), 'emails!': mapOf(isId, isRecord) },
  async (call, { ifInState, emails }) => {
    const state = async (): Promise<string> => String(await call.options.mailstore.modseq(call.login.mailboxId))
    const checked = await checkSet(call, { ifInState: ifInState ?? null, create: emails }, { state })
    if ('methodError' in checked) return checked
    const created: Record<string, object | null> = {}
    const notCreated: Record<string, SetError> = {}
    for (const [key, given] of Object.entries(emails)) {
      const outcome = await importOne(call, given)
      if ('type' in outcome) notCreated[key] = outcome
      else {
        created[key] = outcome.done
        call.createdIds.set(key, (outcome.done as { id: string }).id)
      }
    }
    return {
      accountId: call.accountId,
      oldState: checked.oldState,
      newState: await state(),
      created: Object.keys(created).length > 0 ? created : null,
      notCreated: Object.keys(notCreated).length > 0 ? notCreated : null,
    }
  },
)

type CopyArgs = { readonly fromAccountId: string; readonly accountId: string }

/** Whoever signs in has one account: there is no other to copy from. */
const copy = method<CopyArgs>('Email/copy', MAIL, COPY_ARGS, async (_, { fromAccountId, accountId }) =>
  fromAccountId === accountId
    ? { methodError: 'invalidArguments', description: 'the accounts are the same', arguments: ['fromAccountId'] }
    : methodError('fromAccountNotFound'),
)

type ParseArgs = BodyArgs & { readonly blobIds: readonly string[]; readonly properties?: readonly string[] | null }

/** Larger blobs that are no message of the box are not parsed. */
const PARSED_BYTES = 50 * 1024 * 1024

type Parsed = { readonly message: Message; readonly preview: () => string }

/** A message that lies encoded in another is taken out like an upload, so that its parts have blobs of their own. */
const parsedEncoded = async ({ options, login }: Call, blob: Blob): Promise<Parsed | undefined> => {
  if (blob.end - blob.start > PARSED_BYTES) return undefined
  const row = await options.contents.receive(blobStream(options, blob), { limitBytes: PARSED_BYTES })
  await options.mailstore.upload(login.mailboxId, row, 'message/rfc822')
  const facts = (await options.mailstore.facts([row.id])).get(row.id)
  return facts && { message: { content: row.id, root: facts.parts, within: [], facts }, preview: () => facts.preview }
}

/** What a blob is as a message; undefined where it is none. */
export const parsed = async (call: Call, id: string, blob: Blob): Promise<Parsed | undefined> => {
  const { contents, mailstore } = call.options
  const ref = blobOfId(id)
  if (!ref || !(await lookAt(call, blob))) return undefined
  if (blob.encoding === 'base64' || blob.encoding === 'quoted-printable') return parsedEncoded(call, blob)
  const facts = (await mailstore.facts([blob.content])).get(blob.content)
  if (facts && ref.part.length === 0)
    return { message: { content: blob.content, root: facts.parts, within: [], facts }, preview: () => facts.preview }
  const part = facts && partAt(facts.parts, ref.part)
  const inner = part?.children[0]
  if (!part?.type.startsWith('message/') || !inner || blob.end - blob.start > PARSED_BYTES) return undefined
  const preview = contentFacts(
    await contents.bytes([rangePiece(blob.content, blob.start, blob.end - blob.start)], blob.end - blob.start),
  ).preview
  return { message: { content: blob.content, root: inner, within: ref.part, facts: undefined }, preview: () => preview }
}

const parse = method<ParseArgs>(
  'Email/parse',
  MAIL,
  { 'accountId!': isId, 'blobIds!': listOf(isString), properties: nullable(listOf(isString)), ...BODY_ARGS },
  async (call, args) => {
    const wanted = wantedProperties(args.properties ?? PARSE_DEFAULTS)
    if ('methodError' in wanted) return wanted
    const parts = wantedOfParts(args.bodyProperties)
    if ('methodError' in parts) return parts
    if (args.blobIds.length > LIMITS.maxObjectsInGet) return methodError('requestTooLarge')
    const ids = [...new Set(args.blobIds)].map((id) => realId(call, id))
    const blobs = await findBlobs(call.options, call.login.mailboxId, ids)
    const out: Record<string, object> = {}
    const notParsable: string[] = []
    for (const id of ids) {
      const blob = blobs.get(id)
      if (!blob) continue
      const found = await parsed(call, id, blob)
      if (!found) {
        notParsable.push(id)
        continue
      }
      // RFC 8621 §4.9: what only a message in a box has is null.
      const asked = args.properties ?? PARSE_DEFAULTS
      const metadata = Object.fromEntries(
        [...wanted.metadata].filter((name) => asked.includes(name)).map((name) => [name, null]),
      )
      if ('blobId' in metadata) Object.assign(metadata, { blobId: id })
      if ('size' in metadata) Object.assign(metadata, { size: blob.end - blob.start })
      out[id] = {
        ...metadata,
        ...(await bodyOf(call.options.contents, found.message, { ...args, wanted, parts }, found.preview)),
      }
    }
    const notFound = ids.filter((id) => !blobs.has(id))
    return {
      accountId: call.accountId,
      parsed: Object.keys(out).length > 0 ? out : null,
      notParsable: notParsable.length > 0 ? notParsable : null,
      notFound: notFound.length > 0 ? notFound : null,
    }
  },
)

export const PARSE_DEFAULTS = [
  'messageId',
  'inReplyTo',
  'references',
  'sender',
  'from',
  'to',
  'cc',
  'bcc',
  'replyTo',
  'subject',
  'sentAt',
  'hasAttachment',
  'preview',
  'bodyValues',
  'textBody',
  'htmlBody',
  'attachments',
]

export const emailImportMethods = [importEmails, copy, parse]
