// Group commit: the changes of use cases that run at the same time become durable in one transaction.

import { setTimeout as pause } from 'node:timers/promises'
import { Fault } from '../../core/lib/refusal.ts'
import type { Clock } from '../../core/ports.ts'
import type { ContentStore } from '../content/store.ts'
import { type Database, isDuplicate, type Tx } from '../db/pool.ts'
import { appendJournal } from '../journal/store.ts'
import type { Changes, Filed, Filing } from './changes.ts'
import { openConversations, type Threads } from './conversations.ts'
import { areFilingsOnly, fileOnly } from './filingOnly.ts'
import { insertFilings, Misplaced } from './filings.ts'
import { finishJobs, insertArrivals, insertSeen, moveRecipients } from './guards.ts'
import { openPlaces, type Placing, type StandingFolder } from './places.ts'
import { insertJobs, insertQuarantine, insertRecipients, insertSubmissions, settleReleased } from './writes.ts'

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
  /**
   * Told what was filed, after the commit and before whoever waits for it. `unseen` was filed too, but the answer that
   * said where was lost with its connection.
   */
  readonly onFiled: (filed: readonly Filed[], unseen: readonly Filing[]) => void
  /** Makes standing folders that filings want and do not find. */
  readonly makeFolders?: (wanted: readonly StandingFolder[]) => Promise<void>
  /** How long the folders of a mailbox are taken as they were, in milliseconds (5,000 where not said). */
  readonly placesMs?: number
  readonly onCommit?: (changes: Changes) => void
  /** How long a transaction under load waits to be fuller, in milliseconds (4 where not said). */
  readonly gatherMs?: number
  /** Times a transaction. */
  readonly stage?: () => () => void
  /** Waits before a batch is written again after a Fault, in milliseconds; as many tries again as there are waits. */
  readonly retryAfterMs?: readonly number[]
}

/** Units in the transaction before that tell of load, and how long the next one then waits for more, in milliseconds. */
const BUSY_UNITS = 4
const GATHER_MS = 1

const PLACES_MS = 5_000

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
  const noFolders = async (): Promise<never> => {
    throw new Error('a folder is wanted that nobody makes')
  }
  const conversations = openConversations(options.db)
  const places = openPlaces(options.db, options.placesMs ?? PLACES_MS, options.makeFolders ?? noFolders)

  /** `faults`: times that this very batch met a Fault, so that it may have been committed without our hearing of it. */
  const settle = async (batch: readonly Waiting[], faults = 0): Promise<void> => {
    const stop = options.stage?.()
    const units = batch.map((one) => one.changes)
    let filed: readonly Filed[] = []
    let unseen: readonly Filing[] = []
    try {
      const filings = units.flatMap((unit) => unit.filings)
      const [placing, threads] = await Promise.all([places.place(filings), conversations.threadsOf(filings)])
      const alone = areFilingsOnly(units, placing)
        ? await fileOnly(options.db, units, placing, threads, options.clock.now())
        : undefined
      filed = alone ?? (await options.db.tx((tx) => write(tx, units, placing, threads, options)))
    } catch (error) {
      if (error instanceof Misplaced) {
        places.forget(error.mailboxIds)
        await settle(batch, faults)
        return
      }
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
      unseen = units.flatMap((unit) => unit.filings)
    }
    stop?.()
    if (filed.length > 0 || unseen.length > 0) options.onFiled(filed, unseen)
    for (const one of batch) one.resolve('committed')
    for (const one of batch) options.onCommit?.(one.changes)
  }

  const run = async (): Promise<void> => {
    try {
      let last = 0
      while (waiting.length > 0) {
        // Under load a moment's wait fills the transaction: each costs a trip to the disk and a dozen statements.
        if (last >= BUSY_UNITS && waiting.length < options.batch) await pause(options.gatherMs ?? GATHER_MS)
        last = Math.min(waiting.length, options.batch)
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
const write = async (
  tx: Tx,
  units: readonly Changes[],
  placing: Placing,
  threads: Threads,
  options: CommitterOptions,
): Promise<readonly Filed[]> => {
  const now = options.clock.now()
  let filed: readonly Filed[] = []
  const lost = new Set<number>()
  const sent: Promise<unknown>[] = []
  const journal = units.flatMap((unit) => unit.journal)
  const contents = units.flatMap((unit) => unit.contents)
  if (journal.length > 0) sent.push(appendJournal(tx, journal))
  if (contents.length > 0) sent.push(options.contents.insert(tx, contents))
  sent.push(
    ...insertArrivals(tx, units, lost),
    ...insertSeen(tx, units, lost),
    ...finishJobs(tx, units, lost),
    ...insertSubmissions(tx, units),
    ...insertRecipients(tx, units),
    ...moveRecipients(tx, units, lost),
    ...insertFilings(tx, units, placing, threads, now, lost, (all) => {
      filed = all
    }),
    ...insertJobs(tx, units, { node: options.node, now, until: now + options.leaseMs }),
    ...insertQuarantine(tx, units),
    ...settleReleased(tx, units),
  )
  await Promise.all(sent)
  if (lost.size > 0) throw new GuardLost(lost)
  return filed
}
