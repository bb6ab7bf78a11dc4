// The frame of every page: skip link, provider, language, navigation, content, help-desk.
import mail from 'icon:mail'
import { type ReactNode, useState } from 'react'
import { Link } from 'wouter'
import { helpAddressFor } from '../../src/core/help/contexts.ts'
import { telOf } from '../../src/core/help/links.ts'
import { HOURS, PHONE, PROVIDER, SANDBOX } from './facts.ts'
import { HelpButton, HelpDesk } from './help/HelpButton.tsx'
import { Icon } from './Icon.tsx'
import { setLanguage, useLanguage } from './language.ts'
import { useCommon } from './texts/common.ts'

export type NavItem = { readonly href: string; readonly label: string; readonly current: boolean }

const Languages = () => {
  const t = useCommon()
  const now = useLanguage()
  return (
    <nav aria-label={t.chooseLanguage}>
      <ul className="cl-languages">
        {(['it', 'en'] as const).map((one) => (
          <li key={one}>
            <button
              type="button"
              lang={one}
              aria-current={now === one ? 'true' : undefined}
              onClick={() => void setLanguage(one)}
            >
              {one === 'it' ? 'Italiano' : 'English'}
            </button>
          </li>
        ))}
      </ul>
    </nav>
  )
}

/** `phone`: the help-desk's, the provider's own unless told. `caseNumber` stands beside it, so that nobody looks for it with the telephone in hand. */
export const Frame = ({
  provider = PROVIDER,
  tagline,
  home,
  nav = [],
  account,
  phone,
  hours,
  caseNumber,
  sandbox = SANDBOX,
  help,
  children,
}: {
  /** As the server wrote it into the page, unless told. */
  readonly provider?: string
  readonly tagline?: string
  readonly home: string
  readonly nav?: readonly NavItem[]
  /** At the right of the provider's name: who is signed in. */
  readonly account?: ReactNode
  readonly phone?: string | undefined
  readonly hours?: string | undefined
  readonly caseNumber?: string | undefined
  readonly sandbox?: boolean
  /** The way to the help desk, where it is not the usual one. */
  readonly help?: ReactNode
  readonly children: ReactNode
}) => {
  const t = useCommon()
  const [asking, setAsking] = useState(false)
  const called = phone ?? PHONE
  const open = phone === undefined ? HOURS : hours
  return (
    <>
      <div className="skiplinks">
        <a href="#main">{t.skipToContent}</a>
      </div>
      <header>
        {sandbox && (
          <div className="cl-sandbox-bar">
            <div className="cl-container">
              {t.sandboxBar} <a href="/sandbox/posta">{t.sandboxMail}</a>
            </div>
          </div>
        )}
        <div className="cl-slim">
          <div className="cl-container">
            <span className="cl-slim-name">{t.certifiedMail}</span>
            {help === undefined ? <HelpButton onClick={() => setAsking(true)} /> : help}
            <Languages />
          </div>
        </div>
        <div className="cl-brand">
          <div className="cl-container">
            <Link className="cl-brand-name" href={home}>
              <Icon of={mail} />
              <span>
                <strong>{provider}</strong>
                {tagline && <span>{tagline}</span>}
              </span>
            </Link>
            {account}
          </div>
        </div>
        {nav.length > 0 && (
          <nav className="cl-nav" aria-label={provider}>
            <div className="cl-container">
              <ul>
                {nav.map((item) => (
                  <li key={item.href}>
                    <Link href={item.href} aria-current={item.current ? 'page' : undefined}>
                      {item.label}
                    </Link>
                  </li>
                ))}
              </ul>
            </div>
          </nav>
        )}
      </header>
      <main id="main" tabIndex={-1}>
        <div className="cl-container">{children}</div>
      </main>
      <footer className="cl-footer">
        <div className="cl-container">
          {called && (
            <p>
              {t.helpDesk}
              <br />
              <a className="cl-phone" href={telOf(called)}>
                {called}
              </a>
              {open && (
                <>
                  <br />
                  {open}
                </>
              )}
            </p>
          )}
          {caseNumber && (
            <p>
              {t.caseNumber}
              <br />
              <span className="cl-phone">{caseNumber}</span>
            </p>
          )}
          {!location.pathname.startsWith('/aiuto') && (
            <p>
              <a href={helpAddressFor(location.pathname)}>{t.help}</a>
            </p>
          )}
          <p>
            {provider}
            <br />
            {t.accessibility}
          </p>
        </div>
      </footer>
      <HelpDesk open={asking} onClose={() => setAsking(false)} />
    </>
  )
}
