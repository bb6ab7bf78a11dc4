// Where a case stands: its number, the three steps, and what to do next in each state, those that end it too.
import { useEffect, useRef, useState } from 'react'
import { useLocation } from 'wouter'
import { Alert, ProblemAlert } from '../ui/Alert.tsx'
import { call } from '../ui/api.ts'
import { Button, LinkButton } from '../ui/Button.tsx'
import type { EnrolmentView } from '../ui/contract.ts'
import { keepFile } from '../ui/file.ts'
import { showDay, showInstant } from '../ui/format.ts'
import { useAction, usePage } from '../ui/hooks.ts'
import { Dialog, Facts, Loading, Timeline } from '../ui/Parts.tsx'
import { usePortal } from '../ui/texts/portal.ts'
import { adopt, loadCase, noteLost, useCase } from './case.ts'
import { conventionPath } from './codes.ts'
import { PortalFrame } from './PortalFrame.tsx'
import { pathOf, placeOf } from './wizard/places.ts'
import { NoCase, Reopen } from './wizard/Reopen.tsx'

/** The page asks again by itself while something is expected. */
const LOOK_EVERY_MS = 15_000
const WAITING: readonly EnrolmentView['state'][] = ['awaitingReview', 'approved']

export const TrackerPage = () => {
  const t = usePortal()
  const { view, status, problem } = useCase()
  if (view) return <Tracker view={view} />
  if (status === 'none') return <NoCase title={t.tracker.title} />
  return (
    <PortalFrame>
      {problem ? <ProblemAlert problem={problem} onRetry={() => void loadCase()} /> : <Loading />}
    </PortalFrame>
  )
}

const Tracker = ({ view }: { readonly view: EnrolmentView }) => {
  const t = usePortal().tracker
  const portal = usePortal()
  const { lost } = useCase()
  const heading = usePage(portal.title(t.caseNumber(view.caseNumber)), 'tracker')
  const refresh = useAction(loadCase)
  const looking = useRef(refresh.run)
  looking.current = refresh.run
  const waiting = WAITING.includes(view.state)
  useEffect(() => {
    if (!waiting) return
    const look = (): void => void (document.visibilityState === 'visible' && looking.current())
    const timer = setInterval(look, LOOK_EVERY_MS)
    document.addEventListener('visibilitychange', look)
    return () => {
      clearInterval(timer)
      document.removeEventListener('visibilitychange', look)
    }
  }, [waiting])
  return (
    <PortalFrame>
      <div className="cl-columns">
        <div>
          <h1 ref={heading} tabIndex={-1}>
            {t.title}
          </h1>
          {lost && <Reopen />}
          <p>
            <span className="cl-big">{t.caseNumber(view.caseNumber)}</span>
            <br />
            <span className="cl-muted">{t.keep}</span>
          </p>
          <StateOf view={view} />
          <Progress view={view} />
          {view.box && <SetUp view={view} />}
        </div>
        <aside>
          <Data view={view} />
          <Invoices view={view} />
          <div className="cl-card cl-soft">
            <h2>{t.helpTitle}</h2>
            <p>{t.help(view.convention.helpDeskPhone)}</p>
            <p>
              <a className="cl-phone" href={`tel:${view.convention.helpDeskPhone.replace(/[^\d+]/g, '')}`}>
                {view.convention.helpDeskPhone}
              </a>
              {view.convention.helpDeskHours && (
                <>
                  <br />
                  {view.convention.helpDeskHours}
                </>
              )}
            </p>
            <p>
              <a href="/aiuto/a-che-punto-e-la-pratica">{t.helpPage}</a>
            </p>
          </div>
          {waiting && (
            <p>
              <Button look="outline-primary" small busy={refresh.busy} onClick={() => void refresh.run()}>
                {t.refresh}
              </Button>
            </p>
          )}
          <Withdraw view={view} />
        </aside>
      </div>
    </PortalFrame>
  )
}

const reasonOf = (view: EnrolmentView): string | undefined =>
  view.review?.reason ?? view.events.findLast((one) => one.reason)?.reason

/** What happened, what it means, what to do now. */
const StateOf = ({ view }: { readonly view: EnrolmentView }) => {
  const t = usePortal().tracker
  const again = (
    <LinkButton href={conventionPath(view.convention.code)} look="outline-primary">
      {t.again}
    </LinkButton>
  )
  switch (view.state) {
    case 'draft':
      return (
        <Alert kind="warning" title={t.state.draft.title}>
          <p>{t.state.draft.detail}</p>
          <LinkButton href={placeOf(view)}>{t.goOn}</LinkButton>
        </Alert>
      )
    case 'awaitingReview':
    case 'approved':
      return (
        <Alert kind="success" title={t.state[view.state].title} live>
          <p>{t.state[view.state].detail}</p>
        </Alert>
      )
    case 'awaitingDocument':
      return (
        <Alert kind="warning" title={t.state.awaitingDocument.title} live>
          <p>{t.state.awaitingDocument.detail}</p>
          <blockquote className="cl-letter">{reasonOf(view)}</blockquote>
          <p>{t.state.awaitingDocument.next}</p>
          <LinkButton href={pathOf('summary')}>{t.mend}</LinkButton>
        </Alert>
      )
    case 'active':
      return (
        <Alert kind="success" title={t.state.active.title} live>
          <p>
            {t.state.active.detail(view.box?.address ?? view.address ?? '')}
            {view.box && ` ${t.state.active.until(showDay(view.box.expiresAt))}`}
          </p>
          <p>{t.state.active.law}</p>
        </Alert>
      )
    case 'refused':
      return (
        <Alert kind="danger" title={t.state.refused.title}>
          <p>{t.state.refused.detail}</p>
          <blockquote className="cl-letter">{reasonOf(view)}</blockquote>
          <p>{t.state.refused.next}</p>
          {again}
        </Alert>
      )
    default:
      return (
        <Alert kind="info" title={t.state[view.state].title}>
          <p>{t.state[view.state].detail}</p>
          {again}
        </Alert>
      )
  }
}

