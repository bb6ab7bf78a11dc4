// What a provider asks of sign-ins to boxes: a second factor from a day on, passwords of programs that expire.
import { addDays, addMonths, civilDateOf, daysBetween, instantOf } from '../lib/calendar.ts'
import type { Instant } from '../lib/instant.ts'

/** Without either nothing is asked: the second factor is everybody's choice, passwords of programs last. */
export type AccountPolicy = {
  /** From when on nobody uses a box in the browser by a password alone. */
  readonly secondFactorFrom?: Instant | undefined
  /** How long a password of a program is good, as of its making. */
  readonly appPasswordMonths?: number | undefined
}

/**
 * How an account stands to the second factor. `announced`: it will be asked for; `needed`: nothing else can be done
 * before it is set up.
 */
export type FactorStanding =
  | { readonly kind: 'set' | 'optional' | 'needed' }
  | { readonly kind: 'announced'; readonly from: Instant }

/** How somebody stands who has a second factor (a code, a passkey), or has none. */
export const factorStanding = (hasFactor: boolean, policy: AccountPolicy, now: Instant): FactorStanding => {
  if (hasFactor) return { kind: 'set' }
  const { secondFactorFrom: from } = policy
  if (from === undefined) return { kind: 'optional' }
  return now >= from ? { kind: 'needed' } : { kind: 'announced', from }
}

/** Whether a way in may go: not the last one beside the password, where one is required. */
export const mayDropFactor = (left: number, policy: AccountPolicy, now: Instant): boolean =>
  left > 0 || policy.secondFactorFrom === undefined || now < policy.secondFactorFrom

/** Those that were there before the policy last so long at least: their people are told in time. */
const LEAST_DAYS = 30

/** The last second of the day on which a password of a program ends that was made at an instant. */
export const appPasswordEnd = (createdAt: Instant, { appPasswordMonths }: AccountPolicy): Instant | undefined =>
  appPasswordMonths === undefined
    ? undefined
    : instantOf(addMonths(civilDateOf(createdAt), appPasswordMonths), 23, 59, 59)

/** The same for one that was there before there was the policy. */
export const olderAppPasswordEnd = (createdAt: Instant, policy: AccountPolicy, now: Instant): Instant | undefined => {
  const end = appPasswordEnd(createdAt, policy)
  return end && Math.max(end, instantOf(addDays(civilDateOf(now), LEAST_DAYS), 23, 59, 59))
}

/** Days before the end at which people are told. */
export const APP_PASSWORD_NOTICE_DAYS = [14, 3] as const
export type AppPasswordNoticeDays = (typeof APP_PASSWORD_NOTICE_DAYS)[number]

/** Which notice of an end is due, where `told` was written before; who comes late gets the more urgent one alone. */
export const dueAppPasswordNotice = (
  expiresAt: Instant,
  told: number | undefined,
  now: Instant,
): { readonly notice: AppPasswordNoticeDays; readonly days: number } | undefined => {
  if (now > expiresAt) return undefined
  const days = daysBetween(civilDateOf(now), civilDateOf(expiresAt))
  const notice = APP_PASSWORD_NOTICE_DAYS.findLast((before) => days <= before)
  return notice === undefined || (told !== undefined && told <= notice) ? undefined : { notice, days }
}
