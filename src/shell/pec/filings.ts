// Messages into folders, for all the units of a group commit: rows, uids, modseq and the counters. Summed up here, so
// that the database has three plain statements to run, or one (filingOnly.ts).
import type { Instant } from '../../core/lib/instant.ts'
import { DELETED, type Flags, NO_FLAGS, SEEN } from '../../core/mail/flags.ts'
import { keywordsOf } from '../../core/mailbox/certified.ts'
import { type Tx, timestamp, type Values } from '../db/pool.ts'
import type { Changes, Filed, Filing } from './changes.ts'
import { insertLinks, linkValues, type Threads } from './conversations.ts'
import type { Placing } from './places.ts'

/** A folder that was there a moment ago is gone: the batch is rolled back and placed again. */
export class Misplaced extends Error {
  readonly mailboxIds: readonly number[]
  constructor(mailboxIds: readonly number[]) {
    super('a folder is gone')
    this.mailboxIds = mailboxIds
  }
}

/** Messages of a mailbox, in all its folders. */
export const MESSAGE_LIMIT = 1_000_000

/** Longest msgid that is kept, in characters: more would not fit its index. */
const MSGID_LENGTH = 500

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

type Sum = {
  messages: number
  bytes: number
  unseen: number
  deleted: number
  deletedBytes: number
  /** Whether any was delivered: not put there by its holder, nor a copy of what was sent. */
  delivers: boolean
}

/** The filings of a group commit, and what each mailbox and folder gains by them, by its id. */
export type FilingBatch = {
  readonly items: readonly Item[]
  /** For each item how many of its folder come from it on: its uid is that far before the next one to be given. */
  readonly distances: readonly number[]
  readonly boxes: ReadonlyMap<number, Sum>
  readonly folders: ReadonlyMap<number, Sum>
  readonly mailboxOf: ReadonlyMap<number, number>
}

const NOTHING: Sum = { messages: 0, bytes: 0, unseen: 0, deleted: 0, deletedBytes: 0, delivers: false }

const sums = (items: readonly Item[], idOf: (item: Item) => number): ReadonlyMap<number, Sum> => {
  const all = new Map<number, Sum>()
  for (const item of items) {
    const { sizeBytes, kind } = item.filing
    const sum = all.get(idOf(item)) ?? { ...NOTHING }
    all.set(idOf(item), sum)
    sum.messages++
    sum.bytes += sizeBytes
    if (kind !== null && kind !== 'submitted') sum.delivers = true
    if ((item.flags.system & SEEN) === 0) sum.unseen++
    if ((item.flags.system & DELETED) === 0) continue
    sum.deleted++
    sum.deletedBytes += sizeBytes
  }
  return all
}

