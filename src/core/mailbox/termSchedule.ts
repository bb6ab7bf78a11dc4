// What is due for a box under a convention at an instant: notices before the end, renewal, expiry, closing, deletion.
import { addDays, addMonths, civilDateOf, daysBetween, instantOf } from '../lib/calendar.ts'
import type { Instant } from '../lib/instant.ts'
import { type TermState, termMachine } from './term.ts'

/** Days before the end at which everybody is told. */
export const NOTICE_DAYS = [90, 30, 7] as const
export type ExpiryNotice = 'expiry90' | 'expiry30' | 'expiry7'
/** `closing30`: a month before the mail is deleted. */
export type TermNotice = ExpiryNotice | 'expired' | 'renewed' | 'closed' | 'closing30' | 'purged'

export type TermFacts = {
  readonly state: TermState
  /** 1 for the first term. */
  readonly term: number
  readonly expiresAt: Instant
  readonly graceUntil?: Instant | undefined
  readonly closeAt?: Instant | undefined
  readonly purgeAfter?: Instant | undefined
  readonly graceDays: number
  readonly takeOutDays: number
  /** Who pays the next term, if anybody would: the Order does as long as its convention runs and the member is its. */
  readonly nextPayer: 'order' | 'member' | 'nobody'
  /** Notices of this term that were written. */
  readonly told: ReadonlySet<TermNotice>
}

export type TermStep =
  | { readonly kind: 'tell'; readonly notice: TermNotice; readonly days: number }
  | { readonly kind: 'renew' }
  | { readonly kind: 'expire'; readonly graceUntil: Instant }
  | { readonly kind: 'close'; readonly purgeAfter: Instant; readonly reason: 'notRenewed' | 'planned' }
  | { readonly kind: 'purge' }

/** The last second in Italy of the day some days after the one of an instant. */
export const endOfDayAfter = (at: Instant, days: number): Instant =>
  instantOf(addDays(civilDateOf(at), days), 23, 59, 59)

/** Where the term that follows one would end: it begins where that one ends, so that nobody gains by waiting. */
export const nextTermEnd = (expiresAt: Instant, termMonths: number): Instant =>
  instantOf(addMonths(civilDateOf(expiresAt), termMonths), 23, 59, 59)

/** Days from the day of one instant to the day of another, in Italy. */
const daysFrom = (now: Instant, then: Instant): number => daysBetween(civilDateOf(now), civilDateOf(then))

/** Of the notices before the end the most urgent one: who comes late is not told three times at once. */
const dueNotice = (facts: TermFacts, now: Instant): TermStep | undefined => {
  const days = daysFrom(now, facts.expiresAt)
  const due = NOTICE_DAYS.findLast((before) => days <= before)
  if (due === undefined || facts.told.has(`expiry${due}`)) return undefined
  return { kind: 'tell', notice: `expiry${due}`, days }
}

/** The next step that is due at an instant; undefined where none is. After each step the facts are looked at again. */
export const nextTermStep = (facts: TermFacts, now: Instant): TermStep | undefined => {
  const { state } = facts
  const isLiving = state === 'active' || state === 'suspended' || state === 'expired'
  if (isLiving && facts.closeAt !== undefined && now > facts.closeAt) {
    return { kind: 'close', reason: 'planned', purgeAfter: endOfDayAfter(now, facts.takeOutDays) }
  }
  if (state === 'active' || state === 'suspended') {
    if (now <= facts.expiresAt) return facts.closeAt === undefined ? dueNotice(facts, now) : undefined
    if (facts.nextPayer === 'order') return { kind: 'renew' }
    return { kind: 'expire', graceUntil: endOfDayAfter(facts.expiresAt, facts.graceDays) }
  }
  if (state === 'expired' && now > (facts.graceUntil ?? facts.expiresAt)) {
    return { kind: 'close', reason: 'notRenewed', purgeAfter: endOfDayAfter(now, facts.takeOutDays) }
  }
  if (state === 'closed' && facts.purgeAfter !== undefined) {
    if (now > facts.purgeAfter) return { kind: 'purge' }
    const days = daysFrom(now, facts.purgeAfter)
    if (days <= 30 && !facts.told.has('closing30')) return { kind: 'tell', notice: 'closing30', days }
  }
  return undefined
}

/** Whether a renewal may be ordered now: it begins where the present term ends. */
export const mayRenew = (state: TermState): boolean => termMachine.next(state, 'renew') !== undefined

/** What the mailbox may do in each state of its term. */
export const mailboxStateFor = (
  state: TermState,
  receivesWhenExpired: boolean,
): 'active' | 'receiving' | 'reading' | 'suspended' => {
  if (state === 'expired') return receivesWhenExpired ? 'receiving' : 'reading'
  if (state === 'closed') return 'reading'
  return state === 'active' ? 'active' : 'suspended'
}
