// Orders, frameworks and conventions as the operator keeps them, on a real database.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isRefusal } from '../../../src/core/api/problems.ts'
import { HISTORIC_PASSWORD_POLICY } from '../../../src/core/convention/convention.ts'
import { SYSTEM } from '../../../src/shell/audit/write.ts'
import { type ConventionInput, listConventions, putConvention } from '../../../src/shell/convention/conventions.ts'
import { listFrameworks, putFramework } from '../../../src/shell/convention/frameworks.ts'
import { listOrders, type OrderRow, putOrder } from '../../../src/shell/convention/orders.ts'
import { type TestOffice, testOffice } from '../../support/office.ts'
import { TERMS } from '../enrolment/decide/support.ts'

let office: TestOffice
beforeAll(async () => {
  office = await testOffice()
})
afterAll(() => office.stop())

const ORDER: OrderRow = {
  code: 'OMCEO-TE',
  name: 'Ordine di Prova',
  localHolidays: ['12-19'],
  profile: {
    fiscalCode: '80002130674',
    address: { street: 'Via Prova 1', postcode: '64100', town: 'Teramo', province: 'TE' },
    secretariat: { phone: '0861 000000', email: 'segreteria@ordine.example' },
    invoicing: { format: 'FPA12', recipientCode: 'UFPROV', splitPayment: true },
  },
}
const FRAMEWORK = { code: 'FNOMCEO-2026', federation: 'Federazione di Prova', title: 'Accordo', signedOn: '2026-01-01' }
const CONVENTION: ConventionInput = {
  code: 'OMCEO-TE-0001',
  order: 'OMCEO-TE',
  framework: 'FNOMCEO-2026',
  domain: 'PEC.prova.example',
  startsOn: '2026-01-01',
  endsOn: '2028-12-31',
  terms: { ...TERMS, passwordPolicy: { ...HISTORIC_PASSWORD_POLICY } },
}
const order = (changes: Partial<OrderRow['profile']>): OrderRow => ({
  ...ORDER,
  profile: { ...ORDER.profile, ...changes },
})
const convention = (changes: Partial<ConventionInput>): ConventionInput => ({ ...CONVENTION, ...changes })
const code = (value: object): string => (isRefusal(value) ? value.refusal : 'done')

describe('an Order', () => {
  test('is added, changed and listed; both are in the trail', async () => {
    expect(await putOrder(office, SYSTEM, 'OMCEO-TE', ORDER)).toEqual(ORDER)
    expect(await putOrder(office, SYSTEM, 'OMCEO-TE', { ...ORDER, name: ' Ordine di Teramo ' })).toMatchObject({
      name: 'Ordine di Teramo',
    })
    expect(await listOrders(office)).toEqual([{ ...ORDER, name: 'Ordine di Teramo', members: 0, boxes: 0 }])
    const trail = await office.db.query<{ action: string }>('test-trail', `select action from audit order by id`)
    expect(trail.map(({ action }) => action)).toEqual(['order.added', 'order.changed'])
  })

  test.each<[string, OrderRow, string, string?]>([
    ['another code', { ...ORDER, code: 'OMCEO-AQ' }, 'codeMismatch'],
    ['a wrong check digit', order({ fiscalCode: '80002130675' }), 'fiscalCodeInvalid', 'profile.fiscalCode'],
    ['a person’s code', order({ fiscalCode: 'RSSMRA70D03A345K' }), 'fiscalCodeInvalid', 'profile.fiscalCode'],
    ['a wrong VAT number', order({ vatNumber: '123' }), 'fiscalCodeInvalid', 'profile.vatNumber'],
    [
      'no e-mail',
      order({ secretariat: { phone: '1', email: 'nessuna' } }),
      'emailInvalid',
      'profile.secretariat.email',
    ],
    ['a wrong certified address', order({ pec: 'ordine@' }), 'emailInvalid', 'profile.pec'],
    ['no such day', { ...ORDER, localHolidays: ['02-30'] }, 'badRequest', 'localHolidays'],
    [
      'a recipient code of the other format',
      order({ invoicing: { format: 'FPR12', recipientCode: 'UFPROV', splitPayment: false } }),
      ...(['badRequest', 'profile.invoicing.recipientCode'] as const),
    ],
  ])('%s is refused, and the field is told', async (_, body, refusal, field) => {
    const answer = await putOrder(office, SYSTEM, 'OMCEO-TE', body)
    expect(code(answer)).toBe(refusal)
    if (field) expect(isRefusal(answer) && answer.fields?.map((one) => one.field)).toEqual([field])
  })
})

