// Who may look at a ticket without being an operator: whoever opened it, by whichever secret they hold.

import { parseTicketNumber } from '../../core/helpdesk/ticketNumber.ts'
import { may } from '../../core/identity/permissions.ts'
import type { AccountCaller } from '../identity/account/sessions.ts'
import type { ApplicantCaller } from '../identity/applicants.ts'
import type { StaffCaller } from '../identity/staff/sessions.ts'
import type { Office } from '../office.ts'
import { findTicketByNumber, ticketOfSession } from './store.ts'

export type TicketCaller = {
  readonly kind: 'ticket'
  readonly ticketId: string
  readonly accountId?: number | undefined
  readonly staffId?: number | undefined
}

/** The secrets that came, and whom they name. */
export type TicketSecrets = {
  readonly ticket: string | undefined
  readonly account: () => Promise<AccountCaller | undefined>
  readonly applicant: () => Promise<ApplicantCaller | undefined>
  readonly staff: () => Promise<StaffCaller | undefined>
}

/**
 * Who calls about the ticket with this number. Whoever did not open it learns nothing, not even that there is one. An
 * Order's staff see what their Order opened, and nothing of its members.
 */
export const findTicketCaller = async (
  office: Office,
  typed: string,
  secrets: TicketSecrets,
): Promise<TicketCaller | undefined> => {
  const number = parseTicketNumber(typed)
  const ticket = number === undefined ? undefined : await findTicketByNumber(office.db, number)
  if (!ticket) return undefined
  const { id: ticketId } = ticket
  const kind = 'ticket'
  if (ticket.opener === 'account') {
    const account = await secrets.account()
    if (account && account.accountId === ticket.accountId) return { kind, ticketId, accountId: account.accountId }
  }
  if (ticket.opener === 'order') {
    const staff = await secrets.staff()
    const at = staff?.grants.find((grant) => grant.at !== undefined && grant.at.id === ticket.orderId)?.at
    if (staff && at && may(staff.grants, 'tickets.open', at.code)) return { kind, ticketId, staffId: staff.staffId }
  }
  if (ticket.opener === 'applicant') {
    const applicant = await secrets.applicant()
    if (applicant && applicant.enrolmentId === ticket.enrolmentId) return { kind, ticketId }
  }
  const held =
    secrets.ticket === undefined ? undefined : await ticketOfSession(office.db, secrets.ticket, office.clock.now())
  return held === ticketId ? { kind, ticketId } : undefined
}
