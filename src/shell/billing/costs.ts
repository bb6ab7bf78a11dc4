// What an Order has paid and must expect to pay, and its invoices page by page.
import { type Forecast, forecast } from '../../core/billing/forecast.ts'
import { printNumber } from '../../core/billing/invoice.ts'
import { vatOfSeller } from '../../core/billing/sale.ts'
import { civilDateOf, isCivilDate } from '../../core/lib/calendar.ts'
import type { Office } from '../office.ts'
import {
  boxesByEnd,
  type CostSums,
  type InvoiceCursor,
  type InvoiceFile,
  type InvoiceListed,
  listInvoiceRows,
  loadInvoiceFile,
  pendingPurchases,
  sumCosts,
} from './store.ts'

/** Of ten boxes, how many are expected to renew: all, so that the forecast is never too low. */
const RENEWAL_SHARE = 1

export type Costs = CostSums & { readonly forecast: Forecast }

/** Costs of an Order, VAT included: so far, and for three years from now. */
export const orderCosts = async (
  office: Pick<Office, 'db' | 'clock' | 'seller'>,
  orderId: number,
  renewalShare = RENEWAL_SHARE,
): Promise<Costs> => {
  const { db } = office
  const today = civilDateOf(office.clock.now())
  const vat = vatOfSeller(office.seller)
  const [sums, boxes, pending] = await Promise.all([
    sumCosts(db, orderId, Number(today.slice(0, 4))),
    boxesByEnd(db, orderId),
    pendingPurchases(db, orderId),
  ])
  const taxed = <T>(rows: readonly T[]) => rows.map((row) => ({ ...row, vat }))
  return {
    ...sums,
    forecast: forecast({ today, boxes: taxed(boxes), pending: taxed(pending), renewalShare }),
  }
}

export type InvoicePage = {
  readonly items: readonly (InvoiceListed & { readonly label: string })[]
  readonly next: string | undefined
}

/** Date, number and series of the last row of a page. */
const CURSOR = /^(\d{4}-\d\d-\d\d)_(\d{1,9})_([A-Z]{1,10})$/

const readCursor = (cursor: string | undefined): InvoiceCursor | undefined => {
  const [, dated = '', number = '', series = ''] = CURSOR.exec(cursor ?? '') ?? []
  return isCivilDate(dated) ? { dated, number: Number(number), series } : undefined
}

/** A page of the invoices to an Order, newest first. A cursor that is none begins anew. */
export const listInvoices = async (
  office: Pick<Office, 'db'>,
  orderId: number,
  query: { readonly year?: number | undefined; readonly cursor?: string | undefined; readonly limit: number },
): Promise<InvoicePage> => {
  const after = readCursor(query.cursor)
  const rows = await listInvoiceRows(office.db, orderId, { year: query.year, after, limit: query.limit + 1 })
  const items = rows.slice(0, query.limit).map((row) => ({ ...row, label: printNumber(row) }))
  const last = items.at(-1)
  const more = rows.length > query.limit && last !== undefined
  return { items, next: more ? `${last.dated}_${last.number}_${last.series}` : undefined }
}

/** An invoice to an Order, as it was issued; undefined where that Order has none of this id. */
export const findInvoice = (
  office: Pick<Office, 'db'>,
  orderId: number,
  id: string,
): Promise<InvoiceFile | undefined> => loadInvoiceFile(office.db, orderId, id)
