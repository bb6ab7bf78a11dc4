// The journal in the database: append, export, verify, prune (RFC 6109 §2.3).
import { equalBytes, toHex } from '../../core/lib/bytes.ts'
import type { Instant } from '../../core/lib/instant.ts'
import type { JournalEntry, JournalEvent } from '../../core/pec/model.ts'
import { type Database, type Queries, type Tx, timestamp } from '../db/pool.ts'
import { chainHash, GENESIS, normalise } from './canonical.ts'

/** An entry with its place in the chain. */
export type JournalRow = JournalEntry & {
  readonly seq: number
  /** SHA-256, lower-case hex. */
  readonly hash: string
}

export type JournalVerdict =
  | {
      readonly kind: 'whole'
      readonly entries: number
      /** Position and hash of the last entry looked at; the hash covers all before it. */
      readonly lastSeq: number
      readonly lastHash: string
    }
  /** `seq`: the first entry that does not hold. altered: its hash is wrong; missing: entries before it are gone. */
  | { readonly kind: 'broken'; readonly seq: number; readonly reason: 'altered' | 'missing' | 'malformed' }

/** Months for which the log is kept (DPR 68/2005 art. 11). */
export const RETENTION_MONTHS = 30
const PAGE = 1000

type Row = {
  readonly seq: number
  readonly at: Instant
  readonly event: JournalEvent
  readonly msgid: string
  readonly client_msgid: string | null
  readonly sender: string
  readonly recipients: readonly string[]
  readonly subject: string | null
  readonly related: readonly string[]
  readonly provider: string
  readonly detail: string | null
  readonly hash: Uint8Array
}

const columns = 'seq, at, event, msgid, client_msgid, sender, recipients, subject, related, provider, detail, hash'

const entryOf = (row: Row): JournalEntry => ({
  event: row.event,
  at: row.at,
  msgid: row.msgid,
  clientMsgid: row.client_msgid ?? undefined,
  sender: row.sender,
  recipients: row.recipients,
  subject: row.subject ?? undefined,
  related: row.related,
  provider: row.provider,
  detail: row.detail ?? undefined,
})

/**
 * Appends entries in the caller's transaction, without waiting for the answer: one round trip for all. From here to the
 * end of the transaction nobody else can append, so call it once, with everything.
 */
export const appendJournal = async (tx: Tx, entries: readonly JournalEntry[]): Promise<void> => {
  if (entries.length === 0) return
  const rows = entries.map(normalise)
  tx.send('journal_append', 'select journal_append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)', [
    rows.map((row) => row.at),
    rows.map((row) => row.event),
    rows.map((row) => row.msgid),
    rows.map((row) => row.clientMsgid),
    rows.map((row) => row.sender),
    rows.map((row) => row.recipients.join('\t')),
    rows.map((row) => row.subject),
    rows.map((row) => row.related.join('\t')),
    rows.map((row) => row.provider),
    rows.map((row) => row.detail),
  ])
}

export type JournalRange = {
  readonly from: Instant
  /** Exclusive. */
  readonly to: Instant
  /** Only entries whose sender or one of whose recipients it is, in whatever case. */
  readonly address?: string | undefined
}

async function* pages(next: (after: number) => Promise<readonly Row[]>, first: number): AsyncGenerator<Row> {
  for (let after = first; ; ) {
    const page = await next(after)
    yield* page
    const last = page.at(-1)
    if (last === undefined || page.length < PAGE) return
    after = last.seq
  }
}

/** The entries of a time, in the order of the chain. */
export async function* exportJournal(db: Queries, range: JournalRange): AsyncGenerator<JournalRow> {
  const [from, to] = [timestamp(range.from), timestamp(range.to)]
  const ofAll = (after: number) =>
    db.query<Row>(
      'journal_export',
      `select ${columns} from journal where at >= $1 and at < $2 and seq > $3 order by seq limit ${PAGE}`,
      [from, to, after],
    )
  const ofAddress = (after: number) =>
    db.query<Row>(
      'journal_export_address',
      `select ${columns} from journal
       where at >= $1 and at < $2 and seq > $3 and journal_parties(sender, recipients) @> array[lower($4)]
       order by seq limit ${PAGE}`,
      [from, to, after, range.address],
    )
  for await (const row of pages(range.address === undefined ? ofAll : ofAddress, 0))
    yield { ...entryOf(row), seq: row.seq, hash: toHex(row.hash) }
}

