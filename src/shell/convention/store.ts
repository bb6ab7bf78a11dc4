// Conventions and their Orders in the database, as enrolments read them.
import {
  type Convention,
  type ConventionTerms,
  conventionStanding,
  normalConventionCode,
  type OrderProfile,
} from '../../core/convention/convention.ts'
import { SEATED } from '../../core/enrolment/tracker.ts'
import type { YearDay } from '../../core/lib/calendar.ts'
import type { Queries, Tx } from '../db/pool.ts'

export type OrderFacts = {
  readonly id: number
  readonly code: string
  readonly name: string
  readonly profile: OrderProfile
  readonly localHolidays: readonly YearDay[]
}

export type ConventionFacts = {
  readonly convention: Convention
  readonly order: OrderFacts
  /** Title of the framework that it adheres to. */
  readonly framework?: string | undefined
}

type Row = {
  readonly id: number
  readonly code: string
  readonly order_id: number
  readonly framework_id: number | null
  readonly domain: string
  readonly starts_on: string
  readonly ends_on: string
  readonly seats: number | null
  readonly terms: ConventionTerms
  readonly order_code: string
  readonly order_name: string
  readonly profile: OrderProfile
  readonly local_holidays: readonly YearDay[]
  readonly framework_title: string | null
}

const SELECT = `select c.id, c.code, c.order_id, c.framework_id, c.domain, c.starts_on, c.ends_on, c.seats, c.terms,
    o.code as order_code, o.name as order_name, o.profile, o.local_holidays, f.title as framework_title
  from convention c join professional_order o on o.id = c.order_id left join framework f on f.id = c.framework_id`

const factsOf = (row: Row): ConventionFacts => ({
  convention: {
    id: row.id,
    code: row.code,
    orderId: row.order_id,
    frameworkId: row.framework_id ?? undefined,
    domain: row.domain,
    startsOn: row.starts_on,
    endsOn: row.ends_on,
    seats: row.seats ?? undefined,
    terms: row.terms,
  },
  order: {
    id: row.order_id,
    code: row.order_code,
    name: row.order_name,
    profile: row.profile,
    localHolidays: row.local_holidays,
  },
  framework: row.framework_title ?? undefined,
})

/** The convention of a code as people type it. */
export const findConvention = async (db: Queries, typed: string): Promise<ConventionFacts | undefined> => {
  const [row] = await db.query<Row>('convention-by-code', `${SELECT} where c.code = $1`, [normalConventionCode(typed)])
  return row && factsOf(row)
}

export const conventionById = async (db: Queries, id: number): Promise<ConventionFacts> => {
  const [row] = await db.query<Row>('convention-by-id', `${SELECT} where c.id = $1`, [id])
  if (!row) throw new Error(`no convention ${id}`)
  return factsOf(row)
}

/** The conventions of an Order, the one that ends last first. */
export const conventionsOfOrder = async (db: Queries, orderId: number): Promise<readonly ConventionFacts[]> => {
  const rows = await db.query<Row>(
    'conventions-of-order',
    `${SELECT} where c.order_id = $1 order by c.ends_on desc, c.id desc`,
    [orderId],
  )
  return rows.map(factsOf)
}

/**
 * Locks a convention until the transaction ends: who counts its seats to take one does so alone. Not against rows that
 * come to refer to it (`for update` would, and then wait for a case that another begins anew).
 */
export const lockConvention = async (tx: Tx, id: number): Promise<void> => {
  await tx.query('convention-lock', 'select id from convention where id = $1 for no key update', [id])
}

/** Seats that are taken, by each of the conventions given. */
export const seatsTaken = async (
  db: Queries,
  conventionIds: readonly number[],
): Promise<ReadonlyMap<number, number>> => {
  const rows = await db.query<{ convention_id: number; taken: number }>(
    'convention-seats',
    `select convention_id, count(*) as taken from enrolment
     where convention_id = any($1::bigint[]) and state = any($2::text[])
       and state in ('draft', 'awaitingReview', 'awaitingDocument', 'approved', 'active')
     group by convention_id`,
    [conventionIds, SEATED],
  )
  return new Map(conventionIds.map((id) => [id, rows.find((row) => row.convention_id === id)?.taken ?? 0]))
}

/** How a convention stands on a day, its seats counted where it has a most. */
export const standingOn = async (
  db: Queries,
  convention: Convention,
  today: string,
): Promise<ReturnType<typeof conventionStanding>> => {
  const taken = convention.seats === undefined ? 0 : ((await seatsTaken(db, [convention.id])).get(convention.id) ?? 0)
  return conventionStanding(convention, today, taken)
}
