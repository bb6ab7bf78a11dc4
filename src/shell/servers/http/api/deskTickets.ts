// Endpoints of the help desk for operators.
import type { Static } from 'typebox'
import type { DeskRow, DeskTicketView } from '../../../../core/api/deskTickets.ts'
import type { Refusal } from '../../../../core/api/problems.ts'
import { ANSWERS, MOVES, ticketMachine } from '../../../../core/helpdesk/ticket.ts'
import { sameAddress } from '../../../../core/mail/address.ts'
import { attachToAnswer, dropAttachment, openAttachment } from '../../../helpdesk/attachments.ts'
import { dropCanned, listCanned, putCanned } from '../../../helpdesk/canned.ts'
import {
  answerTicket,
  changeTicket,
  countTickets,
  type DeskActor,
  type DeskView,
  listTickets,
  noteOnTicket,
  ticketIdOf,
  viewTicket,
} from '../../../helpdesk/desk.ts'
import { accountHealth } from '../../../helpdesk/health.ts'
import { type Procedure, startProcedure } from '../../../helpdesk/procedures.ts'
import type { Ticket } from '../../../helpdesk/store.ts'
import type { Office } from '../../../office.ts'
import { type Client, type Handlers, handler, type StaffCaller } from './handler.ts'

const iso = (at: number): string => new Date(at).toISOString()
const given = <K extends string, V>(key: K, value: V | null | undefined): { readonly [P in K]?: V } =>
  (value === null || value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: V }
const time = <K extends string>(key: K, at: number | null | undefined) =>
  given(key, at === null || at === undefined ? undefined : iso(at))

const deskOf = (caller: StaffCaller, client: Client): DeskActor => ({
  kind: 'staff',
  staffId: caller.staffId,
  remoteAddress: client.remoteAddress,
})

const rowOf = (office: Office, one: Ticket): Static<typeof DeskRow> => ({
  number: one.number,
  subject: one.subject,
  category: one.category,
  state: one.state,
  version: one.version,
  name: one.name,
  opener: one.opener,
  ...given('order', one.orderName),
  ...given('assignee', one.assigneeId === null ? undefined : { id: one.assigneeId, name: one.assignee ?? '' }),
  ...time('dueAt', one.dueAt),
  late: one.dueAt !== null && one.dueAt < office.clock.now(),
  createdAt: iso(one.createdAt),
  changedAt: iso(one.changedAt),
})

const shown = (office: Office, caller: StaffCaller, seen: DeskView): Static<typeof DeskTicketView> => {
  const { ticket } = seen
  const allows = (event: (typeof ANSWERS)[number] | (typeof MOVES)[number]): boolean =>
    ticketMachine.next(ticket.state, event) !== undefined
  return {
    ticket: rowOf(office, ticket),
    ...given('email', ticket.email),
    ...given('address', ticket.address),
    ...given('caseNumber', ticket.caseNumber),
    ...given('member', seen.member),
    context: ticket.context as Static<typeof DeskTicketView>['context'],
    ...time('answerDueAt', ticket.answerDueAt),
    ...time('solutionDueAt', ticket.solutionDueAt),
    ...time('firstAnswerAt', ticket.firstAnswerAt),
    messages: seen.messages.map(({ seq, at, kind, via, body, staff, fromAddress, attachments }) => ({
      seq,
      at: iso(at),
      kind,
      via,
      text: body,
      ...given('by', staff),
      ...given('from', fromAddress),
      fromKnown: fromAddress !== null && ticket.email !== null && sameAddress(fromAddress, ticket.email),
      attachments: [...attachments],
    })),
    kept: [...seen.kept],
    colleagues: [...seen.colleagues],
    answers: ANSWERS.filter(allows),
    moves: MOVES.filter((move) => allows(move) && !(move === 'solve' && ticket.state === 'solved')),
    placeholders: {
      nome: ticket.name,
      numero: ticket.number,
      ...given('casella', ticket.address),
      ...given('pratica', ticket.caseNumber ?? ticket.context.caseNumber),
      sito: office.publicUrl,
      operatore: caller.name,
    },
  }
}

const view = async (office: Office, caller: StaffCaller, number: string) => {
  const seen = await viewTicket(office, caller.staffId, number)
  return 'refusal' in seen ? seen : shown(office, caller, seen)
}

const canned = async (office: Office, refused: Refusal | undefined) =>
  refused ?? {
    items: (await listCanned(office.db)).map(({ id, title, category, text }) => ({
      id,
      title,
      ...given('category', category),
      text,
    })),
  }

/** A procedure as it was asked for; undefined where the new e-mail is missing. */
const procedureOf = (body: { readonly kind: Procedure['kind']; readonly email?: string }): Procedure | undefined => {
  if (body.kind !== 'referenceRecovery') return { kind: body.kind }
  return body.email === undefined ? undefined : { kind: body.kind, newEmail: body.email }
}