/** The entries about one message in which an address has part, in the order of the chain. */
export const journalOfMessage = async (
  db: Queries,
  msgid: string,
  range: JournalRange & { readonly address: string },
): Promise<readonly JournalRow[]> => {
  const rows = await db.query<Row>(
    'journal_message',
    `select ${columns} from journal
     where at >= $1 and at < $2 and journal_parties(sender, recipients) @> array[lower($3)] and msgid = $4
     order by seq limit ${PAGE}`,
    [timestamp(range.from), timestamp(range.to), range.address, msgid],
  )
  return rows.map((row) => ({ ...entryOf(row), seq: row.seq, hash: toHex(row.hash) }))
}

/** First and last position of the entries of a time, and whether that last one is the chain's. */
const bounds = async (db: Queries, from: Instant, to: Instant) => {
  const [found] = await db.query<{ first: number | null; last: number | null; head: number; head_hash: Uint8Array }>(
    'journal_bounds',
    `select min(j.seq) as first, max(j.seq) as last, h.seq as head, h.hash as head_hash
     from journal_head h left join journal j on j.at >= $1 and j.at < $2 group by h.seq, h.hash`,
    [timestamp(from), timestamp(to)],
  )
  return found!
}

/** The hash that the entry at `seq` must be chained to where the entry before it is not at hand. */
const hashBefore = async (db: Queries, seq: number): Promise<Uint8Array | undefined> => {
  if (seq === 1) return GENESIS
  const [row] = await db.query<{ hash: Uint8Array }>(
    'journal_hash',
    'select hash from journal where seq = $1 union all select hash from journal_anchor where seq = $1',
    [seq - 1],
  )
  return row?.hash
}

const check = (previous: Uint8Array, row: Row): 'altered' | 'malformed' | undefined => {
  try {
    return equalBytes(chainHash(previous, row.seq, entryOf(row)), row.hash) ? undefined : 'altered'
  } catch {
    return 'malformed'
  }
}

/**
 * Recomputes the chain over all entries of a time (and whatever stands between them), without the database's help.
 * Up to the end of the journal it also checks that nothing was cut off there.
 */
export const verifyJournal = async (db: Queries, from: Instant, to: Instant): Promise<JournalVerdict> => {
  const { first, last, head, head_hash } = await bounds(db, from, to)
  if (first === null || last === null) return { kind: 'whole', entries: 0, lastSeq: head, lastHash: toHex(head_hash) }
  const next = (after: number) =>
    db.query<Row>(
      'journal_verify',
      `select ${columns} from journal where seq > $1 and seq <= $2 order by seq limit ${PAGE}`,
      [after, last],
    )
  let entries = 0
  let lastSeq = first - 1
  let lastHash: Uint8Array | undefined
  for await (const row of pages(next, first - 1)) {
    const adjacent = lastHash !== undefined && row.seq === lastSeq + 1
    const previous = adjacent ? lastHash : await hashBefore(db, row.seq)
    if (previous === undefined) return { kind: 'broken', seq: row.seq, reason: 'missing' }
    const reason = check(previous, row)
    if (reason !== undefined) return { kind: 'broken', seq: row.seq, reason }
    entries++
    lastSeq = row.seq
    lastHash = row.hash
  }
  return endOfChain(db, { entries, lastSeq, lastHash: lastHash ?? GENESIS })
}

/** The entry after the last one must be there, or the last one must be the head. */
const endOfChain = async (
  db: Queries,
  seen: { readonly entries: number; readonly lastSeq: number; readonly lastHash: Uint8Array },
): Promise<JournalVerdict> => {
  const [end] = await db.query<{ head: number; hash: Uint8Array; followed: boolean }>(
    'journal_end',
    'select seq as head, hash, exists (select from journal where seq = $1) as followed from journal_head',
    [seen.lastSeq + 1],
  )
  const isHead = end!.head === seen.lastSeq && equalBytes(end!.hash, seen.lastHash)
  if (!isHead && !end!.followed) return { kind: 'broken', seq: seen.lastSeq + 1, reason: 'missing' }
  return { kind: 'whole', entries: seen.entries, lastSeq: seen.lastSeq, lastHash: toHex(seen.lastHash) }
}

/**
 * Drops the months whose last instant is older than the retention; gives the names of the dropped partitions. What is
 * left still verifies. Throws RangeError for less than the law's months.
 */
export const pruneJournal = async (
  db: Database,
  now: Instant,
  months = RETENTION_MONTHS,
): Promise<readonly string[]> => {
  if (!(months >= RETENTION_MONTHS)) throw new RangeError(`the journal is kept for ${RETENTION_MONTHS} months at least`)
  const before = new Date(now)
  before.setUTCMonth(before.getUTCMonth() - months)
  const rows = await db.query<{ name: string }>('journal_prune', 'select journal_prune($1) as name', [
    timestamp(before.getTime()),
  ])
  return rows.map((row) => row.name)
}
