// An Order with a convention, and members with cases that may buy.
import { randomUUID } from 'node:crypto'
import type { ConventionTerms, OrderProfile } from '../../../src/core/convention/convention.ts'
import { HISTORIC_PASSWORD_POLICY } from '../../../src/core/convention/convention.ts'
import type { Instant } from '../../../src/core/lib/instant.ts'
import { type Database, timestamp } from '../../../src/shell/db/pool.ts'

export const profile: OrderProfile = {
  fiscalCode: '80000000001',
  address: { street: 'Piazza del Duomo 3', postcode: '67100', town: "L'Aquila", province: 'AQ' },
  secretariat: { phone: '0862 000000', email: 'segreteria@ordine.example' },
  invoicing: { format: 'FPA12', recipientCode: 'UFABC1', splitPayment: false, cig: 'Z123456789' },
}

export const terms: ConventionTerms = {
  termMonths: 36,
  priceCents: 2_500,
  payer: 'order',
  passwordPolicy: HISTORIC_PASSWORD_POLICY,
  quotaBytes: 1_073_741_824,
  graceDays: 60,
  receivesWhenExpired: false,
  takeOutDays: 90,
  secondPairOfEyes: false,
  orderSeesUnread: true,
  helpDeskPhone: '0862 111111',
}

export const residence = { street: 'Via dei Mille 5', postcode: '65121', town: 'Pescara', province: 'pe' }

const one = async (db: Database, name: string, text: string, values: readonly unknown[]): Promise<number> =>
  (await db.query<{ id: number }>(name, text, values))[0]!.id

let made = 0

export const makeOrder = (db: Database, at: Instant, more: Partial<OrderProfile> = {}): Promise<number> => {
  made += 1
  return one(
    db,
    'test-billing-order',
    `insert into professional_order (code, name, profile, created_at) values ($1, 'Ordine dei Medici di Prova', $2, $3)
     returning id`,
    [`OMCEO-${made}`, JSON.stringify({ ...profile, ...more }), timestamp(at)],
  )
}

export const makeConvention = (
  db: Database,
  orderId: number,
  at: Instant,
  more: Partial<ConventionTerms> = {},
): Promise<number> => {
  made += 1
  return one(
    db,
    'test-billing-convention',
    `insert into convention (code, order_id, domain, starts_on, ends_on, terms, created_at)
     values ($1, $2, 'pec.example', '2026-01-01', '2030-12-31', $3, $4) returning id`,
    [`OMCEO-XX-${made}`, orderId, JSON.stringify({ ...terms, ...more }), timestamp(at)],
  )
}

export type Case = { readonly enrolmentId: string; readonly conventionId: number; readonly memberId: number }

/** A member of the Order with a case under the convention. */
export const makeCase = async (
  db: Database,
  orderId: number,
  conventionId: number,
  at: Instant,
  draft: object = residence,
): Promise<Case> => {
  made += 1
  const n = made
  const fiscal = `RSSMRA60A${String(n).padStart(2, '0').slice(-2)}A${String(n).padStart(3, '0').slice(-3)}X`
  const memberId = await one(
    db,
    'test-billing-member',
    `insert into member (order_id, fiscal_key, fiscal_code, surname, given_name, section, status, changed_at)
     values ($1, $2, $3, 'D''Angelo', 'Nicolò', 'dentist', 'active', $4) returning id`,
    [orderId, `key-${n}`, fiscal, timestamp(at)],
  )
  const enrolmentId = randomUUID()
  await db.query(
    'test-billing-enrolment',
    `insert into enrolment (id, case_number, convention_id, member_id, state, fiscal_key, draft, created_at)
     values ($1, $2, $3, $4, 'awaitingReview', $5, $6, $7)`,
    [enrolmentId, `CP-${n}`, conventionId, memberId, `key-${n}`, JSON.stringify(draft), timestamp(at)],
  )
  return { enrolmentId, conventionId, memberId }
}
