// Lists of members for consoles: filters, exceptions, pages that go on from a row; the SQL of it.
import type { Instant } from '../../core/lib/instant.ts'
import type { MemberStatus, Section } from '../../core/register/member.ts'
import { EXPIRING_WITHIN, MEMBER_EXCEPTIONS, type MemberException, UNREAD_FOR } from '../../core/register/standing.ts'
import { type Queries, timestamp } from '../db/pool.ts'
import { ORDER_SEES_UNREAD } from './unread.ts'

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
  readonly sees_unread: boolean | null
  readonly invited_at: Instant | null
}

const ON_REGISTER = `m.status in ('active', 'suspended')`
const UNDER_WAY = `('draft', 'awaitingReview', 'awaitingDocument', 'approved')`
const LIVING = `m.box_state in ('active', 'suspended')`

/** Puts an instant among a statement's values; gives what stands for it. */
type Mark = (at: Instant) => string

/**
 * What makes each exception at an instant, as `exceptionsOf` says it, by the columns that triggers keep
 * (0025_standing.sql): all that an Order's lists read is a range of an index that holds them.
 */
const EXCEPTION: Readonly<Record<MemberException, (now: Instant, mark: Mark) => string>> = {
  noDomicile: () => `${ON_REGISTER} and not m.domicile_confirmed and not m.domicile_awaiting and not m.case_open`,
  awaitingDomicile: () => `${ON_REGISTER} and m.domicile_awaiting`,
  enrolling: () => `${ON_REGISTER} and m.case_open`,
  expiring: (now, mark) => `${LIVING} and m.box_expires_at <= ${mark(now + EXPIRING_WITHIN)}`,
  expired: () => `m.box_state = 'expired'`,
  full: () => 'm.box_id in (select mailbox_id from mailbox_full)',
  unread: (now, mark) => `${LIVING} and m.box_unread_since <= ${mark(now - UNREAD_FOR)}`,
  suspended: () => `m.status = 'suspended' or m.box_state = 'suspended'`,
}

const escapeLike = (word: string): string => word.replace(/[\\%_]/g, '\\$&')

/** Conditions with their values; the name tells one text from another. */
type Selection = { readonly name: string; readonly where: string; readonly values: unknown[] }

/**
 * Members of an Order, as a filter wants them. Only what is asked for is written: plans do not know the values, so a
 * condition that may be off would cost what it costs when it is on.
 */
const selectionOf = (orderId: number, filter: MemberFilter, now: Instant): Selection => {
  const { exception, status, section, words = [] } = filter
  const values: unknown[] = [orderId]
  const value = (one: unknown, type: string): string => `$${values.push(one)}::${type}`
  const mark: Mark = (at) => value(timestamp(at), 'timestamptz')
  const conditions = ['m.order_id = $1']
  if (status !== undefined) conditions.push(`m.status = ${value(status, 'text')}`)
  if (section !== undefined) conditions.push(`m.section = ${value(section, 'text')}`)
  for (const word of words) conditions.push(`(' ' || m.search) like ${value(`% ${escapeLike(word)}%`, 'text')}`)
  const wanted = exception === 'any' ? MEMBER_EXCEPTIONS : exception === undefined ? [] : [exception]
  const any = wanted.map((one) => `(${EXCEPTION[one](now, mark)})`)
  if (any.length > 0) conditions.push(`(${any.join(' or ')})`)
  const name = `${exception ?? 'all'}${status ? '-status' : ''}${section ? '-section' : ''}-${words.length}`
  return { name, where: conditions.join(' and '), values }
}

