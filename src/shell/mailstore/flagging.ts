// STORE: the flags of messages, changed by pages in one transaction.

import { DELETED, type FlagChange, type Flags, SEEN } from '../../core/mail/flags.ts'
import { draftPage, type FlagPage, PAGE_UIDS, pageOf } from '../../core/mailbox/flagPage.ts'
import type { Database, Tx } from '../db/pool.ts'
import type { Cells } from './cells.ts'
import { lockMailbox, refusable, Withdrawn } from './folders.ts'
import { type Live, MOST_KEYWORDS_TOLD } from './live.ts'
import type { Stored, StoreRefusal } from './mailstore.ts'
import type { States } from './states.ts'

/** Keywords of one message, and characters of a keyword: enough for any program, too few to fill a page with. */
const MOST_KEYWORDS = 100
const KEYWORD_LENGTH = 200

/** A folder under the lock of its mailbox. */
export type Locked = {
  readonly live: Live
  /** Modseq of what the transaction changes. */
  readonly modseq: number
  readonly modseqBefore: number
}

/** Locks the mailbox of a folder and makes sure that all of the folder is known. Throws Withdrawn where it is gone. */
const lockFolder = async (tx: Tx, states: States, given: Live): Promise<Locked> => {
  const locked = lockMailbox(tx, given.mailboxId)
  // A statement of its own: it sees what was committed while the lock was waited for.
  const [[folder], modseq] = await Promise.all([
    tx.query<{ highest_modseq: number }>('folder-known', 'select highest_modseq from folder where id = $1', [
      given.folderId,
    ]),
    locked,
  ])
  if (folder === undefined || modseq === undefined) throw new Withdrawn('nonexistent')
  const modseqBefore = folder.highest_modseq
  const live = given.highestModseq() === modseqBefore ? given : await states.refreshed(given.folderId)
  if (live?.highestModseq() !== modseqBefore) throw new Error(`folder ${given.folderId} is not what it is said to be`)
  return { live, modseq, modseqBefore }
}

/** Runs a transaction over a folder, under the lock of its mailbox; it may be withdrawn. */
export const lockedFolder = <T>(
  db: Database,
  states: States,
  live: Live,
  work: (tx: Tx, locked: Locked) => Promise<T>,
): Promise<T | StoreRefusal> =>
  states.inTurn(live.mailboxId, () => refusable(db, async (tx) => work(tx, await lockFolder(tx, states, live))))

type Counters = { unseen: number; deleted: number; deletedBytes: number }

/** Counts what goes from `before` to `after`, masks of system flags. */
const count = (counters: Counters, before: number, after: number, sizeBytes: number): void => {
  counters.unseen += Number((after & SEEN) === 0) - Number((before & SEEN) === 0)
  const deleted = Number((after & DELETED) !== 0) - Number((before & DELETED) !== 0)
  counters.deleted += deleted
  counters.deletedBytes += deleted * sizeBytes
}

const systemAfter = (before: number, { how, system }: FlagChange): number =>
  how === 'set' ? system : how === 'add' ? before | system : before & ~system

/** Keywords after a change, as one text; of words that differ in case only, the one first written stays. */
const keywordsAfter = (live: Live, before: readonly string[], { how, keywords }: FlagChange): string => {
  const given = new Map(keywords.map((word) => [word.toLowerCase(), live.sets.asWritten(word)]))
  // What a folder tells with each SELECT must not grow without end.
  if (how !== 'remove' && live.sets.met() > MOST_KEYWORDS_TOLD) {
    const known = live.state().allKeywords()
    if (new Set([...known, ...given.values()]).size > MOST_KEYWORDS_TOLD) throw new Withdrawn('limit')
  }
  const kept = how === 'set' ? [] : before.filter((word) => how === 'add' || !given.has(word.toLowerCase()))
  const all = new Map(kept.map((word) => [word.toLowerCase(), word]))
  if (how !== 'remove') for (const [key, word] of given) if (!all.has(key)) all.set(key, word)
  if (all.size > MOST_KEYWORDS) throw new Withdrawn('limit')
  return [...all.values()].sort().join(' ')
}

type Plan = {
  readonly cells: Cells
  /** Of those that change. */
  readonly indexes: readonly number[]
  readonly failed: readonly number[]
  /** Flags of the whole folder as they are to be. */
  readonly system: Uint8Array
  readonly sets: Uint32Array
  readonly counters: Readonly<Counters>
}

/** What a change comes to in a folder as it stands; with `any` no more than its first effect is looked for. */
const plan = (
  live: Live,
  uids: readonly number[],
  change: FlagChange,
  unchangedSince: number | undefined,
  any = false,
): Plan => {
  const cells = live.cells()
  const all = cells.uids()
  const { system, sets } = cells.flags()
  const after = new Map<number, number>() // numbers of sets
  const indexes: number[] = []
  const failed: number[] = []
  const counters = { unseen: 0, deleted: 0, deletedBytes: 0 }
  for (const index of cells.indexesOf(uids)) {
    if (unchangedSince !== undefined && cells.modseq(index) > unchangedSince) {
      failed.push(all[index]!)
      continue
    }
    const before = system[index]!
    const set = sets[index]!
    const next = systemAfter(before, change)
    let nextSet = after.get(set)
    if (nextSet === undefined) {
      nextSet = live.sets.numberOf(keywordsAfter(live, live.sets.wordsOf(set), change))
      after.set(set, nextSet)
    }
    if (next === before && nextSet === set) continue
    indexes.push(index)
    system[index] = next
    sets[index] = nextSet
    if (((next ^ before) & (SEEN | DELETED)) !== 0) count(counters, before, next, cells.sizeBytes(index))
    if (any) break
  }
  return { cells, indexes, failed, system, sets, counters }
}

