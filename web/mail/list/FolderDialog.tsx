// Folders made, named anew, emptied, removed: each in a dialog that says what will happen.
import { type FormEvent, useEffect, useState } from 'react'
import { useLocation } from 'wouter'
import { Alert } from '../../ui/Alert.tsx'
import { Problem } from '../../ui/api.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Parts.tsx'
import { listAddress, slugOf } from '../addresses.ts'
import { folderName } from '../folderName.ts'
import { call } from '../jmap/client.ts'
import type { Done, Folder } from '../jmap/types.ts'
import { allFolders, folderByRole, loadFolders } from '../store/folders.ts'
import { tellChange } from '../store/live.ts'
import { tell } from '../store/notices.ts'
import { type ListTexts, useListTexts } from '../texts/list.ts'
import { useMailTexts } from '../texts/mail.ts'
import { usePerform } from './perform.ts'
import { moveAll } from './rowActions.ts'

export type FolderTask =
  | { readonly kind: 'choose' | 'rename' | 'remove' | 'empty'; readonly folder: Folder }
  | { readonly kind: 'create'; readonly parent: Folder | undefined }

const wordsOf = (error: unknown, t: ListTexts['folders'], otherwise: string): string => {
  const code = error instanceof Problem ? error.code : ''
  if (code === 'jmap:alreadyExists') return t.exists
  if (code === 'jmap:mailboxHasChild') return t.hasChildren
  return code === 'jmap:invalidProperties' ? t.badName : otherwise
}

/** Throws Problem with what the server refused. */
const setFolder = async (args: Readonly<Record<string, unknown>>): Promise<Done> => {
  const done = await call<Done>('Mailbox/set', args)
  const wrong = Object.values({ ...done.notCreated, ...done.notUpdated, ...done.notDestroyed })[0]
  if (wrong) throw new Problem(0, { code: `jmap:${wrong.type}` })
  await loadFolders()
  tellChange(['Mailbox'])
  return done
}

/** What it holds goes to the bin first: nothing is lost with a folder. */
const removeFolder = async (folder: Folder): Promise<void> => {
  const bin = folderByRole('trash')
  if (folder.totalEmails > 0 && bin) {
    const filter = { inMailbox: folder.id }
    await (await moveAll({ kind: 'all', filter, count: folder.totalEmails }, folder, bin)).done
  }
  await setFolder({ destroy: [folder.id], onDestroyRemoveEmails: !bin })
}

export const FolderDialog = ({
  task,
  onTask,
}: {
  readonly task: FolderTask | undefined
  readonly onTask: (task: FolderTask | undefined) => void
}) => {
  const t = useListTexts()
  const m = useMailTexts()
  const perform = usePerform()
  const [, navigate] = useLocation()
  const [name, setName] = useState('')
  const [problem, setProblem] = useState('')
  const [busy, setBusy] = useState(false)
  useEffect(() => {
    setProblem('')
    setName(task?.kind === 'rename' ? task.folder.name : '')
  }, [task])
  if (!task) return null
  const close = (): void => onTask(undefined)
  const run = async (act: () => Promise<void>): Promise<void> => {
    setBusy(true)
    try {
      await act()
      close()
    } catch (error) {
      setProblem(wordsOf(error, t.folders, m.failed))
    } finally {
      setBusy(false)
    }
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    const called = name.trim()
    if (called === '' || called.includes('/')) {
      setProblem(t.folders.badName)
      return
    }
    void run(async () => {
      if (task.kind === 'create') {
        const { created } = await setFolder({ create: { new: { name: called, parentId: task.parent?.id ?? null } } })
        tell(t.done.folderMade(called))
        const made = allFolders().find(({ id }) => id === created?.new?.id)
        if (made) navigate(listAddress({ kind: 'folder', slug: slugOf(made) }))
      } else if (task.kind === 'rename') {
        await setFolder({ update: { [task.folder.id]: { name: called } } })
        tell(t.done.folderRenamed(called))
      }
    })
  }
  const title =
    task.kind === 'create'
      ? t.folders.create
      : task.kind === 'rename'
        ? t.folders.rename
        : task.kind === 'remove'
          ? t.folders.remove
          : task.kind === 'empty'
            ? t.folders.empty
            : folderName(task.folder, m)
  return (
    <Dialog open title={title} onClose={close}>
      {problem && <Alert kind="danger" title={problem} live />}
      {(task.kind === 'create' || task.kind === 'rename') && (
        <form onSubmit={submit} noValidate>
          {task.kind === 'create' && task.parent && <p>{t.folders.inside(folderName(task.parent, m))}</p>}
          <label htmlFor="folder-name">{t.folders.name}</label>
          <input
            id="folder-name"
            className="form-control"
            value={name}
            maxLength={200}
            autoComplete="off"
            onChange={(event) => setName(event.target.value)}
          />
          <div className="cl-actions">
            <Button type="submit" busy={busy}>
              {t.folders.save}
            </Button>
            <Button look="outline-primary" onClick={close}>
              {t.folders.cancel}
            </Button>
          </div>
        </form>
      )}
      {task.kind === 'choose' && (
        <>
          <div className="cm-sheet">
            {task.folder.myRights.mayCreateChild && (
              <button type="button" onClick={() => onTask({ kind: 'create', parent: task.folder })}>
                {t.folders.createInside}
              </button>
            )}
            {task.folder.role === null && task.folder.myRights.mayRename && (
              <button type="button" onClick={() => onTask({ kind: 'rename', folder: task.folder })}>
                {t.folders.rename}
              </button>
            )}
            {task.folder.role === 'trash' && task.folder.totalEmails > 0 && (
              <button type="button" onClick={() => onTask({ kind: 'empty', folder: task.folder })}>
                {t.folders.empty}
              </button>
            )}
            {task.folder.role === null && task.folder.myRights.mayDelete && (
              <button type="button" onClick={() => onTask({ kind: 'remove', folder: task.folder })}>
                {t.folders.remove}
              </button>
            )}
          </div>
          <div className="cl-actions">
            <Button look="outline-primary" onClick={close}>
              {t.folders.cancel}
            </Button>
          </div>
        </>
      )}
      {(task.kind === 'remove' || task.kind === 'empty') && (
        <>
          <p>
            {task.kind === 'empty'
              ? t.folders.emptyAsk(task.folder.totalEmails)
              : task.folder.totalEmails > 0
                ? t.folders.removeFull(task.folder.name, task.folder.totalEmails)
                : t.folders.removeAsk(task.folder.name)}
          </p>
          <div className="cl-actions">
            <Button
              look="danger"
              busy={busy}
              onClick={() => {
                if (task.kind === 'empty') {
                  void perform.empty(task.folder)
                  close()
                } else
                  void run(async () => {
                    await removeFolder(task.folder)
                    tell(t.done.folderRemoved(task.folder.name))
                    navigate('/arrivo')
                  })
              }}
            >
              {title}
            </Button>
            <Button look="outline-primary" onClick={close}>
              {t.folders.cancel}
            </Button>
          </div>
        </>
      )}
    </Dialog>
  )
}
