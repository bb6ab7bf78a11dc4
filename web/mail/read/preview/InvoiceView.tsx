// An electronic invoice as people read it.
import { useState } from 'react'
import {
  type InvoiceParty,
  type ReadDocument,
  type ReadInvoice,
  readInvoice,
} from '../../../../src/core/billing/fatturapaRead.ts'
import { DOCUMENT_KINDS, exemptionWords, PAYMENT_MEANS } from '../../../../src/core/billing/fatturapaWords.ts'
import { toUtf8Strict } from '../../../../src/core/lib/bytes.ts'
import { declaredEncoding } from '../../../../src/core/lib/xml.ts'
import { decodeCharset } from '../../../../src/core/mail/words.ts'
import { printable } from '../../../../src/core/pec/verdictText.ts'
import { Button } from '../../../ui/Button.tsx'
import { showDay } from '../../../ui/format.ts'
import { language, useLanguage } from '../../../ui/language.ts'
import { type Column, Facts, Table } from '../../../ui/Parts.tsx'
import { useReadMoreTexts } from '../../texts/readMore.ts'
import { TextView } from './views.tsx'

const textOf = (bytes: Uint8Array): string => {
  const start = decodeCharset('windows-1252', bytes.subarray(0, 200)) ?? ''
  const named = declaredEncoding(start)
  return (named && decodeCharset(named, bytes)) || toUtf8Strict(bytes) || (decodeCharset('windows-1252', bytes) ?? '')
}

/** An amount as it is written here; what is no number stays as it is. */
const amount = (text: string | undefined, digits = 2): string => {
  const value = Number(text)
  if (text === undefined || !Number.isFinite(value)) return text ?? ''
  return new Intl.NumberFormat(language() === 'en' ? 'en-GB' : 'it-IT', {
    useGrouping: 'always',
    minimumFractionDigits: digits,
    maximumFractionDigits: 8,
  }).format(value)
}

const rateText = (rate: string | undefined, exemption: string | undefined, tongue: 'it' | 'en'): string =>
  exemption
    ? `${exemption} ${exemptionWords(exemption)[tongue]}`
    : rate === undefined
      ? ''
      : `${amount(rate, 0)}\u00a0%`

const day = (text: string): string => (/^\d{4}-\d\d-\d\d$/.test(text.slice(0, 10)) ? showDay(text.slice(0, 10)) : text)

const Party = ({ title, party }: { readonly title: string; readonly party: InvoiceParty }) => {
  const t = useReadMoreTexts().invoice
  return (
    <div>
      <h5>{title}</h5>
      <p>
        <strong>{printable(party.name)}</strong>
        {party.address && <span className="cr-party-line">{printable(party.address)}</span>}
        {party.vatNumber && (
          <span className="cr-party-line">
            {t.vatNumber} {printable(party.vatNumber)}
          </span>
        )}
        {party.fiscalCode && (
          <span className="cr-party-line">
            {t.fiscalCode} {printable(party.fiscalCode)}
          </span>
        )}
      </p>
    </div>
  )
}

type Row<T> = T & { readonly at: number }
const numbered = <T,>(list: readonly T[]): readonly Row<T>[] => list.map((one, at) => ({ ...one, at }))

const FIRST_LINES = 50

const Lines = ({ document }: { readonly document: ReadDocument }) => {
  const t = useReadMoreTexts().invoice
  const tongue = useLanguage()
  const [all, setAll] = useState(false)
  const rows = numbered(all ? document.lines : document.lines.slice(0, FIRST_LINES))
  const columns: readonly Column<(typeof rows)[number]>[] = [
    { key: 'description', label: t.description, heading: true, cell: (line) => printable(line.description) },
    {
      key: 'quantity',
      label: t.quantity,
      number: true,
      cell: (line) => [amount(line.quantity, 0), line.unit].filter(Boolean).join(' '),
    },
    { key: 'price', label: t.price, number: true, cell: (line) => amount(line.unitPrice) },
    { key: 'amount', label: t.amount, number: true, cell: (line) => amount(line.total) },
    { key: 'rate', label: t.rate, number: true, cell: (line) => rateText(line.vatRate, line.exemption, tongue) },
  ]
  const used = columns.filter(
    ({ key, cell, heading }) => heading || key === 'amount' || rows.some((row) => String(cell(row)).trim() !== ''),
  )
  return (
    <>
      <Table caption={t.lines} columns={used} rows={rows} rowKey={(row) => row.at} />
      {rows.length < document.lines.length && (
        <Button look="outline-primary" small onClick={() => setAll(true)}>
          {t.moreLines(document.lines.length - rows.length)}
        </Button>
      )}
    </>
  )
}

