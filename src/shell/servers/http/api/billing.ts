// Costs and invoices: for the Order's console, the provider's desk, and the applicant who pays.
import type { Refusal } from '../../../../core/api/problems.ts'
import { findInvoice, listInvoices, orderCosts } from '../../../billing/costs.ts'
import { invoicePdf } from '../../../billing/invoicePdf.ts'
import {
  findAnyInvoice,
  findOwnInvoice,
  listAllInvoices,
  listWithheld,
  noteExchange,
} from '../../../billing/providerDesk.ts'
import type { InvoiceFile, InvoiceListed } from '../../../billing/store.ts'
import { type Handlers, handler } from './handler.ts'

/** A row as consoles get it. */
const rowOf = (row: InvoiceListed & { readonly label: string }) => ({
  id: row.id,
  number: row.label,
  kind: row.kind,
  dated: row.dated,
  member: row.member,
  ...(row.caseNumber === null ? {} : { caseNumber: row.caseNumber }),
  payer: row.payer,
  netCents: row.netCents,
  vatCents: row.vatCents,
  stampCents: row.stampCents,
  totalCents: row.totalCents,
  reversed: row.reversed,
  exchangeState: row.exchangeState,
})

const nextOf = (next: string | undefined) => (next === undefined ? {} : { next })

const NOT_FOUND: Refusal = { refusal: 'notFound' }

const asXml = (invoice: InvoiceFile | undefined) =>
  invoice ? { type: 'application/xml', bytes: invoice.xml, fileName: invoice.fileName } : NOT_FOUND

const asPdf = async (invoice: InvoiceFile | undefined) =>
  invoice
    ? {
        type: 'application/pdf',
        bytes: await invoicePdf(invoice.data, invoice.createdAt),
        fileName: invoice.fileName.replace(/\.xml$/, '.pdf'),
      }
    : NOT_FOUND

const getCosts = handler<'getCosts'>(async ({ office, caller }) => {
  const { forecast, ...sums } = await orderCosts(office, caller.order.id)
  return { ...sums, forecast: [...forecast.quarters], years: [...forecast.years] }
})

const listOrderInvoices = handler<'listInvoices'>(async ({ office, caller, query }) => {
  const { items, next } = await listInvoices(office, caller.order.id, query)
  return { items: items.map(rowOf), ...nextOf(next) }
})

const getInvoiceXml = handler<'getInvoiceXml'>(async ({ office, caller, params }) =>
  asXml(await findInvoice(office, caller.order.id, params.invoice)),
)

const getInvoicePdf = handler<'getInvoicePdf'>(async ({ office, caller, params }) =>
  asPdf(await findInvoice(office, caller.order.id, params.invoice)),
)

const listProviderInvoices = handler<'listProviderInvoices'>(async ({ office, query }) => {
  const { items, next } = await listAllInvoices(office, query)
  return {
    items: items.map((row) => ({
      ...rowOf(row),
      order: row.order,
      payerName: row.payerName,
      fileName: row.fileName,
      exchangeState: row.exchangeState,
    })),
    ...nextOf(next),
  }
})

const getProviderInvoiceXml = handler<'getProviderInvoiceXml'>(async ({ office, params }) =>
  asXml(await findAnyInvoice(office, params.invoice)),
)

const getProviderInvoicePdf = handler<'getProviderInvoicePdf'>(async ({ office, params }) =>
  asPdf(await findAnyInvoice(office, params.invoice)),
)

const noteInvoiceExchange = handler<'noteInvoiceExchange'>(async ({ office, caller, params, body, client }) =>
  noteExchange(
    office,
    { kind: 'staff', staffId: caller.staffId, remoteAddress: client.remoteAddress },
    params.invoice,
    body.event,
    body.note,
  ),
)

const listWithheldPurchases = handler<'listWithheldPurchases'>(async ({ office }) => ({
  items: (await listWithheld(office)).map((row) => ({
    id: row.id,
    order: row.order,
    ...(row.caseNumber === null ? {} : { caseNumber: row.caseNumber }),
    payer: row.payer,
    priceCents: row.priceCents,
    orderedAt: new Date(row.orderedAt).toISOString(),
    wants: [...row.wants],
  })),
}))

const getOwnInvoice = handler<'getOwnInvoice'>(async ({ office, caller, params }) =>
  asPdf(await findOwnInvoice(office, caller.enrolmentId, params.kind)),
)

export const billingHandlers = {
  getCosts,
  listInvoices: listOrderInvoices,
  getInvoiceXml,
  getInvoicePdf,
  listProviderInvoices,
  getProviderInvoiceXml,
  getProviderInvoicePdf,
  noteInvoiceExchange,
  listWithheldPurchases,
  getOwnInvoice,
} satisfies Partial<Handlers>
