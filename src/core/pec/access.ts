// The access point's decision: an original message becomes an acceptance and an envelope, or a non-acceptance.

import type { Instant } from '../lib/instant.ts'
import type { ContentId, Rope } from '../lib/rope.ts'
import { domainOf, parseAddressList } from '../mail/address.ts'
import { decodeText, firstValue } from '../mail/header.ts'
import type { MimePart } from '../mail/structure.ts'
import { acceptance, nonAcceptance, transportEnvelope, virusNonAcceptance } from './drafts.ts'
import type { FormalLimits } from './formal.ts'
import { firstFormalFailure, requestedReceiptType } from './formal.ts'
import type {
  Draft,
  JournalEntry,
  JournalEvent,
  MessageFacts,
  PecMsgid,
  ProviderIdentity,
  ReceiptType,
} from './model.ts'
import { clientMsgidOf, postacert } from './postacert.ts'

/** An original message as the access point stored it. */
export type OriginalMessage = {
  readonly content: ContentId
  readonly sizeBytes: number
  /** Header section through its blank line. */
  readonly head: Uint8Array
  readonly root: MimePart
  /** What the structure scanner found wrong. */
  readonly problems: readonly string[]
}

export type Submission = {
  readonly reversePath: string
  readonly forwardPaths: readonly string[]
  readonly original: OriginalMessage
}

export type AccessFacts = {
  readonly provider: ProviderIdentity
  /** One instant for the whole elaboration. RFC 6109 §4.1 */
  readonly at: Instant
  readonly identifier: PecMsgid
  readonly verdict: { readonly kind: 'clean' } | { readonly kind: 'infected'; readonly signature: string }
  readonly isCertified: (domain: string) => boolean
  readonly limits: FormalLimits
}

export type AccessDecision =
  | {
      readonly kind: 'accepted'
      readonly message: MessageFacts
      readonly receiptType: ReceiptType
      /** The original as it travels, with the PEC msgid in place of the client's. */
      readonly postacert: Rope
      readonly acceptance: Draft
      readonly envelope: Draft
      readonly journal: readonly JournalEntry[]
    }
  | {
      readonly kind: 'refused'
      readonly message: MessageFacts
      /** A virus was found: the message must be kept. RFC 6109 §2.2.4 */
      readonly virus: boolean
      readonly reason: string
      readonly notice: Draft
      readonly journal: readonly JournalEntry[]
    }

/** What notices quote of an original message: sender and recipients are those of the SMTP session. RFC 6109 §2.1 */
export const messageFacts = (
  submission: Submission,
  identifier: PecMsgid,
  isCertified: (domain: string) => boolean,
): MessageFacts => {
  const fields = submission.original.root.fields
  const subject = firstValue(fields, 'subject')
  const replyTo = firstValue(fields, 'reply-to')
  return {
    identifier,
    clientMsgid: clientMsgidOf(fields),
    sender: submission.reversePath,
    // RFC 6109 §2.2.1: a recipient is certified where its domain is in the providers' directory
    recipients: submission.forwardPaths.map((address) => ({ address, certified: isCertified(domainOf(address)) })),
    replyTo: (replyTo && parseAddressList(replyTo).addresses[0]?.spec) || submission.reversePath,
    subject: subject === undefined ? undefined : decodeText(subject),
  }
}

const entry = (event: JournalEvent, facts: AccessFacts, message: MessageFacts, rest: Partial<JournalEntry> = {}) => ({
  event,
  at: facts.at,
  msgid: message.identifier,
  clientMsgid: message.clientMsgid,
  sender: message.sender,
  recipients: message.recipients.map((recipient) => recipient.address),
  subject: message.subject,
  related: [],
  provider: facts.provider.name,
  ...rest,
})

/** Decides on a message handed to the access point. RFC 6109 §3.1 */
export const accept = (submission: Submission, facts: AccessFacts): AccessDecision => {
  const message = messageFacts(submission, facts.identifier, facts.isCertified)
  const sealing = { provider: facts.provider, at: facts.at }

  // RFC 6109 §3.1.1, §2.2.1: formal checks come first
  const failure = firstFormalFailure(submission, message, facts.limits)
  if (failure) {
    const notice = nonAcceptance(message, sealing, { reason: failure.reason })
    const journal = [
      entry('refused', facts, message, { related: [notice.messageId], detail: `${failure.id}: ${failure.reason}` }),
    ]
    return { kind: 'refused', message, virus: false, reason: failure.reason, notice, journal }
  }

  // RFC 6109 §3.1.3: then the virus check
  if (facts.verdict.kind === 'infected') {
    const signature = facts.verdict.signature
    // RFC 6109 §2.2.1, §3.1.3
    const notice = virusNonAcceptance(message, sealing, { signature })
    const journal = [
      entry('virusDetected', facts, message, { detail: signature }),
      entry('refused', facts, message, { related: [notice.messageId], detail: `virus: ${signature}` }),
    ]
    return { kind: 'refused', message, virus: true, reason: signature, notice, journal }
  }

  // RFC 6109 §2.2.1: what passes is answered by an acceptance and travels inside an envelope
  const fields = submission.original.root.fields
  const receiptType = requestedReceiptType(fields)
  const inner = postacert(
    {
      head: submission.original.head,
      fields,
      content: submission.original.content,
      bodyStart: submission.original.root.bodyStart,
      sizeBytes: submission.original.sizeBytes,
    },
    facts.identifier,
  )
  const accepted = acceptance(message, sealing)
  const envelope = transportEnvelope(message, sealing, {
    originalFields: fields,
    returnPath: submission.reversePath,
    receiptType,
    postacert: inner.rope,
    forwardPaths: submission.forwardPaths,
  })
  const journal = [entry('accepted', facts, message, { related: [accepted.messageId, envelope.messageId] })]
  return {
    kind: 'accepted',
    message,
    receiptType,
    postacert: inner.rope,
    acceptance: accepted,
    envelope,
    journal,
  }
}