export const deskTicketHandlers = {
  listTickets: handler<'listTickets'>(async ({ office, caller, query }) => {
    const { which = 'due', assignee, ...rest } = query
    const whose = assignee === 'me' ? caller.staffId : assignee
    const { items, next } = await listTickets(office.db, { ...rest, which, assignee: whose })
    const counts = await countTickets(office.db, office.clock.now())
    return { items: items.map((one) => rowOf(office, one)), ...given('next', next), ...counts }
  }),
  getDeskTicket: handler<'getDeskTicket'>(({ office, caller, params }) => view(office, caller, params.ticket)),
  answerTicket: handler<'answerTicket'>(
    async ({ office, caller, client, params, body }) =>
      (await answerTicket(office, deskOf(caller, client), { number: params.ticket, ...body })) ??
      view(office, caller, params.ticket),
  ),
  noteOnTicket: handler<'noteOnTicket'>(
    async ({ office, caller, client, params, body }) =>
      (await noteOnTicket(office, deskOf(caller, client), params.ticket, body.text)) ??
      view(office, caller, params.ticket),
  ),
  changeTicket: handler<'changeTicket'>(async ({ office, caller, client, params, body }) => {
    const assignee = body.assignee === 0 ? ('nobody' as const) : body.assignee
    const change = { number: params.ticket, ...body, assignee }
    return (await changeTicket(office, deskOf(caller, client), change)) ?? view(office, caller, params.ticket)
  }),
  attachToAnswer: handler<'attachToAnswer'>(async ({ office, caller, params, query, body }) => {
    const ticketId = await ticketIdOf(office.db, params.ticket)
    if (ticketId === undefined) return { refusal: 'ticketUnknown' }
    const refused = await attachToAnswer(office, caller.staffId, ticketId, { fileName: query.name, body })
    return refused ?? view(office, caller, params.ticket)
  }),
  dropFromAnswer: handler<'dropFromAnswer'>(async ({ office, caller, params }) => {
    const ticketId = await ticketIdOf(office.db, params.ticket)
    if (ticketId === undefined) return { refusal: 'ticketUnknown' }
    await dropAttachment(office, caller.staffId, { ticketId, attachmentId: params.attachment })
    return view(office, caller, params.ticket)
  }),
  getDeskAttachment: handler<'getDeskAttachment'>(async ({ office, caller, params }) => {
    const ticketId = await ticketIdOf(office.db, params.ticket)
    if (ticketId === undefined) return { refusal: 'ticketUnknown' }
    const { staffId } = caller
    const file = await openAttachment(office, { ticketId, attachmentId: params.attachment, staffId })
    return file ? { type: 'application/octet-stream', ...file } : { refusal: 'notFound' }
  }),
  startTicketProcedure: handler<'startTicketProcedure'>(async ({ office, caller, client, params, body }) => {
    const procedure = procedureOf(body)
    if (!procedure) return { refusal: 'emailInvalid' }
    return (
      (await startProcedure(office, deskOf(caller, client), params.ticket, procedure)) ??
      view(office, caller, params.ticket)
    )
  }),
  getAccountHealth: handler<'getAccountHealth'>(async ({ office, caller, client, query }) => {
    const health = await accountHealth(office, deskOf(caller, client), query.address)
    if ('refusal' in health) return health
    const { space, term, reference } = health
    return {
      address: health.address,
      name: health.name,
      state: health.state,
      concerns: [...health.concerns],
      usedBytes: space.usedBytes,
      quotaBytes: space.quotaBytes,
      ...time('expiresAt', term?.expiresAt),
      ...given('termState', term?.state),
      ...given('payer', term?.payer),
      secondFactor: health.secondFactor,
      passkeys: health.passkeys,
      delegates: health.delegates,
      reference: {
        ...given('email', reference.email),
        knownAt: iso(reference.knownAt),
        checkDue: reference.checkDue,
        ...time('coolingUntil', reference.coolingUntil),
        ...given('lastNotice', reference.lastNotice),
      },
      programs: health.programs.map((one) => ({
        services: [...one.services],
        createdAt: iso(one.createdAt),
        ...time('lastUsedAt', one.lastUsedAt),
        ...given('lastService', one.lastService),
      })),
      signIns: health.signIns.map((one) => ({ ...one, at: iso(one.at) })),
    }
  }),
  listCannedAnswers: handler<'listCannedAnswers'>(({ office }) => canned(office, undefined)),
  addCannedAnswer: handler<'addCannedAnswer'>(async ({ office, caller, client, body }) =>
    canned(
      office,
      await putCanned(office, deskOf(caller, client), undefined, { ...body, category: body.category ?? null }),
    ),
  ),
  putCannedAnswer: handler<'putCannedAnswer'>(async ({ office, caller, client, params, body }) =>
    canned(
      office,
      await putCanned(office, deskOf(caller, client), params.answer, { ...body, category: body.category ?? null }),
    ),
  ),
  deleteCannedAnswer: handler<'deleteCannedAnswer'>(async ({ office, caller, client, params }) =>
    canned(office, await dropCanned(office, deskOf(caller, client), params.answer)),
  ),
} satisfies Partial<Handlers>
