// Requests to change a dead reference e-mail: the list, and one with its papers beside the data and the decision.
import { type FormEvent, useState } from 'react'
import { Link } from 'wouter'
import { ask } from '../staff/ask.ts'
import { useMay } from '../staff/session.tsx'
import { Alert, ProblemAlert } from '../ui/Alert.tsx'
import type { Reply } from '../ui/api.ts'
import { Button } from '../ui/Button.tsx'
import { SelectField, TextArea } from '../ui/Field.tsx'
import { showInstant } from '../ui/format.ts'
import { useAction, usePage, useResource } from '../ui/hooks.ts'
import { Badge, Dialog, Facts, Loading, Table, Timeline } from '../ui/Parts.tsx'
import { DocumentViewer } from './DocumentViewer.tsx'
import { useRecoveryTexts } from './texts/operator.ts'

type View = Reply<'GET /operator/recoveries/:case'>
type Which = 'waiting' | 'all'

export const RecoveriesPage = () => {
  const t = useRecoveryTexts()
  const heading = usePage(t.title)
  const [which, setWhich] = useState<Which>('waiting')
  const { data, problem, reload } = useResource(`recoveries ${which}`, (signal) =>
    ask('GET /operator/recoveries', { query: { which }, signal }),
  )
  return (
    <>
      <h1 ref={heading} tabIndex={-1}>
        {t.title}
      </h1>
      <p className="lead">{t.lead}</p>
      <SelectField
        label={t.which}
        value={which}
        choices={[
          { value: 'waiting', label: t.waiting },
          { value: 'all', label: t.all },
        ]}
        onChange={(value) => setWhich(value === 'all' ? 'all' : 'waiting')}
      />
      <ProblemAlert problem={problem} onRetry={reload} />
      {!data && !problem && <Loading />}
      {data?.items.length === 0 && <p>{t.empty}</p>}
      {data && data.items.length > 0 && (
        <Table
          caption={t.title}
          rows={data.items}
          rowKey={(row) => row.caseNumber}
          columns={[
            {
              key: 'number',
              label: t.number,
              heading: true,
              cell: (row) => <Link href={`/recuperi/${encodeURIComponent(row.caseNumber)}`}>{row.caseNumber}</Link>,
            },
            { key: 'address', label: t.address, cell: (row) => row.address },
            { key: 'sent', label: t.sent, cell: (row) => row.submittedAt && showInstant(row.submittedAt) },
            { key: 'state', label: t.state, cell: (row) => t.states[row.state] },
          ]}
        />
      )}
    </>
  )
}

export const RecoveryPage = ({ number }: { readonly number: string }) => {
  const t = useRecoveryTexts()
  const heading = usePage(t.caseTitle(number), number)
  const { data, problem, reload, set } = useResource(`recovery ${number}`, (signal) =>
    ask('GET /operator/recoveries/:case', { params: { case: number }, signal }),
  )
  return (
    <>
      <p>
        <Link href="/recuperi">{t.back}</Link>
      </p>
      <h1 ref={heading} tabIndex={-1}>
        {t.caseTitle(number)}
      </h1>
      <ProblemAlert problem={problem} onRetry={reload} />
      {!data && !problem && <Loading />}
      {data && <Case view={data} onView={set} />}
    </>
  )
}

type Part = { readonly view: View; readonly onView: (view: View) => void }

const Case = ({ view, onView }: Part) => {
  const t = useRecoveryTexts()
  const { case: row, holder, match } = view
  const papers = view.documents
    .filter((one) => !one.superseded)
    .map((one) => ({ id: one.id, name: t.papers[one.kind] ?? one.kind, pages: one.pages }))
  return (
    <>
      <p className="lead">
        {row.address}{' '}
        <Badge kind={row.state === 'approved' ? 'ok' : row.state === 'refused' ? 'bad' : 'wait'}>
          {t.states[row.state]}
        </Badge>
      </p>
      <Alert kind={match === 'right' ? 'success' : match === 'noFiscalCode' ? 'warning' : 'danger'}>
        <p>{t.match[match]}</p>
      </Alert>
      <div className="cl-desk">
        <section className="cl-papers" aria-label={t.papersTitle}>
          <DocumentViewer
            papers={papers}
            load={(document, page) =>
              ask('GET /operator/recoveries/:case/documents/:document/pages/:page', {
                params: { case: row.caseNumber, document, page },
              })
            }
          />
        </section>
        <div>
          <Facts
            items={[
              { label: t.facts.holder, value: holder?.name || t.facts.unknown },
              { label: t.facts.code, value: holder?.fiscalCode ?? t.facts.unknown },
              { label: t.facts.typedCode, value: view.fiscalCode },
              { label: t.facts.oldEmail, value: holder?.referenceEmail ?? t.facts.unknown },
              {
                label: t.facts.newEmail,
                value: `${view.newEmail} (${view.emailConfirmed ? t.facts.confirmed : t.facts.notConfirmed})`,
              },
            ]}
          />
          <Decision view={view} onView={onView} />
          <h2>{t.history}</h2>
          <Timeline
            items={view.events.map((one) => ({
              key: one.at + one.event,
              state: 'done',
              title: t.events[one.event] ?? one.event,
              when: [showInstant(one.at), one.staff].filter(Boolean).join(', '),
              children: one.reason && <p>{one.reason}</p>,
            }))}
          />
        </div>
      </div>
    </>
  )
}

