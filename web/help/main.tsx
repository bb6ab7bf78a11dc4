// The help: its pages, which need no sign-in, and the search among them.
import { Route, Switch } from 'wouter'
import { start } from '../ui/start.tsx'
import { HelpHome } from './HelpHome.tsx'
import { HelpPage } from './HelpPage.tsx'
import '../ui/styles/signedIn.scss'
import './help.scss'

await start(
  <Switch>
    <Route path="/aiuto/:slug">{({ slug }) => <HelpPage key={slug} slug={decodeURIComponent(slug)} />}</Route>
    <Route>
      <HelpHome />
    </Route>
  </Switch>,
)
