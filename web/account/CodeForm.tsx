// The form of one code: of the app, or one of recovery.
import { type FormEvent, type ReactNode, useState } from 'react'
import { ProblemAlert } from '../ui/Alert.tsx'
import { Button } from '../ui/Button.tsx'
import { TextField } from '../ui/Field.tsx'
import { useAction } from '../ui/hooks.ts'
import { useSecurityTexts } from './texts/security.ts'

export const CodeForm = ({
  id,
  label,
  hint,
  give,
  children,
}: {
  readonly id: string
  readonly label?: string | undefined
  readonly hint?: string | undefined
  readonly give: (code: string) => Promise<void>
  readonly children?: ReactNode
}) => {
  const t = useSecurityTexts()
  const [code, setCode] = useState('')
  const [tried, setTried] = useState(false)
  const action = useAction(() => give(code.trim()))
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setTried(true)
    if (code.trim() === '') document.getElementById(id)?.focus()
    else void action.run()
  }
  return (
    <form onSubmit={submit} noValidate>
      <ProblemAlert problem={action.problem} />
      <TextField
        id={id}
        label={label ?? t.code}
        hint={hint}
        autoComplete="one-time-code"
        autoCapitalize="off"
        spellCheck={false}
        short
        maxLength={40}
        value={code}
        error={tried && code.trim() === '' ? t.codeMissing : undefined}
        onChange={setCode}
      />
      {children}
      <Button type="submit" busy={action.busy}>
        {t.confirm}
      </Button>
    </form>
  )
}
