// A ticket is opened: by who uses a box, an applicant, staff of an Order, or somebody whose e-mail is confirmed first.

import { randomBytes, randomUUID } from 'node:crypto'
import type { Refusal } from '../../core/api/problems.ts'
import {
  startClock,
  TICKET_LIMITS,
  type TicketCategory,
  type TicketClock,
  ticketMachine,
} from '../../core/helpdesk/ticket.ts'
import { makeTicketNumber } from '../../core/helpdesk/ticketNumber.ts'
import { civilDateOf } from '../../core/lib/calendar.ts'
import { DAY } from '../../core/lib/instant.ts'
import { parseAddrSpec } from '../../core/mail/address.ts'
import { type Actor, writeAudit } from '../audit/write.ts'
import { type Queries, type Tx, timestamp } from '../db/pool.ts'
import { findHolder } from '../identity/account/holder.ts'
import type { AccountCaller } from '../identity/account/sessions.ts'
import type { Office } from '../office.ts'
import { tellOpener } from './notify.ts'
import {
  insertMessage,
  insertTicket,
  lockTicket,
  moveTicket,
  type NewTicket,
  putTicketKey,
  type Ticket,
  type TicketContext,
  ticketOfLink,
} from './store.ts'

/** Who opens one. `email`: nobody who is known. */
export type OpeningBy =
  | { readonly kind: 'account'; readonly caller: AccountCaller }
  | { readonly kind: 'applicant'; readonly enrolmentId: string }
  | {
      readonly kind: 'order'
      readonly staffId: number
      readonly orderId: number
      readonly memberId?: number | undefined
    }
  | { readonly kind: 'email' }

type Person = Pick<
  NewTicket,
  'opener' | 'accountId' | 'enrolmentId' | 'orderId' | 'staffId' | 'mailboxId' | 'memberId' | 'name' | 'email'
>

const NOBODY: Omit<Person, 'opener' | 'name' | 'email'> = {
  accountId: null,
  enrolmentId: null,
  orderId: null,
  staffId: null,
  mailboxId: null,
  memberId: null,
}

const personOfAccount = async (db: Queries, caller: AccountCaller): Promise<Person> => {
  const holder = caller.accountKind === 'holder' ? await findHolder(db, caller.accountId) : undefined
  const email = caller.accountKind === 'holder' ? (holder?.referenceEmail ?? null) : caller.signInName
  const { accountId, mailbox } = caller
  return { ...NOBODY, opener: 'account', accountId, mailboxId: mailbox.id, name: caller.name, email }
}

const personOfCase = async (db: Queries, enrolmentId: string): Promise<Person | undefined> => {
  const [row] = await db.query<{ name: string; email: string | null; memberId: number; mailboxId: number | null }>(
    'ticket-case',
    `select m.given_name || ' ' || m.surname as name, e.reference_email as email, m.id as "memberId",
       t.mailbox_id as "mailboxId"
     from enrolment e join member m on m.id = e.member_id left join mailbox_term t on t.enrolment_id = e.id
     where e.id = $1`,
    [enrolmentId],
  )
  return row && { ...NOBODY, opener: 'applicant', enrolmentId, ...row }
}

const personOfStaff = async (
  db: Queries,
  { staffId, orderId, memberId }: OpeningBy & { readonly kind: 'order' },
): Promise<Person | undefined> => {
  const [staff] = await db.query<{ name: string; email: string }>(
    'ticket-staff',
    'select name, email from staff where id = $1',
    [staffId],
  )
  if (!staff) return undefined
  const person = { ...NOBODY, opener: 'order', staffId, orderId, ...staff } as const
  if (memberId === undefined) return person
  const [member] = await db.query<{ mailboxId: number | null }>(
    'ticket-member',
    `select (select t.mailbox_id from mailbox_term t where t.member_id = m.id order by t.activated_at desc limit 1)
       as "mailboxId" from member m where m.id = $1 and m.order_id = $2`,
    [memberId, orderId],
  )
  return member && { ...person, memberId, mailboxId: member.mailboxId }
}

/** What is known of who opens a ticket; undefined where what they name is not theirs. */
export const personOf = async (db: Queries, by: OpeningBy): Promise<Person | undefined> => {
  switch (by.kind) {
    case 'account':
      return personOfAccount(db, by.caller)
    case 'applicant':
      return personOfCase(db, by.enrolmentId)
    case 'order':
      return personOfStaff(db, by)
    case 'email':
      return { ...NOBODY, opener: 'email', name: '', email: null }
  }
}

/** What an applicant or who uses a box is shown of what the help desk will know. */
export const helpPerson = async (
  db: Queries,
  by: OpeningBy,
): Promise<{ readonly name: string; readonly email: string | null; readonly caseNumber?: string } | undefined> => {
  const person = await personOf(db, by)
  if (!person || by.kind !== 'applicant') return person
  const [row] = await db.query<{ caseNumber: string }>(
    'ticket-case-number',
    'select case_number as "caseNumber" from enrolment where id = $1',
    [by.enrolmentId],
  )
  return { ...person, ...row }
}

export type TicketRequest = {
  readonly category: TicketCategory
  readonly subject: string
  readonly text: string
  readonly name?: string | undefined
  readonly email?: string | undefined
  readonly context: TicketContext
  /** The e-mail that it came in. */
  readonly mail?: { readonly source: string; readonly fromAddress: string } | undefined
}

