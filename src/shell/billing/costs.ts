// What an Order has paid and must expect to pay, and its invoices page by page.
import { type Forecast, forecast } from '../../core/billing/forecast.ts'
import { printNumber } from '../../core/billing/invoice.ts'
import { vatOfSeller } from '../../core/billing/sale.ts'
import { civilDateOf } from '../../core/lib/calendar.ts'
import type { Office } from '../office.ts'
import { printCursor, readCursor } from './cursor.ts'
import {
  boxesByEnd,
  type CostSums,
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

/** A page of the invoices to an Order, newest first. A cursor that is none begins anew. */
export const listInvoices = async (
  office: Pick<Office, 'db'>,
  orderId: number,
  query: { readonly year?: number | undefined; readonly cursor?: string | undefined; readonly limit: number },
): Promise<InvoicePage> => {
  const after = readCursor(query.cursor)
  const rows = await listInvoiceRows(office.db, orderId, { year: query.year, after, limit: query.limit + 1 })
  const items = rows.slice(0, query.limit).map((row) => ({ ...row, label: printNumber(row) }))
  return { items, next: rows.length > query.limit ? printCursor(items.at(-1)) : undefined }
}

/** An invoice to an Order, as it was issued; undefined where that Order has none of this id. */
export const findInvoice = (
  office: Pick<Office, 'db'>,
  orderId: number,
  id: string,
): Promise<InvoiceFile | undefined> => loadInvoiceFile(office.db, orderId, id)
