// Endpoints of the help desk for who asks for help: anybody, who uses a box, applicants, the secretaries of an Order.
import type { Static } from 'typebox'
import type { Refusal } from '../../../../core/api/problems.ts'
import type { TicketRow, TicketView } from '../../../../core/api/tickets.ts'
import { ticketMachine } from '../../../../core/helpdesk/ticket.ts'
import { attachToReply, openAttachment } from '../../../helpdesk/attachments.ts'
import { enterTicket, helpPerson, type OpeningBy, openTicket } from '../../../helpdesk/open.ts'
import { replyToTicket, settleTicket, threadOf } from '../../../helpdesk/reply.ts'
import { findTicket, type Ticket, ticketsOfAccount, ticketsOfOrder } from '../../../helpdesk/store.ts'
import { findApplicant } from '../../../identity/applicants.ts'
import type { Office } from '../../../office.ts'
import { helpAccount } from './callers.ts'
import { type Cookies, type Handlers, handler } from './handler.ts'

const SESSION_MS = 60 * 24 * 3_600_000
const iso = (at: number): string => new Date(at).toISOString()
const given = <K extends string, V>(key: K, value: V | null | undefined): { readonly [P in K]?: V } =>
  (value === null || value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: V }

const rowOf = (one: Ticket): Static<typeof TicketRow> => ({
  number: one.number,
  subject: one.subject,
  category: one.category,
  state: one.state,
  createdAt: iso(one.createdAt),
  changedAt: iso(one.changedAt),
  ...given('answerDueAt', one.answerDueAt === null ? undefined : iso(one.answerDueAt)),
})

/** A ticket as who opened it sees it. */
const view = async (office: Office, ticketId: string): Promise<Static<typeof TicketView> | Refusal> => {
  const thread = await threadOf(office.db, ticketId, false)
  if (!thread) return { refusal: 'ticketUnknown' }
  const { ticket, messages } = thread
  return {
    ticket: rowOf(ticket),
    ...given('email', ticket.email),
    messages: messages.map(({ seq, at, kind, via, body, staff, attachments }) => ({
      seq,
      at: iso(at),
      kind: kind === 'operator' ? 'operator' : 'opener',
      via,
      text: body,
      ...given('by', staff),
      attachments: [...attachments],
    })),
    mayReply: ticketMachine.next(ticket.state, 'reply') !== undefined,
    maySettle: ticket.state !== 'solved' && ticketMachine.next(ticket.state, 'solve') !== undefined,
  }
}

/** Who this browser is to the help desk: who uses a box before an applicant, and nobody otherwise. */
const openerOf = async (office: Office, cookies: Cookies): Promise<OpeningBy> => {
  const now = office.clock.now()
  const caller = await helpAccount(office, cookies.given('account'))
  if (caller) return { kind: 'account', caller }
  const token = cookies.given('case')
  const applicant = token === undefined ? undefined : await findApplicant(office.db, token, now)
  return applicant ? { kind: 'applicant', enrolmentId: applicant.enrolmentId } : { kind: 'email' }
}

export const ticketHandlers = {
  whoAsksForHelp: handler<'whoAsksForHelp'>(async ({ office, cookies }) => {
    const by = await openerOf(office, cookies)
    const person = await helpPerson(office.db, by)
    const who = by.kind === 'order' ? 'email' : by.kind
    return {
      who,
      ...given('name', person?.name || undefined),
      ...given('address', by.kind === 'account' ? by.caller.mailbox.address : undefined),
      ...given('caseNumber', person?.caseNumber),
      ...given('email', person?.email),
    }
  }),
  openTicket: handler<'openTicket'>(async ({ office, cookies, body, client, newToken }) => {
    const by = await openerOf(office, cookies)
    // Who is signed in has the ticket by that; others by a cookie.
    const sessionToken = by.kind === 'account' ? undefined : newToken('ticket')
    const request = { ...body, context: body.context ?? {} }
    const opened = await openTicket(office, by, request, { sessionToken, remoteAddress: client.remoteAddress })
    if ('refusal' in opened) return opened
    if (sessionToken !== undefined) cookies.set('ticket', sessionToken, SESSION_MS)
    return view(office, opened.ticketId)
  }),
  enterTicket: handler<'enterTicket'>(async ({ office, cookies, body, newToken }) => {
    const sessionToken = newToken('ticket')
    const entered = await enterTicket(office, body.token, sessionToken)
    if ('refusal' in entered) return entered
    cookies.set('ticket', sessionToken, SESSION_MS)
    return view(office, entered.ticketId)
  }),
  getTicket: handler<'getTicket'>(({ office, caller }) => view(office, caller.ticketId)),
  replyToTicket: handler<'replyToTicket'>(
    async ({ office, caller, body }) =>
      (await replyToTicket(office, caller, body.text)) ?? view(office, caller.ticketId),
  ),
  settleTicket: handler<'settleTicket'>(
    async ({ office, caller }) => (await settleTicket(office, caller)) ?? view(office, caller.ticketId),
  ),
  attachToTicket: handler<'attachToTicket'>(
    async ({ office, caller, query, body }) =>
      (await attachToReply(office, caller.ticketId, { fileName: query.name, body })) ?? view(office, caller.ticketId),
  ),
  getTicketAttachment: handler<'getTicketAttachment'>(async ({ office, caller, params }) => {
    const file = await openAttachment(office, { ticketId: caller.ticketId, attachmentId: params.attachment })
    return file ? { type: 'application/octet-stream', ...file } : { refusal: 'notFound' }
  }),
  listAccountTickets: handler<'listAccountTickets'>(async ({ office, caller }) => ({
    items: (await ticketsOfAccount(office.db, caller.accountId)).map(rowOf),
  })),
  listOrderTickets: handler<'listOrderTickets'>(async ({ office, caller }) => ({
    items: (await ticketsOfOrder(office.db, caller.order.id)).map(rowOf),
  })),
  openOrderTicket: handler<'openOrderTicket'>(async ({ office, caller, body, client }) => {
    const { member, ...rest } = body
    const by = { kind: 'order', staffId: caller.staffId, orderId: caller.order.id, memberId: member } as const
    const request = { ...rest, context: body.context ?? {} }
    const opened = await openTicket(office, by, request, { remoteAddress: client.remoteAddress })
    if ('refusal' in opened) return opened
    const ticket = await findTicket(office.db, opened.ticketId)
    return ticket ? view(office, ticket.id) : { refusal: 'ticketUnknown' }
  }),
} satisfies Partial<Handlers>
