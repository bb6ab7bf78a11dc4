// The addresses of the operator's console.
import type { ReactNode } from 'react'
import { Route, Switch } from 'wouter'
import type { Permission } from '../../src/core/identity/permissions.ts'
import { AccountPage } from '../staff/AccountPage.tsx'
import { AuditPage } from '../staff/AuditPage.tsx'
import { ask } from '../staff/ask.ts'
import { Console } from '../staff/Console.tsx'
import { Forbidden } from '../staff/Guarded.tsx'
import { type HelpBackend, HelpPages } from '../staff/HelpPages.tsx'
import { NotFound } from '../staff/NotFound.tsx'
import { StaffPage } from '../staff/StaffPage.tsx'
import { StaffArea, useMay, useSession } from '../staff/session.tsx'
import { useHelpPageTexts } from '../staff/texts/help.ts'
import { useStaffTexts } from '../staff/texts/staff.ts'
import { PROVIDER } from '../ui/facts.ts'
import { BoxesPage } from './BoxesPage.tsx'
import { CannedPage } from './CannedPage.tsx'
import { CasePage } from './CasePage.tsx'
import { ConventionPage, ConventionsPage } from './ConventionPages.tsx'
import { FrameworkPage, FrameworksPage } from './FrameworkPages.tsx'
import { IncomingPage, IncomingPaperPage } from './IncomingPages.tsx'
import { InvoicesPage } from './InvoicesPage.tsx'
import { OrderPage, OrdersPage } from './OrderPages.tsx'
import { QueuePage } from './QueuePage.tsx'
import { RecoveriesPage, RecoveryPage } from './RecoveryPages.tsx'
import { TicketPage } from './TicketPage.tsx'
import { TicketQueue } from './TicketQueue.tsx'
import { useDeskTexts, useOperatorTexts } from './texts/operator.ts'

export const OperatorApplication = () => (
  <Route path="/operatore" nest>
    <StaffArea>
      <OperatorConsole />
    </StaffArea>
  </Route>
)

/** A page for those whose role opens it; others read why it does not. */
const Guard = ({ permission, children }: { readonly permission: Permission; readonly children: ReactNode }) => {
  const why = useMay()(permission)
  return why === undefined ? children : <Forbidden why={why} />
}

const page = (permission: Permission, content: ReactNode) => <Guard permission={permission}>{content}</Guard>

const OperatorConsole = () => {
  const session = useSession()
  const t = useOperatorTexts()
  const desk = useDeskTexts()
  const common = useStaffTexts()
  const help = useHelpPageTexts()
  const isHere = session.grants.some((grant) => grant.order === undefined)
  const places = [
    { href: '/', label: t.nav.queue, exact: true },
    { href: '/carte', label: t.nav.incoming },
    { href: '/recuperi', label: t.nav.recoveries },
    { href: '/assistenza', label: desk.title },
    { href: '/caselle', label: t.nav.boxes },
    { href: '/convenzioni', label: t.nav.conventions },
    { href: '/ordini', label: t.nav.orders },
    { href: '/accordi', label: t.nav.frameworks },
    { href: '/fatture', label: t.nav.invoices },
    { href: '/aiuto', label: help.nav },
    { href: '/operatori', label: t.nav.staff },
    { href: '/registro', label: t.nav.audit },
  ]
  return (
    <Console name={PROVIDER} tagline={t.tagline} home="/" places={isHere ? places : []} account="/profilo">
      {isHere ? <Pages /> : <Forbidden why={common.forbidden.elsewhere} />}
    </Console>
  )
}

/** The code of an address; `nuovo`, `nuova`: none yet. */
const codeOf = (text: string): string | undefined => (/^nuov[ao]$/.test(text) ? undefined : decodeURIComponent(text))