test('a framework is added and changed; dates must agree', async () => {
  expect(await putFramework(office, SYSTEM, 'fnomceo 2026', FRAMEWORK)).toEqual(FRAMEWORK)
  expect(await putFramework(office, SYSTEM, 'FNOMCEO-2026', { ...FRAMEWORK, endsOn: '2030-12-31' })).toMatchObject({
    endsOn: '2030-12-31',
  })
  expect(await listFrameworks(office)).toEqual([{ ...FRAMEWORK, endsOn: '2030-12-31' }])
  expect(code(await putFramework(office, SYSTEM, 'FNOMCEO-2026', { ...FRAMEWORK, endsOn: '2025-12-31' }))).toBe(
    'datesWrong',
  )
  expect(code(await putFramework(office, SYSTEM, 'FNOMCEO-2026', { ...FRAMEWORK, signedOn: '2026-02-30' }))).toBe(
    'datesWrong',
  )
  expect(code(await putFramework(office, SYSTEM, 'ALTRO', FRAMEWORK))).toBe('codeMismatch')
})

describe('a convention', () => {
  test('is added with its code and domain in their one form, changed and listed', async () => {
    const stored = { ...CONVENTION, domain: 'pec.prova.example', standing: 'open', taken: 0 }
    expect(await putConvention(office, SYSTEM, 'omceo te 0001', convention({ code: 'omceo te 0001' }))).toEqual(stored)
    const changed = convention({ seats: 10, endsOn: '2026-02-28' })
    expect(await putConvention(office, SYSTEM, 'OMCEO-TE-0001', changed)).toEqual({
      ...stored,
      seats: 10,
      endsOn: '2026-02-28',
      standing: 'expired',
    })
    expect(await listConventions(office)).toHaveLength(1)
  })

  test.each<[string, ConventionInput, string]>([
    ['another code', convention({ code: 'OMCEO-TE-0002' }), 'codeMismatch'],
    ['an end before the beginning', convention({ endsOn: '2025-12-31' }), 'datesWrong'],
    ['no such day', convention({ startsOn: '2026-02-30' }), 'datesWrong'],
    ['an unknown Order', convention({ order: 'OMCEO-ZZ' }), 'orderUnknown'],
    ['an unknown framework', convention({ framework: 'ZZ' }), 'frameworkUnknown'],
    ['another provider’s domain', convention({ domain: 'pec.beta.example' }), 'domainUnknown'],
    [
      'a password policy that nothing meets',
      convention({
        terms: { ...CONVENTION.terms, passwordPolicy: { ...HISTORIC_PASSWORD_POLICY, minLength: 21 } },
      }),
      'badRequest',
    ],
    ['no help desk', convention({ terms: { ...CONVENTION.terms, helpDeskPhone: '' } }), 'badRequest'],
  ])('%s is refused', async (_, body, refusal) => {
    expect(code(await putConvention(office, SYSTEM, 'OMCEO-TE-0001', body))).toBe(refusal)
  })

  test('stays its Order’s', async () => {
    await putOrder(office, SYSTEM, 'OMCEO-PE', { ...ORDER, code: 'OMCEO-PE' })
    expect(code(await putConvention(office, SYSTEM, 'OMCEO-TE-0001', convention({ order: 'OMCEO-PE' })))).toBe(
      'codeMismatch',
    )
    expect((await listConventions(office))[0]!.order).toBe('OMCEO-TE')
  })
})
