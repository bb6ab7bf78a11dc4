// Dialogs of the list: where to move to, whether one is sure, what else can be done.
import { type ReactNode, useState } from 'react'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Parts.tsx'
import { folderName } from '../folderName.ts'
import type { Folder } from '../jmap/types.ts'
import { treeOf, useFolders } from '../store/folders.ts'
import { useListTexts } from '../texts/list.ts'
import { useMailTexts } from '../texts/mail.ts'

export type Question = {
  readonly text: string
  readonly label: string
  readonly removes: boolean
  readonly go: () => void
}

/** Says what will happen, before it does. */
export const Confirm = ({
  question,
  onClose,
}: {
  readonly question: Question | undefined
  readonly onClose: () => void
}) => {
  const t = useListTexts().confirm
  return (
    <Dialog open={question !== undefined} title={t.title} onClose={onClose}>
      <p>{question?.text}</p>
      <div className="cl-actions">
        <Button
          look={question?.removes ? 'danger' : 'primary'}
          onClick={() => {
            question?.go()
            onClose()
          }}
        >
          {question?.label}
        </Button>
        <Button look="outline-primary" onClick={onClose}>
          {t.cancel}
        </Button>
      </div>
    </Dialog>
  )
}

/** A list of what can be done, as large as a finger. */
export const Sheet = ({
  open,
  title,
  onClose,
  children,
}: {
  readonly open: boolean
  readonly title: string
  readonly onClose: () => void
  readonly children: ReactNode
}) => {
  const m = useMailTexts()
  return (
    <Dialog open={open} title={title} onClose={onClose}>
      <div className="cm-sheet">{children}</div>
      <div className="cl-actions">
        <Button look="outline-primary" onClick={onClose}>
          {m.close}
        </Button>
      </div>
    </Dialog>
  )
}

const fold = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()

/** The folders to choose one of; what is typed narrows them. */
export const MoveDialog = ({
  open,
  count,
  from,
  onClose,
  onMove,
}: {
  readonly open: boolean
  readonly count: number
  readonly from: Folder | undefined
  readonly onClose: () => void
  readonly onMove: (to: Folder) => void
}) => {
  const t = useListTexts().move
  const m = useMailTexts()
  const folders = useFolders()
  const [typed, setTyped] = useState('')
  const found = treeOf(folders).filter(
    ({ folder }) =>
      folder.id !== from?.id && folder.myRights.mayAddItems && fold(folderName(folder, m)).includes(fold(typed)),
  )
  return (
    <Dialog open={open} title={t.title(count)} onClose={onClose}>
      <label htmlFor="move-find">{t.find}</label>
      <input
        id="move-find"
        className="form-control"
        value={typed}
        autoComplete="off"
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && found[0]) onMove(found[0].folder)
        }}
      />
      <div className="cm-sheet cm-move-list">
        {found.map(({ folder, depth }) => (
          <button
            key={folder.id}
            type="button"
            style={{ paddingInlineStart: `${1 + depth}rem` }}
            onClick={() => onMove(folder)}
          >
            {folderName(folder, m)}
          </button>
        ))}
        {found.length === 0 && <p>{t.none}</p>}
      </div>
      <div className="cl-actions">
        <Button look="outline-primary" onClick={onClose}>
          {m.close}
        </Button>
      </div>
    </Dialog>
  )
}
