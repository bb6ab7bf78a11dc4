// Members in the database: the only place with their SQL, but for lists and imports.
import type { CivilDate } from '../../core/lib/calendar.ts'
import type { Instant } from '../../core/lib/instant.ts'
import { wordsOf } from '../../core/register/letters.ts'
import type { MemberFacts, MemberStatus, Section } from '../../core/register/member.ts'
import { nameKey } from '../../core/register/personName.ts'
import { type Queries, type Tx, timestamp } from '../db/pool.ts'

/** A member with the id of the row, and when the register last changed. */
export type StoredMember = MemberFacts & {
  readonly id: number
  readonly orderId: number
  readonly statusSince: CivilDate | undefined
}

type Row = {
  readonly id: number
  readonly order_id: number
  readonly fiscal_key: string
  readonly fiscal_code: string
  readonly surname: string
  readonly given_name: string
  readonly number: string
  readonly section: Section
  readonly status: MemberStatus
  readonly status_since: CivilDate | null
  readonly contact_email: string | null
  readonly born_on: CivilDate | null
}

const COLUMNS = `id, order_id, fiscal_key, fiscal_code, surname, given_name, number, section, status, status_since,
  contact_email, born_on`

const memberOf = (row: Row): StoredMember => ({
  id: row.id,
  orderId: row.order_id,
  canonicalCode: row.fiscal_key,
  fiscalCode: row.fiscal_code,
  surname: row.surname,
  givenName: row.given_name,
  number: row.number || undefined,
  section: row.section,
  status: row.status,
  statusSince: row.status_since ?? undefined,
  email: row.contact_email ?? undefined,
  birthDate: row.born_on ?? undefined,
})

/**
 * What a member is found by and sorted by: surname and given name in one piece each, then the words of both, the
 * number, the codes; folded, single blanks between.
 */
export const searchText = (
  member: Pick<MemberFacts, 'surname' | 'givenName' | 'number' | 'fiscalCode' | 'canonicalCode'>,
): string => {
  const { surname, givenName, fiscalCode, canonicalCode } = member
  const pieces = (name: string): string[] =>
    name.split(/[^\p{L}]+/u).flatMap((piece) => (piece === '' ? [] : [nameKey(piece)]))
  const whole = [nameKey(surname), nameKey(givenName)]
  const more = [...pieces(surname), ...wordsOf(surname), ...pieces(givenName), member.number?.toLowerCase() ?? '']
  const codes = [fiscalCode.toLowerCase(), canonicalCode.toLowerCase()]
  return [...whole, ...new Set([...more, ...codes].filter((word) => word !== '' && !whole.includes(word)))].join(' ')
}

/** The members of an Order that these canonical codes name; locked where they are to be changed. */
export const membersByCode = async (
  db: Queries,
  orderId: number,
  canonicalCodes: readonly string[],
  lock: boolean,
): Promise<ReadonlyMap<string, StoredMember>> => {
  // One look into the index for each code: statistics that are late would have all of a register read for each batch.
  const one = (more: string): string => `select m.* from (
      select key from unnest($2::text[]) as u (key) group by key order by key collate "C") k
    cross join lateral (select ${COLUMNS} from member where order_id = $1 and fiscal_key = k.key ${more}) m`
  const rows = lock
    ? await db.query<Row>('member-by-code-locked', one('for no key update'), [orderId, [...canonicalCodes].sort()])
    : await db.query<Row>('member-by-code', one('limit 1'), [orderId, canonicalCodes])
  return new Map(rows.map((row) => [row.fiscal_key, memberOf(row)]))
}

/** A member of that Order; another Order's is none. */
export const memberById = async (db: Queries, orderId: number, id: number): Promise<StoredMember | undefined> => {
  const [row] = await db.query<Row>('member-by-id', `select ${COLUMNS} from member where order_id = $1 and id = $2`, [
    orderId,
    id,
  ])
  return row && memberOf(row)
}

/**
 * The same, locked until the transaction ends. Who changes what says how a member stands (domiciles, cases, boxes) locks
 * the member first: a trigger writes it there (0025_standing.sql), and nobody then waits in a circle. Not more than it
 * takes: what refers to the member may be written meanwhile.
 */
