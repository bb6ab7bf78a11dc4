// One function for each kind of message that a provider makes: facts in, draft out (RFC 6109 §3).
import type { Instant } from '../lib/instant.ts'
import { mailDate } from '../lib/instant.ts'
import type { Rope } from '../lib/rope.ts'
import { parseAddressList } from '../mail/address.ts'
import { fieldValues } from '../mail/header.ts'
import type { HeaderField } from '../mail/structure.ts'
import { printDaticert } from './daticert.ts'
import { buildEntity } from './entity.ts'
import { fieldLine, inherit, onBehalfOf, subjectLine } from './fields.ts'
import { boundaries, receiptId } from './ids.ts'
import type {
  CertificationData,
  CertificationError,
  Draft,
  MessageFacts,
  PecKind,
  ProviderIdentity,
  ReceiptType,
} from './model.ts'
import { humanText } from './text.ts'
import {
  CERTIFICATION_KIND,
  DELIVERY_KIND,
  EXTENDED_ERROR,
  FIELD,
  MARKER,
  RECEIPT_TYPE_WORD,
  SECURITY_ERROR,
} from './vocabulary.ts'

/** Who signs, and the one instant of the whole operation (RFC 6109 §4.1). */
export type Sealing = { readonly provider: ProviderIdentity; readonly at: Instant }

type Notice = {
  readonly kind: Exclude<PecKind, 'anomalyEnvelope' | 'transportEnvelope'>
  readonly error?: CertificationError
  /** Makes the id differ for each recipient, where there is a notice for each. */
  readonly recipient?: string
  /** Where it goes, if not to the sender of the original. */
  readonly to?: string
  readonly reason?: string | undefined
  readonly data?: Partial<CertificationData>
  readonly postacert?: Rope | undefined
}

const certificationData = (
  m: MessageFacts,
  s: Sealing,
  notice: Omit<Notice, 'kind'>,
): Omit<CertificationData, 'kind'> => ({
  error: notice.error ?? 'none',
  sender: m.sender,
  recipients: m.recipients,
  replyTo: m.replyTo,
  subject: m.subject,
  provider: s.provider.name,
  at: s.at,
  identifier: m.identifier,
  clientMsgid: m.clientMsgid,
  ...notice.data,
})

// RFC 6109 §2.1.1.1.1, §2.1.1.1.3
const noticeHeader = (m: MessageFacts, s: Sealing, notice: Notice, to: string, messageId: string): string => {
  const marker = MARKER[notice.kind]
  return (
    fieldLine('From', s.provider.serviceAddress) +
    fieldLine('To', to) +
    subjectLine(notice.kind, m.subject) +
    fieldLine('Date', mailDate(s.at)) +
    fieldLine('Message-ID', `<${messageId}>`) +
    fieldLine(marker.field, marker.value) +
    (marker.security ? fieldLine(FIELD.security, SECURITY_ERROR) : '') +
    // RFC 6109 §3.2.3, §2.1.1.1.3
    (notice.kind === 'virusDetection' ? fieldLine(FIELD.sender, m.sender) : '') +
    // RFC 6109 §2.2.1
    (m.clientMsgid === undefined ? '' : fieldLine(FIELD.reference, m.clientMsgid))
  )
}

/** A notice goes from the service address to the reverse path of the original; its Reply-To plays no part. */
// RFC 6109 §2.1
const notice = (m: MessageFacts, s: Sealing, n: Notice): Draft => {
  const to = n.to ?? m.sender
  const key = n.recipient ?? n.data?.takenFor?.join('\n') ?? ''
  const messageId = receiptId(m.identifier, n.kind, key, s.provider.domain)
  const marks = boundaries(messageId, n.postacert ?? [])
  const text = humanText(n.kind, {
    ...m,
    at: s.at,
    recipients: n.data?.takenFor?.map((address) => ({ address, certified: true })) ?? m.recipients,
    recipient: n.recipient,
    reason: n.reason,
  })
  const daticert = printDaticert({ kind: CERTIFICATION_KIND[n.kind], ...certificationData(m, s, n) })
  return {
    kind: n.kind,
    messageId,
    reversePath: s.provider.serviceAddress,
    forwardPaths: [to],
    at: s.at,
    header: noticeHeader(m, s, n, to, messageId),
    entity: buildEntity(text, daticert, n.postacert, marks),
    boundary: marks.signed,
  }
}

/** Acceptance of a message by the access point. */
// RFC 6109 §3.1.4
export const acceptance = (m: MessageFacts, s: Sealing): Draft => notice(m, s, { kind: 'acceptance' })

