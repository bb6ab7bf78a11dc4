// The folders that this process knows: loaded once, kept up to date, forgotten by disuse when nobody has them open.
import type { Database } from '../db/pool.ts'
import type { Happened, Live } from './live.ts'
import { loadFolder } from './load.ts'
import type { OpenFolder } from './mailstore.ts'
import { type Changed, type News, openNews } from './news.ts'
import { makeTurns, type Turns } from './turns.ts'

/** A commit of this process: what it did to a folder, and the modseq that the folder had before it. */
export type Done = {
  readonly folderId: number
  readonly mailboxId: number
  readonly modseqBefore: number
  readonly modseq: number
  readonly happened: Happened
}

export type States = {
  /** The folder, loaded where it is not known, and current: what was committed before this call is in it. */
  readonly current: (folderId: number) => Promise<Live | undefined>
  /** The folder as far as it is known; loaded where it is not. */
  readonly known: (folderId: number) => Promise<Live | undefined>
  /** The folder, known up to a modseq at least that it is said to have reached. */
  readonly upTo: (folderId: number, modseq: number) => Promise<Live | undefined>
  /** The folder, read again: for who holds the lock of its mailbox and sees that it does not know all. */
  readonly refreshed: (folderId: number) => Promise<Live | undefined>
  readonly open: (folderId: number, changed: () => void) => Promise<OpenFolder | undefined>
  readonly watch: (mailboxId: number, changed: (folderId: number) => void) => () => void
  /** First uid of which no session was told, as far as this process knows. */
  readonly recentFrom: (folderId: number) => number
  /** Transactions that lock a mailbox, in turn. */
  readonly inTurn: Turns
  /** Takes in a commit of this process, wakes who looks, tells the others. Waits only where a commit between was missed. */
  readonly done: (commit: Done) => Promise<void>
  /** The same where what happened is not at hand: the database is asked where anybody looks. */
  readonly touched: (changed: Changed) => Promise<void>
  readonly close: () => Promise<void>
}

export type StatesOptions = {
  readonly db: Database
  /** Memory for folders that nobody has open, in bytes. */
  readonly idleBytes: number
  /** Open folders are looked at this often, in milliseconds, in case that a notification was lost. */
  readonly lookAgainMs: number
}

type Entry = {
  readonly folderId: number
  live: Live | undefined
  reading: Promise<void> | undefined
  readonly listeners: Set<() => void>
}

const read = async (db: Database, entry: Entry): Promise<void> => {
  const live = await loadFolder(db, entry.folderId, entry.live)
  if (live === undefined) {
    const gone = entry.live
    entry.live = undefined
    if (gone) {
      const cells = gone.cells()
      gone.take({ expunged: [...cells.uids().subarray(0, cells.count())] }, gone.highestModseq())
    }
  } else entry.live = live
}

