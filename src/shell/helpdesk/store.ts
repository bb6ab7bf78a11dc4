// Tickets in the database.
import type { TicketCategory, TicketClock, TicketState } from '../../core/helpdesk/ticket.ts'
import { dueOf } from '../../core/helpdesk/ticket.ts'
import { DAY, type Instant } from '../../core/lib/instant.ts'
import { type Queries, type Tx, timestamp } from '../db/pool.ts'
import { hashToken, isToken } from '../identity/tokens.ts'

/** What the person's browser told, and the person let be sent. */
export type TicketContext = {
  readonly page?: string | undefined
  readonly device?: string | undefined
  readonly caseNumber?: string | undefined
  readonly problems?: readonly { readonly at: string; readonly code: string; readonly reference?: string | undefined }[]
}

export type Opener = 'account' | 'applicant' | 'order' | 'email'

export type Ticket = TicketClock & {
  readonly id: string
  readonly number: string
  readonly opener: Opener
  readonly accountId: number | null
  readonly enrolmentId: string | null
  readonly orderId: number | null
  readonly staffId: number | null
  readonly mailboxId: number | null
  readonly memberId: number | null
  readonly name: string
  readonly email: string | null
  readonly subject: string
  readonly category: TicketCategory
  readonly state: TicketState
  readonly version: number
  readonly context: TicketContext
  readonly assigneeId: number | null
  readonly assignee: string | null
  readonly dueAt: Instant | null
  readonly firstAnswerAt: Instant | null
  readonly createdAt: Instant
  readonly changedAt: Instant
  /** For people: the box, the case, the Order that it is about. */
  readonly address: string | null
  readonly caseNumber: string | null
  readonly orderName: string | null
}

export const TICKET_SELECT = `select k.id, k.number, k.opener, k.account_id as "accountId", k.enrolment_id as "enrolmentId",
    k.order_id as "orderId", k.staff_id as "staffId", k.mailbox_id as "mailboxId", k.member_id as "memberId", k.name,
    k.email, k.subject, k.category, k.state, k.version, k.context, k.assignee_id as "assigneeId", s.name as assignee,
    k.answer_due_at as "answerDueAt", k.solution_due_at as "solutionDueAt", k.solution_left_ms as "solutionLeftMs",
    k.due_at as "dueAt", k.first_answer_at as "firstAnswerAt", k.created_at as "createdAt", k.changed_at as "changedAt",
    b.address, e.case_number as "caseNumber", o.name as "orderName"
  from ticket k left join staff s on s.id = k.assignee_id left join mailbox b on b.id = k.mailbox_id
    left join enrolment e on e.id = k.enrolment_id left join professional_order o on o.id = k.order_id`

export const findTicket = async (db: Queries, id: string): Promise<Ticket | undefined> =>
  (await db.query<Ticket>('ticket-find', `${TICKET_SELECT} where k.id = $1`, [id]))[0]
export const findTicketByNumber = async (db: Queries, number: string): Promise<Ticket | undefined> =>
  (await db.query<Ticket>('ticket-number', `${TICKET_SELECT} where k.number = $1`, [number]))[0]
export const lockTicket = async (tx: Tx, id: string): Promise<Ticket | undefined> =>
  (await tx.query<Ticket>('ticket-lock', `${TICKET_SELECT} where k.id = $1 for update of k`, [id]))[0]

/** The tickets of somebody who uses a box. */
export const ticketsOfAccount = (db: Queries, accountId: number): Promise<readonly Ticket[]> =>
  db.query<Ticket>(
    'tickets-account',
    `${TICKET_SELECT} where k.account_id = $1 order by k.changed_at desc, k.id limit 200`,
    [accountId],
  )

/** The tickets that an Order's staff opened. */
export const ticketsOfOrder = (db: Queries, orderId: number): Promise<readonly Ticket[]> =>
  db.query<Ticket>(
    'tickets-order',
    `${TICKET_SELECT} where k.order_id = $1 and k.opener = 'order' order by k.changed_at desc, k.id limit 200`,
    [orderId],
  )

export type NewTicket = Pick<
  Ticket,
  | 'id'
  | 'number'
  | 'opener'
  | 'accountId'
  | 'enrolmentId'
  | 'orderId'
  | 'staffId'
  | 'mailboxId'
  | 'memberId'
  | 'name'
  | 'email'
  | 'subject'
  | 'category'
  | 'context'
> & { readonly state: TicketState; readonly clock: TicketClock }

const clockValues = (clock: TicketClock) => {
  const due = dueOf(clock)
  return [
    clock.answerDueAt === null ? null : timestamp(clock.answerDueAt),
    clock.solutionDueAt === null ? null : timestamp(clock.solutionDueAt),
    clock.solutionLeftMs === null ? null : Math.round(clock.solutionLeftMs),
    due === null ? null : timestamp(due),
  ]
}

export const insertTicket = (tx: Tx, one: NewTicket, now: Instant): void => {
  tx.send(
    'ticket-insert',
    `insert into ticket (id, number, opener, account_id, enrolment_id, order_id, staff_id, mailbox_id, member_id, name, email,
       subject, category, state, context, answer_due_at, solution_due_at, solution_left_ms, due_at, created_at, changed_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $20)`,
    [
      one.id,
      one.number,
      one.opener,
      one.accountId,
      one.enrolmentId,
      one.orderId,
      one.staffId,
      one.mailboxId,
      one.memberId,
      one.name,
      one.email,
      one.subject,
      one.category,
      one.state,
      JSON.stringify(one.context),
      ...clockValues(one.clock),
      timestamp(now),
    ],
  )
}

