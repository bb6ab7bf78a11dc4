// The page that verifies certified mail, for anybody: no sign-in, and nothing leaves the device.
import { useEffect } from 'react'
import { Route, Switch } from 'wouter'
import { start } from '../ui/start.tsx'
import { VerifierPage } from './VerifierPage.tsx'
import './verifier.scss'

/** Another address is another page, under another policy: it is loaded whole. */
const Elsewhere = () => {
  useEffect(() => location.reload(), [])
  return null
}

await start(
  <Switch>
    <Route path="/verifica-messaggio" component={VerifierPage} />
    <Route component={Elsewhere} />
  </Switch>,
)
