// The incoming point's decision: what a message from another server is, and what is due for it.

import type { ProviderRecord } from '../directory/providers.ts'
import type { Instant } from '../lib/instant.ts'
import type { ContentId, Rope } from '../lib/rope.ts'
import { rangePiece } from '../lib/rope.ts'
import { addressKey, domainOf, parseAddressList } from '../mail/address.ts'
import { decodeText, firstValue } from '../mail/header.ts'
import type { HeaderField, MimePart } from '../mail/structure.ts'
import { anomalyEnvelope, takeInCharge, virusDetection, virusNonDelivery } from './drafts.ts'
import type {
  CertificationData,
  Draft,
  JournalEntry,
  JournalEvent,
  MessageFacts,
  PecKind,
  ProviderIdentity,
  RecipientEvent,
} from './model.ts'

export type IncomingMessage = {
  readonly reversePath: string
  /** Local recipients of this SMTP transaction. */
  readonly forwardPaths: readonly string[]
  readonly content: ContentId
  readonly sizeBytes: number
  readonly root: MimePart
}

/** What the signature proves (RFC 6109 §2.2.2: existence, origin, validity). */
export type SignatureFinding =
  | { readonly kind: 'absent' }
  | { readonly kind: 'proven'; readonly signer: ProviderRecord }
  | { readonly kind: 'unproven'; readonly reason: string }

/** What the formal reading says of the message. */
export type FormalFinding =
  | { readonly kind: 'ordinary' }
  | {
      readonly kind: 'pec'
      readonly pecKind: PecKind | undefined
      readonly data?: CertificationData | undefined
      readonly formFailures: readonly string[]
    }

export type IncomingSort =
  | { readonly kind: 'envelope'; readonly signer: ProviderRecord; readonly data: CertificationData }
  | {
      readonly kind: 'receipt'
      readonly signer: ProviderRecord
      readonly pecKind: PecKind
      readonly data: CertificationData
    }
  /** Signed by a provider but not in form: propagated inside an anomaly envelope. */
  | { readonly kind: 'anomalous'; readonly signer: ProviderRecord; readonly reason: string }
  | { readonly kind: 'ordinary'; readonly reason: string }

/** Sorts a message by what its signature and its form prove. RFC 6109 §2.2.2 */
export const sortIncoming = (signature: SignatureFinding, form: FormalFinding): IncomingSort => {
  if (signature.kind === 'absent') return { kind: 'ordinary', reason: 'messaggio di posta ordinaria' }
  if (signature.kind === 'unproven') return { kind: 'ordinary', reason: signature.reason }
  const { signer } = signature
  if (form.kind === 'ordinary' || !form.pecKind) {
    return { kind: 'anomalous', signer, reason: 'tipo di messaggio di posta certificata non riconosciuto' }
  }
  // An anomaly envelope of another provider certifies nothing: it travels on as it is worth, wrapped.
  if (form.pecKind === 'anomalyEnvelope') {
    return { kind: 'anomalous', signer, reason: 'busta di anomalia di un altro gestore' }
  }
  if (form.formFailures.length > 0 || !form.data) {
    return { kind: 'anomalous', signer, reason: form.formFailures[0] ?? 'dati di certificazione assenti' }
  }
  const forged = notEntitled(form.pecKind, form.data, signer)
  if (forged) return { kind: 'anomalous', signer, reason: forged }
  return form.pecKind === 'transportEnvelope'
    ? { kind: 'envelope', signer, data: form.data }
    : { kind: 'receipt', signer, pecKind: form.pecKind, data: form.data }
}

/** Whose provider must have signed each kind: the one of whom it speaks for (pec.md §13, against forgery). */
const SPEAKS_FOR: Readonly<Record<PecKind, (data: CertificationData) => readonly string[]>> = {
  acceptance: (data) => [data.sender],
  nonAcceptance: (data) => [data.sender],
  virusNonAcceptance: (data) => [data.sender],
  transportEnvelope: (data) => [data.sender],
  timeoutWarning: (data) => [data.sender],
  timeoutFinal: (data) => [data.sender],
  virusNonDelivery: (data) => [data.sender],
  takeInCharge: (data) => data.takenFor ?? [],
  deliveryComplete: (data) => [data.deliveryTo ?? ''],
  deliveryBrief: (data) => [data.deliveryTo ?? ''],
  deliveryConcise: (data) => [data.deliveryTo ?? ''],
  nonDelivery: (data) => [data.deliveryTo ?? ''],
  virusDetection: (data) => [data.deliveryTo ?? ''],
  anomalyEnvelope: () => [],
}

/** Why the signer may not say what the message says; undefined where it may. RFC 6109 §2.2.2 "origin" */
const notEntitled = (kind: PecKind, data: CertificationData, signer: ProviderRecord): string | undefined => {
  const stranger = SPEAKS_FOR[kind](data).find((address) => !signer.managedDomains.includes(domainOf(address)))
  return stranger === undefined ? undefined : `il firmatario non gestisce il dominio di ${stranger}`
}

