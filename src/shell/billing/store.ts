// Purchases and invoices in the database.
import type { ExchangeState } from '../../core/billing/exchange.ts'
import type { InvoiceData, InvoiceTotals } from '../../core/billing/invoice.ts'
import type { PurchaseState } from '../../core/billing/purchase.ts'
import type { PurchaseKind, Residence } from '../../core/billing/sale.ts'
import type { ConventionTerms, OrderProfile, PayerRule } from '../../core/convention/convention.ts'
import type { Instant } from '../../core/lib/instant.ts'
import { type Queries, type Tx, timestamp } from '../db/pool.ts'

/** Bought by whom, under what: all that a purchase and its invoice are made of. */
export type SaleFacts = {
  readonly orderId: number
  readonly orderName: string
  readonly profile: OrderProfile
  readonly conventionCode: string
  readonly terms: ConventionTerms
  readonly givenName: string
  readonly surname: string
  readonly fiscalCode: string
  readonly caseNumber: string | null
  readonly residence: Residence | null
}

export const loadSale = async (
  db: Queries,
  of: { readonly conventionId: number; readonly memberId: number; readonly enrolmentId: string | undefined },
): Promise<SaleFacts | undefined> =>
  (
    await db.query<SaleFacts>(
      'billing-sale',
      `select o.id as "orderId", o.name as "orderName", o.profile, c.code as "conventionCode", c.terms,
              m.given_name as "givenName", m.surname, m.fiscal_code as "fiscalCode",
              e.case_number as "caseNumber", e.draft as residence
         from convention c
         join professional_order o on o.id = c.order_id
         join member m on m.id = $2 and m.order_id = o.id
         left join enrolment e on e.id = $3
        where c.id = $1`,
      [of.conventionId, of.memberId, of.enrolmentId],
    )
  )[0]

export type PurchaseRow = {
  readonly id: string
  readonly orderId: number
  readonly conventionId: number
  readonly memberId: number
  readonly enrolmentId: string | null
  readonly kind: PurchaseKind
  readonly term: number
  readonly payer: 'order' | 'member'
  readonly priceCents: number
  readonly state: PurchaseState
}

const PURCHASE = `id, order_id as "orderId", convention_id as "conventionId", member_id as "memberId",
  enrolment_id as "enrolmentId", kind, term, payer, price_cents as "priceCents", state`

/** Writes a purchase; undefined where this term of this case was bought before. */
export const insertPurchase = async (
  tx: Tx,
  row: Omit<PurchaseRow, 'state'> & { readonly mailboxId: number | undefined; readonly now: Instant },
): Promise<PurchaseRow | undefined> =>
  (
    await tx.query<PurchaseRow>(
      'billing-purchase-insert',
      `insert into purchase (id, order_id, convention_id, member_id, enrolment_id, mailbox_id, kind, term, payer,
                             price_cents, state, ordered_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'ordered', $11)
       on conflict (enrolment_id, kind, term) do nothing
       returning ${PURCHASE}`,
      [
        row.id,
        row.orderId,
        row.conventionId,
        row.memberId,
        row.enrolmentId,
        row.mailboxId,
        row.kind,
        row.term,
        row.payer,
        row.priceCents,
        timestamp(row.now),
      ],
    )
  )[0]

/** The purchase of a term of a case, locked. */
export const lockPurchase = async (
  tx: Tx,
  of: { readonly enrolmentId: string; readonly kind: PurchaseKind; readonly term: number },
): Promise<PurchaseRow | undefined> =>
  (
    await tx.query<PurchaseRow>(
      'billing-purchase-lock',
      `select ${PURCHASE} from purchase where enrolment_id = $1 and kind = $2 and term = $3 for update`,
      [of.enrolmentId, of.kind, of.term],
    )
  )[0]

export const lockPurchaseById = async (tx: Tx, id: string): Promise<PurchaseRow | undefined> =>
  (
    await tx.query<PurchaseRow>(
      'billing-purchase-lock-id',
      `select ${PURCHASE} from purchase where id = $1 for update`,
      [id],
    )
  )[0]

