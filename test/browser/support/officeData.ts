// Invented data of an Order and of the provider, for tests of screens alone: every state that a screen must show.
import { PERMISSIONS, type Role } from '../../../src/core/identity/permissions.ts'
import type { Fake, ReplyOf } from './officeFake.ts'

type Session = ReplyOf<'getSession'>
type Member = ReplyOf<'listMembers'>['items'][number]

export const ORDER = {
  code: 'OMCEO-XX',
  name: 'Ordine dei Medici Chirurghi e degli Odontoiatri della Provincia di Prova',
}
export const DAY = '2026-11-23T09:14:00Z'

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

export const BOX: NonNullable<Member['box']> = {
  address: 'annamaria.dellacqua@pec.ordine-medici-prova.example',
  state: 'active',
  activatedAt: '2023-12-12T09:00:00Z',
  expiresAt: '2026-12-12T09:00:00Z',
  usedBytes: 1_010_000_000,
  quotaBytes: 1_073_741_824,
  seesUnread: true,
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

export const CONVENTION = {
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

export const MEMBER_VIEW: ReplyOf<'getMember'> = {
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

export const INVOICE: ReplyOf<'listInvoices'>['items'][number] = {
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

export const AUDIT: ReplyOf<'listOrderAudit'> = {
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

export const STAFF: ReplyOf<'listOrderStaff'> = {
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
  getInvitation: ({ body }) => ({
    email: 'nuova@ordine.example',
    name: 'Nina Nuova',
    role: 'orderSecretary',
    order: ORDER.name,
    hasAccount: false,
    newPassword: body.token === 'password',
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
