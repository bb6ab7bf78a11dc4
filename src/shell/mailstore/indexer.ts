// Computes facts of new contents soon after they are filed, when certified mail leaves time for it.
import { performance } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import type { ContentId } from '../../core/lib/rope.ts'
import type { Database } from '../db/pool.ts'
import type { Facts } from './facts.ts'

export type Indexer = {
  /** Contents that were filed; `certified` work keeps the indexer quiet for a moment. */
  readonly filed: (ids: readonly ContentId[], certified: boolean) => void
  /** Looks once for contents of messages that have no facts: after a restart. Where the queue was full it does so itself. */
  readonly catchUp: () => Promise<void>
  /** Ends after what is under way. */
  readonly close: () => Promise<void>
}

/**
 * How long nothing certified must have been written before it works, in milliseconds. Where the process is as busy as
 * when certified mail is between two commits, it waits for longer.
 */
const QUIET_MS = 100
const BUSY_QUIET_MS = 1_000
const BUSY = 0.5
/** The same after other messages, while few wait: who appends many is answered first. */
const REST_MS = 30
const FEW = 1_000
const QUEUE = 20_000
const GATHER_MS = 20
const BATCH = 64
/** Folders and messages looked through in one step of catching up. */
const CATCH_UP_STEP = 500

/** After a failure it looks again for what is missing, in milliseconds. */
const RETRY_MS = 30_000

export type IndexerOptions = {
  readonly db: Database
  readonly facts: Facts
  readonly onError: (error: unknown) => void
  /** Contents that wait at the most; what comes beyond is found again in the database. */
  readonly queueLimit?: number
}

export const openIndexer = ({ db, facts, onError, queueLimit = QUEUE }: IndexerOptions): Indexer => {
  const queue = new Set<ContentId>()
  /** Whether some contents were let go: rows without facts tell which. */
  let missed = false
  let certifiedAt = Number.NEGATIVE_INFINITY
  let loopThen = performance.eventLoopUtilization()
  let restedFrom = 0
  let running: Promise<void> | undefined
  let catching: Promise<void> | undefined
  let closed = false

  /** How long it is still to be quiet, in milliseconds. */
  const quietMs = (): number => {
    const since = performance.now() - certifiedAt
    if (since < QUIET_MS) return QUIET_MS - since
    const isBusy = (): boolean => performance.eventLoopUtilization(loopThen).utilization > BUSY
    if (since < BUSY_QUIET_MS && isBusy()) return QUIET_MS
    return queue.size < FEW ? restedFrom - performance.now() : 0
  }
  const mayWork = (): boolean => !closed && quietMs() <= 0
  const untilQuiet = async (): Promise<void> => {
    while (!closed && quietMs() > 0) await pause(Math.max(1, quietMs()), undefined, { ref: false })
  }
  const run = async (): Promise<void> => {
    while (queue.size > 0 && !closed) {
      // What comes together is written together.
      await pause(GATHER_MS, undefined, { ref: false })
      await untilQuiet()
      const batch = [...queue].slice(0, BATCH)
      // Put off where mail came in between, be it quiet again by now: the rest of the batch is asked for again.
      if (await facts.prepareNew(batch, mayWork)) for (const id of batch) queue.delete(id)
    }
  }
  const start = (): void => {
    if (closed || running) return
    running = run()
      .catch((error: unknown) => {
        // Found again by who asks for the facts, or by catching up.
        queue.clear()
        onError(error)
        setTimeout(lookAgain, RETRY_MS).unref()
      })
      .finally(() => {
        running = undefined
        if (queue.size > 0) start()
        else if (missed) lookAgain()
      })
  }
  const lookAgain = (): void => {
    // While it catches up what comes beyond the queue is missed once more.
    if (closed || catching) return
    missed = false
    void catchUpOnce()
  }
  const catchUp = async (): Promise<void> => {
    let folderId = 0
    let uid = -1
    while (!closed) {
      await untilQuiet()
      // Messages in the order of folders and uids; the step ends with the last one looked at.
      const rows = await db.query<{ folder_id: number; uid: number; id: ContentId; known: boolean }>(
        'facts-catch-up',
        `select m.folder_id, m.uid, m.content_id as id, f.content_id is not null and s.content_id is not null as known
         from message m left join content_facts f on f.content_id = m.content_id
         left join content_search s on s.content_id = m.content_id
         where (m.folder_id, m.uid) > ($1, $2) order by m.folder_id, m.uid limit $3`,
        [folderId, uid, CATCH_UP_STEP],
      )
      const last = rows.at(-1)
      if (last === undefined) return
      for (const row of rows) if (!row.known) queue.add(row.id)
      start()
      await running
      folderId = last.folder_id
      uid = last.uid
    }
  }
  const catchUpOnce = (): Promise<void> => {
    catching ??= catchUp()
      .catch((error: unknown) => {
        onError(error)
        setTimeout(lookAgain, RETRY_MS).unref()
      })
      .finally(() => {
        catching = undefined
        if (missed && queue.size === 0) lookAgain()
      })
    return catching
  }
  return {
    filed: (ids, certified) => {
      if (certified) {
        certifiedAt = performance.now()
        loopThen = performance.eventLoopUtilization()
      } else restedFrom = performance.now() + REST_MS
      for (const id of ids)
        if (queue.size < queueLimit) queue.add(id)
        else missed = true
      start()
    },
    catchUp: catchUpOnce,
    close: async () => {
      closed = true
      await running
      await catching
    },
  }
}