/** Purchases that ask for money and have no invoice yet, by id. */
export const purchasesToInvoice = async (db: Queries, after: string, limit: number): Promise<readonly string[]> =>
  (
    await db.query<{ id: string }>(
      'billing-purchases-ordered',
      `select id from purchase where state = 'ordered' and price_cents > 0 and id > $1 order by id limit $2`,
      [after, limit],
    )
  ).map((row) => row.id)

/** Moves a purchase that is locked. */
export const setPurchaseState = (tx: Tx, id: string, from: PurchaseState, to: PurchaseState, now: Instant): void => {
  tx.send(
    'billing-purchase-state',
    `update purchase set state = $3, reversed_at = case when $3 in ('reversed', 'cancelled') then $4::timestamptz end
      where id = $1 and state = $2`,
    [id, from, to, timestamp(now)],
  )
}

/** The next number of a row of numbers, and the date of its document; the row is locked until the transaction ends. */
export const takeNumber = async (
  tx: Tx,
  series: string,
  year: number,
  today: string,
): Promise<{ readonly number: number; readonly dated: string }> =>
  (
    await tx.query<{ number: number; dated: string }>(
      'billing-number-take',
      // last_dated never goes back: the numbers of a series and their dates grow together
      `insert into invoice_series as s (series, year, last_number, last_dated) values ($1, $2, 1, $3)
       on conflict (series, year)
       do update set last_number = s.last_number + 1, last_dated = greatest(s.last_dated, excluded.last_dated)
       returning last_number as number, last_dated as dated`,
      [series, year, today],
    )
  )[0]!

export type NewInvoice = {
  readonly id: string
  readonly purchaseId: string
  readonly orderId: number
  readonly payer: 'order' | 'member'
  readonly reverses: string | undefined
  readonly data: InvoiceData
  readonly totals: InvoiceTotals
  readonly fileName: string
  readonly xml: Uint8Array
  readonly sha256: string
  readonly now: Instant
}

export const insertInvoice = (tx: Tx, invoice: NewInvoice): void => {
  const { data, totals } = invoice
  tx.send(
    'billing-invoice-insert',
    `insert into invoice (id, series, year, number, kind, purchase_id, reverses, order_id, payer, dated, net_cents,
                          vat_cents, stamp_cents, total_cents, file_name, xml, sha256, data, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)`,
    [
      invoice.id,
      data.number.series,
      data.number.year,
      data.number.number,
      data.kind,
      invoice.purchaseId,
      invoice.reverses,
      invoice.orderId,
      invoice.payer,
      data.dated,
      totals.netCents,
      totals.vatCents,
      totals.stampCents,
      totals.totalCents,
      invoice.fileName,
      invoice.xml,
      invoice.sha256,
      JSON.stringify(data),
      timestamp(invoice.now),
    ],
  )
}

/** The invoice of a purchase, to be taken back. */
export const loadInvoiceOf = async (
  tx: Queries,
  purchaseId: string,
): Promise<{ readonly id: string; readonly data: InvoiceData } | undefined> =>
  (
    await tx.query<{ id: string; data: InvoiceData }>(
      'billing-invoice-of',
      `select id, data from invoice where purchase_id = $1 and kind = 'TD01'`,
      [purchaseId],
    )
  )[0]

export type InvoiceFile = {
  readonly data: InvoiceData
  readonly fileName: string
  readonly xml: Uint8Array
  readonly createdAt: Instant
}

/** An invoice to an Order, of that Order alone. */
export const loadInvoiceFile = async (db: Queries, orderId: number, id: string): Promise<InvoiceFile | undefined> =>
  (
    await db.query<InvoiceFile>(
      'billing-invoice-file',
      `select data, file_name as "fileName", xml, created_at as "createdAt"
         from invoice where id = $1 and order_id = $2 and payer = 'order'`,
      [id, orderId],
    )
  )[0]

export type InvoiceListed = {
  readonly id: string
  readonly series: string
  readonly year: number
  readonly number: number
  readonly kind: 'TD01' | 'TD04'
  readonly dated: string
  readonly member: string
  readonly caseNumber: string | null
  readonly payer: 'order' | 'member'
  readonly netCents: number
  readonly vatCents: number
  readonly stampCents: number
  readonly totalCents: number
  readonly reversed: boolean
  readonly exchangeState: ExchangeState
  readonly createdAt: Instant
}