export const lockMember = async (tx: Tx, orderId: number, id: number): Promise<StoredMember | undefined> => {
  const [row] = await tx.query<Row>(
    'member-lock',
    `select ${COLUMNS} from member where order_id = $1 and id = $2 for no key update`,
    [orderId, id],
  )
  return row && memberOf(row)
}

/** Locks several members, in the order in which all do: by rising fiscal code. */
export const holdMembers = (tx: Tx, ids: readonly number[]): void =>
  tx.send(
    'member-hold',
    'select 1 from member where id = any($1::bigint[]) order by fiscal_key collate "C", id for no key update',
    [ids],
  )

/** Locks the member whom a row of another table is about, before that row: see `lockMember`. */
export const holdMemberOf = (tx: Tx, table: 'domicile' | 'enrolment' | 'mailbox_term', id: number | string): void => {
  const key = table === 'mailbox_term' ? 'mailbox_id' : 'id'
  tx.send(
    `member-of-${table}`,
    `select 1 from member where id = (select member_id from ${table} where ${key} = $1) for no key update`,
    [id],
  )
}

/**
 * Writes members of an Order, new or changed (found by canonical code), in one statement; gives their ids by code. Who
 * changes a member has locked the row and says all of it.
 */
export const putMembers = async (
  tx: Tx,
  orderId: number,
  members: readonly (MemberFacts & { readonly statusSince?: CivilDate | undefined })[],
  now: Instant,
): Promise<ReadonlyMap<string, number>> => {
  if (members.length === 0) return new Map()
  const rows = await tx.query<{ id: number; fiscal_key: string }>(
    'member-put',
    `insert into member as m (order_id, fiscal_key, fiscal_code, surname, given_name, number, section, status,
                              status_since, contact_email, born_on, search, changed_at)
     select $1, fiscal_key, fiscal_code, surname, given_name, number, section, status, status_since, contact_email,
            born_on, search, $2
     from unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::date[],
                 $11::text[], $12::date[], $13::text[])
       as t (fiscal_key, fiscal_code, surname, given_name, number, section, status, status_since, contact_email,
             born_on, search)
     order by fiscal_key
     on conflict (order_id, fiscal_key) do update set
       fiscal_code = excluded.fiscal_code, surname = excluded.surname, given_name = excluded.given_name,
       number = excluded.number, section = excluded.section, status = excluded.status,
       status_since = excluded.status_since, contact_email = excluded.contact_email, born_on = excluded.born_on,
       search = excluded.search, changed_at = excluded.changed_at
     returning m.id, m.fiscal_key`,
    [
      orderId,
      timestamp(now),
      members.map((one) => one.canonicalCode),
      members.map((one) => one.fiscalCode),
      members.map((one) => one.surname),
      members.map((one) => one.givenName),
      members.map((one) => one.number ?? ''),
      members.map((one) => one.section),
      members.map((one) => one.status),
      members.map((one) => one.statusSince),
      members.map((one) => one.email),
      members.map((one) => one.birthDate),
      members.map(searchText),
    ],
  )
  return new Map(rows.map((row) => [row.fiscal_key, row.id]))
}

/** Members on the register whose codes are not among those seen, by pages, so that any register fits. */
export const absentMembers = async (
  db: Queries,
  orderId: number,
  seen: ReadonlySet<string>,
  most: number,
): Promise<{ readonly count: number; readonly names: readonly string[] }> => {
  const names: string[] = []
  let count = 0
  let after = ''
  for (;;) {
    const rows = await db.query<{ fiscal_key: string; surname: string; given_name: string; number: string }>(
      'member-present',
      `select fiscal_key, surname, given_name, number from member
       where order_id = $1 and fiscal_key > $2 and status in ('active', 'suspended') order by fiscal_key limit 5000`,
      [orderId, after],
    )
    for (const row of rows) {
      if (seen.has(row.fiscal_key)) continue
      count++
      if (names.length < most)
        names.push(`${row.surname} ${row.given_name}${row.number === '' ? '' : ` (${row.number})`}`)
    }
    if (rows.length < 5000) return { count, names }
    after = rows.at(-1)!.fiscal_key
  }
}
