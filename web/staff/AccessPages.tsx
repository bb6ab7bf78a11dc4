// Pages of the sign-in: the sign-in itself, an invitation, the choice of where to work.
import { type FormEvent, useEffect, useState } from 'react'
import { judgePassword, STAFF_PASSWORD_POLICY } from '../../src/core/identity/passwordPolicy.ts'
import { Alert, ProblemAlert } from '../ui/Alert.tsx'
import { call, isSessionLost, type Reply } from '../ui/api.ts'
import { Button, LinkButton } from '../ui/Button.tsx'
import type { SessionView } from '../ui/contract.ts'
import { TextField } from '../ui/Field.tsx'
import { Frame } from '../ui/Frame.tsx'
import { useAction, usePage, useResource } from '../ui/hooks.ts'
import { useLanguage } from '../ui/language.ts'
import { Loading } from '../ui/Parts.tsx'
import { PasswordField } from '../ui/PasswordField.tsx'
import { SignInFlow } from './SignInFlow.tsx'
import { useStaffTexts } from './texts/staff.ts'

/** Where somebody goes after the sign-in: back to where they were going, or to the only place that is theirs. */
export const placesOf = (
  session: SessionView,
): readonly { readonly href: string; readonly name: string | undefined; readonly role: string }[] =>
  session.grants.map(({ order, role }) =>
    order
      ? { href: `/ordine/${encodeURIComponent(order.code)}`, name: order.name, role }
      : { href: '/operatore', name: undefined, role },
  )

/** A path of ours only: nobody is led elsewhere by a link. */
const wayBack = (): string | undefined => {
  const asked = new URLSearchParams(location.search).get('poi')
  return asked && /^\/(?:ordine|operatore|accesso)(?:[/?]|$)/.test(asked) ? asked : undefined
}

const goOn = (session: SessionView): void => {
  const places = placesOf(session)
  location.assign(wayBack() ?? (places.length === 1 ? places[0]!.href : '/ordine'))
}

const sessionHere = async (signal: AbortSignal): Promise<SessionView | 'none'> => {
  try {
    return await call('GET /session', { signal })
  } catch (error) {
    if (isSessionLost(error)) return 'none'
    throw error
  }
}

export const SignInPage = () => {
  const t = useStaffTexts()
  const { data, problem, reload } = useResource('session', sessionHere)
  const [stage, setStage] = useState<SessionView['stage'] | 'password'>('password')
  const begun = data !== undefined && data !== 'none' ? data : undefined
  const now = stage === 'password' && begun ? begun.stage : stage
  const title = now === 'secondFactor' ? t.second.title : now === 'setup' ? t.setUp.title : t.signIn.title
  const heading = usePage(title)
  useEffect(() => {
    if (begun?.stage === 'full') goOn(begun)
  }, [begun])
  return (
    <Frame tagline={t.signIn.title} home="/accesso">
      <div className="cl-column">
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {now === 'password' && <p className="lead">{t.signIn.lead}</p>}
        <ProblemAlert problem={problem} onRetry={reload} />
        {data === undefined ? (
          !problem && <Loading />
        ) : (
          <SignInFlow begun={begun?.stage === 'full' ? undefined : begun} onDone={goOn} onStage={setStage} />
        )}
        {data !== undefined && now === 'password' && <Forgotten />}
      </div>
    </Frame>
  )
}

/** A link to choose a new password; the answer never tells whether there is such an account. */
const Forgotten = () => {
  const t = useStaffTexts()
  const [email, setEmail] = useState('')
  const [tried, setTried] = useState(false)
  const [sent, setSent] = useState(false)
  const send = useAction(async () => {
    await call('POST /session/password-link', { body: { email: email.trim() } })
    setSent(true)
  })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setTried(true)
    if (email.trim() === '') document.getElementById('forgotten-email')?.focus()
    else void send.run()
  }
  return (
    <details className="cl-card cl-forgotten">
      <summary>{t.signIn.forgotten.title}</summary>
      <form onSubmit={submit} noValidate>
        <p>{t.signIn.forgotten.lead}</p>
        <ProblemAlert problem={send.problem} />
        <div role="status">{sent && <Alert kind="success">{t.signIn.forgotten.sent}</Alert>}</div>
        <TextField
          id="forgotten-email"
          label={t.signIn.email}
          type="email"
          inputMode="email"
          autoComplete="username"
          value={email}
          error={tried && email.trim() === '' ? t.signIn.emailMissing : undefined}
          onChange={setEmail}
        />
        <Button type="submit" look="outline-primary" busy={send.busy}>
          {t.signIn.forgotten.send}
        </Button>
      </form>
    </details>
  )
}

