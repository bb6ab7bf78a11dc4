// A message that a box sent, as one object: its recipients, what became of each, and the receipts that prove it.
import { fromBase64, fromUtf8, toBase64, toUtf8Strict } from '../lib/bytes.ts'
import type { Instant } from '../lib/instant.ts'
import type { ContentId } from '../lib/rope.ts'
import { addressKey } from '../mail/address.ts'
import type { CertificationData, MessageFacts, PecKind, ReceiptType, RecipientState } from '../pec/model.ts'
import { utcDate } from './date.ts'
import { blobId, emailId } from './ids.ts'
import type { PecPerson, PecReceipt, PecRecipientState, PecSubmission } from './pec.ts'

/** What the access point keeps of a message that it was handed. */
export type SubmissionRecord = {
  readonly identifier: string
  readonly message: MessageFacts
  readonly receiptType: ReceiptType
  readonly accepted: boolean
  readonly at: Instant
  /** Of accepted messages, by addressKey. */
  readonly states: ReadonlyMap<string, { readonly state: RecipientState; readonly at: Instant }>
  /** Where it was sent by JMAP. */
  readonly emailSubmission: { readonly id: string; readonly content: ContentId } | undefined
}

/** A receipt in a box, and whom it is about: nobody alone where it is of the access point. */
export type FoundReceipt = {
  readonly kind: PecKind
  readonly content: ContentId
  readonly at: Instant
  readonly about: readonly string[]
  readonly reason: string | undefined
}

export const submissionId = (identifier: string): string =>
  `P${toBase64(fromUtf8(identifier)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}`

/** The PEC msgid of an id; undefined where it is none of ours. */
export const identifierOfId = (id: string): string | undefined => {
  const letters = /^P([A-Za-z0-9_-]{4,254})$/.exec(id)?.[1]
  if (letters === undefined) return undefined
  const text = toUtf8Strict(fromBase64(letters.replaceAll('-', '+').replaceAll('_', '/')))
  return text !== undefined && submissionId(text) === id ? text : undefined
}

/** What a receipt says of whom; `arrivedAt` where it does not say when. */
export const receiptOf = (
  kind: PecKind,
  content: ContentId,
  data: CertificationData | undefined,
  arrivedAt: Instant,
): FoundReceipt => ({
  kind,
  content,
  at: data?.at ?? arrivedAt,
  about: (data?.takenFor ?? (data?.deliveryTo === undefined ? [] : [data.deliveryTo])).map(addressKey),
  reason: data?.extendedError,
})

/** Whether it is the access point's word. */
export const isAccess = (kind: PecKind): boolean =>
  kind === 'acceptance' || kind === 'nonAcceptance' || kind === 'virusNonAcceptance'

const shown = ({ kind, content, at }: FoundReceipt): PecReceipt => ({
  kind,
  emailId: emailId(content),
  blobId: blobId(content),
  at: utcDate(at),
})

/** Nobody tells of ordinary mail whether it came: only that it could not be handed over. */
export const recipientState = (
  accepted: boolean,
  certified: boolean,
  state: RecipientState | undefined,
): PecRecipientState => {
  if (!accepted) return 'failed'
  if (!certified && (state === undefined || state === 'pending')) return 'unproven'
  return state ?? 'pending'
}

const FAILED: ReadonlySet<PecRecipientState> = new Set(['failed', 'expired', 'warned'])

/** What the rest of the box knows of a submission. */
export type Surroundings = {
  readonly threadId: string
  /** The copy that is in the box. */
  readonly content: ContentId | undefined
  /** Oldest first. */
  readonly receipts: readonly FoundReceipt[]
  /** As the sender wrote them. */
  readonly people: readonly PecPerson[]
}

export const submissionObject = (record: SubmissionRecord, around: Surroundings): PecSubmission => {
  const { accepted, message, at } = record
  const { receipts, people } = around
  const names = new Map(people.map(({ name, email }) => [addressKey(email), name]))
  const access = receipts.find(({ kind }) => isAccess(kind))
  return {
    id: submissionId(record.identifier),
    threadId: around.threadId,
    emailId: around.content === undefined ? null : emailId(around.content),
    emailSubmissionId: record.emailSubmission === undefined ? null : `S${record.emailSubmission.id}`,
    identifier: record.identifier,
    subject: message.subject ?? null,
    sentAt: utcDate(at),
    accepted,
    refusedBecause: accepted ? null : (access?.reason ?? null),
    receiptType: record.receiptType,
    access: access ? shown(access) : null,
    recipients: message.recipients.map(({ address, certified }) => {
      const key = addressKey(address)
      const own = receipts.filter(({ about }) => about.includes(key))
      const known = record.states.get(key)
      const state = recipientState(accepted, certified, known?.state)
      const said = FAILED.has(state) ? own.findLast(({ reason }) => reason !== undefined)?.reason : undefined
      return {
        address,
        name: names.get(key) ?? null,
        certified,
        state,
        at: utcDate(known?.at ?? at),
        reason: accepted ? (said ?? null) : (access?.reason ?? null),
        receipts: own.map(shown),
      }
    }),
  }
}