const Vat = ({ document }: { readonly document: ReadDocument }) => {
  const t = useReadMoreTexts().invoice
  const tongue = useLanguage()
  const rows = numbered(document.vat)
  if (rows.length === 0) return null
  return (
    <Table
      caption={t.summary}
      columns={[
        {
          key: 'rate',
          label: t.rate,
          heading: true,
          cell: (row) =>
            [
              rateText(row.rate, row.exemption, tongue),
              row.due === 'S' ? t.split : '',
              row.law ? printable(row.law) : '',
            ]
              .filter(Boolean)
              .join(', '),
        },
        { key: 'net', label: t.net, number: true, cell: (row) => amount(row.net) },
        { key: 'tax', label: t.tax, number: true, cell: (row) => amount(row.tax) },
      ]}
      rows={rows}
      rowKey={(row) => row.at}
    />
  )
}

const OneDocument = ({ invoice, document }: { readonly invoice: ReadInvoice; readonly document: ReadDocument }) => {
  const t = useReadMoreTexts().invoice
  const tongue = useLanguage()
  const kind = DOCUMENT_KINDS[document.kind]?.[tongue] ?? document.kind
  const currency = printable(document.currency)
  const payments = document.payments.map(({ means = '', dueOn, amount: sum, iban, payee }) =>
    [
      PAYMENT_MEANS[means]?.[tongue] ?? means,
      sum && `${amount(sum)} ${currency}`,
      dueOn && `${t.due} ${day(dueOn)}`,
      iban && `IBAN ${iban}`,
      payee && `${t.payee} ${payee}`,
    ]
      .filter(Boolean)
      .join(', '),
  )
  const fact = (label: string, value: string | undefined) => (value ? [{ label, value: printable(value) }] : [])
  return (
    <article className="cr-invoice">
      <h4>
        {printable(kind)} {printable(document.number)}, {printable(day(document.date))}
      </h4>
      <div className="cr-parties">
        <Party title={t.seller} party={invoice.seller} />
        <Party title={t.buyer} party={invoice.buyer} />
      </div>
      {document.reasons.slice(0, 20).map((reason) => (
        <p key={reason}>{printable(reason)}</p>
      ))}
      <Lines document={document} />
      <Vat document={document} />
      <Facts
        items={[
          ...fact(t.total, document.total && `${amount(document.total)} ${currency}`),
          ...document.withheld
            .slice(0, 5)
            .flatMap(({ kind: which, amount: sum }) => fact(`${t.withheld} ${which}`, amount(sum))),
          ...fact(t.stamp, document.stampDuty && amount(document.stampDuty)),
          ...payments
            .slice(0, 20)
            .flatMap((text, at) => fact(payments.length > 1 ? `${t.payment} ${at + 1}` : t.payment, text)),
          ...fact(t.recipientCode, invoice.recipientCode),
          ...fact(t.format, invoice.format),
          ...fact(t.attached, document.attached.slice(0, 20).join(', ')),
        ]}
      />
    </article>
  )
}

const MOST_DOCUMENTS = 20

const InvoiceView = ({ bytes }: { readonly bytes: Uint8Array }) => {
  const t = useReadMoreTexts().invoice
  const invoice = readInvoice(textOf(bytes))
  if (!invoice) return <TextView bytes={bytes} />
  return (
    <>
      {invoice.documents.slice(0, MOST_DOCUMENTS).map((document, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the documents of a lot never move
        <OneDocument key={at} invoice={invoice} document={document} />
      ))}
      <p className="cr-muted">{t.courtesy}</p>
    </>
  )
}
export default InvoiceView
