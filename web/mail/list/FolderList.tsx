// The folders at the side: what waits in each, what can be done with each, where rows can be dropped.

import sentIcon from 'icon:arrow-right-circle'
import junk from 'icon:ban'
import archiveIcon from 'icon:box'
import bin from 'icon:delete'
import folderIcon from 'icon:folder'
import inbox from 'icon:mail'
import more from 'icon:more-items'
import draftIcon from 'icon:pencil'
import plus from 'icon:plus'
import restore from 'icon:restore'
import { useState } from 'react'
import { Link } from 'wouter'
import { Icon } from '../../ui/Icon.tsx'
import { listAddress, type Place, slugOf } from '../addresses.ts'
import { folderName } from '../folderName.ts'
import { mayWrite } from '../jmap/client.ts'
import type { Folder } from '../jmap/types.ts'
import { useUnread } from '../store/counts.ts'
import { treeOf, useFolders } from '../store/folders.ts'
import { useListTexts } from '../texts/list.ts'
import { useMailTexts } from '../texts/mail.ts'
import { FolderDialog, type FolderTask } from './FolderDialog.tsx'
import { dragged, usePerform } from './perform.ts'
import { SavedSearches } from './SavedSearches.tsx'

const ICONS: Readonly<Record<string, string>> = {
  inbox,
  sent: sentIcon,
  drafts: draftIcon,
  archive: archiveIcon,
  junk,
  trash: bin,
}

export const FolderList = ({ place, removed }: { readonly place: Place | undefined; readonly removed: boolean }) => {
  const t = useListTexts().folders
  const m = useMailTexts()
  const folders = useFolders()
  const [task, setTask] = useState<FolderTask>()
  return (
    <nav aria-label={m.folders}>
      <ul className="cm-folders">
        {treeOf(folders).map(({ folder, depth }) => (
          <FolderLine
            key={folder.id}
            folder={folder}
            depth={depth}
            current={place?.kind === 'folder' && place.slug === slugOf(folder)}
            onTask={setTask}
          />
        ))}
        <li className="cm-folder">
          <Link href="/eliminati" aria-current={removed ? 'page' : undefined}>
            <Icon of={restore} />
            <span className="cm-folder-name">{m.removed}</span>
          </Link>
        </li>
        {mayWrite() && (
          <li className="cm-folder">
            <button
              type="button"
              className="cm-new-folder"
              onClick={() => setTask({ kind: 'create', parent: undefined })}
            >
              <Icon of={plus} />
              <span className="cm-folder-name">{t.create}</span>
            </button>
          </li>
        )}
      </ul>
      <SavedSearches place={place} />
      <FolderDialog task={task} onTask={setTask} />
    </nav>
  )
}

const FolderLine = ({
  folder,
  depth,
  current,
  onTask,
}: {
  readonly folder: Folder
  readonly depth: number
  readonly current: boolean
  readonly onTask: (task: FolderTask) => void
}) => {
  const t = useListTexts().folders
  const m = useMailTexts()
  const unread = useUnread().get(folder.id) ?? 0
  const perform = usePerform()
  const [over, setOver] = useState(false)
  const name = folderName(folder, m)
  const count = folder.role === 'drafts' ? folder.totalEmails : folder.role === 'trash' ? 0 : unread
  const takes = (): boolean => {
    const what = dragged.get()
    return what !== undefined && what.folder?.id !== folder.id && folder.myRights.mayAddItems
  }
  return (
    <li
      className={`cm-folder${over ? ' cm-over' : ''}`}
      style={{ paddingInlineStart: `${depth}rem` }}
      onDragOver={(event) => {
        if (!takes()) return
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        setOver(false)
        const what = dragged.get()
        if (!what || !takes()) return
        event.preventDefault()
        dragged.set(undefined)
        void perform.move(what.chosen, what.folder, folder)
      }}
    >
      <Link
        href={listAddress({ kind: 'folder', slug: slugOf(folder) })}
        aria-current={current ? 'page' : undefined}
        draggable={false}
      >
        <Icon of={(folder.role && ICONS[folder.role]) || folderIcon} />
        <span className="cm-folder-name">{name}</span>
        {count > 0 && (
          <span className="cm-count">
            {count}
            <span className="visually-hidden"> {folder.role === 'drafts' ? '' : m.unread(count)}</span>
          </span>
        )}
      </Link>
      {mayWrite() && (
        <button
          type="button"
          className="cm-icon cm-folder-more"
          aria-haspopup="dialog"
          onClick={() => onTask({ kind: 'choose', folder })}
        >
          <Icon of={more} />
          <span className="visually-hidden">{t.actions(name)}</span>
        </button>
      )}
    </li>
  )
}