/** The rules of staff passwords as they stand to what is typed. */
export const useStaffRules = (password: string, email: string, name: string) => {
  const language = useLanguage()
  return judgePassword(STAFF_PASSWORD_POLICY, password, { names: [name], addresses: [email] }).map(
    ({ label, holds }) => ({
      label: label[language],
      holds,
    }),
  )
}

export const InvitationPage = ({ token }: { readonly token: string }) => {
  const t = useStaffTexts()
  const { data, problem, reload } = useResource(`invitation ${token}`, (signal) =>
    call('POST /staff-invitations/look', { body: { token }, signal }),
  )
  const title = data ? (data.newPassword ? t.newPassword.title : t.invitation.title) : t.signIn.title
  const heading = usePage(title)
  return (
    <Frame tagline={t.signIn.title} home="/accesso">
      <div className="cl-column">
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        <ProblemAlert problem={problem} onRetry={problem?.code === 'linkInvalid' ? undefined : reload}>
          {problem?.code === 'linkInvalid' && (
            <>
              <p>{t.invitation.invalid}</p>
              <p>
                <LinkButton href="/accesso" look="outline-primary" small>
                  {t.invitation.toSignIn}
                </LinkButton>
              </p>
            </>
          )}
        </ProblemAlert>
        {!data && !problem && <Loading />}
        {data && <Acceptance token={token} invitation={data} />}
      </div>
    </Frame>
  )
}

const Acceptance = ({
  token,
  invitation,
}: {
  readonly token: string
  readonly invitation: Reply<'POST /staff-invitations/look'>
}) => {
  const t = useStaffTexts()
  const { email, name, role, order, hasAccount, newPassword } = invitation
  const [password, setPassword] = useState('')
  const [tried, setTried] = useState(false)
  const [session, setSession] = useState<SessionView>()
  const rules = useStaffRules(password, email, name)
  const wrong = hasAccount ? password === '' : rules.some((rule) => !rule.holds)
  const accept = useAction(async () => {
    const given = await call('POST /staff-invitations/acceptance', { body: { token, password } })
    if (given.stage === 'full') goOn(given)
    else setSession(given)
  })
  if (session) return <SignInFlow begun={session} onDone={goOn} />
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setTried(true)
    if (wrong) document.getElementById('invitation-password')?.focus()
    else void accept.run()
  }
  return (
    <form onSubmit={submit} noValidate>
      {newPassword ? (
        <>
          <p className="lead">{t.newPassword.lead(name, email)}</p>
          <p>{t.newPassword.detail}</p>
        </>
      ) : (
        <>
          <p className="lead">{t.invitation.lead(name, t.roles[role] ?? role, order ?? t.invitation.provider)}</p>
          <p>{hasAccount ? t.invitation.hasAccount(email) : t.invitation.noAccount(email)}</p>
        </>
      )}
      <ProblemAlert problem={accept.problem} />
      <PasswordField
        id="invitation-password"
        label={newPassword ? t.newPassword.password : hasAccount ? t.invitation.ownPassword : t.invitation.newPassword}
        autoComplete={hasAccount ? 'current-password' : 'new-password'}
        value={password}
        rules={hasAccount ? [] : rules}
        error={tried && wrong ? (hasAccount ? t.signIn.passwordMissing : t.invitation.weak) : undefined}
        onChange={setPassword}
      />
      <Button type="submit" busy={accept.busy}>
        {newPassword ? t.newPassword.save : t.invitation.accept}
      </Button>
    </form>
  )
}

/** Where to work, for those who have several roles or none. */
export const ChoiceList = ({ session }: { readonly session: SessionView }) => {
  const t = useStaffTexts()
  const places = placesOf(session)
  const heading = usePage(places.length > 0 ? t.choice.title : t.choice.none)
  return (
    <div className="cl-column">
      <h1 ref={heading} tabIndex={-1}>
        {places.length > 0 ? t.choice.title : t.choice.none}
      </h1>
      <p className="lead">{places.length > 0 ? t.choice.lead : t.choice.noneLead}</p>
      <ul className="cl-plain-list">
        {places.map(({ href, name, role }) => (
          <li key={href + role} className="cl-card">
            <h2 className="h4">{name ?? t.choice.operator}</h2>
            <p>{t.roles[role] ?? role}</p>
            <LinkButton href={href} outside={href === '/operatore'}>
              {name ?? t.choice.operator}
            </LinkButton>
          </li>
        ))}
      </ul>
    </div>
  )
}
