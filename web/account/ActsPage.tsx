// What collaborators did at the box, with filters in the address.
import { type FormEvent, useState } from 'react'
import { Link } from 'wouter'
import { useFilters, usePages } from '../staff/filters.ts'
import { ProblemAlert } from '../ui/Alert.tsx'
import type { Reply } from '../ui/api.ts'
import { Button } from '../ui/Button.tsx'
import { DateField, readDate } from '../ui/DateField.tsx'
import { SelectField } from '../ui/Field.tsx'
import { showInstant } from '../ui/format.ts'
import { usePage, useResource } from '../ui/hooks.ts'
import { Loading, Table } from '../ui/Parts.tsx'
import { ask } from './ask.ts'
import { useCollaboratorTexts } from './texts/collaborators.ts'

type ActsReply = Reply<'GET /account/acts'>
type Act = ActsReply['items'][number]
const NAMES = ['chi', 'dal', 'al'] as const
type Shown = Readonly<Record<(typeof NAMES)[number], string>>

export const ActsPage = () => {
  const t = useCollaboratorTexts().acts
  const heading = usePage(t.title)
  const [filters, change] = useFilters(NAMES)
  const { chi, dal, al } = filters
  const list = usePages<Act, ActsReply>(`acts ${chi} ${dal} ${al}`, (page, signal) =>
    ask('GET /account/acts', {
      query: {
        ...page,
        ...(/^\d+$/.test(chi) ? { collaborator: Number(chi) } : {}),
        ...(isDay(dal) ? { from: dal } : {}),
        ...(isDay(al) ? { to: al } : {}),
      },
      signal,
    }),
  )
  return (
    <>
      <p>
        <Link href="/collaboratori">{t.back}</Link>
      </p>
      <h1 ref={heading} tabIndex={-1}>
        {t.title}
      </h1>
      <p className="lead">{t.lead}</p>
      <Filters key={chi + dal + al} filters={filters} onChange={change} />
      <ProblemAlert problem={list.problem} onRetry={list.items && list.hasMore ? list.more : list.reload} />
      {!list.items && !list.problem && <Loading />}
      {list.items && (
        <Table
          caption={t.caption}
          rows={list.items}
          rowKey={(row) => row.id}
          empty={<p>{t.none}</p>}
          columns={[
            { key: 'when', label: t.when, cell: (row) => showInstant(row.at) },
            { key: 'who', label: t.who, cell: (row) => row.name },
            { key: 'what', label: t.what, heading: true, cell: (row) => <What act={row} /> },
            { key: 'where', label: t.where, cell: (row) => row.remoteAddress ?? '—' },
          ]}
        />
      )}
      {list.hasMore && (
        <Button look="outline-primary" busy={list.loading} onClick={list.more}>
          {t.more}
        </Button>
      )}
    </>
  )
}

const isDay = (text: string): boolean => /^\d{4}-\d\d-\d\d$/.test(text)

const What = ({ act }: { readonly act: Act }) => {
  const t = useCollaboratorTexts().acts
  const { recipients = [], recipientCount = recipients.length, program } = act
  const more = recipientCount - recipients.length
  return (
    <>
      {t.words[act.act]}
      {program && <span className="fw-normal">: {program}</span>}
      {recipients.length > 0 && (
        <div className="fw-normal cl-break">
          {t.to_} {recipients.join(', ')} {more > 0 && t.others(more)}
        </div>
      )}
    </>
  )
}

const Filters = ({ filters, onChange }: { readonly filters: Shown; readonly onChange: (change: Shown) => void }) => {
  const t = useCollaboratorTexts().acts
  const people = useResource('collaborators', (signal) => ask('GET /account/collaborators', { signal }))
  const [chi, setChi] = useState(filters.chi)
  const [dal, setDal] = useState(filters.dal)
  const [al, setAl] = useState(filters.al)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    const days = [dal, al].map((text) => (isDay(text) ? text : (readDate(text) ?? '')))
    onChange({ chi, dal: days[0]!, al: days[1]! })
  }
  const choices = (people.data?.collaborators ?? []).map(({ id, name }) => ({ value: String(id), label: name }))
  return (
    <search>
      <form className="cl-filters" onSubmit={submit}>
        <SelectField label={t.who} value={chi} placeholder={t.all} choices={choices} onChange={setChi} />
        <DateField label={t.from} hint={t.dayHint} value={dal} onChange={setDal} />
        <DateField label={t.to} hint={t.dayHint} value={al} onChange={setAl} />
        <div className="cl-row">
          <Button type="submit">{t.show}</Button>
          {Object.values(filters).some((value) => value !== '') && (
            <Button look="outline-primary" onClick={() => onChange({ chi: '', dal: '', al: '' })}>
              {t.clear}
            </Button>
          )}
        </div>
      </form>
    </search>
  )
}
