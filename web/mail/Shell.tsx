// The frame of the webmail: folders, the field to search in, what is under way; on a phone the folders come from the side.
import burger from 'icon:burger'
import clock from 'icon:clock'
import close from 'icon:close'
import pencil from 'icon:pencil'
import gear from 'icon:settings'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { Link, useLocation } from 'wouter'
import { helpAddressFor } from '../../src/core/help/contexts.ts'
import { useAccount } from '../account/area.tsx'
import { call } from '../ui/api.ts'
import { PROVIDER, SANDBOX } from '../ui/facts.ts'
import { Icon } from '../ui/Icon.tsx'
import { setLanguage, useLanguage } from '../ui/language.ts'
import { type Place, writeAddress } from './addresses.ts'
import { maySend } from './jmap/client.ts'
import { FolderList } from './list/FolderList.tsx'
import { KeysButton, KeysSheet } from './list/KeysSheet.tsx'
import { QuotaBar } from './list/QuotaBar.tsx'
import { SearchField } from './list/SearchField.tsx'
import { useUnreadTitle } from './list/title.ts'
import { followCounts } from './store/counts.ts'
import { forgetAll } from './store/kept.ts'
import { online } from './store/live.ts'
import { closeNotice, undoNotice, useNotice } from './store/notices.ts'
import { useQueue } from './store/outbox.ts'
import { useSignal } from './store/signal.ts'
import { useMailTexts } from './texts/mail.ts'
import { unsentCount } from './write/begin.ts'

export { folderName } from './folderName.ts'

export const Shell = ({ place, children }: { readonly place?: Place; readonly children: ReactNode }) => {
  const t = useMailTexts()
  const [open, setOpen] = useState(false)
  const [location] = useLocation()
  const drawer = useRef<HTMLElement>(null)
  const opener = useRef<HTMLButtonElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the folders go when one was chosen
  useEffect(() => setOpen(false), [location])
  useEffect(followCounts, [])
  useUnreadTitle()
  useEffect(() => {
    if (!open) return undefined
    drawer.current?.querySelector<HTMLElement>('a, button')?.focus()
    const leave = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape') return
      setOpen(false)
      opener.current?.focus()
    }
    document.addEventListener('keydown', leave)
    return () => document.removeEventListener('keydown', leave)
  }, [open])
  return (
    <div className={`cm-shell${open ? ' cm-open' : ''}`}>
      <div className="skiplinks">
        <a href="#main">{t.skip}</a>
      </div>
      <header className="cm-bar">
        <button
          ref={opener}
          type="button"
          className="cm-icon cm-burger"
          aria-expanded={open}
          aria-controls="folders"
          onClick={() => setOpen(!open)}
        >
          <Icon of={burger} />
          <span className="visually-hidden">{t.openFolders}</span>
        </button>
        <Link className="cm-brand" href="/arrivo">
          {PROVIDER}
        </Link>
        <SearchField place={place} />
      </header>
      <aside id="folders" className="cm-side" ref={drawer}>
        <button
          type="button"
          className="cm-icon cm-side-close"
          onClick={() => {
            setOpen(false)
            opener.current?.focus()
          }}
        >
          <Icon of={close} />
          <span className="visually-hidden">{t.closeFolders}</span>
        </button>
        {maySend() && (
          <Link className="btn btn-primary cm-write" href={writeAddress()}>
            <Icon of={pencil} />
            <span>{t.write}</span>
          </Link>
        )}
        <FolderList place={place} removed={location === '/eliminati'} />
        <MoreLinks />
        <QuotaBar />
        <SideFoot />
      </aside>
      {open && <div className="cm-veil" aria-hidden="true" onClick={() => setOpen(false)} />}
      <main id="main" tabIndex={-1} className="cm-main">
        <Line />
        {children}
      </main>
      <NoticeBar />
      <KeysSheet />
    </div>
  )
}

/** Pages beside the folders. */
const MoreLinks = () => {
  const t = useMailTexts()
  const [location] = useLocation()
  const links = [
    ...(maySend() ? [['/programmate', t.scheduled, clock] as const] : []),
    ['/impostazioni', t.settings, gear] as const,
  ]
  return (
    <ul className="cm-folders cm-more">
      {links.map(([href, name, icon]) => (
        <li key={href} className="cm-folder">
          <Link href={href} aria-current={location === href ? 'page' : undefined}>
            <Icon of={icon} />
            <span className="cm-folder-name">{name}</span>
          </Link>
        </li>
      ))}
    </ul>
  )
}

const SideFoot = () => {
  const t = useMailTexts()
  const language = useLanguage()
  const { mailbox } = useAccount()
  const leave = async (): Promise<void> => {
    const unsent = await unsentCount().catch(() => 0)
    if (unsent > 0 && !window.confirm(t.unsent(unsent))) return
    await call('DELETE /account/session')
    await forgetAll()
    location.assign('/casella/accesso')
  }
  return (
    <div className="cm-foot">
      {SANDBOX && <p className="cm-sandbox">{t.sandbox}</p>}
      <p className="cm-address">
        {mailbox.address.split('@')[0]}
        <wbr />@{mailbox.address.split('@')[1]}
      </p>
      <ul>
        <li>
          <a href="/casella">{t.account}</a>
        </li>
        <li>
          <a href={helpAddressFor(window.location.pathname)}>{t.help}</a>
        </li>
        <li>
          <KeysButton />
        </li>
        <li>
          <button
            type="button"
            lang={language === 'it' ? 'en' : 'it'}
            onClick={() => void setLanguage(language === 'it' ? 'en' : 'it')}
          >
            {t.language}
          </button>
        </li>
        <li>
          <button type="button" onClick={() => void leave()}>
            {t.leave}
          </button>
        </li>
      </ul>
    </div>
  )
}

/** What the line does, where it is not as it should be. */
const Line = () => {
  const t = useMailTexts()
  const up = useSignal(online)
  const queue = useQueue()
  return (
    <div role="status" className="cm-line-room">
      {!up && (
        <p className="cm-line">
          {t.offline} {queue.length > 0 && t.waiting(queue.length)}
        </p>
      )}
    </div>
  )
}

const NoticeBar = () => {
  const t = useMailTexts()
  const notice = useNotice()
  return (
    <div className="cm-notices" role={notice?.kind === 'failed' ? 'alert' : 'status'}>
      {notice && (
        <div key={notice.id} className={`cm-notice${notice.kind === 'failed' ? ' cm-failed' : ''}`}>
          <span>{notice.text}</span>
          {notice.undo && (
            <button type="button" onClick={() => undoNotice(t)}>
              {notice.undoLabel ?? t.undo}
            </button>
          )}
          <button type="button" onClick={closeNotice}>
            {t.close}
          </button>
        </div>
      )}
    </div>
  )
}
