// What happens when a person begins an enrolment and has a living one that this browser does not hold.
import { type Instant, MINUTE } from '../lib/instant.ts'
import type { EnrolmentState } from './machine.ts'

export type LivingCase = {
  readonly state: EnrolmentState
  readonly submittedAt?: Instant | undefined
  readonly createdBy: 'applicant' | 'secretariat'
  /** Where a link may be sent. */
  readonly email?: string | undefined
  readonly emailConfirmed: boolean
  /** When a link was last sent, and whether any was opened. */
  readonly linkSentAt?: Instant | undefined
  readonly linkUsed: boolean
}

/** After so long a link that nobody opened was sent to an address that is not read, or is not theirs. */
export const UNREAD_LINK_MS = 10 * MINUTE

/**
 * `sendLink`: the case goes on from the link that its reference e-mail gets. `replace`: it was never sent and nobody
 * can be reached, so it lapses and a new one begins; what was typed is shown to nobody. `desk`: the secretariat began
 * it and does not know an e-mail: what it uploaded is not given to whoever knows a name. `box`: there is a box.
 */
export type Restart = 'sendLink' | 'replace' | 'desk' | 'box'

export const restartOf = (one: LivingCase, now: Instant): Restart => {
  if (one.state === 'active') return 'box'
  const neverSent = one.state === 'draft' && one.submittedAt === undefined
  if (one.createdBy === 'secretariat' && one.email === undefined) return 'desk'
  if (one.email === undefined) return neverSent ? 'replace' : 'box'
  const unread = one.linkSentAt !== undefined && !one.linkUsed && one.linkSentAt <= now - UNREAD_LINK_MS
  const lost = neverSent && one.createdBy === 'applicant' && !one.emailConfirmed && unread
  return lost ? 'replace' : 'sendLink'
}
