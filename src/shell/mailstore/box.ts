// A whole mailbox at one moment, for those who see messages and not folders (JMAP): every folder, and where each message lies.
import type { ContentId } from '../../core/lib/rope.ts'
import { DELETED } from '../../core/mail/flags.ts'
import type { Database, Queries } from '../db/pool.ts'
import { readBox } from './folders.ts'
import type { Live } from './live.ts'
import type { Folder, FolderState } from './mailstore.ts'
import type { States } from './states.ts'

/** A message in a folder: at an index of the folder's state. */
export type Row = { readonly folder: BoxFolder; readonly index: number }

export type BoxFolder = Folder & {
  readonly state: FolderState
  /** Uids of the messages that have a content, removed ones among them. */
  readonly uidsOf: (content: ContentId) => readonly number[]
  /** Contents that lie here more than once, or did. */
  readonly repeated: () => ReadonlySet<ContentId>
}

export type Box = {
  readonly mailboxId: number
  /** Everything up to this modseq is in what is read of the box; more may be. */
  readonly modseq: number
  /** Changes since an earlier modseq are not all remembered. */
  readonly changesSince: number
  /** By name. */
  readonly folders: readonly BoxFolder[]
  /** Where a content lies. Messages marked as deleted are not there: IMAP alone shows them (RFC 8621 §4.1.1). */
  readonly rowsOf: (content: ContentId) => readonly Row[]
  /** Another one where anything has changed that a query may ask for. */
  readonly signature: string
  /** Contents that lie in more than one place. */
  readonly shared: () => ReadonlyMap<ContentId, readonly Row[]>
}

/** Whether the message at an index is there for who sees messages and not folders. */
export const isVisible = (state: FolderState, index: number): boolean => (state.system(index) & DELETED) === 0

/** Uids by content, as far as they were looked at; of those that were removed since too. */
type Index = { uids: Map<ContentId, number | number[]>; upTo: number; repeated: Set<ContentId> }

const indexes = new WeakMap<Live, Index>()

/** The index of a folder, with what has come since; made anew where half of it is gone. */
const indexOf = (live: Live): Index => {
  const state = live.state()
  let index = indexes.get(live)
  if (!index || index.uids.size > 2 * state.count + 1_000) {
    index = { uids: new Map(), upTo: 0, repeated: new Set() }
    indexes.set(live, index)
  }
  let at = state.count
  while (at > 0 && state.uids[at - 1]! > index.upTo) at--
  for (; at < state.count; at++) {
    const content = state.content(at)
    const uid = state.uids[at]!
    const known = index.uids.get(content)
    if (known === undefined) index.uids.set(content, uid)
    else {
      if (typeof known === 'number') index.uids.set(content, [known, uid])
      else known.push(uid)
      index.repeated.add(content)
    }
    index.upTo = uid
  }
  return index
}

/** Modseq of a mailbox: any change of it counts it up. */
export const boxModseq = async (db: Queries, mailboxId: number): Promise<number> => {
  const [row] = await db.query<{ modseq: number }>('box-modseq', 'select modseq from mailbox where id = $1', [
    mailboxId,
  ])
  return row?.modseq ?? 0
}

/** How far a mailbox has come, by kind of what changes in it. */
export type BoxStates = {
  readonly modseq: number
  /** Modseqs of the last delivery, and of the last change to what was sent and to identities. */
  readonly delivered: number
  readonly submissions: number
  readonly identities: number
  /** Of the last change to what is kept of the webmail. */
  readonly settings: number
  readonly usedBytes: number
  readonly limitBytes: number
  readonly messages: number
}

export const boxStates = async (db: Queries, mailboxId: number): Promise<BoxStates> => {
  const [row] = await db.query<BoxStates>(
    'box-states',
    `select modseq, delivered_modseq as delivered, submissions_modseq as submissions, identities_modseq as identities,
       settings_modseq as settings,
       used_bytes as "usedBytes", quota_bytes as "limitBytes", messages
     from mailbox where id = $1`,
    [mailboxId],
  )
  return row ?? NOWHERE
}
const NOWHERE: BoxStates = {
  modseq: 0,
  delivered: 0,
  submissions: 0,
  identities: 0,
  settings: 0,
  usedBytes: 0,
  limitBytes: 0,
  messages: 0,
}

type Shared = { readonly signature: string; readonly found: ReadonlyMap<ContentId, readonly Row[]> }
const MOST_SHARED = 1_000

