// Group commit: the changes of use cases that run at the same time become durable in one transaction.

import { setTimeout as pause } from 'node:timers/promises'
import { Fault } from '../../core/lib/refusal.ts'
import { addressKey } from '../../core/mail/address.ts'
import type { Clock } from '../../core/ports.ts'
import type { ContentStore } from '../content/store.ts'
import { type Database, isDuplicate, type Tx, timestamp } from '../db/pool.ts'
import { appendJournal } from '../journal/store.ts'
import type { Changes, Transition } from './changes.ts'

/** `lost`: a guard found that another has done it already, or that the facts have changed; nothing was written. */
export type CommitOutcome = 'committed' | 'lost'

export type Committer = {
  /** Makes the changes durable, all or none. */
  readonly commit: (changes: Changes) => Promise<CommitOutcome>
}

type Waiting = {
  readonly changes: Changes
  readonly resolve: (outcome: CommitOutcome) => void
  readonly reject: (error: unknown) => void
}

export type CommitterOptions = {
  readonly db: Database
  readonly contents: ContentStore
  /** Name of this node, under which jobs are leased. */
  readonly node: string
  readonly leaseMs: number
  readonly clock: Clock
  /** Units in one transaction at the most. */
  readonly batch: number
  /** Told of mailboxes that gained messages, after the commit. */
  readonly onFiled: (mailboxIds: ReadonlySet<number>) => void
  readonly onCommit?: (changes: Changes) => void
  /** Waits before a batch is written again after a Fault, in milliseconds; as many tries again as there are waits. */
  readonly retryAfterMs?: readonly number[]
}

/** Short enough for a client that waits for its 250, long enough for a database that is started again. */
const RETRY_AFTER_MS: readonly number[] = [0, 500, 2_000]

/** A unit of the batch met a lost guard: the batch is rolled back and written again without it. */
class GuardLost extends Error {
  readonly units: ReadonlySet<number>
  constructor(units: ReadonlySet<number>) {
    super('a guard was lost')
    this.units = units
  }
}

/** Collects changes while a transaction is under way and writes them together in the next one. */
export const openCommitter = (options: CommitterOptions): Committer => {
  let waiting: Waiting[] = []
  let running = false

  const retryAfterMs = options.retryAfterMs ?? RETRY_AFTER_MS

  /** `faults`: times that this very batch met a Fault, so that it may have been committed without our hearing of it. */
  const settle = async (batch: readonly Waiting[], faults = 0): Promise<void> => {
    try {
      await options.db.tx((tx) =>
        write(
          tx,
          batch.map((one) => one.changes),
          options,
        ),
      )
    } catch (error) {
      if (error instanceof GuardLost) {
        const rest = batch.filter((_, unit) => !error.units.has(unit))
        for (const unit of error.units) batch[unit]?.resolve('lost')
        if (rest.length > 0) await settle(rest)
        return
      }
      if (error instanceof Fault) {
        const wait = retryAfterMs[faults]
        if (wait === undefined) {
          for (const one of batch) one.reject(error)
          return
        }
        // Whether COMMIT was done is not known where the connection was lost: written again, the same batch tells.
        if (wait > 0) await pause(wait)
        await settle(batch, faults + 1)
        return
      }
      if (!(faults > 0 && isWritten(error))) {
        if (batch.length === 1) batch[0]!.reject(error)
        // One bad unit must not take the others with it: each alone, in turn.
        else for (const one of batch) await settle([one])
        return
      }
    }
    const filed = new Set<number>()
    for (const { changes } of batch) for (const filing of changes.filings) filed.add(filing.mailboxId)
    for (const one of batch) one.resolve('committed')
    for (const one of batch) options.onCommit?.(one.changes)
    if (filed.size > 0) options.onFiled(filed)
  }

  const run = async (): Promise<void> => {
    try {
      while (waiting.length > 0) {
        const batch = waiting.slice(0, options.batch)
        waiting = waiting.slice(options.batch)
        await settle(batch)
      }
    } finally {
      running = false
    }
  }

  return {
    commit: (changes) =>
      new Promise((resolve, reject) => {
        waiting.push({ changes, resolve, reject })
        // Started in a later turn, so that what is ready in this one goes together.
        if (!running) {
          running = true
          setImmediate(() => void run())
        }
      }),
  }
}

/** Contents have ids of their own, made for their unit alone: where they are there, the unit was committed. */
const isWritten = (error: unknown): boolean =>
  isDuplicate(error, 'content_pkey') || isDuplicate(error, 'content_blob_pkey')

