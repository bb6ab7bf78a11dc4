// Invented data of the provider's office, for tests of screens alone: cases, papers, conventions.
import {
  AUDIT,
  BOX,
  CONVENTION,
  DAY,
  INVOICE,
  MEMBER_VIEW,
  ORDER,
  ROLL,
  STAFF,
  STAFF_FAKE,
  sessionOf,
} from './officeData.ts'
import type { Fake, ReplyOf } from './officeFake.ts'

type Case = ReplyOf<'listCases'>['items'][number]

const aCase = (caseNumber: string, more: Partial<Case> = {}): Case => ({
  caseNumber,
  state: 'awaitingReview',
  version: 3,
  order: ORDER.name,
  convention: CONVENTION.code,
  surname: 'Dell’Acqua',
  givenName: 'Anna Maria',
  fiscalCode: 'DLLNMR64C67A345P',
  submittedAt: '2026-11-20T15:00:00Z',
  ageDays: 2.4,
  late: false,
  firstApproval: false,
  ...more,
})

export const CASES: readonly Case[] = [
  aCase('CR-7K2M-94QP', { ageDays: 4.2, late: true }),
  aCase('CR-3HNT-K81W', { surname: 'Rossi', givenName: 'Mario', firstApproval: true }),
  aCase('CR-ZX4D-0QMM', { surname: 'Colonna di Stigliano', givenName: 'Pier Luigi', ageDays: 0.2 }),
]

type Sent = ReplyOf<'listProviderInvoices'>['items'][number]
const sent = (index: number, more: Partial<Sent>): Sent => ({
  ...INVOICE,
  id: INVOICE.id.slice(0, -1) + index,
  number: `2026/00012${index}`,
  order: ORDER.code,
  payerName: ORDER.name,
  fileName: `IT01234560017_0000${index}.xml`,
  exchangeState: 'toSend',
  ...more,
})
const SENT: Sent[] = [
  sent(5, {}),
  sent(4, { payer: 'member', payerName: 'Rossi Mario', member: 'Rossi Mario', exchangeState: 'sent', stampCents: 200 }),
  sent(3, { kind: 'TD04', exchangeState: 'madeAvailable', reversed: true }),
  sent(2, { exchangeState: 'rejected', reversed: true }),
]

export const CASE_VIEW: ReplyOf<'getCase'> = {
  case: CASES[0]!,
  draft: {
    birthDate: '1964-03-27',
    birthPlace: 'L’Aquila',
    street: 'Via dei Frentani 12',
    postcode: '67100',
    town: 'L’Aquila',
    province: 'AQ',
    phone: '0862 123456',
    documentType: 'identityCard',
    documentNumber: 'CA12345AA',
    documentIssuer: 'Comune dell’Aquila',
    documentExpiry: '2031-03-27',
  },
  address: BOX.address,
  referenceEmail: 'annamaria@posta.example',
  acceptance: 'onScreen',
  member: {
    surname: 'Dell’Acqua',
    givenName: 'Annamaria',
    fiscalCode: 'DLLNMR64C67A345P',
    number: '1001',
    section: 'both',
    status: 'active',
  },
  checks: [
    { check: 'fiscalCode', outcome: 'right', text: 'Il carattere di controllo del codice fiscale torna.' },
    { check: 'name', outcome: 'warning', text: 'Il nome è scritto in modo diverso nell’albo: Annamaria.' },
    { check: 'expiry', outcome: 'right', text: 'Il documento scade il 27 marzo 2031.' },
    { check: 'legible', outcome: 'wrong', text: 'La foto del retro è molto scura: forse non si legge.' },
  ],
  documents: [
    {
      id: ROLL.id,
      kind: 'front',
      pages: 1,
      sizeBytes: 412_000,
      uploadedAt: DAY,
      origin: 'applicant',
      warnings: [],
      superseded: false,
    },
    {
      id: INVOICE.id,
      kind: 'back',
      pages: 2,
      sizeBytes: 388_000,
      uploadedAt: DAY,
      origin: 'applicant',
      warnings: ['dark'],
      superseded: false,
    },
    {
      id: '018f7f43-1b2c-4a5d-9e6f-0a1b2c3d4e61',
      kind: 'back',
      pages: 1,
      sizeBytes: 1000,
      uploadedAt: DAY,
      origin: 'applicant',
      warnings: [],
      superseded: true,
    },
  ],
  otherBoxes: [],
  earlierCases: [aCase('CR-OLD0-0001', { state: 'lapsed' })],
  events: [{ at: '2026-11-20T15:00:00Z', event: 'submit', actor: 'applicant' }],
  views: [{ at: DAY, staff: 'Olga Operatrice', kind: 'front', page: 1 }],
  actions: [
    { action: 'approve', allowed: true },
    { action: 'askAgain', allowed: true },
    { action: 'refuse', allowed: true },
  ],
}

