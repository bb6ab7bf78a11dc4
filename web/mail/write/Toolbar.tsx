// What can be done with what is written: always in sight at the foot of the page.
import camera from 'icon:camera'
import clip from 'icon:clip'
import clock from 'icon:clock'
import copy from 'icon:copy'
import trash from 'icon:delete'
import { type ChangeEvent, useRef } from 'react'
import { Button } from '../../ui/Button.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { useWriteTexts } from '../texts/write.ts'
import { mostDelaySeconds } from './settings.ts'

/** Devices that are held in a hand have a camera that takes papers. */
const hasCamera = (): boolean => matchMedia('(pointer: coarse)').matches

type Props = {
  readonly onSend: () => void
  readonly onLater: () => void
  readonly onFiles: (files: readonly File[]) => void
  readonly onTemplates: () => void
  readonly onDiscard: () => void
}

export const Toolbar = ({ onSend, onLater, onFiles, onTemplates, onDiscard }: Props) => {
  const t = useWriteTexts()
  const files = useRef<HTMLInputElement>(null)
  const photo = useRef<HTMLInputElement>(null)
  const taken = (event: ChangeEvent<HTMLInputElement>): void => {
    onFiles([...(event.target.files ?? [])])
    // the same file may be chosen again
    event.target.value = ''
  }
  const tools = [
    { key: 'attach', icon: clip, label: t.attach, act: () => files.current?.click() },
    ...(hasCamera() ? [{ key: 'photo', icon: camera, label: t.photo, act: () => photo.current?.click() }] : []),
    ...(mostDelaySeconds() > 0 ? [{ key: 'later', icon: clock, label: t.later, act: onLater }] : []),
    { key: 'template', icon: copy, label: t.template, act: onTemplates },
    { key: 'discard', icon: trash, label: t.discard, act: onDiscard },
  ]
  return (
    <div className="cw-tools">
      <Button onClick={onSend}>{t.send}</Button>
      {tools.map(({ key, icon, label, act }) => (
        <button key={key} type="button" className={`cw-tool cw-tool-${key}`} title={label} onClick={act}>
          <Icon of={icon} />
          <span>{label}</span>
        </button>
      ))}
      <input ref={files} type="file" multiple hidden aria-label={t.attach} onChange={taken} />
      <input
        ref={photo}
        type="file"
        accept="image/*"
        capture="environment"
        hidden
        aria-label={t.photo}
        onChange={taken}
      />
    </div>
  )
}
