// Messages into folders, for all the units of a group commit: rows, uids, modseq and the counters. Summed up here, so
// that the database has three plain statements to run.
import { createHash } from 'node:crypto'
import type { Instant } from '../../core/lib/instant.ts'
import { DELETED, type Flags, NO_FLAGS, SEEN } from '../../core/mail/flags.ts'
import { keywordsOf } from '../../core/mailbox/certified.ts'
import { type Tx, timestamp } from '../db/pool.ts'
import type { Changes, Filed, Filing } from './changes.ts'
import type { Placing } from './places.ts'

/** A folder that was there a moment ago is gone: the batch is rolled back and placed again. */
export class Misplaced extends Error {
  readonly mailboxIds: readonly number[]
  constructor(mailboxIds: readonly number[]) {
    super('a folder is gone')
    this.mailboxIds = mailboxIds
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

type Item = {
  readonly unit: number
  readonly filing: Filing
  readonly folderId: number
  readonly thread: bigint
  readonly flags: Flags
}

type Sum = { messages: number; bytes: number; unseen: number; deleted: number; deletedBytes: number }

/** What each mailbox or folder gains, by its id. */
const sums = (items: readonly Item[], idOf: (item: Item) => number): ReadonlyMap<number, Sum> => {
  const all = new Map<number, Sum>()
  for (const item of items) {
    const { sizeBytes } = item.filing
    const sum = all.get(idOf(item)) ?? { messages: 0, bytes: 0, unseen: 0, deleted: 0, deletedBytes: 0 }
    all.set(idOf(item), sum)
    sum.messages++
    sum.bytes += sizeBytes
    if ((item.flags.system & SEEN) === 0) sum.unseen++
    if ((item.flags.system & DELETED) === 0) continue
    sum.deleted++
    sum.deletedBytes += sizeBytes
  }
  return all
}

/** For each item how many of its folder come from it on: its uid is that far before the next one to be given. */
const distances = (items: readonly Item[]): readonly number[] => {
  const seen = new Map<number, number>()
  return items
    .toReversed()
    .map(({ folderId }) => {
      const distance = (seen.get(folderId) ?? 0) + 1
      seen.set(folderId, distance)
      return distance
    })
    .reverse()
}

/** Mailboxes are locked by rising id, so that committers of several nodes never wait for one another in a circle. */
const moveMailboxes = (tx: Tx, boxes: ReadonlyMap<number, Sum>): void =>
  tx.send(
    'commit-boxes',
    `with locked as materialized (
       select id from mailbox where id = any($1::bigint[]) order by id for no key update
     )
     update mailbox b set modseq = modseq + 1, messages = b.messages + x.messages, used_bytes = used_bytes + x.bytes
     from locked join unnest($1::bigint[], $2::bigint[], $3::bigint[]) as x (id, messages, bytes) on x.id = locked.id
     where b.id = locked.id`,
    [[...boxes.keys()], [...boxes.values()].map((sum) => sum.messages), [...boxes.values()].map((sum) => sum.bytes)],
  )

type FolderRow = {
  readonly id: number
  readonly uid_next: number
  readonly uid_validity: number
  readonly highest_modseq: number
  readonly modseq_before: number
}

const moveFolders = (
  tx: Tx,
  folders: ReadonlyMap<number, Sum>,
  mailboxes: readonly number[],
): Promise<readonly FolderRow[]> => {
  const all = [...folders.values()]
  return tx.query<FolderRow>(
    'commit-folders',
    `update folder f
     set uid_next = uid_next + x.messages, modseq_before = highest_modseq, highest_modseq = b.modseq,
         messages = f.messages + x.messages, bytes = f.bytes + x.bytes, unseen = f.unseen + x.unseen,
         deleted = f.deleted + x.deleted, deleted_bytes = f.deleted_bytes + x.deleted_bytes
     from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[])
            as x (id, mailbox_id, messages, bytes, unseen, deleted, deleted_bytes)
     join mailbox b on b.id = x.mailbox_id
     where f.id = x.id and f.mailbox_id = x.mailbox_id
     returning f.id, f.uid_next, f.uid_validity, f.highest_modseq, f.modseq_before`,
    [
      [...folders.keys()],
      mailboxes,
      all.map((sum) => sum.messages),
      all.map((sum) => sum.bytes),
      all.map((sum) => sum.unseen),
      all.map((sum) => sum.deleted),
      all.map((sum) => sum.deletedBytes),
    ],
  )
}

const insertMessages = (tx: Tx, items: readonly Item[], distance: readonly number[], now: Instant): void =>
  tx.send(
    'commit-messages',
    `insert into message (folder_id, uid, content_id, size_bytes, received_at, saved_at, modseq, thread, flags, keywords,
                          kind, msgid, subject)
     select f.id, f.uid_next - distance, content_id, size_bytes, received_at, $12::timestamptz, f.highest_modseq, thread,
            flags, keywords, kind, msgid, subject
     from unnest($1::bigint[], $2::int[], $3::uuid[], $4::bigint[], $5::timestamptz[], $6::bigint[], $7::smallint[],
                 $8::text[], $9::text[], $10::text[], $11::text[])
            as x (folder_id, distance, content_id, size_bytes, received_at, thread, flags, keywords, kind, msgid, subject)
     join folder f on f.id = x.folder_id`,
    [
      items.map((item) => item.folderId),
      distance,
      items.map(({ filing }) => filing.content),
      items.map(({ filing }) => filing.sizeBytes),
      items.map(({ filing }) => timestamp(filing.at)),
      items.map(({ thread }) => String(thread)),
      items.map(({ flags }) => flags.system),
      items.map(({ flags }) => flags.keywords.join(' ') || null),
      items.map(({ filing }) => filing.kind),
      items.map(({ filing }) => keptMsgid(filing.msgid)),
      items.map(({ filing }) => (filing.subject === undefined ? null : text(filing.subject))),
      timestamp(now),
    ],
  )

/**
 * Writes the filings; `filed` is given what was written once the answer is here. Units whose folder, named by its id, is
 * gone are lost. Throws Misplaced where a standing folder is.
 */
export const insertFilings = (
  tx: Tx,
  units: readonly Changes[],
  placing: Placing,
  now: Instant,
  lost: Set<number>,
  filed: (filed: readonly Filed[]) => void,
): readonly Promise<unknown>[] => {
  const items = units.flatMap((changes, unit) =>
    changes.filings.flatMap((filing): readonly Item[] => {
      const folderId = placing.get(filing)
      if (folderId === undefined) return []
      return [
        { unit, filing, folderId, thread: threadOf(filing.thread ?? filing.msgid), flags: flagsAtArrival(filing) },
      ]
    }),
  )
  if (items.length === 0) return []
  const distance = distances(items)
  const folders = sums(items, (item) => item.folderId)
  const mailboxOf = new Map(items.map((item) => [item.folderId, item.filing.mailboxId]))
  moveMailboxes(
    tx,
    sums(items, (item) => item.filing.mailboxId),
  )
  const moved = moveFolders(
    tx,
    folders,
    [...folders.keys()].map((id) => mailboxOf.get(id)!),
  )
  insertMessages(tx, items, distance, now)
  return [
    moved.then((rows) => {
      const byId = new Map(rows.map((row) => [row.id, row]))
      const gone = items.filter((item) => !byId.has(item.folderId))
      for (const { unit, filing } of gone) if (typeof filing.folder === 'number') lost.add(unit)
      const misplaced = gone.filter(({ filing }) => typeof filing.folder !== 'number')
      if (misplaced.length > 0) throw new Misplaced(misplaced.map(({ filing }) => filing.mailboxId))
      filed(
        items.flatMap(({ filing, folderId, thread }, at): readonly Filed[] => {
          const row = byId.get(folderId)
          if (row === undefined) return []
          return [
            {
              filing,
              folderId,
              uidValidity: row.uid_validity,
              uid: row.uid_next - distance[at]!,
              modseq: row.highest_modseq,
              modseqBefore: row.modseq_before,
              thread,
              savedAt: now,
            },
          ]
        }),
      )
    }),
  ]
}
