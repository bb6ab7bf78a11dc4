// The objects of `urn:ceralacca:pec`: what JMAP cannot say of certified mail. docs/flows/jmap-pec.md explains them to writers of
// clients; servers/jmap/pec*.ts make them; the webmail reads them.
import type { CertificationError, CertificationKind, PecKind, ReceiptType } from '../pec/model.ts'

/** As JMAP writes addresses (RFC 8621 §4.1.2.3). */
export type PecPerson = { readonly name: string | null; readonly email: string }

/** UTCDate of RFC 8620 §1.4. */
type UtcDate = string

/** What an Email is: a message of the network, one that the box sent, a draft, or plain mail (none is wrapped: imported). */
export type PecMessageKind = PecKind | 'sent' | 'draft' | 'ordinary'
export const isPecMessageKind = (value: unknown): value is PecMessageKind =>
  value === 'sent' || value === 'draft' || value === 'ordinary' || KINDS.has(value as PecKind)
const KINDS: ReadonlySet<PecKind> = new Set<PecKind>([
  'acceptance',
  'nonAcceptance',
  'virusNonAcceptance',
  'transportEnvelope',
  'takeInCharge',
  'deliveryComplete',
  'deliveryBrief',
  'deliveryConcise',
  'nonDelivery',
  'timeoutWarning',
  'timeoutFinal',
  'virusDetection',
  'virusNonDelivery',
  'anomalyEnvelope',
])

/** What daticert.xml says: CertificationData of core/pec/model.ts. */
export type PecData = {
  readonly kind: CertificationKind
  readonly error: CertificationError
  readonly sender: string
  readonly recipients: readonly { readonly address: string; readonly certified: boolean }[]
  readonly replyTo: string
  readonly subject: string | null
  readonly provider: string
  readonly at: UtcDate
  readonly identifier: string
  readonly clientMsgid: string | null
  readonly receiptType: ReceiptType | null
  readonly deliveryTo: string | null
  readonly takenFor: readonly string[] | null
  readonly extendedError: string | null
}

/** `PecMessage/get`: what an Email is in the network. Its id is the Email's. */
export type PecMessage = {
  readonly id: string
  readonly threadId: string
  readonly kind: PecMessageKind
  /** PEC msgid of the message that it is or is about. */
  readonly identifier: string | null
  readonly data: PecData | null
  /** The subject without the words that providers put before it (`POSTA CERTIFICATA: `). */
  readonly subject: string | null
  /** Who wrote it: of an envelope the original's From, not the provider's. */
  readonly from: readonly PecPerson[]
  /** The original that is inside, as Email/parse gives it; of a draft or a sent message null: the Email is the original. */
  readonly inner: Readonly<Record<string, unknown>> | null
  /** Parts to be downloaded: the raw message always, the others where they are. */
  readonly blobs: {
    readonly raw: string
    readonly original: string | null
    readonly daticert: string | null
    readonly signature: string | null
  }
  /** The verdict, as `ceralacca verify --json` writes it (core/evidence/verdictJson.ts); only where it is asked for; null of what the network did not make. */
  readonly verification?: PecVerification | null | undefined
}

export type PecVerification = {
  readonly verdict: 'holds' | 'fails' | 'notPec'
  /** Whether chain and directory could be checked. */
  readonly complete: boolean
  readonly checks: readonly {
    readonly name: string
    readonly outcome: string
    readonly reason?: string | undefined
    readonly detail?: string | undefined
  }[]
  readonly signer: Readonly<Record<string, unknown>> | null
  readonly judged: { readonly at: UtcDate | null; readonly source: string }
  /** Signer first, root last. */
  readonly chain: readonly {
    readonly subject: string
    readonly issuer: string
    readonly serial: string
    readonly notBefore: UtcDate
    readonly notAfter: UtcDate
    readonly sha256: string
  }[]
  /** SHA-256 in hex. */
  readonly sha256: {
    readonly raw: string
    readonly original: string | null
    readonly daticert: string | null
  }
}

/** A receipt or notice, where it lies. */
export type PecReceipt = {
  readonly kind: PecKind
  readonly emailId: string
  readonly blobId: string
  readonly at: UtcDate
}