/** Opens boxes over the folders that a process knows. */
export const makeBoxes = (db: Database, states: States) => {
  const sharedOf = new Map<number, Shared>()

  const findShared = (folders: readonly BoxFolder[], rowsOf: Box['rowsOf'], lives: readonly Live[]) => {
    const found = new Map<ContentId, readonly Row[]>()
    const add = (content: ContentId): void => {
      if (found.has(content)) return
      const rows = rowsOf(content)
      if (rows.length > 1) found.set(content, rows)
    }
    // What lies in two folders lies in one that is not the largest.
    const sizes = folders.map(({ state }) => state.count)
    const largest = sizes.indexOf(Math.max(...sizes, 0))
    for (const [at, { state }] of folders.entries()) {
      for (const content of indexOf(lives[at]!).repeated) add(content)
      if (at !== largest) for (let index = 0; index < state.count; index++) add(state.content(index))
    }
    return found
  }

  /** The box as it stands: what was committed before this call is in it. */
  return async (mailboxId: number): Promise<Box> => {
    const head = (await readBox(db, mailboxId)) ?? { modseq: 0, changesSince: 0, folders: [] }
    const lives: Live[] = []
    const folders: BoxFolder[] = []
    for (const folder of head.folders) {
      const live = await states.upTo(folder.id, folder.highestModseq)
      if (!live) continue // removed meanwhile
      lives.push(live)
      folders.push({
        ...folder,
        state: live.state(),
        uidsOf: (content) => {
          const uids = indexOf(live).uids.get(content)
          return uids === undefined ? NONE : typeof uids === 'number' ? [uids] : uids
        },
        repeated: () => indexOf(live).repeated,
      })
    }
    const rowsOf = (content: ContentId): readonly Row[] => {
      const rows: Row[] = []
      for (const folder of folders) {
        for (const uid of folder.uidsOf(content)) {
          const index = folder.state.indexOf(uid)
          if (index >= 0 && isVisible(folder.state, index)) rows.push({ folder, index })
        }
      }
      return rows
    }
    let mine: ReadonlyMap<ContentId, readonly Row[]> | undefined
    const shared = (): ReadonlyMap<ContentId, readonly Row[]> => {
      mine ??= lookForShared()
      return mine
    }
    const signature = folders.map(({ id, state }) => `${id}:${state.highestModseq}`).join(' ')
    const lookForShared = (): ReadonlyMap<ContentId, readonly Row[]> => {
      const known = sharedOf.get(mailboxId)
      // Rows name the states of the box that they were found in: taken over while these are the same.
      if (known?.signature === signature) return regrouped(known.found, rowsOf)
      const found = findShared(folders, rowsOf, lives)
      sharedOf.delete(mailboxId)
      sharedOf.set(mailboxId, { signature, found })
      for (const oldest of sharedOf.keys()) {
        if (sharedOf.size <= MOST_SHARED) break
        sharedOf.delete(oldest)
      }
      return found
    }
    return { mailboxId, modseq: head.modseq, changesSince: head.changesSince, folders, rowsOf, signature, shared }
  }
}
export type OpenBox = ReturnType<typeof makeBoxes>

const NONE: readonly number[] = []

const regrouped = (
  found: ReadonlyMap<ContentId, readonly Row[]>,
  rowsOf: Box['rowsOf'],
): ReadonlyMap<ContentId, readonly Row[]> => new Map([...found.keys()].map((content) => [content, rowsOf(content)]))

/** A message that was removed, and what is told of it to who comes back. */
export type Gone = {
  readonly content: ContentId
  readonly folderId: number
  readonly thread: bigint
  /** Modseqs of its coming and of its going. */
  readonly born: number
  readonly modseq: number
}

/** What was removed from a mailbox after a modseq. */
export const goneSince = async (db: Queries, mailboxId: number, modseq: number): Promise<readonly Gone[]> => {
  const rows = await db.query<{
    content_id: ContentId
    folder_id: number
    thread: string
    born: number
    modseq: number
  }>(
    'box-gone',
    `select content_id, folder_id, thread::text as thread, born, modseq from expunged where mailbox_id = $1 and modseq > $2`,
    [mailboxId, modseq],
  )
  return rows.map((row) => ({
    content: row.content_id,
    folderId: row.folder_id,
    thread: BigInt(row.thread),
    born: row.born,
    modseq: row.modseq,
  }))
}

export type GoneFolder = { readonly folderId: number; readonly createdModseq: number; readonly modseq: number }

/** Folders that were removed after a modseq. */
export const goneFolders = async (db: Queries, mailboxId: number, modseq: number): Promise<readonly GoneFolder[]> => {
  const rows = await db.query<{ folder_id: number; created_modseq: number; modseq: number }>(
    'box-gone-folders',
    'select folder_id, created_modseq, modseq from folder_gone where mailbox_id = $1 and modseq > $2',
    [mailboxId, modseq],
  )
  return rows.map((row) => ({ folderId: row.folder_id, createdModseq: row.created_modseq, modseq: row.modseq }))
}
