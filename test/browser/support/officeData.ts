// Invented data of an Order and of the provider, for tests of screens alone: every state that a screen must show.
import { PERMISSIONS, type Role } from '../../../src/core/identity/permissions.ts'
import type { Fake, ReplyOf } from './officeFake.ts'

type Session = ReplyOf<'getSession'>
type Member = ReplyOf<'listMembers'>['items'][number]
type Case = ReplyOf<'listCases'>['items'][number]

export const ORDER = {
  code: 'OMCEO-XX',
  name: 'Ordine dei Medici Chirurghi e degli Odontoiatri della Provincia di Prova',
}
const DAY = '2026-11-23T09:14:00Z'

export const sessionOf = (...roles: readonly Role[]): Session => ({
  stage: 'full',
  email: 'segreteria@ordine.example',
  name: 'Marta Segretaria',
  grants: roles.map((role) => ({
    role,
    ...(role.startsWith('order') ? { order: ORDER } : {}),
    permissions: [...PERMISSIONS[role]],
  })),
  secondFactor: { required: false, set: false, recoveryCodesLeft: 0 },
})

const BOX: NonNullable<Member['box']> = {
  address: 'annamaria.dellacqua@pec.ordine-medici-prova.example',
  state: 'active',
  activatedAt: '2023-12-12T09:00:00Z',
  expiresAt: '2026-12-12T09:00:00Z',
  usedBytes: 1_010_000_000,
  quotaBytes: 1_073_741_824,
  unreadSince: '2026-10-01T07:00:00Z',
}

const member = (id: number, surname: string, givenName: string, more: Partial<Member> = {}): Member => ({
  id,
  fiscalCode: 'RSSMRA64C27A345X',
  surname,
  givenName,
  number: String(1000 + id),
  section: 'physician',
  status: 'active',
  contactEmail: `${givenName.toLowerCase().replace(/\W/g, '')}@posta.example`,
  exceptions: [],
  ...more,
})

export const MEMBERS: readonly Member[] = [
  member(1, 'Dell’Acqua', 'Anna Maria', {
    box: BOX,
    exceptions: ['full', 'expiring', 'unread'],
    domicile: { address: BOX.address, state: 'confirmed', origin: 'convention' },
    section: 'both',
  }),
  member(2, 'Rossi', 'Mario', { exceptions: ['noDomicile'], invitedAt: '2026-11-02T08:00:00Z' }),
  member(3, 'Bianchi', 'Giosuè', {
    exceptions: ['enrolling', 'noDomicile'],
    enrolment: { caseNumber: 'CR-7K2M-94QP', state: 'awaitingDocument', since: DAY },
  }),
  member(4, 'De Santis', 'Chiara', {
    exceptions: ['awaitingDomicile'],
    domicile: { address: 'chiara.desantis@altro-gestore.example', state: 'awaiting', origin: 'secretariat' },
  }),
  member(5, 'Verdi', 'Ugo', { status: 'cancelled' }),
  member(6, 'Gallo', 'Pia', {
    domicile: { address: 'pia.gallo@pec.altro.example', state: 'confirmed', origin: 'member' },
    section: 'dentist',
  }),
]

const CONVENTION = {
  code: 'OMCEO-XX-0001',
  standing: 'open',
  domain: 'pec.ordine-medici-prova.example',
  startsOn: '2026-01-01',
  endsOn: '2028-12-31',
  seats: 250,
  taken: 231,
  termMonths: 36,
  priceCents: 1850,
  payer: 'order',
} as const

export const ORDER_VIEW: ReplyOf<'getOrder'> = {
  ...ORDER,
  conventions: [CONVENTION],
  members: 200,
  boxes: 61,
  exceptions: { noDomicile: 112, awaitingDomicile: 1, enrolling: 7, expiring: 4, full: 2, unread: 9 },
  lastImportAt: DAY,
}

