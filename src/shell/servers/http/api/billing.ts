// Costs and invoices for the Order's console.
import { findInvoice, listInvoices, orderCosts } from '../../../billing/costs.ts'
import { invoicePdf } from '../../../billing/invoicePdf.ts'
import { type Handlers, handler } from './handler.ts'

const getCosts = handler<'getCosts'>(async ({ office, caller }) => {
  const { forecast, ...sums } = await orderCosts(office, caller.order.id)
  return { ...sums, forecast: [...forecast.quarters], years: [...forecast.years] }
})

const listOrderInvoices = handler<'listInvoices'>(async ({ office, caller, query }) => {
  const { items, next } = await listInvoices(office, caller.order.id, query)
  return {
    items: items.map((row) => ({
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
    })),
    ...(next === undefined ? {} : { next }),
  }
})

const getInvoiceXml = handler<'getInvoiceXml'>(async ({ office, caller, params }) => {
  const invoice = await findInvoice(office, caller.order.id, params.invoice)
  if (!invoice) return { refusal: 'notFound' }
  return { type: 'application/xml', bytes: invoice.xml, fileName: invoice.fileName }
})

const getInvoicePdf = handler<'getInvoicePdf'>(async ({ office, caller, params }) => {
  const invoice = await findInvoice(office, caller.order.id, params.invoice)
  if (!invoice) return { refusal: 'notFound' }
  const bytes = await invoicePdf(invoice.data, invoice.createdAt)
  return { type: 'application/pdf', bytes, fileName: invoice.fileName.replace(/\.xml$/, '.pdf') }
})

export const billingHandlers = {
  getCosts,
  listInvoices: listOrderInvoices,
  getInvoiceXml,
  getInvoicePdf,
} satisfies Partial<Handlers>
