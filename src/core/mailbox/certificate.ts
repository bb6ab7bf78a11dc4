// The certificate of an address: its number, and what whoever verifies it is told.
import { type Instant, legalTime } from '../lib/instant.ts'
import { type MailboxState, receives } from './standing.ts'

/** In a day, of one box: enough for any counter, too few to fill a table. */
export const MOST_CERTIFICATES = 20

/** `ATT-2026-000042`: the year in Italy, and a number of its own. */
export const certificateNumber = (id: number, issuedAt: Instant): string =>
  `ATT-${legalTime(issuedAt).year}-${String(id).padStart(6, '0')}`

/** `active`: messages are delivered to it. `suspended`: for now none are. `ended`: none will be. */
export type AddressStanding = 'active' | 'suspended' | 'ended'

/** Whether the address is good for certified mail now. */
export const addressStanding = (state: MailboxState): AddressStanding => {
  if (receives(state)) return 'active'
  return state === 'suspended' ? 'suspended' : 'ended'
}