const TERMS = {
  termMonths: 36,
  priceCents: 1850,
  payer: 'order',
  passwordPolicy: {
    minLength: 8,
    maxLength: 20,
    letters: true,
    digits: true,
    symbols: false,
    notPersonal: true,
    notCommon: true,
  },
  quotaBytes: 1_073_741_824,
  graceDays: 30,
  receivesWhenExpired: true,
  takeOutDays: 90,
  secondPairOfEyes: false,
  orderSeesUnread: true,
  helpDeskPhone: '0862 000000',
} as const

const PAPER: ReplyOf<'listIncoming'>['items'][number] = {
  id: ROLL.id,
  origin: 'gateway',
  described: 'Fax da 0862 999999, 2 pagine',
  arrivedAt: DAY,
  pages: 2,
  suggestedCase: 'CR-7K2M-94QP',
  state: 'waiting',
}

/** `page` is the image of every page. */
export const operatorFake = (page: Buffer): Fake => ({
  ...STAFF_FAKE,
  getSession: () => ({ ...sessionOf('operatorAdmin'), email: 'operatore@alfa.example', name: 'Olga Operatrice' }),
  listCases: ({ query }) => ({ items: query.get('q') ? CASES.slice(0, 1) : [...CASES], waiting: 3, late: 1 }),
  getCase: ({ params }) => ({ ...CASE_VIEW, case: { ...CASES.find((one) => one.caseNumber === params.case)! } }),
  viewDocument: () => page,
  viewIncoming: () => page,
  listReasons: () => ({
    reasons: [
      {
        code: 'blurred',
        for: 'askAgain',
        title: 'Foto sfocata o scura',
        text: 'La foto del documento non si legge bene. Rifalla alla luce del giorno.',
      },
      {
        code: 'dataDiffer',
        for: 'askAgain',
        title: 'Dati diversi dal documento',
        text: 'Alcuni dati scritti non sono quelli del documento. Correggi: ',
      },
      {
        code: 'anotherPerson',
        for: 'refuse',
        title: 'Un’altra persona',
        text: 'Il documento caricato è di una persona diversa.',
      },
    ],
  }),
  listIncoming: () => ({
    items: [
      PAPER,
      { ...PAPER, id: INVOICE.id, described: 'Scansione.pdf', suggestedCase: undefined, origin: 'console' },
    ],
  }),
  listOrders: () => ({
    items: [
      {
        ...ORDER,
        localHolidays: ['06-10'],
        profile: {
          fiscalCode: '80000000000',
          address: { street: 'Via Prova 1', postcode: '67100', town: 'L’Aquila', province: 'AQ' },
          secretariat: { phone: '0862 111111', email: 'segreteria@ordine.example', hours: 'lunedì-venerdì 9-12' },
          invoicing: { format: 'FPA12', recipientCode: 'UF1234', splitPayment: true },
        },
        members: 200,
        boxes: 61,
      },
    ],
  }),
  listFrameworks: () => ({
    items: [
      {
        code: 'FED-2026',
        federation: 'Federazione nazionale di prova',
        title: 'Accordo quadro 2026',
        signedOn: '2026-01-10',
      },
    ],
  }),
  listConventions: () => ({
    items: [
      {
        code: CONVENTION.code,
        order: ORDER.code,
        framework: 'FED-2026',
        domain: CONVENTION.domain,
        startsOn: CONVENTION.startsOn,
        endsOn: CONVENTION.endsOn,
        seats: 250,
        taken: 231,
        standing: 'open',
        terms: TERMS,
      },
    ],
  }),
  getBoxes: () => ({
    items: [{ ...BOX, holder: 'Dell’Acqua Anna Maria', order: ORDER.name, events: MEMBER_VIEW.events }],
  }),
  listProviderInvoices: ({ query }) => ({ items: query.get('state') ? SENT.slice(-1) : SENT }),
  getProviderInvoiceXml: () => page,
  noteInvoiceExchange: () => ({ id: INVOICE.id, exchangeState: 'sent' }),
  listWithheldPurchases: () => ({
    items: [
      {
        id: ROLL.id,
        order: ORDER.code,
        caseNumber: 'CR-ZX4D-0QMM',
        payer: 'member',
        priceCents: 1850,
        orderedAt: DAY,
        wants: ['postcode', 'province'],
      },
      { id: INVOICE.id, order: ORDER.code, payer: 'order', priceCents: 1850, orderedAt: DAY, wants: ['officeCode'] },
    ],
  }),
  listProviderStaff: () => STAFF,
  listProviderAudit: () => AUDIT,
})
