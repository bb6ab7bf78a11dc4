// The desk of the Order: rolls, invitations, uploads for members, costs and invoices.
import Type from 'typebox'
import { DOCUMENT_REFUSALS } from '../enrolment/documentKinds.ts'
import type { Endpoint } from './endpoint.ts'
import {
  At,
  Cents,
  Closed,
  Day,
  EnrolmentStateSchema,
  Id,
  OneOf,
  OrderParams,
  Page,
  PageQuery,
  Text,
  Uuid,
} from './shared.ts'

export const RollMappingSchema = Type.Record(Text(40), Type.Integer({ minimum: 0, maximum: 200 }), {
  description: 'Field of a member → number of the column, from 0',
})
const RowErrorSchema = Type.Object({
  row: Type.Integer(),
  code: Type.String(),
  message: Type.String(),
  cells: Type.Array(Type.String()),
})
const RollCounts = Type.Object({
  rows: Type.Integer(),
  added: Type.Integer(),
  changed: Type.Integer(),
  unchanged: Type.Integer(),
  wrong: Type.Integer(),
  /** In the register but not in the file: told, never struck off by an import. */
  absent: Type.Integer(),
})
export const RollImport = Type.Object({
  id: Uuid,
  fileName: Type.String(),
  format: OneOf('csv', 'xlsx'),
  state: OneOf('uploaded', 'applying', 'applied', 'failed'),
  columns: Type.Array(Type.String()),
  mapping: RollMappingSchema,
  sample: Type.Array(Type.Array(Type.String())),
  counts: RollCounts,
  errors: Type.Array(RowErrorSchema, { description: 'The first 200' }),
  absent: Type.Array(Type.String(), { description: 'The first 200 who are in the register but not in the file' }),
  createdAt: At,
  appliedAt: Type.Optional(At),
})
const ImportParams = Closed({ order: Text(64), import: Uuid })

export const InvoiceRow = Type.Object({
  id: Uuid,
  number: Type.String(),
  kind: OneOf('TD01', 'TD04'),
  dated: Day,
  member: Type.String(),
  caseNumber: Type.Optional(Type.String()),
  payer: OneOf('order', 'member'),
  netCents: Cents,
  vatCents: Cents,
  stampCents: Cents,
  totalCents: Cents,
  reversed: Type.Boolean(),
  exchangeState: Type.String(),
})
const InvoiceParams = Closed({ order: Text(64), invoice: Uuid })

const at = (permission: 'roll.import' | 'members.invite' | 'members.upload' | 'costs.read') =>
  ({ kind: 'order', permission }) as const

