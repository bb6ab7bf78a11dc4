// An uploaded roll: which column is what, what would change, which rows are wrong, who is absent.
import download from 'icon:download'
import { useState } from 'react'
import { ROLL_FIELDS, type RollField } from '../../src/core/register/rollColumns.ts'
import { ask, keepFile } from '../staff/ask.ts'
import { Scroll } from '../staff/Scroll.tsx'
import { Alert, ProblemAlert } from '../ui/Alert.tsx'
import { Button, LinkButton } from '../ui/Button.tsx'
import { showNumber } from '../ui/format.ts'
import { useAction } from '../ui/hooks.ts'
import { Steps, Table } from '../ui/Parts.tsx'
import type { RollImport } from './contract.ts'
import { useDeskTexts } from './texts/order.ts'

type Mapping = RollImport['mapping']

const COUNTS = ['rows', 'added', 'changed', 'unchanged', 'wrong', 'absent'] as const

export const RollPreview = ({
  order,
  roll,
  onChange,
}: {
  readonly order: string
  readonly roll: RollImport
  readonly onChange: (roll: RollImport) => void
}) => {
  const t = useDeskTexts().roll
  const [mapping, setMapping] = useState<Mapping>(roll.mapping)
  const stale = JSON.stringify(sorted(mapping)) !== JSON.stringify(sorted(roll.mapping))
  const params = { order, import: roll.id }
  const map = useAction(async () =>
    onChange(await ask('PUT /orders/:order/roll/:import/mapping', { params, body: { mapping } })),
  )
  const apply = useAction(async () => onChange(await ask('POST /orders/:order/roll/:import/application', { params })))
  const isOpen = roll.state === 'uploaded'
  const toWrite = roll.counts.added + roll.counts.changed
  return (
    <>
      {isOpen && (
        <>
          <Steps names={t.steps} now={1} />
          <h2>{t.columnsTitle}</h2>
          <p>{t.columnsLead(roll.fileName)}</p>
          <Columns roll={roll} mapping={mapping} onChange={setMapping} />
          <ProblemAlert problem={map.problem} />
          <div role="status">{stale && <p className="cl-note">{t.stale}</p>}</div>
          {stale && (
            <Button look="outline-primary" busy={map.busy} onClick={() => void map.run()}>
              {t.update}
            </Button>
          )}
        </>
      )}
      <h2>{isOpen ? t.previewTitle : roll.fileName}</h2>
      <ul className="cl-counts">
        {COUNTS.map((key) => (
          <li key={key} className={key === 'wrong' && roll.counts.wrong > 0 ? 'cl-is-wrong' : undefined}>
            <strong>{showNumber(roll.counts[key])}</strong> {t.counts[key]}
          </li>
        ))}
      </ul>
      <WrongRows order={order} roll={roll} />
      <Absent roll={roll} />
      {isOpen && (
        <>
          <ProblemAlert problem={apply.problem} />
          {toWrite === 0 && <p>{t.nothingToApply}</p>}
          <div className="cl-actions">
            {toWrite > 0 && !stale && (
              <Button busy={apply.busy} onClick={() => void apply.run()}>
                {t.apply(toWrite)}
              </Button>
            )}
            <LinkButton href="/albo" look="outline-primary">
              {t.another}
            </LinkButton>
          </div>
        </>
      )}
    </>
  )
}

const sorted = (mapping: Mapping): readonly (readonly [string, number])[] =>
  Object.entries(mapping).sort(([a], [b]) => a.localeCompare(b))

/** Each column of the file with its meaning: a meaning has one column. */
const Columns = ({
  roll,
  mapping,
  onChange,
}: {
  readonly roll: RollImport
  readonly mapping: Mapping
  readonly onChange: (mapping: Mapping) => void
}) => {
  const t = useDeskTexts().roll
  const meaningOf = (column: number): string => Object.entries(mapping).find(([, at]) => at === column)?.[0] ?? ''
  const set = (column: number, field: string): void => {
    const rest = Object.entries(mapping).filter(([name, at]) => at !== column && name !== field)
    onChange(Object.fromEntries(field ? [...rest, [field, column]] : rest))
  }
  const rows = roll.columns.map((name, index) => ({ index, name: name.trim() || t.unnamed(index + 1) }))
  const fields: readonly RollField[] = ROLL_FIELDS
  return (
    <Table
      caption={t.columnsTitle}
      rows={rows}
      rowKey={(row) => row.index}
      columns={[
        { key: 'column', label: t.column, heading: true, cell: (row) => row.name },
        {
          key: 'samples',
          label: t.samples,
          cell: (row) => (
            <span className="cl-samples">
              {roll.sample.slice(0, 3).map((cells, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: rows of a file never move
                <span key={index}>{cells[row.index] || '—'}</span>
              ))}
            </span>
          ),
        },
        {
          key: 'meaning',
          label: t.meaning,
          cell: (row) => (
            <select
              className="cl-input"
              aria-label={t.meaningOf(row.name)}
              value={meaningOf(row.index)}
              onChange={(event) => set(row.index, event.target.value)}
            >
              <option value="">{t.ignore}</option>
              {fields.map((field) => (
                <option key={field} value={field}>
                  {t.fields[field]}
                </option>
              ))}
            </select>
          ),
        },
      ]}
    />
  )
}

const WrongRows = ({ order, roll }: { readonly order: string; readonly roll: RollImport }) => {
  const t = useDeskTexts().roll
  const take = useAction(async () =>
    keepFile(
      await ask('GET /orders/:order/roll/:import/errors.csv', { params: { order, import: roll.id } }),
      t.errorsFile,
    ),
  )
  if (roll.counts.wrong === 0) return null
  return (
    <div>
      <h3>{t.errors}</h3>
      <Alert kind="warning">
        <p>{t.wrongLead(roll.counts.wrong)}</p>
      </Alert>
      <p>
        <Button look="outline-primary" small icon={download} busy={take.busy} onClick={() => void take.run()}>
          {t.download}
        </Button>
      </p>
      <ProblemAlert problem={take.problem} />
      <p className="cl-muted">{t.errorsShown(roll.errors.length, roll.counts.wrong)}</p>
      <Scroll label={t.errors}>
        <Table
          caption={t.errors}
          rows={roll.errors}
          rowKey={(row) => `${row.row} ${row.code}`}
          columns={[
            { key: 'row', label: t.row, heading: true, cell: (row) => row.row },
            { key: 'problem', label: t.problem, cell: (row) => row.message },
            {
              key: 'content',
              label: t.content,
              cell: (row) => <span className="cl-code">{row.cells.join(' · ')}</span>,
            },
          ]}
        />
      </Scroll>
    </div>
  )
}

const SHOWN_ABSENT = 30

const Absent = ({ roll }: { readonly roll: RollImport }) => {
  const t = useDeskTexts().roll
  if (roll.counts.absent === 0) return null
  const shown = roll.absent.slice(0, SHOWN_ABSENT)
  return (
    <details className="cl-card">
      <summary>
        {t.absent} ({showNumber(roll.counts.absent)})
      </summary>
      <p>{t.absentLead}</p>
      <ul className="cl-list">
        {shown.map((name) => (
          <li key={name}>{name}</li>
        ))}
        {roll.counts.absent > shown.length && <li>{t.absentMore(roll.counts.absent - shown.length)}</li>}
      </ul>
    </details>
  )
}
