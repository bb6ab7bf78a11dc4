// The operator's queue, oldest first with its clock in working days; and cases by state and search.

import type { Refusal } from '../../../core/api/problems.ts'
import { parseCaseNumber } from '../../../core/enrolment/caseNumber.ts'
import type { EnrolmentState } from '../../../core/enrolment/machine.ts'
import { addDays, civilDateOf, instantOf, workingDaysBetween, type YearDay } from '../../../core/lib/calendar.ts'
import { type Instant, MINUTE } from '../../../core/lib/instant.ts'
import { withoutAccents } from '../../../core/register/letters.ts'
import { timestamp } from '../../db/pool.ts'
import type { Office } from '../../office.ts'
import { type CaseRowView, isLate, rowView, type StoredRow, selectRows } from './rows.ts'

export type CaseFilter = {
  readonly state?: EnrolmentState | undefined
  readonly order?: string | undefined
  readonly q?: string | undefined
  readonly cursor?: string | undefined
  readonly limit: number
}

export type CasePage = {
  readonly items: CaseRowView[]
  readonly next?: string
  /** Cases that wait for a decision, and those of them that have waited too long. */
  readonly waiting: number
  readonly late: number
}

/** A box takes a moment to be made: an approved case that is older wants somebody to look. */
const STUCK_MS = 10 * MINUTE

type Cursor = { readonly at: Instant; readonly id: string }

const printCursor = (row: StoredRow): string => `${row.sort_at}_${row.id}`

const readCursor = (text: string | undefined): Cursor | undefined | 'wrong' => {
  if (text === undefined) return undefined
  const found = /^(\d{1,15})_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(text)
  return found ? { at: Number(found[1]), id: found[2]! } : 'wrong'
}

type Page = Omit<CaseFilter, 'order' | 'cursor'> & {
  readonly cursor: Cursor | undefined
  /** Those of the Order that is asked for. */
  readonly conventions: readonly number[] | undefined
}

/** A page of enrolments, found before anything is joined to them: `newest` says in which order. */
const pageOf = (where: string, newest: boolean): string => {
  const order = newest
    ? 'coalesce(e.submitted_at, e.created_at) desc, e.id desc'
    : 'coalesce(e.submitted_at, e.created_at), e.id'
  const after = newest ? '<' : '>'
  return `${selectRows(`(
     select * from enrolment e
     where ${where} and ($1::bigint[] is null or e.convention_id = any($1))
       and ($2::timestamptz is null or (coalesce(e.submitted_at, e.created_at), e.id) ${after} ($2, $3::uuid))
     order by ${order} limit $4)`)}
   order by ${order}`
}

const pageValues = ({ conventions, cursor, limit }: Page): readonly unknown[] => [
  conventions,
  cursor && timestamp(cursor.at),
  cursor?.id,
  limit,
]

/** What waits for an operator, oldest first. */
const QUEUED = pageOf(
  `e.state in ('awaitingReview', 'approved') and (e.state = 'awaitingReview' or e.decided_at < $5)`,
  false,
)
const queued = ({ db, clock }: Office, page: Page) =>
  db.query<StoredRow>('queue-list', QUEUED, [...pageValues(page), timestamp(clock.now() - STUCK_MS)])

/** Cases of a state, newest first. */
const OF_STATE = pageOf('e.state = $5', true)
const ofState = ({ db }: Office, page: Page) =>
  db.query<StoredRow>('case-of-state', OF_STATE, [...pageValues(page), page.state])

/** A text that LIKE takes as it is. */
const literal = (text: string): string => text.replace(/[\\%_]/g, '\\$&')

const SEARCHED = `with found as materialized (
    select e.id from (select id from member where search like all($5::text[])) m join enrolment e on e.member_id = m.id
    union select id from enrolment where case_number = $6 or case_number like $7 or address_key like $8)
  ${pageOf('e.id in (select id from found) and ($9::text is null or e.state = $9)', true)}`

/** Cases newest first by words of the name and the fiscal code, or by the beginning of address or case number. */
const searched = ({ db }: Office, page: Page) => {
  const typed = (page.q ?? '').trim()
  const words = withoutAccents(typed).split(/\s+/).filter(Boolean)
  return db.query<StoredRow>('case-search', SEARCHED, [
    ...pageValues(page),
    words.map((word) => `%${literal(word)}%`),
    parseCaseNumber(typed) ?? typed,
    `${literal(typed.toUpperCase())}%`,
    `${literal(typed.toLowerCase())}%`,
    page.state,
  ])
}

