// The addresses of the account: what is below /casella is for who is signed in.
import { useEffect } from 'react'
import { Link, Route, Switch, useLocation } from 'wouter'
import { NotFound } from '../staff/NotFound.tsx'
import { ProblemAlert } from '../ui/Alert.tsx'
import { call } from '../ui/api.ts'
import { Frame } from '../ui/Frame.tsx'
import { useAction, useResource } from '../ui/hooks.ts'
import { AccountArea, useAccount } from './area.tsx'
import { BoxChooser, followSwitches } from './BoxesPage.tsx'
import { CollaborationPage } from './CollaborationPage.tsx'
import { ConnectPage } from './ConnectPage.tsx'
import { HomePage } from './HomePage.tsx'
import { ReferenceLinkPage } from './ReferenceLinkPage.tsx'
import { RequestPage } from './RequestPage.tsx'
import { ResetPage } from './ResetPage.tsx'
import { SignInPage } from './SignInPage.tsx'
import { sectionsOf } from './sections.tsx'
import { useAccountTexts } from './texts/account.ts'
import { VerifyPage } from './VerifyPage.tsx'

export const AccountApplication = () => (
  <Switch>
    <Route path="/casella/accesso">
      <SignInPage />
    </Route>
    <Route path="/nuova-password">
      <ResetPage />
    </Route>
    <Route path="/recupero">
      <RequestPage />
    </Route>
    <Route path="/riferimento">
      <ReferenceLinkPage />
    </Route>
    <Route path="/collaboratore">
      <CollaborationPage />
    </Route>
    <Route path="/collega">
      <ConnectPage />
    </Route>
    <Route path="/verifica">
      <VerifyPage />
    </Route>
    <Route path="/casella" nest>
      <AccountArea>
        <Inside />
      </AccountArea>
    </Route>
    <Route>
      <NotFound home="/casella" />
    </Route>
  </Switch>
)

const Inside = () => {
  const t = useAccountTexts()
  const { mailbox } = useAccount()
  const [path] = useLocation()
  const { data: contacts } = useResource('contacts', (signal) => call('GET /help/contacts', { query: {}, signal }))
  const mine = sectionsOf(mailbox.rights)
  const current = (href: string): boolean => path === href || (href !== '/' && path.startsWith(`${href}/`))
  return (
    <Frame
      tagline={t.tagline}
      home="/"
      nav={[
        { href: '/', label: t.home, current: path === '/' },
        ...mine
          .filter((one) => !one.rare)
          .map((one) => ({ href: one.href, label: one.label(t), current: current(one.href) })),
      ]}
      account={<SignedIn />}
      phone={contacts?.helpDesk?.phone}
      hours={contacts?.helpDesk?.hours}
    >
      <Switch>
        <Route path="/">
          <HomePage />
        </Route>
        {mine.map((one) => (
          <Route key={one.href} path={`${one.href}/*?`}>
            {one.page}
          </Route>
        ))}
        <Route>
          <NotFound home="/" inside />
        </Route>
      </Switch>
    </Frame>
  )
}

const SignedIn = () => {
  const t = useAccountTexts()
  const { signInName, kind } = useAccount()
  useEffect(followSwitches, [])
  const leave = useAction(async () => {
    await call('DELETE /account/session')
    location.assign('/casella/accesso')
  })
  return (
    <div className="cl-account">
      {kind === 'delegate' && <BoxChooser />}
      <Link href="/">{signInName}</Link>
      <button type="button" onClick={() => void leave.run()}>
        {t.leave}
      </button>
      <ProblemAlert problem={leave.problem} />
    </div>
  )
}