export const orderDeskEndpoints = {
  uploadRoll: {
    method: 'POST',
    path: '/orders/:order/roll',
    summary: 'Uploads a roll (CSV or XLSX) and shows what it would change; nothing changes yet',
    tag: 'order',
    access: at('roll.import'),
    params: OrderParams,
    query: Closed({ fileName: Text(200) }),
    body: { binary: true, limitBytes: 40 * 1024 * 1024 },
    reply: RollImport,
    refusals: ['rollUnreadable', 'rollEmpty'],
  },
  getRoll: {
    method: 'GET',
    path: '/orders/:order/roll/:import',
    summary: 'An uploaded roll',
    tag: 'order',
    access: at('roll.import'),
    params: ImportParams,
    reply: RollImport,
  },
  exportRollErrors: {
    method: 'GET',
    path: '/orders/:order/roll/:import/errors.csv',
    summary: 'All rows of an uploaded roll that cannot be taken, each with what to mend',
    tag: 'order',
    access: at('roll.import'),
    params: ImportParams,
    reply: { binary: true, types: ['text/csv'] },
  },
  mapRoll: {
    method: 'PUT',
    path: '/orders/:order/roll/:import/mapping',
    summary: 'Says which column is what, and shows the preview again',
    tag: 'order',
    access: at('roll.import'),
    params: ImportParams,
    body: Closed({ mapping: RollMappingSchema }),
    reply: RollImport,
    refusals: ['rollMapping', 'notInThisState'],
  },
  applyRoll: {
    method: 'POST',
    path: '/orders/:order/roll/:import/application',
    summary: 'Writes the roll into the register: the same roll twice changes nothing',
    tag: 'order',
    access: at('roll.import'),
    params: ImportParams,
    reply: RollImport,
    idempotent: true,
    refusals: ['rollMapping'],
  },
  previewInvitations: {
    method: 'POST',
    path: '/orders/:order/invitations/preview',
    summary: 'Who would be invited, and who cannot be and why',
    tag: 'order',
    access: at('members.invite'),
    params: OrderParams,
    body: Closed({ convention: Text(80), members: Type.Array(Id, { maxItems: 5000 }) }),
    reply: Type.Object({
      subject: Type.String(),
      text: Type.String(),
      invited: Type.Array(Type.Object({ id: Id, name: Type.String(), email: Type.String() })),
      left: Type.Array(Type.Object({ id: Id, name: Type.String(), why: Type.String() })),
    }),
    refusals: ['conventionUnknown'],
  },
  sendInvitations: {
    method: 'POST',
    path: '/orders/:order/invitations',
    summary: 'Invites members; the outcome of each',
    tag: 'order',
    access: at('members.invite'),
    params: OrderParams,
    body: Closed({ convention: Text(80), members: Type.Array(Id, { maxItems: 5000 }) }),
    reply: Type.Object({
      outcomes: Type.Array(
        Type.Object({ id: Id, name: Type.String(), sent: Type.Boolean(), why: Type.Optional(Type.String()) }),
      ),
    }),
    idempotent: true,
    refusals: ['conventionUnknown'],
  },
  uploadForMember: {
    method: 'POST',
    path: '/orders/:order/members/:member/documents/:kind',
    summary: 'Uploads a paper for a member who stands at the desk; a case is found by its QR or opened',
    tag: 'order',
    access: at('members.upload'),
    params: Closed({ order: Text(64), member: Id, kind: OneOf('front', 'back', 'module') }),
    body: { binary: true, limitBytes: 15 * 1024 * 1024 },
    reply: Type.Object({ caseNumber: Type.String(), state: EnrolmentStateSchema }),
    refusals: [...DOCUMENT_REFUSALS, 'noCase', 'notInThisState'],
  },
  getCosts: {
    method: 'GET',
    path: '/orders/:order/costs',
    summary: 'What the Order was asked to pay, and the forecast of three years; VAT and stamp duty included',
    tag: 'order',
    access: at('costs.read'),
    params: OrderParams,
    reply: Type.Object({
      invoicedCents: Cents,
      reversedCents: Cents,
      thisYearCents: Cents,
      forecast: Type.Array(
        Type.Object({
          quarter: Type.String({ description: '2027-Q1' }),
          renewals: Type.Integer(),
          pending: Type.Integer(),
          orderCents: Cents,
          memberCents: Cents,
        }),
      ),
      years: Type.Array(
        Type.Object({
          year: Type.Integer(),
          renewals: Type.Integer(),
          pending: Type.Integer(),
          orderCents: Cents,
          memberCents: Cents,
        }),
      ),
    }),
  },
  listInvoices: {
    method: 'GET',
    path: '/orders/:order/invoices',
    summary: 'Invoices and credit notes to the Order',
    tag: 'order',
    access: at('costs.read'),
    params: OrderParams,
    query: Closed({ year: Type.Optional(Type.Integer({ minimum: 2000, maximum: 2200 })), ...PageQuery }),
    reply: Page(InvoiceRow),
  },
  getInvoiceXml: {
    method: 'GET',
    path: '/orders/:order/invoices/:invoice/xml',
    summary: 'The invoice as FatturaPA',
    tag: 'order',
    access: at('costs.read'),
    params: InvoiceParams,
    reply: { binary: true, types: ['application/xml'] },
  },
  getInvoicePdf: {
    method: 'GET',
    path: '/orders/:order/invoices/:invoice/pdf',
    summary: 'The invoice to read: a courtesy copy',
    tag: 'order',
    access: at('costs.read'),
    params: InvoiceParams,
    reply: { binary: true, types: ['application/pdf'] },
  },
} as const satisfies Record<string, Endpoint>
