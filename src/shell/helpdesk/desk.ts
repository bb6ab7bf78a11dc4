// The operators' side of the help desk: the queue, a ticket, answers, notes, whose it is, its state.

import type { Refusal } from '../../core/api/problems.ts'
import {
  type AnswerKind,
  type MoveKind,
  nextClock,
  startClock,
  type TicketCategory,
  type TicketEvent,
  ticketMachine,
} from '../../core/helpdesk/ticket.ts'
import { parseTicketNumber } from '../../core/helpdesk/ticketNumber.ts'
import type { Instant } from '../../core/lib/instant.ts'
import { type Actor, writeAudit } from '../audit/write.ts'
import { type Queries, type Tx, timestamp } from '../db/pool.ts'
import type { Office } from '../office.ts'
import { type Attachment, attachmentsOf, claimAttachments } from './attachments.ts'
import { tellOpener } from './notify.ts'
import { type TicketThread, threadOf } from './reply.ts'
import {
  findTicketByNumber,
  insertMessage,
  lockTicket,
  moveTicket,
  setTicket,
  TICKET_SELECT,
  type Ticket,
} from './store.ts'

export type DeskActor = Extract<Actor, { kind: 'staff' }>
/** A ticket as an operator looked at it. */
export type TicketLook = { readonly number: string; readonly version: number }

export type TicketQuery = {
  readonly which: 'due' | 'waitingForYou' | 'settled' | 'all'
  readonly category?: TicketCategory | undefined
  readonly assignee?: number | 'nobody' | undefined
  readonly q?: string | undefined
  readonly cursor?: string | undefined
  readonly limit: number
}

const STATES: Readonly<Record<TicketQuery['which'], readonly string[]>> = {
  due: ['open', 'waitingForUs'],
  waitingForYou: ['waitingForYou'],
  settled: ['solved', 'closed'],
  all: ['open', 'waitingForUs', 'waitingForYou', 'solved', 'closed'],
}

const CURSOR = /^(-?\d{1,15})\.([0-9a-f-]{36})$/

/** What a person types, as a pattern of LIKE. */
const likeOf = (typed: string): string => `%${typed.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`

/** Tickets: what is owed by when it is due, the rest by what changed last. */
export const listTickets = async (
  db: Queries,
  { which, category, assignee, q, cursor, limit }: TicketQuery,
): Promise<{ readonly items: readonly Ticket[]; readonly next?: string }> => {
  const due = which === 'due'
  const [, at, id] = CURSOR.exec(cursor ?? '') ?? []
  const typed = q?.trim() ?? ''
  const values = [
    STATES[which],
    category,
    assignee === 'nobody' ? 0 : assignee,
    typed === '' ? undefined : (parseTicketNumber(typed) ?? ''),
    typed === '' ? undefined : likeOf(typed),
    at === undefined ? undefined : timestamp(Number(at)),
    id,
    limit + 1,
  ]
  const where = `where k.state = any($1) and ($2::text is null or k.category = $2)
    and ($3::bigint is null or coalesce(k.assignee_id, 0) = $3)
    and ($5::text is null or k.number = $4 or lower(k.subject) like $5 or lower(k.name) like $5 or lower(k.email) like $5
      or lower(b.address) like $5 or e.case_number = upper(trim(both '%' from $5)))`
  const rows = due
    ? await db.query<Ticket>(
        'tickets-due',
        `${TICKET_SELECT} ${where} and ($6::timestamptz is null or (k.due_at, k.id) > ($6, $7::uuid))
         order by k.due_at, k.id limit $8`,
        values,
      )
    : await db.query<Ticket>(
        'tickets-changed',
        `${TICKET_SELECT} ${where} and ($6::timestamptz is null or (k.changed_at, k.id) < ($6, $7::uuid))
         order by k.changed_at desc, k.id desc limit $8`,
        values,
      )
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  const mark = last && (due ? last.dueAt : last.changedAt)
  return { items, ...(rows.length > limit && last ? { next: `${mark}.${last.id}` } : {}) }
}

