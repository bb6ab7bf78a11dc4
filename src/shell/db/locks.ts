// Locks that hold across processes and machines, for as long as a session lasts.
//
// Advisory locks of PostgreSQL, all on one connection of this process: a process that dies loses them with it at once,
// without leases to renew and clocks to agree, and a thousand sessions cost one connection. Where the connection is
// lost its locks are told to be lost.
import pg from 'pg'
import { asFault } from './errors.ts'

export type HeldLock = {
  /** False once the connection was lost: another may have it now. */
  readonly isHeld: () => boolean
  /** Gives it back; never rejects. */
  readonly release: () => Promise<void>
}

export type Locks = {
  /** Takes the lock of an id within a class of them; undefined where another has it, here or elsewhere. Throws Fault('database'). */
  readonly take: (kind: number, id: number) => Promise<HeldLock | undefined>
  readonly close: () => Promise<void>
}

/** A machine that is gone is found out within a minute, not in the two hours that systems take. */
const KEEP_ALIVE = 'set tcp_keepalives_idle = 30; set tcp_keepalives_interval = 10; set tcp_keepalives_count = 3'

/** Opens the locks of a database; it connects with the first one. */
export const openLocks = (url: string): Locks => {
  /** Locks of this process. PostgreSQL would give them to the same connection again. */
  const held = new Map<string, { lost: boolean }>()
  let client: Promise<pg.Client> | undefined
  let closed = false

  const connect = async (): Promise<pg.Client> => {
    const fresh = new pg.Client({
      connectionString: url,
      keepAlive: true,
      connectionTimeoutMillis: 10_000,
      application_name: 'ceralacca locks',
    })
    const lose = (): void => {
      client = undefined
      for (const lock of held.values()) lock.lost = true
      held.clear()
    }
    try {
      await fresh.connect()
      await fresh.query(KEEP_ALIVE)
    } catch (error) {
      fresh.end().catch(() => {})
      throw asFault(error)
    }
    fresh.on('error', () => {})
    fresh.once('end', lose)
    return fresh
  }
  const connection = (): Promise<pg.Client> => {
    if (client === undefined) {
      const attempt = connect()
      client = attempt
      attempt.catch(() => {
        if (client === attempt) client = undefined
      })
    }
    return client
  }
  const ask = async (
    word: 'pg_try_advisory_lock' | 'pg_advisory_unlock',
    kind: number,
    id: number,
  ): Promise<boolean> => {
    const text = `select ${word}($1::int4, $2::int4) as done`
    try {
      // The second key has 32 bits: ids beyond them may share a lock, which keeps one of them waiting and no more.
      const { rows } = await (await connection()).query<{ done: boolean }>(text, [kind, id | 0])
      return rows[0]!.done
    } catch (error) {
      throw asFault(error)
    }
  }

  return {
    take: async (kind, id) => {
      const key = `${kind} ${id | 0}`
      if (closed || held.has(key)) return undefined
      const lock = { lost: false }
      held.set(key, lock)
      const forget = (): void => {
        if (held.get(key) === lock) held.delete(key)
      }
      try {
        const done = await ask('pg_try_advisory_lock', kind, id)
        if (!done || lock.lost) {
          forget()
          return undefined
        }
      } catch (error) {
        forget()
        throw error
      }
      let released: Promise<void> | undefined
      const release = async (): Promise<void> => {
        if (lock.lost) return
        await ask('pg_advisory_unlock', kind, id).catch(() => {})
        forget()
      }
      return {
        isHeld: () => !lock.lost,
        release: () => {
          released ??= release()
          return released
        },
      }
    },
    close: async () => {
      closed = true
      const open = await client?.catch(() => undefined)
      await open?.end().catch(() => {})
    },
  }
}
