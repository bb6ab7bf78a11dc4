// Digital domiciles in the database, past ones too: of each member at most one is confirmed and one awaiting.
import type { Instant } from '../../core/lib/instant.ts'
import { addressKey } from '../../core/mail/address.ts'
import type { KnownDomicile } from '../../core/register/roll.ts'
import { type Queries, type Tx, timestamp } from '../db/pool.ts'
import { holdMemberOf } from './store.ts'

export type DomicileState = 'awaiting' | 'confirmed' | 'failed' | 'ceased'
export type DomicileOrigin = 'convention' | 'member' | 'secretariat'

export type Domicile = {
  readonly id: number
  readonly memberId: number
  readonly address: string
  readonly origin: DomicileOrigin
  readonly state: DomicileState
  /** PEC msgid of the message that asked. */
  readonly askedBy: string | undefined
  readonly since: Instant
  readonly until: Instant | undefined
}

type Row = {
  readonly id: number
  readonly member_id: number
  readonly address: string
  readonly origin: DomicileOrigin
  readonly state: DomicileState
  readonly asked_by: string | null
  readonly since: Instant
  readonly until: Instant | null
}

const COLUMNS = 'id, member_id, address, origin, state, asked_by, since, until'

const domicileOf = (row: Row): Domicile => ({
  id: row.id,
  memberId: row.member_id,
  address: row.address,
  origin: row.origin,
  state: row.state,
  askedBy: row.asked_by ?? undefined,
  since: row.since,
  until: row.until ?? undefined,
})

/** A member's domiciles, the newest first. */
export const domicilesOf = async (db: Queries, memberId: number): Promise<readonly Domicile[]> => {
  const rows = await db.query<Row>(
    'domicile-of',
    `select ${COLUMNS} from domicile where member_id = $1 order by id desc`,
    [memberId],
  )
  return rows.map(domicileOf)
}

/** Addresses of many members, by the member's id. */
export const knownDomiciles = async (
  db: Queries,
  memberIds: readonly number[],
): Promise<ReadonlyMap<number, readonly KnownDomicile[]>> => {
  const known = new Map<number, KnownDomicile[]>()
  if (memberIds.length === 0) return known
  const rows = await db.query<{ member_id: number; address_key: string; state: DomicileState }>(
    'domicile-known',
    'select member_id, address_key, state from domicile where member_id = any($1::bigint[])',
    [memberIds],
  )
  for (const row of rows) {
    const list = known.get(row.member_id)
    const one = { addressKey: row.address_key, state: row.state }
    if (list) list.push(one)
    else known.set(row.member_id, [one])
  }
  return known
}

/** Locks a domicile by its id, and whose it is. */
export const lockDomicile = async (tx: Tx, id: number): Promise<Domicile | undefined> => {
  holdMemberOf(tx, 'domicile', id)
  const [row] = await tx.query<Row>('domicile-lock', `select ${COLUMNS} from domicile where id = $1 for update`, [id])
  return row && domicileOf(row)
}

export type NewDomicile = {
  readonly memberId: number
  readonly address: string
  readonly origin: DomicileOrigin
  readonly state: 'awaiting' | 'confirmed'
}

/** Writes new domiciles; whoever was in their place must have ceased before. Gives the ids, in their order. */
export const insertDomiciles = async (
  tx: Tx,
  domiciles: readonly NewDomicile[],
  now: Instant,
): Promise<readonly number[]> => {
  if (domiciles.length === 0) return []
  const rows = await tx.query<{ id: number; member_id: number; address: string }>(
    'domicile-insert',
    `insert into domicile (member_id, address, address_key, origin, state, since)
     select member_id, address, address_key, origin, state, $1
     from unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[])
       as t (member_id, address, address_key, origin, state)
     returning id, member_id, address`,
    [
      timestamp(now),
      domiciles.map((one) => one.memberId),
      domiciles.map((one) => one.address),
      domiciles.map((one) => addressKey(one.address)),
      domiciles.map((one) => one.origin),
      domiciles.map((one) => one.state),
    ],
  )
  const ids = new Map(rows.map((row) => [`${row.member_id} ${row.address}`, row.id]))
  return domiciles.map((one) => ids.get(`${one.memberId} ${one.address}`)!)
}

/** Ends a member's domiciles of a state: they stay as history. */
export const ceaseDomiciles = (
  tx: Tx,
  memberId: number,
  states: readonly ('awaiting' | 'confirmed')[],
  now: Instant,
): void =>
  tx.send(
    'domicile-cease',
    `update domicile set state = 'ceased', until = $3 where member_id = $1 and state = any($2::text[])`,
    [memberId, states, timestamp(now)],
  )

/** The message that asks has gone. */
export const askedDomicile = (tx: Tx, id: number, identifier: string, now: Instant): void =>
  tx.send('domicile-asked', 'update domicile set asked_by = $2, asked_at = $3 where id = $1', [
    id,
    identifier,
    timestamp(now),
  ])

/** What came of the question: a domicile is one since it was confirmed. */
export const settleDomicile = (tx: Tx, id: number, state: 'confirmed' | 'failed', now: Instant): void =>
  tx.send(
    'domicile-settle',
    `update domicile set state = $2, since = case when $2 = 'confirmed' then $3 else since end,
       until = case when $2 = 'failed' then $3::timestamptz end
     where id = $1 and state = 'awaiting'`,
    [id, state, timestamp(now)],
  )
