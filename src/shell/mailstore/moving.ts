// COPY, MOVE and EXPUNGE: messages from one folder to another, and away.
import type { Instant } from '../../core/lib/instant.ts'
import { DELETED, SEEN } from '../../core/mail/flags.ts'
import { kindOfNumber } from '../../core/mailbox/certified.ts'
import { PAGE_UIDS, pageOf } from '../../core/mailbox/flagPage.ts'
import { isBelow } from '../../core/mailbox/folderName.ts'
import { type Database, type Tx, timestamp } from '../db/pool.ts'
import { isOver, readQuota } from './append.ts'
import type { Arrived } from './cells.ts'
import { lockedFolder, moveOn, rising } from './flagging.ts'
import { listFolders, Withdrawn } from './folders.ts'
import type { Live } from './live.ts'
import type { Copied, StoreRefusal } from './mailstore.ts'
import type { States } from './states.ts'

/** Messages of a folder, chosen: uids that are there, with their flags. */
type Chosen = {
  readonly indexes: readonly number[]
  readonly uids: readonly number[]
  readonly system: readonly number[]
  readonly keywords: readonly string[]
  readonly bytes: number
  readonly unseen: number
  readonly deleted: number
  readonly deletedBytes: number
}

const choose = (live: Live, uids: readonly number[]): Chosen => {
  const cells = live.cells()
  const indexes = cells.indexesOf(uids)
  const all = cells.uids()
  const system = indexes.map(cells.system)
  const sizes = indexes.map(cells.sizeBytes)
  const sum = (of: readonly number[]): number => of.reduce((total, one) => total + one, 0)
  const deleted = sizes.filter((_, at) => (system[at]! & DELETED) !== 0)
  return {
    indexes,
    uids: indexes.map((index) => all[index]!),
    system,
    keywords: indexes.map((index) => live.sets.textOf(cells.set(index))),
    bytes: sum(sizes),
    unseen: system.filter((mask) => (mask & SEEN) === 0).length,
    deleted: deleted.length,
    deletedBytes: sum(deleted),
  }
}

const MESSAGE = 'content_id, size_bytes, received_at, saved_at, thread, kind, msgid, subject'

/** Removes messages in the caller's transaction, which has the mailbox locked; keeps what they were. */
export const expungeIn = (
  tx: Tx,
  of: {
    readonly live: Live
    readonly chosen: Chosen
    readonly modseq: number
    readonly now: Instant
    readonly restorable: boolean
  },
): void => {
  const { live, chosen, modseq, now } = of
  tx.send(
    'messages-expunge',
    `with given as (
       select * from unnest($2::bigint[], $3::smallint[], $4::text[]) as x (uid, flags, keywords)
     ), gone as (
       delete from message using given where folder_id = $1 and message.uid = given.uid
       returning message.uid, message.modseq as born, given.flags, given.keywords, ${MESSAGE}
     )
     insert into expunged (folder_id, uid, modseq, born, mailbox_id, expunged_at, restorable, flags, keywords, ${MESSAGE})
     select $1, uid, $5, born, $6, $7, $8, flags, nullif(keywords, ''), ${MESSAGE} from gone`,
    [live.folderId, chosen.uids, chosen.system, chosen.keywords, modseq, live.mailboxId, timestamp(now), of.restorable],
  )
  tx.send(
    'flag-pages-clear',
    `delete from flag_page p where folder_id = $1 and page = any($2::bigint[]) and not exists (
       select from message m where m.folder_id = $1 and m.uid >= p.page * ${PAGE_UIDS} and m.uid < (p.page + 1) * ${PAGE_UIDS})`,
    [live.folderId, [...new Set(chosen.uids.map(pageOf))]],
  )
}

/** What a mailbox holds after a transaction: so much more, or less. */
const holdMore = (tx: Tx, mailboxId: number, messages: number, bytes: number): void =>
  tx.send('mailbox-hold', 'update mailbox set messages = messages + $2, used_bytes = used_bytes + $3 where id = $1', [
    mailboxId,
    messages,
    bytes,
  ])