/** What became of a recipient; `unproven`: ordinary mail was sent, and nobody will say whether it came. */
export type PecRecipientState = (typeof PEC_RECIPIENT_STATES)[number]
export const PEC_RECIPIENT_STATES = [
  'pending',
  'taken',
  'warned',
  'delivered',
  'failed',
  'expired',
  'unproven',
] as const
export const isRecipientState = (value: unknown): value is PecRecipientState =>
  (PEC_RECIPIENT_STATES as readonly unknown[]).includes(value)

/** `PecSubmission/get`: what the box sent, with all its receipts. Its id is `P` and the PEC msgid in base64url. */
export type PecSubmission = {
  readonly id: string
  readonly threadId: string
  /** The copy in the box; null where it was removed. */
  readonly emailId: string | null
  /** Of the EmailSubmission, where it was sent by JMAP. */
  readonly emailSubmissionId: string | null
  readonly identifier: string
  readonly subject: string | null
  readonly sentAt: UtcDate
  readonly accepted: boolean
  /** Why it was not accepted, as the provider wrote it. */
  readonly refusedBecause: string | null
  readonly receiptType: ReceiptType
  /** Acceptance or non-acceptance. */
  readonly access: PecReceipt | null
  readonly recipients: readonly {
    readonly address: string
    readonly name: string | null
    readonly certified: boolean
    readonly state: PecRecipientState
    /** When it came to this state. */
    readonly at: UtcDate | null
    /** The provider's words, of failures. */
    readonly reason: string | null
    readonly receipts: readonly PecReceipt[]
  }[]
}

/** `PecThread/get`: a conversation as one card. Its id is the Thread's. */
export type PecThread = {
  readonly id: string
  /** Oldest first, receipts too; as Thread/get. */
  readonly emailIds: readonly string[]
  /** Those that a person wrote: no receipts. Oldest first. */
  readonly writtenIds: readonly string[]
  readonly subject: string | null
  /** Who takes part, but the box: writers first, then whom it was written to. */
  readonly people: readonly PecPerson[]
  readonly preview: string
  /** Of the last written message; a receipt does not move a conversation up. */
  readonly at: UtcDate
  /** Written messages that were not read: these make it bold. */
  readonly unread: number
  readonly unreadReceipts: number
  readonly flagged: boolean
  readonly draft: boolean
  readonly hasAttachment: boolean
  /** Of the last written message. */
  readonly kind: PecMessageKind
  /** Whether a signature of what was received does not hold, a virus or an anomaly is among it. */
  readonly warning: 'anomaly' | 'virus' | 'signature' | null
  /** What the box sent in it, oldest first. */
  readonly submissions: readonly PecSubmission[]
}

/** `PecAddress/query` and `/get`: whom the box wrote to or heard from; and what the network knows of an address. */
export type PecAddress = {
  /** The address, as it was asked for or written. */
  readonly id: string
  readonly email: string
  readonly name: string | null
  /** Whether the domain is in the providers' directory; undefined is never told: without a directory it is false. */
  readonly certified: boolean
  readonly provider: string | null
  readonly lastAt: UtcDate | null
}

/** `PecSettings/get` and `/set`: what a person keeps of the webmail, on every device. A singleton. */
export type PecSettings = {
  readonly id: 'singleton'
  readonly savedSearches: readonly { readonly name: string; readonly query: string }[]
  readonly templates: readonly { readonly name: string; readonly subject: string; readonly text: string }[]
  readonly receiptType: ReceiptType
  /** Seconds in which a message may be called back. */
  readonly undoSeconds: number
  readonly theme: 'system' | 'light' | 'dark'
}

/** `RemovedEmail/query`, `/get` and `/restore`: what was removed for good less than thirty days ago. */
export type RemovedEmail = {
  readonly id: string
  readonly emailId: string
  readonly subject: string | null
  readonly from: readonly PecPerson[]
  readonly kind: PecMessageKind
  readonly receivedAt: UtcDate
  readonly removedAt: UtcDate
  /** When it will be erased. */
  readonly until: UtcDate
  /** The name of the folder that it was in; null where that is gone too: it comes back to INBOX. */
  readonly folder: string | null
}
