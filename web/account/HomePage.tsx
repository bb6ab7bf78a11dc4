// The first page of the account: the box, and what can be done here.
import { Link } from 'wouter'
import { usePage } from '../ui/hooks.ts'
import { useAccount } from './area.tsx'
import { ReferencePrompt } from './ReferencePage.tsx'
import { SECTIONS } from './sections.tsx'
import { useAccountTexts } from './texts/account.ts'

export const HomePage = () => {
  const t = useAccountTexts()
  const { mailbox, kind } = useAccount()
  const heading = usePage(mailbox.address)
  return (
    <>
      <h1 ref={heading} tabIndex={-1}>
        {mailbox.address}
      </h1>
      {kind === 'delegate' && <p className="lead">{mailbox.rights === 'send' ? t.maySend : t.mayRead}</p>}
      {mailbox.rights === 'own' && <ReferencePrompt />}
      <ul className="cl-cards">
        {SECTIONS.filter((one) => one.href !== '/' && (mailbox.rights === 'own' || one.delegates)).map((one) => (
          <li key={one.href} className="cl-card">
            <h2>
              <Link href={one.href}>{one.label(t)}</Link>
            </h2>
            <p>{one.about(t)}</p>
          </li>
        ))}
      </ul>
    </>
  )
}
