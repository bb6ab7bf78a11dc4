// What people do with conversations, with the word that says it was done and the way back.
import { Problem } from '../../ui/api.ts'
import { folderName } from '../folderName.ts'
import { call, mayWrite } from '../jmap/client.ts'
import type { Folder, Queried } from '../jmap/types.ts'
import { folderByRole } from '../store/folders.ts'
import { tellChange } from '../store/live.ts'
import { tell, tellFailure } from '../store/notices.ts'
import { signal } from '../store/signal.ts'
import { type ListTexts, useListTexts } from '../texts/list.ts'
import { type MailTexts, useMailTexts } from '../texts/mail.ts'
import { type Chosen, countOf, destroyAll, emptyFolder, markFlagged, markSeen, moveAll } from './rowActions.ts'

/** What is dragged at the moment, and out of which folder. */
export const dragged = signal<{ readonly chosen: Chosen; readonly folder: Folder | undefined } | undefined>(undefined)

type Removed = { readonly list: readonly { readonly id: string; readonly emailId: string }[] }

/** Brings back what was removed for good. Throws Problem where it cannot. */
const bringBack = async (emailIds: readonly string[]): Promise<void> => {
  const wanted = new Set(emailIds)
  const { ids } = await call<Queried>('RemovedEmail/query', { limit: 500 })
  const { list } = await call<Removed>('RemovedEmail/get', { ids, properties: ['id', 'emailId'] })
  const found = list.filter((one) => wanted.has(one.emailId)).map(({ id }) => id)
  const { notRestored } = await call<{ readonly notRestored: object | null }>('RemovedEmail/restore', { ids: found })
  if (notRestored || found.length === 0) throw new Problem(0, { code: 'jmap:notFound' })
  tellChange(['Email', 'Mailbox'])
}

export type Perform = ReturnType<typeof performing>

/** Actions that tell what they did; none of them throws. */
const performing = (t: ListTexts, m: MailTexts) => {
  /** What is refused, is said; what waits for the line goes on by itself. */
  const guard = async (act: () => Promise<void>): Promise<void> => {
    if (!mayWrite()) {
      tellFailure(t.done.noRights)
      return
    }
    try {
      await act()
    } catch (error) {
      if (!(error instanceof Problem)) console.error(error)
      tellFailure(m.failed)
    }
  }
  const moveTo = (chosen: Chosen, from: Folder | undefined, to: Folder, said: string): Promise<void> =>
    guard(async () => {
      const moving = moveAll(chosen, from, to)
      // at once: who sees it go may want it back before the server knows which messages it was
      tell(said, async () => (await moving).undo())
      await (await moving).done
    })
  return {
    seen: (chosen: Chosen, seen: boolean) => guard(() => markSeen(chosen, seen)),
    flagged: (chosen: Chosen, flagged: boolean) => guard(() => markFlagged(chosen, flagged)),
    move: (chosen: Chosen, from: Folder | undefined, to: Folder) =>
      moveTo(chosen, from, to, t.done.moved(countOf(chosen), folderName(to, m))),
    archive: (chosen: Chosen, from: Folder | undefined) => {
      const to = folderByRole('archive')
      return to ? moveTo(chosen, from, to, t.done.archived(countOf(chosen))) : Promise.resolve()
    },
    trash: (chosen: Chosen, from: Folder | undefined) => {
      const to = folderByRole('trash')
      return to ? moveTo(chosen, from, to, t.done.trashed(countOf(chosen))) : Promise.resolve()
    },
    destroy: (chosen: Chosen, from: Folder) =>
      guard(async () => {
        const ids = await destroyAll(chosen, from)
        tell(t.done.destroyed(countOf(chosen)), ids.length > 500 ? undefined : () => bringBack(ids))
      }),
    empty: (folder: Folder) =>
      guard(async () => {
        await emptyFolder(folder)
        tell(t.done.emptied)
      }),
  }
}

export const usePerform = (): Perform => performing(useListTexts(), useMailTexts())
