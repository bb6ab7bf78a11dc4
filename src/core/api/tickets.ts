// The help desk's contract for whoever asks for help, and the secretaries of an Order.
import Type from 'typebox'
import { TICKET_CATEGORIES, TICKET_LIMITS, TICKET_STATES } from '../helpdesk/ticket.ts'
import type { Endpoint } from './endpoint.ts'
import { At, Bytes, Closed, Id, OneOf, OrderParams, Text, Uuid } from './shared.ts'

export const Category = OneOf(...TICKET_CATEGORIES)
export const State = OneOf(...TICKET_STATES)
export const Words = Text(TICKET_LIMITS.text, { minLength: 1 })

/** What the browser tells beside; the person sees it first and may leave it out. */
export const Context = Closed({
  page: Type.Optional(Text(300)),
  device: Type.Optional(Text(300)),
  caseNumber: Type.Optional(Text(40)),
  problems: Type.Optional(
    Type.Array(Closed({ at: Text(40), code: Text(60), reference: Type.Optional(Text(60)) }), { maxItems: 5 }),
  ),
})

export const Attachment = Type.Object({ id: Uuid, fileName: Type.String(), sizeBytes: Bytes })

const Message = Type.Object({
  seq: Type.Integer(),
  at: At,
  kind: OneOf('opener', 'operator'),
  via: OneOf('web', 'email'),
  text: Type.String(),
  /** First name and surname of who answers. */
  by: Type.Optional(Type.String()),
  attachments: Type.Array(Attachment),
})

export const TicketRow = Type.Object({
  number: Type.String(),
  subject: Type.String(),
  category: Category,
  state: State,
  createdAt: At,
  changedAt: At,
  /** By when the help desk answers, where it owes an answer. */
  answerDueAt: Type.Optional(At),
})

export const TicketView = Type.Object({
  ticket: TicketRow,
  /** Where answers go by e-mail. */
  email: Type.Optional(Type.String()),
  messages: Type.Array(Message),
  mayReply: Type.Boolean(),
  maySettle: Type.Boolean(),
})

const Opening = {
  category: Category,
  subject: Text(TICKET_LIMITS.subject, { minLength: 1 }),
  text: Words,
  context: Type.Optional(Context),
}

const open = { kind: 'public' } as const
const own = { kind: 'ticket' } as const
const atOrder = { kind: 'order', permission: 'tickets.open' } as const
export const TicketParams = Closed({ ticket: Text(40) })
export const FileParams = Closed({ ticket: Text(40), attachment: Uuid })
export const FileQuery = Closed({ name: Text(255, { minLength: 1 }) })
export const fileBody = { binary: true, limitBytes: TICKET_LIMITS.attachmentBytes + 1024 } as const
export const fileReply = { binary: true, types: ['application/octet-stream'] } as const
export const FILE_REFUSALS = [
  'attachmentTooLarge',
  'attachmentTooMany',
  'documentEmpty',
  'documentInfected',
  'documentNotScanned',
  'ticketClosed',
] as const

export const ticketEndpoints = {
  whoAsksForHelp: {
    method: 'GET',
    path: '/help-desk',
    summary: 'As whom this browser would ask for help, and what is known of it',
    tag: 'help',
    access: open,
    reply: Type.Object({
      who: OneOf('account', 'applicant', 'email'),
      name: Type.Optional(Type.String()),
      address: Type.Optional(Type.String()),
      caseNumber: Type.Optional(Type.String()),
      /** Where answers go; absent: it is asked for. */
      email: Type.Optional(Type.String()),
    }),
  },
  openTicket: {
    method: 'POST',
    path: '/tickets',
    summary: 'Asks for help; who is not signed in confirms the e-mail by a link first',
    tag: 'help',
    access: open,
    body: Closed({ ...Opening, name: Type.Optional(Text(100)), email: Type.Optional(Text(254)) }),
    reply: TicketView,
    idempotent: true,
    refusals: ['emailInvalid', 'ticketTooMany', 'notFound'],
  },
  enterTicket: {
    method: 'POST',
    path: '/tickets/enter',
    summary: 'Opens a ticket in this browser by a link that was received; it confirms the e-mail',
    tag: 'help',
    access: open,
    body: Closed({ token: Text(100) }),
    reply: TicketView,
    refusals: ['linkInvalid'],
  },
  getTicket: {
    method: 'GET',
    path: '/tickets/:ticket',
    summary: 'A ticket, to who opened it',
    tag: 'help',
    access: own,
    params: TicketParams,
    reply: TicketView,
  },
  replyToTicket: {
    method: 'POST',
    path: '/tickets/:ticket/messages',
    summary: 'Writes again',
    tag: 'help',
    access: own,
    params: TicketParams,
    body: Closed({ text: Words }),
    reply: TicketView,
    idempotent: true,
    refusals: ['ticketClosed', 'ticketTooMany'],
  },
  settleTicket: {
    method: 'POST',
    path: '/tickets/:ticket/solution',
    summary: 'Says that it is solved',
    tag: 'help',
    access: own,
    params: TicketParams,
    reply: TicketView,
    refusals: ['notInThisState'],
  },
  attachToTicket: {
    method: 'POST',
    path: '/tickets/:ticket/attachments',
    summary: 'Adds a file to what was written last, within an hour',
    tag: 'help',
    access: own,
    params: TicketParams,
    query: FileQuery,
    body: fileBody,
    reply: TicketView,
    refusals: [...FILE_REFUSALS, 'attachmentLate'],
  },
  getTicketAttachment: {
    method: 'GET',
    path: '/tickets/:ticket/attachments/:attachment',
    summary: 'A file, to be saved',
    tag: 'help',
    access: own,
    params: FileParams,
    reply: fileReply,
  },
  listAccountTickets: {
    method: 'GET',
    path: '/account/tickets',
    summary: 'The tickets that the caller opened, latest first',
    tag: 'help',
    access: { kind: 'account', delegates: 'read' },
    reply: Type.Object({ items: Type.Array(TicketRow) }),
  },
  listOrderTickets: {
    method: 'GET',
    path: '/orders/:order/tickets',
    summary: 'The tickets that the Order’s staff opened, latest first; those of its members are not the Order’s',
    tag: 'order',
    access: atOrder,
    params: OrderParams,
    reply: Type.Object({ items: Type.Array(TicketRow) }),
  },
  openOrderTicket: {
    method: 'POST',
    path: '/orders/:order/tickets',
    summary: 'Asks the provider for help, about a member where one is named',
    tag: 'order',
    access: atOrder,
    params: OrderParams,
    body: Closed({ ...Opening, member: Type.Optional(Id) }),
    reply: TicketView,
    idempotent: true,
    refusals: ['ticketTooMany', 'notFound'],
  },
} as const satisfies Record<string, Endpoint>
