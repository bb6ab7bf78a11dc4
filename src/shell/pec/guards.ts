// The guards of a group commit: statements that tell which units another has done already, or decided upon old facts.
import { addressKey } from '../../core/mail/address.ts'
import { type Tx, timestamp } from '../db/pool.ts'
import type { Changes, Transition } from './changes.ts'

/** Every item with the number of the unit that wants it. */
const withUnit = <T>(units: readonly Changes[], of: (unit: Changes) => readonly T[]): { unit: number; one: T }[] =>
  units.flatMap((changes, unit) => of(changes).map((one) => ({ unit, one })))

/** Of items that must each be unique, marks as lost the units whose key did not come back or comes a second time. */
const markLost = (wanted: readonly { unit: number; key: string }[], got: ReadonlySet<string>, lost: Set<number>) => {
  const taken = new Set<string>()
  for (const { unit, key } of wanted) {
    if (!got.has(key) || taken.has(key)) lost.add(unit)
    taken.add(key)
  }
}

/** Arrivals: an envelope is dealt with once for each recipient and signer. */
export const insertArrivals = (tx: Tx, units: readonly Changes[], lost: Set<number>): Promise<unknown>[] => {
  const arrivals = withUnit(units, (unit) => unit.arrivals)
  if (arrivals.length === 0) return []
  const keyOf = (identifier: string, address: string, signer: string): string => `${identifier}\n${address}\n${signer}`
  const inserted = tx.query<{ identifier: string; address_key: string; signer: string }>(
    'commit-arrivals',
    `insert into arrival (identifier, address_key, signer, state, content_id, at)
     select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::uuid[], $6::timestamptz[])
     on conflict do nothing returning identifier, address_key, signer`,
    [
      arrivals.map(({ one }) => one.identifier),
      arrivals.map(({ one }) => addressKey(one.address)),
      arrivals.map(({ one }) => one.signer),
      arrivals.map(({ one }) => one.state),
      arrivals.map(({ one }) => one.content),
      arrivals.map(({ one }) => timestamp(one.at)),
    ],
  )
  return [
    inserted.then((rows) => {
      const got = new Set(rows.map((row) => keyOf(row.identifier, row.address_key, row.signer)))
      const wanted = arrivals.map(({ unit, one }) => ({
        unit,
        key: keyOf(one.identifier, addressKey(one.address), one.signer),
      }))
      markLost(wanted, got, lost)
    }),
  ]
}

/** Receipts seen: each counts once. */
export const insertSeen = (tx: Tx, units: readonly Changes[], lost: Set<number>): Promise<unknown>[] => {
  const seen = withUnit(units, (unit) => unit.seen)
  if (seen.length === 0) return []
  const inserted = tx.query<{ key: string }>(
    'commit-seen',
    `insert into receipt_seen (key, at) select * from unnest($1::text[], $2::timestamptz[])
     on conflict do nothing returning key`,
    [seen.map(({ one }) => one.key), seen.map(({ one }) => timestamp(one.at))],
  )
  return [
    inserted.then((rows) => {
      const got = new Set(rows.map((row) => row.key))
      markLost(
        seen.map(({ unit, one }) => ({ unit, key: one.key })),
        got,
        lost,
      )
    }),
  ]
}

/** Jobs done: whoever takes the row away has the effect. */
export const finishJobs = (tx: Tx, units: readonly Changes[], lost: Set<number>): Promise<unknown>[] => {
  const done = withUnit(units, (unit) => unit.done)
  if (done.length === 0) return []
  const deleted = tx.query<{ id: string }>(
    'commit-done',
    'delete from outbox where id = any($1::uuid[]) returning id',
    [done.map(({ one }) => one)],
  )
  return [
    deleted.then((rows) => {
      const got = new Set(rows.map((row) => row.id))
      markLost(
        done.map(({ unit, one }) => ({ unit, key: one })),
        got,
        lost,
      )
    }),
  ]
}

type UnitTransition = { readonly unit: number; readonly one: Transition }

/** An update moves a row once: the second event of the same recipient waits for the next round. */
const rounds = (units: readonly Changes[]): UnitTransition[][] => {
  const out: UnitTransition[][] = []
  const seen = new Map<string, number>()
  for (const item of withUnit(units, (unit) => unit.transitions)) {
    const key = transitionKey(item.one)
    const round = seen.get(key) ?? 0
    seen.set(key, round + 1)
    out[round] ??= []
    out[round].push(item)
  }
  return out
}

const transitionKey = (one: Transition): string => `${one.identifier}\n${addressKey(one.address)}`

/** Walks arrows of the recipients' machine. An arrow that must start `from` a state and does not loses its unit. */
export const moveRecipients = (tx: Tx, units: readonly Changes[], lost: Set<number>): readonly Promise<unknown>[] =>
  rounds(units).map((round) => moveRound(tx, round, lost))

const moveRound = (tx: Tx, round: readonly UnitTransition[], lost: Set<number>): Promise<unknown> =>
  tx
    .query<{ identifier: string; address_key: string }>(
      'commit-transitions',
      `update recipient r set state = a.next, changed_at = x.at
       from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[])
         as x (identifier, address_key, event, from_state, at)
       join recipient_arrow a on a.event = x.event
       -- none is empty: said so that the planner expects few, and finds each by its key however small the table is
       where x.identifier > '' and x.address_key > ''
         and r.identifier = x.identifier and r.address_key = x.address_key and a.state = r.state
         and (x.from_state is null or x.from_state = r.state)
       returning r.identifier, r.address_key`,
      [
        round.map(({ one }) => one.identifier),
        round.map(({ one }) => addressKey(one.address)),
        round.map(({ one }) => one.event),
        round.map(({ one }) => one.from ?? null),
        round.map(({ one }) => timestamp(one.at)),
      ],
    )
    .then((rows) => {
      const got = new Set(rows.map((row) => `${row.identifier}\n${row.address_key}`))
      for (const { unit, one } of round) if (one.from && !got.has(transitionKey(one))) lost.add(unit)
    })
