// How much waits to be read in each folder: what people wrote, not the receipts that lie there too; and how full the box is.
import { call, request, type Step } from '../jmap/client.ts'
import type { Got, Queried } from '../jmap/types.ts'
import { allFolders } from './folders.ts'
import { onChange } from './live.ts'
import { signal, useSignal } from './signal.ts'

/** By the id of the folder; a folder that is not there has nothing unread, or is not known yet. */
const counts = signal<ReadonlyMap<string, number>>(new Map())
export const useUnread = (): ReadonlyMap<string, number> => useSignal(counts)

let turn = 0

const load = async (): Promise<void> => {
  const mine = ++turn
  const folders = allFolders().filter(({ unreadEmails, role }) => unreadEmails > 0 && role !== 'trash')
  const steps = folders.slice(0, 40).map(({ id }): Step => {
    const filter = { inMailbox: id, pecWritten: true, notKeyword: '$seen' }
    return ['Email/query', { filter, collapseThreads: true, calculateTotal: true, limit: 0 }, id]
  })
  const found = steps.length === 0 ? [] : await request<readonly Queried[]>(steps)
  if (mine !== turn) return
  counts.set(new Map(folders.map(({ id }, at) => [id, found[at]?.total ?? 0])))
}

type Quota = { readonly id: string; readonly resourceType: string; readonly used: number; readonly hardLimit: number }

/** Hundredths of the box that are used. */
const used = signal<number | undefined>(undefined)
export const useUsedPercent = (): number | undefined => useSignal(used)

const loadQuota = async (): Promise<void> => {
  const { list } = await call<Got<Quota>>('Quota/get', { ids: null })
  const space = list.find(({ resourceType }) => resourceType === 'octets')
  used.set(space && space.hardLimit > 0 ? Math.min(100, Math.floor((space.used / space.hardLimit) * 100)) : undefined)
}

const QUIET_MS = 250

/** Keeps both up to date until it is ended. */
export const followCounts = (): (() => void) => {
  let timer: number | undefined
  const all = (): void => {
    void load().catch(() => {})
    void loadQuota().catch(() => {})
  }
  const end = onChange(['Email', 'Mailbox', 'Quota'], () => {
    clearTimeout(timer)
    timer = window.setTimeout(all, QUIET_MS)
  })
  all()
  return () => {
    end()
    clearTimeout(timer)
  }
}
