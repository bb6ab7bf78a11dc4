// The trail of who did what, with its filters in the address. At an Order and at the provider alike.
import { type FormEvent, useState } from 'react'
import type { Reply } from '../ui/api.ts'
import { Button } from '../ui/Button.tsx'
import { SelectField, TextField } from '../ui/Field.tsx'
import { showInstant } from '../ui/format.ts'
import { usePage } from '../ui/hooks.ts'
import { Table } from '../ui/Parts.tsx'
import { useActionWords } from './actionWords.ts'
import { useFilters, usePages } from './filters.ts'
import { More } from './More.tsx'
import { useStaffTexts } from './texts/staff.ts'
import { useWords } from './texts/words.ts'

type AuditPageReply = Reply<'GET /operator/audit'>
type AuditRow = AuditPageReply['items'][number]
export type AuditQuery = {
  readonly action?: string
  readonly subject?: string
  readonly cursor?: string
  readonly limit: number
}

const NAMES = ['action', 'subject'] as const

export const AuditPage = ({
  scope,
  load,
}: {
  readonly scope: string
  readonly load: (query: AuditQuery, signal: AbortSignal) => Promise<AuditPageReply>
}) => {
  const t = useStaffTexts()
  const wordsOf = useActionWords()
  const heading = usePage(t.audit.title)
  const [filters, change] = useFilters(NAMES)
  const list = usePages<AuditRow, AuditPageReply>(
    `audit ${scope} ${filters.action} ${filters.subject}`,
    (page, signal) =>
      load(
        {
          ...page,
          ...(filters.action ? { action: filters.action } : {}),
          ...(filters.subject ? { subject: filters.subject } : {}),
        },
        signal,
      ),
  )
  return (
    <>
      <h1 ref={heading} tabIndex={-1}>
        {t.audit.title}
      </h1>
      <p className="lead">{t.audit.lead}</p>
      <Search key={filters.action + filters.subject} filters={filters} onChange={change} />
      {list.items && (
        <Table
          caption={t.audit.caption}
          rows={list.items}
          rowKey={(row) => row.id}
          empty={<p>{t.audit.empty}</p>}
          columns={[
            { key: 'when', label: t.audit.when, cell: (row) => showInstant(row.at) },
            { key: 'who', label: t.audit.who, cell: (row) => row.staff ?? t.audit.actors[row.actor] },
            { key: 'what', label: t.audit.what, heading: true, cell: (row) => wordsOf(row.action) },
            {
              key: 'on',
              label: t.audit.on,
              cell: (row) => <span className="cl-code">{row.subject}</span>,
            },
            { key: 'details', label: t.audit.details, cell: (row) => <Details details={row.details} /> },
          ]}
        />
      )}
      <More list={list} label={t.audit.more} />
    </>
  )
}

const shown = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : JSON.stringify(value)

const Details = ({ details }: { readonly details: Readonly<Record<string, unknown>> }) => {
  const entries = Object.entries(details).filter(([, value]) => value !== null && value !== undefined)
  if (entries.length === 0) return <>—</>
  return (
    <ul className="cl-details">
      {entries.map(([name, value]) => (
        <li key={name}>
          <span className="cl-muted">{name}</span> {shown(value)}
        </li>
      ))}
    </ul>
  )
}

const Search = ({
  filters,
  onChange,
}: {
  readonly filters: { readonly action: string; readonly subject: string }
  readonly onChange: (change: { action: string; subject: string }) => void
}) => {
  const t = useStaffTexts()
  const { actions } = useWords()
  const [action, setAction] = useState(filters.action)
  // What stands in the address is a choice, too, even where it is no word of ours.
  const names = [...new Set([...Object.keys(actions), ...(filters.action ? [filters.action] : [])])]
  const choices = names
    .map((value) => ({ value, label: actions[value] ?? value }))
    .sort((a, b) => a.label.localeCompare(b.label))
  const [subject, setSubject] = useState(filters.subject)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    onChange({ action: action.trim(), subject: subject.trim() })
  }
  return (
    <search>
      <form className="cl-filters" onSubmit={submit}>
        <SelectField
          label={t.audit.action}
          value={action}
          placeholder={t.audit.any}
          choices={choices}
          onChange={setAction}
        />
        <TextField
          label={t.audit.subject}
          type="search"
          value={subject}
          maxLength={254}
          autoComplete="off"
          onChange={setSubject}
        />
        <div className="cl-row">
          <Button type="submit">{t.audit.show}</Button>
          {(filters.action || filters.subject) && (
            <Button look="outline-primary" onClick={() => onChange({ action: '', subject: '' })}>
              {t.audit.clear}
            </Button>
          )}
        </div>
      </form>
    </search>
  )
}