/** Where a page of invoices ends: the next begins after it. */
export type InvoiceCursor = { readonly dated: string; readonly number: number; readonly series: string }

/** Invoices and credit notes to an Order, newest first. */
export const listInvoiceRows = (
  db: Queries,
  orderId: number,
  page: { readonly year: number | undefined; readonly after: InvoiceCursor | undefined; readonly limit: number },
): Promise<readonly InvoiceListed[]> =>
  db.query<InvoiceListed>(
    'billing-invoices',
    `select i.id, i.series, i.year, i.number, i.kind, i.dated, m.surname || ' ' || m.given_name as member,
            e.case_number as "caseNumber", i.payer, i.net_cents as "netCents", i.vat_cents as "vatCents",
            i.stamp_cents as "stampCents", i.total_cents as "totalCents", p.state = 'reversed' as reversed,
            i.exchange_state as "exchangeState", i.created_at as "createdAt"
       from invoice i
       join purchase p on p.id = i.purchase_id
       join member m on m.id = p.member_id
       left join enrolment e on e.id = p.enrolment_id
      where i.order_id = $1 and i.payer = 'order' and ($2::int is null or i.year = $2)
        and ($3::date is null or (i.dated, i.number, i.series) < ($3, $4::int, $5::text))
      order by i.dated desc, i.number desc, i.series desc limit $6`,
    [orderId, page.year, page.after?.dated, page.after?.number, page.after?.series, page.limit],
  )

export type CostSums = {
  readonly invoicedCents: number
  readonly reversedCents: number
  readonly thisYearCents: number
}

/** What an Order was asked to pay, what was taken back, and the difference of one year. */
export const sumCosts = async (db: Queries, orderId: number, year: number): Promise<CostSums> =>
  (
    await db.query<CostSums>(
      'billing-costs',
      `select coalesce(sum(total_cents) filter (where kind = 'TD01'), 0)::bigint as "invoicedCents",
              coalesce(sum(total_cents) filter (where kind = 'TD04'), 0)::bigint as "reversedCents",
              coalesce(sum(case kind when 'TD01' then total_cents else -total_cents end)
                filter (where year = $2), 0)::bigint as "thisYearCents"
         from invoice where order_id = $1 and payer = 'order'`,
      [orderId, year],
    )
  )[0]!

export type BoxesEnding = {
  readonly endsIn: string
  readonly term: number
  readonly termMonths: number
  readonly payer: PayerRule
  readonly priceCents: number
  readonly count: number
}

/** Boxes of an Order's members that have a term, by month of its end, number and conditions. */
export const boxesByEnd = (db: Queries, orderId: number): Promise<readonly BoxesEnding[]> =>
  db.query<BoxesEnding>(
    'billing-boxes-by-end',
    `with box as (
       select to_char(t.expires_at at time zone 'Europe/Rome', 'YYYY-MM') as ends_in,
              (t.terms->>'termMonths')::int as months, (t.terms->>'priceCents')::bigint as price, t.term,
              case when t.order_left then 'member' else t.terms->>'payer' end as payer
         from mailbox_term t
         join convention c on c.id = t.convention_id and c.order_id = $1
        where t.state in ('active', 'suspended', 'expired'))
     select ends_in as "endsIn", term, months as "termMonths", payer, price as "priceCents", count(*) as count
       from box group by ends_in, term, months, payer, price`,
    [orderId],
  )

export type PendingPurchases = {
  readonly payer: 'order' | 'member'
  readonly priceCents: number
  readonly count: number
}

/** Purchases of an Order's members that are not invoiced yet. */
export const pendingPurchases = (db: Queries, orderId: number): Promise<readonly PendingPurchases[]> =>
  db.query<PendingPurchases>(
    'billing-pending',
    `select payer, price_cents as "priceCents", count(*) as count
       from purchase where order_id = $1 and state = 'ordered' and price_cents > 0 group by payer, price_cents`,
    [orderId],
  )