/** Moves the locked ticket. */
export const moveTicket = (
  tx: Tx,
  one: Ticket,
  to: { readonly state: TicketState; readonly clock: TicketClock; readonly answered?: boolean },
  now: Instant,
): void => {
  tx.send(
    'ticket-move',
    `update ticket set state = $2, answer_due_at = $3, solution_due_at = $4, solution_left_ms = $5, due_at = $6,
       first_answer_at = case when $7 then coalesce(first_answer_at, $8) else first_answer_at end,
       version = version + 1, changed_at = $8 where id = $1`,
    [one.id, to.state, ...clockValues(to.clock), to.answered ?? false, timestamp(now)],
  )
}

/** Changes what operators set; who acts on what was there before is told. */
export const setTicket = (
  tx: Tx,
  one: Ticket,
  to: { readonly category: TicketCategory; readonly assigneeId: number | null },
  now: Instant,
): void => {
  tx.send(
    'ticket-set',
    'update ticket set category = $2, assignee_id = $3, version = version + 1, changed_at = $4 where id = $1',
    [one.id, to.category, to.assigneeId, timestamp(now)],
  )
}

// --- messages ----------------------------------------------------------------------------------------------------------

export type MessageKind = 'opener' | 'operator' | 'note' | 'event'

export type TicketMessage = {
  readonly seq: number
  readonly at: Instant
  readonly kind: MessageKind
  readonly via: 'web' | 'email'
  readonly staff: string | null
  readonly body: string
  readonly fromAddress: string | null
}

export type NewMessage = {
  readonly kind: MessageKind
  readonly via: 'web' | 'email'
  readonly body: string
  readonly staffId?: number | undefined
  readonly accountId?: number | undefined
  readonly fromAddress?: string | undefined
  readonly source?: string | undefined
}

/** Adds a message to the locked ticket; its number, or undefined where the same e-mail was taken before. */
export const insertMessage = async (
  tx: Tx,
  ticketId: string,
  message: NewMessage,
  now: Instant,
): Promise<number | undefined> => {
  const [row] = await tx.query<{ seq: number }>(
    'ticket-message-insert',
    `insert into ticket_message (ticket_id, seq, at, kind, via, staff_id, account_id, body, from_address, source)
     select $1, (select coalesce(max(seq), 0) + 1 from ticket_message where ticket_id = $1), $2, $3, $4, $5, $6, $7, $8, $9
     on conflict (ticket_id, source) do nothing returning seq`,
    [
      ticketId,
      timestamp(now),
      message.kind,
      message.via,
      message.staffId,
      message.accountId,
      message.body,
      message.fromAddress,
      message.source,
    ],
  )
  return row?.seq
}

export const messagesOf = (db: Queries, ticketId: string): Promise<readonly TicketMessage[]> =>
  db.query<TicketMessage>(
    'ticket-messages',
    `select m.seq, m.at, m.kind, m.via, s.name as staff, m.body, m.from_address as "fromAddress"
     from ticket_message m left join staff s on s.id = m.staff_id where m.ticket_id = $1 order by m.seq`,
    [ticketId],
  )

/** How much the opener has written lately, and the last of it. */
export const openerActivity = async (
  db: Queries,
  ticketId: string,
  since: Instant,
): Promise<{ readonly messages: number; readonly lastSeq: number; readonly lastAt: Instant }> => {
  const [row] = await db.query<{ messages: number; lastSeq: number; lastAt: Instant }>(
    'ticket-activity',
    `select count(*) filter (where at > $2) as messages, coalesce(max(seq), 0) as "lastSeq", max(at) as "lastAt"
     from ticket_message where ticket_id = $1 and kind = 'opener'`,
    [ticketId, timestamp(since)],
  )
  return row!
}

// --- secrets -----------------------------------------------------------------------------------------------------------

/** A link is good as long as a ticket may wait for its person. */
const LINK_DAYS = 60
const SESSION_DAYS = 60

export const putTicketKey = (
  tx: Tx,
  key: { readonly token: string; readonly ticketId: string; readonly purpose: 'session' | 'link' },
  now: Instant,
): void => {
  const until = now + (key.purpose === 'session' ? SESSION_DAYS : LINK_DAYS) * DAY
  tx.send(
    'ticket-key-put',
    `insert into ticket_key (token_hash, ticket_id, purpose, created_at, expires_at) values ($1, $2, $3, $4, $5)
     on conflict (token_hash) do nothing`,
    [hashToken(key.token), key.ticketId, key.purpose, timestamp(now), timestamp(until)],
  )
}

const byKey = async (
  db: Queries,
  token: string,
  purpose: 'session' | 'link',
  now: Instant,
): Promise<string | undefined> =>
  (
    await db.query<{ id: string }>(
      'ticket-by-key',
      'select ticket_id as id from ticket_key where token_hash = $1 and purpose = $2 and expires_at > $3',
      [hashToken(token), purpose, timestamp(now)],
    )
  )[0]?.id

/** The ticket that a link opens. */
export const ticketOfLink = async (db: Queries, token: string, now: Instant): Promise<string | undefined> =>
  isToken('link', token) ? byKey(db, token, 'link', now) : undefined
/** The ticket that a browser holds. */
export const ticketOfSession = async (db: Queries, token: string, now: Instant): Promise<string | undefined> =>
  isToken('ticket', token) ? byKey(db, token, 'session', now) : undefined
