// The help desk's contract for operators.
import Type from 'typebox'
import { ANSWERS, MOVES } from '../helpdesk/ticket.ts'
import { CONCERNS } from '../mailbox/overview.ts'
import type { Endpoint } from './endpoint.ts'
import { At, Bytes, Closed, Id, OneOf, Page, PageQuery, Text, Uuid } from './shared.ts'
import {
  Attachment,
  Category,
  Context,
  FILE_REFUSALS,
  FileParams,
  FileQuery,
  fileBody,
  fileReply,
  State,
  TicketParams,
  Words,
} from './tickets.ts'

export const DeskRow = Type.Object({
  number: Type.String(),
  subject: Type.String(),
  category: Category,
  state: State,
  version: Type.Integer(),
  name: Type.String(),
  opener: OneOf('account', 'applicant', 'order', 'email'),
  order: Type.Optional(Type.String()),
  assignee: Type.Optional(Type.Object({ id: Id, name: Type.String() })),
  dueAt: Type.Optional(At),
  late: Type.Boolean(),
  createdAt: At,
  changedAt: At,
})

const DeskMessage = Type.Object({
  seq: Type.Integer(),
  at: At,
  kind: OneOf('opener', 'operator', 'note', 'event'),
  via: OneOf('web', 'email'),
  text: Type.String(),
  by: Type.Optional(Type.String()),
  /** The From of an e-mail: it proves nothing. */
  from: Type.Optional(Type.String()),
  /** Whether that From is where answers go. */
  fromKnown: Type.Boolean(),
  attachments: Type.Array(Attachment),
})

export const DeskTicketView = Type.Object({
  ticket: DeskRow,
  email: Type.Optional(Type.String()),
  address: Type.Optional(Type.String()),
  caseNumber: Type.Optional(Type.String()),
  member: Type.Optional(Type.Object({ name: Type.String(), fiscalCode: Type.String() })),
  context: Context,
  answerDueAt: Type.Optional(At),
  solutionDueAt: Type.Optional(At),
  firstAnswerAt: Type.Optional(At),
  messages: Type.Array(DeskMessage),
  /** Files for the answer that the caller is writing. */
  kept: Type.Array(Attachment),
  colleagues: Type.Array(Type.Object({ id: Id, name: Type.String() })),
  answers: Type.Array(OneOf(...ANSWERS)),
  moves: Type.Array(OneOf(...MOVES)),
  /** Values of the placeholders of canned answers. */
  placeholders: Type.Record(Type.String(), Type.String()),
})

export const HealthView = Type.Object({
  address: Type.String(),
  name: Type.String(),
  state: Type.String(),
  concerns: Type.Array(OneOf(...CONCERNS)),
  usedBytes: Bytes,
  quotaBytes: Bytes,
  expiresAt: Type.Optional(At),
  termState: Type.Optional(Type.String()),
  payer: Type.Optional(OneOf('order', 'member')),
  secondFactor: Type.Boolean(),
  passkeys: Type.Integer(),
  delegates: Type.Integer(),
  reference: Type.Object({
    email: Type.Optional(Type.String()),
    knownAt: At,
    checkDue: Type.Boolean(),
    coolingUntil: Type.Optional(At),
    lastNotice: Type.Optional(OneOf('waiting', 'sent', 'captured', 'failed')),
  }),
  programs: Type.Array(
    Type.Object({
      services: Type.Array(Type.String()),
      createdAt: At,
      lastUsedAt: Type.Optional(At),
      lastService: Type.Optional(Type.String()),
    }),
  ),
  signIns: Type.Array(Type.Object({ at: At, outcome: OneOf('entered', 'halfWay', 'wrong'), method: Type.String() })),
})

const Canned = Type.Object({
  id: Uuid,
  title: Type.String(),
  category: Type.Optional(Category),
  text: Type.String(),
})
const CannedList = Type.Object({ items: Type.Array(Canned) })
const NewCanned = Closed({
  title: Text(100, { minLength: 1 }),
  category: Type.Optional(Category),
  text: Words,
})

const desk = { kind: 'provider', permission: 'tickets.handle' } as const