/** Opens the registry of folders of a database. */
export const openStates = async (options: StatesOptions): Promise<States> => {
  const { db } = options
  const entries = new Map<number, Entry>() // in order of use
  const watchers = new Map<number, Set<(folderId: number) => void>>()

  const entryOf = (folderId: number): Entry => {
    const known = entries.get(folderId)
    const entry: Entry = known ?? {
      folderId,
      live: undefined,
      reading: undefined,
      listeners: new Set(),
    }
    entries.delete(folderId)
    entries.set(folderId, entry)
    return entry
  }
  const forgetIdle = (): void => {
    let idle = 0
    for (const entry of [...entries.values()].reverse()) {
      if (entry.listeners.size > 0 || entry.reading) continue
      idle += entry.live?.memoryBytes() ?? 0
      if (entry.live === undefined || idle > options.idleBytes) entries.delete(entry.folderId)
    }
  }
  /** Reads until a read that began after this call has ended. */
  const readAfresh = async (entry: Entry): Promise<void> => {
    if (entry.reading) await entry.reading.catch(() => {})
    entry.reading ??= read(db, entry).finally(() => {
      entry.reading = undefined
    })
    await entry.reading
  }
  const wake = (entry: Entry | undefined, { mailboxId, folderId }: Changed): void => {
    for (const listener of entry?.listeners ?? []) listener()
    for (const watcher of watchers.get(mailboxId) ?? []) watcher(folderId)
  }
  /** Brings up to date what somebody has open; the rest is looked at when it is opened. */
  const renew = async (changed: Changed): Promise<void> => {
    const entry = entries.get(changed.folderId)
    // Where the database is away the change stands all the same: the next look finds it.
    if (entry && entry.listeners.size > 0) await readAfresh(entry).catch(() => {})
    wake(entry, changed)
  }
  const renewAll = (): void => {
    for (const { folderId, live, listeners } of entries.values())
      if (live && listeners.size > 0) void renew({ mailboxId: live.mailboxId, folderId })
    for (const watching of watchers.values()) for (const watcher of watching) watcher(0)
  }
  const news: News = await openNews(db, (changed) => void renew(changed), renewAll)

  const lookAgain = async (): Promise<void> => {
    const open = [...entries.values()].filter((entry) => entry.listeners.size > 0 && entry.live)
    if (open.length === 0) return
    const rows = await db.query<{ id: number; mailbox_id: number; highest_modseq: number }>(
      'folders-look',
      'select id, mailbox_id, highest_modseq from folder where id = any($1::bigint[])',
      [open.map((entry) => entry.folderId)],
    )
    for (const row of rows) {
      const folderId = Number(row.id)
      if (Number(row.highest_modseq) > (entries.get(folderId)?.live?.highestModseq() ?? 0))
        await renew({ mailboxId: Number(row.mailbox_id), folderId })
    }
  }
  const timer = setInterval(() => void lookAgain().catch(() => {}), options.lookAgainMs)
  timer.unref()

  const current = async (folderId: number): Promise<Live | undefined> => {
    const entry = entryOf(folderId)
    if (entry.live) {
      const [row] = await db.query<{ highest_modseq: number; recent_from: number }>(
        'folder-look',
        'select highest_modseq, recent_from from folder where id = $1',
        [folderId],
      )
      if (row) entry.live.takeRecent(Number(row.recent_from))
      if (row && Number(row.highest_modseq) <= entry.live.highestModseq()) return entry.live
    }
    await readAfresh(entry)
    forgetIdle()
    return entry.live
  }
  /** Keeps what sessions were told of. Where that fails messages are recent once more, which does no harm. */
  const keepRecent = (live: Live): void => {
    const keep = 'update folder set recent_from = $2 where id = $1 and recent_from < $2'
    void db.query('folder-recent', keep, [live.folderId, live.recentFrom()]).catch(() => {})
  }
  return {
    current,
    recentFrom: (folderId) => entries.get(folderId)?.live?.recentFrom() ?? 1,
    inTurn: makeTurns(),
    known: async (folderId) => entryOf(folderId).live ?? current(folderId),
    upTo: async (folderId, modseq) => {
      const entry = entryOf(folderId)
      if (entry.live && entry.live.highestModseq() >= modseq) return entry.live
      await readAfresh(entry)
      forgetIdle()
      return entry.live
    },
    refreshed: async (folderId) => {
      const entry = entryOf(folderId)
      await readAfresh(entry)
      return entry.live
    },
    open: async (folderId, changed) => {
      const entry = entryOf(folderId)
      entry.listeners.add(changed)
      const live = await current(folderId).catch((error: unknown) => {
        entry.listeners.delete(changed)
        throw error
      })
      if (!live) {
        entry.listeners.delete(changed)
        forgetIdle()
        return undefined
      }
      let keeping = 0
      return {
        state: live.state,
        recent: (take) => {
          const from = Math.min(live.recentFrom(), live.uidNext())
          if (!take || from === live.uidNext()) return from
          live.takeRecent(live.uidNext())
          // What comes later to who stays is kept when it goes: a delivery costs no write more.
          if (keeping === 0) keepRecent(live)
          keeping = live.uidNext()
          return from
        },
        close: () => {
          if (keeping > 0) keepRecent(live)
          entry.listeners.delete(changed)
          forgetIdle()
        },
      }
    },
    watch: (mailboxId, changed) => {
      const set = watchers.get(mailboxId) ?? new Set()
      watchers.set(mailboxId, set.add(changed))
      return () => {
        set.delete(changed)
        if (set.size === 0 && watchers.get(mailboxId) === set) watchers.delete(mailboxId)
      }
    },
    done: async (commit) => {
      news.tell(commit)
      const entry = entries.get(commit.folderId)
      if (entry?.live && entry.live.highestModseq() >= commit.modseqBefore) {
        entry.live.take(commit.happened, commit.modseq)
        wake(entry, commit)
      } else await renew(commit)
    },
    touched: async (changed) => {
      news.tell(changed)
      await renew(changed)
    },
    close: async () => {
      clearInterval(timer)
      await news.close()
    },
  }
}