const openedLately = async (tx: Tx, office: Office, person: Person): Promise<number> => {
  const [row] = await tx.query<{ opened: number }>(
    'tickets-opened',
    `select count(*) as opened from ticket where created_at > $5 and case
       when $1::bigint is not null then account_id = $1
       when $2::uuid is not null then enrolment_id = $2
       when $3::bigint is not null then staff_id = $3
       else opener = 'email' and lower(email) = lower($4) end`,
    [person.accountId, person.enrolmentId, person.staffId, person.email, timestamp(office.clock.now() - DAY)],
  )
  return row?.opened ?? 0
}

const actorOf = (by: OpeningBy, remoteAddress: string | undefined): Actor => {
  if (by.kind === 'account') return { kind: 'account', accountId: by.caller.accountId, remoteAddress }
  return by.kind === 'order'
    ? { kind: 'staff', staffId: by.staffId, remoteAddress }
    : { kind: 'applicant', remoteAddress }
}

/** One line of what was typed. */
const oneLine = (text: string): string => text.replace(/[\s\0-\x1f\x7f\u2028\u2029]+/g, ' ').trim()

/** The e-mail to which answers go: as it is known, else as it is given. */
const emailOf = (person: Person, given: string | undefined): string | null | undefined => {
  if (person.email !== null || given === undefined || given.trim() === '') return person.email
  return parseAddrSpec(given.trim())?.spec
}

const STOPPED: TicketClock = { answerDueAt: null, solutionDueAt: null, solutionLeftMs: null }

/** Writes a new ticket with its first message, and tells its opener. In the transaction that has counted. */
export const insertOpened = async (tx: Tx, office: Office, person: Person, request: TicketRequest): Promise<string> => {
  const now = office.clock.now()
  const id = randomUUID()
  const number = makeTicketNumber(Number(civilDateOf(now).slice(0, 4)), randomBytes(8))
  const confirmed = person.opener !== 'email'
  const clock = confirmed ? startClock(request.category, now) : STOPPED
  const subject = oneLine(request.subject).slice(0, TICKET_LIMITS.subject) || 'Richiesta di aiuto'
  const ticket = { ...person, id, number, subject, category: request.category, context: request.context }
  insertTicket(tx, { ...ticket, state: confirmed ? 'open' : 'unconfirmed', clock }, now)
  await insertMessage(
    tx,
    id,
    {
      kind: 'opener',
      via: request.mail ? 'email' : 'web',
      body: request.text,
      accountId: person.accountId ?? undefined,
      staffId: person.staffId ?? undefined,
      ...request.mail,
    },
    now,
  )
  await tellOpener(
    tx,
    office,
    { ...ticket, address: null },
    confirmed ? { kind: 'received', answerDueAt: clock.answerDueAt! } : { kind: 'confirm' },
  )
  return id
}

/** Opens a ticket; the browser that gets `sessionToken` holds it. */
export const openTicket = async (
  office: Office,
  by: OpeningBy,
  request: TicketRequest,
  at: { readonly sessionToken?: string | undefined; readonly remoteAddress?: string | undefined },
): Promise<{ readonly ticketId: string } | Refusal> => {
  const known = await personOf(office.db, by)
  if (!known) return { refusal: 'notFound' }
  const email = emailOf(known, request.email)
  if (email === undefined || (by.kind === 'email' && email === null)) return { refusal: 'emailInvalid' }
  const name = oneLine(request.name ?? '').slice(0, 100)
  const person = { ...known, email, name: known.name || name || email || '' }
  return office.db.tx(async (tx) => {
    // one after the other, so that the count holds
    await tx.query('ticket-turn', 'select pg_advisory_xact_lock(hashtextextended($1, 21))', [
      `ticket ${person.accountId} ${person.enrolmentId} ${person.staffId} ${person.email?.toLowerCase()}`,
    ])
    const most = by.kind === 'email' ? TICKET_LIMITS.unconfirmedADay : TICKET_LIMITS.openedADay
    if ((await openedLately(tx, office, person)) >= most) return { refusal: 'ticketTooMany' }
    const ticketId = await insertOpened(tx, office, person, request)
    const now = office.clock.now()
    if (at.sessionToken !== undefined) putTicketKey(tx, { token: at.sessionToken, ticketId, purpose: 'session' }, now)
    writeAudit(tx, [
      {
        at: now,
        actor: actorOf(by, at.remoteAddress),
        orderId: person.orderId ?? undefined,
        action: 'ticket.opened',
        subjectKind: 'ticket',
        subjectId: ticketId,
        details: { category: request.category, by: by.kind },
      },
    ])
    return { ticketId }
  })
}

/** Makes a ticket of somebody who has confirmed the e-mail one for the desk. */
export const confirmTicket = async (tx: Tx, office: Office, one: Ticket): Promise<void> => {
  const state = ticketMachine.next(one.state, 'confirm')
  if (!state) return
  const now = office.clock.now()
  const clock = startClock(one.category, now)
  moveTicket(tx, one, { state, clock }, now)
  await tellOpener(tx, office, one, { kind: 'received', answerDueAt: clock.answerDueAt! })
}

/** Opens a ticket by a link that was received, in the browser that gets `sessionToken`; it confirms the e-mail. */
export const enterTicket = async (
  office: Office,
  token: string,
  sessionToken: string,
): Promise<{ readonly ticketId: string } | Refusal> => {
  const now = office.clock.now()
  const ticketId = await ticketOfLink(office.db, token, now)
  if (ticketId === undefined) return { refusal: 'linkInvalid' }
  return office.db.tx(async (tx) => {
    const one = await lockTicket(tx, ticketId)
    if (!one) return { refusal: 'linkInvalid' }
    await confirmTicket(tx, office, one)
    putTicketKey(tx, { token: sessionToken, ticketId, purpose: 'session' }, now)
    return { ticketId }
  })
}
