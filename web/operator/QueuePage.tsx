// The queue: oldest first, with the age in working days; filters in the address, j and k to go through it.
import { type FormEvent, useRef, useState } from 'react'
import { Link, useSearch } from 'wouter'
import { ask } from '../staff/ask.ts'
import { oneOf, useFilters, usePages } from '../staff/filters.ts'
import { More } from '../staff/More.tsx'
import { useWords, wordOf } from '../staff/texts/words.ts'
import { Button, LinkButton } from '../ui/Button.tsx'
import { SelectField, TextField } from '../ui/Field.tsx'
import { showInstant, showNumber } from '../ui/format.ts'
import { usePage, useResource } from '../ui/hooks.ts'
import { Badge, Table } from '../ui/Parts.tsx'
import { type CaseList, type CaseRow, personOf } from './contract.ts'
import { ShortcutSheet } from './shortcuts.tsx'
import { useOperatorTexts } from './texts/operator.ts'

const NAMES = ['q', 'state', 'order'] as const
export const CASE_STATES = [
  'awaitingReview',
  'awaitingDocument',
  'approved',
  'active',
  'draft',
  'refused',
  'withdrawn',
  'lapsed',
  'ended',
] as const

export const QueuePage = () => {
  const t = useOperatorTexts()
  const [filters, change] = useFilters(NAMES)
  const search = useSearch()
  const state = oneOf(filters.state, CASE_STATES)
  const isQueue = filters.q === '' && (state === undefined || state === 'awaitingReview')
  const heading = usePage(isQueue ? t.queue.title : t.queue.titleAll)
  const list = usePages<CaseRow, CaseList>(`cases ${search}`, (page, signal) =>
    ask('GET /operator/cases', {
      query: { state, order: filters.order || undefined, q: filters.q.trim() || undefined, ...page },
      signal,
    }),
  )
  const table = useRef<HTMLDivElement>(null)
  const step = (by: number): void => {
    const links = [...(table.current?.querySelectorAll<HTMLAnchorElement>('tbody th a') ?? [])]
    const now = links.indexOf(document.activeElement as HTMLAnchorElement)
    links[Math.min(links.length - 1, Math.max(0, now === -1 ? 0 : now + by))]?.focus()
  }
  const first = list.items?.[0]
  return (
    <>
      <div className="cl-split">
        <h1 ref={heading} tabIndex={-1}>
          {isQueue ? t.queue.title : t.queue.titleAll}
        </h1>
        <ShortcutSheet
          keys={{ j: () => step(1), k: () => step(-1), '/': () => document.getElementById('case-search')?.focus() }}
        />
      </div>
      {isQueue && list.first && <Counts waiting={list.first.waiting} late={list.first.late} />}
      {isQueue && first && (
        <p>
          <LinkButton href={`/pratiche/${encodeURIComponent(first.caseNumber)}`}>{t.queue.begin}</LinkButton>
        </p>
      )}
      <Filters key={search} filters={filters} onChange={change} />
      <div ref={table}>{list.items && <CaseTable items={list.items} isQueue={isQueue} />}</div>
      <More list={list} />
    </>
  )
}

const Counts = ({ waiting, late }: { readonly waiting: number; readonly late: number }) => {
  const t = useOperatorTexts()
  if (waiting === 0) return <p className="lead">{t.queue.nothing}</p>
  return (
    <p className="lead">
      {t.queue.waiting(showNumber(waiting))}
      {': '}
      {late > 0 ? <Badge kind="bad">{t.queue.late(showNumber(late))}</Badge> : t.queue.noneLate}
    </p>
  )
}

type Values = Readonly<Record<(typeof NAMES)[number], string>>

const Filters = ({ filters, onChange }: { readonly filters: Values; readonly onChange: (values: Values) => void }) => {
  const t = useOperatorTexts()
  const words = useWords()
  const [typed, setTyped] = useState(filters)
  const orders = useResource('orders', (signal) => ask('GET /operator/orders', { signal }))
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    onChange({ ...typed, q: typed.q.trim() })
  }
  return (
    <search>
      <form className="cl-filters" onSubmit={submit}>
        <TextField
          id="case-search"
          label={t.queue.search}
          type="search"
          value={typed.q}
          maxLength={100}
          autoComplete="off"
          onChange={(q) => setTyped({ ...typed, q })}
        />
        <SelectField
          label={t.queue.state}
          value={typed.state}
          choices={[
            { value: '', label: t.queue.toReview },
            ...CASE_STATES.slice(1).map((value) => ({ value, label: wordOf(words.enrolments, value) })),
          ]}
          onChange={(state) => setTyped({ ...typed, state })}
        />
        <SelectField
          label={t.queue.order}
          value={typed.order}
          placeholder={t.queue.everyOrder}
          choices={(orders.data?.items ?? []).map((one) => ({ value: one.code, label: one.name }))}
          onChange={(order) => setTyped({ ...typed, order })}
        />
        <div className="cl-row">
          <Button type="submit">{t.queue.show}</Button>
          {Object.values(filters).some((value) => value !== '') && (
            <Button look="outline-primary" onClick={() => onChange({ q: '', state: '', order: '' })}>
              {t.queue.clear}
            </Button>
          )}
        </div>
      </form>
    </search>
  )
}

/** The age of a case, as its clock of working days tells it. */
export const Age = ({ row }: { readonly row: CaseRow }) => {
  const t = useOperatorTexts()
  const days = Math.floor(row.ageDays)
  return (
    <>
      {days < 1 ? t.queue.today : t.queue.days(showNumber(days))}{' '}
      {row.late && <Badge kind="bad">{t.queue.isLate}</Badge>}
    </>
  )
}

const CaseTable = ({ items, isQueue }: { readonly items: readonly CaseRow[]; readonly isQueue: boolean }) => {
  const t = useOperatorTexts()
  const words = useWords()
  return (
    <Table
      caption={t.queue.caption}
      rows={items}
      rowKey={(row) => row.caseNumber}
      empty={<p>{isQueue ? t.queue.nothing : t.queue.empty}</p>}
      columns={[
        {
          key: 'number',
          label: t.queue.number,
          heading: true,
          cell: (row) => (
            <Link className="cl-code cl-one-line" href={`/pratiche/${encodeURIComponent(row.caseNumber)}`}>
              {row.caseNumber}
            </Link>
          ),
        },
        {
          key: 'who',
          label: t.queue.who,
          cell: (row) => (
            <>
              {personOf(row)}
              <br />
              <span className="cl-code cl-one-line cl-muted">{row.fiscalCode}</span>
            </>
          ),
        },
        {
          key: 'convention',
          label: t.queue.convention,
          cell: (row) => (
            <>
              {row.order}
              <br />
              <span className="cl-muted">{row.convention}</span>
            </>
          ),
        },
        { key: 'age', label: t.queue.age, cell: (row) => (row.state === 'awaitingReview' ? <Age row={row} /> : '—') },
        { key: 'sent', label: t.queue.sent, cell: (row) => (row.submittedAt ? showInstant(row.submittedAt) : '—') },
        {
          key: 'state',
          label: t.queue.state,
          cell: (row) => (
            <Badge kind={row.state === 'active' ? 'ok' : row.state === 'refused' ? 'bad' : 'wait'}>
              {row.firstApproval && row.state === 'awaitingReview'
                ? t.queue.second
                : wordOf(words.enrolments, row.state)}
            </Badge>
          ),
        },
      ]}
    />
  )
}
