// The queue of the help desk: what is due first, filters in the address, j and k to go through it.
import { type FormEvent, useRef, useState } from 'react'
import { Link, useSearch } from 'wouter'
import { ask } from '../staff/ask.ts'
import { oneOf, useFilters, usePages } from '../staff/filters.ts'
import { More } from '../staff/More.tsx'
import type { Reply } from '../ui/api.ts'
import { Button, LinkButton } from '../ui/Button.tsx'
import { SelectField, TextField } from '../ui/Field.tsx'
import { showInstant, showNumber } from '../ui/format.ts'
import { StateBadge } from '../ui/help/TicketThread.tsx'
import { CATEGORIES } from '../ui/help/tickets.ts'
import { usePage } from '../ui/hooks.ts'
import { Badge, Table } from '../ui/Parts.tsx'
import { useTicketTexts } from '../ui/texts/tickets.ts'
import { HealthFinder } from './AccountHealth.tsx'
import { ShortcutSheet } from './shortcuts.tsx'
import { useDeskTexts } from './texts/operator.ts'

type List = Reply<'GET /operator/tickets'>
type Row = List['items'][number]

const NAMES = ['q', 'which', 'category', 'assignee'] as const
const WHICHES = ['due', 'waitingForYou', 'settled', 'all'] as const

export const TicketQueue = () => {
  const t = useDeskTexts()
  const [filters, change] = useFilters(NAMES)
  const search = useSearch()
  const heading = usePage(t.title)
  const which = oneOf(filters.which, WHICHES) ?? (filters.q === '' ? 'due' : 'all')
  const list = usePages<Row, List>(`tickets ${search}`, (page, signal) =>
    ask('GET /operator/tickets', {
      query: {
        which,
        category: oneOf(filters.category, CATEGORIES),
        assignee: oneOf(filters.assignee, ['me', 'nobody'] as const),
        q: filters.q.trim() || undefined,
        ...page,
      },
      signal,
    }),
  )
  const table = useRef<HTMLDivElement>(null)
  const step = (by: number): void => {
    const links = [...(table.current?.querySelectorAll<HTMLAnchorElement>('tbody th a') ?? [])]
    const now = links.indexOf(document.activeElement as HTMLAnchorElement)
    links[Math.min(links.length - 1, Math.max(0, now === -1 ? 0 : now + by))]?.focus()
  }
  const first = which === 'due' ? list.items?.[0] : undefined
  return (
    <>
      <div className="cl-split">
        <h1 ref={heading} tabIndex={-1}>
          {t.title}
        </h1>
        <ShortcutSheet
          list={t.keys}
          keys={{ j: () => step(1), k: () => step(-1), '/': () => document.getElementById('ticket-search')?.focus() }}
        />
      </div>
      {list.first && <Counts waiting={list.first.waiting} late={list.first.late} />}
      <div className="cl-row">
        {first && <LinkButton href={`/assistenza/${first.number}`}>{t.begin}</LinkButton>}
        <LinkButton href="/assistenza/risposte" look="outline-primary">
          {t.canned}
        </LinkButton>
        <HealthFinder />
      </div>
      <Filters key={search} filters={filters} which={which} onChange={change} />
      <div ref={table}>{list.items && <TicketTable items={list.items} plain={search === ''} />}</div>
      <More list={list} />
    </>
  )
}

const Counts = ({ waiting, late }: { readonly waiting: number; readonly late: number }) => {
  const t = useDeskTexts()
  if (waiting === 0) return <p className="lead">{t.nothing}</p>
  return (
    <p className="lead">
      {t.waiting(showNumber(waiting))}
      {', '}
      {late > 0 ? <Badge kind="bad">{t.late(showNumber(late))}</Badge> : t.noneLate}
    </p>
  )
}

type Values = Readonly<Record<(typeof NAMES)[number], string>>

const Filters = ({
  filters,
  which,
  onChange,
}: {
  readonly filters: Values
  readonly which: string
  readonly onChange: (values: Values) => void
}) => {
  const t = useDeskTexts()
  const words = useTicketTexts()
  const [typed, setTyped] = useState({ ...filters, which })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    onChange({ ...typed, q: typed.q.trim(), which: typed.which === 'due' && typed.q.trim() === '' ? '' : typed.which })
  }
  return (
    <search>
      <form className="cl-filters" onSubmit={submit}>
        <TextField
          id="ticket-search"
          label={t.search}
          hint={t.searchHint}
          type="search"
          value={typed.q}
          maxLength={100}
          autoComplete="off"
          onChange={(q) => setTyped({ ...typed, q })}
        />
        <SelectField
          label={t.which}
          value={typed.which}
          choices={WHICHES.map((value) => ({ value, label: t.whiches[value] ?? value }))}
          onChange={(value) => setTyped({ ...typed, which: value })}
        />
        <SelectField
          label={t.category}
          value={typed.category}
          placeholder={t.anyCategory}
          choices={CATEGORIES.map((value) => ({ value, label: words.categories[value] ?? value }))}
          onChange={(category) => setTyped({ ...typed, category })}
        />
        <SelectField
          label={t.assignee}
          value={typed.assignee}
          placeholder={t.anyone}
          choices={[
            { value: 'me', label: t.mine },
            { value: 'nobody', label: t.nobodys },
          ]}
          onChange={(assignee) => setTyped({ ...typed, assignee })}
        />
        <div className="cl-row">
          <Button type="submit">{t.show}</Button>
          {Object.values(filters).some((value) => value !== '') && (
            <Button look="outline-primary" onClick={() => onChange({ q: '', which: '', category: '', assignee: '' })}>
              {t.clear}
            </Button>
          )}
        </div>
      </form>
    </search>
  )
}

const TicketTable = ({ items, plain }: { readonly items: readonly Row[]; readonly plain: boolean }) => {
  const t = useDeskTexts()
  const words = useTicketTexts()
  return (
    <Table
      caption={t.title}
      rows={items}
      rowKey={(row) => row.number}
      empty={<p>{plain ? t.nothing : t.empty}</p>}
      columns={[
        {
          key: 'number',
          label: t.number,
          heading: true,
          cell: (row) => (
            <Link className="cl-code cl-one-line" href={`/assistenza/${row.number}`}>
              {row.number}
            </Link>
          ),
        },
        {
          key: 'subject',
          label: t.subject,
          cell: (row) => (
            <>
              {row.subject}
              <br />
              <span className="cl-muted">{words.categories[row.category]}</span>
            </>
          ),
        },
        {
          key: 'who',
          label: t.who,
          cell: (row) => (
            <>
              {row.name}
              <br />
              <span className="cl-muted">{row.order ?? t.openers[row.opener]}</span>
            </>
          ),
        },
        {
          key: 'due',
          label: t.due,
          cell: (row) => (
            <>
              {row.dueAt ? showInstant(row.dueAt) : '—'} {row.late && <Badge kind="bad">{t.isLate}</Badge>}
            </>
          ),
        },
        { key: 'assignee', label: t.assignedTo, cell: (row) => row.assignee?.name ?? t.nobody },
        { key: 'state', label: t.state, cell: (row) => <StateBadge state={row.state} /> },
      ]}
    />
  )
}
