// Papers and faxes that wait for their case: the list with the upload, and one paper with what to do with it.
import { type FormEvent, useState } from 'react'
import { Link } from 'wouter'
import { ask, sendFile, withFileName } from '../staff/ask.ts'
import { usePages } from '../staff/filters.ts'
import { More } from '../staff/More.tsx'
import { useMay } from '../staff/session.tsx'
import { useWords, wordOf } from '../staff/texts/words.ts'
import { Alert, ProblemAlert } from '../ui/Alert.tsx'
import type { Reply } from '../ui/api.ts'
import { Button, LinkButton } from '../ui/Button.tsx'
import { RadioGroup, TextArea, TextField } from '../ui/Field.tsx'
import { FileField } from '../ui/FileField.tsx'
import { showInstant } from '../ui/format.ts'
import { useAction, usePage } from '../ui/hooks.ts'
import { Dialog, Loading, Table } from '../ui/Parts.tsx'
import { useCommon } from '../ui/texts/common.ts'
import type { IncomingRow } from './contract.ts'
import { DocumentViewer } from './DocumentViewer.tsx'
import { useOperatorTexts } from './texts/operator.ts'

type Listed = Reply<'GET /operator/incoming'>
type Matched = NonNullable<IncomingRow['matched']>

/** Where that is to which a paper was given. */
const addressOf = ({ kind, caseNumber }: Matched): string =>
  `/${kind === 'recovery' ? 'recuperi' : 'pratiche'}/${encodeURIComponent(caseNumber)}`

const LIMIT_BYTES = 15 * 1024 * 1024

const useIncoming = () =>
  usePages<IncomingRow, Listed>('incoming', (page, signal) => ask('GET /operator/incoming', { query: page, signal }))

export const IncomingPage = () => {
  const t = useOperatorTexts().incoming
  const words = useWords()
  const heading = usePage(t.title)
  const list = useIncoming()
  return (
    <>
      <h1 ref={heading} tabIndex={-1}>
        {t.title}
      </h1>
      <p className="lead">{t.lead}</p>
      {list.items && (
        <Table
          caption={t.caption}
          rows={list.items}
          rowKey={(row) => row.id}
          empty={<p>{t.empty}</p>}
          columns={[
            {
              key: 'paper',
              label: t.paper,
              heading: true,
              cell: (row) => <Link href={`/carte/${row.id}`}>{row.described || t.open}</Link>,
            },
            { key: 'origin', label: t.origin, cell: (row) => wordOf(words.paperOrigins, row.origin) },
            { key: 'arrived', label: t.arrived, cell: (row) => showInstant(row.arrivedAt) },
            { key: 'pages', label: t.pages, number: true, cell: (row) => row.pages },
            {
              key: 'suggested',
              label: t.suggested,
              cell: (row) =>
                row.suggestedCase ? (
                  <span className="cl-code">{row.suggestedCase}</span>
                ) : (
                  <span className="cl-muted">{t.noSuggestion}</span>
                ),
            },
          ]}
        />
      )}
      <More list={list} />
      <UploadPaper onDone={list.reload} />
    </>
  )
}

const UploadPaper = ({ onDone }: { readonly onDone: () => void }) => {
  const t = useOperatorTexts().incoming
  const [received, setReceived] = useState<IncomingRow>()
  return (
    <section aria-labelledby="upload-title">
      <h2 id="upload-title">{t.upload}</h2>
      <FileField
        label={t.upload}
        hint={t.uploadHint}
        camera={false}
        extraTypes="application/pdf,image/tiff,.tif,.tiff"
        limitBytes={LIMIT_BYTES}
        kept={
          received
            ? {
                description: (
                  <Link href={received.matched ? addressOf(received.matched) : `/carte/${received.id}`}>
                    {t.uploaded(received.pages)}.{' '}
                    {received.matched
                      ? t.matched[received.matched.kind](received.matched.caseNumber)
                      : `${t.suggested}: ${received.suggestedCase ?? t.noSuggestion}`}
                  </Link>
                ),
                warnings: [],
              }
            : undefined
        }
        send={(blob, onProgress) => {
          const name = blob instanceof File ? blob.name : 'foto.jpg'
          const upload = sendFile<IncomingRow>(withFileName('/operator/incoming', name), {}, blob, onProgress)
          upload.done.then(
            (row) => {
              setReceived(row)
              onDone()
            },
            () => {}, // the field tells
          )
          return upload
        }}
      />
    </section>
  )
}

