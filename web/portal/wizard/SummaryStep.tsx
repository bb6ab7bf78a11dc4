// The summary: everything that goes to the provider, each with a way to change it; then it is sent, once.
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { Link, useLocation } from 'wouter'
import { Alert, ProblemAlert } from '../../ui/Alert.tsx'
import { addressOf, call, newKey } from '../../ui/api.ts'
import { Button, LinkButton } from '../../ui/Button.tsx'
import type { EnrolmentView } from '../../ui/contract.ts'
import { showDate } from '../../ui/DateField.tsx'
import { useAction, usePage } from '../../ui/hooks.ts'
import { Facts, Steps } from '../../ui/Parts.tsx'
import { useCommon } from '../../ui/texts/common.ts'
import { usePortal } from '../../ui/texts/portal.ts'
import { useWizard } from '../../ui/texts/wizard.ts'
import { usePayer } from '../ConventionPage.tsx'
import { adopt, flush, noteLost, type, useCase } from '../case.ts'
import { PortalFrame } from '../PortalFrame.tsx'
import { pathOf, STEPS, type WizardStep } from './places.ts'
import { Reopen } from './Reopen.tsx'
import { useFieldLabels, useStepNames } from './step.tsx'

export const SummaryStep = ({ view }: { readonly view: EnrolmentView }) => {
  const t = useWizard()
  const common = useCommon()
  const portal = usePortal()
  const names = useStepNames()
  const labels = useFieldLabels()
  const { lost } = useCase()
  const [, navigate] = useLocation()
  const mending = view.state === 'awaitingDocument'
  const title = mending ? t.summary.mendTitle : t.summary.title
  const heading = usePage(portal.title(title), 'summary')
  const [tried, setTried] = useState(0)
  const missingBox = useRef<HTMLDivElement>(null)
  // One key for this sending of this case: a second press, or a lost answer, sends nothing twice.
  const key = useRef(newKey())
  const send = useAction(async () => {
    const saved = await flush()
    if (saved && saved.missing.length > 0) return setTried((old) => old + 1)
    const sent = call('POST /enrolment/submission', { idempotencyKey: key.current })
    sent.catch(noteLost)
    adopt(await sent)
    key.current = newKey()
    navigate('/pratica?inviata')
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the step begins
  useEffect(() => {
    if (view.draft.step !== 'summary') type({ step: 'summary' })
  }, [])
  useEffect(() => {
    if (tried > 0) missingBox.current?.focus()
  }, [tried])
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    void send.run()
  }
  return (
    <PortalFrame>
      <div className="cl-column">
        <Steps names={names} now={STEPS.length} />
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {lost && <Reopen />}
        {!lost && <ProblemAlert problem={send.problem} onRetry={() => void send.run()} />}
        {view.review && (
          <Alert kind="warning" title={t.summary.reasonTitle}>
            <blockquote className="cl-letter">{view.review.reason}</blockquote>
          </Alert>
        )}
        <p className="lead">{t.summary.lead}</p>
        {view.missing.length > 0 && (
          <div className="alert alert-warning" ref={missingBox} tabIndex={-1}>
            <h2>{t.summary.missingTitle}</h2>
            <ul>
              {view.missing.flatMap(({ step, fields }) =>
                fields.map(({ field, message }) => (
                  <li key={field}>
                    <Link href={`${pathOf(step as WizardStep)}?da=riepilogo`}>
                      {labels[field] ?? t.steps[step as WizardStep]}: {message}
                    </Link>
                  </li>
                )),
              )}
            </ul>
          </div>
        )}
        {view.warnings.length > 0 && (
          <Alert kind="info" title={t.summary.warningsTitle}>
            <p>{t.summary.warnings}</p>
            <ul>
              {view.warnings.map((warning) => (
                <li key={warning}>{warning}</li>
              ))}
            </ul>
          </Alert>
        )}
        <Everything view={view} />
        <form onSubmit={submit}>
          <div className="cl-actions">
            <Button type="submit" busy={send.busy}>
              {mending ? t.summary.sendAgain : t.summary.send}
            </Button>
            <LinkButton href={pathOf('module')} look="outline-primary">
              {common.back}
            </LinkButton>
          </div>
        </form>
      </div>
    </PortalFrame>
  )
}

const Change = ({ step, what }: { readonly step: WizardStep; readonly what: string }) => {
  const t = useWizard().summary
  const common = useCommon()
  return (
    <Link className="cl-change" href={`${pathOf(step)}?da=riepilogo`} aria-label={t.changeOf(what)}>
      {common.change}
    </Link>
  )
}

const Everything = ({ view }: { readonly view: EnrolmentView }) => {
  const t = useWizard()
  const payer = usePayer()
  const { draft, person } = view
  const none = <span className="cl-missing">{t.summary.missing}</span>
  const joined = (separator: string, ...parts: readonly (string | undefined)[]) =>
    parts.filter(Boolean).join(separator) || none
  const row = (label: string, value: React.ReactNode, step?: WizardStep) => ({
    label,
    value: value || none,
    ...(step ? { action: <Change step={step} what={label} /> } : {}),
  })
  const images = view.documents.filter((one) => one.kind === 'front' || one.kind === 'back')
  return (
    <>
      <h2>{t.summary.personTitle}</h2>
      <Facts
        items={[
          row(t.summary.name, `${person.surname} ${person.givenName}`),
          row(t.summary.fiscalCode, <span className="cl-code">{person.fiscalCode}</span>),
          row(t.summary.born, joined(', ', draft.birthPlace, showDate(draft.birthDate ?? '')), 'person'),
          row(
            t.summary.home,
            joined(', ', draft.street, joined2(draft.postcode, draft.town, draft.province?.toUpperCase())),
            'person',
          ),
          row(t.summary.phone, draft.phone, 'person'),
        ]}
      />
      <h2>{t.summary.boxTitle}</h2>
      <Facts
        items={[
          row(t.summary.address, view.address, 'address'),
          row(t.summary.password, view.passwordSet && t.summary.passwordSet, 'person'),
          row(
            t.summary.email,
            view.referenceEmail &&
              `${view.referenceEmail}${view.referenceConfirmed ? ` (${t.summary.emailConfirmed})` : ''}`,
            'email',
          ),
          row(t.summary.who, payer(view.convention)),
        ]}
      />
      <h2>{t.summary.documentTitle}</h2>
      <Facts
        items={[
          row(
            t.summary.document,
            draft.documentType &&
              t.summary.documentLine(
                t.document.types[draft.documentType],
                draft.documentNumber?.toUpperCase() ?? '…',
                draft.documentIssuer ?? '…',
                showDate(draft.documentExpiry ?? '…'),
              ),
            'document',
          ),
          row(
            t.summary.files,
            images.length > 0 && (
              <span className="cl-thumbs">
                {images.map((one) => (
                  <img
                    key={one.kind}
                    alt={one.kind === 'front' ? t.summary.front : t.summary.back}
                    src={addressOf(
                      '/enrolment/documents/:kind/pages/:page',
                      { kind: one.kind, page: 1 },
                      { at: one.uploadedAt },
                    )}
                  />
                ))}
              </span>
            ),
            'document',
          ),
          row(t.summary.module, view.acceptance && t.summary.moduleHow[view.acceptance], 'module'),
        ]}
      />
    </>
  )
}

const joined2 = (...parts: readonly (string | undefined)[]): string | undefined =>
  parts.filter(Boolean).join(' ') || undefined
