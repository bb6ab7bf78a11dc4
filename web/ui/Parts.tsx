// Small parts of pages: steps, tracker, facts, tables that become cards on phones, dialogs, waiting.
import tick from 'icon:check'
import clock from 'icon:clock'
import cross from 'icon:close'
import { Fragment, type ReactNode, useEffect, useId, useRef } from 'react'
import { Icon } from './Icon.tsx'
import { useCommon } from './texts/common.ts'

/** Where one is in a procedure. `now` counts from 0. */
export const Steps = ({ names, now }: { readonly names: readonly string[]; readonly now: number }) => {
  const t = useCommon()
  return (
    <div className="cl-steps">
      <p>
        {t.stepOf(now + 1, names.length)}
        <span aria-hidden="true">: {names[now]}</span>
      </p>
      <ol>
        {names.map((name, index) => (
          <li
            key={name}
            className={index < now ? 'cl-done' : index === now ? 'cl-now' : undefined}
            aria-current={index === now ? 'step' : undefined}
          >
            <span>
              {name}
              {index < now && <span className="visually-hidden"> ({t.done})</span>}
            </span>
          </li>
        ))}
      </ol>
    </div>
  )
}

export type TimelineItem = {
  readonly key: string
  readonly title: ReactNode
  readonly state: 'done' | 'current' | 'todo' | 'failed'
  readonly when?: ReactNode
  readonly children?: ReactNode
}
const MARKS = { done: 'cl-done', current: 'cl-now', todo: '', failed: 'cl-halted' } as const
const ICONS = { done: tick, current: clock, todo: undefined, failed: cross } as const

/** What was done, what is under way, what will come. */
export const Timeline = ({ items }: { readonly items: readonly TimelineItem[] }) => (
  <ol className="cl-timeline">
    {items.map(({ key, title, state, when, children }) => (
      <li key={key} className={MARKS[state]} aria-current={state === 'current' ? 'step' : undefined}>
        <span className="cl-mark">{ICONS[state] && <Icon of={ICONS[state]} />}</span>
        <strong>{title}</strong>
        {when && <div className="cl-when">{when}</div>}
        {children}
      </li>
    ))}
  </ol>
)

export type Fact = { readonly label: string; readonly value: ReactNode; readonly action?: ReactNode }

/** Names and values, with something to do beside each where there is. */
export const Facts = ({ items }: { readonly items: readonly Fact[] }) => (
  <dl className="cl-facts">
    {items.map(({ label, value, action }) => (
      <div key={label}>
        <dt>{label}</dt>
        <dd>{value}</dd>
        {action && <dd>{action}</dd>}
      </div>
    ))}
  </dl>
)

export type Column<Row> = {
  readonly key: string
  readonly label: ReactNode
  readonly cell: (row: Row) => ReactNode
  readonly number?: boolean
  /** Names the row. */
  readonly heading?: boolean
}

/** A table; on phones each row is a card with its labels. */
export const Table = <Row,>({
  caption,
  columns,
  rows,
  rowKey,
  empty,
}: {
  readonly caption: ReactNode
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  readonly rowKey: (row: Row) => string | number
  readonly empty?: ReactNode
}) => {
  if (rows.length === 0 && empty !== undefined) return <div className="cl-card cl-soft">{empty}</div>
  return (
    <table className="cl-table">
      <caption>{caption}</caption>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column.key} scope="col" className={column.number ? 'cl-number' : undefined}>
              {column.label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={rowKey(row)}>
            {columns.map((column) => {
              const label = typeof column.label === 'string' ? column.label : undefined
              const className = column.number ? 'cl-number' : undefined
              return (
                <Fragment key={column.key}>
                  {column.heading ? (
                    <th scope="row" data-label={label} className={className}>
                      {column.cell(row)}
                    </th>
                  ) : (
                    <td data-label={label} className={className}>
                      {column.cell(row)}
                    </td>
                  )}
                </Fragment>
              )
            })}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** A native dialog: the browser keeps the focus in it and gives it back; Escape closes it. */
export const Dialog = ({
  open,
  title,
  onClose,
  children,
}: {
  readonly open: boolean
  readonly title: string
  readonly onClose: () => void
  readonly children: ReactNode
}) => {
  const box = useRef<HTMLDialogElement>(null)
  const heading = useId()
  useEffect(() => {
    const dialog = box.current
    if (open && !dialog?.open) dialog?.showModal()
    if (!open && dialog?.open) dialog.close()
  }, [open])
  return (
    <dialog className="cl-dialog" ref={box} aria-labelledby={heading} onClose={onClose}>
      {open && (
        <>
          <h2 id={heading}>{title}</h2>
          {children}
        </>
      )}
    </dialog>
  )
}

/** Something is on its way. */
export const Loading = () => {
  const t = useCommon()
  return (
    <p role="status" className="cl-muted">
      <span className="cl-spinner d-inline-block" aria-hidden="true" /> {t.loading}
    </p>
  )
}

/** A word on the state of something: the colour says nothing that the word does not. */
export const Badge = ({
  kind,
  children,
}: {
  readonly kind: 'ok' | 'wait' | 'bad' | 'plain'
  readonly children: ReactNode
}) => <span className={`badge cl-${kind}`}>{children}</span>
