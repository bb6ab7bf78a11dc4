// MDN/parse and MDN/send (RFC 9007): disposition notifications are read; none is sent (docs/decisions: receipts are the network's).
import { isId, isRecord, isString, listOf, mapOf, nullable } from '../../../core/jmap/args.ts'
import { LIMITS, MDN } from '../../../core/jmap/capabilities.ts'
import { methodError } from '../../../core/jmap/errors.ts'
import { emailId } from '../../../core/jmap/ids.ts'
import { type Mdn, mdnParts, originalMessageId, readMdn } from '../../../core/jmap/mdn.ts'
import { bodyValue } from '../../../core/jmap/text.ts'
import { type ContentId, rangePiece } from '../../../core/lib/rope.ts'
import { decodeTransfer } from '../../../core/mail/encoding.ts'
import type { PartFacts } from '../../../core/mail/facts.ts'
import { findBlobs } from './blobs.ts'
import { rootFields } from './emailBody.ts'
import { parsed } from './emailImport.ts'
import { type Call, method, realId } from './method.ts'

/** Longest parts of a notification that are looked at, in bytes as they travel. */
const PART_BYTES = 64 * 1024

const bytesOf = ({ options }: Call, content: ContentId, part: PartFacts): Promise<Uint8Array> => {
  const length = Math.min(part.bodyEnd - part.bodyStart, PART_BYTES)
  return length > 0
    ? options.contents.bytes([rangePiece(content, part.bodyStart, length)], length)
    : Promise.resolve(new Uint8Array())
}

/** The email of the box that a notification is about, where it was sent from here. */
const emailOf = async ({ options, login }: Call, messageId: string | null): Promise<string | null> => {
  if (messageId === null) return null
  const [sent] = await options.sent.find(login.mailboxId, [], [messageId])
  const content = sent?.emailSubmission?.content
  if (content === undefined) return null
  const box = await options.mailstore.box(login.mailboxId)
  return box.rowsOf(content).length > 0 ? emailId(content) : null
}

const mdnOf = async (
  call: Call,
  id: string,
  blob: NonNullable<Parameters<typeof parsed>[2]>,
): Promise<Mdn | undefined> => {
  const found = await parsed(call, id, blob)
  const parts = found && mdnParts(found.message.root)
  if (!parts) return undefined
  const { content } = found.message
  const notification = decodeTransfer(parts.notification.encoding, await bytesOf(call, content, parts.notification))
  const text = parts.text && bodyValue(parts.text, await bytesOf(call, content, parts.text), 0, false).value
  return readMdn({
    notification,
    fields: await rootFields(call.options.contents, found.message),
    text: text ?? null,
    hasOriginal: parts.original !== undefined,
    forEmailId: await emailOf(call, originalMessageId(notification)),
  })
}

type ParseArgs = { readonly blobIds: readonly string[] }

const parse = method<ParseArgs>(
  'MDN/parse',
  MDN,
  { 'accountId!': isId, 'blobIds!': listOf(isString) },
  async (call, { blobIds }) => {
    if (blobIds.length > LIMITS.maxObjectsInGet) return methodError('requestTooLarge')
    const ids = [...new Set(blobIds)].map((id) => realId(call, id))
    const blobs = await findBlobs(call.options, call.login.mailboxId, ids)
    const found: Record<string, Mdn> = {}
    const notParsable: string[] = []
    for (const [id, blob] of blobs) {
      const mdn = await mdnOf(call, id, blob)
      if (mdn) found[id] = mdn
      else notParsable.push(id)
    }
    const notFound = ids.filter((id) => !blobs.has(id))
    return {
      accountId: call.accountId,
      parsed: Object.keys(found).length > 0 ? found : null,
      notParsable: notParsable.length > 0 ? notParsable : null,
      notFound: notFound.length > 0 ? notFound : null,
    }
  },
)

type SendArgs = { readonly send: Readonly<Record<string, unknown>> }

const send = method<SendArgs>(
  'MDN/send',
  MDN,
  {
    'accountId!': isId,
    'identityId!': isString,
    'send!': mapOf(isId, isRecord),
    onSuccessUpdateEmail: nullable(mapOf(isString, isRecord)),
  },
  async ({ accountId }, args) => {
    if (Object.keys(args.send).length > LIMITS.maxObjectsInSet) return methodError('requestTooLarge')
    const description = 'A box of certified mail sends no disposition notifications: receipts are the network’s'
    const notSent = Object.keys(args.send).map((key) => [key, { type: 'forbidden', description }] as const)
    return { accountId, sent: null, notSent: notSent.length > 0 ? Object.fromEntries(notSent) : null }
  },
)

export const mdnMethods = [parse, send]
