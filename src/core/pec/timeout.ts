// The timers' decision: notices at twelve and at twenty-four hours.
import { HOUR, type Instant, MINUTE } from '../lib/instant.ts'
import { timeoutFinal, timeoutWarning } from './drafts.ts'
import type { Draft, JournalEntry, MessageFacts, ProviderIdentity, RecipientEvent, RecipientState } from './model.ts'
import { recipientMachine } from './model.ts'

/** RFC 6109 §3.1.6, §2.1.1.1.2: the first notice is due twelve hours after acceptance. */
export const FIRST_NOTICE_AFTER = 12 * HOUR
/** RFC 6109 §3.1.6: the second not before twenty-two hours and within twenty-four: half an hour is kept for the work. */
export const SECOND_NOTICE_AFTER = 23 * HOUR + 30 * MINUTE

export type TimedRecipient = { readonly address: string; readonly certified: boolean; readonly state: RecipientState }

export type TimeoutDecision = {
  readonly notices: readonly Draft[]
  /** Arrow to walk for each recipient told of, from the state it was decided upon. */
  readonly transitions: readonly { address: string; from: RecipientState; event: RecipientEvent }[]
  readonly journal: readonly JournalEntry[]
  /** When to look again; undefined: the message is no longer followed. */
  readonly nextAt?: Instant | undefined
}

/** Decides what is due for a message accepted at `acceptedAt`, at the instant `facts.at`. RFC 6109 §3.1.6 */
export const expire = (
  message: MessageFacts,
  acceptedAt: Instant,
  recipients: readonly TimedRecipient[],
  facts: { readonly provider: ProviderIdentity; readonly at: Instant },
): TimeoutDecision => {
  const elapsed = facts.at - acceptedAt
  if (elapsed < FIRST_NOTICE_AFTER) return nothing(acceptedAt + FIRST_NOTICE_AFTER)
  const last = elapsed >= SECOND_NOTICE_AFTER
  const event: RecipientEvent = last ? 'after24h' : 'after12h'
  const draft = last ? timeoutFinal : timeoutWarning
  const due = recipients.filter((one) => one.certified && recipientMachine.next(one.state, event) !== undefined)
  const notices = due.map((one) => draft(message, facts, { recipient: one.address }))
  return {
    notices,
    transitions: due.map((one) => ({ address: one.address, from: one.state, event })),
    journal: due.map((one, i) => ({
      event: 'timeoutNotified' as const,
      at: facts.at,
      msgid: message.identifier,
      clientMsgid: message.clientMsgid,
      sender: message.sender,
      recipients: [one.address],
      subject: message.subject,
      related: [notices[i]!.messageId],
      provider: facts.provider.name,
      detail: last ? '24h' : '12h',
    })),
    // RFC 6109 §2.1.1.1.2: after the second notice the delay is no longer followed
    nextAt: last ? undefined : acceptedAt + SECOND_NOTICE_AFTER,
  }
}

const nothing = (nextAt: Instant): TimeoutDecision => ({ notices: [], transitions: [], journal: [], nextAt })
