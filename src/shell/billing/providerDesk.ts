// The provider's desk for invoices: all of them, on their way to the exchange system by hand until a channel exists.
import type { Refusal } from '../../core/api/problems.ts'
import { type ExchangeEvent, type ExchangeState, exchangeMachine } from '../../core/billing/exchange.ts'
import { printNumber } from '../../core/billing/invoice.ts'
import { nameOf, type PayerProblem, payerProblems } from '../../core/billing/party.ts'
import { type Actor, writeAudit } from '../audit/write.ts'
import type { Office } from '../office.ts'
import { printCursor, readCursor } from './cursor.ts'
import { payerFrom } from './invoicePurchase.ts'
import type { InvoiceFile } from './store.ts'
import {
  listProviderRows,
  listWithheldRows,
  loadAnyInvoice,
  loadCaseInvoice,
  lockExchange,
  type ProviderInvoice,
  setExchange,
  type WithheldRow,
} from './storeOfProvider.ts'

export type ProviderPage = {
  readonly items: readonly (ProviderInvoice & { readonly label: string; readonly payerName: string })[]
  readonly next: string | undefined
}

/** A page of all invoices, newest first. */
export const listAllInvoices = async (
  office: Pick<Office, 'db'>,
  query: {
    readonly year?: number | undefined
    readonly state?: ExchangeState | undefined
    readonly order?: string | undefined
    readonly cursor?: string | undefined
    readonly limit: number
  },
): Promise<ProviderPage> => {
  const { year, state, order, limit } = query
  const after = readCursor(query.cursor)
  const rows = await listProviderRows(office.db, { year, state, order, after, limit: limit + 1 })
  const items = rows
    .slice(0, limit)
    .map((row) => ({ ...row, label: printNumber(row), payerName: nameOf(row.data.payer) }))
  return { items, next: rows.length > limit ? printCursor(items.at(-1)) : undefined }
}

/** Any invoice, as it was issued. */
export const findAnyInvoice = (office: Pick<Office, 'db'>, id: string): Promise<InvoiceFile | undefined> =>
  loadAnyInvoice(office.db, id)

/** The invoice or credit note to the applicant of a case who pays for it (art. 1 c.3 D.Lgs. 127/2015). */
export const findOwnInvoice = (
  office: Pick<Office, 'db'>,
  enrolmentId: string,
  kind: 'TD01' | 'TD04',
): Promise<InvoiceFile | undefined> => loadCaseInvoice(office.db, enrolmentId, kind)

/** Notes what the exchange system answered. */
export const noteExchange = (
  office: Pick<Office, 'db' | 'clock'>,
  actor: Actor,
  id: string,
  event: ExchangeEvent,
  note: string | undefined,
): Promise<{ readonly id: string; readonly exchangeState: ExchangeState } | Refusal> =>
  office.db.tx(async (tx) => {
    const invoice = await lockExchange(tx, id)
    if (!invoice) return { refusal: 'notFound' }
    const state = exchangeMachine.next(invoice.state, event)
    if (!state) return { refusal: 'notInThisState' }
    setExchange(tx, id, state)
    writeAudit(tx, [
      {
        at: office.clock.now(),
        actor,
        action: `invoice.${state}`,
        subjectKind: 'invoice',
        subjectId: id,
        details: { file: invoice.fileName, from: invoice.state, ...(note === undefined ? {} : { note }) },
      },
    ])
    return { id, exchangeState: state }
  })

const MOST_WITHHELD = 500

/** What could not be invoiced, and what the payer lacks. */
export const listWithheld = async (
  office: Pick<Office, 'db'>,
): Promise<readonly (WithheldRow & { readonly wants: readonly PayerProblem[] })[]> =>
  (await listWithheldRows(office.db, MOST_WITHHELD)).map((row) => ({
    ...row,
    wants: payerProblems(payerFrom(row.payer, row)),
  }))
