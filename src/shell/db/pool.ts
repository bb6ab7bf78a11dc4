// Connections to PostgreSQL: named statements, pipelined transactions, notifications.
import pg from 'pg'
import type { Instant } from '../../core/lib/instant.ts'
import { arrayText } from './arrays.ts'
import { type BulkRow, openBulk } from './bulk.ts'
import { asFault, sqlState } from './errors.ts'
import { type Listener, openListener } from './listen.ts'

export { type BulkRow, bulkIds } from './bulk.ts'
export { isDuplicate, sqlState } from './errors.ts'

/** A statement's values. Uint8Array goes as bytea, arrays as SQL arrays, undefined as null. */
export type Values = readonly unknown[]

export type Queries = {
  /**
   * Runs a statement, prepared once a connection under its name; one name always means one text. The rows:
   * int8 is a number (a bigint where not safe), timestamptz an Instant, bytea a Uint8Array, date and numeric strings.
   * Throws Fault('database') where the server cannot be had now.
   */
  readonly query: <T>(name: string, text: string, values?: Values) => Promise<readonly T[]>
}

/**
 * A transaction. Statements go out at once, one behind the other, without waiting for answers: start several queries
 * before awaiting the first, and `send` what has no answer that matters. Any error dooms the transaction.
 */
export type Tx = Queries & {
  /** Runs a statement without waiting; where it fails, the transaction does. */
  readonly send: (name: string, text: string, values?: Values) => void
  /** Runs several statements given as plain text (migrations). */
  readonly script: (text: string) => Promise<void>
}

export type Database = Queries & {
  /**
   * Runs `fn` in a transaction: committed when it resolves, rolled back when it or any statement fails. BEGIN goes
   * with the first statement, COMMIT with the last sent ones. A Fault from a connection lost during COMMIT leaves the
   * outcome unknown: what calls must be safe to call again.
   */
  readonly tx: <T>(fn: (tx: Tx) => Promise<T>) => Promise<T>
  /**
   * Reads many rows fast: a SELECT without parameters, on connections of its own, its values as PostgreSQL's binary
   * form writes them. What goes into the text must be numbers or `bulkIds`. Throws Fault('database').
   */
  readonly bulk: (select: string) => Promise<readonly BulkRow[]>
  /** Calls `fn` with the payload of each notification, and with '' after a lost connection is back. Gives the way out. */
  readonly listen: (channel: string, fn: (payload: string) => void) => Promise<() => Promise<void>>
  readonly close: () => Promise<void>
}

export type DatabaseOptions = {
  /** Most connections at once. */
  readonly connections?: number
  readonly applicationName?: string
}

const CONNECT_LIMIT_MS = 10_000
const FROZEN_LIMIT_MS = 60_000

const readInt8 = (text: string): number | bigint => {
  const value = Number(text)
  return Number.isSafeInteger(value) ? value : BigInt(text)
}
const readTime = pg.types.getTypeParser(pg.types.builtins.TIMESTAMPTZ, 'text') as (text: string) => Date | number
const readers: Readonly<Record<number, (text: string) => unknown>> = {
  [pg.types.builtins.INT8]: readInt8,
  [pg.types.builtins.TIMESTAMPTZ]: (text) => Number(readTime(text)),
  [pg.types.builtins.DATE]: (text) => text,
  1016: (text) => (text === '{}' ? [] : text.slice(1, -1).split(',').map(readInt8)), // int8[], without nulls
}
const types = {
  getTypeParser: (oid: number, format?: string) =>
    (format !== 'binary' && readers[oid]) || pg.types.getTypeParser(oid, format as 'text'),
} as pg.CustomTypesConfig

/** An instant as a value for a timestamptz parameter. */
export const timestamp = (at: Instant): string => new Date(at).toISOString()

/** A value as pg is given it. */
const ready = (value: unknown): unknown => (Array.isArray(value) ? (arrayText(value) ?? value) : value)

/** Refuses a name that meant another text before: prepared statements would be mixed up. */
const nameGuard = (): ((name: string, text: string) => void) => {
  const texts = new Map<string, string>()
  return (name, text) => {
    const known = texts.get(name)
    if (known === undefined) {
      if (name === '' || Buffer.byteLength(name) > 63) throw new Error(`statement ${name}: 1 to 63 bytes, please`)
      texts.set(name, text)
    } else if (known !== text) throw new Error(`statement ${name} has two texts`)
  }
}

/** Gathers what is written in this turn of the event loop into one packet. */
const gather = (client: pg.PoolClient): void => {
  const stream = (client as unknown as { connection?: { stream?: { cork(): void; uncork(): void } } }).connection
    ?.stream
  if (stream === undefined) return
  stream.cork()
  process.nextTick(() => stream.uncork())
}