const Progress = ({ view }: { readonly view: EnrolmentView }) => {
  const t = usePortal().tracker
  const current = {
    received: t.current.received,
    verified: view.expectedBy ? t.current.verified(showDay(view.expectedBy)) : t.current.verifiedSoon,
    active: t.current.active,
  }
  return (
    <Timeline
      items={view.tracker.map(({ step, state, at }) => ({
        key: step,
        title: t.steps[step],
        state,
        when: at && showInstant(at),
        children: state === 'current' ? <p>{current[step]}</p> : undefined,
      }))}
    />
  )
}

const SetUp = ({ view }: { readonly view: EnrolmentView }) => {
  const t = usePortal().tracker.state.active
  const { box, mailServers, convention } = view
  return (
    <section>
      <h2>{t.setupTitle}</h2>
      <p>{t.setup}</p>
      <Facts
        items={[
          { label: t.user, value: box?.address ?? '' },
          { label: t.password, value: t.passwordIs },
          ...(mailServers
            ? (['imap', 'pop3', 'smtp'] as const).map((kind) => ({
                label: t.servers[kind],
                value: t.server(mailServers[kind].host, mailServers[kind].port),
              }))
            : [{ label: t.serversUnknown, value: convention.helpDeskPhone }]),
        ]}
      />
      <p>{t.guide}</p>
      <p>{t.orderKnows}</p>
    </section>
  )
}

/** What the member who pays is asked for. */
const Invoices = ({ view }: { readonly view: EnrolmentView }) => {
  const t = usePortal().tracker.invoice
  const isReversed = view.invoices.includes('TD04')
  const get = useAction(async (kind: 'TD01' | 'TD04') =>
    keepFile(await call('GET /enrolment/invoices/:kind', { params: { kind } }), t.file[kind](view.caseNumber)),
  )
  if (view.invoices.length === 0) return null
  return (
    <div className="cl-card">
      <h2>{t.title}</h2>
      <p>{isReversed ? t.reversed : t.detail}</p>
      <ProblemAlert problem={get.problem} />
      <div className="cl-actions mb-0">
        {view.invoices.map((kind) => (
          <Button key={kind} look="outline-primary" small busy={get.busy} onClick={() => void get.run(kind)}>
            {t.get[kind]}
          </Button>
        ))}
      </div>
    </div>
  )
}

const Data = ({ view }: { readonly view: EnrolmentView }) => {
  const t = usePortal().tracker
  return (
    <div className="cl-card">
      <h2>{t.dataTitle}</h2>
      <dl className="mb-0">
        <dt>{t.person}</dt>
        <dd>
          {view.person.givenName} {view.person.surname}
        </dd>
        {view.address && (
          <>
            <dt>{t.address}</dt>
            <dd>{view.address}</dd>
          </>
        )}
        <dt>{t.order}</dt>
        <dd>{view.convention.order.name}</dd>
        {view.referenceEmail && (
          <>
            <dt>{t.email}</dt>
            <dd>{view.referenceEmail}</dd>
          </>
        )}
        {view.submittedAt && (
          <>
            <dt>{t.sentOn}</dt>
            <dd>{showInstant(view.submittedAt)}</dd>
          </>
        )}
      </dl>
    </div>
  )
}

const WITHDRAWABLE: readonly EnrolmentView['state'][] = ['draft', 'awaitingReview', 'awaitingDocument']

const Withdraw = ({ view }: { readonly view: EnrolmentView }) => {
  const t = usePortal().tracker
  const [open, setOpen] = useState(false)
  const [, navigate] = useLocation()
  const withdraw = useAction(async () => {
    const done = call('POST /enrolment/withdrawal')
    done.catch(noteLost)
    adopt(await done)
    setOpen(false)
    navigate('/pratica')
    window.scrollTo(0, 0)
  })
  if (!WITHDRAWABLE.includes(view.state)) return null
  return (
    <>
      <p>
        <Button look="link" onClick={() => setOpen(true)}>
          {t.withdraw}
        </Button>
      </p>
      <Dialog open={open} title={t.withdrawTitle} onClose={() => setOpen(false)}>
        <p>{t.withdrawDetail}</p>
        <ProblemAlert problem={withdraw.problem} />
        <div className="cl-actions">
          <Button look="danger" busy={withdraw.busy} onClick={() => void withdraw.run()}>
            {t.withdrawYes}
          </Button>
          <Button look="outline-primary" autoFocus onClick={() => setOpen(false)}>
            {t.withdrawNo}
          </Button>
        </div>
      </Dialog>
    </>
  )
}
