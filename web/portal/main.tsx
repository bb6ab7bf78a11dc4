// Starts the portal: its pages by their addresses.
import { lazy, type ReactNode, Suspense, useEffect } from 'react'
import { Route, Switch } from 'wouter'
import { Loading } from '../ui/Parts.tsx'
import { start } from '../ui/start.tsx'
import { useCommon } from '../ui/texts/common.ts'
import { ConventionPage } from './ConventionPage.tsx'
import { loadCase } from './case.ts'
import { FrontPage, NotFoundPage } from './FrontPage.tsx'
import { PortalFrame } from './PortalFrame.tsx'
import { ConfirmPage, ResumePage } from './ResumePage.tsx'
import { TrackerPage } from './TrackerPage.tsx'
import { Wizard } from './wizard/Wizard.tsx'

const MailPage = lazy(() => import('./MailPage.tsx'))
const RequestPage = lazy(() => import('./RequestPage.tsx'))
const RenewalPage = lazy(() => import('./RenewalPage.tsx'))

/** A page that few open: it is loaded when it is. */
const Later = ({ children }: { readonly children: ReactNode }) => (
  <Suspense
    fallback={
      <PortalFrame>
        <Loading />
      </PortalFrame>
    }
  >
    {children}
  </Suspense>
)

const Portal = () => {
  const t = useCommon()
  useEffect(() => {
    // The link of an e-mail opens its own case: what is on this device comes after it.
    if (location.hash.length < 2) void loadCase()
  }, [])
  return (
    <Switch>
      <Route path="/" component={FrontPage} />
      <Route path="/convenzioni/:code" component={ConventionPage} />
      <Route path="/attivazione/:step?" component={Wizard} />
      <Route path="/pratica" component={TrackerPage} />
      <Route path="/riprendi" component={ResumePage} />
      <Route path="/conferma" component={ConfirmPage} />
      <Route path="/rinnovo">
        <Later>
          <RenewalPage />
        </Later>
      </Route>
      <Route path="/aiuto/richiesta">
        <Later>
          <RequestPage />
        </Later>
      </Route>
      <Route path="/sandbox/posta">
        <Later>
          <MailPage />
        </Later>
      </Route>
      <Route>
        <NotFoundPage {...t.notFound} />
      </Route>
    </Switch>
  )
}

await start(<Portal />)