/** The facts of the original message that certification data carry. */
export const factsOf = (data: CertificationData): MessageFacts => ({
  identifier: data.identifier,
  clientMsgid: data.clientMsgid,
  sender: data.sender,
  recipients: data.recipients,
  replyTo: data.replyTo,
  subject: data.subject,
})

type Sealing = { readonly provider: ProviderIdentity; readonly at: Instant }

const journalOf = (
  event: JournalEvent,
  facts: Sealing,
  message: MessageFacts,
  recipients: readonly string[],
  related: readonly Draft[],
  detail?: string,
): JournalEntry => ({
  event,
  at: facts.at,
  msgid: message.identifier,
  clientMsgid: message.clientMsgid,
  sender: message.sender,
  recipients,
  subject: message.subject,
  related: related.map((draft) => draft.messageId),
  provider: facts.provider.name,
  detail,
})

/** Takes a valid envelope in charge for its local recipients. RFC 6109 §3.2.1 */
export const take = (
  message: MessageFacts,
  recipients: readonly string[],
  /** Service mailbox of the sender's provider. */
  to: string,
  facts: Sealing,
): { readonly receipt: Draft; readonly journal: readonly JournalEntry[] } => {
  const receipt = takeInCharge(message, facts, { takenFor: recipients, to })
  return { receipt, journal: [journalOf('takenInCharge', facts, message, recipients, [receipt])] }
}

/** A virus in a valid envelope: one notice for each local recipient, to the sender's provider. RFC 6109 §3.2.3 */
export const detectVirus = (
  message: MessageFacts,
  recipients: readonly string[],
  signature: string,
  to: string,
  facts: Sealing,
): { readonly notices: readonly Draft[]; readonly journal: readonly JournalEntry[] } => {
  const notices = recipients.map((recipient) => virusDetection(message, facts, { recipient, signature, to }))
  return { notices, journal: [journalOf('virusDetected', facts, message, recipients, notices, signature)] }
}

/** A virus detection came back: the sender is told of the non-delivery. RFC 6109 §3.2.4 */
export const reportVirus = (
  message: MessageFacts,
  recipient: string,
  signature: string | undefined,
  facts: Sealing,
): { readonly notice: Draft; readonly journal: readonly JournalEntry[] } => {
  const notice = virusNonDelivery(message, facts, signature === undefined ? { recipient } : { recipient, signature })
  return { notice, journal: [journalOf('virusNotified', facts, message, [recipient], [notice], signature)] }
}

/** What a receipt does to the state of recipients; none for those that move nothing. RFC 6109 §3.1.6 */
export const receiptTransitions = (
  kind: PecKind,
  data: CertificationData,
): readonly { readonly address: string; readonly event: RecipientEvent }[] => {
  if (kind === 'takeInCharge') {
    return (data.takenFor ?? []).map((address) => ({ address, event: 'takeInCharge' as const }))
  }
  if (data.deliveryTo === undefined) return []
  if (kind.startsWith('delivery')) return [{ address: data.deliveryTo, event: 'delivery' }]
  if (kind === 'nonDelivery' || kind === 'virusDetection') return [{ address: data.deliveryTo, event: 'nonDelivery' }]
  return []
}

/** Wraps ordinary or damaged mail in an anomaly envelope for the recipients that take it. RFC 6109 §3.2.2 */
export const wrapAnomaly = (
  incoming: IncomingMessage,
  recipients: readonly string[],
  reason: string,
  facts: Sealing,
): { readonly envelope: Draft; readonly journal: readonly JournalEntry[] } => {
  const { fields } = incoming.root
  const subject = firstValue(fields, 'subject')
  const decoded = subject === undefined ? undefined : decodeText(subject)
  const messageId = firstValue(fields, 'message-id')?.trim().replace(/^<|>$/g, '')
  const whole: Rope = [rangePiece(incoming.content, 0, incoming.sizeBytes)]
  const envelope = anomalyEnvelope(
    {
      fields,
      sender: incoming.reversePath,
      recipients: [...addressees(fields, 'to'), ...addressees(fields, 'cc')],
      forwardPaths: recipients,
      subject: decoded,
      reason,
      message: whole,
      messageId,
    },
    facts,
  )
  const journal: JournalEntry = {
    event: 'anomaly',
    at: facts.at,
    msgid: messageId ?? '',
    sender: incoming.reversePath,
    recipients,
    subject: decoded,
    related: [envelope.messageId],
    provider: facts.provider.name,
    detail: reason,
  }
  return { envelope, journal: [journal] }
}

/** Addresses of a field, as written. */
export const addressees = (fields: readonly HeaderField[], name: string): readonly string[] => {
  const value = firstValue(fields, name)
  return value ? parseAddressList(value).addresses.map((address) => address.spec) : []
}

/** Keys (addressKey) of the addresses of a field. */
export const addresseeKeys = (fields: readonly HeaderField[], name: string): ReadonlySet<string> =>
  new Set(addressees(fields, name).map(addressKey))
