// The addresses of the webmail, all below /posta, for who is signed in.
import { type ComponentType, lazy, type ReactNode, Suspense, useEffect } from 'react'
import { Redirect, Route, Switch, useParams, useSearch } from 'wouter'
import { AccountArea, type AccountSession, type Remembered } from '../account/area.tsx'
import { ProblemAlert } from '../ui/Alert.tsx'
import { useResource } from '../ui/hooks.ts'
import { Loading } from '../ui/Parts.tsx'
import { folderOfSlug, type Place } from './addresses.ts'
import { accountId, prepareSession, session } from './jmap/client.ts'
import { ListPane } from './list/ListPane.tsx'
import { RemovedPage } from './list/RemovedPage.tsx'
import { ConversationPane } from './read/ConversationPane.tsx'
import { Shell } from './Shell.tsx'
import { answered, rememberAnswer } from './store/answers.ts'
import { followFolders, loadFolders, useFolders } from './store/folders.ts'
import { keepFor } from './store/kept.ts'
import { listen } from './store/live.ts'
import { startOutbox } from './store/outbox.ts'
import { useMailTexts } from './texts/mail.ts'
import { startWriting } from './write/begin.ts'

/** Who was here, so that the mail opens without a line; the server asks again for whatever it is asked. */
const REMEMBERED: Remembered = {
  read: () => answered<AccountSession>('account'),
  write: (now) => rememberAnswer('account', now),
}

export const MailApplication = () => (
  <Route path="/posta" nest>
    <AccountArea remembered={REMEMBERED}>
      <Prepared>
        <Pages />
      </Prepared>
    </AccountArea>
  </Route>
)

/** Session and folders first; then all stays up to date until the page is left. */
const Prepared = ({ children }: { readonly children: ReactNode }) => {
  const { data, problem, reload } = useResource('mail', async () => {
    const { username } = await prepareSession()
    await keepFor(username)
    await loadFolders()
    return true
  })
  const ready = data === true
  useEffect(() => {
    if (!ready) return undefined
    const ends = [listen(session().eventSourceUrl, accountId()), followFolders()]
    const outbox = startOutbox().then((end) => [end, startWriting()])
    return () => {
      for (const end of ends) end()
      void outbox.then((others) => {
        for (const end of others) end()
      })
    }
  }, [ready])
  if (ready) return children
  return <main id="main">{problem ? <ProblemAlert problem={problem} onRetry={reload} /> : <Loading />}</main>
}

const WritePage = lazy(() => import('./write/WritePage.tsx'))
const ScheduledPage = lazy(() => import('./write/ScheduledPage.tsx'))
const SettingsPage = lazy(() => import('./write/SettingsPage.tsx'))

/** A page whose code comes when it is wanted. */
const LazyPage = ({ of: Page }: { readonly of: ComponentType }) => (
  <Suspense fallback={<Loading />}>
    <Page />
  </Suspense>
)

const Pages = () => (
  <Switch>
    <Route path="/">
      <Redirect to="/arrivo" replace />
    </Route>
    <Route path="/scrivi">
      <Shell>
        <LazyPage of={WritePage} />
      </Shell>
    </Route>
    <Route path="/eliminati">
      <Shell>
        <RemovedPage />
      </Shell>
    </Route>
    <Route path="/programmate">
      <Shell>
        <LazyPage of={ScheduledPage} />
      </Shell>
    </Route>
    <Route path="/impostazioni">
      <Shell>
        <LazyPage of={SettingsPage} />
      </Shell>
    </Route>
    <Route path="/cerca/:thread?">
      <SearchPlace />
    </Route>
    <Route path="/:folder/:thread?">
      <FolderPlace />
    </Route>
  </Switch>
)

const SearchPlace = () => {
  const query = new URLSearchParams(useSearch()).get('q') ?? ''
  return <Panes place={{ kind: 'search', query }} />
}

const FolderPlace = () => {
  const { folder: slug = '' } = useParams<{ folder: string }>()
  const t = useMailTexts()
  const folders = useFolders()
  if (folderOfSlug(folders, slug)) return <Panes place={{ kind: 'folder', slug }} />
  return (
    <Shell>
      <h1 className="cm-empty">{t.notFound}</h1>
    </Shell>
  )
}

/** List and conversation side by side; on a phone the one that the address names. */
const Panes = ({ place }: { readonly place: Place }) => {
  const { thread } = useParams<{ thread?: string }>()
  const t = useMailTexts()
  return (
    <Shell place={place}>
      <div className={`cm-panes${thread ? ' cm-reading' : ''}`}>
        <ListPane place={place} current={thread} />
        <section className="cm-conversation" aria-label={t.chooseMessage}>
          {thread ? (
            <ConversationPane key={thread} place={place} threadId={thread} />
          ) : (
            <p className="cm-empty">{t.chooseMessage}</p>
          )}
        </section>
      </div>
    </Shell>
  )
}
