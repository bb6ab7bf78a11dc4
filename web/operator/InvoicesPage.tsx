// Invoices of the provider: first the purchases that could not be invoiced, then all documents with their files.
import { type FormEvent, useState } from 'react'
import { Link, useSearch } from 'wouter'
import { type ExchangeEvent, exchangeMachine } from '../../src/core/billing/exchange.ts'
import { ask, keepFile } from '../staff/ask.ts'
import { oneOf, useFilters, usePages } from '../staff/filters.ts'
import { More } from '../staff/More.tsx'
import { useMay } from '../staff/session.tsx'
import { wordOf } from '../staff/texts/words.ts'
import { Alert, ProblemAlert } from '../ui/Alert.tsx'
import type { Reply } from '../ui/api.ts'
import { Button } from '../ui/Button.tsx'
import { RadioGroup, SelectField, TextArea } from '../ui/Field.tsx'
import { showDay, showEuro, showNumber } from '../ui/format.ts'
import { useAction, usePage, useResource } from '../ui/hooks.ts'
import { Badge, Dialog, Table } from '../ui/Parts.tsx'
import { useCommon } from '../ui/texts/common.ts'
import { useBillingTexts } from './texts/operator.ts'

type List = Reply<'GET /operator/invoices'>
type Row = List['items'][number]
type Withheld = Reply<'GET /operator/purchases/withheld'>['items'][number]

const NAMES = ['year', 'state', 'order'] as const
type Values = Readonly<Record<(typeof NAMES)[number], string>>
const STATES = ['toSend', 'sent', 'delivered', 'madeAvailable', 'rejected'] as const
const EVENTS: readonly ExchangeEvent[] = ['send', 'deliver', 'makeAvailable', 'reject']
const FIRST_YEAR = 2026

export const InvoicesPage = () => {
  const t = useBillingTexts()
  const heading = usePage(t.title)
  const [filters, change] = useFilters(NAMES)
  const search = useSearch()
  const [told, setTold] = useState('')
  const [chosen, setChosen] = useState<Row>()
  const list = usePages<Row, List>(`invoices ${search}`, (page, signal) =>
    ask('GET /operator/invoices', {
      query: {
        year: /^2\d{3}$/.test(filters.year) ? Number(filters.year) : undefined,
        state: oneOf(filters.state, STATES),
        order: filters.order || undefined,
        ...page,
      },
      signal,
    }),
  )
  return (
    <>
      <h1 ref={heading} tabIndex={-1}>
        {t.title}
      </h1>
      <p className="lead">{t.lead}</p>
      <WithheldList />
      <section aria-labelledby="invoices-title">
        <h2 id="invoices-title">{t.listTitle}</h2>
        <Filters key={search} filters={filters} onChange={change} />
        <div role="status">{told && <Alert kind="success">{told}</Alert>}</div>
        {list.items && <InvoiceTable items={list.items} onNote={setChosen} />}
        <More list={list} />
      </section>
      <Dialog
        open={chosen !== undefined}
        title={chosen ? t.noteTitle(chosen.number) : ''}
        onClose={() => setChosen(undefined)}
      >
        {chosen && (
          <Note
            row={chosen}
            onCancel={() => setChosen(undefined)}
            onDone={(state) => {
              setTold(t.saved(chosen.number, wordOf(t.states, state)))
              setChosen(undefined)
              list.reload()
            }}
          />
        )}
      </Dialog>
    </>
  )
}

const WithheldList = () => {
  const t = useBillingTexts().withheld
  const { data, problem, reload } = useResource('withheld', (signal) =>
    ask('GET /operator/purchases/withheld', { signal }),
  )
  if (problem) return <ProblemAlert problem={problem} onRetry={reload} />
  if (!data || data.items.length === 0) return null
  return (
    <section aria-labelledby="withheld-title">
      <h2 id="withheld-title">{t.title(showNumber(data.items.length))}</h2>
      <Alert kind="warning">
        <p>{t.lead}</p>
      </Alert>
      <Table<Withheld>
        caption={t.caption}
        rows={data.items}
        rowKey={(row) => row.id}
        columns={[
          { key: 'since', label: t.since, heading: true, cell: (row) => showDay(row.orderedAt) },
          { key: 'payer', label: t.payer, cell: (row) => wordOf(t.payers, row.payer) },
          { key: 'price', label: t.price, number: true, cell: (row) => showEuro(row.priceCents) },
          {
            key: 'wants',
            label: t.wants,
            cell: (row) => row.wants.map((want) => wordOf(t.want, want)).join(', ') || '—',
          },
          { key: 'mend', label: t.mend, cell: (row) => <Mend row={row} /> },
        ]}
      />
    </section>
  )
}

