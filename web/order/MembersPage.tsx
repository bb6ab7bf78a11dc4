// The members: filters, search and order in the address, pages on demand, a selection that outlives filters.
import plus from 'icon:plus-circle'
import { useMemo } from 'react'
import { Link, useSearch } from 'wouter'
import { ask } from '../staff/ask.ts'
import { oneOf, useFilters, usePages } from '../staff/filters.ts'
import { ActionLink } from '../staff/Guarded.tsx'
import { More } from '../staff/More.tsx'
import { useMay } from '../staff/session.tsx'
import { useWords, wordOf } from '../staff/texts/words.ts'
import { showDay, showNumber } from '../ui/format.ts'
import { usePage } from '../ui/hooks.ts'
import { Badge, Table } from '../ui/Parts.tsx'
import { EXCEPTION_ORDER, type MemberRow, type MembersPageReply, nameOf } from './contract.ts'
import { MemberFilters } from './MemberFilters.tsx'
import { SelectionBar } from './SelectionBar.tsx'
import { useSelection } from './selection.ts'
import { useOrderTexts } from './texts/order.ts'

export const FILTERS = ['q', 'exception', 'status', 'section', 'sort'] as const
export type MemberFilterValues = Readonly<Record<(typeof FILTERS)[number], string>>

/** The filters of the address as the API takes them: what it does not know is left out. */
export const queryOf = (filters: MemberFilterValues) => ({
  exception: oneOf(filters.exception, [...EXCEPTION_ORDER, 'any'] as const),
  status: oneOf(filters.status, ['active', 'suspended', 'cancelled', 'transferred', 'deceased'] as const),
  section: oneOf(filters.section, ['physician', 'dentist', 'both'] as const),
  q: filters.q.trim() || undefined,
})

export const MembersPage = ({ order }: { readonly order: string }) => {
  const t = useOrderTexts()
  const heading = usePage(t.members.title)
  const may = useMay(order)
  const [filters, change] = useFilters(FILTERS)
  const search = useSearch()
  const query = queryOf(filters)
  const sort = oneOf(filters.sort, ['name', 'number'] as const)
  const list = usePages<MemberRow, MembersPageReply>(`members ${order} ${search}`, (page, signal) =>
    ask('GET /orders/:order/members', { params: { order }, query: { ...query, sort, ...page }, signal }),
  )
  const total = list.first?.total ?? (list.first && !list.hasMore ? list.items?.length : undefined)
  return (
    <>
      <div className="cl-split">
        <h1 ref={heading} tabIndex={-1}>
          {t.members.title}
        </h1>
        <ActionLink why={may('members.write')} href="/iscritti/nuovo" look="outline-primary" small icon={plus}>
          {t.members.add}
        </ActionLink>
      </div>
      <MemberFilters key={search} order={order} filters={filters} query={query} onChange={change} />
      <SelectionBar order={order} items={list.items ?? []} total={total} query={query} />
      {list.items && <MembersTable order={order} items={list.items} total={total} />}
      <More list={list} />
    </>
  )
}

const MembersTable = ({
  order,
  items,
  total,
}: {
  readonly order: string
  readonly items: readonly MemberRow[]
  readonly total: number | undefined
}) => {
  const t = useOrderTexts()
  const { selection, add, remove } = useSelection(order)
  const columns = useMemo(
    () => [
      {
        key: 'select',
        label: <span className="visually-hidden">{t.members.select}</span>,
        cell: (row: MemberRow) => (
          <label className="cl-tick">
            <input
              type="checkbox"
              checked={selection.has(row.id)}
              onChange={(event) => (event.target.checked ? add([[row.id, nameOf(row)]]) : remove([row.id]))}
            />
            <span className="visually-hidden">{t.members.selectOf(nameOf(row))}</span>
          </label>
        ),
      },
      { key: 'name', label: t.members.name, heading: true, cell: (row: MemberRow) => <Name row={row} /> },
      { key: 'number', label: t.members.number, cell: (row: MemberRow) => row.number || '—' },
      { key: 'domicile', label: t.members.domicile, cell: (row: MemberRow) => <Domicile row={row} /> },
      { key: 'situation', label: t.members.situation, cell: (row: MemberRow) => <Situation row={row} /> },
    ],
    [t, selection, add, remove],
  )
  return (
    <Table
      caption={total === undefined ? t.members.captionUnknown : t.members.caption(showNumber(total))}
      columns={columns}
      rows={items}
      rowKey={(row) => row.id}
      empty={<p>{t.members.empty}</p>}
    />
  )
}

const Name = ({ row }: { readonly row: MemberRow }) => {
  const words = useWords()
  return (
    <>
      <Link href={`/iscritti/${row.id}`}>{nameOf(row)}</Link>
      <br />
      <span className="cl-code cl-one-line cl-muted fw-normal">{row.fiscalCode}</span>
      <br />
      <span className="cl-muted fw-normal">{wordOf(words.sections, row.section)}</span>
    </>
  )
}

const Domicile = ({ row }: { readonly row: MemberRow }) => {
  const t = useOrderTexts()
  const words = useWords()
  if (!row.domicile) return <span className="cl-muted">{t.members.noDomicile}</span>
  return (
    <>
      <span className="cl-address">{row.domicile.address}</span>
      <br />
      <span className="cl-muted">{wordOf(words.domiciles, row.domicile.state)}</span>
    </>
  )
}

/** Colours follow what is at stake: mail that is not delivered, then dates, then what waits. */
const KINDS: Readonly<Record<string, 'bad' | 'wait' | 'plain'>> = {
  full: 'bad',
  expired: 'bad',
  suspended: 'bad',
  expiring: 'wait',
  unread: 'wait',
  noDomicile: 'wait',
}

export const Situation = ({ row }: { readonly row: MemberRow }) => {
  const t = useOrderTexts()
  const words = useWords()
  const off = row.status !== 'active'
  return (
    <div className="cl-badges">
      {off && <Badge kind="bad">{wordOf(words.statuses, row.status)}</Badge>}
      {row.exceptions.map((kind) => (
        <Badge key={kind} kind={KINDS[kind] ?? 'plain'}>
          {t.exceptions[kind]?.name ?? kind}
          {kind === 'expiring' && row.box && <>: {showDay(row.box.expiresAt)}</>}
          {kind === 'enrolling' && row.enrolment && <>: {wordOf(words.enrolments, row.enrolment.state)}</>}
        </Badge>
      ))}
      {row.exceptions.length === 0 && !off && <Badge kind="ok">{t.members.inOrder}</Badge>}
      {row.invitedAt && !row.enrolment && !row.box && (
        <span className="cl-muted">{t.members.invited(showDay(row.invitedAt))}</span>
      )}
    </div>
  )
}
