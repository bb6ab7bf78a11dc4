// Conventions: the list, and the page of one.
import plus from 'icon:plus-circle'
import { useState } from 'react'
import { Link, useLocation } from 'wouter'
import { ask } from '../staff/ask.ts'
import { ActionLink } from '../staff/Guarded.tsx'
import { useMay } from '../staff/session.tsx'
import { useWords, wordOf } from '../staff/texts/words.ts'
import { Alert, ProblemAlert } from '../ui/Alert.tsx'
import { showDay, showNumber } from '../ui/format.ts'
import { usePage, useResource } from '../ui/hooks.ts'
import { Badge, Loading, Table } from '../ui/Parts.tsx'
import { ConventionForm } from './ConventionForm.tsx'
import { useOfficeTexts } from './texts/operator.ts'

const useConventions = () => useResource('conventions', (signal) => ask('GET /operator/conventions', { signal }))

export const ConventionsPage = () => {
  const office = useOfficeTexts()
  const t = office.conventions
  const words = useWords()
  const heading = usePage(t.title)
  const why = useMay()('conventions.write')
  const { data, problem, reload } = useConventions()
  return (
    <>
      <div className="cl-split">
        <h1 ref={heading} tabIndex={-1}>
          {t.title}
        </h1>
        <ActionLink why={why} href="/convenzioni/nuova" icon={plus} small>
          {t.new}
        </ActionLink>
      </div>
      <ProblemAlert problem={problem} onRetry={reload} />
      {!data && !problem && <Loading />}
      {data && (
        <Table
          caption={t.caption}
          rows={data.items}
          rowKey={(row) => row.code}
          empty={<p>{t.empty}</p>}
          columns={[
            {
              key: 'code',
              label: office.code,
              heading: true,
              cell: (row) => (
                <Link className="cl-code" href={`/convenzioni/${encodeURIComponent(row.code)}`}>
                  {row.code}
                </Link>
              ),
            },
            { key: 'order', label: t.order, cell: (row) => row.order },
            {
              key: 'standing',
              label: t.standing,
              cell: (row) => (
                <Badge kind={row.standing === 'open' ? 'ok' : row.standing === 'notYet' ? 'wait' : 'bad'}>
                  {wordOf(words.standings, row.standing)}
                </Badge>
              ),
            },
            { key: 'dates', label: t.dates, cell: (row) => t.datesOf(showDay(row.startsOn), showDay(row.endsOn)) },
            {
              key: 'seats',
              label: t.seats,
              cell: (row) =>
                row.seats === undefined
                  ? showNumber(row.taken)
                  : t.seatsOf(showNumber(row.taken), showNumber(row.seats)),
            },
            { key: 'payer', label: t.payer, cell: (row) => wordOf(words.payers, row.terms.payer) },
          ]}
        />
      )}
    </>
  )
}

/** `code` is undefined for a new one. */
export const ConventionPage = ({ code }: { readonly code: string | undefined }) => {
  const office = useOfficeTexts()
  const t = office.conventions
  const [, navigate] = useLocation()
  const heading = usePage(code ?? t.new, code ?? 'new')
  const conventions = useConventions()
  const orders = useResource('orders', (signal) => ask('GET /operator/orders', { signal }))
  const frameworks = useResource('frameworks', (signal) => ask('GET /operator/frameworks', { signal }))
  const why = useMay()('conventions.write')
  const [told, setTold] = useState(false)
  const problem = conventions.problem ?? orders.problem ?? frameworks.problem
  const found = conventions.data?.items.find((one) => one.code === code)
  const isReady = conventions.data && orders.data && frameworks.data
  return (
    <>
      <p>
        <Link href="/convenzioni">{t.backTo}</Link>
      </p>
      <h1 ref={heading} tabIndex={-1}>
        {code ?? t.new}
      </h1>
      <div role="status">{told && <Alert kind="success">{office.saved}</Alert>}</div>
      <ProblemAlert problem={problem} onRetry={conventions.reload} />
      {!isReady && !problem && <Loading />}
      {isReady && code !== undefined && !found && <Alert kind="warning">{office.unknownCode}</Alert>}
      {isReady && (code === undefined || found) && (
        <ConventionForm
          key={code ?? 'new'}
          convention={found}
          orders={orders.data?.items ?? []}
          frameworks={frameworks.data?.items ?? []}
          why={why}
          onSaved={(saved) => {
            setTold(true)
            conventions.reload()
            if (code === undefined) navigate(`/convenzioni/${encodeURIComponent(saved)}`)
            window.scrollTo(0, 0)
          }}
        />
      )}
    </>
  )
}