const MEMBER_VIEW: ReplyOf<'getMember'> = {
  member: MEMBERS[0]!,
  domiciles: [
    { id: 2, address: BOX.address, origin: 'convention', state: 'confirmed', since: '2023-12-12T09:00:00Z' },
    {
      id: 1,
      address: 'a.dellacqua@vecchia.example',
      origin: 'member',
      state: 'ceased',
      since: '2019-01-10T08:00:00Z',
      until: '2023-12-12T09:00:00Z',
    },
  ],
  enrolments: [
    {
      caseNumber: 'CR-7K2M-94QP',
      convention: CONVENTION.code,
      state: 'active',
      createdAt: '2023-12-09T09:00:00Z',
      submittedAt: '2023-12-10T09:00:00Z',
    },
  ],
  events: [
    { at: '2023-12-10T09:00:00Z', event: 'submit', actor: 'applicant' },
    {
      at: '2023-12-11T10:00:00Z',
      event: 'askAgain',
      actor: 'staff',
      staff: 'Olga Operatrice',
      reason: 'La foto del retro è sfocata. Rifalla alla luce del giorno.',
    },
    { at: '2023-12-12T09:00:00Z', event: 'provisioned', actor: 'system' },
  ],
  procedures: [
    { kind: 'suspend', allowed: true },
    { kind: 'reinstate', allowed: false, why: 'L’iscritto non è sospeso.' },
    { kind: 'strikeOff', allowed: true },
    { kind: 'transfer', allowed: true },
    { kind: 'death', allowed: true },
    { kind: 'withdraw', allowed: true },
  ],
}

export const ROLL: ReplyOf<'getRoll'> = {
  id: '018f7f43-1b2c-4a5d-9e6f-0a1b2c3d4e5f',
  fileName: 'albo-novembre-2026.csv',
  format: 'csv',
  state: 'uploaded',
  columns: ['Cod. fiscale', 'Cognome', 'Nome', 'N. iscr.', 'Albo', 'E-mail', 'Note'],
  mapping: { fiscalCode: 0, surname: 1, givenName: 2, number: 3, section: 4, email: 5 },
  sample: [
    ['RSSMRA64C27A345X', 'Rossi', 'Mario', '1002', 'Medici', 'mario@posta.example', ''],
    ['BNCGSI70A01H501Z', 'Bianchi', 'Giosuè', '1003', 'Odontoiatri', '', 'in maternità fino a marzo'],
  ],
  counts: { rows: 203, added: 12, changed: 5, unchanged: 184, wrong: 2, absent: 3 },
  errors: [
    {
      row: 17,
      code: 'fiscalCode.checkCharacter',
      message: 'L’ultimo carattere del codice fiscale non torna: c’è un errore di battitura.',
      cells: ['RSSMRA64C27A345Y', 'Rossi', 'Mario'],
    },
    { row: 88, code: 'name.missing', message: 'Manca il cognome.', cells: ['VRDGUO61B02F205K', '', 'Ugo'] },
  ],
  absent: ['Neri Zoë', 'Lo Presti Domenico', 'Fo Noè'],
  createdAt: DAY,
}

const INVOICE: ReplyOf<'listInvoices'>['items'][number] = {
  id: '018f7f43-1b2c-4a5d-9e6f-0a1b2c3d4e60',
  number: '2026/000123',
  kind: 'TD01',
  dated: '2026-11-20',
  member: 'Dell’Acqua Anna Maria',
  caseNumber: 'CR-7K2M-94QP',
  payer: 'order',
  netCents: 1850,
  vatCents: 407,
  stampCents: 0,
  totalCents: 2257,
  reversed: false,
  exchangeState: 'pending',
}

const AUDIT: ReplyOf<'listOrderAudit'> = {
  items: [
    {
      id: 3,
      at: DAY,
      actor: 'staff',
      staff: 'Marta Segretaria',
      action: 'roll.applied',
      subjectKind: 'roll',
      subject: 'albo-novembre-2026.csv',
      details: { added: 12, changed: 5 },
    },
    {
      id: 2,
      at: DAY,
      actor: 'system',
      action: 'box.activated',
      subjectKind: 'mailbox',
      subject: BOX.address,
      details: {},
    },
  ],
  next: 'b',
}

const STAFF: ReplyOf<'listOrderStaff'> = {
  items: [
    {
      id: 1,
      email: 'segreteria@ordine.example',
      name: 'Marta Segretaria',
      role: 'orderAdmin',
      state: 'active',
      secondFactor: true,
      lastSeenAt: DAY,
    },
    {
      id: 2,
      email: 'lettrice@ordine.example',
      name: 'Lia Lettrice',
      role: 'orderReader',
      state: 'invited',
      secondFactor: false,
    },
  ],
}

