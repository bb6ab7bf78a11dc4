// What the Order pays: what was invoiced, the forecast by quarter, invoices with their files.
import { ask, keepFile } from '../staff/ask.ts'
import { useFilters, usePages } from '../staff/filters.ts'
import { More } from '../staff/More.tsx'
import { wordOf } from '../staff/texts/words.ts'
import { Alert, ProblemAlert } from '../ui/Alert.tsx'
import type { Reply } from '../ui/api.ts'
import { Button } from '../ui/Button.tsx'
import { SelectField } from '../ui/Field.tsx'
import { showDay, showEuro, showNumber } from '../ui/format.ts'
import { useAction, usePage, useResource } from '../ui/hooks.ts'
import { Badge, Facts, Loading, Table } from '../ui/Parts.tsx'
import type { InvoiceRow } from './contract.ts'
import { useDeskTexts } from './texts/order.ts'

type Costs = Reply<'GET /orders/:order/costs'>

export const CostsPage = ({ order }: { readonly order: string }) => {
  const t = useDeskTexts().costs
  const heading = usePage(t.title)
  const { data, problem, reload } = useResource(`costs ${order}`, (signal) =>
    ask('GET /orders/:order/costs', { params: { order }, signal }),
  )
  return (
    <>
      <h1 ref={heading} tabIndex={-1}>
        {t.title}
      </h1>
      <ProblemAlert problem={problem} onRetry={reload} />
      {!data && !problem && <Loading />}
      {data && (
        <>
          <Facts
            items={[
              {
                label: t.invoiced,
                value: (
                  <>
                    {showEuro(data.invoicedCents)}
                    {data.reversedCents > 0 && (
                      <span className="cl-muted fw-normal">
                        {' '}
                        ({t.reversed}: {showEuro(data.reversedCents)})
                      </span>
                    )}
                  </>
                ),
              },
              { label: t.thisYear, value: showEuro(data.thisYearCents) },
            ]}
          />
          <Forecast quarters={data.forecast} years={data.years} />
        </>
      )}
      <Invoices order={order} />
    </>
  )
}

const Forecast = ({ quarters, years }: { readonly quarters: Costs['forecast']; readonly years: Costs['years'] }) => {
  const t = useDeskTexts().costs
  const most = Math.max(1, ...quarters.map((one) => one.orderCents))
  const isEmpty = quarters.every((one) => one.orderCents === 0 && one.memberCents === 0)
  return (
    <section aria-labelledby="forecast-title">
      <h2 id="forecast-title">{t.forecast}</h2>
      <p>{t.forecastLead}</p>
      <ul className="cl-counts">
        {years.map((one) => (
          <li key={one.year}>
            <strong>{showEuro(one.orderCents)}</strong> {t.inYear(one.year)}
          </li>
        ))}
      </ul>
      {isEmpty ? (
        <Alert kind="info">{t.noForecast}</Alert>
      ) : (
        <Table
          caption={t.forecast}
          rows={quarters}
          rowKey={(row) => row.quarter}
          columns={[
            {
              key: 'quarter',
              label: t.quarter,
              heading: true,
              cell: (row) => t.quarterOf(row.quarter.slice(-1), row.quarter.slice(0, 4)),
            },
            { key: 'renewals', label: t.renewals, number: true, cell: (row) => showNumber(row.renewals) },
            { key: 'pending', label: t.pending, number: true, cell: (row) => showNumber(row.pending) },
            {
              key: 'order',
              label: t.order,
              number: true,
              cell: (row) => (
                <>
                  {showEuro(row.orderCents)}
                  <span className="cl-bar" aria-hidden="true">
                    <span style={{ inlineSize: `${(row.orderCents / most) * 100}%` }} />
                  </span>
                </>
              ),
            },
            { key: 'member', label: t.member, number: true, cell: (row) => showEuro(row.memberCents) },
          ]}
        />
      )}
    </section>
  )
}

const FIRST_YEAR = 2026
const NAMES = ['year'] as const

const Invoices = ({ order }: { readonly order: string }) => {
  const t = useDeskTexts().costs
  const [{ year }, change] = useFilters(NAMES)
  const wanted = /^\d{4}$/.test(year) ? Number(year) : undefined
  const list = usePages<InvoiceRow, Reply<'GET /orders/:order/invoices'>>(`invoices ${order} ${year}`, (page, signal) =>
    ask('GET /orders/:order/invoices', { params: { order }, query: { year: wanted, ...page }, signal }),
  )
  const now = new Date().getFullYear()
  const years = Array.from({ length: Math.max(1, now - FIRST_YEAR + 1) }, (_, index) => String(now - index))
  return (
    <section aria-labelledby="invoices-title">
      <h2 id="invoices-title">{t.invoices}</h2>
      <SelectField
        label={t.year}
        value={year}
        placeholder={t.everyYear}
        choices={years.map((one) => ({ value: one, label: one }))}
        onChange={(chosen) => change({ year: chosen })}
      />
      {list.items && <InvoiceTable order={order} items={list.items} />}
      <More list={list} />
    </section>
  )
}

const InvoiceTable = ({ order, items }: { readonly order: string; readonly items: readonly InvoiceRow[] }) => {
  const t = useDeskTexts().costs
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
              {row.number}
              <br />
              <span className="cl-muted fw-normal">{wordOf(t.kinds, row.kind)}</span>{' '}
              {row.reversed && <Badge kind="plain">{t.reversedMark}</Badge>}
            </>
          ),
        },
        { key: 'date', label: t.date, cell: (row) => showDay(row.dated) },
        {
          key: 'for',
          label: t.forWhom,
          cell: (row) => (
            <>
              {row.member}
              {row.caseNumber && <span className="cl-code cl-muted"> {row.caseNumber}</span>}
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
                {t.net} {showEuro(row.netCents)}, {t.vat} {showEuro(row.vatCents)}
                {row.stampCents > 0 && (
                  <>
                    , {t.stamp} {showEuro(row.stampCents)}
                  </>
                )}
              </span>
            </>
          ),
        },
        { key: 'exchange', label: t.exchange, cell: (row) => wordOf(t.exchangeStates, row.exchangeState) },
        { key: 'files', label: t.files, cell: (row) => <Files order={order} row={row} /> },
      ]}
    />
  )
}

const Files = ({ order, row }: { readonly order: string; readonly row: InvoiceRow }) => {
  const t = useDeskTexts().costs
  const params = { order, invoice: row.id }
  const name = row.number.replace(/[^\w-]+/g, '-')
  const xml = useAction(async () =>
    keepFile(await ask('GET /orders/:order/invoices/:invoice/xml', { params }), `${name}.xml`),
  )
  const pdf = useAction(async () =>
    keepFile(await ask('GET /orders/:order/invoices/:invoice/pdf', { params }), `${name}.pdf`),
  )
  return (
    <>
      <div className="cl-row cl-tight">
        <Button
          look="outline-primary"
          small
          busy={pdf.busy}
          aria-label={t.pdfOf(row.number)}
          onClick={() => void pdf.run()}
        >
          {t.pdf}
        </Button>
        <Button
          look="outline-primary"
          small
          busy={xml.busy}
          aria-label={t.xmlOf(row.number)}
          onClick={() => void xml.run()}
        >
          {t.xml}
        </Button>
      </div>
      <ProblemAlert problem={xml.problem ?? pdf.problem} />
    </>
  )
}
