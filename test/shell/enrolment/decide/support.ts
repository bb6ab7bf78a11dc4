// Cases for tests of decisions: an Order, a convention, members, and enrolments as their applicants have sent them.
import { randomUUID } from 'node:crypto'
import { type ConventionTerms, HISTORIC_PASSWORD_POLICY } from '../../../../src/core/convention/convention.ts'
import type { Instant } from '../../../../src/core/lib/instant.ts'
import { addressKey } from '../../../../src/core/mail/address.ts'
import { canonicalFiscalCode } from '../../../../src/core/register/fiscalCode.ts'
import { type Database, timestamp } from '../../../../src/shell/db/pool.ts'

export const TERMS: ConventionTerms = {
  termMonths: 36,
  priceCents: 2_700,
  payer: 'order',
  passwordPolicy: HISTORIC_PASSWORD_POLICY,
  quotaBytes: 1024 ** 3,
  graceDays: 90,
  receivesWhenExpired: false,
  takeOutDays: 60,
  secondPairOfEyes: false,
  orderSeesUnread: true,
  helpDeskPhone: '0861 000000',
}

export type TestConvention = { readonly orderId: number; readonly conventionId: number; readonly domain: string }

/** An Order with one convention. */
export const makeConvention = async (
  db: Database,
  now: Instant,
  changes: { code?: string; terms?: Partial<ConventionTerms>; domain?: string; holidays?: readonly string[] } = {},
): Promise<TestConvention> => {
  const code = changes.code ?? 'OMCEO-AQ'
  const domain = changes.domain ?? 'pec.prova.example'
  const profile = {
    fiscalCode: '80002130666',
    address: { street: 'Via Prova 1', postcode: '67100', town: 'L’Aquila', province: 'AQ' },
    secretariat: { phone: '0862 000000', email: 'segreteria@ordine.example' },
    invoicing: { format: 'FPA12', recipientCode: 'UFPROV', splitPayment: true },
  }
  const [order] = await db.query<{ id: number }>(
    'test-order',
    `insert into professional_order (code, name, profile, local_holidays, created_at) values ($1, 'Ordine di Prova', $2, $3, $4) returning id`,
    [code, JSON.stringify(profile), changes.holidays ?? [], timestamp(now)],
  )
  const [convention] = await db.query<{ id: number }>(
    'test-convention',
    `insert into convention (code, order_id, domain, starts_on, ends_on, terms, created_at)
     values ($1, $2, $3, '2026-01-01', '2028-12-31', $4, $5) returning id`,
    [`${code}-0051`, order!.id, domain, JSON.stringify({ ...TERMS, ...changes.terms }), timestamp(now)],
  )
  return { orderId: order!.id, conventionId: convention!.id, domain }
}

export type TestCase = {
  readonly id: string
  readonly caseNumber: string
  readonly memberId: number
  readonly address: string
}

export type CaseChanges = {
  readonly fiscalCode?: string
  readonly surname?: string
  readonly givenName?: string
  readonly status?: string
  readonly state?: string
  readonly local?: string
  readonly draft?: Readonly<Record<string, string>>
  readonly submittedAt?: Instant
  readonly documents?: readonly string[]
  readonly acceptance?: string | null
  readonly referenceEmail?: string
}

let cases = 0

/** A member of the Order, and the member's case, sent and complete. */
export const makeCase = async (
  db: Database,
  { orderId, conventionId, domain }: TestConvention,
  now: Instant,
  changes: CaseChanges = {},
): Promise<TestCase> => {
  const n = ++cases
  const fiscalCode = changes.fiscalCode ?? 'RSSMRA70D03A345K'
  const key = canonicalFiscalCode(fiscalCode) ?? fiscalCode
  const surname = changes.surname ?? 'Rossi'
  const givenName = changes.givenName ?? 'Mario'
  const [member] = await db.query<{ id: number }>(
    'test-member',
    `insert into member (order_id, fiscal_key, fiscal_code, surname, given_name, number, section, status, search, changed_at)
     values ($1, $2, $3, $4, $5, $6, 'physician', $7, lower($5 || $4), $8)
     on conflict (order_id, fiscal_key) do update set changed_at = excluded.changed_at returning id`,
    [orderId, key, fiscalCode, surname, givenName, String(n), changes.status ?? 'active', timestamp(now)],
  )
  const address = `${changes.local ?? `mario.rossi${n}`}@${domain}`
  const caseNumber = `AQ-TEST-${n}`
  const draft = {
    address: address.split('@')[0],
    phone: '333 1234567',
    birthPlace: 'L’Aquila',
    birthDate: '1970-04-03',
    street: 'Via Roma 1',
    postcode: '67100',
    town: 'L’Aquila',
    province: 'AQ',
    documentType: 'identityCard',
    documentNumber: `CA${String(10_000 + n)}AA`,
    documentIssuer: 'Comune di L’Aquila',
    documentExpiry: '2030-01-01',
    ...changes.draft,
  }
  const id = randomUUID()
  await db.query(
    'test-case',
    `insert into enrolment (id, case_number, convention_id, member_id, state, fiscal_key, address, address_key, draft,
       password_hash, scram_salt, scram_iterations, scram_stored_key, scram_server_key, reference_email,
       reference_confirmed_at, accepted_at, acceptance, created_at, submitted_at, decided_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'hash', $10, 4096, $11, $11, $12, $13, $13, $14, $13, $13, $15)`,
    [
      id,
      caseNumber,
      conventionId,
      member!.id,
      changes.state ?? 'awaitingReview',
      key,
      address,
      addressKey(address),
      JSON.stringify(draft),
      new Uint8Array(16).fill(1),
      new Uint8Array(32).fill(2),
      changes.referenceEmail ?? 'mario.rossi@posta.example',
      timestamp(changes.submittedAt ?? now),
      changes.acceptance === undefined ? 'onScreen' : changes.acceptance,
      changes.state === 'approved' ? timestamp(now) : null,
    ],
  )
  for (const kind of changes.documents ?? ['front', 'back']) await makeDocument(db, id, kind, now)
  return { id, caseNumber, memberId: member!.id, address }
}

/** A document of a case; its pages are not needed to decide. */
export const makeDocument = async (db: Database, enrolment: string, kind: string, now: Instant): Promise<string> => {
  const id = randomUUID()
  await db.query(
    'test-document',
    `insert into document (id, enrolment_id, kind, state, origin, media_type, pages, size_bytes, sha256, scanned_by, key_id, wrapped_key, uploaded_at)
     values ($1, $2, $3, 'current', 'portal', 'image/jpeg', 1, 1000, 'x', 'test', 'test', $4, $5)`,
    [id, enrolment, kind, new Uint8Array(1), timestamp(now)],
  )
  return id
}

/** Somebody of the provider. */
export const makeOperator = async (db: Database, now: Instant, name = 'Giulia Operatrice'): Promise<number> => {
  const email = `${randomUUID()}@alfa.example`
  const [row] = await db.query<{ id: number }>(
    'test-operator',
    'insert into staff (email, email_key, name, created_at) values ($1, $1, $2, $3) returning id',
    [email, name, timestamp(now)],
  )
  return row!.id
}