type Outcome = (error: Error | undefined, result: pg.QueryResult) => void
type Submit = (client: pg.PoolClient, query: pg.QueryConfig | string, outcome: Outcome) => void
// With a callback pg tells an unsendable value at once, before anything else of the transaction is sent.
const submit: Submit = (client, query, outcome) => client.query(query as pg.QueryConfig, outcome)

/** State of one transaction on its connection. */
const openTx = (client: pg.PoolClient, guard: (name: string, text: string) => void) => {
  let begun = false
  let closed = false
  let broken = false
  let failure: unknown
  const run = (query: pg.QueryConfig | string): Promise<pg.QueryResult> => {
    if (closed) throw new Error('the transaction is over')
    if (failure !== undefined) return Promise.reject(failure)
    const fail = (error: unknown): unknown => {
      broken ||= sqlState(error) === undefined
      failure ??= asFault(error)
      return failure
    }
    gather(client)
    if (!begun) {
      begun = true
      submit(client, 'begin', (error) => error && fail(error))
    }
    return new Promise((resolve, reject) => {
      submit(client, query, (error, result) => (error ? reject(fail(error)) : resolve(result)))
    })
  }
  const named = (name: string, text: string, values: Values = []): Promise<pg.QueryResult> => {
    guard(name, text)
    const answer = run({ name, text, values: values.map(ready) })
    answer.catch(() => {}) // kept in `failure`; the caller may look at several answers later
    return answer
  }
  const tx: Tx = {
    query: async <T>(name: string, text: string, values?: Values) => (await named(name, text, values)).rows as T[],
    send: (name, text, values) => void named(name, text, values),
    script: async (text) => void (await run(text)),
  }
  const end = async (word: 'commit' | 'rollback'): Promise<void> => {
    closed = true
    if (!begun) {
      if (failure !== undefined) throw failure
      return
    }
    const last = failure === undefined ? word : 'rollback'
    const result = await new Promise<pg.QueryResult>((resolve, reject) => {
      submit(client, last, (error, done) => (error ? reject(asFault(error)) : resolve(done)))
    })
    if (failure !== undefined) throw failure
    if (result.command !== last.toUpperCase()) throw new Error(`${word} answered by ${result.command}`)
  }
  return { tx, end, broken: () => broken }
}

const makePool = (url: string, options: DatabaseOptions): pg.Pool => {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.connections ?? 16,
    application_name: options.applicationName ?? 'ceralacca',
    connectionTimeoutMillis: CONNECT_LIMIT_MS,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    // A node that froze inside a transaction must not hold the journal's head against the others.
    idle_in_transaction_session_timeout: FROZEN_LIMIT_MS,
    // Every statement finds its rows by key: planned anew each time, some cost more to plan than to run.
    options: '-c plan_cache_mode=force_generic_plan',
    pipeline: true,
    types,
  })
  pool.on('error', () => {}) // an idle connection was lost: the pool drops it
  pool.on('connect', (client) => client.on('error', () => {})) // its statements carry the error
  return pool
}

/** Opens a pool of connections; the first is made when needed. */
export const openDatabase = (url: string, options: DatabaseOptions = {}): Database => {
  const pool = makePool(url, options)
  const guard = nameGuard()
  const bulk = openBulk(url)
  let listener: Listener | undefined
  let closing: Promise<void> | undefined

  const withClient = async <T>(work: (client: pg.PoolClient, spoil: () => void) => Promise<T>): Promise<T> => {
    let client: pg.PoolClient
    try {
      client = await pool.connect()
    } catch (error) {
      throw asFault(error)
    }
    let sound = true
    try {
      return await work(client, () => {
        sound = false
      })
    } finally {
      // back to the pool only where the server says that no transaction is open
      const idle = (client as unknown as { getTransactionStatus(): string | null }).getTransactionStatus() === 'I'
      client.release(!(sound && idle))
    }
  }
  const query = <T>(name: string, text: string, values: Values = []): Promise<readonly T[]> => {
    guard(name, text)
    return withClient(async (client, spoil) => {
      try {
        return (await client.query({ name, text, values: values.map(ready) })).rows as T[]
      } catch (error) {
        if (sqlState(error) === undefined) spoil() // pg closes the statement of a value that cannot be sent
        throw asFault(error)
      }
    })
  }
  const tx = <T>(fn: (tx: Tx) => Promise<T>): Promise<T> =>
    withClient(async (client, spoil) => {
      const { tx, end, broken } = openTx(client, guard)
      try {
        const value = await fn(tx).catch(async (error: unknown) => {
          await end('rollback').catch(() => {}) // the first error is the one to tell
          throw error
        })
        await end('commit')
        return value
      } finally {
        if (broken()) spoil()
      }
    })
  return {
    query,
    tx,
    bulk: bulk.read,
    listen: (channel, fn) => {
      listener ??= openListener(url)
      return listener.add(channel, fn)
    },
    close: () => {
      closing ??= Promise.all([pool.end(), bulk.close(), listener?.close()]).then(() => {})
      return closing
    },
  }
}