/** How many wait for the desk, and how many of them for too long. */
export const countTickets = async (
  db: Queries,
  now: Instant,
): Promise<{ readonly waiting: number; readonly late: number }> => {
  const [row] = await db.query<{ waiting: number; late: number }>(
    'tickets-count',
    'select count(*) as waiting, count(*) filter (where due_at < $1) as late from ticket where due_at is not null',
    [timestamp(now)],
  )
  return row!
}

export type Colleague = { readonly id: number; readonly name: string }

/** Who may be given a ticket: those with a role at the provider. */
export const listColleagues = (db: Queries): Promise<readonly Colleague[]> =>
  db.query<Colleague>(
    'ticket-colleagues',
    `select s.id, s.name from staff s where s.state = 'active'
       and exists (select 1 from staff_role r where r.staff_id = s.id and r.order_id is null) order by s.name, s.id`,
  )

export type DeskView = TicketThread & {
  /** Files that the operator has kept for the answer. */
  readonly kept: readonly Attachment[]
  readonly colleagues: readonly Colleague[]
  /** The number of the case of the box or the applicant. */
  readonly member: { readonly name: string; readonly fiscalCode: string } | undefined
}

/** The ticket with this number; one that nobody has confirmed is not there yet. */
const found = async (db: Queries, typed: string): Promise<Ticket | undefined> => {
  const number = parseTicketNumber(typed)
  const ticket = number === undefined ? undefined : await findTicketByNumber(db, number)
  return ticket?.state === 'unconfirmed' ? undefined : ticket
}

/** A ticket with all that an operator needs to answer it. */
export const viewTicket = async (office: Office, staffId: number, number: string): Promise<DeskView | Refusal> => {
  const { db } = office
  const ticket = await found(db, number)
  const thread = ticket && (await threadOf(db, ticket.id, true))
  if (!thread) return { refusal: 'ticketUnknown' }
  const kept = (await attachmentsOf(db, ticket.id)).filter((one) => one.seq === null && one.staffId === staffId)
  const [member] = await db.query<{ name: string; fiscalCode: string }>(
    'ticket-about',
    `select given_name || ' ' || surname as name, fiscal_code as "fiscalCode" from member where id = $1`,
    [ticket.memberId],
  )
  return { ...thread, kept, colleagues: await listColleagues(db), member }
}

/** The id of a ticket that operators see. */
export const ticketIdOf = async (db: Queries, number: string): Promise<string | undefined> =>
  (await found(db, number))?.id

/** Runs what an operator does on the locked ticket, where it is still the one that was looked at. */
const handling = async (
  office: Office,
  look: TicketLook,
  act: (tx: Tx, one: Ticket) => Promise<Refusal | undefined>,
): Promise<Refusal | undefined> => {
  const ticket = await found(office.db, look.number)
  if (!ticket) return { refusal: 'ticketUnknown' }
  return office.db.tx(async (tx) => {
    const one = await lockTicket(tx, ticket.id)
    if (!one) return { refusal: 'ticketUnknown' }
    if (one.version !== look.version) return { refusal: 'ticketChanged' }
    return act(tx, one)
  })
}

const audit = (tx: Tx, office: Office, actor: DeskActor, one: Ticket, action: string, details = {}): void =>
  writeAudit(tx, [
    {
      at: office.clock.now(),
      actor,
      action: `ticket.${action}`,
      subjectKind: 'ticket',
      subjectId: one.id,
      details: { number: one.number, ...details },
    },
  ])

const move = (tx: Tx, office: Office, one: Ticket, event: TicketEvent, answered: boolean): Refusal | undefined => {
  const state = ticketMachine.next(one.state, event)
  if (!state) return { refusal: one.state === 'closed' ? 'ticketClosed' : 'notInThisState' }
  const now = office.clock.now()
  const clock = nextClock(one, { event, state, category: one.category }, now)
  moveTicket(tx, one, { state, clock, answered }, now)
  return undefined
}

