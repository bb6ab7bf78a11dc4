// The operator's console at the provider: the queue of cases, papers that came by other ways, conventions.
import Type from 'typebox'
import { DOCUMENT_REFUSALS } from '../enrolment/documentKinds.ts'
import { TermsSchema } from './conventionTerms.ts'
import type { Endpoint } from './endpoint.ts'
import { DocumentSummary, Draft } from './enrolment.ts'
import { BoxSchema } from './orders.ts'
import {
  At,
  CaseParams,
  Closed,
  Day,
  EnrolmentStateSchema,
  EventSchema,
  OneOf,
  Page,
  PageQuery,
  Text,
  Uuid,
} from './shared.ts'

export const CaseRow = Type.Object({
  caseNumber: Type.String(),
  state: EnrolmentStateSchema,
  version: Type.Integer(),
  order: Type.String(),
  convention: Type.String(),
  surname: Type.String(),
  givenName: Type.String(),
  fiscalCode: Type.String(),
  submittedAt: Type.Optional(At),
  /** Age in working days of the Order's calendar. */
  ageDays: Type.Number(),
  late: Type.Boolean(),
  firstApproval: Type.Boolean(),
})

export const CaseView = Type.Object({
  case: CaseRow,
  draft: Draft,
  address: Type.Optional(Type.String()),
  referenceEmail: Type.Optional(Type.String()),
  acceptance: Type.Optional(Type.String()),
  /** The register's row beside what was typed. */
  member: Type.Object({
    surname: Type.String(),
    givenName: Type.String(),
    fiscalCode: Type.String(),
    number: Type.String(),
    section: Type.String(),
    status: Type.String(),
  }),
  /** Checks that the machine has made: check character, name, birth date, duplicates, document's expiry … */
  checks: Type.Array(
    Type.Object({ check: Type.String(), outcome: OneOf('right', 'warning', 'wrong'), text: Type.String() }),
  ),
  documents: Type.Array(Type.Intersect([DocumentSummary, Type.Object({ id: Uuid, superseded: Type.Boolean() })])),
  otherBoxes: Type.Array(BoxSchema),
  earlierCases: Type.Array(CaseRow),
  events: Type.Array(EventSchema),
  views: Type.Array(Type.Object({ at: At, staff: Type.String(), kind: Type.String(), page: Type.Integer() })),
  /** What may be done now; of what may not, why. */
  actions: Type.Array(
    Type.Object({
      action: OneOf('approve', 'askAgain', 'refuse'),
      allowed: Type.Boolean(),
      why: Type.Optional(Type.String()),
    }),
  ),
})

const LookedAt = 'Of the case that was looked at: another has decided meanwhile if it is old'
const Decision = Closed({ version: Type.Integer({ description: LookedAt }), reason: Text(2000, { minLength: 5 }) })

export const IncomingRow = Type.Object({
  id: Uuid,
  origin: OneOf('gateway', 'console', 'secretariat'),
  described: Type.String(),
  arrivedAt: At,
  pages: Type.Integer(),
  suggestedCase: Type.Optional(Type.String()),
  state: OneOf('waiting', 'matched', 'discarded'),
  matched: Type.Optional(Type.Object({ kind: OneOf('enrolment', 'recovery'), caseNumber: Type.String() })),
})

export const ConventionBody = Closed({
  code: Text(80, { minLength: 4 }),
  order: Text(64),
  framework: Type.Optional(Text(64)),
  domain: Text(253),
  startsOn: Day,
  endsOn: Day,
  seats: Type.Optional(Type.Integer({ minimum: 1 })),
  terms: TermsSchema,
})
const ConventionRow = Type.Object({
  code: Type.String(),
  order: Type.String(),
  framework: Type.Optional(Type.String()),
  domain: Type.String(),
  startsOn: Day,
  endsOn: Day,
  seats: Type.Optional(Type.Integer()),
  terms: TermsSchema,
  standing: OneOf('open', 'notYet', 'expired', 'full'),
  taken: Type.Integer(),
})
export const OrderBody = Closed({
  code: Text(64, { pattern: '^[A-Z0-9]+(-[A-Z0-9]+)*$' }),
  name: Text(200, { minLength: 3 }),
  localHolidays: Type.Array(Text(5, { pattern: '^\\d\\d-\\d\\d$' }), { maxItems: 10 }),
  profile: Closed({
    fiscalCode: Text(16),
    vatNumber: Type.Optional(Text(11)),
    address: Closed({ street: Text(120), postcode: Text(10), town: Text(80), province: Text(4) }),
    secretariat: Closed({ phone: Text(40), email: Text(254), hours: Type.Optional(Text(200)) }),
    pec: Type.Optional(Text(254)),
    invoicing: Closed({
      format: OneOf('FPA12', 'FPR12'),
      recipientCode: Text(7),
      splitPayment: Type.Boolean(),
      cig: Type.Optional(Text(15)),
      cup: Type.Optional(Text(15)),
    }),
  }),
})
export const FrameworkBody = Closed({
  code: Text(64, { minLength: 2 }),
  federation: Text(200, { minLength: 3 }),
  title: Text(200, { minLength: 3 }),
  signedOn: Day,
  endsOn: Type.Optional(Day),
})