/** Where the data of the payer are. */
const Mend = ({ row }: { readonly row: Withheld }) => {
  const t = useBillingTexts().withheld
  return row.payer === 'member' && row.caseNumber ? (
    <Link href={`/pratiche/${encodeURIComponent(row.caseNumber)}`}>{t.inCase(row.caseNumber)}</Link>
  ) : (
    <Link href={`/ordini/${encodeURIComponent(row.order)}`}>{t.inOrder(row.order)}</Link>
  )
}

const Filters = ({ filters, onChange }: { readonly filters: Values; readonly onChange: (values: Values) => void }) => {
  const t = useBillingTexts()
  const [typed, setTyped] = useState(filters)
  const orders = useResource('orders', (signal) => ask('GET /operator/orders', { signal }))
  const now = new Date().getFullYear()
  const years = Array.from({ length: Math.max(1, now - FIRST_YEAR + 1) }, (_, index) => String(now - index))
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    onChange(typed)
  }
  return (
    <search>
      <form className="cl-filters" onSubmit={submit}>
        <SelectField
          label={t.state}
          value={typed.state}
          placeholder={t.everyState}
          choices={STATES.map((value) => ({ value, label: wordOf(t.states, value) }))}
          onChange={(state) => setTyped({ ...typed, state })}
        />
        <SelectField
          label={t.order}
          value={typed.order}
          placeholder={t.everyOrder}
          choices={(orders.data?.items ?? []).map((one) => ({ value: one.code, label: one.name }))}
          onChange={(order) => setTyped({ ...typed, order })}
        />
        <SelectField
          label={t.year}
          value={typed.year}
          placeholder={t.everyYear}
          choices={years.map((one) => ({ value: one, label: one }))}
          onChange={(year) => setTyped({ ...typed, year })}
        />
        <div className="cl-row">
          <Button type="submit">{t.show}</Button>
          {Object.values(filters).some((value) => value !== '') && (
            <Button look="outline-primary" onClick={() => onChange({ year: '', state: '', order: '' })}>
              {t.clear}
            </Button>
          )}
        </div>
      </form>
    </search>
  )
}

type OnNote = { readonly onNote: (row: Row) => void }

const InvoiceTable = ({ items, onNote }: { readonly items: readonly Row[] } & OnNote) => {
  const t = useBillingTexts()
  return (
    <Table
      caption={t.caption}
      rows={items}
      rowKey={(row) => row.id}
      empty={<p>{t.empty}</p>}
      columns={[
        {
          key: 'number',
          label: t.number,
          heading: true,
          cell: (row) => (
            <>
              <span className="cl-one-line">{row.number}</span>
              <br />
              <span className="cl-muted fw-normal">{wordOf(t.kinds, row.kind)}</span>{' '}
              {row.reversed && row.kind === 'TD01' && <Badge kind="plain">{t.reversed}</Badge>}
            </>
          ),
        },
        { key: 'date', label: t.date, cell: (row) => showDay(row.dated) },
        {
          key: 'payer',
          label: t.payer,
          cell: (row) => (
            <>
              {row.payerName}
              <br />
              <span className="cl-muted">
                {row.payer === 'member' ? row.order : t.forWhom(row.member)}
                {row.caseNumber && (
                  <>
                    {', '}
                    <Link className="cl-code cl-one-line" href={`/pratiche/${encodeURIComponent(row.caseNumber)}`}>
                      {row.caseNumber}
                    </Link>
                  </>
                )}
              </span>
            </>
          ),
        },
        {
          key: 'total',
          label: t.total,
          number: true,
          cell: (row) => (
            <>
              <strong>{showEuro(row.totalCents)}</strong>
              <br />
              <span className="cl-muted">
                {t.parts(showEuro(row.netCents), showEuro(row.vatCents))}
                {row.stampCents > 0 && t.stamp(showEuro(row.stampCents))}
              </span>
            </>
          ),
        },
        { key: 'state', label: t.state, cell: (row) => <Exchange row={row} onNote={onNote} /> },
        { key: 'files', label: t.files, cell: (row) => <Files row={row} /> },
      ]}
    />
  )
}