export const STAFF_FAKE: Fake = {
  getSession: () => sessionOf('orderAdmin'),
  signOut: () => undefined,
  listSessions: () => ({
    items: [
      {
        id: ROLL.id,
        current: true,
        createdAt: DAY,
        seenAt: DAY,
        remoteAddress: '192.0.2.10',
        userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
      },
      {
        id: INVOICE.id,
        current: false,
        createdAt: DAY,
        seenAt: DAY,
        remoteAddress: '198.51.100.7',
        userAgent:
          'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile Safari/604.1',
      },
    ],
  }),
  endSession: () => undefined,
  changePassword: () => undefined,
  renewRecoveryCodes: () => ({ recoveryCodes: ['7KQ2-M9XD', 'PL4T-88RW'] }),
  getSecondFactorSetup: () => ({
    secret: 'JBSWY3DPEHPK3PXP',
    uri: 'otpauth://totp/x',
    qrSvg:
      '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><path d="M0 0h4v4H0zM6 0h4v4H6zM0 6h4v4H0zM6 6h2v2H6z"/></svg>',
  }),
  confirmSecondFactor: () => ({
    session: sessionOf('orderAdmin'),
    recoveryCodes: [
      '7KQ2-M9XD',
      'PL4T-88RW',
      'Z3NB-CC2F',
      'QW8E-4RTY',
      'A1SD-F2GH',
      'ZX5C-6VBN',
      'MN7B-V8CX',
      'LK9J-H0GF',
    ],
  }),
  getInvitation: () => ({
    email: 'nuova@ordine.example',
    name: 'Nina Nuova',
    role: 'orderSecretary',
    order: ORDER.name,
    hasAccount: false,
  }),
}

export const ORDER_FAKE: Fake = {
  ...STAFF_FAKE,
  getOrder: () => ORDER_VIEW,
  listMembers: ({ query }) => ({
    items: MEMBERS.filter(
      (one) => !query.get('exception') || one.exceptions.some((kind) => kind === query.get('exception')),
    ),
    total: 200,
    next: 'b',
  }),
  getMember: () => MEMBER_VIEW,
  updateMember: () => MEMBERS[0]!,
  addDomicile: () => MEMBER_VIEW.domiciles[0]!,
  beginProcedure: () => MEMBERS[0]!,
  getRoll: ({ params }) =>
    params.import === INVOICE.id ? { ...ROLL, id: INVOICE.id, state: 'applied', appliedAt: DAY } : ROLL,
  previewInvitations: () => ({
    subject: 'La tua casella PEC con la convenzione dell’Ordine',
    text: 'Gentile collega,\n\nl’Ordine ti offre una casella di posta certificata per tre anni, senza spese per te.\nPer attivarla apri questo link e tieni a portata di mano un documento:\n\nhttps://posta.example/convenzioni/OMCEO-XX-0001\n',
    invited: [{ id: 2, name: 'Rossi Mario', email: 'mario@posta.example' }],
    left: [{ id: 5, name: 'Verdi Ugo', why: 'È cancellato dall’albo.' }],
  }),
  sendInvitations: () => ({
    outcomes: [
      { id: 2, name: 'Rossi Mario', sent: true },
      { id: 5, name: 'Verdi Ugo', sent: false, why: 'È cancellato dall’albo.' },
    ],
  }),
  getCosts: () => ({
    invoicedCents: 451_400,
    reversedCents: 2257,
    thisYearCents: 112_850,
    forecast: Array.from({ length: 12 }, (_, index) => ({
      quarter: `${2026 + Math.floor((index + 3) / 4)}-Q${((index + 3) % 4) + 1}`,
      renewals: (index * 7) % 23,
      pending: index === 0 ? 7 : 0,
      orderCents: ((index * 7) % 23) * 2257 + (index === 0 ? 15_799 : 0),
      memberCents: 0,
    })),
    years: [2026, 2027, 2028].map((year) => ({ year, renewals: 40, pending: 7, orderCents: 106_079, memberCents: 0 })),
  }),
  listInvoices: () => ({
    items: [INVOICE, { ...INVOICE, id: ROLL.id, number: '2026/000124', kind: 'TD04', reversed: true }],
  }),
  listOrderStaff: () => STAFF,
  listOrderAudit: () => AUDIT,
}

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
  listProviderStaff: () => STAFF,
  listProviderAudit: () => AUDIT,
})
