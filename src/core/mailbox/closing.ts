// Giving up a box: when it closes that its holder no longer wants, and until when the mail is there.
import type { Instant } from '../lib/instant.ts'
import type { TermState } from './term.ts'
import { endOfDayAfter } from './termSchedule.ts'

/** Between the decision and the closing: time to tell the Order another address, to take out the mail, to think again. */
export const HOLDER_CLOSING_DAYS = 30

export type ClosingFacts = {
  readonly state: TermState
  readonly expiresAt: Instant
  readonly graceUntil?: Instant | undefined
  readonly takeOutDays: number
}

export type Closing = {
  /** The last instant at which the box is what it is now. */
  readonly closeAt: Instant
  /** Until then the mail can be read and taken out. */
  readonly purgeAfter: Instant
}

/**
 * When a box closes that is given up now: after thirty days, or with its term (or its grace) where that ends before, so
 * that nobody renews it and nobody pays for it. Undefined where it is not its holder's to close.
 */
export const holderClosing = (facts: ClosingFacts, now: Instant): Closing | undefined => {
  if (facts.state !== 'active' && facts.state !== 'expired') return undefined
  const end = facts.state === 'expired' ? (facts.graceUntil ?? facts.expiresAt) : facts.expiresAt
  // What has ended already, and nobody has looked yet, closes with the day.
  const closeAt = Math.max(Math.min(endOfDayAfter(now, HOLDER_CLOSING_DAYS), end), endOfDayAfter(now, 0))
  return { closeAt, purgeAfter: endOfDayAfter(closeAt + 1, facts.takeOutDays) }
}

/** The earlier of what Order or provider, and the holder have planned. */
export const earliestClosing = (office: Instant | null, holder: Instant | null): Instant | undefined => {
  if (office === null || holder === null) return office ?? holder ?? undefined
  return Math.min(office, holder)
}
