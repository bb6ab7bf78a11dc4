// The filters of the list of members, and the same selection as a file.
import download from 'icon:download'
import { type FormEvent, useState } from 'react'
import { ask, keepFile } from '../staff/ask.ts'
import { useWords } from '../staff/texts/words.ts'
import { ProblemAlert } from '../ui/Alert.tsx'
import { Button } from '../ui/Button.tsx'
import { SelectField, TextField } from '../ui/Field.tsx'
import { useAction } from '../ui/hooks.ts'
import { EXCEPTION_ORDER } from './contract.ts'
import type { MemberFilterValues, queryOf } from './MembersPage.tsx'
import { useOrderTexts } from './texts/order.ts'

const NONE: MemberFilterValues = { q: '', exception: '', status: '', section: '', sort: '' }
const choicesOf = (words: Readonly<Record<string, string>>) =>
  Object.entries(words).map(([value, label]) => ({ value, label: label.charAt(0).toUpperCase() + label.slice(1) }))

export const MemberFilters = ({
  order,
  filters,
  query,
  onChange,
}: {
  readonly order: string
  readonly filters: MemberFilterValues
  readonly query: ReturnType<typeof queryOf>
  readonly onChange: (change: MemberFilterValues) => void
}) => {
  const t = useOrderTexts()
  const words = useWords()
  const [typed, setTyped] = useState(filters)
  const set = (name: keyof MemberFilterValues) => (value: string) => setTyped({ ...typed, [name]: value })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    onChange({ ...typed, q: typed.q.trim() })
  }
  const isFiltered = Object.entries(filters).some(([name, value]) => name !== 'sort' && value !== '')
  return (
    <>
      <search aria-label={t.members.title}>
        <form className="cl-filters" onSubmit={submit}>
          <TextField
            label={t.members.search}
            type="search"
            value={typed.q}
            maxLength={100}
            autoComplete="off"
            onChange={set('q')}
          />
          <SelectField
            label={t.members.exception}
            value={typed.exception}
            placeholder={t.members.all}
            choices={[
              { value: 'any', label: t.members.anyException },
              ...EXCEPTION_ORDER.map((kind) => ({ value: kind, label: t.exceptions[kind]!.name })),
            ]}
            onChange={set('exception')}
          />
          <SelectField
            label={t.members.status}
            value={typed.status}
            placeholder={t.members.all}
            choices={choicesOf(words.statuses)}
            onChange={set('status')}
          />
          <SelectField
            label={t.members.section}
            value={typed.section}
            placeholder={t.members.all}
            choices={choicesOf(words.sections)}
            onChange={set('section')}
          />
          <SelectField
            label={t.members.sort}
            value={typed.sort || 'name'}
            choices={choicesOf(t.members.sorts)}
            onChange={(value) => setTyped({ ...typed, sort: value === 'name' ? '' : value })}
          />
          <div className="cl-row">
            <Button type="submit">{t.members.show}</Button>
            {isFiltered && (
              <Button look="outline-primary" onClick={() => onChange({ ...NONE, sort: filters.sort })}>
                {t.members.clear}
              </Button>
            )}
          </div>
        </form>
      </search>
      <Export order={order} query={query} />
    </>
  )
}

const Export = ({ order, query }: { readonly order: string; readonly query: ReturnType<typeof queryOf> }) => {
  const t = useOrderTexts()
  const take = useAction(async (format: 'csv' | 'xlsx') => {
    const file = await ask('GET /orders/:order/members-export/:format', { params: { order, format }, query })
    keepFile(file, `${t.members.fileName}-${order}.${format}`)
  })
  return (
    <>
      <div className="cl-row cl-export">
        <span className="cl-muted">
          {t.members.export}. {t.members.exportHint}
        </span>
        {(['csv', 'xlsx'] as const).map((format) => (
          <Button
            key={format}
            look="outline-primary"
            small
            icon={download}
            busy={take.busy}
            onClick={() => void take.run(format)}
          >
            {format === 'csv' ? t.members.exportCsv : t.members.exportXlsx}
          </Button>
        ))}
      </div>
      <ProblemAlert problem={take.problem} />
    </>
  )
}
