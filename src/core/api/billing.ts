// Invoices beyond the Order's console: the provider's desk, from which they go to the exchange system, and the copy
// that a member who pays has a right to.
import Type from 'typebox'
import type { Endpoint } from './endpoint.ts'
import { InvoiceRow } from './orderDesk.ts'
import { At, Cents, Closed, OneOf, Page, PageQuery, Text, Uuid } from './shared.ts'

export const ExchangeStateSchema = OneOf('toSend', 'sent', 'delivered', 'madeAvailable', 'rejected')

const ProviderInvoiceRow = Type.Intersect([
  InvoiceRow,
  Type.Object({
    order: Type.String({ description: 'Code of the Order under whose convention it was bought' }),
    payerName: Type.String(),
    fileName: Type.String(),
    exchangeState: ExchangeStateSchema,
  }),
])

const InvoiceParams = Closed({ invoice: Uuid })
const at = (permission: 'billing.read' | 'billing.write') => ({ kind: 'provider', permission }) as const

export const billingEndpoints = {
  listProviderInvoices: {
    method: 'GET',
    path: '/operator/invoices',
    summary: 'Invoices and credit notes to all payers, newest first; of one state of the exchange system where asked',
    tag: 'operator',
    access: at('billing.read'),
    query: Closed({
      year: Type.Optional(Type.Integer({ minimum: 2000, maximum: 2200 })),
      state: Type.Optional(ExchangeStateSchema),
      order: Type.Optional(Text(64)),
      ...PageQuery,
    }),
    reply: Page(ProviderInvoiceRow),
  },
  getProviderInvoiceXml: {
    method: 'GET',
    path: '/operator/invoices/:invoice/xml',
    summary: 'The file for the exchange system, under the name that it wants',
    tag: 'operator',
    access: at('billing.read'),
    params: InvoiceParams,
    reply: { binary: true, types: ['application/xml'] },
  },
  getProviderInvoicePdf: {
    method: 'GET',
    path: '/operator/invoices/:invoice/pdf',
    summary: 'The invoice to read: a courtesy copy',
    tag: 'operator',
    access: at('billing.read'),
    params: InvoiceParams,
    reply: { binary: true, types: ['application/pdf'] },
  },
  noteInvoiceExchange: {
    method: 'POST',
    path: '/operator/invoices/:invoice/exchange',
    summary: 'Notes what the exchange system has answered of a file that was handed over by hand',
    tag: 'operator',
    access: at('billing.write'),
    params: InvoiceParams,
    body: Closed({ event: OneOf('send', 'deliver', 'makeAvailable', 'reject'), note: Type.Optional(Text(500)) }),
    reply: Type.Object({ id: Uuid, exchangeState: ExchangeStateSchema }),
    idempotent: true,
    refusals: ['notInThisState'],
  },
  listWithheldPurchases: {
    method: 'GET',
    path: '/operator/purchases/withheld',
    summary: 'Purchases without an invoice, and what must be mended of the payer before there can be one',
    tag: 'operator',
    access: at('billing.read'),
    reply: Type.Object({
      items: Type.Array(
        Type.Object({
          id: Uuid,
          order: Type.String(),
          caseNumber: Type.Optional(Type.String()),
          payer: OneOf('order', 'member'),
          priceCents: Cents,
          orderedAt: At,
          wants: Type.Array(Type.String({ description: 'officeCode, recipientCode, fiscalCode, street …' })),
        }),
      ),
    }),
  },
  getOwnInvoice: {
    method: 'GET',
    path: '/enrolment/invoices/:kind',
    summary: 'The courtesy copy of the invoice (or of its credit note) to the applicant who pays',
    tag: 'enrolment',
    access: { kind: 'applicant' },
    params: Closed({ kind: OneOf('TD01', 'TD04') }),
    reply: { binary: true, types: ['application/pdf'] },
  },
} as const satisfies Record<string, Endpoint>
