// What can be done with the conversations that are chosen.
import archiveIcon from 'icon:box'
import close from 'icon:close'
import bin from 'icon:delete'
import folderIcon from 'icon:folder'
import more from 'icon:more-actions'
import { useState } from 'react'
import { Icon } from '../../ui/Icon.tsx'
import type { Folder } from '../jmap/types.ts'
import { folderByRole } from '../store/folders.ts'
import { useListTexts } from '../texts/list.ts'
import { Sheet } from './dialogs.tsx'
import type { Selection } from './selection.ts'

export type ToolName = 'read' | 'unread' | 'flag' | 'unflag' | 'archive' | 'move' | 'trash' | 'destroy'

type Props = {
  readonly selection: Selection
  readonly folder: Folder | undefined
  readonly total: number
  readonly onTool: (name: ToolName) => void
}

export const Toolbar = ({ selection, folder, total, onTool }: Props) => {
  const t = useListTexts().select
  const [open, setOpen] = useState(false)
  const inBin = folder?.role === 'trash'
  const archives = folder?.role !== 'archive' && !inBin && folderByRole('archive') !== undefined
  const tool = (name: ToolName): void => {
    setOpen(false)
    onTool(name)
  }
  const button = (name: ToolName, icon?: string) => (
    <button key={name} type="button" className="cm-tool" onClick={() => tool(name)}>
      {icon && <Icon of={icon} />}
      <span>{t[name]}</span>
    </button>
  )
  return (
    <div className="cm-tools" role="toolbar" aria-label={t.toolbar}>
      <div className="cm-tools-line">
        <button type="button" className="cm-icon" onClick={selection.clear}>
          <Icon of={close} />
          <span className="visually-hidden">{t.none}</span>
        </button>
        <strong role="status">{t.count(selection.count)}</strong>
        {!selection.all && total > selection.count && (
          <button type="button" className="cm-link" onClick={selection.pickAll}>
            {t.all(total)}
          </button>
        )}
      </div>
      <div className="cm-tools-line">
        {archives && button('archive', archiveIcon)}
        {button(inBin ? 'destroy' : 'trash', bin)}
        {button('move', folderIcon)}
        <button type="button" className="cm-tool" aria-haspopup="dialog" onClick={() => setOpen(true)}>
          <Icon of={more} />
          <span>{t.more}</span>
        </button>
      </div>
      <Sheet open={open} title={t.moreTitle} onClose={() => setOpen(false)}>
        {(['read', 'unread', 'flag', 'unflag'] as const).map((name) => button(name))}
      </Sheet>
    </div>
  )
}
