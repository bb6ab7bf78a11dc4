// Boxes under conventions in the database: their terms, events and notices.
import type { ConventionTerms, OrderProfile } from '../../core/convention/convention.ts'
import { payerOf } from '../../core/convention/convention.ts'
import { civilDateOf } from '../../core/lib/calendar.ts'
import type { Instant } from '../../core/lib/instant.ts'
import { type ClosingFacts, earliestClosing } from '../../core/mailbox/closing.ts'
import type { TermEvent, TermState } from '../../core/mailbox/term.ts'
import { mailboxStateFor, type TermFacts, type TermNotice } from '../../core/mailbox/termSchedule.ts'
import { isOnRegister, type MemberStatus } from '../../core/register/member.ts'
import { type Queries, type Tx, timestamp } from '../db/pool.ts'
import { holdMemberOf } from '../register/store.ts'

export type TermRow = {
  readonly mailboxId: number
  readonly address: string
  readonly enrolmentId: string
  readonly conventionId: number
  readonly conventionEndsOn: string
  readonly memberId: number
  readonly memberStatus: MemberStatus
  readonly surname: string
  readonly givenName: string
  readonly orderId: number
  readonly orderCode: string
  readonly orderName: string
  readonly profile: OrderProfile
  readonly referenceEmail: string
  readonly terms: ConventionTerms
  readonly state: TermState
  readonly version: number
  readonly term: number
  readonly activatedAt: Instant
  readonly expiresAt: Instant
  readonly graceUntil: Instant | null
  /** Planned by Order or provider. */
  readonly closeAt: Instant | null
  /** Planned by the holder. */
  readonly holderCloseAt: Instant | null
  readonly purgeAfter: Instant | null
  readonly orderLeft: boolean
  readonly usedBytes: number
  readonly quotaBytes: number
  readonly unreadSince: Instant | null
  readonly told: readonly string[]
}

const SELECT = `select t.mailbox_id as "mailboxId", b.address, t.enrolment_id as "enrolmentId",
    t.convention_id as "conventionId", c.ends_on as "conventionEndsOn", t.member_id as "memberId",
    m.status as "memberStatus", m.surname, m.given_name as "givenName", o.id as "orderId", o.code as "orderCode",
    o.name as "orderName", o.profile, t.reference_email as "referenceEmail", t.terms, t.state, t.version, t.term,
    t.activated_at as "activatedAt", t.expires_at as "expiresAt", t.grace_until as "graceUntil",
    t.close_at as "closeAt", t.holder_close_at as "holderCloseAt", t.purge_after as "purgeAfter", t.order_left as "orderLeft",
    b.used_bytes as "usedBytes", b.quota_bytes as "quotaBytes", t.unread_since as "unreadSince",
    array(select kind from mailbox_term_notice n where n.mailbox_id = t.mailbox_id) as told
  from mailbox_term t join mailbox b on b.id = t.mailbox_id join convention c on c.id = t.convention_id
    join member m on m.id = t.member_id join professional_order o on o.id = m.order_id`

/** A box with its term; its row and the holder's are held until the end of the transaction. */
export const lockTerm = async (tx: Tx, mailboxId: number): Promise<TermRow | undefined> => {
  holdMemberOf(tx, 'mailbox_term', mailboxId)
  const [row] = await tx.query<TermRow>('term-lock', `${SELECT} where t.mailbox_id = $1 for update of t`, [mailboxId])
  return row
}

/** The living box of a member under the conventions of an Order. */
export const livingBoxOf = async (db: Queries, memberId: number): Promise<number | undefined> => {
  const [row] = await db.query<{ mailbox_id: number }>(
    'term-living',
    `select mailbox_id from mailbox_term where member_id = $1 and state in ('active', 'suspended', 'expired')
     order by activated_at desc limit 1`,
    [memberId],
  )
  return row?.mailbox_id
}

/** The box with this address. */
export const findTermByAddress = async (db: Queries, key: string): Promise<TermRow | undefined> => {
  const [row] = await db.query<TermRow>('term-by-address', `${SELECT} where b.address_key = $1`, [key])
  return row
}

// Each table is looked through by itself: a condition over three of them would have all of them joined first.
const SEARCH = `with found as materialized (
    select id from mailbox where address_key like $1
    union select mailbox_id from mailbox_term where fiscal_key = $2
    union select t.mailbox_id from (select id from member where search like $1 offset 0) m
      join mailbox_term t on t.member_id = m.id),
  first as materialized (
    select b.id from found join mailbox_term t on t.mailbox_id = found.id join mailbox b on b.id = found.id
    order by b.address_key limit $3)
  ${SELECT} where t.mailbox_id in (select id from first) order by b.address_key`

/** Boxes whose address, holder's name or fiscal code begins with or holds a text. */
export const searchTerms = (db: Queries, text: string, fiscalKey: string, limit: number): Promise<readonly TermRow[]> =>
  db.query<TermRow>('term-search', SEARCH, [`%${text.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`, fiscalKey, limit])

/** A notice is of a term: the next one is told again. */
export const noticeKey = (term: number, notice: TermNotice): string => `${term}:${notice}`

/** Who pays the next term: the Order only while it has the member and its convention runs. */
const nextPayer = (row: TermRow): TermFacts['nextPayer'] => {
  // Its holder has given it up: nobody renews it.
  if (row.holderCloseAt !== null) return 'nobody'
  const payer = payerOf(row.terms.payer, row.term + 1)
  const orderStays =
    !row.orderLeft && isOnRegister(row.memberStatus) && civilDateOf(row.expiresAt) <= row.conventionEndsOn
  if (payer === 'order') return orderStays ? 'order' : 'member'
  return row.memberStatus === 'deceased' ? 'nobody' : 'member'
}