/** How a list is sorted: `search` begins with the folded name; numbers that are digits sort as numbers do. */
const SORT: Readonly<Record<MemberSort, string>> = {
  name: 'm.search collate "C"',
  number: 'm.number_key collate "C"',
}

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
      t.unread_since, ${ORDER_SEES_UNREAD} as sees_unread
    from mailbox_term t join mailbox b on b.id = t.mailbox_id join convention c on c.id = t.convention_id
    where t.member_id = p.id and t.state in ('active', 'suspended', 'expired')
    order by t.activated_at desc, t.mailbox_id desc limit 1) t on true
  left join lateral (select max(i.sent_at) as at from member_invitation i where i.member_id = p.id) i on true`

const SHOWN = `p.id, p.fiscal_code, p.surname, p.given_name, p.number, p.section, p.status, p.contact_email, p.born_on,
  k.sort_key, coalesce(ds.confirmed, false) as confirmed, coalesce(ds.awaiting, false) as awaiting,
  d.address as domicile_address, d.state as domicile_state, d.origin as domicile_origin,
  e.case_number, e.state as case_state, e.since as case_since, t.address as box_address, t.state as box_state,
  t.activated_at, t.expires_at, t.grace_until, t.used_bytes, t.quota_bytes, t.unread_since,
  t.sees_unread, i.at as invited_at`

/** Where a page goes on: the row that the one before ended with. */
export type Place = { readonly key: string; readonly id: number }

/** A page of members, sorted, from behind a place on: found in an index, looked up when it is known who they are. */
export const listMembers = (
  db: Queries,
  orderId: number,
  filter: MemberFilter,
  page: { readonly sort: MemberSort; readonly after: Place | undefined; readonly limit: number },
  now: Instant,
): Promise<readonly ListedMember[]> => {
  const key = SORT[page.sort]
  const { name, where, values } = selectionOf(orderId, filter, now)
  const n = values.push(page.after?.key ?? '', page.after?.id ?? 0, page.limit)
  const text = `with k as materialized (
      select m.id, ${key} as sort_key from member m
      where ${where} and (${key}, m.id) > ($${n - 2}::text collate "C", $${n - 1}::bigint)
      order by ${key}, m.id limit $${n})
    select ${SHOWN} from k join member p on p.id = k.id ${BESIDE} order by k.sort_key collate "C", k.id`
  return db.query<ListedMember>(`member-list-${page.sort}-${name}`, text, values)
}

/** One member as lists show them. */
export const listedMember = async (db: Queries, orderId: number, id: number): Promise<ListedMember | undefined> => {
  const text = `with k as materialized (select m.id, '' as sort_key from member m where m.order_id = $1 and m.id = $2)
    select ${SHOWN} from k join member p on p.id = k.id ${BESIDE}`
  return (await db.query<ListedMember>('member-listed', text, [orderId, id]))[0]
}

/** How many members a selection has. */
export const countMembers = async (
  db: Queries,
  orderId: number,
  filter: MemberFilter,
  now: Instant,
): Promise<number> => {
  const { name, where, values } = selectionOf(orderId, filter, now)
  const text = `select count(*) as n from member m where ${where}`
  return (await db.query<{ n: number }>(`member-count-${name}`, text, values))[0]!.n
}

export type OrderFigures = {
  /** On the register. */
  readonly members: number
  readonly boxes: number
  readonly exceptions: Readonly<Record<MemberException, number>>
}

/** The figures of an Order, all in one look at its members. */
export const orderFigures = async (db: Queries, orderId: number, now: Instant): Promise<OrderFigures> => {
  const values: unknown[] = [orderId]
  const mark: Mark = (at) => `$${values.push(timestamp(at))}::timestamptz`
  const counts = MEMBER_EXCEPTIONS.map((one) => `count(*) filter (where ${EXCEPTION[one](now, mark)}) as "${one}"`)
  const text = `select count(*) filter (where ${ON_REGISTER}) as members, count(m.box_id) as boxes, ${counts.join(', ')}
    from member m where m.order_id = $1`
  const [row] = await db.query<Record<MemberException | 'members' | 'boxes', number>>('order-figures', text, values)
  const { members, boxes, ...exceptions } = row!
  return { members, boxes, exceptions }
}
