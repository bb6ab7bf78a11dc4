// Disposition notifications that came for what was sent (RFC 8621 §7: mdnBlobIds): found in its conversation.
import { blobId } from '../../../core/jmap/ids.ts'
import { mdnParts, originalMessageId } from '../../../core/jmap/mdn.ts'
import { innerRoot, isCertified, placesIn } from '../../../core/jmap/pecLook.ts'
import { type ContentId, rangePiece } from '../../../core/lib/rope.ts'
import { decodeTransfer } from '../../../core/mail/encoding.ts'
import { fieldValues } from '../../../core/mail/header.ts'
import type { MessageKind } from '../../../core/mailbox/certified.ts'
import type { StoredFacts } from '../../../core/mailbox/factsRecord.ts'
import { isVisible } from '../../mailstore/box.ts'
import type { SubmissionRow } from '../../mailstore/outgoing.ts'
import { threadOf } from '../../pec/conversations.ts'
import { rootFields } from './emailBody.ts'
import type { Call } from './method.ts'

/** Messages of conversations that are looked at in one call. */
const MOST_LOOKED_AT = 1_000
const NOTIFICATION_BYTES = 64 * 1024

type Options = Call['options']

/** A notification in a content, or in the anomaly envelope that it came in: its blob, and what it is about. */
const notificationIn = async (
  { contents }: Options,
  content: ContentId,
  kind: MessageKind | null,
  facts: StoredFacts,
) => {
  const places = isCertified(kind) ? placesIn(facts.parts) : undefined
  const root = places ? innerRoot(places) : facts.parts
  const part = root && mdnParts(root)?.notification
  if (!part) return undefined
  const length = Math.min(part.bodyEnd - part.bodyStart, NOTIFICATION_BYTES)
  const bytes =
    length > 0 ? await contents.bytes([rangePiece(content, part.bodyStart, length)], length) : new Uint8Array()
  const about = originalMessageId(decodeTransfer(part.encoding, bytes))
  return about === null ? undefined : { about, id: blobId(content, places?.original?.path ?? []) }
}

/** Blobs of the notifications by the content that was sent. */
export const mdnsFor = async (
  { options, login }: Call,
  rows: readonly SubmissionRow[],
): Promise<ReadonlyMap<ContentId, readonly string[]>> => {
  const threads = new Set(
    rows.flatMap(({ thread, identifier }) => [thread, ...(identifier === null ? [] : [threadOf(identifier)])]),
  )
  const box = await options.mailstore.box(login.mailboxId)
  const candidates = new Map<ContentId, MessageKind | null>()
  for (const { state } of threads.size > 0 ? box.folders : [])
    for (let index = 0; index < state.count && candidates.size < MOST_LOOKED_AT; index++) {
      if (!threads.has(state.threadKey(index)) || !isVisible(state, index)) continue
      const kind = state.kind(index)
      if (kind === null || kind === 'anomalyEnvelope') candidates.set(state.content(index), kind)
    }
  if (candidates.size === 0) return new Map()
  const found: { readonly about: string; readonly id: string }[] = []
  for (const [content, facts] of await options.mailstore.facts([...candidates.keys()])) {
    const one = await notificationIn(options, content, candidates.get(content) ?? null, facts)
    if (one) found.push(one)
  }
  if (found.length === 0) return new Map()
  const out = new Map<ContentId, readonly string[]>()
  for (const [content, facts] of await options.mailstore.facts(rows.map((row) => row.content))) {
    const fields = await rootFields(options.contents, { content, root: facts.parts, within: [], facts })
    const names = fieldValues(fields, 'message-id').map((name) => name.trim())
    for (const { content: sent, identifier } of rows)
      if (sent === content && identifier !== null) names.push(`<${identifier}>`)
    out.set(
      content,
      found.filter(({ about }) => names.includes(about)).map(({ id }) => id),
    )
  }
  return out
}