const negative = (chosen: Chosen) => ({
  messages: -chosen.uids.length,
  bytes: -chosen.bytes,
  unseen: -chosen.unseen,
  deleted: -chosen.deleted,
  deletedBytes: -chosen.deletedBytes,
})

export type Expunged = { readonly uids: readonly number[]; readonly modseq: number }

/** Removes messages; `restorable` where they are to be brought back on demand. */
export const expungeMessages = async (
  db: Database,
  states: States,
  folderId: number,
  given: readonly number[],
  now: Instant,
  restorable: boolean,
): Promise<Expunged> => {
  const first = await states.current(folderId)
  if (!first) return { uids: [], modseq: 0 }
  if (choose(first, given).uids.length === 0) return { uids: [], modseq: first.highestModseq() }
  const written = await lockedFolder(db, states, first, async (tx, locked) => {
    const chosen = choose(locked.live, rising(given))
    if (chosen.uids.length > 0) {
      expungeIn(tx, { ...locked, chosen, now, restorable })
      moveOn(tx, folderId, locked.modseq, negative(chosen))
      holdMore(tx, first.mailboxId, -chosen.uids.length, -chosen.bytes)
    }
    return { ...locked, uids: chosen.uids }
  })
  if ('refusal' in written) return { uids: [], modseq: 0 }
  const { uids, modseq, modseqBefore } = written
  if (uids.length === 0) return { uids, modseq: modseqBefore }
  await states.done({ folderId, mailboxId: first.mailboxId, modseqBefore, modseq, happened: { expunged: uids } })
  return { uids, modseq }
}

type Target = {
  readonly uid_next: number
  readonly uid_validity: number
  readonly highest_modseq: number
}

/** Copies chosen messages in the caller's transaction; gives the first of the new uids, which follow one another. */
const copyIn = async (
  tx: Tx,
  of: {
    readonly live: Live
    readonly chosen: Chosen
    readonly toId: number
    readonly modseq: number
    readonly now: Instant
  },
): Promise<Target> => {
  const { live, chosen, toId, modseq, now } = of
  const count = chosen.uids.length
  if (count === 0) {
    const [there] = await tx.query<Target>(
      'folder-there',
      'select uid_next, uid_validity, highest_modseq from folder where id = $1 and mailbox_id = $2',
      [toId, live.mailboxId],
    )
    if (there === undefined) throw new Withdrawn('nonexistent')
    return there
  }
  const [target] = await tx.query<Target>(
    'folder-receive',
    `update folder set uid_next = uid_next + $3, modseq_before = highest_modseq, highest_modseq = $4,
            messages = messages + $3, bytes = bytes + $5, unseen = unseen + $6, deleted = deleted + $7,
            deleted_bytes = deleted_bytes + $8
     where id = $1 and mailbox_id = $2
     returning uid_next - $3 as uid_next, uid_validity, modseq_before as highest_modseq`,
    [toId, live.mailboxId, count, modseq, chosen.bytes, chosen.unseen, chosen.deleted, chosen.deletedBytes],
  )
  if (target === undefined) throw new Withdrawn('nonexistent')
  tx.send(
    'messages-copy',
    `insert into message (folder_id, uid, content_id, size_bytes, received_at, saved_at, modseq, thread, flags, keywords,
                          kind, msgid, subject)
     select $2, $6 + n - 1, content_id, size_bytes, received_at, $8, $7, thread, x.flags, nullif(x.keywords, ''),
            nullif(kind, 'submitted'), msgid, subject
     from unnest($3::bigint[], $4::smallint[], $5::text[]) with ordinality as x (uid, flags, keywords, n)
     join message m on m.folder_id = $1 and m.uid = x.uid`,
    [live.folderId, toId, chosen.uids, chosen.system, chosen.keywords, target.uid_next, modseq, timestamp(now)],
  )
  return target
}

/** A copy of what submission has filed is one that a mail program has made. */
const copiedKind = (kind: number): number => (kindOfNumber(kind) === 'submitted' ? 0 : kind)

