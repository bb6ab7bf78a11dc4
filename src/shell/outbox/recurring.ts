// Duties that come back: one job of the outbox each, done by whichever node takes it, put off to the next time.
import { createHash } from 'node:crypto'
import type { Instant } from '../../core/lib/instant.ts'
import type { Clock } from '../../core/ports.ts'
import type { Database, Tx } from '../db/pool.ts'
import { putJob, putOffJob } from './jobs.ts'
import type { Job } from './outbox.ts'

export type Recurring = {
  readonly everyMs: number
  /** Must be safe to run again: a crash in the middle runs it from the start. */
  readonly run: () => Promise<void>
}

/** The id of the one job of a duty: a UUID made of its name. */
const idOf = (name: string): string => {
  const hex = createHash('sha256').update(`recurring ${name}`).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** Puts the jobs of the duties that have none yet: due at once. */
export const putRecurring = (db: Database, clock: Clock, names: readonly string[]): Promise<void> =>
  db.tx(async (tx) => {
    const now = clock.now()
    for (const name of names) {
      putJob(tx, { id: idOf(name), kind: 'duty', payload: { duty: 'recurring', name }, dueAt: now }, now)
    }
  })

/** Brings a duty forward to now: something happened that it waits for. */
export const recurringNow = (tx: Tx, name: string, now: Instant): void => putOffJob(tx, idOf(name), now)

/** Runs a duty and puts its job off; one that no version knows any more is put off for a day. */
export const runRecurring = async (
  db: Database,
  clock: Clock,
  duties: Readonly<Record<string, Recurring>>,
  job: Job,
): Promise<void> => {
  const duty = duties[(job.payload as { readonly name: string }).name]
  await duty?.run()
  await db.tx(async (tx) => putOffJob(tx, job.id, clock.now() + (duty?.everyMs ?? 86_400_000)))
}
