// The portal: an enrolment from the convention's code to the tracker.
import Type from 'typebox'
import { DOCUMENT_REFUSALS } from '../enrolment/documentKinds.ts'
import type { Endpoint } from './endpoint.ts'
import {
  At,
  Bytes,
  Cents,
  Closed,
  Day,
  EnrolmentStateSchema,
  EventSchema,
  MailServersSchema,
  OneOf,
  PasswordPolicySchema,
  PayerRuleSchema,
  Text,
} from './shared.ts'

/** What anybody may know of a convention. */
export const PublicConvention = Type.Object({
  code: Type.String(),
  order: Type.Object({ code: Type.String(), name: Type.String() }),
  provider: Type.String(),
  framework: Type.Optional(Type.String()),
  standing: OneOf('open', 'notYet', 'expired', 'full'),
  domain: Type.String(),
  startsOn: Day,
  endsOn: Day,
  termMonths: Type.Integer(),
  payer: PayerRuleSchema,
  priceCents: Cents,
  quotaBytes: Bytes,
  graceDays: Type.Integer(),
  receivesWhenExpired: Type.Boolean(),
  /** Whether the Order sees which boxes have been unread for thirty days. */
  orderSeesUnread: Type.Boolean(),
  passwordPolicy: PasswordPolicySchema,
  helpDeskPhone: Type.String(),
  helpDeskHours: Type.Optional(Type.String()),
  secretariat: Type.Object({ phone: Type.String(), email: Type.String(), hours: Type.Optional(Type.String()) }),
  /** Working days that a review usually takes. */
  reviewDays: Type.Integer(),
})

/** All that the applicant types, as it is saved while typing: each may be absent or still wrong. */
export const Draft = Closed({
  address: Type.Optional(Text(64, { description: 'Local part chosen' })),
  phone: Type.Optional(Text(40)),
  birthPlace: Type.Optional(Text(80)),
  birthDate: Type.Optional(Text(10)),
  street: Type.Optional(Text(120)),
  postcode: Type.Optional(Text(10)),
  town: Type.Optional(Text(80)),
  province: Type.Optional(Text(4)),
  referenceEmail: Type.Optional(Text(254)),
  documentType: Type.Optional(OneOf('identityCard', 'passport', 'drivingLicence')),
  documentNumber: Type.Optional(Text(30)),
  documentIssuer: Type.Optional(Text(80)),
  documentExpiry: Type.Optional(Text(10)),
  /** Where the applicant is: a name of a step, so that another device opens there. */
  step: Type.Optional(Text(20)),
})

/** One problem of one field, with its texts. */
export const FieldProblem = Type.Object({ field: Type.String(), code: Type.String(), message: Type.String() })

export const DocumentSummary = Type.Object({
  kind: OneOf('front', 'back', 'module', 'paper'),
  pages: Type.Integer(),
  sizeBytes: Bytes,
  uploadedAt: At,
  origin: Type.String(),
  warnings: Type.Array(Type.String({ description: 'dark, small, blurred' })),
})

/** The case as its applicant sees it. */
export const EnrolmentView = Type.Object({
  caseNumber: Type.String(),
  state: EnrolmentStateSchema,
  version: Type.Integer(),
  convention: PublicConvention,
  person: Type.Object({ fiscalCode: Type.String(), surname: Type.String(), givenName: Type.String() }),
  /** What the register says otherwise, and does not stop. */
  warnings: Type.Array(Type.String()),
  draft: Draft,
  /** The whole address, once chosen and reserved. */
  address: Type.Optional(Type.String()),
  passwordSet: Type.Boolean(),
  referenceEmail: Type.Optional(Type.String()),
  referenceConfirmed: Type.Boolean(),
  documents: Type.Array(DocumentSummary),
  acceptance: Type.Optional(OneOf('onScreen', 'signedPdf', 'paper')),
  /** What is missing before it can be sent, by step. */
  missing: Type.Array(Type.Object({ step: Type.String(), fields: Type.Array(FieldProblem) })),
  /** What the operator asks to be mended, in the words that a person wrote. */
  review: Type.Optional(Type.Object({ reason: Type.String(), at: At })),
  tracker: Type.Array(
    Type.Object({
      step: OneOf('received', 'verified', 'active'),
      state: OneOf('done', 'current', 'todo', 'failed'),
      at: Type.Optional(At),
    }),
  ),
  /** When the review is expected, at the latest. */
  expectedBy: Type.Optional(At),
  events: Type.Array(EventSchema),
  box: Type.Optional(Type.Object({ address: Type.String(), activatedAt: At, expiresAt: At })),
  /** Where mail programs reach the box, once there is one. */
  mailServers: Type.Optional(MailServersSchema),
  /** Documents by which the applicant is asked to pay: `GET /enrolment/invoices/:kind` gives them. */
  invoices: Type.Array(OneOf('TD01', 'TD04')),
  createdAt: At,
  submittedAt: Type.Optional(At),
})

