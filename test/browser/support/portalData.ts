// Invented data of the portal, for tests of screens alone: an active case whose member pays, renewals that are none.
import { HISTORIC_PASSWORD_POLICY } from '../../../src/core/convention/convention.ts'
import { BOX, CONVENTION, DAY, ORDER } from './officeData.ts'
import { type Fake, type ReplyOf, refused } from './officeFake.ts'

const PHONE = '0862 000000'
const at = (port: number) => ({ host: 'localhost', port, security: 'tls' }) as const

/** A member who pays, with an active box; the invoice was taken back once. */
const ACTIVE: ReplyOf<'getEnrolment'> = {
  caseNumber: '26-7K2M-94QP',
  state: 'active',
  version: 5,
  convention: {
    code: CONVENTION.code,
    order: ORDER,
    provider: 'Gestore Alfa',
    standing: 'open',
    domain: CONVENTION.domain,
    startsOn: CONVENTION.startsOn,
    endsOn: CONVENTION.endsOn,
    termMonths: CONVENTION.termMonths,
    payer: 'member',
    priceCents: CONVENTION.priceCents,
    quotaBytes: BOX.quotaBytes,
    graceDays: 30,
    receivesWhenExpired: true,
    orderSeesUnread: true,
    passwordPolicy: HISTORIC_PASSWORD_POLICY,
    helpDeskPhone: PHONE,
    secretariat: { phone: '0862 111111', email: 'segreteria@ordine.example' },
    reviewDays: 2,
  },
  person: { fiscalCode: 'DLLNMR64C67A345P', surname: 'Dell’Acqua', givenName: 'Anna Maria' },
  warnings: [],
  draft: {},
  address: BOX.address,
  passwordSet: true,
  referenceEmail: 'annamaria@posta.example',
  referenceConfirmed: true,
  documents: [],
  acceptance: 'onScreen',
  missing: [],
  tracker: [
    { step: 'received', state: 'done', at: DAY },
    { step: 'verified', state: 'done', at: DAY },
    { step: 'active', state: 'done', at: DAY },
  ],
  events: [],
  box: { address: BOX.address, activatedAt: DAY, expiresAt: '2029-11-23T22:59:59Z' },
  mailServers: { imap: at(1993), pop3: at(1995), smtp: at(1465) },
  invoices: ['TD01', 'TD04'],
  createdAt: DAY,
  submittedAt: DAY,
}

const OFFER: ReplyOf<'lookAtRenewal'> = {
  address: BOX.address,
  name: 'Anna Maria Dell’Acqua',
  order: ORDER.name,
  expiresAt: BOX.expiresAt,
  nextExpiresAt: '2029-12-12T22:59:59Z',
  termMonths: CONVENTION.termMonths,
  priceCents: 1850,
  totalCents: 2257,
  payer: 'member',
  open: true,
  expired: true,
  graceUntil: '2027-01-11T22:59:59Z',
  receivesWhenExpired: false,
  takeOutDays: 60,
  helpDeskPhone: PHONE,
  renewed: false,
  invoiced: false,
}

/** Secrets of links, by what they open; any other opens nothing. */
export const [GRACE, ORDER_PAYS, CLOSED] = ['g', 'o', 'c'].map((letter) => letter.repeat(43)) as [
  string,
  string,
  string,
]
const OFFERS: Readonly<Record<string, ReplyOf<'lookAtRenewal'>>> = {
  [GRACE]: OFFER,
  [ORDER_PAYS]: { ...OFFER, payer: 'order', open: false, expired: false },
  [CLOSED]: { ...OFFER, open: false },
}

export const PORTAL_FAKE: Fake = {
  getEnrolment: () => ACTIVE,
  lookAtRenewal: ({ body }) => OFFERS[String(body.token)] ?? refused('linkInvalid'),
}
