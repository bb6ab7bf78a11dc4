// The folders of the box, always as they are now.
import { call } from '../jmap/client.ts'
import type { Folder, Got } from '../jmap/types.ts'
import { onChange } from './live.ts'
import { signal, useSignal } from './signal.ts'

const folders = signal<readonly Folder[]>([])

/** In the order in which people look for them. */
const ROLES = ['inbox', 'drafts', 'sent', 'archive', 'junk', 'trash']
const rank = ({ role }: Folder): number => (role !== null && ROLES.includes(role) ? ROLES.indexOf(role) : ROLES.length)

const sorted = (list: readonly Folder[]): readonly Folder[] =>
  list.toSorted((a, b) => rank(a) - rank(b) || a.sortOrder - b.sortOrder || a.name.localeCompare(b.name, 'it'))

let turn = 0

/** Loads the folders again. Throws Problem. */
export const loadFolders = async (): Promise<void> => {
  const mine = ++turn
  const { list } = await call<Got<Folder>>('Mailbox/get', { ids: null })
  // an older answer that comes late says nothing new
  if (mine === turn) folders.set(sorted(list))
}

/** Keeps the folders up to date until it is ended. */
export const followFolders = (): (() => void) =>
  onChange(['Mailbox', 'Email'], () => void loadFolders().catch(() => {}))

export const useFolders = (): readonly Folder[] => useSignal(folders)
export const allFolders = (): readonly Folder[] => folders.get()
/** The folder with a role: an Inbox is always there, others mostly. */
export const folderByRole = (role: string): Folder | undefined => folders.get().find((one) => one.role === role)

export type Branch = { readonly folder: Folder; readonly depth: number }

/** Folders with those inside of them right after, and how deep each is. */
export const treeOf = (list: readonly Folder[]): readonly Branch[] => {
  const known = new Set(list.map(({ id }) => id))
  const inside = (parentId: string | null): readonly Folder[] =>
    list.filter((one) => (one.parentId !== null && known.has(one.parentId) ? one.parentId : null) === parentId)
  const branch = (parentId: string | null, depth: number): readonly Branch[] =>
    inside(parentId).flatMap((folder) => [{ folder, depth }, ...branch(folder.id, depth + 1)])
  return branch(null, 0)
}
