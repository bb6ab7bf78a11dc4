// Lists of members for consoles: filters, exceptions, pages that go on from a row; the SQL of it.
import type { Instant } from '../../core/lib/instant.ts'
import type { MemberStatus, Section } from '../../core/register/member.ts'
import { EXPIRING_WITHIN, FULL_FROM, type MemberException, UNREAD_FOR } from '../../core/register/standing.ts'
import { type Queries, timestamp } from '../db/pool.ts'

export type MemberSort = 'name' | 'number'

export type MemberFilter = {
  readonly exception?: MemberException | 'any' | undefined
  readonly status?: MemberStatus | undefined
  readonly section?: Section | undefined
  /** Words, each of which a word of the member must begin with: folded. */
  readonly words?: readonly string[] | undefined
}

export type ListedMember = {
  readonly id: number
  readonly fiscal_code: string
  readonly surname: string
  readonly given_name: string
  readonly number: string
  readonly section: Section
  readonly status: MemberStatus
  readonly contact_email: string | null
  readonly born_on: string | null
  readonly sort_key: string
  readonly confirmed: boolean
  readonly awaiting: boolean
  readonly domicile_address: string | null
  readonly domicile_state: 'confirmed' | 'awaiting' | 'failed' | null
  readonly domicile_origin: 'convention' | 'member' | 'secretariat' | null
  readonly case_number: string | null
  readonly case_state: 'draft' | 'awaitingReview' | 'awaitingDocument' | 'approved' | null
  readonly case_since: Instant | null
  readonly box_address: string | null
  readonly box_state: 'active' | 'suspended' | 'expired' | null
  readonly activated_at: Instant | null
  readonly expires_at: Instant | null
  readonly grace_until: Instant | null
  readonly used_bytes: number | null
  readonly quota_bytes: number | null
  readonly unread_since: Instant | null
  readonly invited_at: Instant | null
}

const ON_REGISTER = `m.status in ('active', 'suspended')`
const UNDER_WAY = `('draft', 'awaitingReview', 'awaitingDocument', 'approved')`

const hasDomicile = (states: string): string =>
  `m.id in (select d.member_id from domicile d where d.state in (${states}))`
const CASE = `m.id in (select e.member_id from enrolment e where e.state in ${UNDER_WAY})`
const hasBox = (condition: string): string => `m.id in (select t.member_id from mailbox_term t where ${condition})`

/**
 * What makes each exception, as `exceptionsOf` says it. $6 is the instant by which a box is expiring, $7 the one since
 * which unread mail has waited too long. Sets of ids rather than look-ups row by row: they are few where they are looked
 * for, and hashed once where they are many.
 */
const EXCEPTION: Readonly<Record<MemberException, string>> = {
  noDomicile: `${ON_REGISTER} and not ${hasDomicile(`'confirmed', 'awaiting'`)} and not ${CASE}`,
  awaitingDomicile: `${ON_REGISTER} and ${hasDomicile(`'awaiting'`)}`,
  enrolling: `${ON_REGISTER} and ${CASE}`,
  expiring: hasBox(`t.state in ('active', 'suspended') and t.expires_at <= $6::timestamptz`),
  expired: hasBox(`t.state = 'expired'`),
  full: `m.id in (select t.member_id from mailbox_term t join mailbox b on b.id = t.mailbox_id
    where t.state in ('active', 'suspended', 'expired') and b.used_bytes * 100 >= b.quota_bytes * ${FULL_FROM})`,
  unread: hasBox(`t.state in ('active', 'suspended') and t.unread_since <= $7::timestamptz`),
  suspended: `(m.status = 'suspended' or ${hasBox(`t.state = 'suspended'`)})`,
}

const conditionOf = (exception: MemberFilter['exception']): string => {
  // The instants are named even where they are not asked for: a statement's parameters need a type.
  const typed = '($6::timestamptz is not null and $7::timestamptz is not null)'
  if (exception === undefined) return typed
  const wanted =
    exception === 'any'
      ? Object.values(EXCEPTION)
          .map((one) => `(${one})`)
          .join(' or ')
      : EXCEPTION[exception]
  return `${typed} and (${wanted})`
}

const FILTER = `m.order_id = $1 and ($2::text is null or m.status = $2) and ($3::text is null or m.section = $3)
  and ($4::text[] is null or (' ' || m.search) like all ($4))`

/** How a list is sorted: `search` begins with the folded name; numbers that are digits sort as numbers do. */
const SORT: Readonly<Record<MemberSort, string>> = {
  name: 'm.search collate "C"',
  number: `lpad(m.number, 12, '0') collate "C"`,
}

const escapeLike = (word: string): string => word.replace(/[\\%_]/g, '\\$&')

const valuesOf = (orderId: number, filter: MemberFilter, limit: number | null, now: Instant): unknown[] => [
  orderId,
  filter.status,
  filter.section,
  filter.words && filter.words.length > 0 ? filter.words.map((word) => `% ${escapeLike(word)}%`) : undefined,
  limit,
  timestamp(now + EXPIRING_WITHIN),
  timestamp(now - UNREAD_FOR),
]