/** Writes the units in the caller's transaction. The journal comes first: its head is the lock that orders writers. */
const write = async (tx: Tx, units: readonly Changes[], options: CommitterOptions): Promise<void> => {
  const all = <T>(of: (unit: Changes) => readonly T[]): T[] => units.flatMap(of)
  const sent: Promise<unknown>[] = []
  const lost = new Set<number>()
  const now = options.clock.now()

  const journal = all((unit) => unit.journal)
  if (journal.length > 0) sent.push(appendJournal(tx, journal))

  const contents = all((unit) => unit.contents)
  if (contents.length > 0) sent.push(options.contents.insert(tx, contents))

  sent.push(...insertArrivals(tx, units, lost))
  sent.push(...insertSeen(tx, units, lost))
  sent.push(...finishJobs(tx, units, lost))

  const submissions = all((unit) => unit.submissions)
  if (submissions.length > 0) {
    sent.push(
      tx.query(
        'commit-submissions',
        `insert into submission (identifier, mailbox_id, facts, receipt_type, postacert_id, envelope_id, state, accepted_at)
         select * from unnest($1::text[], $2::bigint[], $3::jsonb[], $4::text[], $5::uuid[], $6::uuid[], $7::text[], $8::timestamptz[])`,
        [
          submissions.map((one) => one.message.identifier),
          submissions.map((one) => one.mailboxId),
          submissions.map((one) => JSON.stringify(one.message)),
          submissions.map((one) => one.receiptType),
          submissions.map((one) => one.postacert ?? null),
          submissions.map((one) => one.envelope ?? null),
          submissions.map((one) => one.state),
          submissions.map((one) => timestamp(one.at)),
        ],
      ),
    )
    const recipients = submissions
      .filter((one) => one.state === 'accepted')
      .flatMap((one) => one.message.recipients.map((recipient) => ({ ...recipient, of: one })))
    if (recipients.length > 0) {
      sent.push(
        tx.query(
          'commit-recipients',
          `insert into recipient (identifier, address_key, address, certified, state, changed_at)
           select identifier, address_key, address, certified, 'pending', at
           from unnest($1::text[], $2::text[], $3::text[], $4::boolean[], $5::timestamptz[])
             as x (identifier, address_key, address, certified, at)
           on conflict do nothing`,
          [
            recipients.map((one) => one.of.message.identifier),
            recipients.map((one) => addressKey(one.address)),
            recipients.map((one) => one.address),
            recipients.map((one) => one.certified),
            recipients.map((one) => timestamp(one.of.at)),
          ],
        ),
      )
    }
  }

  for (const round of rounds(units)) sent.push(moveRecipients(tx, round, lost))

  const filings = all((unit) => unit.filings)
  if (filings.length > 0) {
    sent.push(
      tx.query(
        'commit-filings',
        `with filed as (
           select * from unnest($1::bigint[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::timestamptz[])
             with ordinality as x (mailbox_id, content_id, kind, msgid, subject, size_bytes, received_at, n)
         ), gained as (
           select mailbox_id, count(*) as messages, sum(size_bytes) as bytes from filed group by mailbox_id
         ), numbered as (
           update mailbox set uid_next = uid_next + gained.messages, used_bytes = used_bytes + gained.bytes
           from gained where mailbox.id = gained.mailbox_id
           returning mailbox.id, mailbox.uid_next - gained.messages as first_uid
         )
         insert into mailbox_message (mailbox_id, uid, content_id, kind, msgid, subject, size_bytes, received_at)
         select mailbox_id, first_uid + row_number() over (partition by mailbox_id order by n) - 1,
                content_id, kind, msgid, subject, size_bytes, received_at
         from filed join numbered on numbered.id = filed.mailbox_id`,
        [
          filings.map((one) => one.mailboxId),
          filings.map((one) => one.content),
          filings.map((one) => one.kind),
          filings.map((one) => one.msgid),
          // PostgreSQL text holds no NUL
          filings.map((one) => one.subject?.replaceAll('\0', '') ?? null),
          filings.map((one) => one.sizeBytes),
          filings.map((one) => timestamp(one.at)),
        ],
      ),
    )
  }

  const jobs = all((unit) => unit.jobs)
  if (jobs.length > 0) {
    sent.push(
      tx.query(
        'commit-jobs',
        `insert into outbox (id, kind, payload, due_at, lease_owner, leased_until, created_at)
         select id, kind, payload, due_at, case when leased then $6 end, case when leased then $7::timestamptz end, $8
         from unnest($1::uuid[], $2::text[], $3::jsonb[], $4::timestamptz[], $5::boolean[])
           as x (id, kind, payload, due_at, leased)`,
        [
          jobs.map((one) => one.id),
          jobs.map((one) => one.kind),
          jobs.map((one) => JSON.stringify(one.payload)),
          jobs.map((one) => timestamp(one.dueAt)),
          jobs.map((one) => one.leased),
          options.node,
          timestamp(now + options.leaseMs),
          timestamp(now),
        ],
      ),
    )
  }

  const quarantine = all((unit) => unit.quarantine)
  if (quarantine.length > 0) {
    sent.push(
      tx.query(
        'commit-quarantine',
        `insert into quarantine (content_id, identifier, signature, direction, at, keep_until)
         select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[])
         on conflict do nothing`,
        [
          quarantine.map((one) => one.content),
          quarantine.map((one) => one.identifier),
          quarantine.map((one) => one.signature),
          quarantine.map((one) => one.direction),
          quarantine.map((one) => timestamp(one.at)),
          quarantine.map((one) => timestamp(one.keepUntil)),
        ],
      ),
    )
  }

  await Promise.all(sent)
  if (lost.size > 0) throw new GuardLost(lost)
}

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

const insertArrivals = (tx: Tx, units: readonly Changes[], lost: Set<number>): Promise<unknown>[] => {
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

const insertSeen = (tx: Tx, units: readonly Changes[], lost: Set<number>): Promise<unknown>[] => {
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

const finishJobs = (tx: Tx, units: readonly Changes[], lost: Set<number>): Promise<unknown>[] => {
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

const moveRecipients = (tx: Tx, round: readonly UnitTransition[], lost: Set<number>): Promise<unknown> =>
  tx
    .query<{ identifier: string; address_key: string }>(
      'commit-transitions',
      `update recipient r set state = a.next, changed_at = x.at
       from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[])
         as x (identifier, address_key, event, from_state, at)
       join recipient_arrow a on a.event = x.event
       where r.identifier = x.identifier and r.address_key = x.address_key and a.state = r.state
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
