// The first page of the wizard: convention, fiscal code, surname and name, checked against the register.
import { type FormEvent, useRef, useState } from 'react'
import { useLocation, useSearch } from 'wouter'
import { parseFiscalCode } from '../../../src/core/register/fiscalCode.ts'
import { Alert, ErrorSummary, type Mistake, ProblemAlert } from '../../ui/Alert.tsx'
import { call, newKey } from '../../ui/api.ts'
import { Button, LinkButton } from '../../ui/Button.tsx'
import { TextField } from '../../ui/Field.tsx'
import { useAction, usePage, useResource } from '../../ui/hooks.ts'
import { Steps } from '../../ui/Parts.tsx'
import { useCommon } from '../../ui/texts/common.ts'
import { usePortal } from '../../ui/texts/portal.ts'
import { useWizard } from '../../ui/texts/wizard.ts'
import { adopt, isEditable, useCase } from '../case.ts'
import { tidyCode } from '../codes.ts'
import { forgetKept, useKept } from '../kept.ts'
import { PortalFrame } from '../PortalFrame.tsx'
import { placeOf } from './places.ts'
import { useStepNames } from './step.tsx'

/** What is told of a fiscal code while it is typed: nothing before it is whole. */
const useFiscalCode = (text: string, whole: boolean): { error?: string; good?: string; note?: string } => {
  const t = useWizard().check
  const count = text.replace(/[\s.\-_]/g, '').length
  if (count === 0) return whole ? { error: t.fiscalCodeProblem.missing } : {}
  const read = parseFiscalCode(text, new Date().getFullYear())
  if (read.kind === 'provisional') return { note: t.fiscalCodeProvisional }
  if (read.kind === 'personal') return { good: t.fiscalCodeGood }
  if (count < 16 && !whole) return {}
  return {
    error: read.problem === 'length' ? t.fiscalCodeProblem.length(count) : t.fiscalCodeProblem[read.problem],
  }
}

