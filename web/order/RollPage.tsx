// The import of the roll: the file, the columns with what would change, the outcome. The address names the import.
import upload from 'icon:upload'
import { type DragEvent, useState } from 'react'
import { useLocation } from 'wouter'
import { ask, sendFile, withFileName } from '../staff/ask.ts'
import { Alert, ProblemAlert } from '../ui/Alert.tsx'
import { LinkButton } from '../ui/Button.tsx'
import { showNumber } from '../ui/format.ts'
import { useAction, usePage, useResource } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Loading, Steps } from '../ui/Parts.tsx'
import type { RollImport } from './contract.ts'
import { RollPreview } from './RollPreview.tsx'
import { useDeskTexts } from './texts/order.ts'

export const RollPage = ({ order, id }: { readonly order: string; readonly id: string | undefined }) => {
  const t = useDeskTexts().roll
  const [, navigate] = useLocation()
  const heading = usePage(t.title, id ?? '')
  return (
    <>
      <h1 ref={heading} tabIndex={-1}>
        {t.title}
      </h1>
      {id === undefined ? (
        <ChooseFile order={order} onUploaded={(roll) => navigate(`/albo/${roll.id}`)} />
      ) : (
        <Uploaded key={id} order={order} id={id} />
      )}
    </>
  )
}

const PERCENT = 100

const ChooseFile = ({
  order,
  onUploaded,
}: {
  readonly order: string
  readonly onUploaded: (roll: RollImport) => void
}) => {
  const t = useDeskTexts().roll
  const [part, setPart] = useState(0)
  const [dragged, setDragged] = useState(false)
  const send = useAction(async (file: File) => {
    setPart(0)
    onUploaded(
      await sendFile<RollImport>(withFileName('/orders/:order/roll', file.name), { order }, file, setPart).done,
    )
  })
  const take = (file: File | undefined): void => {
    if (file) void send.run(file)
  }
  const drop = (event: DragEvent): void => {
    event.preventDefault()
    setDragged(false)
    take(event.dataTransfer.files[0])
  }
  return (
    <>
      <Steps names={t.steps} now={0} />
      <p className="lead">{t.lead}</p>
      <p>{t.nothingYet}</p>
      <ProblemAlert problem={send.problem} />
      <div className="cl-field">
        <span className="cl-label" id="roll-label">
          {t.file}
        </span>
        <p className="cl-hint" id="roll-hint">
          {t.fileHint}
        </p>
        {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way beside the button */}
        <div
          className={`cl-file${dragged ? ' cl-dragged' : ''}`}
          onDragOver={(event) => {
            event.preventDefault()
            setDragged(true)
          }}
          onDragLeave={() => setDragged(false)}
          onDrop={drop}
        >
          <div aria-live="polite">
            {send.busy && (
              <>
                <p>{part < 1 ? t.sending(Math.floor(part * PERCENT)) : t.reading}</p>
                <progress value={part} max={1} aria-label={t.file} />
              </>
            )}
          </div>
          {!send.busy && (
            <>
              <input
                type="file"
                id="roll-file"
                aria-describedby="roll-hint"
                accept=".csv,.xlsx,.txt,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
                onChange={(event) => {
                  take(event.target.files?.[0])
                  event.target.value = '' // the same file may be chosen again
                }}
              />
              <label className="btn btn-primary btn-small" htmlFor="roll-file">
                <Icon of={upload} />
                {t.choose}
              </label>
              <p className="cl-muted mb-0 mt-2">{t.dropHint}</p>
            </>
          )}
        </div>
      </div>
    </>
  )
}

const Uploaded = ({ order, id }: { readonly order: string; readonly id: string }) => {
  const t = useDeskTexts().roll
  const { data, problem, reload, set } = useResource(`roll ${order} ${id}`, (signal) =>
    ask('GET /orders/:order/roll/:import', { params: { order, import: id }, signal }),
  )
  if (!data) return problem ? <ProblemAlert problem={problem} onRetry={reload} /> : <Loading />
  if (data.state === 'uploaded') return <RollPreview order={order} roll={data} onChange={set} />
  return (
    <>
      <Steps names={t.steps} now={2} />
      {data.state === 'applying' && (
        <Alert kind="info" live>
          <p>{t.applying}</p>
        </Alert>
      )}
      {data.state === 'failed' && (
        <Alert kind="danger" title={t.failed} live>
          <p>{t.failedLead}</p>
        </Alert>
      )}
      {data.state === 'applied' && (
        <Alert kind="success" title={t.doneTitle} live>
          <p>{t.doneLead(showNumber(data.counts.added), showNumber(data.counts.changed))}</p>
        </Alert>
      )}
      <RollPreview order={order} roll={data} onChange={set} />
      <div className="cl-actions">
        <LinkButton href="/iscritti?exception=noDomicile">{t.toMembers}</LinkButton>
        <LinkButton href="/albo" look="outline-primary">
          {t.another}
        </LinkButton>
      </div>
    </>
  )
}
