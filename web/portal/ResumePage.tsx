// Coming back: by the link of an e-mail, or by asking for one; and the page that confirms a reference e-mail.
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { useLocation, useSearch } from 'wouter'
import { Alert, ProblemAlert } from '../ui/Alert.tsx'
import { call, type Problem } from '../ui/api.ts'
import { Button, LinkButton } from '../ui/Button.tsx'
import { TextField } from '../ui/Field.tsx'
import { asProblem, useAction, usePage } from '../ui/hooks.ts'
import { Loading } from '../ui/Parts.tsx'
import { useCommon } from '../ui/texts/common.ts'
import { usePortal } from '../ui/texts/portal.ts'
import { useWizard } from '../ui/texts/wizard.ts'
import { useToken } from '../ui/token.ts'
import { adopt, isEditable, loadCase, useCase } from './case.ts'
import { beginPath, tidyCode } from './codes.ts'
import { useKept } from './kept.ts'
import { PortalFrame } from './PortalFrame.tsx'
import { placeOf } from './wizard/places.ts'

/** Does it once, also where React draws twice. */
const useOnce = (of: string, act: () => void): void => {
  const done = useRef<string>(undefined)
  useEffect(() => {
    if (done.current === of) return
    done.current = of
    act()
  })
}

export const ResumePage = () => {
  const t = usePortal()
  const token = useToken()
  const left = useSearch().includes('uscita')
  const [, navigate] = useLocation()
  const [problem, setProblem] = useState<Problem>()
  const heading = usePage(t.title(t.resume.title), 'resume')
  const open = async (): Promise<void> => {
    setProblem(undefined)
    try {
      const view = await call('POST /enrolments/resume', { body: { token } })
      adopt(view)
      navigate(isEditable(view) && view.state === 'draft' ? placeOf(view) : '/pratica', { replace: true })
    } catch (error) {
      setProblem(asProblem(error))
    }
  }
  useOnce(token, () => {
    if (token) void open()
  })
  return (
    <PortalFrame>
      <div className="cl-column">
        <h1 ref={heading} tabIndex={-1}>
          {t.resume.title}
        </h1>
        {token && !problem ? (
          <Loading />
        ) : (
          <>
            {left && (
              <Alert kind="success" title={t.leftTitle}>
                <p>{t.leftDetail}</p>
              </Alert>
            )}
            <ProblemAlert problem={problem} onRetry={problem?.code === 'offline' ? () => void open() : undefined} />
            <RequestLink />
          </>
        )}
      </div>
    </PortalFrame>
  )
}

/** Asks for the link; the answer is the same whether there is a case or not. */
export const RequestLink = () => {
  const t = usePortal().resume
  const common = useCommon()
  const wizard = useWizard()
  const asked = new URLSearchParams(useSearch()).get('codice')
  const [code, setCode] = useKept('code', asked ?? '')
  const [fiscalCode, setFiscalCode] = useKept('fiscalCode')
  const [tried, setTried] = useState(false)
  const [sent, setSent] = useState(false)
  const { run, busy, problem } = useAction(async () => {
    await call('POST /enrolments/resume-link', { body: { conventionCode: tidyCode(code), fiscalCode } })
    setSent(true)
  })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setTried(true)
    const first = code.trim() === '' ? 'code' : fiscalCode.trim() === '' ? 'fiscalCode' : undefined
    if (first) document.getElementById(first)?.focus()
    else void run()
  }
  return (
    <form onSubmit={submit} noValidate>
      <p className="lead">{t.lead}</p>
      {sent && (
        <Alert kind="success" title={t.sentTitle} live>
          <p>{t.sentDetail}</p>
          <p>{t.sentElse}</p>
          <p>
            <LinkButton href={beginPath(code)} look="outline-primary" small>
              {t.toConvention}
            </LinkButton>
          </p>
        </Alert>
      )}
      <ProblemAlert problem={problem} onRetry={() => void run()} />
      <TextField
        id="code"
        label={wizard.check.code}
        hint={wizard.check.codeHint}
        error={tried && code.trim() === '' ? common.required : undefined}
        value={code}
        onChange={setCode}
        upper
        autoComplete="off"
        maxLength={60}
      />
      <TextField
        id="fiscalCode"
        label={t.fiscalCode}
        hint={wizard.check.fiscalCodeHint}
        error={tried && fiscalCode.trim() === '' ? common.required : undefined}
        value={fiscalCode}
        onChange={setFiscalCode}
        upper
        autoComplete="off"
        spellCheck={false}
        maxLength={40}
      />
      <div className="cl-actions">
        <Button type="submit" busy={busy}>
          {sent ? t.again : t.send}
        </Button>
      </div>
    </form>
  )
}

export const ConfirmPage = () => {
  const t = usePortal()
  const token = useToken()
  const { view } = useCase()
  const [email, setEmail] = useState<string>()
  const [problem, setProblem] = useState<Problem>()
  const heading = usePage(t.title(t.confirm.title), 'confirm')
  const confirm = async (): Promise<void> => {
    setProblem(undefined)
    try {
      setEmail((await call('POST /enrolments/confirm', { body: { token } })).email)
      await loadCase()
    } catch (error) {
      setProblem(asProblem(error))
      await loadCase()
    }
  }
  useOnce(token, () => void confirm())
  return (
    <PortalFrame>
      <div className="cl-column">
        <h1 ref={heading} tabIndex={-1}>
          {t.confirm.title}
        </h1>
        {email ? (
          <Alert kind="success" title={t.confirm.doneTitle} live>
            <p>{t.confirm.doneDetail(email)}</p>
            <p>{t.confirm.doneNext}</p>
          </Alert>
        ) : problem ? (
          <ProblemAlert problem={problem} onRetry={problem.code === 'offline' ? () => void confirm() : undefined} />
        ) : (
          <Loading />
        )}
        {(email || problem) && (
          <LinkButton href={view ? placeOf(view) : '/riprendi'} look={email ? 'primary' : 'outline-primary'}>
            {view ? t.confirm.goOn : t.front.resume}
          </LinkButton>
        )}
      </div>
    </PortalFrame>
  )
}
