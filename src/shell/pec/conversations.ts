// Which conversation each filing belongs to: what names it may be another name of one that is there (RFC 8621 §3).
import { createHash } from 'node:crypto'
import type { Database, Values } from '../db/pool.ts'
import type { Filing } from './changes.ts'

/** Half a SHA-256 of what names a thread. */
export const threadOf = (name: string): bigint => createHash('sha256').update(name).digest().readBigInt64BE(0)

/** The thread of each filing. */
export type Threads = ReadonlyMap<Filing, bigint>

export type Conversations = { readonly threadsOf: (filings: readonly Filing[]) => Promise<Threads> }

/** Links remembered at the most: they never change. */
const MOST = 50_000

const keyOf = (mailboxId: number, name: bigint): string => `${mailboxId} ${name}`

type Row = { readonly mailbox_id: number; readonly name: string; readonly thread: string }

/** Opens the links of a database. */
export const openConversations = (db: Database): Conversations => {
  const known = new Map<string, bigint>()
  const learn = async (wanted: ReadonlyMap<string, readonly [mailboxId: number, name: bigint]>): Promise<void> => {
    if (wanted.size === 0) return
    const all = [...wanted.values()]
    const rows = await db.query<Row>(
      'thread-links',
      `select l.mailbox_id, l.name::text as name, l.thread::text as thread
       from unnest($1::bigint[], $2::bigint[]) as x (mailbox_id, name)
       join thread_link l on l.mailbox_id = x.mailbox_id and l.name = x.name`,
      [all.map(([mailboxId]) => mailboxId), all.map(([, name]) => String(name))],
    )
    for (const row of rows) known.set(keyOf(row.mailbox_id, BigInt(row.name)), BigInt(row.thread))
    for (const oldest of known.keys()) {
      if (known.size <= MOST) break
      known.delete(oldest)
    }
  }
  return {
    threadsOf: async (filings) => {
      const named = filings.map((filing) => [filing, threadOf(filing.thread ?? filing.msgid)] as const)
      const wanted = new Map<string, readonly [number, bigint]>()
      for (const [{ mailboxId }, name] of named)
        if (!known.has(keyOf(mailboxId, name))) wanted.set(keyOf(mailboxId, name), [mailboxId, name])
      await learn(wanted)
      return new Map(named.map(([filing, name]) => [filing, known.get(keyOf(filing.mailboxId, name)) ?? name]))
    },
  }
}

/** Rows of links that the filings make: other names of their threads. */
export const linkValues = (threads: Threads): Values => {
  const rows = [...threads].flatMap(([{ mailboxId, names = [] }, thread]) =>
    names
      .map(threadOf)
      .flatMap((name) => (name === thread ? [] : [[mailboxId, String(name), String(thread)] as const])),
  )
  return [rows.map(([id]) => id), rows.map(([, name]) => name), rows.map(([, , thread]) => thread)]
}

/** Writes the links; `linkValues` are the parameters from `n` on. */
export const insertLinks = (n: number): string =>
  `insert into thread_link (mailbox_id, name, thread)
   select distinct on (mailbox_id, name) mailbox_id, name, thread
   from unnest($${n}::bigint[], $${n + 1}::bigint[], $${n + 2}::bigint[]) as x (mailbox_id, name, thread)
   on conflict do nothing`