export const deskTicketEndpoints = {
  listTickets: {
    method: 'GET',
    path: '/operator/tickets',
    summary: 'Tickets: what is owed by when it is due, the rest latest first',
    tag: 'operator',
    access: desk,
    query: Closed({
      which: Type.Optional(OneOf('due', 'waitingForYou', 'settled', 'all')),
      category: Type.Optional(Category),
      assignee: Type.Optional(OneOf('me', 'nobody')),
      q: Type.Optional(Text(100)),
      ...PageQuery,
    }),
    reply: Type.Intersect([Page(DeskRow), Type.Object({ waiting: Type.Integer(), late: Type.Integer() })]),
  },
  getDeskTicket: {
    method: 'GET',
    path: '/operator/tickets/:ticket',
    summary: 'A ticket with what helps to answer it',
    tag: 'operator',
    access: desk,
    params: TicketParams,
    reply: DeskTicketView,
    refusals: ['ticketUnknown'],
  },
  answerTicket: {
    method: 'POST',
    path: '/operator/tickets/:ticket/answers',
    summary: 'Answers: on the page of the ticket, and by e-mail',
    tag: 'operator',
    access: desk,
    params: TicketParams,
    body: Closed({ version: Type.Integer(), text: Words, kind: OneOf(...ANSWERS) }),
    reply: DeskTicketView,
    idempotent: true,
    refusals: ['ticketUnknown', 'ticketChanged', 'ticketClosed', 'notInThisState'],
  },
  noteOnTicket: {
    method: 'POST',
    path: '/operator/tickets/:ticket/notes',
    summary: 'Writes what only operators read',
    tag: 'operator',
    access: desk,
    params: TicketParams,
    body: Closed({ text: Words }),
    reply: DeskTicketView,
    idempotent: true,
    refusals: ['ticketUnknown'],
  },
  changeTicket: {
    method: 'PATCH',
    path: '/operator/tickets/:ticket',
    summary: 'Changes whose it is, what it is about, how it stands',
    tag: 'operator',
    access: desk,
    params: TicketParams,
    body: Closed({
      version: Type.Integer(),
      category: Type.Optional(Category),
      /** 0: nobody. */
      assignee: Type.Optional(Type.Integer({ minimum: 0 })),
      move: Type.Optional(OneOf(...MOVES)),
    }),
    reply: DeskTicketView,
    refusals: ['ticketUnknown', 'ticketChanged', 'ticketClosed', 'notInThisState', 'notFound'],
  },
  attachToAnswer: {
    method: 'POST',
    path: '/operator/tickets/:ticket/attachments',
    summary: 'Keeps a file for the answer that one is writing',
    tag: 'operator',
    access: desk,
    params: TicketParams,
    query: FileQuery,
    body: fileBody,
    reply: DeskTicketView,
    refusals: ['ticketUnknown', ...FILE_REFUSALS],
  },
  dropFromAnswer: {
    method: 'DELETE',
    path: '/operator/tickets/:ticket/attachments/:attachment',
    summary: 'Takes back a file that was kept for an answer',
    tag: 'operator',
    access: desk,
    params: FileParams,
    reply: DeskTicketView,
    refusals: ['ticketUnknown'],
  },
  getDeskAttachment: {
    method: 'GET',
    path: '/operator/tickets/:ticket/attachments/:attachment',
    summary: 'A file of a ticket, to be saved',
    tag: 'operator',
    access: desk,
    params: FileParams,
    reply: fileReply,
    refusals: ['ticketUnknown'],
  },
  startTicketProcedure: {
    method: 'POST',
    path: '/operator/tickets/:ticket/procedures',
    summary: 'Sets a procedure going for the person of a ticket: each is written down',
    tag: 'operator',
    access: desk,
    params: TicketParams,
    body: Closed({
      kind: OneOf('passwordReset', 'referenceRecovery', 'resumeLink'),
      /** Of a dead reference e-mail: the new one. */
      email: Type.Optional(Text(254)),
    }),
    reply: DeskTicketView,
    idempotent: true,
    refusals: [
      'ticketUnknown',
      'ticketNoBox',
      'ticketNoCase',
      'ticketNoReference',
      'emailInvalid',
      'emailCertified',
      'fiscalCodeInvalid',
      'tooManyMessages',
    ],
  },
  getAccountHealth: {
    method: 'GET',
    path: '/operator/health',
    summary: 'How an account stands, without anything of what is in the box: each look is written down',
    tag: 'operator',
    access: desk,
    query: Closed({ address: Text(254, { minLength: 1 }) }),
    reply: HealthView,
    refusals: ['notFound'],
  },
  listCannedAnswers: {
    method: 'GET',
    path: '/operator/canned-answers',
    summary: 'Canned answers',
    tag: 'operator',
    access: desk,
    reply: CannedList,
  },
  addCannedAnswer: {
    method: 'POST',
    path: '/operator/canned-answers',
    summary: 'Adds a canned answer',
    tag: 'operator',
    access: desk,
    body: NewCanned,
    reply: CannedList,
    idempotent: true,
    refusals: ['ticketTooMany'],
  },
  putCannedAnswer: {
    method: 'PUT',
    path: '/operator/canned-answers/:answer',
    summary: 'Changes a canned answer',
    tag: 'operator',
    access: desk,
    params: Closed({ answer: Uuid }),
    body: NewCanned,
    reply: CannedList,
    refusals: ['notFound'],
  },
  deleteCannedAnswer: {
    method: 'DELETE',
    path: '/operator/canned-answers/:answer',
    summary: 'Deletes a canned answer',
    tag: 'operator',
    access: desk,
    params: Closed({ answer: Uuid }),
    reply: CannedList,
    refusals: ['notFound'],
  },
} as const satisfies Record<string, Endpoint>
