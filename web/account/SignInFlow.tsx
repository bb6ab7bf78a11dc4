// The steps of a sign-in to the box: on its page and in the dialog of a lost session alike.
import { type FormEvent, useState } from 'react'
import { ProblemAlert } from '../ui/Alert.tsx'
import { call } from '../ui/api.ts'
import { Button } from '../ui/Button.tsx'
import { TextField } from '../ui/Field.tsx'
import { useAction } from '../ui/hooks.ts'
import { PasswordField } from '../ui/PasswordField.tsx'
import type { AccountSession } from './area.tsx'
import { useAccountTexts } from './texts/account.ts'

export const SignInFlow = ({
  name: given,
  onDone,
}: {
  /** Whoever was signed in; then the address is not asked. */
  readonly name?: string
  readonly onDone: (session: AccountSession) => void
}) => {
  const t = useAccountTexts()
  const [name, setName] = useState(given ?? '')
  const [password, setPassword] = useState('')
  const [tried, setTried] = useState(false)
  const signIn = useAction(async () =>
    onDone(await call('POST /account/session', { body: { name: name.trim(), password } })),
  )
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setTried(true)
    const empty = name.trim() === '' ? 'account-name' : password === '' ? 'account-password' : undefined
    if (empty) document.getElementById(empty)?.focus()
    else void signIn.run()
  }
  return (
    <form onSubmit={submit} noValidate>
      <ProblemAlert problem={signIn.problem} />
      {given ? (
        <p>
          {t.signIn.name}: <strong>{given}</strong>
          <input type="hidden" autoComplete="username" value={given} readOnly />
        </p>
      ) : (
        <TextField
          id="account-name"
          label={t.signIn.name}
          hint={t.signIn.nameHint}
          type="email"
          inputMode="email"
          autoComplete="username"
          value={name}
          error={tried && name.trim() === '' ? t.signIn.nameMissing : undefined}
          onChange={setName}
        />
      )}
      <PasswordField
        id="account-password"
        label={t.signIn.password}
        autoComplete="current-password"
        value={password}
        error={tried && password === '' ? t.signIn.passwordMissing : undefined}
        onChange={setPassword}
      />
      <Button type="submit" busy={signIn.busy}>
        {t.signIn.enter}
      </Button>
    </form>
  )
}
