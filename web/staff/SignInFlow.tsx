// Password, then the second factor or its set-up: on the page of the sign-in and in the dialog of a lost session alike.
import { type FormEvent, useRef, useState } from 'react'
import { ProblemAlert } from '../ui/Alert.tsx'
import { call } from '../ui/api.ts'
import { Button } from '../ui/Button.tsx'
import type { SessionView } from '../ui/contract.ts'
import { TextField } from '../ui/Field.tsx'
import { useAction } from '../ui/hooks.ts'
import { PasswordField } from '../ui/PasswordField.tsx'
import { SetUpFactor } from './SetUpFactor.tsx'
import { useStaffTexts } from './texts/staff.ts'

type Props = {
  /** Whoever was signed in; then the address is not asked. */
  readonly email?: string
  /** A session that is half way. */
  readonly begun?: SessionView | undefined
  readonly onDone: (session: SessionView) => void
  /** Tells the page at which step it is. */
  readonly onStage?: (stage: SessionView['stage'] | 'password') => void
}

export const SignInFlow = ({ email, begun, onDone, onStage }: Props) => {
  const [session, setSession] = useState<SessionView | undefined>(begun)
  const next = (given: SessionView | undefined): void => {
    if (given?.stage === 'full') onDone(given)
    else {
      setSession(given)
      onStage?.(given?.stage ?? 'password')
    }
  }
  if (!session) return <PasswordStep email={email} onSession={next} />
  if (session.stage === 'secondFactor') {
    return <CodeStep session={session} onSession={next} onRestart={() => next(undefined)} />
  }
  return <SetUpFactor email={session.email} onDone={next} />
}

/** Moves the focus to the first field that is wrong. */
const focusOn = (id: string): void => document.getElementById(id)?.focus()

const PasswordStep = ({
  email: given,
  onSession,
}: {
  readonly email: string | undefined
  readonly onSession: (session: SessionView) => void
}) => {
  const t = useStaffTexts()
  const [email, setEmail] = useState(given ?? '')
  const [password, setPassword] = useState('')
  const [tried, setTried] = useState(false)
  const signIn = useAction(async () =>
    onSession(await call('POST /session', { body: { email: email.trim(), password } })),
  )
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setTried(true)
    if (email.trim() === '') focusOn('sign-in-email')
    else if (password === '') focusOn('sign-in-password')
    else void signIn.run()
  }
  return (
    <form onSubmit={submit} noValidate>
      <ProblemAlert problem={signIn.problem} />
      {given ? (
        <p>
          {t.signIn.email}: <strong>{given}</strong>
          <input type="hidden" autoComplete="username" value={given} readOnly />
        </p>
      ) : (
        <TextField
          id="sign-in-email"
          label={t.signIn.email}
          type="email"
          inputMode="email"
          autoComplete="username"
          value={email}
          error={tried && email.trim() === '' ? t.signIn.emailMissing : undefined}
          onChange={setEmail}
        />
      )}
      <PasswordField
        id="sign-in-password"
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

const CodeStep = ({
  session,
  onSession,
  onRestart,
}: {
  readonly session: SessionView
  readonly onSession: (session: SessionView) => void
  readonly onRestart: () => void
}) => {
  const t = useStaffTexts()
  const [code, setCode] = useState('')
  const [recovery, setRecovery] = useState(false)
  const [tried, setTried] = useState(false)
  const field = useRef('second-code')
  const give = useAction(async () =>
    onSession(await call('POST /session/second-factor', { body: { code: code.trim() } })),
  )
  const restart = useAction(async () => {
    await call('DELETE /session')
    onRestart()
  })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setTried(true)
    if (code.trim() === '') focusOn(field.current)
    else void give.run()
  }
  return (
    <form onSubmit={submit} noValidate>
      <p>{t.second.lead(session.email)}</p>
      <ProblemAlert problem={give.problem ?? restart.problem} />
      <TextField
        id={field.current}
        key={String(recovery)}
        label={recovery ? t.second.recovery : t.second.code}
        hint={recovery ? t.second.recoveryHint : t.second.codeHint}
        inputMode={recovery ? 'text' : 'numeric'}
        autoComplete="one-time-code"
        autoCapitalize="off"
        spellCheck={false}
        short
        maxLength={40}
        value={code}
        error={tried && code.trim() === '' ? t.second.missing : undefined}
        onChange={setCode}
      />
      <p>
        <Button
          look="link"
          onClick={() => {
            setRecovery(!recovery)
            setCode('')
            setTried(false)
          }}
        >
          {recovery ? t.second.useCode : t.second.useRecovery}
        </Button>
      </p>
      <div className="cl-actions">
        <Button type="submit" busy={give.busy}>
          {t.second.enter}
        </Button>
        <Button look="link" busy={restart.busy} onClick={() => void restart.run()}>
          {t.second.restart}
        </Button>
      </div>
    </form>
  )
}
