// What who opened a ticket does with it: reads it, writes again, says that it is solved.
import type { Refusal } from '../../core/api/problems.ts'
import { nextClock, TICKET_LIMITS, ticketMachine } from '../../core/helpdesk/ticket.ts'
import { HOUR } from '../../core/lib/instant.ts'
import type { Queries, Tx } from '../db/pool.ts'
import type { Office } from '../office.ts'
import { type Attachment, attachmentsOf } from './attachments.ts'
import type { TicketCaller } from './callers.ts'
import {
  findTicket,
  insertMessage,
  lockTicket,
  messagesOf,
  moveTicket,
  type NewMessage,
  openerActivity,
  type Ticket,
  type TicketMessage,
} from './store.ts'

export type TicketThread = {
  readonly ticket: Ticket
  readonly messages: readonly (TicketMessage & { readonly attachments: readonly Attachment[] })[]
}

/** A ticket with what was said; notes of operators only for them. */
export const threadOf = async (db: Queries, ticketId: string, inside: boolean): Promise<TicketThread | undefined> => {
  const ticket = await findTicket(db, ticketId)
  if (!ticket) return undefined
  const files = await attachmentsOf(db, ticketId)
  const messages = (await messagesOf(db, ticketId))
    .filter(({ kind }) => inside || kind === 'opener' || kind === 'operator')
    .map((one) => ({ ...one, attachments: files.filter(({ seq }) => seq === one.seq) }))
  return { ticket, messages }
}

/** Adds words of the opener to the locked ticket; undefined where the same e-mail was taken before. */
export const addReply = async (
  tx: Tx,
  office: Office,
  one: Ticket,
  message: Omit<NewMessage, 'kind'>,
): Promise<number | Refusal | undefined> => {
  const now = office.clock.now()
  const state = ticketMachine.next(one.state, 'reply')
  if (!state) return { refusal: 'ticketClosed' }
  const { messages } = await openerActivity(tx, one.id, now - HOUR)
  if (messages >= TICKET_LIMITS.messagesAnHour) return { refusal: 'ticketTooMany' }
  const seq = await insertMessage(tx, one.id, { ...message, kind: 'opener' }, now)
  if (seq === undefined) return undefined
  const clock = nextClock(one, { event: 'reply', state, category: one.category }, now)
  moveTicket(tx, one, { state, clock }, now)
  return seq
}

/** Who opened a ticket writes again, on a page. */
export const replyToTicket = (office: Office, caller: TicketCaller, text: string): Promise<Refusal | undefined> =>
  office.db.tx(async (tx) => {
    const one = await lockTicket(tx, caller.ticketId)
    if (!one) return { refusal: 'ticketUnknown' }
    const { accountId, staffId } = caller
    const added = await addReply(tx, office, one, { via: 'web', body: text, accountId, staffId })
    return typeof added === 'object' ? added : undefined
  })

/** Who opened a ticket says that it is solved. */
export const settleTicket = (office: Office, caller: TicketCaller): Promise<Refusal | undefined> =>
  office.db.tx(async (tx) => {
    const one = await lockTicket(tx, caller.ticketId)
    if (!one) return { refusal: 'ticketUnknown' }
    if (one.state === 'solved') return undefined
    const state = ticketMachine.next(one.state, 'solve')
    if (!state) return { refusal: 'notInThisState' }
    const now = office.clock.now()
    moveTicket(tx, one, { state, clock: nextClock(one, { event: 'solve', state, category: one.category }, now) }, now)
    await insertMessage(tx, one.id, { kind: 'event', via: 'web', body: 'solvedByOpener' }, now)
    return undefined
  })
