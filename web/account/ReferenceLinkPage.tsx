// Where links about a reference e-mail lead: it is confirmed, or its change undone, by a button, never by looking.
import { useState } from 'react'
import { Alert, ProblemAlert } from '../ui/Alert.tsx'
import { call } from '../ui/api.ts'
import { Button, LinkButton } from '../ui/Button.tsx'
import { Frame } from '../ui/Frame.tsx'
import { useAction, usePage, useResource } from '../ui/hooks.ts'
import { Loading } from '../ui/Parts.tsx'
import { useToken } from '../ui/token.ts'
import { useAccountTexts } from './texts/account.ts'
import { useRecoveryTexts } from './texts/recovery.ts'

export const ReferenceLinkPage = () => {
  const tagline = useAccountTexts().tagline
  const t = useRecoveryTexts().link
  const heading = usePage(t.title)
  const token = useToken()
  return (
    <Frame tagline={tagline} home="/casella">
      <div className="cl-column">
        <h1 ref={heading} tabIndex={-1}>
          {t.title}
        </h1>
        {token ? (
          <Decision key={token} token={token} />
        ) : (
          <Alert kind="warning" title={t.missing}>
            <p>{t.missingDetail}</p>
          </Alert>
        )}
      </div>
    </Frame>
  )
}

const Decision = ({ token }: { readonly token: string }) => {
  const all = useRecoveryTexts()
  const t = all.link
  const [done, setDone] = useState(false)
  const { data, problem, reload } = useResource(`reference ${token}`, (signal) =>
    call('POST /account/reference-links/look', { body: { token }, signal }),
  )
  const use = useAction(async () => {
    await call('POST /account/reference-links/use', { body: { token } })
    setDone(true)
  })
  if (!data) {
    return problem ? (
      <ProblemAlert problem={problem} onRetry={problem.code === 'linkInvalid' ? undefined : reload} />
    ) : (
      <Loading />
    )
  }
  const { kind, address, email = '' } = data
  const confirms = kind === 'confirm'
  if (done) {
    return (
      <>
        <Alert kind="success" title={confirms ? t.confirmed : t.undone} live>
          <p>{confirms ? t.confirmedDetail(email) : t.undoneDetail(email)}</p>
        </Alert>
        <LinkButton href={confirms ? '/casella' : '/nuova-password'}>
          {confirms ? all.reset.enter : all.reset.title}
        </LinkButton>
      </>
    )
  }
  return (
    <>
      <p className="lead">{confirms ? t.confirmLead(email, address) : t.undoLead(address, email)}</p>
      <ProblemAlert problem={use.problem} />
      <Button busy={use.busy} onClick={() => void use.run()}>
        {confirms ? t.confirm : t.undo}
      </Button>
    </>
  )
}
