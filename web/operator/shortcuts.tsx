// Shortcuts of one key: never while one writes or a dialog is open, and they can be turned off (WCAG 2.1.4).
import { useEffect, useEffectEvent, useState } from 'react'
import { Button } from '../ui/Button.tsx'
import { CheckField } from '../ui/Field.tsx'
import { Dialog, Table } from '../ui/Parts.tsx'
import { useCommon } from '../ui/texts/common.ts'
import { useOperatorTexts } from './texts/operator.ts'

const KEY = 'ceralacca.shortcuts'

const areOn = (): boolean => {
  try {
    return localStorage.getItem(KEY) !== 'off'
  } catch {
    return true // storage is forbidden here
  }
}

const WRITING = 'input:not([type="checkbox"], [type="radio"]), textarea, select, [contenteditable]'

const isFree = (event: KeyboardEvent): boolean => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return false
  const target = event.target instanceof Element ? event.target : undefined
  return !target?.closest(WRITING) && document.querySelector('dialog[open]') === null
}

export type Shortcuts = Readonly<Record<string, (() => void) | undefined>>

/** Keys of a page, by what they write: `a`, `?`, `+`. */
export const useShortcuts = (keys: Shortcuts): void => {
  const pressed = useEffectEvent((event: KeyboardEvent) => {
    if (!isFree(event) || !areOn()) return
    const act = keys[event.key]
    if (!act) return
    event.preventDefault()
    act()
  })
  useEffect(() => {
    const listener = (event: KeyboardEvent): void => pressed(event)
    document.addEventListener('keydown', listener)
    return () => document.removeEventListener('keydown', listener)
  }, [])
}

/** The button and the sheet of all shortcuts. */
export const ShortcutSheet = ({
  keys = {},
  list,
}: {
  readonly keys?: Shortcuts
  /** What the keys do, where it is not what they do to cases. */
  readonly list?: Readonly<Record<string, string>>
}) => {
  const t = useOperatorTexts()
  const [open, setOpen] = useState(false)
  const [on, setOn] = useState(areOn())
  useShortcuts({ ...keys, '?': () => setOpen(true) })
  const turn = (wanted: boolean): void => {
    setOn(wanted)
    try {
      localStorage.setItem(KEY, wanted ? 'on' : 'off')
    } catch {
      // for this page only
    }
  }
  return (
    <>
      <Button look="link" small onClick={() => setOpen(true)}>
        {t.keys.open} (?)
      </Button>
      <Dialog open={open} title={t.keys.title} onClose={() => setOpen(false)}>
        <CheckField label={t.keys.on} checked={on} onChange={turn} />
        <p className="cl-muted">{t.keys.onHint}</p>
        <Table
          caption={t.keys.title}
          rows={Object.entries(list ?? t.keys.list)}
          rowKey={([key]) => key}
          columns={[
            { key: 'key', label: t.keys.key, heading: true, cell: ([key]) => <kbd className="cl-kbd">{key}</kbd> },
            { key: 'does', label: t.keys.does, cell: ([, does]) => does },
          ]}
        />
        <CloseButton onClick={() => setOpen(false)} />
      </Dialog>
    </>
  )
}

const CloseButton = ({ onClick }: { readonly onClick: () => void }) => {
  const t = useCommon()
  return <Button onClick={onClick}>{t.close}</Button>
}
