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
  /** Whether this node may take more jobs of a kind under its lease as they are born. */
  readonly hasRoom: (kind: JobKind) => boolean
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
  /** Jobs of other kinds are left to other nodes. */
  readonly handlers: Readonly<Partial<Record<JobKind, JobHandler>>>
  readonly onError: (job: Job, error: unknown, retryAt: Instant) => void
  /** Jobs of each kind run at once: none waits for another kind. */
  readonly concurrency: Readonly<Partial<Record<JobKind, number>>>
  /** Jobs that wait for the same thing share a lane: a domain that does not answer stops nobody else's mail. */
  readonly laneOf?: (job: Job) => string
  /** Jobs of one lane run at once. */
  readonly perLane?: number
  readonly pollMs: number
}

const CLAIM_BATCH = 20
/** Jobs of a kind held in memory. */
const BACKLOG = 2_000
const none = (): Record<JobKind, number> => ({
  arrive: 0,
  transfer: 0,
  timeout: 0,
  send: 0,
  notice: 0,
  provision: 0,
  duty: 0,
  alert: 0,
})

type Lane = { readonly waiting: Job[]; running: number }

/** Wait before the next try: 10 s, doubled each time, at most an hour. */
export const backOff = (attempts: number): number => Math.min(10 * SECOND * 2 ** Math.min(attempts, 16), HOUR)

/** The outbox of one node. */
export const openOutbox = (options: OutboxOptions): Outbox => {
  const { db, clock, node } = options
  const kinds = Object.keys(options.handlers) as JobKind[]
  const laneOf = options.laneOf ?? ((job) => job.kind)
  const perLane = options.perLane ?? Number.POSITIVE_INFINITY
  // Lanes in the order of their turn.
  const lanes = new Map<string, Lane>()
  /** Jobs under this node's lease, waiting or running: each is here once. */
  const held = new Map<string, JobKind>()
  const holding = none()
  const busy = none()
  const running = new Set<Promise<void>>()
  let renewedAt = clock.now()
  let idleWaiters: (() => void)[] = []
  let timer: NodeJS.Timeout | undefined
  let claiming: Promise<number> | undefined
  let stopped = true
  /** Between the word and the end of what runs nothing more is begun. */
  let stopping = false

  const putOff = async (job: Job, error: unknown): Promise<void> => {
    const retryAt = clock.now() + backOff(job.attempts)
    options.onError(job, error, retryAt)
    const message = error instanceof Error ? error.message : String(error)
    await db.query(
      'outbox-put-off',
      `update outbox set attempts = attempts + 1, due_at = $2, lease_owner = null, leased_until = null, last_error = $3
       where id = $1 and lease_owner = $4`,
      // PostgreSQL text holds no NUL; another server's words may
      [job.id, timestamp(retryAt), message.slice(0, 500).replaceAll('\0', ''), node],
    )
  }

  const run = async (job: Job): Promise<void> => {
    try {
      await options.handlers[job.kind]?.(job)
    } catch (error) {
      // If even this fails the lease runs out by itself.
      await putOff(job, error).catch((second) => options.onError(job, second, clock.now() + options.leaseMs))
    }
  }

  const take = (job: Job): void => {
    if (held.has(job.id)) return
    held.set(job.id, job.kind)
    holding[job.kind]++
    const name = laneOf(job)
    const lane = lanes.get(name)
    if (lane) lane.waiting.push(job)
    else lanes.set(name, { waiting: [job], running: 0 })
  }

  const release = (job: Job): void => {
    held.delete(job.id)
    holding[job.kind]--
  }

  const start = (job: Job, lane: Lane): void => {
    lane.running++
    busy[job.kind]++
    const promise = run(job).finally(() => {
      lane.running--
      busy[job.kind]--
      release(job)
      running.delete(promise)
      pump()
    })
    running.add(promise)
  }

  const pump = (): void => {
    // A lane that had its turn goes to the end, where the loop meets it again.
    for (const [name, lane] of stopping ? [] : lanes) {
      const [job] = lane.waiting
      if (!job && lane.running === 0) lanes.delete(name)
      if (!job || lane.running >= perLane || busy[job.kind] >= (options.concurrency[job.kind] ?? 1)) continue
      lanes.delete(name)
      lanes.set(name, lane)
      lane.waiting.shift()
      start(job, lane)
    }
    if (held.size === 0) {
      for (const resolve of idleWaiters) resolve()
      idleWaiters = []
    }
  }

  const roomFor = (kind: JobKind): boolean => holding[kind] < BACKLOG

  /** Jobs that take long, or wait long for their turn, stay this node's. */
  const renew = async (): Promise<void> => {
    const now = clock.now()
    if (held.size === 0 || now - renewedAt < options.leaseMs / 3) return
    renewedAt = now
    await db.query(
      'outbox-renew',
      'update outbox set leased_until = $2 where lease_owner = $1 and id = any($3::uuid[])',
      [node, timestamp(now + options.leaseMs), [...held.keys()]],
    )
  }

  const claim = async (): Promise<number> => {
    const now = clock.now()
    // One statement; rows that another node holds are passed over.
    const rows = await db.query<{ id: string; kind: JobKind; payload: unknown; attempts: number }>(
      'outbox-claim',
      `update outbox set lease_owner = $1, leased_until = $3
       where id in (
         select id from outbox
         where due_at <= $2 and (leased_until is null or leased_until < $2) and kind = any($5::text[])
         order by due_at limit $4 for update skip locked)
       returning id, kind, payload, attempts`,
      [node, timestamp(now), timestamp(now + options.leaseMs), CLAIM_BATCH, kinds.filter(roomFor)],
    )
    for (const row of rows) take(row)
    pump()
    return rows.length
  }

  const claimAll = async (): Promise<number> => {
    let total = 0
    await renew()
    while (kinds.some(roomFor)) {
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
    held.size === 0
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
      stopping = true
      clearTimeout(timer)
      await claiming
      for (const lane of lanes.values()) for (const job of lane.waiting.splice(0)) release(job)
      await Promise.all(running)
      stopping = false
    },
    adopt: (job) => {
      if (stopped) return
      take({ id: job.id, kind: job.kind, payload: job.payload, attempts: 0 })
      pump()
    },
    hasRoom: (kind) => !stopped && roomFor(kind),
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
