// The sign-in to the box.
import { useEffect } from 'react'
import { call, isSessionLost } from '../ui/api.ts'
import { Frame } from '../ui/Frame.tsx'
import { usePage, useResource } from '../ui/hooks.ts'
import type { AccountSession } from './area.tsx'
import { NoBox } from './BoxesPage.tsx'
import { SetUpStep } from './SetUpStep.tsx'
import { SignInFlow } from './SignInFlow.tsx'
import { useAccountTexts } from './texts/account.ts'
import { useRecoveryTexts } from './texts/recovery.ts'

/** A path of ours only: nobody is led elsewhere by a link. */
const wayBack = (): string => {
  const asked = new URLSearchParams(location.search).get('poi')
  return asked && /^\/(?:casella|posta)(?:[/?]|$)/.test(asked) ? asked : '/casella'
}

const goOn = (): void => location.assign(wayBack())

const sessionHere = async (signal: AbortSignal): Promise<AccountSession | 'none'> => {
  try {
    return await call('GET /account/session', { signal })
  } catch (error) {
    if (isSessionLost(error)) return 'none'
    throw error
  }
}

export const SignInPage = () => {
  const t = useAccountTexts()
  const { forgotten } = useRecoveryTexts().reset
  const heading = usePage(t.signIn.title)
  const { data, set } = useResource<AccountSession | 'none'>('account', sessionHere)
  const here = data === 'none' ? undefined : data
  const lost = here?.stage === 'full' && !here.mailbox
  const half = here?.stage === 'secondFactor' ? here : undefined
  useEffect(() => {
    if (here?.mailbox) goOn()
  }, [here])
  const isSetUp = here?.stage === 'setUp'
  return (
    <Frame tagline={t.tagline} home="/">
      <div className="cl-column">
        <h1 ref={heading} tabIndex={-1}>
          {t.signIn.title}
        </h1>
        {lost ? (
          <NoBox onLeft={() => location.reload()} />
        ) : (
          <>
            <p className="lead">{t.signIn.lead}</p>
            {isSetUp ? (
              <SetUpStep session={here} onDone={goOn} />
            ) : (
              <SignInFlow half={half} onDone={(session) => (session.mailbox ? goOn() : set(session))} />
            )}
            <p className="cl-after">
              <a href="/nuova-password">{forgotten}</a>
            </p>
          </>
        )}
      </div>
    </Frame>
  )
}
