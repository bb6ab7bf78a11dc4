// The frame of a console: whose it is, its pages, who is signed in.
import type { ReactNode } from 'react'
import { Link, useLocation } from 'wouter'
import { ProblemAlert } from '../ui/Alert.tsx'
import { call } from '../ui/api.ts'
import { Frame, type NavItem } from '../ui/Frame.tsx'
import { useAction } from '../ui/hooks.ts'
import { useSession } from './session.tsx'
import { useStaffTexts } from './texts/staff.ts'

/** A page of the menu: current where the address is below it; `exact` for the first one. */
export type Place = { readonly href: string; readonly label: string; readonly exact?: boolean }

const Account = ({ account }: { readonly account: string }) => {
  const t = useStaffTexts()
  const session = useSession()
  const leave = useAction(async () => {
    await call('DELETE /session')
    location.assign('/accesso')
  })
  return (
    <div className="cl-account">
      <span>
        <span className="visually-hidden">{t.frame.signedInAs} </span>
        {session.name}
      </span>
      <Link href={account}>{t.frame.account}</Link>
      {session.grants.length > 1 && <a href="/ordine">{t.frame.change}</a>}
      <button type="button" onClick={() => void leave.run()}>
        {t.frame.leave}
      </button>
      <ProblemAlert problem={leave.problem} />
    </div>
  )
}

export const Console = ({
  name,
  tagline,
  home,
  places,
  account,
  phone,
  help = null,
  children,
}: {
  readonly name: string
  readonly tagline?: string
  readonly home: string
  readonly places: readonly Place[]
  /** The page of one's own account. */
  readonly account: string
  readonly phone?: string | undefined
  /** The way to the help desk; operators are it. */
  readonly help?: ReactNode
  readonly children: ReactNode
}) => {
  const [path] = useLocation()
  const nav: readonly NavItem[] = places.map(({ href, label, exact }) => ({
    href,
    label,
    current: path === href || (!exact && path.startsWith(`${href}/`)),
  }))
  return (
    <Frame
      provider={name}
      {...(tagline === undefined ? {} : { tagline })}
      home={home}
      nav={nav}
      account={<Account account={account} />}
      phone={phone}
      help={help}
    >
      {children}
    </Frame>
  )
}