/** Answers: on the page of the ticket, and by e-mail once. */
export const answerTicket = (
  office: Office,
  actor: DeskActor,
  { text, kind, ...look }: TicketLook & { readonly text: string; readonly kind: AnswerKind },
): Promise<Refusal | undefined> =>
  handling(office, look, async (tx, one) => {
    const refused = move(tx, office, one, kind, true)
    if (refused) return refused
    const { staffId } = actor
    const now = office.clock.now()
    const seq = (await insertMessage(tx, one.id, { kind: 'operator', via: 'web', body: text, staffId }, now))!
    const attachments = await claimAttachments(tx, one.id, staffId, seq)
    const [staff] = await tx.query<{ name: string }>('ticket-answering', 'select name from staff where id = $1', [
      staffId,
    ])
    // Who answers a ticket of nobody has taken it.
    if (one.assigneeId === null)
      tx.send('ticket-take', 'update ticket set assignee_id = $2 where id = $1', [one.id, staffId])
    const by = `${staff?.name ?? ''}, ${office.provider.name}`
    const letter = { kind: 'answer', seq, answer: text, by, attachments, solved: kind === 'solve' } as const
    await tellOpener(tx, office, one, letter)
    audit(tx, office, actor, one, 'answered', { kind })
    return undefined
  })

/** Writes down what only operators read. */
export const noteOnTicket = async (
  office: Office,
  actor: DeskActor,
  number: string,
  text: string,
): Promise<Refusal | undefined> => {
  const ticket = await found(office.db, number)
  if (!ticket) return { refusal: 'ticketUnknown' }
  return office.db.tx(async (tx) => {
    const one = await lockTicket(tx, ticket.id)
    if (!one) return { refusal: 'ticketUnknown' }
    await insertMessage(
      tx,
      one.id,
      { kind: 'note', via: 'web', body: text, staffId: actor.staffId },
      office.clock.now(),
    )
    audit(tx, office, actor, one, 'noted')
    return undefined
  })
}

export type TicketChange = TicketLook & {
  readonly category?: TicketCategory | undefined
  readonly assignee?: number | 'nobody' | undefined
  readonly move?: MoveKind | undefined
}

/** Changes whose it is, what it is about, how it stands; each written in its thread. */
export const changeTicket = (office: Office, actor: DeskActor, change: TicketChange): Promise<Refusal | undefined> =>
  handling(office, change, async (tx, one) => {
    const category = change.category ?? one.category
    const assigneeId =
      change.assignee === undefined ? one.assigneeId : change.assignee === 'nobody' ? null : change.assignee
    const now = office.clock.now()
    const event = (body: string) =>
      insertMessage(tx, one.id, { kind: 'event', via: 'web', body, staffId: actor.staffId }, now)
    if (assigneeId !== one.assigneeId) {
      const who = (await listColleagues(tx)).find(({ id }) => id === assigneeId)
      if (assigneeId !== null && !who) return { refusal: 'notFound' }
      await event(who ? `assigned ${who.name}` : 'released')
    }
    if (category !== one.category) await event(`category ${category}`)
    if (category !== one.category || assigneeId !== one.assigneeId) {
      setTicket(tx, one, { category, assigneeId }, now)
      audit(tx, office, actor, one, 'changed', { category, assigneeId })
    }
    // What is more urgent than it was thought is due sooner; what is less keeps the promise that was made.
    if (category !== one.category && one.answerDueAt !== null) {
      const anew = startClock(category, one.createdAt)
      const answerDueAt = Math.min(one.answerDueAt, Math.max(now, anew.answerDueAt ?? now))
      moveTicket(tx, one, { state: one.state, clock: { ...one, answerDueAt } }, now)
    }
    if (change.move === undefined) return undefined
    const refused = move(tx, office, { ...one, category }, change.move, false)
    if (refused) throw new Refused(refused)
    await event(change.move)
    audit(tx, office, actor, one, 'moved', { move: change.move })
    return undefined
  }).catch((error: unknown) => {
    if (error instanceof Refused) return error.refusal
    throw error
  })

/** Undoes the transaction of what was refused after something was written. */
class Refused extends Error {
  readonly refusal: Refusal
  constructor(refusal: Refusal) {
    super(refusal.refusal)
    this.name = 'Refused'
    this.refusal = refusal
  }
}