/** Refusal of a message that fails a formal check; `reason` completes "a causa di". */
// RFC 6109 §3.1.2
export const nonAcceptance = (m: MessageFacts, s: Sealing, { reason }: { readonly reason: string }): Draft =>
  notice(m, s, { kind: 'nonAcceptance', error: 'other', reason, data: { extendedError: reason } })

/** Refusal of a message that holds a virus; `signature` is the name the scanner gives it. */
// RFC 6109 §3.1.3
export const virusNonAcceptance = (m: MessageFacts, s: Sealing, { signature }: { readonly signature: string }): Draft =>
  notice(m, s, { kind: 'virusNonAcceptance', error: 'virus', reason: signature, data: { extendedError: signature } })

/** The receiving provider's word to the sending one, for all the recipients of one SMTP transaction. */
// RFC 6109 §3.2.1
export const takeInCharge = (
  m: MessageFacts,
  s: Sealing,
  { takenFor, to }: { readonly takenFor: readonly string[]; readonly to: string },
): Draft => notice(m, s, { kind: 'takeInCharge', to, data: { takenFor } })

/** Receipt of the delivery to one recipient; `postacert` is left out of the concise form even if given. */
// RFC 6109 §3.3.2, §3.3.2.1, §2.2.3
export const delivery = (
  m: MessageFacts,
  s: Sealing,
  d: {
    readonly recipient: string
    readonly requested: ReceiptType
    readonly form: ReceiptType
    readonly postacert?: Rope | undefined
  },
): Draft =>
  notice(m, s, {
    kind: DELIVERY_KIND[d.form] as 'deliveryComplete' | 'deliveryBrief' | 'deliveryConcise',
    recipient: d.recipient,
    data: { receiptType: d.requested, deliveryTo: d.recipient },
    postacert: d.form === 'concise' ? undefined : d.postacert,
  })

/** Delivery to one recipient failed. `extendedError`: enhanced code, provider and cause. */
// RFC 6109 §3.3.3
export const nonDelivery = (
  m: MessageFacts,
  s: Sealing,
  d: {
    readonly recipient: string
    readonly error: 'noRecipient' | 'noDomain' | 'other'
    readonly extendedError: string
  },
): Draft =>
  notice(m, s, {
    kind: 'nonDelivery',
    error: d.error,
    recipient: d.recipient,
    reason: d.extendedError,
    data: { deliveryTo: d.recipient, extendedError: d.extendedError },
  })

/** Twelve hours without word of a recipient. */
// RFC 6109 §3.1.6, §2.1.1.1.2
export const timeoutWarning = (m: MessageFacts, s: Sealing, { recipient }: { readonly recipient: string }): Draft =>
  notice(m, s, {
    kind: 'timeoutWarning',
    error: 'other',
    recipient,
    data: { deliveryTo: recipient, extendedError: EXTENDED_ERROR.timeoutWarning(s.provider.name) },
  })

/** Twenty-four hours without an outcome for a recipient: the last word. */
// RFC 6109 §3.1.6, §2.1.1.1.2
export const timeoutFinal = (m: MessageFacts, s: Sealing, { recipient }: { readonly recipient: string }): Draft =>
  notice(m, s, {
    kind: 'timeoutFinal',
    error: 'other',
    recipient,
    data: { deliveryTo: recipient, extendedError: EXTENDED_ERROR.timeoutFinal(s.provider.name) },
  })

/** The receiving provider found a virus in an envelope; `to` is the service mailbox of the sending one. */
// RFC 6109 §3.2.3
export const virusDetection = (
  m: MessageFacts,
  s: Sealing,
  d: { readonly recipient: string; readonly signature: string; readonly to: string },
): Draft =>
  notice(m, s, {
    kind: 'virusDetection',
    error: 'virus',
    recipient: d.recipient,
    to: d.to,
    reason: d.signature,
    data: { deliveryTo: d.recipient, extendedError: d.signature },
  })

/** Tells the sender that the receiving provider found a virus. */
// RFC 6109 §3.2.4
export const virusNonDelivery = (
  m: MessageFacts,
  s: Sealing,
  d: { readonly recipient: string; readonly signature?: string | undefined },
): Draft =>
  notice(m, s, {
    kind: 'virusNonDelivery',
    error: 'virus',
    recipient: d.recipient,
    reason: d.signature,
    data: { deliveryTo: d.recipient, extendedError: d.signature },
  })

/**
 * The envelope that carries an accepted message. `originalFields` are those of the original's head, `returnPath` its
 * reverse path, `postacert` the original with its new Message-ID.
 */