const KINDS = { toSend: 'wait', sent: 'wait', delivered: 'ok', madeAvailable: 'ok', rejected: 'bad' } as const

/** The state, and what may be noted of it by those who may. */
const Exchange = ({ row, onNote }: { readonly row: Row } & OnNote) => {
  const t = useBillingTexts()
  const mayNote = useMay()('billing.write') === undefined
  const isEnd = EVENTS.every((event) => exchangeMachine.next(row.exchangeState, event) === undefined)
  return (
    <>
      <Badge kind={KINDS[row.exchangeState]}>{wordOf(t.states, row.exchangeState)}</Badge>
      {mayNote && !isEnd && (
        <div className="mt-2">
          <Button look="outline-primary" small aria-label={t.noteOf(row.number)} onClick={() => onNote(row)}>
            {t.note}
          </Button>
        </div>
      )}
    </>
  )
}

const Files = ({ row }: { readonly row: Row }) => {
  const t = useBillingTexts()
  const params = { invoice: row.id }
  // The exchange system wants the file under this very name.
  const xml = useAction(async () =>
    keepFile(await ask('GET /operator/invoices/:invoice/xml', { params }), row.fileName),
  )
  const pdf = useAction(async () =>
    keepFile(await ask('GET /operator/invoices/:invoice/pdf', { params }), row.fileName.replace(/\.xml$/, '.pdf')),
  )
  return (
    <>
      <div className="cl-row cl-tight cl-nowrap">
        {(
          [
            [xml, t.xml, t.xmlOf],
            [pdf, t.pdf, t.pdfOf],
          ] as const
        ).map(([file, name, nameOf]) => (
          <Button
            key={name}
            look="outline-primary"
            small
            busy={file.busy}
            aria-label={nameOf(row.number)}
            onClick={() => void file.run()}
          >
            {name}
          </Button>
        ))}
      </div>
      <ProblemAlert problem={xml.problem ?? pdf.problem} />
    </>
  )
}

const Note = ({
  row,
  onCancel,
  onDone,
}: {
  readonly row: Row
  readonly onCancel: () => void
  readonly onDone: (state: string) => void
}) => {
  const t = useBillingTexts()
  const common = useCommon()
  const possible = EVENTS.filter((event) => exchangeMachine.next(row.exchangeState, event) !== undefined)
  const [event, setEvent] = useState<string>(possible.length === 1 ? possible[0]! : '')
  const [words, setWords] = useState('')
  const [tried, setTried] = useState(false)
  const known = oneOf(event, possible)
  const note = useAction(async () => {
    if (!known) return
    const { exchangeState } = await ask('POST /operator/invoices/:invoice/exchange', {
      params: { invoice: row.id },
      body: { event: known, ...(words.trim() ? { note: words.trim() } : {}) },
    })
    onDone(exchangeState)
  })
  const submit = (given: FormEvent): void => {
    given.preventDefault()
    setTried(true)
    if (known) void note.run()
  }
  return (
    <form onSubmit={submit} noValidate>
      <ProblemAlert problem={note.problem} />
      <RadioGroup
        legend={t.state}
        name="event"
        value={event}
        error={tried && !known ? t.eventMissing : undefined}
        choices={possible.map((value) => ({ value, label: wordOf(t.events, value) }))}
        onChange={setEvent}
      />
      <TextArea label={t.words} rows={2} maxLength={500} value={words} optional onChange={setWords} />
      <div className="cl-actions">
        <Button type="submit" busy={note.busy}>
          {t.save}
        </Button>
        <Button look="outline-primary" onClick={onCancel}>
          {common.cancel}
        </Button>
      </div>
    </form>
  )
}