/** The copies as the folder that takes them sees them come. */
const arrivals = (live: Live, chosen: Chosen, firstUid: number, modseq: number, now: Instant): readonly Arrived[] => {
  const cells = live.cells()
  return chosen.indexes.map((index, at) => ({
    uid: firstUid + at,
    content: cells.content(index),
    sizeBytes: cells.sizeBytes(index),
    receivedAt: cells.receivedAt(index),
    savedAt: now,
    thread: cells.thread(index),
    system: chosen.system[at]!,
    keywords: chosen.keywords[at]!,
    modseq,
    kind: copiedKind(cells.kind(index)),
  }))
}

/** Copies messages to a folder of the same mailbox; `away`: and removes them, all in one transaction (RFC 6851). */
export const copyMessages = async (
  db: Database,
  states: States,
  of: { readonly fromId: number; readonly uids: readonly number[]; readonly toId: number; readonly away: boolean },
  now: Instant,
): Promise<Copied | StoreRefusal> => {
  const { fromId, toId, away } = of
  const first = await states.known(fromId)
  if (!first) return { refusal: 'nonexistent' }
  const uids = rising(of.uids)
  const written = await lockedFolder(db, states, first, async (tx, locked) => {
    const { live, modseq } = locked
    const chosen = choose(live, uids)
    if (!away && isOver(await readQuota(tx, live.mailboxId), chosen.uids.length, chosen.bytes))
      throw new Withdrawn('overQuota')
    const target = await copyIn(tx, { live, chosen, toId, modseq, now })
    if (chosen.uids.length === 0) return { ...locked, chosen, target }
    if (away) {
      expungeIn(tx, { live, chosen, modseq, now, restorable: false })
      moveOn(tx, fromId, modseq, negative(chosen))
    } else holdMore(tx, live.mailboxId, chosen.uids.length, chosen.bytes)
    return { ...locked, chosen, target }
  })
  if ('refusal' in written) return written
  const { live, modseq, modseqBefore, chosen, target } = written
  if (chosen.uids.length === 0)
    return { uidValidity: target.uid_validity, uids: [], modseq: target.highest_modseq, from: [] }
  const arrived = arrivals(live, chosen, target.uid_next, modseq, now)
  const { mailboxId } = live
  const came = { folderId: toId, mailboxId, modseqBefore: target.highest_modseq, modseq, happened: { arrived } }
  const expunged = chosen.uids
  if (away && fromId === toId) await states.done({ ...came, happened: { arrived, expunged } })
  else {
    await states.done(came)
    if (away) await states.done({ folderId: fromId, mailboxId, modseqBefore, modseq, happened: { expunged } })
  }
  return { uidValidity: target.uid_validity, uids: arrived.map(({ uid }) => uid), modseq, from: chosen.uids }
}

/** Removes a folder that has none below, and its messages, which can be brought back. */
export const deleteFolder = (
  db: Database,
  states: States,
  given: Live,
  name: string,
  now: Instant,
): Promise<StoreRefusal | undefined> =>
  lockedFolder(db, states, given, async (tx, locked) => {
    const { live } = locked
    // RFC 9051 §6.3.5: names above others may be refused
    const folders = await listFolders(tx, live.mailboxId)
    if (folders.some((other) => isBelow(other.name, name))) throw new Withdrawn('hasChildren')
    const chosen = choose(live, [...live.cells().uids().subarray(0, live.cells().count())])
    if (chosen.uids.length > 0) {
      expungeIn(tx, { ...locked, chosen, now, restorable: true })
      holdMore(tx, live.mailboxId, -chosen.uids.length, -chosen.bytes)
    }
    tx.send('flag-pages-drop', 'delete from flag_page where folder_id = $1', [live.folderId])
    tx.send(
      'folder-drop',
      `with gone as (delete from folder where id = $1 returning id, mailbox_id, created_modseq)
       insert into folder_gone (folder_id, mailbox_id, created_modseq, modseq)
       select id, mailbox_id, created_modseq, $2 from gone`,
      [live.folderId, locked.modseq],
    )
    return undefined
  })
