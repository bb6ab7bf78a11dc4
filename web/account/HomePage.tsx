// The first page of the account: the box, and what can be done here.
import mail from 'icon:mail'
import { Link } from 'wouter'
import { Alert } from '../ui/Alert.tsx'
import { LinkButton } from '../ui/Button.tsx'
import { showDay } from '../ui/format.ts'
import { usePage } from '../ui/hooks.ts'
import { useAccount } from './area.tsx'
import { Overview } from './Overview.tsx'
import { sectionsOf } from './sections.tsx'
import { useAccountTexts } from './texts/account.ts'
import { useBoxTexts } from './texts/box.ts'

export const HomePage = () => {
  const t = useAccountTexts()
  const box = useBoxTexts()
  const { mailbox, kind, secondFactorFrom } = useAccount()
  const heading = usePage(mailbox.address)
  return (
    <>
      <h1 ref={heading} tabIndex={-1}>
        {mailbox.address}
      </h1>
      {kind === 'delegate' && <p className="lead">{mailbox.rights === 'send' ? t.maySend : t.mayRead}</p>}
      {secondFactorFrom && (
        <Alert kind="info" title={box.factorFrom.title(showDay(secondFactorFrom))}>
          <p>{box.factorFrom.detail}</p>
          <p>
            <Link href="/sicurezza">{box.factorFrom.go}</Link>
          </p>
        </Alert>
      )}
      <p>
        <LinkButton href="/posta" outside icon={mail}>
          {t.openMail}
        </LinkButton>
      </p>
      <Overview own={mailbox.rights === 'own'} />
      <h2>{box.todo}</h2>
      <ul className="cl-cards">
        {sectionsOf(mailbox.rights).map((one) => (
          <li key={one.href} className="cl-card">
            <h3>
              <Link href={one.href}>{one.label(t)}</Link>
            </h3>
            <p>{one.about(t)}</p>
          </li>
        ))}
      </ul>
    </>
  )
}