// RFC 6109 §3.1.5, §2.1.1.2
export const transportEnvelope = (
  m: MessageFacts,
  s: Sealing,
  e: {
    readonly originalFields: readonly HeaderField[]
    readonly returnPath: string
    readonly receiptType: ReceiptType
    readonly postacert: Rope
    readonly forwardPaths: readonly string[]
  },
): Draft => {
  const from = onBehalfOf(m.sender, s.provider.serviceAddress)
  const header =
    inherit(e.originalFields, ['return-path'], fieldLine('Return-Path', `<${e.returnPath}>`)) +
    inherit(e.originalFields, ['received']) +
    inherit(e.originalFields, ['to', 'cc']) +
    fieldLine(FIELD.transport, MARKER.transportEnvelope.value) +
    fieldLine('Date', mailDate(s.at)) +
    subjectLine('transportEnvelope', m.subject) +
    from('From') +
    from('Sender') + // RFC 6109 §2.1
    inherit(e.originalFields, ['reply-to'], fieldLine('Reply-To', m.sender)) +
    fieldLine('Message-ID', `<${m.identifier}>`) +
    (m.clientMsgid === undefined ? '' : fieldLine(FIELD.reference, m.clientMsgid)) +
    fieldLine(FIELD.receiptType, RECEIPT_TYPE_WORD[e.receiptType])
  const marks = boundaries(m.identifier, e.postacert)
  const data = certificationData(m, s, { data: { receiptType: e.receiptType } })
  return {
    kind: 'transportEnvelope',
    messageId: m.identifier,
    reversePath: m.sender,
    forwardPaths: e.forwardPaths,
    at: s.at,
    header,
    entity: buildEntity(
      humanText('transportEnvelope', { ...m, at: s.at }),
      printDaticert({ kind: 'transportEnvelope', ...data }),
      e.postacert,
      marks,
    ),
    boundary: marks.signed,
  }
}

export type AnomalyOriginal = {
  /** Head fields of the message that arrived. */
  readonly fields: readonly HeaderField[]
  /** Its reverse path; empty for the null path. */
  readonly sender: string
  /** Its recipients as the text shall name them. */
  readonly recipients: readonly string[]
  readonly forwardPaths: readonly string[]
  /** Decoded subject. */
  readonly subject?: string | undefined
  /** Why nothing is certified. */
  readonly reason: string
  /** The whole message that arrived. */
  readonly message: Rope
  /** Its Message-ID, with or without angle brackets. */
  readonly messageId?: string | undefined
}

/** Who a message that is not certified says it is from: its From, or else its reverse path. */
const claimedAuthor = (o: AnomalyOriginal): string =>
  fieldValues(o.fields, 'from')
    .flatMap((value) => parseAddressList(value).addresses)
    .at(0)?.spec ?? o.sender

/** Wraps a message that is not certified, or is damaged. It keeps the Message-ID and carries no certification data. */
// RFC 6109 §3.2.2, §2.1.1.2
export const anomalyEnvelope = (o: AnomalyOriginal, s: Sealing): Draft => {
  const author = claimedAuthor(o)
  const from = onBehalfOf(author, s.provider.serviceAddress)
  const given = (o.messageId ?? '').trim().replace(/^<|>$/g, '')
  const own = /^[\x21-\x7e]{1,500}$/.test(given) ? given : ''
  const marks = boundaries(own, o.message)
  const messageId = own === '' ? `${marks.mixed.slice(3)}@${s.provider.domain}` : own
  const header =
    inherit(o.fields, ['return-path'], fieldLine('Return-Path', `<${o.sender}>`)) +
    inherit(o.fields, ['received']) +
    inherit(o.fields, ['to', 'cc']) +
    inherit(o.fields, ['message-id'], fieldLine('Message-ID', `<${messageId}>`)) +
    fieldLine(FIELD.transport, MARKER.anomalyEnvelope.value) +
    fieldLine('Date', mailDate(s.at)) +
    subjectLine('anomalyEnvelope', o.subject) +
    from('From') +
    from('Sender') +
    inherit(o.fields, ['reply-to'], author === '' ? '' : fieldLine('Reply-To', author))
  const text = humanText('anomalyEnvelope', {
    at: s.at,
    sender: author,
    subject: o.subject,
    identifier: '',
    recipients: o.recipients.map((address) => ({ address, certified: true })),
    reason: o.reason,
  })
  return {
    kind: 'anomalyEnvelope',
    messageId,
    reversePath: o.sender,
    forwardPaths: o.forwardPaths,
    at: s.at,
    header,
    entity: buildEntity(text, undefined, o.message, marks),
    boundary: marks.signed,
  }
}
