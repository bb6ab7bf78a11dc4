// How a member stands with the digital domicile: what of it a secretariat must look at.
import { DAY, type Instant } from '../lib/instant.ts'
import { isOnRegister, type MemberStatus } from './member.ts'

/** Exceptions first: these members want somebody's eyes. */
export type MemberException =
  /** On the register, without a domicile (art. 16 c. 7 DL 185/2008) and without a case under way. */
  | 'noDomicile'
  /** An address waits to be confirmed. */
  | 'awaitingDomicile'
  /** A case of enrolment is under way. */
  | 'enrolling'
  /** The box's term ends within three months. */
  | 'expiring'
  | 'expired'
  /** The box is so full that mail will soon be refused. */
  | 'full'
  /** Delivered mail has waited long to be read: in law it is received all the same. */
  | 'unread'
  | 'suspended'

export const MEMBER_EXCEPTIONS: readonly MemberException[] = [
  'noDomicile',
  'awaitingDomicile',
  'enrolling',
  'expiring',
  'expired',
  'full',
  'unread',
  'suspended',
]

export const EXPIRING_WITHIN = 90 * DAY
export const UNREAD_FOR = 30 * DAY
/** Hundredths of the quota. */
export const FULL_FROM = 95

export type Standing = {
  readonly status: MemberStatus
  readonly confirmed: boolean
  readonly awaiting: boolean
  readonly enrolling: boolean
  readonly box?:
    | {
        readonly state: 'active' | 'suspended' | 'expired' | 'closed' | 'purged'
        readonly expiresAt: Instant
        readonly usedBytes: number
        readonly quotaBytes: number
        readonly unreadSince?: Instant | undefined
      }
    | undefined
}

/** The exceptions of a member at an instant. The lists of consoles find the same ones by SQL (a test compares them). */
export const exceptionsOf = (standing: Standing, now: Instant): readonly MemberException[] => {
  const { status, confirmed, awaiting, enrolling, box } = standing
  const on = isOnRegister(status)
  const living = box !== undefined && (box.state === 'active' || box.state === 'suspended')
  const holds: Readonly<Record<MemberException, boolean>> = {
    noDomicile: on && !confirmed && !awaiting && !enrolling,
    awaitingDomicile: on && awaiting,
    enrolling: on && enrolling,
    expiring: living && box.expiresAt <= now + EXPIRING_WITHIN,
    expired: box?.state === 'expired',
    full: (living || box?.state === 'expired') && box.usedBytes * 100 >= box.quotaBytes * FULL_FROM,
    unread: living && box.unreadSince !== undefined && box.unreadSince <= now - UNREAD_FOR,
    suspended: status === 'suspended' || box?.state === 'suspended',
  }
  return MEMBER_EXCEPTIONS.filter((one) => holds[one])
}