export const IncomingPaperPage = ({ id }: { readonly id: string }) => {
  const t = useOperatorTexts().incoming
  const list = useIncoming()
  const row = list.items?.find((one) => one.id === id)
  const heading = usePage(row?.described ?? t.title, id)
  const why = useMay()('documents.view')
  const [told, setTold] = useState<{ readonly text: string; readonly matched?: Matched | undefined }>()
  return (
    <>
      <p>
        <Link href="/carte">{t.back}</Link>
      </p>
      <h1 ref={heading} tabIndex={-1}>
        {row?.described ?? t.title}
      </h1>
      <ProblemAlert problem={list.problem} onRetry={list.reload} />
      {!list.items && !list.problem && <Loading />}
      {told && (
        <Alert kind="success" live title={told.text}>
          <p>
            {told.matched && (
              <LinkButton href={addressOf(told.matched)} small>
                {t.openCase[told.matched.kind]}
              </LinkButton>
            )}{' '}
            <LinkButton href="/carte" look="outline-primary" small>
              {t.back}
            </LinkButton>
          </p>
        </Alert>
      )}
      {list.items && !row && !told && <Alert kind="info">{t.notHere}</Alert>}
      {row && !told && (
        <div className="cl-desk">
          {why === undefined ? (
            <DocumentViewer
              papers={[{ id: row.id, name: t.paper, pages: row.pages }]}
              load={(incoming, page) =>
                ask('GET /operator/incoming/:incoming/pages/:page', { params: { incoming, page } })
              }
            />
          ) : (
            <Alert kind="warning">{why}</Alert>
          )}
          <Match row={row} onDone={(text, matched) => setTold({ text, matched })} />
        </div>
      )}
    </>
  )
}

const KINDS = ['module', 'front', 'back', 'paper'] as const

const Match = ({
  row,
  onDone,
}: {
  readonly row: IncomingRow
  readonly onDone: (text: string, matched?: Matched) => void
}) => {
  const t = useOperatorTexts().incoming
  const words = useWords()
  const [number, setNumber] = useState(row.suggestedCase ?? '')
  const [kind, setKind] = useState<(typeof KINDS)[number]>('module')
  const [tried, setTried] = useState(false)
  const [discarding, setDiscarding] = useState(false)
  const wanted = number.trim().toUpperCase()
  const match = useAction(async () => {
    const { matched } = await ask('POST /operator/incoming/:incoming/match', {
      params: { incoming: row.id },
      body: { case: wanted, kind },
    })
    if (matched) onDone(t.matched[matched.kind](matched.caseNumber), matched)
  })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setTried(true)
    if (wanted === '') document.getElementById('match-case')?.focus()
    else void match.run()
  }
  return (
    <section aria-labelledby="match-title">
      <h2 id="match-title">{t.match}</h2>
      <form onSubmit={submit} noValidate>
        <ProblemAlert problem={match.problem} />
        <TextField
          id="match-case"
          label={t.case}
          hint={row.suggestedCase ? t.caseHint : undefined}
          upper
          value={number}
          maxLength={40}
          autoComplete="off"
          error={tried && wanted === '' ? t.caseMissing : undefined}
          onChange={setNumber}
        />
        <RadioGroup
          legend={t.kind}
          name="paper-kind"
          value={kind}
          choices={KINDS.map((value) => ({ value, label: wordOf(words.papers, value) }))}
          onChange={(value) => setKind(value as typeof kind)}
        />
        <div className="cl-actions">
          <Button type="submit" busy={match.busy}>
            {t.matchIt}
          </Button>
          <Button look="outline-primary" onClick={() => setDiscarding(true)}>
            {t.discard}
          </Button>
        </div>
      </form>
      <Dialog open={discarding} title={t.discardTitle} onClose={() => setDiscarding(false)}>
        <Discard id={row.id} onCancel={() => setDiscarding(false)} onDone={() => onDone(t.discarded)} />
      </Dialog>
    </section>
  )
}

const SHORTEST = 3

const Discard = ({
  id,
  onCancel,
  onDone,
}: {
  readonly id: string
  readonly onCancel: () => void
  readonly onDone: () => void
}) => {
  const t = useOperatorTexts().incoming
  const common = useCommon()
  const [reason, setReason] = useState('')
  const [tried, setTried] = useState(false)
  const isShort = reason.trim().length < SHORTEST
  const discard = useAction(async () => {
    await ask('POST /operator/incoming/:incoming/discard', {
      params: { incoming: id },
      body: { reason: reason.trim() },
    })
    onDone()
  })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setTried(true)
    if (isShort) document.getElementById('discard-why')?.focus()
    else void discard.run()
  }
  return (
    <form onSubmit={submit} noValidate>
      <p>{t.discardLead}</p>
      <ProblemAlert problem={discard.problem} />
      <TextArea
        id="discard-why"
        label={t.why}
        rows={3}
        maxLength={500}
        value={reason}
        error={tried && isShort ? t.whyMissing : undefined}
        onChange={setReason}
      />
      <div className="cl-actions">
        <Button type="submit" look="danger" busy={discard.busy}>
          {t.discard}
        </Button>
        <Button look="outline-primary" onClick={onCancel}>
          {common.cancel}
        </Button>
      </div>
    </form>
  )
}
