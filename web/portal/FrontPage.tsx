// The provider's front page: what is here, and the way in by the code of a convention.
import { type FormEvent, useState } from 'react'
import { Link, useLocation } from 'wouter'
import { Button, LinkButton } from '../ui/Button.tsx'
import { TextField } from '../ui/Field.tsx'
import { usePage } from '../ui/hooks.ts'
import { usePortal } from '../ui/texts/portal.ts'
import { useCase } from './case.ts'
import { conventionPath } from './codes.ts'
import { useKept } from './kept.ts'
import { PortalFrame } from './PortalFrame.tsx'

export const FrontPage = () => {
  const t = usePortal()
  const { view } = useCase()
  const [, navigate] = useLocation()
  const heading = usePage(t.title(t.front.title), 'front')
  const [code, setCode] = useKept('code')
  const [tried, setTried] = useState(false)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setTried(true)
    if (code.trim() === '') document.getElementById('code')?.focus()
    else navigate(conventionPath(code))
  }
  return (
    <PortalFrame>
      <div className="cl-columns">
        <div>
          <h1 ref={heading} tabIndex={-1}>
            {t.front.title}
          </h1>
          <p className="lead">{t.front.lead}</p>
          <form onSubmit={submit} noValidate className="cl-card cl-soft">
            <TextField
              id="code"
              label={t.front.codeLabel}
              hint={t.front.codeHint}
              error={tried && code.trim() === '' ? t.front.codeMissing : undefined}
              value={code}
              onChange={setCode}
              upper
              autoComplete="off"
              autoCapitalize="characters"
              spellCheck={false}
              maxLength={60}
            />
            <Button type="submit">{t.front.go}</Button>
          </form>
          <h2>{t.front.whatTitle}</h2>
          <ul className="cl-list">
            {t.front.what.map((one) => (
              <li key={one}>{one}</li>
            ))}
          </ul>
        </div>
        <aside>
          <div className="cl-card">
            {view ? (
              <>
                <h2>{t.front.hereTitle}</h2>
                <p>{t.front.hereDetail(view.caseNumber)}</p>
                <LinkButton href="/pratica" look="outline-primary">
                  {t.front.resume}
                </LinkButton>
              </>
            ) : (
              <>
                <h2>{t.front.resumeTitle}</h2>
                <p>{t.front.resumeDetail}</p>
                <LinkButton href="/riprendi" look="outline-primary">
                  {t.front.resume}
                </LinkButton>
              </>
            )}
          </div>
          <h2>{t.front.verifyTitle}</h2>
          <p>{t.front.verifyDetail}</p>
          <p>
            <a href="/verifica-messaggio">{t.front.verify}</a>
          </p>
          <h2>{t.front.staffTitle}</h2>
          <p>{t.front.staffDetail}</p>
          <p>
            <a href="/accesso">{t.front.staff}</a>
          </p>
        </aside>
      </div>
    </PortalFrame>
  )
}

/** What is shown where there is no page. */
export const NotFoundPage = ({ title, detail, home }: Record<'title' | 'detail' | 'home', string>) => {
  const t = usePortal()
  const heading = usePage(t.title(title))
  return (
    <PortalFrame>
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
      <p>{detail}</p>
      <p>
        <Link href="/">{home}</Link>
      </p>
    </PortalFrame>
  )
}
