// A conversation as one card: what people wrote in it, and what became of what the box sent.
import type { Instant } from '../lib/instant.ts'
import type { ContentId } from '../lib/rope.ts'
import { addressKey } from '../mail/address.ts'
import { DRAFT, FLAGGED, SEEN } from '../mail/flags.ts'
import { isReceipt, type MessageKind } from '../mailbox/certified.ts'
import { utcDate } from './date.ts'
import { emailId } from './ids.ts'
import type { PecMessageKind, PecPerson, PecSubmission, PecThread } from './pec.ts'
import { isCertified, type Look } from './pecLook.ts'
import { type FoundReceipt, receiptOf } from './pecSubmission.ts'

/** A message of a conversation, where it lies. */
export type ThreadMessage = {
  readonly content: ContentId
  readonly kind: MessageKind | null
  readonly at: Instant
  /** Mask of system flags (core/mail/flags.ts). */
  readonly system: number
  /** Whether it lies in the folder of what was sent. */
  readonly inSent: boolean
  readonly look: Look
}

/** What an Email is: of what no use case has filed its place and its writer tell. */
export const messageKind = (
  kind: MessageKind | null,
  system: number,
  inSent: boolean,
  isOwn: () => boolean,
): PecMessageKind => {
  if (kind === 'submitted') return 'sent'
  if (kind !== null) return kind
  if ((system & DRAFT) !== 0) return 'draft'
  return inSent || isOwn() ? 'sent' : 'ordinary'
}

/** Whether the box wrote it. */
export const isFrom = (from: readonly PecPerson[], address: string): boolean => {
  const own = addressKey(address)
  return from.some(({ email }) => addressKey(email) === own)
}

/** Whether a person wrote it; receipts are made by providers. */
export const isWritten = (kind: MessageKind | null): boolean => !isCertified(kind) || !isReceipt(kind)

/** The receipts among messages, oldest first, by the PEC msgid that they are about. */
export const receiptsAmong = (messages: readonly ThreadMessage[]): ReadonlyMap<string, readonly FoundReceipt[]> => {
  const found = new Map<string, FoundReceipt[]>()
  for (const { content, kind, at, look } of messages) {
    if (!isCertified(kind) || !isReceipt(kind) || !look.data) continue
    const { identifier } = look.data
    const list = found.get(identifier) ?? []
    found.set(identifier, list)
    list.push(receiptOf(kind, content, look.data, at))
  }
  for (const list of found.values()) list.sort((a, b) => a.at - b.at)
  return found
}

/** Most people of a card: who wants all looks into the messages. */
const MOST_PEOPLE = 50

/** Writers first, then whom it was written to; each once, with the first name given. */
const peopleOf = (written: readonly ThreadMessage[], address: string): readonly PecPerson[] => {
  const found = new Map<string, PecPerson>()
  const add = (person: PecPerson): void => {
    const key = addressKey(person.email)
    const known = found.get(key)
    if (!known || (known.name === null && person.name !== null)) found.set(key, person)
  }
  for (const { look } of written) for (const person of look.from) add(person)
  for (const { look } of written) for (const person of look.to) add(person)
  found.delete(addressKey(address))
  return [...found.values()].slice(0, MOST_PEOPLE)
}

const warningOf = (
  messages: readonly ThreadMessage[],
  signatureFails: (content: ContentId) => boolean,
): PecThread['warning'] => {
  const has = (...kinds: readonly string[]): boolean =>
    messages.some(({ kind }) => kind !== null && kinds.includes(kind))
  if (has('virusDetection', 'virusNonDelivery', 'virusNonAcceptance')) return 'virus'
  if (messages.some(({ content, kind }) => kind !== 'anomalyEnvelope' && isCertified(kind) && signatureFails(content)))
    return 'signature'
  return has('anomalyEnvelope') ? 'anomaly' : null
}

/** The card of a conversation. `messages`: oldest first, one at least. */
export const threadCard = (
  id: string,
  messages: readonly ThreadMessage[],
  address: string,
  submissions: readonly PecSubmission[],
  signatureFails: (content: ContentId) => boolean,
): PecThread => {
  const people = messages.filter(({ kind }) => isWritten(kind))
  const isUnread = ({ system }: ThreadMessage): boolean => (system & SEEN) === 0
  const written = people.length > 0 ? people : messages
  const first = written[0]!
  const last = written.at(-1)!
  return {
    id,
    emailIds: messages.map(({ content }) => emailId(content)),
    writtenIds: people.map(({ content }) => emailId(content)),
    subject: first.look.subject,
    people: peopleOf(people, address),
    preview: last.look.preview,
    at: utcDate(last.at),
    unread: people.filter(isUnread).length,
    unreadReceipts: messages.filter((one) => !isWritten(one.kind) && isUnread(one)).length,
    flagged: messages.some(({ system }) => (system & FLAGGED) !== 0),
    draft: messages.some(({ system }) => (system & DRAFT) !== 0),
    hasAttachment: people.some(({ look }) => look.hasAttachment),
    kind: messageKind(last.kind, last.system, last.inSent, () => isFrom(last.look.from, address)),
    warning: warningOf(messages, signatureFails),
    submissions,
  }
}
