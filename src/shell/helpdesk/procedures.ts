// What an operator sets going for the person of a ticket, by the procedures that there are: none of them lets the operator
// in, or tells them a secret. Each is written in the ticket and in the trail.
import type { Refusal } from '../../core/api/problems.ts'
import { addressKey } from '../../core/mail/address.ts'
import { writeAudit } from '../audit/write.ts'
import type { Queries } from '../db/pool.ts'
import { requestResume } from '../enrolment/resume.ts'
import { findHolderByAddress } from '../identity/account/holder.ts'
import { askReset } from '../identity/account/reset.ts'
import { startRecovery } from '../identity/recovery/request.ts'
import { findRecovery } from '../identity/recovery/store.ts'
import { newToken } from '../identity/tokens.ts'
import type { Office } from '../office.ts'
import { type DeskActor, ticketIdOf } from './desk.ts'
import { findTicket, insertMessage, lockTicket, type Ticket } from './store.ts'

export const PROCEDURES = ['passwordReset', 'referenceRecovery', 'resumeLink'] as const
export type Procedure =
  /** Link and code to the reference e-mail. */
  | { readonly kind: 'passwordReset' }
  /** A request to change a dead one: form and document follow, and another look at them. */
  | { readonly kind: 'referenceRecovery'; readonly newEmail: string }
  /** The link of the case, to its own e-mail. */
  | { readonly kind: 'resumeLink' }

type Case = { readonly conventionCode: string; readonly fiscalCode: string }

const caseOf = async (db: Queries, enrolmentId: string): Promise<Case | undefined> =>
  (
    await db.query<Case>(
      'ticket-resume',
      `select c.code as "conventionCode", m.fiscal_code as "fiscalCode" from enrolment e
         join convention c on c.id = e.convention_id join member m on m.id = e.member_id where e.id = $1`,
      [enrolmentId],
    )
  )[0]

/** Sets it going; gives what is written of it. */
const begin = async (
  office: Office,
  ticket: Ticket,
  procedure: Procedure,
  remoteAddress: string,
): Promise<string | Refusal> => {
  if (procedure.kind === 'resumeLink') {
    const about = ticket.enrolmentId === null ? undefined : await caseOf(office.db, ticket.enrolmentId)
    if (!about) return { refusal: 'ticketNoCase' }
    await requestResume(office, about)
    return 'resumeLink'
  }
  const holder = ticket.address === null ? undefined : await findHolderByAddress(office.db, addressKey(ticket.address))
  if (!holder) return { refusal: 'ticketNoBox' }
  if (procedure.kind === 'passwordReset') {
    if (holder.referenceEmail === null) return { refusal: 'ticketNoReference' }
    await askReset(office, holder.address, remoteAddress)
    return 'passwordReset'
  }
  if (holder.fiscalCode === null) return { refusal: 'ticketNoBox' }
  const request = { address: holder.address, fiscalCode: holder.fiscalCode, email: procedure.newEmail }
  const begun = await startRecovery(office, request, newToken('recovery'))
  if ('refusal' in begun) return begun
  return `referenceRecovery ${(await findRecovery(office.db, begun.recoveryId))?.caseNumber ?? ''}`.trim()
}

/** Starts a procedure for the person of a ticket. */
export const startProcedure = async (
  office: Office,
  actor: DeskActor,
  number: string,
  procedure: Procedure,
): Promise<Refusal | undefined> => {
  const id = await ticketIdOf(office.db, number)
  const ticket = id === undefined ? undefined : await findTicket(office.db, id)
  if (!ticket) return { refusal: 'ticketUnknown' }
  const begun = await begin(office, ticket, procedure, actor.remoteAddress ?? '')
  if (typeof begun !== 'string') return begun
  return office.db.tx(async (tx) => {
    const one = await lockTicket(tx, ticket.id)
    if (!one) return { refusal: 'ticketUnknown' }
    const at = office.clock.now()
    await insertMessage(
      tx,
      one.id,
      { kind: 'event', via: 'web', body: `procedure ${begun}`, staffId: actor.staffId },
      at,
    )
    writeAudit(tx, [
      {
        at,
        actor,
        action: `ticket.${procedure.kind}`,
        subjectKind: 'mailbox',
        subjectId: ticket.address ?? ticket.caseNumber ?? ticket.number,
        details: { number: ticket.number },
      },
    ])
    return undefined
  })
}