/** The pages that changed messages are on, whole: their neighbours as they stand. */
const pagesOf = (live: Live, { cells, indexes, system, sets }: Plan, modseq: number): readonly FlagPage[] => {
  const uids = cells.uids()
  const count = cells.count()
  const pages: FlagPage[] = []
  for (let next = 0; next < indexes.length; ) {
    const page = pageOf(uids[indexes[next]!]!)
    const draft = draftPage(page)
    const end = (page + 1) * PAGE_UIDS
    // Back to where the page begins: at most 127 messages.
    let index = indexes[next]!
    while (index > 0 && uids[index - 1]! >= page * PAGE_UIDS) index--
    for (; index < count && uids[index]! < end; index++) {
      const changed = indexes[next] === index
      if (changed) next++
      draft.put(uids[index]!, system[index]!, sets[index]!, changed ? modseq : cells.modseq(index))
    }
    pages.push(draft.finish(live.sets.textOf))
  }
  return pages
}

/** Writes pages in one statement; their slots go as one value. */
const writePages = (tx: Tx, folderId: number, pages: readonly FlagPage[], modseq: number): void =>
  tx.send(
    'flag-pages-write',
    `insert into flag_page (folder_id, page, modseq, sets, slots)
     select $1, page, $2, sets, substring($5::bytea from (n::int - 1) * $6::int + 1 for $6::int)
     from unnest($3::bigint[], $4::text[]) with ordinality as x (page, sets, n)
     on conflict (folder_id, page) do update set modseq = excluded.modseq, sets = excluded.sets, slots = excluded.slots`,
    [
      folderId,
      modseq,
      pages.map((page) => page.page),
      pages.map((page) => page.sets),
      Buffer.concat(pages.map((page) => page.slots)),
      pages[0]!.slots.length,
    ],
  )

/** Moves a folder on to a modseq, and its counters by so much. */
export const moveOn = (
  tx: Tx,
  folderId: number,
  modseq: number,
  by: Counters & { readonly messages?: number; readonly bytes?: number },
): void =>
  tx.send(
    'folder-move-on',
    `update folder set modseq_before = highest_modseq, highest_modseq = $2, messages = messages + $3, bytes = bytes + $4,
                       unseen = unseen + $5, deleted = deleted + $6, deleted_bytes = deleted_bytes + $7
     where id = $1`,
    [folderId, modseq, by.messages ?? 0, by.bytes ?? 0, by.unseen, by.deleted, by.deletedBytes],
  )

/** Whether these are keywords that can be kept. */
export const isWritable = ({ keywords }: Flags): boolean =>
  keywords.length <= MOST_KEYWORDS &&
  keywords.every((word) => word.length > 0 && word.length <= KEYWORD_LENGTH && /^[!-~]+$/.test(word))

/** Changes the flags of messages (RFC 9051 §6.4.6, RFC 7162 §3.1.3). */
export const storeFlags = async (
  db: Database,
  states: States,
  folderId: number,
  given: readonly number[],
  change: FlagChange,
  unchangedSince: number | undefined,
): Promise<Stored | StoreRefusal> => {
  if (!isWritable(change)) return { refusal: 'limit' }
  const first = await states.known(folderId)
  if (!first) return { refusal: 'nonexistent' }
  const uids = rising(given)
  try {
    // What changes nothing takes no lock, once it is sure that no other process has changed it.
    if (plan(first, uids, change, unchangedSince, true).indexes.length === 0) {
      const live = await states.current(folderId)
      const idle = live && plan(live, uids, change, unchangedSince, true)
      if (idle?.indexes.length === 0) return { changed: [], failed: idle.failed, modseq: live!.highestModseq() }
    }
  } catch (error) {
    if (error instanceof Withdrawn) return error.refusal
    throw error
  }
  const written = await lockedFolder(db, states, first, async (tx, locked) => {
    const planned = plan(locked.live, uids, change, unchangedSince)
    if (planned.indexes.length > 0) {
      writePages(tx, folderId, pagesOf(locked.live, planned, locked.modseq), locked.modseq)
      moveOn(tx, folderId, locked.modseq, planned.counters)
    }
    return { ...locked, planned }
  })
  if ('refusal' in written) return written
  const { planned, modseq, modseqBefore } = written
  const { indexes, failed, cells } = planned
  if (indexes.length === 0) return { changed: [], failed, modseq: modseqBefore }
  const uidAt = cells.uids()
  const changed = indexes.map((index) => uidAt[index]!)
  const { mailboxId } = first
  await states.done({ folderId, mailboxId, modseqBefore, modseq, happened: { reflagged: { ...planned, modseq } } })
  return { changed, failed, modseq }
}

/** Uids each once, in rising order; given so, they stay as they are. */
export const rising = (uids: readonly number[]): readonly number[] => {
  for (let at = 1; at < uids.length; at++)
    if (uids[at]! <= uids[at - 1]!) return [...new Set(uids)].sort((a, b) => a - b)
  return uids
}
