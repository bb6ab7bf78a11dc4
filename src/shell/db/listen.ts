// One connection that hears PostgreSQL's notifications, and comes back when it is lost.
import pg from 'pg'
import { asFault } from './errors.ts'

export type Listener = {
  readonly add: (channel: string, fn: (payload: string) => void) => Promise<() => Promise<void>>
  readonly close: () => Promise<void>
}

type Handlers = Map<string, Set<(payload: string) => void>>

const FIRST_RETRY_MS = 250
const LAST_RETRY_MS = 5_000

const listenTo = (client: pg.Client, word: 'listen' | 'unlisten', channel: string) =>
  client.query(`${word} ${pg.escapeIdentifier(channel)}`)

/** Opens a listener; it connects with the first channel. Handlers must not throw. */
export const openListener = (url: string): Listener => {
  const handlers: Handlers = new Map()
  let client: Promise<pg.Client> | undefined
  let timer: NodeJS.Timeout | undefined
  let closed = false

  const lost = (retryMs: number): void => {
    client = undefined
    if (closed) return
    timer = setTimeout(() => {
      connection().then(
        () => {
          for (const set of handlers.values()) for (const fn of set) fn('') // something may have been missed
        },
        () => lost(Math.min(retryMs * 2, LAST_RETRY_MS)),
      )
    }, retryMs)
  }
  const connect = async (): Promise<pg.Client> => {
    const fresh = new pg.Client({
      connectionString: url,
      keepAlive: true,
      connectionTimeoutMillis: 10_000,
      pipeline: true,
    })
    let up = false
    fresh.on('error', () => {})
    fresh.on('end', () => {
      if (up) lost(FIRST_RETRY_MS)
    })
    fresh.on('notification', ({ channel, payload }) => {
      for (const fn of handlers.get(channel) ?? []) fn(payload ?? '')
    })
    try {
      await fresh.connect()
      for (const channel of handlers.keys()) await listenTo(fresh, 'listen', channel)
    } catch (error) {
      fresh.end().catch(() => {})
      throw asFault(error)
    }
    up = true
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
  return {
    add: async (channel, fn) => {
      const set = handlers.get(channel) ?? new Set()
      handlers.set(channel, set.add(fn))
      try {
        await listenTo(await connection(), 'listen', channel) // once more does no harm
      } catch (error) {
        set.delete(fn)
        throw asFault(error)
      }
      return async () => {
        set.delete(fn)
        if (set.size > 0 || closed) return
        handlers.delete(channel)
        await client?.then((open) => listenTo(open, 'unlisten', channel)).catch(() => {})
      }
    },
    close: async () => {
      closed = true
      clearTimeout(timer)
      const open = await client?.catch(() => undefined)
      await open?.end()
    },
  }
}