const at = (
  permission:
    | 'cases.read'
    | 'cases.decide'
    | 'documents.view'
    | 'incoming.handle'
    | 'conventions.read'
    | 'conventions.write'
    | 'boxes.manage',
) => ({ kind: 'provider', permission }) as const

export const operatorEndpoints = {
  listCases: {
    method: 'GET',
    path: '/operator/cases',
    summary: 'The queue, oldest first; or cases by state and search',
    tag: 'operator',
    access: at('cases.read'),
    query: Closed({
      state: Type.Optional(EnrolmentStateSchema),
      order: Type.Optional(Text(64)),
      q: Type.Optional(Text(100)),
      ...PageQuery,
    }),
    reply: Type.Object({
      items: Type.Array(CaseRow),
      next: Type.Optional(Type.String()),
      waiting: Type.Integer(),
      late: Type.Integer(),
    }),
  },
  getCase: {
    method: 'GET',
    path: '/operator/cases/:case',
    summary: 'A case with all that helps to decide it',
    tag: 'operator',
    access: at('cases.read'),
    params: CaseParams,
    reply: CaseView,
    refusals: ['caseUnknown'],
  },
  viewDocument: {
    method: 'GET',
    path: '/operator/cases/:case/documents/:document/pages/:page',
    summary: 'A page of a document: each look is written down',
    tag: 'operator',
    access: at('documents.view'),
    params: Closed({ case: Text(40), document: Uuid, page: Type.Integer({ minimum: 0, maximum: 100 }) }),
    reply: { binary: true, types: ['image/jpeg', 'image/png', 'application/pdf'] },
  },
  approveCase: {
    method: 'POST',
    path: '/operator/cases/:case/approval',
    summary: 'Approves: the box is made. Where two must approve, the second makes it',
    tag: 'operator',
    access: at('cases.decide'),
    params: CaseParams,
    body: Closed({ version: Type.Integer() }),
    reply: CaseView,
    idempotent: true,
    refusals: [
      'caseUnknown',
      'caseChanged',
      'notInThisState',
      'samePerson',
      'documentsMissing',
      'memberNotActive',
      'addressTaken',
    ],
  },
  askAgain: {
    method: 'POST',
    path: '/operator/cases/:case/request',
    summary: 'Asks the applicant to mend something, in words',
    tag: 'operator',
    access: at('cases.decide'),
    params: CaseParams,
    body: Decision,
    reply: CaseView,
    idempotent: true,
    refusals: ['caseUnknown', 'caseChanged', 'notInThisState'],
  },
  refuseCase: {
    method: 'POST',
    path: '/operator/cases/:case/refusal',
    summary: 'Refuses, in words; the purchase is reversed',
    tag: 'operator',
    access: at('cases.decide'),
    params: CaseParams,
    body: Decision,
    reply: CaseView,
    idempotent: true,
    refusals: ['caseUnknown', 'caseChanged', 'notInThisState'],
  },
  listReasons: {
    method: 'GET',
    path: '/operator/reasons',
    summary: 'Texts to begin a reason with',
    tag: 'operator',
    access: at('cases.read'),
    reply: Type.Object({
      reasons: Type.Array(
        Type.Object({
          code: Type.String(),
          for: OneOf('askAgain', 'refuse'),
          title: Type.String(),
          text: Type.String(),
        }),
      ),
    }),
  },
  listIncoming: {
    method: 'GET',
    path: '/operator/incoming',
    summary: 'Papers and faxes that wait for their case',
    tag: 'operator',
    access: at('incoming.handle'),
    query: Closed(PageQuery),
    reply: Page(IncomingRow),
  },
  uploadIncoming: {
    method: 'POST',
    path: '/operator/incoming',
    summary: 'Uploads a fax or a scan; its QR finds the case',
    tag: 'operator',
    access: at('incoming.handle'),
    query: Closed({ fileName: Text(200) }),
    body: { binary: true, limitBytes: 15 * 1024 * 1024 },
    reply: IncomingRow,
    refusals: [...DOCUMENT_REFUSALS],
  },
  viewIncoming: {
    method: 'GET',
    path: '/operator/incoming/:incoming/pages/:page',
    summary: 'A page of a paper that waits: each look is written down',
    tag: 'operator',
    access: at('documents.view'),
    params: Closed({ incoming: Uuid, page: Type.Integer({ minimum: 1, maximum: 100 }) }),
    reply: { binary: true, types: ['image/jpeg', 'image/png'] },
  },
  matchIncoming: {
    method: 'POST',
    path: '/operator/incoming/:incoming/match',
    summary: 'Gives a paper to its case or request, as the module or as a side of the document',
    tag: 'operator',
    access: at('incoming.handle'),
    params: Closed({ incoming: Uuid }),
    body: Closed({ case: Text(40), kind: OneOf('front', 'back', 'module', 'paper') }),
    reply: IncomingRow,
    idempotent: true,
    refusals: ['caseUnknown', 'notInThisState'],
  },
  discardIncoming: {
    method: 'POST',
    path: '/operator/incoming/:incoming/discard',
    summary: 'Throws away a paper that is of no case',
    tag: 'operator',
    access: at('incoming.handle'),
    params: Closed({ incoming: Uuid }),
    body: Closed({ reason: Text(500, { minLength: 3 }) }),
    reply: IncomingRow,
    refusals: ['notInThisState'],
  },
  listOrders: {
    method: 'GET',
    path: '/operator/orders',
    summary: 'The Orders of this provider',
    tag: 'operator',
    access: at('conventions.read'),
    reply: Type.Object({
      items: Type.Array(Type.Object({ ...OrderBody.properties, members: Type.Integer(), boxes: Type.Integer() })),
    }),
  },
  putOrder: {
    method: 'PUT',
    path: '/operator/orders/:order',
    summary: 'Adds an Order or changes what is known of it',
    tag: 'operator',
    access: at('conventions.write'),
    params: Closed({ order: Text(64) }),
    body: OrderBody,
    reply: OrderBody,
    refusals: ['codeMismatch', 'fiscalCodeInvalid', 'emailInvalid'],
  },
  listFrameworks: {
    method: 'GET',
    path: '/operator/frameworks',
    summary: 'Framework conventions of federations',
    tag: 'operator',
    access: at('conventions.read'),
    reply: Type.Object({ items: Type.Array(FrameworkBody) }),
  },
  putFramework: {
    method: 'PUT',
    path: '/operator/frameworks/:framework',
    summary: 'Adds a framework or changes it',
    tag: 'operator',
    access: at('conventions.write'),
    params: Closed({ framework: Text(64) }),
    body: FrameworkBody,
    reply: FrameworkBody,
    refusals: ['codeMismatch', 'datesWrong'],
  },
  listConventions: {
    method: 'GET',
    path: '/operator/conventions',
    summary: 'All conventions',
    tag: 'operator',
    access: at('conventions.read'),
    reply: Type.Object({ items: Type.Array(ConventionRow) }),
  },
  putConvention: {
    method: 'PUT',
    path: '/operator/conventions/:convention',
    summary: 'Adds a convention or changes it; the terms of boxes that exist stay theirs',
    tag: 'operator',
    access: at('conventions.write'),
    params: Closed({ convention: Text(80) }),
    body: ConventionBody,
    reply: ConventionRow,
    refusals: ['codeMismatch', 'datesWrong', 'orderUnknown', 'frameworkUnknown', 'domainUnknown'],
  },
  getBoxes: {
    method: 'GET',
    path: '/operator/boxes',
    summary: 'Boxes under conventions, by search',
    tag: 'operator',
    access: at('boxes.manage'),
    query: Closed({ q: Text(254, { minLength: 2 }) }),
    reply: Type.Object({
      items: Type.Array(
        Type.Intersect([
          BoxSchema,
          Type.Object({ holder: Type.String(), order: Type.String(), events: Type.Array(EventSchema) }),
        ]),
      ),
    }),
  },
  changeBox: {
    method: 'POST',
    path: '/operator/boxes/:address/changes',
    summary: 'Suspends, resumes, renews or closes a box, in words',
    tag: 'operator',
    access: at('boxes.manage'),
    params: Closed({ address: Text(254) }),
    body: Closed({ event: OneOf('suspend', 'resume', 'renew', 'close'), reason: Text(1000, { minLength: 3 }) }),
    reply: BoxSchema,
    idempotent: true,
    refusals: ['notInThisState', 'boxGivenUp'],
  },
} as const satisfies Record<string, Endpoint>
