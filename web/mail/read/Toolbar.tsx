// The buttons of a conversation; on a phone those that are used less stand behind one more.

import back from 'icon:arrow-left'
import inboxIcon from 'icon:box'
import bin from 'icon:delete'
import flagIcon from 'icon:flag'
import folderIcon from 'icon:folder'
import unread from 'icon:mail'
import more from 'icon:more-items'
import print from 'icon:print'
import { useEffect, useRef, useState } from 'react'
import { Icon } from '../../ui/Icon.tsx'
import { folderName } from '../folderName.ts'
import { useMailTexts } from '../texts/mail.ts'
import { useReadTexts } from '../texts/read.ts'
import type { ConversationActions } from './conversationActions.ts'

/** Arrows that turn back and go on, drawn like the icons beside them. */
const REPLY = 'M9.4 5.3 3.8 11l5.6 5.7.7-.7-4.4-4.500H14c3.5 0 5 2.2 5 6.500h1c0-5-2-7.5-6-7.500H5.700L10.1 6z'
const REPLY_ALL =
  'M7.4 5.3 1.8 11l5.6 5.7.7-.7L3.2 11l4.9-5zm5 0L6.8 11l5.6 5.7.7-.7-4.4-4.500H16c3.5 0 5 2.2 5 6.500h1c0-5-2-7.5-6-7.500H8.700L13.1 6z'
const FORWARD = 'm14.6 5.3 5.6 5.7-5.6 5.7-.7-.7 4.4-4.500H10c-3.5 0-5 2.2-5 6.500H4c0-5 2-7.5 6-7.500h8.300L13.9 6z'

const Tool = ({
  icon,
  label,
  act,
  className = '',
  pressed,
}: {
  readonly icon: string
  readonly label: string
  readonly act: (() => void) | undefined
  readonly className?: string
  readonly pressed?: boolean
}) =>
  act && (
    <button type="button" className={`cr-tool ${className}`} onClick={act} aria-pressed={pressed} title={label}>
      <Icon of={icon} />
      <span className="cr-tool-label">{label}</span>
    </button>
  )

/** A list of things to do that opens below its button; Escape and a click elsewhere close it. */
const Menu = ({
  icon,
  label,
  className = '',
  children,
}: {
  readonly icon: string
  readonly label: string
  readonly className?: string
  readonly children: (close: () => void) => React.ReactNode
}) => {
  const [open, setOpen] = useState(false)
  const box = useRef<HTMLDivElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (!open) return undefined
    box.current?.querySelector<HTMLElement>('.cr-menu button')?.focus()
    const key = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape') return
      setOpen(false)
      button.current?.focus()
    }
    const elsewhere = (event: Event): void => {
      if (!box.current?.contains(event.target as Node)) setOpen(false)
    }
    document.addEventListener('keydown', key)
    document.addEventListener('pointerdown', elsewhere)
    return () => {
      document.removeEventListener('keydown', key)
      document.removeEventListener('pointerdown', elsewhere)
    }
  }, [open])
  return (
    <div ref={box} className={`cr-menu-room ${className}`}>
      <button
        ref={button}
        type="button"
        className="cr-tool"
        aria-expanded={open}
        title={label}
        onClick={() => setOpen(!open)}
      >
        <Icon of={icon} />
        <span className="cr-tool-label">{label}</span>
      </button>
      {open && <div className="cr-menu">{children(() => setOpen(false))}</div>}
    </div>
  )
}

export const Toolbar = ({ actions }: { readonly actions: ConversationActions }) => {
  const t = useReadTexts().tools
  const frame = useMailTexts()
  const { moveTo, folders } = actions
  // behind one more button: some always, others where there is little room
  const rarely = [
    { icon: REPLY_ALL, label: t.replyAll, act: actions.replyAll, narrow: true },
    { icon: FORWARD, label: t.forward, act: actions.forward, narrow: true },
    { icon: unread, label: t.unread, act: actions.markUnread, narrow: false },
    { icon: flagIcon, label: actions.flagged ? t.unflag : t.flag, act: actions.flag, narrow: false },
    { icon: print, label: t.print, act: actions.print, narrow: false },
  ]
  const moving = (close: () => void) =>
    folders.map((folder) => (
      <button
        key={folder.id}
        type="button"
        onClick={() => {
          close()
          moveTo?.(folder)
        }}
      >
        {folderName(folder, frame)}
      </button>
    ))
  const canMove = moveTo !== undefined && folders.length > 0
  return (
    <div className="cr-tools" role="toolbar" aria-label={t.label}>
      <Tool icon={back} label={t.back} act={actions.back} className="cr-tool-back" />
      <Tool icon={REPLY} label={t.reply} act={actions.reply} />
      <Tool icon={REPLY_ALL} label={t.toAll} act={actions.replyAll} className="cr-tool-wide" />
      <Tool icon={FORWARD} label={t.forward} act={actions.forward} className="cr-tool-wide" />
      <Tool icon={inboxIcon} label={t.archive} act={actions.archive} />
      <Tool icon={bin} label={t.bin} act={actions.bin} />
      {canMove && (
        <Menu icon={folderIcon} label={t.move} className="cr-tool-wide">
          {moving}
        </Menu>
      )}
      <Menu icon={more} label={t.more}>
        {(close) => (
          <>
            {rarely.map(
              ({ icon, label, act, narrow }) =>
                act && (
                  <button
                    key={label}
                    type="button"
                    className={narrow ? 'cr-tool-narrow' : undefined}
                    onClick={() => {
                      close()
                      act()
                    }}
                  >
                    <Icon of={icon} /> {label}
                  </button>
                ),
            )}
            {canMove && (
              <div className="cr-tool-narrow">
                <p className="cr-menu-title">{t.moveTo}</p>
                {moving(close)}
              </div>
            )}
          </>
        )}
      </Menu>
    </div>
  )
}
