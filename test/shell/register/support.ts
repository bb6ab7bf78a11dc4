// An office for tests of the register: the database is real, the clock is moved by hand.

import { isRefusal, type Refusal } from '../../../src/core/api/problems.ts'
import { type Instant, legalTime } from '../../../src/core/lib/instant.ts'
import { type Database, timestamp } from '../../../src/shell/db/pool.ts'
import type { Office } from '../../../src/shell/office.ts'

export const START: Instant = Date.parse('2026-11-26T09:00:00Z')

export type TestOffice = { readonly office: Office; readonly clock: { now: () => Instant; at: Instant } }

/** What the register needs of an office; whatever else it asked for would be a bug. */
export const testOffice = (db: Database): TestOffice => {
  const clock = { at: START, now: (): Instant => clock.at }
  const office = {
    db,
    clock,
    provider: {
      name: 'Gestore Alfa',
      domain: 'pec.alfa.example',
      serviceAddress: 'posta-certificata@pec.alfa.example',
    },
    domains: new Set(['pec.alfa.example']),
    publicUrl: 'https://alfa.example',
    deskAddress: 'assistenza@pec.alfa.example',
    noticeFrom: 'notifiche@alfa.example',
    sandbox: true,
    secondFactor: false,
    log: () => {},
  } as unknown as Office
  return { office, clock }
}

/** An Order of its own. */
export const addOrder = async (db: Database, code: string, name = `Ordine ${code}`): Promise<number> => {
  const profile = {
    fiscalCode: '80000000000',
    address: { street: 'Via Prova 1', postcode: '67100', town: 'L’Aquila', province: 'AQ' },
    secretariat: { phone: '0862 000000', email: 'segreteria@ordine.example' },
    invoicing: { format: 'FPA12', recipientCode: 'ABC123', splitPayment: true },
  }
  const [row] = await db.query<{ id: number }>(
    'test-order',
    'insert into professional_order (code, name, profile, created_at) values ($1, $2, $3, $4) returning id',
    [code, name, JSON.stringify(profile), timestamp(START)],
  )
  return row!.id
}

export const bytes = async function* (content: string | Uint8Array): AsyncGenerator<Uint8Array> {
  const whole = Buffer.from(content)
  for (let at = 0; at < whole.length; at += 10_000) yield whole.subarray(at, at + 10_000)
}

/** The value, or the test fails with the refusal. */
export const accepted = <T>(value: T | Refusal): T => {
  if (isRefusal(value)) throw new Error(`refused: ${JSON.stringify(value)}`)
  return value
}

export const YEAR = legalTime(START).year