/** What the schedule needs to know of a box. */
export const factsOf = (row: TermRow): TermFacts => ({
  state: row.state,
  term: row.term,
  expiresAt: row.expiresAt,
  graceUntil: row.graceUntil ?? undefined,
  closeAt: earliestClosing(row.closeAt, row.holderCloseAt),
  purgeAfter: row.purgeAfter ?? undefined,
  graceDays: row.terms.graceDays,
  takeOutDays: row.terms.takeOutDays,
  nextPayer: nextPayer(row),
  told: new Set(
    row.told
      .filter((kind) => kind.startsWith(`${row.term}:`))
      .map((kind) => kind.slice(kind.indexOf(':') + 1) as TermNotice),
  ),
})

/** What the closing by the holder needs to know. */
export const closingFacts = (row: TermRow): ClosingFacts => ({
  state: row.state,
  expiresAt: row.expiresAt,
  graceUntil: row.graceUntil ?? undefined,
  takeOutDays: row.terms.takeOutDays,
})

/** Boxes for which something may be due, by id, from one id on. */
export const dueTerms = async (db: Queries, now: Instant, noticeBy: Instant, after: number, limit: number) =>
  db.query<{ mailbox_id: number }>(
    'terms-due',
    `select mailbox_id from mailbox_term
     where mailbox_id > $3 and (
       (state in ('active', 'suspended') and expires_at <= $2)
       or (state = 'expired' and grace_until < $1)
       or (state in ('active', 'suspended', 'expired') and (close_at < $1 or holder_close_at < $1))
       or (state = 'closed' and purge_after is not null))
     order by mailbox_id limit $4`,
    [timestamp(now), timestamp(noticeBy), after, limit],
  )

export type TermChange = {
  readonly state?: TermState
  readonly term?: number
  readonly expiresAt?: Instant
  readonly graceUntil?: Instant | null
  readonly closeAt?: Instant | null
  readonly holderCloseAt?: Instant | null
  readonly purgeAfter?: Instant
  readonly orderLeft?: boolean
  readonly closingReason?: string
}

const time = (at: Instant | null | undefined): string | null => (at === undefined || at === null ? null : timestamp(at))

/** Changes a term under its lock, and the mailbox with it. */
export const changeTerm = (tx: Tx, row: TermRow, change: TermChange): TermRow => {
  const next: TermRow = { ...row, ...change, purgeAfter: change.purgeAfter ?? row.purgeAfter, version: row.version + 1 }
  tx.send(
    'term-change',
    `update mailbox_term set state = $2, term = $3, expires_at = $4, grace_until = $5, close_at = $6, purge_after = $7,
       order_left = $8, closing_reason = coalesce($9, closing_reason), holder_close_at = $10, version = version + 1 where mailbox_id = $1`,
    [
      row.mailboxId,
      next.state,
      next.term,
      timestamp(next.expiresAt),
      time(next.graceUntil),
      time(next.closeAt),
      time(next.purgeAfter),
      next.orderLeft,
      change.closingReason,
      time(next.holderCloseAt),
    ],
  )
  if (next.state !== row.state) {
    tx.send('term-mailbox-state', 'update mailbox set state = $2 where id = $1', [
      row.mailboxId,
      mailboxStateFor(next.state, row.terms.receivesWhenExpired),
    ])
  }
  return next
}

export type TermActor = { readonly actor: 'staff' | 'system' | 'applicant'; readonly staffId?: number | undefined }

/** Writes what happened to a box; the caller holds its row. */
export const writeTermEvent = (
  tx: Tx,
  mailboxId: number,
  event: TermEvent | 'planClose' | 'planOff' | 'orderLeft' | 'renewalOrdered',
  by: TermActor,
  at: Instant,
  more: { readonly reason?: string | undefined; readonly details?: Readonly<Record<string, unknown>> } = {},
): void => {
  tx.send(
    'term-event',
    `insert into mailbox_term_event (mailbox_id, seq, at, event, actor, staff_id, reason, details)
     select $1, coalesce(max(seq), 0) + 1, $2, $3, $4, $5, $6, $7 from mailbox_term_event where mailbox_id = $1`,
    [mailboxId, timestamp(at), event, by.actor, by.staffId, more.reason, JSON.stringify(more.details ?? {})],
  )
}

/** Marks a notice of a term as written; false where it was before. */
export const markTold = async (tx: Tx, row: TermRow, notice: TermNotice, at: Instant): Promise<boolean> => {
  const rows = await tx.query(
    'term-told',
    `insert into mailbox_term_notice (mailbox_id, kind, at) values ($1, $2, $3)
     on conflict (mailbox_id, kind) do nothing returning 1`,
    [row.mailboxId, noticeKey(row.term, notice), timestamp(at)],
  )
  return rows.length > 0
}

export type StoredTermEvent = {
  readonly at: Instant
  readonly event: string
  readonly actor: 'applicant' | 'staff' | 'system'
  readonly staff: string | null
  readonly reason: string | null
}

/** What happened to boxes, oldest first. */
export const termEvents = (
  db: Queries,
  mailboxIds: readonly number[],
): Promise<readonly (StoredTermEvent & { readonly mailboxId: number })[]> =>
  db.query(
    'term-events',
    `select e.mailbox_id as "mailboxId", e.at, e.event, e.actor, s.name as staff, e.reason from mailbox_term_event e
     left join staff s on s.id = e.staff_id where e.mailbox_id = any($1::bigint[]) order by e.mailbox_id, e.seq`,
    [mailboxIds],
  )
