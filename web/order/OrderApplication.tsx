// The addresses of the Order's console and of the sign-in.
import { Link, Route, Switch, useParams } from 'wouter'
import type { Permission } from '../../src/core/identity/permissions.ts'
import { ChoiceList, InvitationPage, placesOf, SignInPage } from '../staff/AccessPages.tsx'
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
import { useTicketTexts } from '../ui/texts/tickets.ts'
import { CostsPage } from './CostsPage.tsx'
import { HomePage } from './HomePage.tsx'
import { InvitePage } from './InvitePage.tsx'
import { MemberPage } from './MemberPage.tsx'
import { MembersPage } from './MembersPage.tsx'
import { NewMemberPage } from './NewMemberPage.tsx'
import { RollPage } from './RollPage.tsx'
import { TicketsPage } from './TicketsPage.tsx'
import { useOrderTexts } from './texts/order.ts'

export const OrderApplication = () => (
  <Switch>
    <Route path="/accesso">
      <SignInPage />
    </Route>
    <Route path="/invito/:token">{({ token }) => <InvitationPage token={token} />}</Route>
    <Route path="/accesso/profilo">
      <StaffArea>
        <Outside>
          <AccountPage />
        </Outside>
      </StaffArea>
    </Route>
    <Route path="/ordine">
      <StaffArea>
        <Outside>
          <Choice />
        </Outside>
      </StaffArea>
    </Route>
    <Route path="/ordine/:order" nest>
      <StaffArea>
        <OrderConsole />
      </StaffArea>
    </Route>
    <Route>
      <NotFound home="/accesso" />
    </Route>
  </Switch>
)

/** What is of no Order: one's account, the choice. */
const Outside = ({ children }: { readonly children: React.ReactNode }) => {
  const t = useStaffTexts()
  const session = useSession()
  const places = placesOf(session)
  return (
    <Console
      name={PROVIDER}
      tagline={t.signIn.title}
      home={places.length === 1 ? places[0]!.href : '/ordine'}
      places={places.map(({ href, name }) => ({ href, label: name ?? t.choice.operator }))}
      account="/accesso/profilo"
    >
      {children}
    </Console>
  )
}

const Choice = () => <ChoiceList session={useSession()} />

const ORDER_STAFF = ['orderReader', 'orderSecretary', 'orderAdmin'] as const
type OrderRole = (typeof ORDER_STAFF)[number]

/** A page for those whose role opens it; others read why it does not. */
const Guard = ({
  order,
  permission,
  children,
}: {
  readonly order: string
  readonly permission: Permission
  readonly children: React.ReactNode
}) => {
  const why = useMay(order)(permission)
  return why === undefined ? children : <Forbidden why={why} />
}

const OrderConsole = () => {
  const { order: code } = useParams<{ order: string }>()
  const order = decodeURIComponent(code)
  const session = useSession()
  const t = useOrderTexts()
  const common = useStaffTexts()
  const tickets = useTicketTexts()
  const help = useHelpPageTexts()
  const grant = session.grants.find((one) => one.order?.code === order)
  const page = (permission: Permission, content: React.ReactNode) => (
    <Guard order={order} permission={permission}>
      {content}
    </Guard>
  )
  const places = [
    { href: '/', label: t.nav.home, exact: true },
    { href: '/iscritti', label: t.nav.members },
    { href: '/albo', label: t.nav.roll },
    { href: '/costi', label: t.nav.costs },
    { href: '/aiuto', label: help.nav },
    { href: '/collaboratori', label: t.nav.staff },
    { href: '/registro', label: t.nav.audit },
    { href: '/assistenza', label: t.nav.help },
  ]
  return (
    <Console
      name={grant?.order?.name ?? order}
      tagline={t.tagline}
      home="/"
      places={grant ? places : []}
      help={
        grant && (
          <Link className="cl-help" href="/assistenza/nuova">
            {tickets.button}
          </Link>
        )
      }
      account="~/accesso/profilo"
    >
      {!grant ? (
        <Forbidden why={common.forbidden.elsewhere} />
      ) : (
        <Switch>
          <Route path="/">
            <HomePage order={order} />
          </Route>
          <Route path="/iscritti">
            <MembersPage order={order} />
          </Route>
          <Route path="/iscritti/nuovo">{page('members.write', <NewMemberPage order={order} />)}</Route>
          <Route path="/iscritti/:member">
            {({ member }) => <MemberPage key={member} order={order} member={Number(member)} />}
          </Route>
          <Route path="/inviti">{page('members.invite', <InvitePage order={order} />)}</Route>
          <Route path="/albo/:import?">
            {({ import: id }) => page('roll.import', <RollPage order={order} id={id} />)}
          </Route>
          <Route path="/costi">{page('costs.read', <CostsPage order={order} />)}</Route>
          <Route path="/aiuto/*?">{page('order.help', <HelpPages backend={helpOf(order)} />)}</Route>
          <Route path="/collaboratori">{page('order.staff', <Staff order={order} />)}</Route>
          <Route path="/registro">
            {page(
              'order.audit',
              <AuditPage
                scope={order}
                load={(query, signal) => ask('GET /orders/:order/audit', { params: { order }, query, signal })}
              />,
            )}
          </Route>
          <Route path="/assistenza/*?">{page('tickets.open', <TicketsPage order={order} />)}</Route>
          <Route>
            <NotFound home="/" inside />
          </Route>
        </Switch>
      )}
    </Console>
  )
}

const helpOf = (order: string): HelpBackend => ({
  kind: 'order',
  shownAt: (slug) => `/aiuto/${slug}?ordine=${encodeURIComponent(order)}`,
  list: (signal) => ask('GET /orders/:order/help', { params: { order }, signal }),
  get: (place, signal) => ask('GET /orders/:order/help/:slug/:language', { params: { order, ...place }, signal }),
  save: (place, version, page) =>
    ask('PUT /orders/:order/help/:slug/:language', { params: { order, ...place }, body: { version, page } }),
  revert: (place, version) =>
    ask('DELETE /orders/:order/help/:slug/:language/versions/:version', { params: { order, ...place, version } }),
  preview: (text) => ask('POST /orders/:order/help-preview', { params: { order }, body: { text } }),
})

const Staff = ({ order }: { readonly order: string }) => (
  <StaffPage
    backend={{
      key: order,
      roles: ORDER_STAFF,
      list: (signal) => ask('GET /orders/:order/staff', { params: { order }, signal }),
      invite: ({ email, name, role }) =>
        ask('POST /orders/:order/staff', { params: { order }, body: { email, name, role: role as OrderRole } }),
      change: (staff, role) =>
        ask('PUT /orders/:order/staff/:staff', {
          params: { order, staff },
          body: { role: role as OrderRole | 'none' },
        }),
    }}
  />
)