/** What is shown beside a member: looked up for the rows of the page alone. */
const BESIDE = `
  left join lateral (select bool_or(d.state = 'confirmed') as confirmed, bool_or(d.state = 'awaiting') as awaiting
    from domicile d where d.member_id = p.id) ds on true
  left join lateral (select d.address, d.state, d.origin from domicile d
    where d.member_id = p.id and d.state <> 'ceased'
    order by case d.state when 'confirmed' then 0 when 'awaiting' then 1 else 2 end, d.id desc limit 1) d on true
  left join lateral (select e.case_number, e.state, coalesce(e.submitted_at, e.created_at) as since from enrolment e
    where e.member_id = p.id and e.state in ${UNDER_WAY} order by e.created_at desc limit 1) e on true
  left join lateral (select b.address, t.state, t.activated_at, t.expires_at, t.grace_until, b.used_bytes, b.quota_bytes,
      t.unread_since from mailbox_term t join mailbox b on b.id = t.mailbox_id
    where t.member_id = p.id and t.state in ('active', 'suspended', 'expired')
    order by t.activated_at desc limit 1) t on true
  left join lateral (select max(i.sent_at) as at from member_invitation i where i.member_id = p.id) i on true`

const SHOWN = `p.id, p.fiscal_code, p.surname, p.given_name, p.number, p.section, p.status, p.contact_email, p.born_on,
  p.sort_key, coalesce(ds.confirmed, false) as confirmed, coalesce(ds.awaiting, false) as awaiting,
  d.address as domicile_address, d.state as domicile_state, d.origin as domicile_origin,
  e.case_number, e.state as case_state, e.since as case_since, t.address as box_address, t.state as box_state,
  t.activated_at, t.expires_at, t.grace_until, t.used_bytes, t.quota_bytes, t.unread_since, i.at as invited_at`

/** Where a page goes on: the row that the one before ended with. */
export type Place = { readonly key: string; readonly id: number }

/** A page of members, sorted, from behind a place on. */
export const listMembers = (
  db: Queries,
  orderId: number,
  filter: MemberFilter,
  page: { readonly sort: MemberSort; readonly after: Place | undefined; readonly limit: number },
  now: Instant,
): Promise<readonly ListedMember[]> => {
  const key = SORT[page.sort]
  const text = `with p as materialized (
      select m.*, ${key} as sort_key from member m
      where ${FILTER} and (${key}, m.id) > ($8::text collate "C", $9::bigint) and ${conditionOf(filter.exception)}
      order by ${key}, m.id limit $5)
    select ${SHOWN} from p ${BESIDE} order by p.sort_key, p.id`
  return db.query<ListedMember>(`member-list-${page.sort}-${filter.exception ?? 'all'}`, text, [
    ...valuesOf(orderId, filter, page.limit, now),
    page.after?.key ?? '',
    page.after?.id ?? 0,
  ])
}

/** One member as lists show them. */
export const listedMember = async (db: Queries, orderId: number, id: number): Promise<ListedMember | undefined> => {
  const text = `with p as materialized (
      select m.*, '' as sort_key from member m where m.order_id = $1 and m.id = $2)
    select ${SHOWN} from p ${BESIDE}`
  return (await db.query<ListedMember>('member-listed', text, [orderId, id]))[0]
}

/** How many members a selection has. */
export const countMembers = async (
  db: Queries,
  orderId: number,
  filter: MemberFilter,
  now: Instant,
): Promise<number> => {
  const text = `select count(*) as n from member m where ${FILTER} and $5::int is null and ${conditionOf(filter.exception)}`
  const [row] = await db.query<{ n: number }>(
    `member-count-${filter.exception ?? 'all'}`,
    text,
    valuesOf(orderId, filter, null, now),
  )
  return row!.n
}

export type OrderFigures = {
  /** On the register. */
  readonly members: number
  readonly boxes: number
  readonly exceptions: Readonly<Record<MemberException, number>>
}

/** The figures of an Order, all in one look at its members. */
export const orderFigures = async (db: Queries, orderId: number, now: Instant): Promise<OrderFigures> => {
  const counts = Object.entries(EXCEPTION)
    .map(([name, condition]) => `count(*) filter (where ${condition}) as "${name}"`)
    .join(',\n')
  const text = `select count(*) filter (where ${ON_REGISTER}) as members,
      count(*) filter (where ${hasBox(`t.state in ('active', 'suspended', 'expired')`)}) as boxes, ${counts}
    from member m where ${FILTER} and $5::int is null`
  const [row] = await db.query<Record<MemberException | 'members' | 'boxes', number>>(
    'order-figures',
    text,
    valuesOf(orderId, {}, null, now),
  )
  const { members, boxes, ...exceptions } = row!
  return { members, boxes, exceptions }
}
