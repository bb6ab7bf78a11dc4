// The inbox as a POP3 maildrop: exclusive, and as it was at login.
import { type ContentId, rangePiece } from '../../core/lib/rope.ts'
import { NO_FLAGS, SEEN } from '../../core/mail/flags.ts'
import { withoutEnd } from '../content/ends.ts'
import type { ContentStore } from '../content/store.ts'
import type { HeldLock, Locks } from '../db/locks.ts'
import type { Database } from '../db/pool.ts'
import type { OpenMaildrop, OpenMaildrops } from '../servers/pop3/options.ts'
import type { Mailbox } from './mailboxes.ts'
import type { FolderState, Mailstore } from './mailstore.ts'

/** Class of the locks of mailboxes open by POP3: any number, the same for ever. */
const LOCK_KIND = 620_113_093
/** Folders whose ends are remembered. */
const FOLDERS_MOST = 10_000

export type MaildropOptions = {
  readonly db: Database
  readonly mailstore: Mailstore
  readonly contents: ContentStore
  readonly locks: Locks
  /** Told where messages could not be marked as seen: no reason to fail a session. */
  readonly failed: (error: unknown) => void
}

/** The messages of a folder at one moment. Copied: the live state goes on. */
type Copy = {
  readonly folderId: number
  readonly uidValidity: number
  readonly uids: Uint32Array
  readonly sizes: Float64Array
  readonly ids: readonly ContentId[]
}

const copyOf = (state: FolderState): Copy => {
  const { folderId, uidValidity, count } = state
  const sizes = new Float64Array(count)
  const ids: ContentId[] = []
  for (let i = 0; i < count; i++) {
    sizes[i] = state.sizeBytes(i)
    ids.push(state.content(i))
  }
  return { folderId, uidValidity, uids: state.uids.slice(0, count), sizes, ids }
}

/** What is known of the ends of a folder's messages: uids never change their content, so only new ones are looked at. */
type Ends = { readonly uidValidity: number; readonly upTo: number; readonly without: ReadonlySet<number> }

/** Remembers which messages lack a CRLF at their end, by uid. */
const openEnds = ({ db, contents }: MaildropOptions) => {
  const known = new Map<number, Ends>()
  return async ({ folderId, uidValidity, uids, ids }: Copy): Promise<ReadonlySet<number>> => {
    const before = known.get(folderId)
    const valid = before?.uidValidity === uidValidity ? before : { upTo: 0, without: new Set<number>() }
    const first = uids.findIndex((uid) => uid > valid.upTo)
    if (first < 0) return valid.without
    const lacking = await withoutEnd(db, contents, [...new Set(ids.slice(first))])
    const without = new Set(valid.without)
    for (let i = first; i < uids.length; i++) if (lacking.has(ids[i]!)) without.add(uids[i]!)
    known.delete(folderId)
    known.set(folderId, { uidValidity, upTo: uids[uids.length - 1]!, without })
    if (known.size > FOLDERS_MOST) known.delete(known.keys().next().value!)
    return without
  }
}

/** Opens maildrops over the mailstore. One session has a mailbox, on whatever machine. */
export const openMaildrops = (options: MaildropOptions): OpenMaildrops<Mailbox> => {
  const { mailstore, contents, locks, failed } = options
  const endsOf = openEnds(options)

  /** As Dovecot does: what a program has fetched is no longer new in the others. */
  const markSeen = async (folderId: number, uids: readonly number[]): Promise<void> => {
    try {
      if (uids.length > 0) await mailstore.store(folderId, uids, { how: 'add', ...NO_FLAGS, system: SEEN })
    } catch (error) {
      failed(error)
    }
  }

  const openLocked = async (mailbox: Mailbox, lock: HeldLock): Promise<OpenMaildrop> => {
    const folder = await mailstore.folder(mailbox.id, 'INBOX')
    // Kept open so that what QUIT deletes is still in memory then.
    const open = folder && (await mailstore.open(folder.id, () => {}))
    if (!folder || !open) throw new Error(`mailbox ${mailbox.id} has no inbox`)
    try {
      const copy = copyOf(open.state())
      const { uidValidity, uids, sizes, ids } = copy
      const without = await endsOf(copy)
      return {
        snapshot: { uidValidity, uids, sizes: sizes.map((size, i) => size + (without.has(uids[i]!) ? 2 : 0)) },
        content: (index) => contents.stream([rangePiece(ids[index]!, 0, sizes[index]!)]),
        isHeld: lock.isHeld,
        remove: async (removed) => void (await mailstore.expunge(folder.id, removed)),
        close: async (seenUids) => {
          await markSeen(folder.id, seenUids)
          open.close()
          await lock.release()
        },
      }
    } catch (error) {
      open.close()
      throw error
    }
  }

  return async (mailbox) => {
    const lock = await locks.take(LOCK_KIND, mailbox.id)
    if (!lock) return undefined
    try {
      return await openLocked(mailbox, lock)
    } catch (error) {
      await lock.release()
      throw error
    }
  }
}
