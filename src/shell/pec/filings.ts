// Messages into folders, for all the units of a group commit in one statement: rows, uids, modseq and the counters.
import { createHash } from 'node:crypto'
import type { Instant } from '../../core/lib/instant.ts'
import { type Flags, NO_FLAGS } from '../../core/mail/flags.ts'
import { isReceipt, keywordsOf, RECEIPTS_FOLDER } from '../../core/mailbox/certified.ts'
import { type Tx, timestamp } from '../db/pool.ts'
import type { Changes, Filed, Filing } from './changes.ts'

/** A folder that filings want is not there: the batch is rolled back, the folders are made, the batch written again. */
export class FolderWanted extends Error {
  readonly folders: readonly { readonly mailboxId: number; readonly kind: 'sent' | 'receipts' }[]
  constructor(folders: FolderWanted['folders']) {
    super('a folder is wanted')
    this.folders = folders
  }
}

/** Longest msgid that is kept, in characters: more would not fit its index. */
const MSGID_LENGTH = 500

/** Half a SHA-256 of what names a thread. */
export const threadOf = (name: string): bigint => createHash('sha256').update(name).digest().readBigInt64BE(0)

/** PostgreSQL text holds no NUL. */
const text = (value: string): string => value.replaceAll('\0', '')

/** A msgid as it is kept. */
export const keptMsgid = (msgid: string): string => text(msgid).slice(0, MSGID_LENGTH)

/** Flags that a message has at its arrival: those given, and the keywords of its kind. */
export const flagsAtArrival = ({ kind, flags }: Filing): Flags => {
  const given = flags ?? NO_FLAGS
  if (kind === null || kind === 'submitted') return given
  if (given.keywords.length === 0) return { system: given.system, keywords: keywordsOf(kind) }
  return { system: given.system, keywords: [...new Set([...given.keywords, ...keywordsOf(kind)])].sort() }
}

type Row = {
  readonly n: number
  readonly folder_id: number | null
  /** The folder of receipts is wanted and is not there. */
  readonly missing: boolean
  readonly uid: number | null
  readonly uid_validity: number | null
  readonly modseq: number | null
  readonly modseq_before: number | null
}

/**
 * Mailboxes are locked by rising id, so that committers of several nodes never wait for one another in a circle. All of
 * a mailbox's filings share one modseq. An unknown folder leaves its filing out, and the caller sees it.
 */
const SQL = `
  with given as (
    select x.*, x.receipt and b.receipts_apart and r.id is null as missing,
           case when x.folder is not null
             then (select f.id from folder f where f.id = x.folder and f.mailbox_id = x.mailbox_id)
             else coalesce(r.id, (select f.id from folder f where f.mailbox_id = x.mailbox_id and f.role = x.role))
           end as folder_id
    from unnest($1::bigint[], $2::bigint[], $3::text[], $4::boolean[], $5::uuid[], $6::text[], $7::text[], $8::text[],
                $9::bigint[], $10::timestamptz[], $11::bigint[], $12::smallint[], $13::text[], $14::boolean[])
      with ordinality as x (mailbox_id, folder, role, receipt, content_id, kind, msgid, subject,
                            size_bytes, received_at, thread, flags, keywords, once, n)
    join mailbox b on b.id = x.mailbox_id
    left join folder r on x.receipt and b.receipts_apart and r.mailbox_id = b.id and r.name = '${RECEIPTS_FOLDER}'
  ), locked as materialized (
    select id from mailbox where id = any($1::bigint[]) order by id for no key update
  ), filed as (
    select *, row_number() over (partition by folder_id order by n) - 1 as nth
    from given
    where folder_id is not null
      and not (once and exists (select from message p
                                where p.folder_id = given.folder_id and p.msgid = given.msgid and p.kind is null))
  ), boxes as (
    update mailbox b
    set modseq = b.modseq + 1, used_bytes = b.used_bytes + gained.bytes, messages = b.messages + gained.messages
    from locked
    join (select mailbox_id, count(*) as messages, sum(size_bytes) as bytes from filed group by mailbox_id) gained
      on gained.mailbox_id = locked.id
    where b.id = locked.id
    returning b.id, b.modseq
  ), folders as (
    update folder f
    set uid_next = f.uid_next + gained.messages, modseq_before = f.highest_modseq, highest_modseq = gained.modseq,
        messages = f.messages + gained.messages, unseen = f.unseen + gained.unseen, bytes = f.bytes + gained.bytes,
        deleted = f.deleted + gained.deleted, deleted_bytes = f.deleted_bytes + gained.deleted_bytes
    from (
      select folder_id, modseq, count(*) as messages, sum(size_bytes) as bytes,
             count(*) filter (where flags & 1 = 0) as unseen, count(*) filter (where flags & 8 <> 0) as deleted,
             coalesce(sum(size_bytes) filter (where flags & 8 <> 0), 0) as deleted_bytes
      from filed join boxes on boxes.id = filed.mailbox_id group by folder_id, modseq
    ) gained
    where f.id = gained.folder_id
    returning f.id, f.uid_next - gained.messages as first_uid, f.uid_validity, f.highest_modseq as modseq, f.modseq_before
  ), written as (
    insert into message (folder_id, uid, content_id, size_bytes, received_at, saved_at, modseq, thread, flags, keywords,
                         kind, msgid, subject)
    select folders.id, first_uid + nth, content_id, size_bytes, received_at, $15::timestamptz, modseq, thread, flags,
           keywords, kind, msgid, subject
    from filed join folders on folders.id = filed.folder_id
  )
  select given.n, given.folder_id, given.missing, folders.first_uid + filed.nth as uid, folders.uid_validity,
         folders.modseq, folders.modseq_before
  from given left join filed on filed.n = given.n left join folders on folders.id = filed.folder_id
  order by given.n`