const distancesOf = (items: readonly Item[]): readonly number[] => {
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

/** Sums up the filings that have a folder. */
export const batchOf = (units: readonly Changes[], placing: Placing, threads: Threads): FilingBatch => {
  const items = units.flatMap((changes, unit) =>
    changes.filings.flatMap((filing): readonly Item[] => {
      const folderId = placing.get(filing)
      if (folderId === undefined) return []
      return [{ unit, filing, folderId, thread: threads.get(filing)!, flags: flagsAtArrival(filing) }]
    }),
  )
  return {
    items,
    distances: distancesOf(items),
    boxes: sums(items, (item) => item.filing.mailboxId),
    folders: sums(items, (item) => item.folderId),
    mailboxOf: new Map(items.map((item) => [item.folderId, item.filing.mailboxId])),
  }
}

/** Ids of mailboxes, messages and bytes that each gains, and whether mail was delivered to it. */
export const boxValues = ({ boxes }: FilingBatch): Values => [
  [...boxes.keys()],
  [...boxes.values()].map((sum) => sum.messages),
  [...boxes.values()].map((sum) => sum.bytes),
  [...boxes.values()].map((sum) => sum.delivers),
]

/** Ids of folders and of their mailboxes, and the five sums of each. */
export const folderValues = ({ folders, mailboxOf }: FilingBatch): Values => {
  const all = [...folders.values()]
  return [
    [...folders.keys()],
    [...folders.keys()].map((id) => mailboxOf.get(id)!),
    all.map((sum) => sum.messages),
    all.map((sum) => sum.bytes),
    all.map((sum) => sum.unseen),
    all.map((sum) => sum.deleted),
    all.map((sum) => sum.deletedBytes),
  ]
}

/** What `insertMessages` needs. */
export const messageValues = ({ items, distances }: FilingBatch, now: Instant): Values => [
  items.map((item) => item.folderId),
  distances,
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
]

/** Mailboxes gain; parameters from `n` on. Locked by rising id, so that no two nodes wait for one another in a circle. */
export const lockBoxes = (n: number): string =>
  `locked as materialized (select id from mailbox where id = any($${n}::bigint[]) order by id for no key update)`
export const moveBoxes = (n: number): string =>
  `update mailbox b set modseq = modseq + 1, messages = b.messages + x.messages, used_bytes = used_bytes + x.bytes,
     delivered_modseq = case when x.delivers then modseq + 1 else delivered_modseq end
   from locked join unnest($${n}::bigint[], $${n + 1}::bigint[], $${n + 2}::bigint[], $${n + 3}::boolean[])
          as x (id, messages, bytes, delivers)
        on x.id = locked.id
   where b.id = locked.id`

/** What a folder gains from a row `x`, in a mailbox `b` that has gained already. */
export const FOLDER_GAINS = `
  uid_next = uid_next + x.messages, modseq_before = highest_modseq, highest_modseq = b.modseq,
  messages = f.messages + x.messages, bytes = f.bytes + x.bytes, unseen = f.unseen + x.unseen,
  deleted = f.deleted + x.deleted, deleted_bytes = f.deleted_bytes + x.deleted_bytes`
export const FOLDER_ROW = 'f.id, f.name, f.role, f.uid_next, f.uid_validity, f.highest_modseq, f.modseq_before'

/** Rows of messages; `f` are the folders, moved on already. Parameters from `n` on. */
export const insertMessages = (n: number, f: string): string => `
  insert into message (folder_id, uid, content_id, size_bytes, received_at, saved_at, modseq, thread, flags, keywords,
                       kind, msgid, subject)
  select f.id, f.uid_next - distance, content_id, size_bytes, received_at, $${n + 11}::timestamptz, f.highest_modseq,
         thread, flags, keywords, kind, msgid, subject
  from unnest($${n}::bigint[], $${n + 1}::int[], $${n + 2}::uuid[], $${n + 3}::bigint[], $${n + 4}::timestamptz[],
              $${n + 5}::bigint[], $${n + 6}::smallint[], $${n + 7}::text[], $${n + 8}::text[], $${n + 9}::text[],
              $${n + 10}::text[])
         as x (folder_id, distance, content_id, size_bytes, received_at, thread, flags, keywords, kind, msgid, subject)
  join ${f} f on f.id = x.folder_id`

export type FolderRow = {
  readonly id: number
  readonly name: string
  readonly role: string | null
  readonly uid_next: number
  readonly uid_validity: number
  readonly highest_modseq: number
  readonly modseq_before: number
}

/** Where the messages of a batch came to lie. */
export const filedOf = (
  { items, distances }: FilingBatch,
  folders: ReadonlyMap<number, FolderRow>,
  now: Instant,
): readonly Filed[] =>
  items.flatMap(({ filing, folderId, thread }, at): readonly Filed[] => {
    const row = folders.get(folderId)
    if (row === undefined) return []
    return [
      {
        filing,
        folderId,
        role: row.role,
        uidValidity: row.uid_validity,
        uid: row.uid_next - distances[at]!,
        modseq: row.highest_modseq,
        modseqBefore: row.modseq_before,
        thread,
        savedAt: now,
      },
    ]
  })

type BoxRow = {
  readonly id: number
  readonly used_bytes: number
  readonly quota_bytes: number
  readonly messages: number
}

/** Marks as lost those units that bring a mailbox over its limits, the later ones first. */
const loseBeyondLimits = ({ items, boxes }: FilingBatch, rows: readonly BoxRow[], lost: Set<number>): void => {
  const held = new Map(
    rows.map((row) => {
      const { bytes, messages } = boxes.get(row.id)!
      return [row.id, { row, bytes: row.used_bytes - bytes, messages: row.messages - messages }]
    }),
  )
  for (const { unit, filing } of items) {
    const box = held.get(filing.mailboxId)
    if (box === undefined) continue
    const isOver = box.bytes + filing.sizeBytes > box.row.quota_bytes || box.messages + 1 > MESSAGE_LIMIT
    if (filing.limited && isOver) lost.add(unit)
    else {
      box.bytes += filing.sizeBytes
      box.messages++
    }
  }
}

/**
 * Writes the filings; `filed` is given what was written once the answer is here. Units whose folder, named by its id, is
 * gone are lost, and those that are limited and too much. Throws Misplaced where a standing folder is gone.
 */
export const insertFilings = (
  tx: Tx,
  units: readonly Changes[],
  placing: Placing,
  threads: Threads,
  now: Instant,
  lost: Set<number>,
  filed: (filed: readonly Filed[]) => void,
): readonly Promise<unknown>[] => {
  const batch = batchOf(units, placing, threads)
  const { items } = batch
  if (items.length === 0) return []
  const sent: Promise<unknown>[] = []
  const boxes = `with ${lockBoxes(1)} ${moveBoxes(1)}`
  if (items.some(({ filing }) => filing.limited)) {
    const returning = 'returning b.id, used_bytes, quota_bytes, b.messages'
    const moved = tx.query<BoxRow>('commit-boxes-limited', `${boxes} ${returning}`, boxValues(batch))
    sent.push(moved.then((rows) => loseBeyondLimits(batch, rows, lost)))
  } else tx.send('commit-boxes', boxes, boxValues(batch))
  const moved = tx.query<FolderRow>(
    'commit-folders',
    `update folder f set ${FOLDER_GAINS}
     from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[])
            as x (id, mailbox_id, messages, bytes, unseen, deleted, deleted_bytes)
     join mailbox b on b.id = x.mailbox_id
     where f.id = x.id and f.mailbox_id = x.mailbox_id
     returning ${FOLDER_ROW}`,
    folderValues(batch),
  )
  const links = linkValues(threads)
  if ((links[0] as readonly number[]).length > 0) tx.send('commit-links', insertLinks(1), links)
  tx.send('commit-messages', insertMessages(1, 'folder'), messageValues(batch, now))
  sent.push(
    moved.then((rows) => {
      const byId = new Map(rows.map((row) => [row.id, row]))
      for (const { unit, filing, folderId } of items)
        if (filing.folderName !== undefined && byId.get(folderId)?.name !== filing.folderName) lost.add(unit)
      const gone = items.filter((item) => !byId.has(item.folderId))
      for (const { unit, filing } of gone) if (typeof filing.folder === 'number') lost.add(unit)
      const misplaced = gone.filter(({ filing }) => typeof filing.folder !== 'number')
      if (misplaced.length > 0) throw new Misplaced(misplaced.map(({ filing }) => filing.mailboxId))
      filed(filedOf(batch, byId, now))
    }),
  )
  return sent
}
