// A case: the documents beside the data, what the machine has checked, and the decision.
import download from 'icon:download'
import { useRef, useState } from 'react'
import { Link, useLocation } from 'wouter'
import { ask, keepFile } from '../staff/ask.ts'
import { EventList } from '../staff/EventList.tsx'
import { useMay } from '../staff/session.tsx'
import { useWords, wordOf } from '../staff/texts/words.ts'
import { Alert, ProblemAlert } from '../ui/Alert.tsx'
import { Button, LinkButton } from '../ui/Button.tsx'
import { CheckField } from '../ui/Field.tsx'
import { useAction, usePage, useResource } from '../ui/hooks.ts'
import { Badge, Loading } from '../ui/Parts.tsx'
import { CaseData, Checks, History } from './CaseParts.tsx'
import type { CaseView } from './contract.ts'
import { personOf } from './contract.ts'
import { Decision, type Outcome } from './Decision.tsx'
import { DocumentViewer } from './DocumentViewer.tsx'
import { Age } from './QueuePage.tsx'
import { ShortcutSheet } from './shortcuts.tsx'
import { useOperatorTexts } from './texts/operator.ts'

export const CasePage = ({ number }: { readonly number: string }) => {
  const t = useOperatorTexts().case
  const words = useWords()
  const heading = usePage(t.title(number), number)
  const [, navigate] = useLocation()
  const { data, problem, reload, set } = useResource(`case ${number}`, (signal) =>
    ask('GET /operator/cases/:case', { params: { case: number }, signal }),
  )
  const [outcome, setOutcome] = useState<Outcome>()
  const [changed, setChanged] = useState<{ readonly before: CaseView }>()
  const next = useResource(`next after ${number} ${outcome ?? ''}`, async (signal) => {
    const list = await ask('GET /operator/cases', { query: { state: 'awaitingReview', limit: 2 }, signal })
    return list.items.find((one) => one.caseNumber !== number)?.caseNumber
  })
  const goNext = (): void => {
    if (next.data) navigate(`/pratiche/${encodeURIComponent(next.data)}`)
  }
  return (
    <>
      <div className="cl-split">
        <p>
          <Link href="/">{t.back}</Link>
        </p>
        <ShortcutSheet keys={{ n: goNext, c: () => navigate('/') }} />
      </div>
      <h1 ref={heading} tabIndex={-1}>
        {t.title(number)}
      </h1>
      <ProblemAlert problem={problem} onRetry={reload} />
      {!data && !problem && <Loading />}
      {data && (
        <>
          <p className="lead">
            {personOf(data.case)}, {data.case.order}. {data.case.state === 'awaitingReview' && <Age row={data.case} />}{' '}
            <Badge kind={data.case.state === 'active' ? 'ok' : data.case.state === 'refused' ? 'bad' : 'wait'}>
              {wordOf(words.enrolments, data.case.state)}
            </Badge>
          </p>
          {outcome && <Done outcome={outcome} next={next.data} />}
          {changed && <Changed before={changed.before} now={data} onClose={() => setChanged(undefined)} />}
          <div className="cl-desk">
            <Papers view={data} />
            <div>
              <Checks view={data} />
              <CaseData view={data} />
              <Decision
                view={data}
                onDecided={(view, what) => {
                  set(view)
                  setChanged(undefined)
                  setOutcome(what)
                }}
                onChanged={() => {
                  setChanged({ before: data })
                  reload()
                }}
              />
            </div>
          </div>
          <History view={data} />
          <h2>{t.events}</h2>
          <EventList events={data.events} />
        </>
      )}
    </>
  )
}

const Papers = ({ view }: { readonly view: CaseView }) => {
  const t = useOperatorTexts().case
  const words = useWords()
  const why = useMay()('documents.view')
  const [all, setAll] = useState(false)
  const shown = view.documents.filter((one) => all || !one.superseded)
  const number = view.case.caseNumber
  return (
    <section aria-labelledby="papers-title" className="cl-papers">
      <h2 id="papers-title">{t.documents}</h2>
      {why !== undefined ? (
        <Alert kind="warning">
          <p>
            {t.noDocumentsRight} {why}
          </p>
        </Alert>
      ) : (
        <>
          <DocumentViewer
            key={number}
            papers={shown.map((one) => ({
              id: one.id,
              name: `${wordOf(words.papers, one.kind)}${one.superseded ? ` (${t.superseded})` : ''}`,
              pages: one.pages,
            }))}
            load={(document, page) =>
              ask('GET /operator/cases/:case/documents/:document/pages/:page', {
                params: { case: number, document, page },
              })
            }
          />
          <ul className="cl-list">
            {shown.flatMap((one) =>
              one.warnings.map((warning) => (
                <li key={one.id + warning}>
                  {wordOf(words.papers, one.kind)}: {wordOf(words.warnings, warning)}
                </li>
              )),
            )}
          </ul>
          {view.acceptance === 'signedPdf' &&
            shown
              .filter((one) => one.kind === 'module')
              .map((one) => <Original key={one.id} number={number} document={one.id} />)}
          {view.documents.some((one) => one.superseded) && (
            <CheckField label={t.showSuperseded} checked={all} onChange={setAll} />
          )}
        </>
      )}
    </section>
  )
}

/** A module that was signed as PDF is proof as it is, not as an image: its page 0 is the file. */
const Original = ({ number, document }: { readonly number: string; readonly document: string }) => {
  const t = useOperatorTexts().case
  const take = useAction(async () => {
    const params = { case: number, document, page: 0 }
    const file = await ask('GET /operator/cases/:case/documents/:document/pages/:page', { params })
    keepFile(file, `${number}.pdf`)
  })
  return (
    <>
      <Button look="outline-primary" small icon={download} busy={take.busy} onClick={() => void take.run()}>
        {t.original}
      </Button>
      <ProblemAlert problem={take.problem} />
    </>
  )
}

const Done = ({ outcome, next }: { readonly outcome: Outcome; readonly next: string | undefined }) => {
  const t = useOperatorTexts().case
  return (
    <Alert kind="success" live title={t[outcome]}>
      {next ? <LinkButton href={`/pratiche/${encodeURIComponent(next)}`}>{t.next} (n)</LinkButton> : <p>{t.noNext}</p>}
    </Alert>
  )
}

/** Somebody else was quicker: what happened meanwhile, before one goes on. */
const Changed = ({
  before,
  now,
  onClose,
}: {
  readonly before: CaseView
  readonly now: CaseView
  readonly onClose: () => void
}) => {
  const t = useOperatorTexts().case
  const seen = useRef(new Set(before.events.map((one) => one.at + one.event)))
  const news = now.events.filter((one) => !seen.current.has(one.at + one.event))
  return (
    <Alert kind="warning" live title={t.changedTitle}>
      <p>{t.changedLead}</p>
      {news.length > 0 && (
        <>
          <p>{t.changedNews}</p>
          <EventList events={news} />
        </>
      )}
      <p>
        <Button look="outline-primary" small onClick={onClose}>
          {t.changedAgain}
        </Button>
      </p>
    </Alert>
  )
}
