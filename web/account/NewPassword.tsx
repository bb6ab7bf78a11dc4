// A new password with its live list of rules: on the page of the account, and where a link leads.
import { type FormEvent, type ReactNode, useState } from 'react'
import { judgePassword } from '../../src/core/identity/passwordPolicy.ts'
import { ProblemAlert } from '../ui/Alert.tsx'
import type { Reply } from '../ui/api.ts'
import { Button } from '../ui/Button.tsx'
import { useAction } from '../ui/hooks.ts'
import { useLanguage } from '../ui/language.ts'
import { PasswordField } from '../ui/PasswordField.tsx'
import { useRecoveryTexts } from './texts/recovery.ts'

export const NewPassword = ({
  given,
  address,
  save,
  label,
  children,
}: {
  readonly given: Pick<Reply<'GET /account/password'>, 'policy' | 'owner'>
  /** Whose it is: what managers of passwords keep it under. */
  readonly address: string
  readonly save: (password: string) => Promise<void>
  readonly label: string
  readonly children?: ReactNode
}) => {
  const t = useRecoveryTexts().password
  const language = useLanguage()
  const [password, setPassword] = useState('')
  const [tried, setTried] = useState(false)
  const rules = judgePassword(given.policy, password, given.owner).map((one) => ({
    label: one.label[language],
    holds: one.holds,
  }))
  const weak = rules.some((rule) => !rule.holds)
  const { run, busy, problem } = useAction(save)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setTried(true)
    if (weak) document.getElementById('new-password')?.focus()
    else void run(password)
  }
  return (
    <form onSubmit={submit} noValidate>
      <ProblemAlert problem={problem} />
      <input type="hidden" autoComplete="username" value={address} readOnly />
      <PasswordField
        id="new-password"
        label={t.label}
        autoComplete="new-password"
        value={password}
        rules={rules}
        error={tried && weak ? t.weak : undefined}
        onChange={setPassword}
      />
      {children}
      <Button type="submit" busy={busy}>
        {label}
      </Button>
    </form>
  )
}