const parameters = (filings: readonly Filing[], threads: readonly bigint[], now: Instant): readonly unknown[] => {
  const flags = filings.map(flagsAtArrival)
  return [
    filings.map((one) => one.mailboxId),
    filings.map((one) => (typeof one.folder === 'number' ? one.folder : null)),
    filings.map((one) => (one.folder === 'sent' ? 'sent' : 'inbox')),
    filings.map(
      (one) => one.folder === undefined && one.kind !== null && one.kind !== 'submitted' && isReceipt(one.kind),
    ),
    filings.map((one) => one.content),
    filings.map((one) => one.kind),
    filings.map((one) => keptMsgid(one.msgid)),
    filings.map((one) => (one.subject === undefined ? null : text(one.subject))),
    filings.map((one) => one.sizeBytes),
    filings.map((one) => timestamp(one.at)),
    threads.map(String),
    flags.map((one) => one.system),
    flags.map((one) => one.keywords.join(' ') || null),
    filings.map((one) => one.once ?? false),
    timestamp(now),
  ]
}

/**
 * Writes the filings; `filed` is given what was written once the answer is here. Units whose folder is gone are lost.
 * Throws FolderWanted where a standing folder is missing.
 */
export const insertFilings = (
  tx: Tx,
  units: readonly Changes[],
  now: Instant,
  lost: Set<number>,
  filed: (filed: readonly Filed[]) => void,
): readonly Promise<unknown>[] => {
  const items = units.flatMap((changes, unit) => changes.filings.map((filing) => ({ unit, filing })))
  if (items.length === 0) return []
  const threads = items.map(({ filing }) => threadOf(filing.thread ?? filing.msgid))
  const filings = items.map(({ filing }) => filing)
  return [
    tx.query<Row>('commit-filings', SQL, parameters(filings, threads, now)).then((rows) => {
      const wanted: FolderWanted['folders'][number][] = []
      const out: Filed[] = []
      for (const row of rows) {
        const index = Number(row.n) - 1
        const { unit, filing } = items[index]!
        if (row.missing) wanted.push({ mailboxId: filing.mailboxId, kind: 'receipts' })
        else if (row.uid !== null) {
          out.push({
            filing,
            folderId: Number(row.folder_id),
            uidValidity: Number(row.uid_validity),
            uid: Number(row.uid),
            modseq: Number(row.modseq),
            modseqBefore: Number(row.modseq_before),
            thread: threads[index]!,
            savedAt: now,
          })
        } else if (typeof filing.folder === 'number') lost.add(unit)
        else if (row.folder_id === null) wanted.push({ mailboxId: filing.mailboxId, kind: 'sent' })
      }
      if (wanted.length > 0) throw new FolderWanted(wanted)
      filed(out)
    }),
  ]
}
