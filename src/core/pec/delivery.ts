// The delivery point's decision: which receipt a recipient's delivery produces.
import type { Instant } from '../lib/instant.ts'
import type { Rope } from '../lib/rope.ts'
import { addressKey } from '../mail/address.ts'
import { delivery, nonDelivery } from './drafts.ts'
import type { Draft, JournalEntry, MessageFacts, ProviderIdentity, ReceiptType } from './model.ts'

/** How the recipient's mailbox stands at the instant of delivery. */
export type MailboxStanding = 'active' | 'suspended' | 'full' | 'unknown'

/** A transport envelope that was taken in charge. */
export type TakenEnvelope = {
  readonly message: MessageFacts
  readonly requested: ReceiptType
  /** Keys (addressKey) of the addresses in To and in Cc of the original. */
  readonly to: ReadonlySet<string>
  readonly cc: ReadonlySet<string>
  /** The original as it travelled; `brief` is it with attachments replaced by their hashes. */
  readonly postacert: Rope
  readonly brief?: Rope | undefined
}

export type DeliveryDecision = {
  readonly kind: 'delivered' | 'undeliverable'
  readonly recipient: string
  readonly receipt: Draft
  readonly journal: readonly JournalEntry[]
}

/**
 * Form of the delivery receipt for a recipient: in Cc only, or on request, the concise one; an address in both or in
 * neither counts as in To. RFC 6109 §3.3.2.1, §3.3.2.2, §3.3.2.3, §2.1
 */
export const receiptForm = (
  requested: ReceiptType,
  recipient: string,
  to: ReadonlySet<string>,
  cc: ReadonlySet<string>,
): ReceiptType => {
  const key = addressKey(recipient)
  const onlyCopy = cc.has(key) && !to.has(key)
  return onlyCopy ? 'concise' : requested
}

// pec.md §5.4: enhanced code and words for each standing that forbids delivery
const FAILURES = {
  unknown: { error: 'noRecipient', text: '5.1.1 - indirizzo inesistente' },
  suspended: { error: 'noRecipient', text: '5.2.1 - indirizzo non valido: casella non attiva' },
  full: { error: 'other', text: '5.2.2 - casella piena' },
} as const

/** Decides on the delivery to one recipient, and which receipt is due. RFC 6109 §3.3.1, §3.3.2, §2.2.3 */
export const deliver = (
  envelope: TakenEnvelope,
  recipient: { readonly address: string; readonly standing: MailboxStanding },
  facts: { readonly provider: ProviderIdentity; readonly at: Instant },
): DeliveryDecision => {
  const { message } = envelope
  const journal = (event: 'delivered' | 'undeliverable', receipt: Draft, detail?: string): JournalEntry => ({
    event,
    at: facts.at,
    msgid: message.identifier,
    clientMsgid: message.clientMsgid,
    sender: message.sender,
    recipients: [recipient.address],
    subject: message.subject,
    related: [receipt.messageId],
    provider: facts.provider.name,
    detail,
  })
  if (recipient.standing !== 'active') {
    // RFC 6109 §3.3.3, §2.2.3
    const failure = FAILURES[recipient.standing]
    const receipt = nonDelivery(message, facts, {
      recipient: recipient.address,
      error: failure.error,
      extendedError: failure.text,
    })
    const entries = [journal('undeliverable', receipt, failure.text)]
    return { kind: 'undeliverable', recipient: recipient.address, receipt, journal: entries }
  }
  const form = receiptForm(envelope.requested, recipient.address, envelope.to, envelope.cc)
  // RFC 6109 §3.3.2.2: where there is nothing to shorten the brief receipt carries the message as it is
  const postacert = { complete: envelope.postacert, brief: envelope.brief ?? envelope.postacert, concise: undefined }
  const receipt = delivery(message, facts, {
    recipient: recipient.address,
    requested: envelope.requested,
    form,
    postacert: postacert[form],
  })
  return { kind: 'delivered', recipient: recipient.address, receipt, journal: [journal('delivered', receipt, form)] }
}
