// Jobs that verbs put and finish in their own transactions.
import { randomUUID } from 'node:crypto'
import type { Instant } from '../../core/lib/instant.ts'
import { type Tx, timestamp } from '../db/pool.ts'
import type { JobKind } from '../pec/changes.ts'

export type OwnJob = {
  /** Given where it is computed from what it is about: a second one is none. */
  readonly id?: string
  readonly kind: Extract<JobKind, 'send' | 'notice' | 'provision' | 'duty' | 'alert'>
  readonly payload: unknown
  readonly dueAt: Instant
}

/** Puts a job: it is there when the transaction is. */
export const putJob = (tx: Tx, job: OwnJob, now: Instant): void => {
  tx.send(
    'job-put',
    `insert into outbox (id, kind, payload, due_at, created_at) values ($1, $2, $3, $4, $5) on conflict (id) do nothing`,
    [job.id ?? randomUUID(), job.kind, JSON.stringify(job.payload), timestamp(job.dueAt), timestamp(now)],
  )
}

/** Finishes a job in the transaction of its effect; false where another node has finished it: then do nothing. */
export const finishJob = async (tx: Tx, id: string): Promise<boolean> =>
  (await tx.query('job-finish', 'delete from outbox where id = $1 returning 1', [id])).length > 0

/** Puts a job off to an instant: it is not over, and nothing failed. */
export const putOffJob = (tx: Tx, id: string, dueAt: Instant): void => {
  tx.send(
    'job-put-off',
    'update outbox set due_at = $2, attempts = 0, lease_owner = null, leased_until = null where id = $1',
    [id, timestamp(dueAt)],
  )
}
