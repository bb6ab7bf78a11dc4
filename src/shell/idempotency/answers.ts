// Answers to requests that may come twice: the first one's is kept, and given again to the same caller with the same key.
import { createHash } from 'node:crypto'
import { DAY, type Instant, MINUTE } from '../../core/lib/instant.ts'
import { type Queries, timestamp } from '../db/pool.ts'

/** Who asks, by which key, for what. Of key and request only digests are kept. */
export type Request = {
  readonly caller: string
  readonly key: string
  readonly endpoint: string
  readonly hash: Uint8Array
}

/** `begun`: do it. `answered`: it was done, this was the answer. */
export type Standing =
  | { readonly kind: 'begun' }
  | { readonly kind: 'answered'; readonly status: number; readonly reply: unknown }
  | { readonly kind: 'underWay' }
  | { readonly kind: 'another' }

/** A request without an answer for so long died with its process. */
const ABANDONED_MS = 2 * MINUTE
const KEPT_MS = DAY

/** What stands for a key: from it alone nobody comes back to the key. */
export const keyDigest = (key: string): string => createHash('sha256').update(key).digest('hex')

/** Begins a request, or tells what became of it. */
export const beginRequest = async (db: Queries, request: Request, now: Instant): Promise<Standing> => {
  const key = keyDigest(request.key)
  const begun = await db.query(
    'idempotency-begin',
    `insert into idempotency (caller, key, endpoint, request_hash, created_at) values ($1, $2, $3, $4, $5)
     on conflict (caller, key) do update set created_at = excluded.created_at
       where idempotency.status is null and idempotency.created_at < $6
         and idempotency.endpoint = excluded.endpoint and idempotency.request_hash = excluded.request_hash
     returning 1`,
    [request.caller, key, request.endpoint, request.hash, timestamp(now), timestamp(now - ABANDONED_MS)],
  )
  if (begun.length > 0) return { kind: 'begun' }
  const [row] = await db.query<{ endpoint: string; request_hash: Uint8Array; status: number | null; reply: unknown }>(
    'idempotency-find',
    'select endpoint, request_hash, status, reply from idempotency where caller = $1 and key = $2',
    [request.caller, key],
  )
  // refused or swept in between: the client may come again
  if (!row) return { kind: 'underWay' }
  if (row.endpoint !== request.endpoint || !Buffer.from(request.hash).equals(row.request_hash))
    return { kind: 'another' }
  return row.status === null ? { kind: 'underWay' } : { kind: 'answered', status: row.status, reply: row.reply }
}

/** Keeps the answer. */
export const answerRequest = async (db: Queries, request: Request, status: number, reply: unknown): Promise<void> => {
  await db.query(
    'idempotency-answer',
    'update idempotency set status = $3, reply = $4 where caller = $1 and key = $2',
    [request.caller, keyDigest(request.key), status, JSON.stringify(reply)],
  )
}

/** Forgets a request that did nothing: it was refused, or failed, and may be tried again. */
export const dropRequest = async (db: Queries, request: Request): Promise<void> => {
  await db.query('idempotency-drop', 'delete from idempotency where caller = $1 and key = $2 and status is null', [
    request.caller,
    keyDigest(request.key),
  ])
}

/** Forgets answers of yesterday. */
export const sweepAnswers = async (db: Queries, now: Instant): Promise<void> => {
  await db.query('idempotency-sweep', 'delete from idempotency where created_at < $1', [timestamp(now - KEPT_MS)])
}
