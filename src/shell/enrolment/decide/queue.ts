// The operator's queue, oldest first with its clock in working days; and cases by state and search.

import type { Refusal } from '../../../core/api/problems.ts'
import { parseCaseNumber } from '../../../core/enrolment/caseNumber.ts'
import type { EnrolmentState } from '../../../core/enrolment/machine.ts'
import type { YearDay } from '../../../core/lib/calendar.ts'
import { DAY, type Instant, MINUTE } from '../../../core/lib/instant.ts'
import { withoutAccents } from '../../../core/register/letters.ts'
import { timestamp } from '../../db/pool.ts'
import type { Office } from '../../office.ts'
import { type CaseRowView, isLate, rowView, SELECT_ROWS, type StoredRow } from './rows.ts'

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

const pageValues = (cursor: Cursor | undefined): readonly unknown[] =>
  cursor ? [timestamp(cursor.at), cursor.id] : [null, null]

/** What waits for an operator, oldest first. */
const queued = (office: Office, { order, limit }: CaseFilter, cursor: Cursor | undefined) =>
  office.db.query<StoredRow>(
    'queue-list',
    `${SELECT_ROWS}
     where e.state in ('awaitingReview', 'approved') and (e.state = 'awaitingReview' or e.decided_at < $1)
       and ($2::text is null or o.code = $2)
       and ($3::timestamptz is null or (e.submitted_at, e.id) > ($3, $4::uuid))
     order by e.submitted_at, e.id limit $5`,
    [timestamp(office.clock.now() - STUCK_MS), order, ...pageValues(cursor), limit],
  )

const like = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`

/** Cases of any state, newest first: by words of the name, fiscal code, address or case number. */
const searched = (office: Office, { state, order, q = '', limit }: CaseFilter, cursor: Cursor | undefined) => {
  const words = withoutAccents(q).split(/\s+/).filter(Boolean)
  const typed = q.trim()
  return office.db.query<StoredRow>(
    'case-search',
    `${SELECT_ROWS}
     where ($1::text is null or e.state = $1) and ($2::text is null or o.code = $2)
       and (cardinality($3::text[]) = 0 or m.search like all($3::text[]) or e.case_number = $4
         or e.case_number like $5 or e.address_key like $6)
       and ($7::timestamptz is null or (coalesce(e.submitted_at, e.created_at), e.id) < ($7, $8::uuid))
     order by coalesce(e.submitted_at, e.created_at) desc, e.id desc limit $9`,
    [
      state,
      order,
      words.map(like),
      parseCaseNumber(typed) ?? typed,
      like(typed.toUpperCase()),
      like(typed.toLowerCase()),
      ...pageValues(cursor),
      limit,
    ],
  )
}

/** How many cases wait, and how many of them are late. Those sent a calendar day ago for each day allowed may be. */
const counts = async (office: Office, order: string | undefined) => {
  const now = office.clock.now()
  const maybe = timestamp(now - office.reviewDays * DAY)
  const [[row], old] = await Promise.all([
    office.db.query<{ waiting: number }>(
      'queue-waiting',
      `select count(*)::int as waiting from enrolment e join convention c on c.id = e.convention_id
         join professional_order o on o.id = c.order_id
       where e.state = 'awaitingReview' and ($1::text is null or o.code = $1)`,
      [order],
    ),
    office.db.query<{ submitted_at: Instant; local_holidays: readonly YearDay[] }>(
      'queue-old',
      `select e.submitted_at, o.local_holidays from enrolment e join convention c on c.id = e.convention_id
         join professional_order o on o.id = c.order_id
       where e.state = 'awaitingReview' and e.submitted_at < $2 and ($1::text is null or o.code = $1)`,
      [order, maybe],
    ),
  ])
  const late = old.filter(({ submitted_at: submittedAt, local_holidays: holidays }) =>
    isLate({ state: 'awaitingReview', submittedAt }, holidays, office.reviewDays, now),
  )
  return { waiting: row?.waiting ?? 0, late: late.length }
}

/** A page of the queue; of cases by state or search, where one of them is asked for. */
export const listCases = async (office: Office, filter: CaseFilter): Promise<CasePage | Refusal> => {
  const cursor = readCursor(filter.cursor)
  if (cursor === 'wrong') return { refusal: 'badRequest' }
  const { state, q } = filter
  const isQueue = (state === undefined || state === 'awaitingReview') && (q ?? '').trim() === ''
  // One more than asked tells whether there is another page.
  const more = { ...filter, limit: filter.limit + 1 }
  const [rows, sums] = await Promise.all([
    isQueue ? queued(office, more, cursor) : searched(office, more, cursor),
    counts(office, filter.order),
  ])
  const now = office.clock.now()
  const shown = rows.slice(0, filter.limit)
  const last = shown.at(-1)
  return {
    items: shown.map((row) => rowView(row, office.reviewDays, now)),
    ...(rows.length > filter.limit && last ? { next: printCursor(last) } : {}),
    ...sums,
  }
}