export const RenewalOffer = Type.Object({
  address: Type.String(),
  name: Type.String(),
  order: Type.String(),
  /** End of the present term: of the new one, once that was ordered. */
  expiresAt: At,
  /** Where the next term would end. */
  nextExpiresAt: At,
  termMonths: Type.Integer(),
  /** VAT excluded. */
  priceCents: Cents,
  /** With VAT and stamp duty: what is asked for. */
  totalCents: Cents,
  /** Who pays the next term as things stand; `nobody`: there is none. */
  payer: OneOf('order', 'member', 'nobody'),
  /** Whether it may be ordered now by this link. */
  open: Type.Boolean(),
  /** Whether the term is over and the grace runs. */
  expired: Type.Boolean(),
  /** Until when it may be ordered. */
  graceUntil: At,
  receivesWhenExpired: Type.Boolean(),
  takeOutDays: Type.Integer(),
  helpDeskPhone: Type.String(),
  /** Whether the next term was ordered. */
  renewed: Type.Boolean(),
  /** Of the term that was ordered by this link: whether its invoice is there. */
  invoiced: Type.Boolean(),
})

export const DOCUMENT_LIMIT_BYTES = 15 * 1024 * 1024
const SIDE = Closed({ kind: OneOf('front', 'back', 'module') })

