// Writes invoices and credit notes, each with the number that follows the last: inside the caller's transaction.
import { createHash, randomUUID } from 'node:crypto'
import { printFatturaPa } from '../../core/billing/fatturapa.ts'
import { invoiceFileName, progressive } from '../../core/billing/fileName.ts'
import { type InvoiceData, type InvoiceNumber, totalsOf } from '../../core/billing/invoice.ts'
import type { Seller } from '../../core/billing/party.ts'
import { civilDateOf } from '../../core/lib/calendar.ts'
import type { Instant } from '../../core/lib/instant.ts'
import type { Tx } from '../db/pool.ts'
import { insertInvoice, takeNumber } from './store.ts'

/** The one series of invoices and credit notes. */
export const SERIES = 'PEC'
/** The row that counts files: a name is never used twice, in no series and no year. */
const FILES = { series: 'files', year: 0 }

type Place = { readonly number: InvoiceNumber; readonly dated: string; readonly progressive: string }

/** What is written, and its number. */
export type Issued = { readonly id: string; readonly number: InvoiceNumber; readonly dated: string }

/**
 * Issues a document: takes its number, prints it, writes it. The rows of numbers stay locked until the caller's
 * transaction ends, and a transaction that fails gives its number back: so numbers have no gaps, and whoever calls
 * this does it last, or two transactions may wait for each other.
 */
export const issue = async (
  tx: Tx,
  about: {
    readonly purchaseId: string
    readonly orderId: number
    readonly payer: 'order' | 'member'
    readonly reverses?: string
    readonly seller: Seller
    readonly write: (place: Place) => InvoiceData
  },
  now: Instant,
): Promise<Issued> => {
  const today = civilDateOf(now)
  const year = Number(today.slice(0, 4))
  const [taken, file] = await Promise.all([
    takeNumber(tx, SERIES, year, today),
    takeNumber(tx, FILES.series, FILES.year, today),
  ])
  const number = { series: SERIES, year, number: taken.number }
  const data = about.write({ number, dated: taken.dated, progressive: progressive(file.number) })
  const xml = new TextEncoder().encode(printFatturaPa(data))
  const id = randomUUID()
  insertInvoice(tx, {
    id,
    purchaseId: about.purchaseId,
    orderId: about.orderId,
    payer: about.payer,
    reverses: about.reverses,
    data,
    totals: totalsOf(data.lines, data.payer),
    fileName: invoiceFileName(about.seller.vatNumber, data.progressive),
    xml,
    sha256: createHash('sha256').update(xml).digest('hex'),
    now,
  })
  return { id, number, dated: data.dated }
}