export const CheckStep = () => {
  const t = useWizard()
  const common = useCommon()
  const portal = usePortal()
  const names = useStepNames()
  const { view } = useCase()
  const [, navigate] = useLocation()
  const heading = usePage(portal.title(t.check.title), 'check')
  const asked = new URLSearchParams(useSearch()).get('codice')
  const [typedCode, setCode] = useKept('code', asked ?? '')
  const [fromLink, setFromLink] = useState(asked !== null)
  const code = fromLink ? (asked ?? typedCode) : typedCode
  const [fiscalCode, setFiscalCode] = useKept('fiscalCode')
  const [surname, setSurname] = useKept('surname')
  const [givenName, setGivenName] = useKept('givenName')
  const [left, setLeft] = useState(false)
  const [turn, setTurn] = useState(0)
  const convention = useResource(`convention ${tidyCode(code)}`, async (signal) =>
    tidyCode(code).length >= 4
      ? call('GET /conventions/:code', { params: { code: tidyCode(code) }, signal })
      : undefined,
  )
  const ofCode = useFiscalCode(fiscalCode, left || turn > 0)

  const wrong = [
    { field: 'code', message: code.trim() === '' ? portal.front.codeMissing : undefined },
    { field: 'fiscalCode', message: ofCode.error },
    { field: 'surname', label: t.check.surname, message: surname.trim() === '' ? common.required : undefined },
    { field: 'givenName', label: t.check.givenName, message: givenName.trim() === '' ? common.required : undefined },
  ].flatMap(({ message, ...rest }): Mistake[] => (message === undefined ? [] : [{ ...rest, message }]))
  const errorOf = (field: string) => (turn > 0 ? wrong.find((one) => one.field === field)?.message : undefined)

  // One key for one attempt of a person: a repeated press or a lost answer opens no second case.
  const key = useRef({ of: '', key: '' })
  const check = useAction(async () => {
    const body = { conventionCode: tidyCode(code), fiscalCode, surname, givenName }
    const of = JSON.stringify(body)
    if (key.current.of !== of) key.current = { of, key: newKey() }
    try {
      const opened = await call('POST /enrolments', { body, idempotencyKey: key.current.key })
      adopt(opened)
      forgetKept('fiscalCode', 'surname', 'givenName')
      navigate(placeOf(opened))
    } catch (error) {
      if ((error as { code?: string }).code !== 'offline') key.current = { of: '', key: '' }
      throw error
    }
  })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setTurn((old) => old + 1)
    if (code.trim() !== '' && surname.trim() !== '' && givenName.trim() !== '' && readable(fiscalCode)) void check.run()
  }
  const elsewhere = check.problem && ['caseElsewhere', 'alreadyEnrolled'].includes(check.problem.code)
  return (
    <PortalFrame phone={convention.data?.helpDeskPhone} hours={convention.data?.helpDeskHours}>
      <div className="cl-column">
        <Steps names={names} now={0} />
        <h1 ref={heading} tabIndex={-1}>
          {t.check.title}
        </h1>
        {view && isEditable(view) && !check.problem && (
          <Alert kind="info" title={portal.front.hereTitle}>
            <p>{portal.front.hereDetail(view.caseNumber)}</p>
            <LinkButton small look="outline-primary" href={placeOf(view)}>
              {portal.front.resume}
            </LinkButton>
          </Alert>
        )}
        <ProblemAlert
          problem={check.problem}
          onRetry={check.problem?.code === 'offline' ? () => void check.run() : undefined}
        >
          {elsewhere && check.problem?.code === 'caseElsewhere' && <p>{t.check.elsewhere}</p>}
          {elsewhere && (
            <p>
              <LinkButton small look="outline-primary" href="/riprendi">
                {portal.front.resume}
              </LinkButton>
            </p>
          )}
          {convention.data && check.problem && check.problem.status < 500 && (
            <p>
              {portal.convention.secretariat}: {convention.data.order.name},{' '}
              <a href={`tel:${convention.data.secretariat.phone.replace(/[^\d+]/g, '')}`}>
                {convention.data.secretariat.phone}
              </a>
            </p>
          )}
        </ProblemAlert>
        <ErrorSummary mistakes={turn > 0 ? wrong : []} turn={turn} />
        <p className="lead">{t.check.lead}</p>
        <form onSubmit={submit} noValidate>
          {fromLink && asked ? (
            <p className="cl-card cl-soft">
              {t.check.code}: <strong className="cl-code">{tidyCode(asked)}</strong>
              {convention.data && (
                <>
                  <br />
                  {convention.data.order.name}
                </>
              )}
              <br />
              <Button
                look="link"
                onClick={() => {
                  setCode(asked)
                  setFromLink(false)
                }}
              >
                {common.change}
              </Button>
            </p>
          ) : (
            <TextField
              id="code"
              label={t.check.code}
              hint={t.check.codeHint}
              error={errorOf('code')}
              good={convention.data?.order.name}
              value={typedCode}
              onChange={setCode}
              upper
              autoComplete="off"
              spellCheck={false}
              maxLength={60}
            />
          )}
          <TextField
            id="fiscalCode"
            label={t.check.fiscalCode}
            hint={t.check.fiscalCodeHint}
            {...ofCode}
            value={fiscalCode}
            onChange={setFiscalCode}
            onBlur={() => setLeft(fiscalCode.trim() !== '')}
            upper
            autoComplete="off"
            autoCapitalize="characters"
            spellCheck={false}
            maxLength={30}
          />
          <TextField
            id="surname"
            label={t.check.surname}
            hint={t.check.surnameHint}
            error={errorOf('surname')}
            value={surname}
            onChange={setSurname}
            autoComplete="family-name"
            maxLength={80}
          />
          <TextField
            id="givenName"
            label={t.check.givenName}
            error={errorOf('givenName')}
            value={givenName}
            onChange={setGivenName}
            autoComplete="given-name"
            maxLength={80}
          />
          <p className="cl-muted">{t.check.privacy}</p>
          <div className="cl-actions">
            <Button type="submit" busy={check.busy}>
              {t.check.go}
            </Button>
          </div>
        </form>
      </div>
    </PortalFrame>
  )
}

const readable = (fiscalCode: string): boolean =>
  parseFiscalCode(fiscalCode, new Date().getFullYear()).kind !== 'refused'