export const enrolmentEndpoints = {
  getConvention: {
    method: 'GET',
    path: '/conventions/:code',
    summary: 'What anybody may know of a convention',
    tag: 'enrolment',
    access: { kind: 'public' },
    params: Closed({ code: Text(80) }),
    reply: PublicConvention,
    refusals: ['conventionUnknown'],
  },
  startEnrolment: {
    method: 'POST',
    path: '/enrolments',
    summary: 'Checks code and person against the register, and opens a case',
    tag: 'enrolment',
    access: { kind: 'public' },
    body: Closed({ conventionCode: Text(80), fiscalCode: Text(40), surname: Text(80), givenName: Text(80) }),
    reply: EnrolmentView,
    idempotent: true,
    refusals: [
      'conventionUnknown',
      'conventionNotYet',
      'conventionExpired',
      'conventionFull',
      'fiscalCodeInvalid',
      'memberUnknown',
      'nameMismatch',
      'memberNotActive',
      'alreadyEnrolled',
      'caseElsewhere',
    ],
  },
  getEnrolment: {
    method: 'GET',
    path: '/enrolment',
    summary: 'The case whose secret the caller holds',
    tag: 'enrolment',
    access: { kind: 'applicant' },
    reply: EnrolmentView,
  },
  saveDraft: {
    method: 'PATCH',
    path: '/enrolment',
    summary: 'Keeps what was typed, right or wrong; an address is reserved if it is free',
    tag: 'enrolment',
    access: { kind: 'applicant' },
    body: Draft,
    reply: EnrolmentView,
    refusals: ['addressTaken', 'addressRefused', 'notInThisState'],
  },
  proposeAddresses: {
    method: 'GET',
    path: '/enrolment/addresses',
    summary: 'Free addresses for this person, best first; of one asked for, whether it may be had',
    tag: 'enrolment',
    access: { kind: 'applicant' },
    query: Closed({ wanted: Type.Optional(Text(64)) }),
    reply: Type.Object({
      domain: Type.String(),
      proposals: Type.Array(Type.String({ description: 'Local parts' })),
      wanted: Type.Optional(
        Type.Object({ local: Type.String(), free: Type.Boolean(), problem: Type.Optional(Type.String()) }),
      ),
    }),
  },
  setEnrolmentPassword: {
    method: 'PUT',
    path: '/enrolment/password',
    summary: 'Sets the password that the box will have',
    tag: 'enrolment',
    access: { kind: 'applicant' },
    body: Closed({ password: Text(200) }),
    reply: EnrolmentView,
    refusals: ['passwordWeak', 'draftIncomplete', 'notInThisState'],
  },
  sendConfirmation: {
    method: 'POST',
    path: '/enrolment/reference-email',
    summary: 'Sends a code and a link to the reference e-mail',
    tag: 'enrolment',
    access: { kind: 'applicant' },
    body: Closed({ email: Text(254) }),
    reply: EnrolmentView,
    refusals: ['emailInvalid', 'emailCertified', 'tooManyMessages', 'notInThisState'],
  },
  confirmCode: {
    method: 'POST',
    path: '/enrolment/reference-email/code',
    summary: 'Confirms the reference e-mail by the code that it received',
    tag: 'enrolment',
    access: { kind: 'applicant' },
    body: Closed({ code: Text(20) }),
    reply: EnrolmentView,
    refusals: ['codeWrong', 'codeExpired'],
  },
  confirmLink: {
    method: 'POST',
    path: '/enrolments/confirm',
    summary: 'Confirms the reference e-mail by the link that it received, on any device',
    tag: 'enrolment',
    access: { kind: 'public' },
    body: Closed({ token: Text(100) }),
    reply: Type.Object({ caseNumber: Type.String(), email: Type.String() }),
    refusals: ['linkInvalid'],
  },
  requestResume: {
    method: 'POST',
    path: '/enrolments/resume-link',
    summary: 'Sends the link of a case to its reference e-mail, if there is one; the answer never tells',
    tag: 'enrolment',
    access: { kind: 'public' },
    body: Closed({ conventionCode: Text(80), fiscalCode: Text(40) }),
    reply: Type.Object({ sent: Type.Literal('ifThereIsOne') }),
  },
  resumeEnrolment: {
    method: 'POST',
    path: '/enrolments/resume',
    summary: 'Opens a case by the link that its reference e-mail received',
    tag: 'enrolment',
    access: { kind: 'public' },
    body: Closed({ token: Text(100) }),
    reply: EnrolmentView,
    refusals: ['linkInvalid'],
  },
  putDocument: {
    method: 'PUT',
    path: '/enrolment/documents/:kind',
    summary: 'Uploads a side of the identity document, or the signed module: the bytes of an image or a PDF',
    tag: 'enrolment',
    access: { kind: 'applicant' },
    params: SIDE,
    body: { binary: true, limitBytes: DOCUMENT_LIMIT_BYTES },
    reply: EnrolmentView,
    refusals: [...DOCUMENT_REFUSALS, 'notInThisState'],
  },
  getDocument: {
    method: 'GET',
    path: '/enrolment/documents/:kind/pages/:page',
    summary: 'A page of what the applicant uploaded',
    tag: 'enrolment',
    access: { kind: 'applicant' },
    params: Closed({ kind: OneOf('front', 'back', 'module'), page: Type.Integer({ minimum: 1, maximum: 100 }) }),
    reply: { binary: true, types: ['image/jpeg', 'image/png'] },
  },
  deleteDocument: {
    method: 'DELETE',
    path: '/enrolment/documents/:kind',
    summary: 'Takes an upload back',
    tag: 'enrolment',
    access: { kind: 'applicant' },
    params: SIDE,
    reply: EnrolmentView,
    refusals: ['notInThisState'],
  },
  getModule: {
    method: 'GET',
    path: '/enrolment/module.pdf',
    summary: 'The module to sign, with the QR of the case',
    tag: 'enrolment',
    access: { kind: 'applicant' },
    reply: { binary: true, types: ['application/pdf'] },
    refusals: ['draftIncomplete'],
  },
  acceptModule: {
    method: 'POST',
    path: '/enrolment/acceptance',
    summary: 'Accepts the module on screen',
    tag: 'enrolment',
    access: { kind: 'applicant' },
    body: Closed({ terms: Type.Literal(true), privacy: Type.Literal(true), truthful: Type.Literal(true) }),
    reply: EnrolmentView,
    refusals: ['draftIncomplete', 'notInThisState'],
  },
  submitEnrolment: {
    method: 'POST',
    path: '/enrolment/submission',
    summary: 'Sends the case to the provider; again, once it was mended',
    tag: 'enrolment',
    access: { kind: 'applicant' },
    reply: EnrolmentView,
    idempotent: true,
    refusals: [
      'draftIncomplete',
      'conventionExpired',
      'conventionFull',
      'memberNotActive',
      'addressTaken',
      'notInThisState',
    ],
  },
  withdrawEnrolment: {
    method: 'POST',
    path: '/enrolment/withdrawal',
    summary: 'Takes the case back',
    tag: 'enrolment',
    access: { kind: 'applicant' },
    reply: EnrolmentView,
    refusals: ['notInThisState'],
  },
  lookAtRenewal: {
    method: 'POST',
    path: '/renewals/look',
    summary: 'What the link of a renewal offers',
    tag: 'enrolment',
    access: { kind: 'public' },
    body: Closed({ token: Text(100) }),
    reply: RenewalOffer,
    refusals: ['linkInvalid'],
  },
  orderRenewal: {
    method: 'POST',
    path: '/renewals',
    summary: 'Orders the next term of a box, at the cost of its holder: the invoice follows',
    tag: 'enrolment',
    access: { kind: 'public' },
    body: Closed({ token: Text(100) }),
    reply: RenewalOffer,
    idempotent: true,
    refusals: ['linkInvalid', 'notInThisState'],
  },
  getRenewalInvoice: {
    method: 'POST',
    path: '/renewals/invoice',
    summary: 'The courtesy copy of the invoice of the term that was ordered by a link',
    tag: 'enrolment',
    access: { kind: 'public' },
    body: Closed({ token: Text(100) }),
    reply: { binary: true, types: ['application/pdf'] },
    refusals: ['linkInvalid', 'notFound'],
  },
  leaveEnrolment: {
    method: 'DELETE',
    path: '/enrolment/session',
    summary: 'Forgets the case on this device',
    tag: 'enrolment',
    access: { kind: 'applicant' },
  },
} as const satisfies Record<string, Endpoint>
