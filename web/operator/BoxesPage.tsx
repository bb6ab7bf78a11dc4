// Boxes under conventions: found by search; suspended, resumed, renewed, closed in words.
import { type FormEvent, useState } from 'react'
import { ask } from '../staff/ask.ts'
import { EventList } from '../staff/EventList.tsx'
import { useFilters } from '../staff/filters.ts'
import { ActionButton } from '../staff/Guarded.tsx'
import { useWords, wordOf } from '../staff/texts/words.ts'
import { Alert, ProblemAlert } from '../ui/Alert.tsx'
import { Button } from '../ui/Button.tsx'
import { TextArea, TextField } from '../ui/Field.tsx'
import { showBytes, showDay, showNumber } from '../ui/format.ts'
import { useAction, usePage, useResource } from '../ui/hooks.ts'
import { Badge, Dialog, Facts, Loading } from '../ui/Parts.tsx'
import { useCommon } from '../ui/texts/common.ts'
import type { BoxRow } from './contract.ts'
import { useOfficeTexts } from './texts/operator.ts'

const NAMES = ['q'] as const
const CHANGES = ['suspend', 'resume', 'renew', 'close'] as const
type Change = (typeof CHANGES)[number]

/** States from which each may be done. */
const FROM: Readonly<Record<Change, readonly string[]>> = {
  suspend: ['active'],
  resume: ['suspended'],
  renew: ['active', 'expired'],
  close: ['active', 'suspended', 'expired'],
}

export const BoxesPage = () => {
  const t = useOfficeTexts().boxes
  const words = useWords()
  const heading = usePage(t.title)
  const [{ q }, change] = useFilters(NAMES)
  const [typed, setTyped] = useState(q)
  const [told, setTold] = useState('')
  const [chosen, setChosen] = useState<{ readonly box: BoxRow; readonly event: Change }>()
  const { data, problem, loading, reload } = useResource(`boxes ${q}`, async (signal) =>
    q.length < 2 ? undefined : ask('GET /operator/boxes', { query: { q }, signal }),
  )
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setTold('')
    change({ q: typed.trim() })
  }
  return (
    <>
      <h1 ref={heading} tabIndex={-1}>
        {t.title}
      </h1>
      <p className="lead">{t.lead}</p>
      <search>
        <form className="cl-filters" onSubmit={submit}>
          <TextField
            label={t.search}
            hint={t.searchHint}
            type="search"
            value={typed}
            maxLength={254}
            autoComplete="off"
            onChange={setTyped}
          />
          <div className="cl-row">
            <Button type="submit">{t.show}</Button>
          </div>
        </form>
      </search>
      <div role="status">{told && <Alert kind="success">{told}</Alert>}</div>
      <ProblemAlert problem={problem} onRetry={reload} />
      {loading && q.length >= 2 && !data && <Loading />}
      {data && (
        <p role="status">
          <strong>{data.items.length === 0 ? t.empty : t.caption(showNumber(data.items.length))}</strong>
        </p>
      )}
      {data?.items.map((box) => (
        <BoxCard key={box.address} box={box} onChoose={(event) => setChosen({ box, event })} />
      ))}
      <Dialog
        open={chosen !== undefined}
        title={chosen ? t.changeTitle(t.changes[chosen.event]!.name, chosen.box.address) : ''}
        onClose={() => setChosen(undefined)}
      >
        {chosen && (
          <ChangeBox
            address={chosen.box.address}
            event={chosen.event}
            onCancel={() => setChosen(undefined)}
            onDone={(state) => {
              setTold(t.changed(chosen.box.address, wordOf(words.boxes, state)))
              setChosen(undefined)
              reload()
            }}
          />
        )}
      </Dialog>
    </>
  )
}

const BoxCard = ({ box, onChoose }: { readonly box: BoxRow; readonly onChoose: (event: Change) => void }) => {
  const t = useOfficeTexts().boxes
  const words = useWords()
  return (
    <section className="cl-card" aria-label={box.address}>
      <h2 className="cl-address">{box.address}</h2>
      <Facts
        items={[
          { label: t.holder, value: box.holder },
          { label: t.order, value: box.order },
          {
            label: t.state,
            value: <Badge kind={box.state === 'active' ? 'ok' : 'bad'}>{wordOf(words.boxes, box.state)}</Badge>,
          },
          {
            label: t.expires,
            value: box.graceUntil
              ? `${showDay(box.expiresAt)} (${t.grace(showDay(box.graceUntil))})`
              : showDay(box.expiresAt),
          },
          { label: t.space, value: t.spaceOf(showBytes(box.usedBytes), showBytes(box.quotaBytes)) },
        ]}
      />
      <div className="cl-row cl-top">
        {CHANGES.map((event) => (
          <ActionButton
            key={event}
            why={FROM[event].includes(box.state) ? undefined : t.notNow[event]}
            look="outline-primary"
            small
            label={t.changeTitle(t.changes[event]!.name, box.address)}
            onClick={() => onChoose(event)}
          >
            {t.changes[event]!.name}
          </ActionButton>
        ))}
      </div>
      {box.events.length > 0 && (
        <details>
          <summary>{t.events}</summary>
          <EventList events={box.events} />
        </details>
      )}
    </section>
  )
}

const SHORTEST = 3

const ChangeBox = ({
  address,
  event,
  onCancel,
  onDone,
}: {
  readonly address: string
  readonly event: Change
  readonly onCancel: () => void
  readonly onDone: (state: string) => void
}) => {
  const t = useOfficeTexts().boxes
  const common = useCommon()
  const [reason, setReason] = useState('')
  const [tried, setTried] = useState(false)
  const isShort = reason.trim().length < SHORTEST
  const { name, means } = t.changes[event]!
  const change = useAction(async () => {
    const box = await ask('POST /operator/boxes/:address/changes', {
      params: { address },
      body: { event, reason: reason.trim() },
    })
    onDone(box.state)
  })
  const submit = (given: FormEvent): void => {
    given.preventDefault()
    setTried(true)
    if (isShort) document.getElementById('change-why')?.focus()
    else void change.run()
  }
  return (
    <form onSubmit={submit} noValidate>
      <p>{means}</p>
      <ProblemAlert problem={change.problem} />
      <TextArea
        id="change-why"
        label={t.why}
        hint={t.whyHint}
        rows={3}
        maxLength={1000}
        value={reason}
        error={tried && isShort ? t.whyMissing : undefined}
        onChange={setReason}
      />
      <div className="cl-actions">
        <Button type="submit" look={event === 'close' ? 'danger' : 'primary'} busy={change.busy}>
          {name}
        </Button>
        <Button look="outline-primary" onClick={onCancel}>
          {common.cancel}
        </Button>
      </div>
    </form>
  )
}