const Decision = ({ view, onView }: Part) => {
  const t = useRecoveryTexts()
  const may = useMay()('cases.decide') === undefined
  const [open, setOpen] = useState<'approve' | 'askAgain' | 'refuse'>()
  const { caseNumber, state, version, firstApproval, address } = view.case
  const params = { case: caseNumber }
  const done = (now: View): void => {
    onView(now)
    setOpen(undefined)
  }
  const approve = useAction(async () =>
    done(await ask('POST /operator/recoveries/:case/approval', { params, body: { version } })),
  )
  const lift = useAction(async () => onView(await ask('POST /operator/recoveries/:case/lift', { params })))
  if (!may) return null
  if (view.coolingUntil) {
    return (
      <section className="cl-card">
        <p>{t.cooling(showInstant(view.coolingUntil))}</p>
        <ProblemAlert problem={lift.problem} />
        <Button look="outline-primary" small busy={lift.busy} onClick={() => void lift.run()}>
          {t.lift}
        </Button>
      </section>
    )
  }
  if (state !== 'awaitingReview' && state !== 'awaitingDocument') return null
  const approvable = state === 'awaitingReview' && (view.match === 'right' || view.match === 'noFiscalCode')
  return (
    <section className="cl-card">
      <h2>{t.decision}</h2>
      {view.secondPairOfEyes && <p>{firstApproval ? t.first : t.second}</p>}
      <div className="cl-row">
        {approvable && (
          <Button small onClick={() => setOpen('approve')}>
            {t.approve}
          </Button>
        )}
        {state === 'awaitingReview' && (
          <Button small look="outline-primary" onClick={() => setOpen('askAgain')}>
            {t.askAgain}
          </Button>
        )}
        <Button small look="outline-primary" onClick={() => setOpen('refuse')}>
          {t.refuse}
        </Button>
      </div>
      <Dialog open={open !== undefined} title={open ? t[open] : ''} onClose={() => setOpen(undefined)}>
        {open === 'approve' && (
          <>
            <p>{t.approveLead(address, view.newEmail)}</p>
            <ProblemAlert problem={approve.problem} />
            <Button busy={approve.busy} onClick={() => void approve.run()}>
              {t.approve}
            </Button>
          </>
        )}
        {(open === 'askAgain' || open === 'refuse') && <InWords key={open} kind={open} view={view} onView={done} />}
      </Dialog>
    </section>
  )
}

const SHORTEST = 5

const InWords = ({ kind, view, onView }: Part & { readonly kind: 'askAgain' | 'refuse' }) => {
  const t = useRecoveryTexts()
  const [reason, setReason] = useState('')
  const [tried, setTried] = useState(false)
  const short = reason.trim().length < SHORTEST
  const send = useAction(async () => {
    const { caseNumber, version } = view.case
    const options = { params: { case: caseNumber }, body: { version, reason: reason.trim() } }
    onView(
      kind === 'askAgain'
        ? await ask('POST /operator/recoveries/:case/request', options)
        : await ask('POST /operator/recoveries/:case/refusal', options),
    )
  })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setTried(true)
    if (short) document.getElementById('recovery-reason')?.focus()
    else void send.run()
  }
  return (
    <form onSubmit={submit} noValidate>
      <ProblemAlert problem={send.problem} />
      <TextArea
        id="recovery-reason"
        label={t.reason}
        hint={t.reasonHint}
        rows={5}
        maxLength={2000}
        value={reason}
        error={tried && short ? t.reasonMissing : undefined}
        onChange={setReason}
      />
      <Button type="submit" look={kind === 'refuse' ? 'danger' : 'primary'} busy={send.busy}>
        {t[kind]}
      </Button>
    </form>
  )
}
