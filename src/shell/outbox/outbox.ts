// What must still happen: due jobs are claimed under a lease and handed to their handler, again and again until done.
import { HOUR, type Instant, SECOND } from '../../core/lib/instant.ts'
import type { Clock } from '../../core/ports.ts'
import { type Database, timestamp } from '../db/pool.ts'
import type { JobKind, NewJob } from '../pec/changes.ts'

export type Job = {
  readonly id: string
  readonly kind: JobKind
  readonly payload: unknown
  /** Times it was tried before. */
  readonly attempts: number
}

/**
 * Does the job and finishes it in the transaction of its effect (`done` of the changes). Throwing puts it off with
 * back-off; a handler that must give up takes its terminal decision itself.
 */
export type JobHandler = (job: Job) => Promise<void>

export type Outbox = {
  readonly start: () => void
  /** Stops claiming and waits for the jobs under way. */
  readonly stop: () => Promise<void>
  /** Runs a job that was committed under this node's lease. */
  readonly adopt: (job: NewJob) => void
  /** Whether this node may take more jobs under its lease as they are born. */
  readonly hasRoom: () => boolean
  /** Claims and runs whatever is due, until nothing is; gives the number of jobs run. */
  readonly runDue: () => Promise<number>
  /** Resolves when no job is running or waiting in memory. */
  readonly idle: () => Promise<void>
}

export type OutboxOptions = {
  readonly db: Database
  readonly clock: Clock
  readonly node: string
  readonly leaseMs: number
  readonly handlers: Readonly<Record<JobKind, JobHandler>>
  readonly onError: (job: Job, error: unknown, retryAt: Instant) => void
  /** Jobs run at once. */
  readonly concurrency: number
  readonly pollMs: number
}

const CLAIM_BATCH = 20
/** Jobs held in memory beyond those that run. */
const BACKLOG = 2_000

/** Wait before the next try: 10 s, doubled each time, at most an hour. */
export const backOff = (attempts: number): number => Math.min(10 * SECOND * 2 ** Math.min(attempts, 16), HOUR)

/** The outbox of one node. */
export const openOutbox = (options: OutboxOptions): Outbox => {
  const { db, clock, node } = options
  const backlog: Job[] = []
  const running = new Set<Promise<void>>()
  let idleWaiters: (() => void)[] = []
  let timer: NodeJS.Timeout | undefined
  let claiming: Promise<number> | undefined
  let stopped = true

  const putOff = async (job: Job, error: unknown): Promise<void> => {
    const retryAt = clock.now() + backOff(job.attempts)
    options.onError(job, error, retryAt)
    const message = error instanceof Error ? error.message : String(error)
    await db.query(
      'outbox-put-off',
      `update outbox set attempts = attempts + 1, due_at = $2, lease_owner = null, leased_until = null, last_error = $3
       where id = $1`,
      [job.id, timestamp(retryAt), message.slice(0, 500)],
    )
  }

  const run = async (job: Job): Promise<void> => {
    try {
      await options.handlers[job.kind](job)
    } catch (error) {
      // If even this fails the lease runs out by itself.
      await putOff(job, error).catch((second) => options.onError(job, second, clock.now() + options.leaseMs))
    }
  }

  const pump = (): void => {
    while (running.size < options.concurrency && backlog.length > 0) {
      const job = backlog.shift()!
      const promise = run(job).then(() => {
        running.delete(promise)
        pump()
      })
      running.add(promise)
    }
    if (running.size === 0 && backlog.length === 0) {
      for (const resolve of idleWaiters) resolve()
      idleWaiters = []
    }
  }

  const claim = async (): Promise<number> => {
    const now = clock.now()
    // One statement; rows that another node holds are passed over.
    const rows = await db.query<{ id: string; kind: JobKind; payload: unknown; attempts: number }>(
      'outbox-claim',
      `update outbox set lease_owner = $1, leased_until = $3
       where id in (
         select id from outbox
         where due_at <= $2 and (leased_until is null or leased_until < $2)
         order by due_at limit $4 for update skip locked)
       returning id, kind, payload, attempts`,
      [node, timestamp(now), timestamp(now + options.leaseMs), CLAIM_BATCH],
    )
    backlog.push(...rows)
    pump()
    return rows.length
  }

  const claimAll = async (): Promise<number> => {
    let total = 0
    while (backlog.length < BACKLOG) {
      const got = await claim()
      total += got
      if (got < CLAIM_BATCH) break
    }
    return total
  }

  const poll = (): void => {
    if (stopped) return
    claiming = claimAll()
      .catch(() => 0)
      .finally(() => {
        if (!stopped) timer = setTimeout(poll, options.pollMs)
      })
  }

  const idle = (): Promise<void> =>
    running.size === 0 && backlog.length === 0
      ? Promise.resolve()
      : new Promise((resolve) => {
          idleWaiters.push(resolve)
        })

  return {
    start: () => {
      stopped = false
      poll()
    },
    stop: async () => {
      stopped = true
      clearTimeout(timer)
      await claiming
      backlog.length = 0
      await Promise.all(running)
    },
    adopt: (job) => {
      if (stopped) return
      backlog.push({ id: job.id, kind: job.kind, payload: job.payload, attempts: 0 })
      pump()
    },
    hasRoom: () => !stopped && backlog.length < BACKLOG,
    runDue: async () => {
      let total = 0
      for (;;) {
        const got = await claimAll()
        await idle()
        if (got === 0) return total
        total += got
      }
    },
    idle,
  }
}

/** Frees the jobs that a dead run of this node still holds. Called once at start, before the outbox starts. */
export const releaseLeases = async (db: Database, node: string): Promise<void> => {
  await db.query('outbox-release', 'update outbox set lease_owner = null, leased_until = null where lease_owner = $1', [
    node,
  ])
}

/** Whether a job was not finished by another node meanwhile. */
export const isWaiting = async (db: Database, id: string): Promise<boolean> =>
  (await db.query('outbox-waiting', 'select 1 from outbox where id = $1', [id])).length > 0

/** What waits, by kind: how many jobs, and for how long the oldest has been due (seconds). */
export const queueDepths = async (
  db: Database,
  clock: Clock,
): Promise<readonly { kind: string; waiting: number; oldestAgeSeconds: number }[]> => {
  const rows = await db.query<{ kind: string; waiting: number; oldest: number }>(
    'outbox-depths',
    'select kind, count(*) as waiting, min(due_at) as oldest from outbox where due_at <= $1 group by kind',
    [timestamp(clock.now())],
  )
  return rows.map((row) => ({
    kind: row.kind,
    waiting: Number(row.waiting),
    oldestAgeSeconds: Math.max(0, (clock.now() - row.oldest) / 1000),
  }))
}
