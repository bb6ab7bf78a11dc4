// What a person does with messages: shown at once, kept until the server has heard it, and taken back where that can be.
import type { Folder } from '../jmap/types.ts'
import { folderByRole } from './folders.ts'
import { enqueue, type Patch } from './outbox.ts'

const update = (emailIds: readonly string[], patch: Patch): Promise<void> =>
  emailIds.length === 0 ? Promise.resolve() : enqueue({ kind: 'update', emailIds, patch })

/** Marks as read, or as not read. */
export const setSeen = (emailIds: readonly string[], seen: boolean): Promise<void> =>
  update(emailIds, { 'keywords/$seen': seen ? true : null })

/** Gives the flag that people see as a star, or takes it away. */
export const setFlagged = (emailIds: readonly string[], flagged: boolean): Promise<void> =>
  update(emailIds, { 'keywords/$flagged': flagged ? true : null })

/** Moves from one folder to another. `undo` of what it gives moves back. */
export const move = (
  emailIds: readonly string[],
  from: Folder,
  to: Folder,
): { readonly done: Promise<void>; readonly undo: () => Promise<void> } => {
  const patch = (out: Folder, into: Folder): Patch => ({
    [`mailboxIds/${out.id}`]: null,
    [`mailboxIds/${into.id}`]: true,
  })
  return { done: update(emailIds, patch(from, to)), undo: () => update(emailIds, patch(to, from)) }
}

/** To the bin; from there it is removed for good by hand or by time, and may be brought back for thirty days after. */
export const trash = (emailIds: readonly string[], from: Folder) => {
  const bin = folderByRole('trash')
  return bin && bin.id !== from.id ? move(emailIds, from, bin) : undefined
}

/** Removes for good (thirty days of grace on the server). */
export const destroy = (emailIds: readonly string[]): Promise<void> =>
  emailIds.length === 0 ? Promise.resolve() : enqueue({ kind: 'destroy', emailIds })
