// Starts the portal: its pages by their addresses.
import { lazy, Suspense, useEffect } from 'react'
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
      <Route path="/sandbox/posta">
        <Suspense
          fallback={
            <PortalFrame>
              <Loading />
            </PortalFrame>
          }
        >
          <MailPage />
        </Suspense>
      </Route>
      <Route>
        <NotFoundPage {...t.notFound} />
      </Route>
    </Switch>
  )
}

await start(<Portal />)