const Pages = () => (
  <Switch>
    <Route path="/">{page('cases.read', <QueuePage />)}</Route>
    <Route path="/pratiche/:case">
      {({ case: number }) => page('cases.read', <CasePage key={number} number={decodeURIComponent(number)} />)}
    </Route>
    <Route path="/carte">{page('incoming.handle', <IncomingPage />)}</Route>
    <Route path="/carte/:incoming">
      {({ incoming }) => page('incoming.handle', <IncomingPaperPage key={incoming} id={incoming} />)}
    </Route>
    <Route path="/recuperi">{page('cases.read', <RecoveriesPage />)}</Route>
    <Route path="/recuperi/:case">
      {({ case: number }) => page('cases.read', <RecoveryPage key={number} number={decodeURIComponent(number)} />)}
    </Route>
    <Route path="/assistenza">{page('tickets.handle', <TicketQueue />)}</Route>
    <Route path="/assistenza/risposte">{page('tickets.handle', <CannedPage />)}</Route>
    <Route path="/assistenza/:ticket">
      {({ ticket }) => page('tickets.handle', <TicketPage key={ticket} number={decodeURIComponent(ticket)} />)}
    </Route>
    <Route path="/caselle">{page('boxes.manage', <BoxesPage />)}</Route>
    <Route path="/convenzioni">{page('conventions.read', <ConventionsPage />)}</Route>
    <Route path="/convenzioni/:code">
      {({ code }) => page('conventions.read', <ConventionPage key={code} code={codeOf(code)} />)}
    </Route>
    <Route path="/ordini">{page('conventions.read', <OrdersPage />)}</Route>
    <Route path="/ordini/:code">
      {({ code }) => page('conventions.read', <OrderPage key={code} code={codeOf(code)} />)}
    </Route>
    <Route path="/accordi">{page('conventions.read', <FrameworksPage />)}</Route>
    <Route path="/accordi/:code">
      {({ code }) => page('conventions.read', <FrameworkPage key={code} code={codeOf(code)} />)}
    </Route>
    <Route path="/fatture">{page('billing.read', <InvoicesPage />)}</Route>
    <Route path="/aiuto/*?">{page('help.write', <HelpPages backend={HELP} />)}</Route>
    <Route path="/operatori">{page('provider.staff', <Staff />)}</Route>
    <Route path="/registro">
      {page(
        'provider.audit',
        <AuditPage scope="provider" load={(query, signal) => ask('GET /operator/audit', { query, signal })} />,
      )}
    </Route>
    <Route path="/profilo">
      <AccountPage />
    </Route>
    <Route>
      <NotFound home="/" inside />
    </Route>
  </Switch>
)

const HELP: HelpBackend = {
  kind: 'provider',
  shownAt: (slug) => `/aiuto/${slug}`,
  list: (signal) => ask('GET /operator/help', { params: {}, signal }),
  get: (params, signal) => ask('GET /operator/help/:slug/:language', { params, signal }),
  save: (params, version, page) => ask('PUT /operator/help/:slug/:language', { params, body: { version, page } }),
  revert: (place, version) =>
    ask('DELETE /operator/help/:slug/:language/versions/:version', { params: { ...place, version } }),
  preview: (text) => ask('POST /operator/help-preview', { params: {}, body: { text } }),
}

const ROLES = ['operator', 'operatorAdmin'] as const
type ProviderRole = (typeof ROLES)[number]

const Staff = () => (
  <StaffPage
    backend={{
      key: 'provider',
      roles: ROLES,
      list: (signal) => ask('GET /operator/staff', { signal }),
      invite: ({ email, name, role, order }) =>
        ask('POST /operator/staff', {
          body: { email, name, role: role as ProviderRole | 'orderAdmin', ...(order ? { order } : {}) },
        }),
      change: (staff, role) =>
        ask('PUT /operator/staff/:staff', { params: { staff }, body: { role: role as ProviderRole | 'none' } }),
      orders: async (signal) =>
        (await ask('GET /operator/orders', { signal })).items.map(({ code, name }) => ({ value: code, label: name })),
    }}
  />
)
