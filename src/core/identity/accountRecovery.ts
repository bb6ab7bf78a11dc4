// Rules of getting back into a box: how long links live, where a new password may be asked, when an e-mail is asked after.

import type { PasswordPolicy } from '../convention/convention.ts'
import { DAY, HOUR, type Instant, MINUTE } from '../lib/instant.ts'
import { type PasswordOwner, STAFF_PASSWORD_POLICY } from './passwordPolicy.ts'

/** Of boxes without a convention, and of collaborators. */
export const PLAIN_PASSWORD_POLICY: PasswordPolicy = { ...STAFF_PASSWORD_POLICY, minLength: 8 }

/** A link to choose a new password. */
export const RESET_MS = HOUR
/** From the first look at it there are at least so many: nobody is cut off while typing. */
export const TYPING_MS = 30 * MINUTE
/** Digits of a code, and how often it may be tried: a hundred million codes, five tries. */
export const CODE_DIGITS = 8
export const CODE_TRIES = 5
/** Confirmation of a new reference e-mail. */
export const CONFIRM_MS = DAY
/** In which the old reference e-mail can undo a change, and the new one opens no new password. */
export const COOLING_MS = 72 * HOUR
/** The same after a recovery, in which the old one is dead as far as is known. */
export const RECOVERY_COOLING_MS = DAY
/** After which the holder is asked whether the reference e-mail is still theirs. */
export const CHECK_AFTER_MS = 365 * DAY

/** The last change that was made, where there is one. */
export type MadeChange = {
  readonly how: 'holder' | 'recovery'
  readonly oldEmail: string | null
  readonly resetFrom: Instant
}

/**
 * Where a new password may be asked: the reference e-mail; while a change of it is young the one before, which belongs
 * to the holder for sure; nowhere after a recovery, where the one before is dead or somebody else's.
 */
export const resetTarget = (
  email: string | undefined,
  change: MadeChange | undefined,
  now: Instant,
): string | undefined => {
  if (!change || change.resetFrom <= now) return email
  return change.how === 'holder' ? (change.oldEmail ?? undefined) : undefined
}

/** How many letters with a link one box gets. */
export type Asked = { readonly lastTenMinutes: number; readonly lastHour: number; readonly lastDay: number }

/**
 * Whether another letter is written. After many on one day there is one an hour still: who asks in somebody's name
 * floods no mailbox, and keeps nobody out either.
 */
export const mayAsk = ({ lastTenMinutes, lastHour, lastDay }: Asked): boolean =>
  lastTenMinutes < 3 && (lastDay < 12 || lastHour < 1)
/** Asked from one network within an hour, whatever for. */
export const NETWORK_MOST_AN_HOUR = 60

/** Whether the holder is to be asked if the reference e-mail is still theirs. */
export const isCheckDue = (knownAt: Instant, now: Instant): boolean => now - knownAt >= CHECK_AFTER_MS

/** What a holder's password must not hold. */
export const ownerOf = (holder: {
  readonly name: string
  readonly surname: string | null
  readonly givenName: string | null
  readonly fiscalCode: string | null
  readonly address: string
  readonly referenceEmail: string | null
}): PasswordOwner => ({
  names: [holder.surname, holder.givenName, holder.surname === null ? holder.name : null].filter(
    (name): name is string => name !== null && name !== '',
  ),
  ...(holder.fiscalCode === null ? {} : { fiscalCode: holder.fiscalCode }),
  addresses: [holder.address, ...(holder.referenceEmail === null ? [] : [holder.referenceEmail])],
})
