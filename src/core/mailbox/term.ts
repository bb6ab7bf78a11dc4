// The life of a box under a convention, from activation to deletion.
import { addMonths, civilDateOf, instantOf } from '../lib/calendar.ts'
import type { Instant } from '../lib/instant.ts'
import { type Machine, machine } from '../lib/machine.ts'

export type TermState = 'active' | 'suspended' | 'expired' | 'closed' | 'purged'

export type TermEvent = 'suspend' | 'resume' | 'expire' | 'renew' | 'close' | 'purge'

/**
 * `suspended`: nobody signs in and nothing is delivered, by a procedure of the Order or the provider. `expired`: the
 * term is over and the grace runs. `closed`: nothing is delivered, the holder takes out the mail. `purged`: gone.
 */
export const termMachine: Machine<TermState, TermEvent> = machine<TermState, TermEvent>('active', {
  active: { suspend: 'suspended', expire: 'expired', renew: 'active', close: 'closed' },
  suspended: { resume: 'active', expire: 'expired', renew: 'suspended', close: 'closed' },
  expired: { renew: 'active', close: 'closed' },
  closed: { purge: 'purged' },
  purged: {},
})

/**
 * The end of a term of months that begins at an instant: the last second in Italy of the day with the same number, or of
 * the last day of a shorter month (art. 2963 c.c.).
 */
export const termEnd = (from: Instant, months: number): Instant =>
  instantOf(addMonths(civilDateOf(from), months), 23, 59, 59)
