// Templates: texts that are sent often. Used, kept from what is written, renamed, taken away.
import { useState } from 'react'
import { ownText } from '../../../src/core/jmap/writing/reply.ts'
import { ProblemAlert } from '../../ui/Alert.tsx'
import { Button } from '../../ui/Button.tsx'
import { TextField } from '../../ui/Field.tsx'
import { useAction } from '../../ui/hooks.ts'
import { Dialog } from '../../ui/Parts.tsx'
import { tell } from '../store/notices.ts'
import { useWriteTexts } from '../texts/write.ts'
import type { Draft } from './draft.ts'
import { changeSettings, mayChangeSettings, useSettings } from './settings.ts'

export const TemplatesDialog = ({
  open,
  draft,
  onClose,
  onUse,
}: {
  readonly open: boolean
  readonly draft: Draft
  readonly onClose: () => void
  readonly onUse: (template: { readonly subject: string; readonly text: string }) => void
}) => {
  const t = useWriteTexts()
  const { templates } = useSettings()
  return (
    <Dialog open={open} title={t.templates.title} onClose={onClose}>
      {templates.length === 0 && <p>{t.templates.none}</p>}
      <ul className="cw-templates">
        {templates.map((one) => (
          <li key={one.name}>
            <button
              type="button"
              onClick={() => {
                onUse(one)
                onClose()
              }}
            >
              <strong>{one.name}</strong>
              <span>{one.subject}</span>
            </button>
          </li>
        ))}
      </ul>
      {mayChangeSettings() && <SaveTemplate draft={draft} onDone={onClose} />}
    </Dialog>
  )
}

const SaveTemplate = ({ draft, onDone }: { readonly draft: Draft; readonly onDone: () => void }) => {
  const t = useWriteTexts()
  const { templates } = useSettings()
  const [isOpen, setOpen] = useState(false)
  const [name, setName] = useState(draft.subject.trim())
  const [wrong, setWrong] = useState<string>()
  const save = useAction(async () => {
    const one = { name: name.trim(), subject: draft.subject.trim(), text: ownText(draft.text) }
    await changeSettings({ templates: [...templates.filter((other) => other.name !== one.name), one] })
    tell(t.templates.saved)
    onDone()
  })
  if (!isOpen)
    return (
      <Button look="outline-primary" onClick={() => setOpen(true)}>
        {t.templates.saveThis}
      </Button>
    )
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        if (name.trim() === '') setWrong(t.templates.nameNeeded)
        else void save.run()
      }}
    >
      <ProblemAlert problem={save.problem} />
      <TextField
        label={t.templates.name}
        hint={t.templates.hint}
        value={name}
        maxLength={100}
        error={wrong}
        note={templates.some((one) => one.name === name.trim()) ? t.templates.sameName : undefined}
        onChange={(value) => {
          setName(value)
          setWrong(undefined)
        }}
      />
      <Button type="submit" busy={save.busy}>
        {t.templates.save}
      </Button>
    </form>
  )
}