type Calendar = { readonly id: number; readonly local_holidays: readonly YearDay[] }
type Bounds = { readonly certain: Instant; readonly maybe: Instant }

/** Conventions, of one Order where asked, with the holidays by which their cases age. */
const calendarsOf = ({ db }: Office, order: string | undefined) =>
  db.query<Calendar>(
    'queue-calendars',
    `select c.id, o.local_holidays from convention c join professional_order o on o.id = c.order_id
     where $1::text is null or o.code = $1`,
    [order],
  )

/** So many days hold the working days of the review, whatever the holidays. */
const furthest = (reviewDays: number): number => 3 * reviewDays + 30

/** What was sent before `certain` is late by the Order's calendar, what was sent from `maybe` on is not. */
const boundsOf = (holidays: readonly YearDay[], reviewDays: number, now: Instant): Bounds => {
  const today = civilDateOf(now)
  const passed = (back: number): number => workingDaysBetween(instantOf(addDays(today, -back)), now, holidays)
  const most = furthest(reviewDays)
  let back = 0
  while (back < most && passed(back) < reviewDays) back++
  const maybe = instantOf(addDays(today, 1 - back))
  while (back < most && passed(back) <= reviewDays) back++
  return { certain: instantOf(addDays(today, 1 - back)), maybe }
}

const WAITING = `from (select convention_id, submitted_at from enrolment where state = 'awaitingReview' offset 0) e
  join unnest($1::bigint[], $2::timestamptz[], $3::timestamptz[]) as t (convention_id, certain, maybe)
    on t.convention_id = e.convention_id`

/** How many cases wait, and how many of them are late: only those sent on the days between are looked at one by one. */
const counts = async ({ db, clock, reviewDays }: Office, calendars: readonly Calendar[]) => {
  const now = clock.now()
  const known = new Map<string, Bounds>()
  const bounds = calendars.map(({ local_holidays: holidays }) => {
    const key = holidays.join(' ')
    const found = known.get(key) ?? boundsOf(holidays, reviewDays, now)
    known.set(key, found)
    return found
  })
  const values = [
    calendars.map(({ id }) => id),
    bounds.map(({ certain }) => timestamp(certain)),
    bounds.map(({ maybe }) => timestamp(maybe)),
  ]
  const [[sums], doubtful] = await Promise.all([
    db.query<{ waiting: number; late: number }>(
      'queue-counts',
      `select count(*)::int as waiting, (count(*) filter (where e.submitted_at < t.certain))::int as late ${WAITING}`,
      values,
    ),
    db.query<{ convention_id: number; submitted_at: Instant }>(
      'queue-doubtful',
      `select e.convention_id, e.submitted_at ${WAITING} where e.submitted_at >= t.certain and e.submitted_at < t.maybe`,
      values,
    ),
  ])
  const holidays = new Map(calendars.map(({ id, local_holidays }) => [id, local_holidays]))
  const late = doubtful.filter(({ convention_id, submitted_at: submittedAt }) =>
    isLate({ state: 'awaitingReview', submittedAt }, holidays.get(convention_id) ?? [], reviewDays, now),
  )
  return { waiting: sums?.waiting ?? 0, late: (sums?.late ?? 0) + late.length }
}

/** A page of the queue; of cases by state or search, where one of them is asked for. */
export const listCases = async (office: Office, filter: CaseFilter): Promise<CasePage | Refusal> => {
  const cursor = readCursor(filter.cursor)
  if (cursor === 'wrong') return { refusal: 'badRequest' }
  const { state } = filter
  const isSearch = (filter.q ?? '').trim() !== ''
  const read = isSearch ? searched : state === undefined || state === 'awaitingReview' ? queued : ofState
  const calendars = await calendarsOf(office, filter.order)
  const conventions = filter.order === undefined ? undefined : calendars.map(({ id }) => id)
  // One more than asked tells whether there is another page.
  const page: Page = { ...filter, cursor, conventions, limit: filter.limit + 1 }
  const [rows, sums] = await Promise.all([read(office, page), counts(office, calendars)])
  const now = office.clock.now()
  const shown = rows.slice(0, filter.limit)
  const last = shown.at(-1)
  return {
    items: shown.map((row) => rowView(row, office.reviewDays, now)),
    ...(rows.length > filter.limit && last ? { next: printCursor(last) } : {}),
    ...sums,
  }
}
