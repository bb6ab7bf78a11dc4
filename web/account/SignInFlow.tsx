// The steps of a sign-in to the box: on its page and in the dialog of a lost session alike.
import { type FormEvent, useState } from 'react'
import { ProblemAlert } from '../ui/Alert.tsx'
import { call } from '../ui/api.ts'
import { Button } from '../ui/Button.tsx'
import { CheckField, TextField } from '../ui/Field.tsx'
import { useAction } from '../ui/hooks.ts'
import { PasswordField } from '../ui/PasswordField.tsx'
import type { AccountSession } from './area.tsx'
import { CodeForm } from './CodeForm.tsx'
import { PasskeyButton } from './passkey.tsx'
import { SetUpStep } from './SetUpStep.tsx'
import { useAccountTexts } from './texts/account.ts'
import { useSecurityTexts } from './texts/security.ts'

type Done = (session: AccountSession) => void

export const SignInFlow = ({
  name,
  half: begun,
  onDone,
}: {
  /** Whoever was signed in; then the address is not asked. */
  readonly name?: string
  /** A session of which the password was given already. */
  readonly half?: AccountSession | undefined
  readonly onDone: Done
}) => {
  const t = useSecurityTexts()
  const [given, setHalf] = useState<AccountSession | 'restart'>()
  const half = given === 'restart' ? undefined : (given ?? begun)
  const next: Done = (session) => (session.stage === 'full' ? onDone(session) : setHalf(session))
  if (half?.stage === 'setUp') return <SetUpStep session={half} onDone={onDone} />
  const code = half?.factors?.code ?? true
  return (
    <>
      {half ? (
        <CodeStep session={half} byCode={code} onDone={next} onRestart={() => setHalf('restart')} />
      ) : (
        <PasswordStep name={name} onDone={next} />
      )}
      <div className="cl-after">
        <PasskeyButton to="enter" label={half ? t.passkeyUse : t.passkeySignIn} onDone={next} first={half && !code} />
      </div>
    </>
  )
}

const CodeStep = ({
  session,
  byCode,
  onDone,
  onRestart,
}: {
  readonly session: AccountSession
  /** Otherwise by passkey: the form takes a recovery code. */
  readonly byCode: boolean
  readonly onDone: Done
  readonly onRestart: () => void
}) => {
  const t = useSecurityTexts()
  const [trust, setTrust] = useState(false)
  return (
    <>
      <p>{byCode ? t.secondLead(session.signInName) : t.passkeyLead(session.signInName)}</p>
      <CodeForm
        id="second-code"
        label={byCode ? undefined : t.recoveryCode}
        hint={byCode ? t.codeHint : undefined}
        give={async (code) => onDone(await call('POST /account/session/second-factor', { body: { code, trust } }))}
      >
        <CheckField label={t.trust} checked={trust} onChange={setTrust} />
      </CodeForm>
      <p className="cl-after">
        <Button look="link" onClick={onRestart}>
          {t.restart}
        </Button>
      </p>
    </>
  )
}

const PasswordStep = ({ name: given, onDone }: { readonly name: string | undefined; readonly onDone: Done }) => {
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
