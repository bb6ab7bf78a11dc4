// Invoices as the provider sees them: all payers, what the exchange system has answered, what could not be invoiced.
import type { ExchangeState } from '../../core/billing/exchange.ts'
import type { InvoiceData } from '../../core/billing/invoice.ts'
import type { Instant } from '../../core/lib/instant.ts'
import type { Queries, Tx } from '../db/pool.ts'
import type { InvoiceCursor, InvoiceFile, InvoiceListed, PurchaseRow, SaleFacts } from './store.ts'

export type ProviderInvoice = InvoiceListed & {
  readonly order: string
  readonly fileName: string
  readonly data: InvoiceData
}

export type ProviderFilter = {
  readonly year: number | undefined
  readonly state: ExchangeState | undefined
  readonly order: string | undefined
  readonly after: InvoiceCursor | undefined
  readonly limit: number
}

export const listProviderRows = (db: Queries, filter: ProviderFilter): Promise<readonly ProviderInvoice[]> =>
  db.query<ProviderInvoice>(
    'billing-invoices-of-provider',
    `select i.id, i.series, i.year, i.number, i.kind, i.dated, m.surname || ' ' || m.given_name as member,
            e.case_number as "caseNumber", i.payer, i.net_cents as "netCents", i.vat_cents as "vatCents",
            i.stamp_cents as "stampCents", i.total_cents as "totalCents", p.state = 'reversed' as reversed,
            i.exchange_state as "exchangeState", i.created_at as "createdAt", o.code as "order",
            i.file_name as "fileName", i.data
       from invoice i
       join purchase p on p.id = i.purchase_id
       join member m on m.id = p.member_id
       join professional_order o on o.id = i.order_id
       left join enrolment e on e.id = p.enrolment_id
      where ($1::int is null or i.year = $1) and ($2::text is null or i.exchange_state = $2)
        and ($3::text is null or o.code = $3)
        and ($4::date is null or (i.dated, i.number, i.series) < ($4, $5::int, $6::text))
      order by i.dated desc, i.number desc, i.series desc limit $7`,
    [
      filter.year,
      filter.state,
      filter.order,
      filter.after?.dated,
      filter.after?.number,
      filter.after?.series,
      filter.limit,
    ],
  )

/** An invoice to whomever. */
export const loadAnyInvoice = async (db: Queries, id: string): Promise<InvoiceFile | undefined> =>
  (
    await db.query<InvoiceFile>(
      'billing-invoice-any',
      `select data, file_name as "fileName", xml, created_at as "createdAt" from invoice where id = $1`,
      [id],
    )
  )[0]

/** The document of a kind that a case asks its own applicant to pay: of the first term. */
export const loadCaseInvoice = async (
  db: Queries,
  enrolmentId: string,
  kind: 'TD01' | 'TD04',
): Promise<InvoiceFile | undefined> =>
  (
    await db.query<InvoiceFile>(
      'billing-invoice-of-case',
      `select i.data, i.file_name as "fileName", i.xml, i.created_at as "createdAt"
         from invoice i join purchase p on p.id = i.purchase_id
        where p.enrolment_id = $1 and p.kind = 'first' and i.kind = $2 and i.payer = 'member'`,
      [enrolmentId, kind],
    )
  )[0]

/** Which of these there are. */
export const ownInvoiceKinds = async (db: Queries, enrolmentId: string): Promise<readonly ('TD01' | 'TD04')[]> =>
  (
    await db.query<{ kind: 'TD01' | 'TD04' }>(
      'billing-invoices-of-case',
      `select i.kind from invoice i join purchase p on p.id = i.purchase_id
        where p.enrolment_id = $1 and p.kind = 'first' and i.payer = 'member' order by i.kind`,
      [enrolmentId],
    )
  ).map(({ kind }) => kind)

const OF_TERM = `from invoice i join purchase p on p.id = i.purchase_id
        where p.mailbox_id = $1 and p.term = $2 and p.kind = 'renewal' and i.kind = 'TD01' and i.payer = 'member'`

/** The invoice by which the holder of a box is asked to pay a renewal. */
export const loadTermInvoice = async (db: Queries, mailboxId: number, term: number): Promise<InvoiceFile | undefined> =>
  (
    await db.query<InvoiceFile>(
      'billing-invoice-of-term',
      `select i.data, i.file_name as "fileName", i.xml, i.created_at as "createdAt" ${OF_TERM}`,
      [mailboxId, term],
    )
  )[0]

/** Whether there is that invoice. */
export const hasTermInvoice = async (db: Queries, mailboxId: number, term: number): Promise<boolean> =>
  (await db.query('billing-invoice-of-term-is', `select 1 as one ${OF_TERM}`, [mailboxId, term])).length > 0

export const lockExchange = async (
  tx: Tx,
  id: string,
): Promise<{ readonly state: ExchangeState; readonly orderId: number; readonly fileName: string } | undefined> =>
  (
    await tx.query<{ state: ExchangeState; orderId: number; fileName: string }>(
      'billing-exchange-lock',
      `select exchange_state as state, order_id as "orderId", file_name as "fileName"
         from invoice where id = $1 for update`,
      [id],
    )
  )[0]

export const setExchange = (tx: Tx, id: string, state: ExchangeState): void => {
  tx.send('billing-exchange-set', 'update invoice set exchange_state = $2 where id = $1', [id, state])
}

export type WithheldRow = SaleFacts &
  Pick<PurchaseRow, 'id' | 'payer' | 'priceCents'> & { readonly order: string; readonly orderedAt: Instant }

/** Purchases that ask for money and have no invoice, oldest first. */
export const listWithheldRows = (db: Queries, limit: number): Promise<readonly WithheldRow[]> =>
  db.query<WithheldRow>(
    'billing-withheld',
    `select p.id, p.payer, p.price_cents as "priceCents", p.ordered_at as "orderedAt", o.code as "order",
            o.id as "orderId", o.name as "orderName", o.profile, c.code as "conventionCode", c.terms,
            m.given_name as "givenName", m.surname, m.fiscal_code as "fiscalCode",
            e.case_number as "caseNumber", e.draft as residence
       from purchase p
       join professional_order o on o.id = p.order_id
       join convention c on c.id = p.convention_id
       join member m on m.id = p.member_id
       left join enrolment e on e.id = p.enrolment_id
      where p.state = 'ordered' and p.price_cents > 0
      order by p.ordered_at, p.id limit $1`,
    [limit],
  )
