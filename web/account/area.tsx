// Who is signed in to the box: loaded once, and asked for again in a dialog where the session is lost or a proof is wanted.
import { createContext, type FormEvent, type ReactNode, useContext, useEffect, useRef, useState } from 'react'
import { ProblemAlert } from '../ui/Alert.tsx'
import { call, isSessionLost, type Reply } from '../ui/api.ts'
import { Button } from '../ui/Button.tsx'
import { asProblem, useAction, useResource } from '../ui/hooks.ts'
import { Dialog, Loading } from '../ui/Parts.tsx'
import { PasswordField } from '../ui/PasswordField.tsx'
import { setGate, signInAddress, type Wanted } from './ask.ts'
import { CodeForm } from './CodeForm.tsx'
import { PasskeyButton } from './passkey.tsx'
import { SignInFlow } from './SignInFlow.tsx'
import { useAccountTexts } from './texts/account.ts'
import { useSecurityTexts } from './texts/security.ts'

export type AccountSession = Reply<'GET /account/session'>
/** Whose session is whole, at a box. */
export type Seated = AccountSession & { readonly mailbox: NonNullable<AccountSession['mailbox']> }

const Context = createContext<{ session: Seated; refresh: () => void } | undefined>(undefined)

/** Who is signed in; inside of AccountArea. */
export const useAccount = (): Seated => useContext(Context)!.session
/** Loads the session again. */
export const useRefreshAccount = (): (() => void) => useContext(Context)!.refresh

/** What an application keeps of the session, so that it opens without a line. */
export type Remembered = {
  readonly read: () => Promise<AccountSession | undefined>
  readonly write: (session: AccountSession) => void
}

const here = async (signal: AbortSignal, remembered?: Remembered): Promise<AccountSession | 'signedOut'> => {
  const known = await remembered?.read()
  try {
    const session = await call('GET /account/session', { signal, once: known !== undefined })
    remembered?.write(session)
    return session
  } catch (error) {
    if (isSessionLost(error)) return 'signedOut'
    const problem = asProblem(error)
    if (known && problem.code === 'offline') return known
    throw problem
  }
}

const isSeated = (session: AccountSession | 'signedOut' | undefined): session is Seated =>
  session !== undefined && session !== 'signedOut' && session.mailbox !== undefined

/** What is shown to those who are signed in, in full; others are led to the sign-in. */
export const AccountArea = ({
  remembered,
  children,
}: {
  readonly remembered?: Remembered
  readonly children: ReactNode
}) => {
  const { data, problem, reload, set } = useResource('account', (signal) => here(signal, remembered))
  const away = data !== undefined && !isSeated(data)
  useEffect(() => {
    if (away) location.replace(signInAddress())
  }, [away])
  if (!isSeated(data)) {
    return (
      <main id="main" className="cl-container">
        {problem && !data ? <ProblemAlert problem={problem} onRetry={reload} /> : <Loading />}
      </main>
    )
  }
  return (
    <Context value={{ session: data, refresh: reload }}>
      {children}
      <Gate
        session={data}
        onSession={(session) => {
          // Another person has signed in meanwhile: nothing of this page is theirs.
          if (session.signInName !== data.signInName || !isSeated(session)) location.reload()
          else set(session)
        }}
      />
    </Context>
  )
}

/** The dialog in which one signs in again, or proves to be the one: what is on the page behind it stays. */
const Gate = ({
  session,
  onSession,
}: {
  readonly session: Seated
  readonly onSession: (session: AccountSession) => void
}) => {
  const t = useAccountTexts()
  const [wanted, setWanted] = useState<Wanted>()
  const answer = useRef<(given: boolean) => void>(undefined)
  useEffect(
    () =>
      setGate(
        (what) =>
          new Promise<boolean>((resolve) => {
            answer.current = resolve
            setWanted(what)
          }),
      ),
    [],
  )
  const close = (given: boolean): void => {
    setWanted(undefined)
    answer.current?.(given)
    answer.current = undefined
  }
  const done = (now: AccountSession): void => {
    onSession(now)
    close(true)
  }
  return (
    <Dialog
      open={wanted !== undefined}
      title={wanted === 'proof' ? t.proof.title : t.again.title}
      onClose={() => close(false)}
    >
      <p>{wanted === 'proof' ? t.proof.lead : t.again.lead}</p>
      {wanted === 'proof' ? <Proofs onDone={done} /> : <SignInFlow name={session.signInName} onDone={done} />}
    </Dialog>
  )
}

/** By password, by code, by passkey: whichever the person has at hand. */
const Proofs = ({ onDone }: { readonly onDone: (session: AccountSession) => void }) => {
  const t = useSecurityTexts()
  const [byCode, setByCode] = useState(false)
  return (
    <>
      {byCode ? (
        <CodeForm
          id="proof-code"
          hint={t.codeHint}
          give={async (code) => onDone(await call('POST /account/session/proof/code', { body: { code } }))}
        />
      ) : (
        <Proof onDone={onDone} />
      )}
      <p className="cl-after">
        <Button look="link" onClick={() => setByCode(!byCode)}>
          {byCode ? t.orPassword : t.orCode}
        </Button>
      </p>
      <PasskeyButton to="prove" label={t.passkeyUse} onDone={onDone} />
    </>
  )
}

const Proof = ({ onDone }: { readonly onDone: (session: AccountSession) => void }) => {
  const t = useAccountTexts()
  const [password, setPassword] = useState('')
  const prove = useAction(async () => onDone(await call('POST /account/session/proof', { body: { password } })))
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (password === '') document.getElementById('proof-password')?.focus()
    else void prove.run()
  }
  return (
    <form onSubmit={submit} noValidate>
      <ProblemAlert problem={prove.problem} />
      <PasswordField
        id="proof-password"
        label={t.signIn.password}
        autoComplete="current-password"
        value={password}
        onChange={setPassword}
      />
      <Button type="submit" busy={prove.busy}>
        {t.proof.confirm}
      </Button>
    </form>
  )
}
