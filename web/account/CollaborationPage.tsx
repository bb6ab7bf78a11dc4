// Where the link of an invitation leads: who invites to which box, what it means, and accepting it.
import { type FormEvent, useState } from 'react'
import { personName } from '../../src/core/identity/delegation.ts'
import { Alert, ProblemAlert } from '../ui/Alert.tsx'
import { call, type Reply } from '../ui/api.ts'
import { Button, LinkButton } from '../ui/Button.tsx'
import { TextField } from '../ui/Field.tsx'
import { Frame } from '../ui/Frame.tsx'
import { showInstant } from '../ui/format.ts'
import { useAction, usePage, useResource } from '../ui/hooks.ts'
import { Loading } from '../ui/Parts.tsx'
import { PasswordField } from '../ui/PasswordField.tsx'
import { useToken } from '../ui/token.ts'
import { NewPassword } from './NewPassword.tsx'
import { useAccountTexts } from './texts/account.ts'
import { useCollaboratorTexts } from './texts/collaborators.ts'

type View = Reply<'POST /collaborations/look'>
type Accept = (given: { readonly name?: string; readonly password?: string }) => Promise<void>

export const CollaborationPage = () => {
  const { tagline } = useAccountTexts()
  const t = useCollaboratorTexts().link
  const heading = usePage(t.title)
  const token = useToken('collaboration')
  return (
    <Frame tagline={tagline} home="/casella">
      <div className="cl-column">
        <h1 ref={heading} tabIndex={-1}>
          {t.title}
        </h1>
        {token ? (
          <Invitation key={token} token={token} />
        ) : (
          <Alert kind="warning" title={t.missing}>
            <p>{t.missingDetail}</p>
          </Alert>
        )}
      </div>
    </Frame>
  )
}

const Invitation = ({ token }: { readonly token: string }) => {
  const t = useCollaboratorTexts().link
  const { data, problem, reload } = useResource(`collaboration ${token}`, (signal) =>
    call('POST /collaborations/look', { body: { token }, signal }),
  )
  if (!data) {
    if (!problem) return <Loading />
    const over = problem.code === 'linkInvalid'
    return (
      <>
        <ProblemAlert
          problem={over ? Object.assign(problem, { detail: t.invalid }) : problem}
          onRetry={over ? undefined : reload}
        />
        {over && <LinkButton href="/casella/accesso">{t.enter}</LinkButton>}
      </>
    )
  }
  const accept: Accept = async (given) => {
    const session = await call('POST /collaborations/acceptance', { body: { token, ...given } })
    // What is still wanted of the sign-in is asked on its page.
    location.assign(session.stage === 'full' ? '/casella' : '/casella/accesso')
  }
  return (
    <>
      <p className="lead">{t.lead(data.holder, data.address)}</p>
      <p>{t.may[data.rights]}</p>
      <section className="cl-card cl-soft" aria-labelledby="means-title">
        <h2 id="means-title">{t.meansTitle}</h2>
        <ul>
          {t.means.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      </section>
      <p className="cl-muted">{t.until(showInstant(data.expiresAt))}</p>
      {data.signedIn ? (
        <SignedIn view={data} accept={accept} />
      ) : data.hasAccount ? (
        <Known view={data} accept={accept} />
      ) : (
        <Newcomer view={data} accept={accept} />
      )}
    </>
  )
}

type Form = { readonly view: View; readonly accept: Accept }

const SignedIn = ({ view, accept }: Form) => {
  const t = useCollaboratorTexts().link
  const { run, busy, problem } = useAction(() => accept({}))
  return (
    <>
      <p>{t.signedIn(view.email)}</p>
      <ProblemAlert problem={problem} />
      <Button busy={busy} onClick={() => void run()}>
        {t.accept}
      </Button>
    </>
  )
}

const Known = ({ view, accept }: Form) => {
  const t = useCollaboratorTexts().link
  const [password, setPassword] = useState('')
  const [tried, setTried] = useState(false)
  const { run, busy, problem } = useAction(() => accept({ password }))
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setTried(true)
    if (password === '') document.getElementById('own-password')?.focus()
    else void run()
  }
  return (
    <form onSubmit={submit} noValidate>
      <p>
        {t.known} <strong className="cl-break">{view.email}</strong>
      </p>
      <ProblemAlert problem={problem} />
      <input type="hidden" autoComplete="username" value={view.email} readOnly />
      <PasswordField
        id="own-password"
        label={t.password}
        autoComplete="current-password"
        value={password}
        error={tried && password === '' ? t.passwordMissing : undefined}
        onChange={setPassword}
      />
      <Button type="submit" busy={busy}>
        {t.accept}
      </Button>
      <p className="cl-after">
        <a href="/nuova-password">{t.forgotten}</a>
      </p>
    </form>
  )
}

const Newcomer = ({ view, accept }: Form) => {
  const t = useCollaboratorTexts().link
  const [name, setName] = useState(view.name)
  const wrong = personName(name) === undefined
  return (
    <>
      <p>{t.email(view.email)}</p>
      <TextField
        id="own-name"
        label={t.name}
        hint={t.nameHint}
        maxLength={80}
        autoComplete="name"
        value={name}
        error={wrong ? t.nameWrong : undefined}
        onChange={setName}
      />
      <NewPassword
        given={{ policy: view.policy, owner: { names: [name], addresses: [view.email] } }}
        address={view.email}
        label={t.accept}
        save={async (password) => {
          if (wrong) document.getElementById('own-name')?.focus()
          else await accept({ name, password })
        }}
      />
    </>
  )
}
