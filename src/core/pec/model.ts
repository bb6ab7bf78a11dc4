// The values of certified mail: kinds of message, certification data, drafts, journal entries.
import type { Instant } from '../lib/instant.ts'
import type { Machine } from '../lib/machine.ts'
import { machine } from '../lib/machine.ts'
import type { Rope } from '../lib/rope.ts'

/** The fourteen messages a provider makes (RFC 6109 §2.1, §3). */
export type PecKind =
  | 'acceptance'
  | 'nonAcceptance'
  | 'virusNonAcceptance'
  | 'transportEnvelope'
  | 'takeInCharge'
  | 'deliveryComplete'
  | 'deliveryBrief'
  | 'deliveryConcise'
  | 'nonDelivery'
  | 'timeoutWarning'
  | 'timeoutFinal'
  | 'virusDetection'
  | 'virusNonDelivery'
  | 'anomalyEnvelope'

/** Type of delivery receipt that the sender asks for, `X-TipoRicevuta` (RFC 6109 §3.3.2). */
export type ReceiptType = 'complete' | 'brief' | 'concise'

/** `tipo` of the certification data (RFC 6109 §4.4); the words of the wire are in vocabulary.ts. */
export type CertificationKind =
  | 'acceptance'
  | 'nonAcceptance'
  | 'takeInCharge'
  | 'delivery'
  | 'transportEnvelope'
  | 'nonDelivery'
  | 'timeoutNotice'
  | 'virusDetection'

/** `errore` of the certification data (RFC 6109 §4.4). */
export type CertificationError = 'none' | 'noRecipient' | 'noDomain' | 'virus' | 'other'

export type PecRecipient = {
  /** addr-spec as written, the domain in lower case. */
  readonly address: string
  /** Whether the domain is in managedDomains of the providers' directory. */
  readonly certified: boolean
}

/** Identifies a certified message: `<alnum and dots>@<provider domain>`, without angle brackets (RFC 6109 §2.2.1). */
export type PecMsgid = string

/** The certification data of a message or receipt: what daticert.xml says (RFC 6109 §4.4). */
export type CertificationData = {
  readonly kind: CertificationKind
  readonly error: CertificationError
  /** The reverse-path of the original message. */
  readonly sender: string
  readonly recipients: readonly PecRecipient[]
  /** Reply-To of the original, or its sender. */
  readonly replyTo: string
  /** Decoded subject; undefined where the original has none. */
  readonly subject?: string | undefined
  /** Name of the provider that certifies. */
  readonly provider: string
  readonly at: Instant
  readonly identifier: PecMsgid
  /** Message-ID that the sender's program set, with angle brackets. */
  readonly clientMsgid?: string | undefined
  readonly receiptType?: ReceiptType | undefined
  /** Recipient to which delivery was made or tried. */
  readonly deliveryTo?: string | undefined
  /** Recipients taken in charge. */
  readonly takenFor?: readonly string[] | undefined
  readonly extendedError?: string | undefined
}

/** What is known of an original message wherever a notice about it must be made. */
export type MessageFacts = {
  readonly identifier: PecMsgid
  readonly clientMsgid?: string | undefined
  readonly sender: string
  readonly recipients: readonly PecRecipient[]
  readonly replyTo: string
  readonly subject?: string | undefined
}

/** The provider that signs. */
export type ProviderIdentity = {
  readonly name: string
  /** Mail domain of the provider's own addresses and of the PEC msgids. */
  readonly domain: string
  /** From of all it signs; equal to the rfc822Name of its certificate: `posta-certificata@…`. */
  readonly serviceAddress: string
  /** `mailReceipt` of the directory: where takes-in-charge and virus detections arrive. */
  readonly serviceMailbox: string
}

/** A message that is decided but not yet signed: a header, an entity to sign, and where it goes. */
export type Draft = {
  readonly kind: PecKind
  /** Message-ID, without angle brackets. */
  readonly messageId: string
  /** SMTP routing: MAIL FROM and RCPT TO (addr-specs). */
  readonly reversePath: string
  readonly forwardPaths: readonly string[]
  readonly at: Instant
  /** Header lines each ended by CRLF, ASCII, without MIME-Version and Content-*. */
  readonly header: string
  /** The multipart/mixed entity, header included: exactly the bytes to sign. */
  readonly entity: Rope
  /** Boundary of the multipart/signed around it. */
  readonly boundary: string
}

/** A draft with its signature in place: the whole message. */
export type SealedMessage = {
  readonly draft: Draft
  readonly rope: Rope
  readonly sizeBytes: number
}

// State of each certified recipient, at the sender's provider (RFC 6109 §3.1.6 and §2.2.2).
export type RecipientState = 'pending' | 'warned' | 'taken' | 'delivered' | 'failed' | 'expired'
export type RecipientEvent = 'takeInCharge' | 'delivery' | 'nonDelivery' | 'after12h' | 'after24h'
export const recipientMachine: Machine<RecipientState, RecipientEvent> = machine<RecipientState, RecipientEvent>(
  'pending',
  {
    pending: {
      takeInCharge: 'taken',
      delivery: 'delivered',
      nonDelivery: 'failed',
      after12h: 'warned',
      after24h: 'expired',
    },
    warned: { takeInCharge: 'taken', delivery: 'delivered', nonDelivery: 'failed', after24h: 'expired' },
    taken: { delivery: 'delivered', nonDelivery: 'failed', after24h: 'expired' },
    delivered: {},
    failed: {},
    expired: {},
  },
)

// State of an arrived envelope for each local recipient, at the receiver's provider.
export type ArrivalState = 'received' | 'taken' | 'delivered' | 'undeliverable' | 'quarantined'
export type ArrivalEvent = 'takeInCharge' | 'delivery' | 'nonDelivery' | 'virus'
export const arrivalMachine: Machine<ArrivalState, ArrivalEvent> = machine<ArrivalState, ArrivalEvent>('received', {
  received: { takeInCharge: 'taken', virus: 'quarantined' },
  taken: { delivery: 'delivered', nonDelivery: 'undeliverable' },
  delivered: {},
  undeliverable: {},
  quarantined: {},
})

/** What legally happened (RFC 6109 §2.3): one entry for each operation. */
export type JournalEvent =
  | 'received' // an original message reached the access point
  | 'accepted'
  | 'refused' // non-acceptance
  | 'sent' // the envelope or a receipt was handed to another server
  | 'arrived' // an envelope reached the incoming point
  | 'takenInCharge'
  | 'delivered'
  | 'undeliverable'
  | 'receiptReceived'
  | 'anomaly'
  | 'ordinaryRefused'
  | 'virusDetected'
  | 'virusNotified'
  | 'timeoutNotified'
  | 'discarded'

export type JournalEntry = {
  readonly event: JournalEvent
  readonly at: Instant
  /** PEC msgid; where there is none (ordinary mail), the Message-ID, or empty. */
  readonly msgid: string
  readonly clientMsgid?: string | undefined
  readonly sender: string
  readonly recipients: readonly string[]
  readonly subject?: string | undefined
  /** Message-IDs of the messages made by the operation. */
  readonly related: readonly string[]
  /** Name of the sending provider. */
  readonly provider: string
  readonly detail?: string | undefined
}
