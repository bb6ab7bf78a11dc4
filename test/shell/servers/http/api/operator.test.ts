// The operator's console over real requests: the queue, decisions, and what an operator without the right may not do.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HISTORIC_PASSWORD_POLICY } from '../../../../../src/core/convention/convention.ts'
import { addStaff, startApi, type TestApi } from '../../../../support/api.ts'
import { type TestOffice, testOffice } from '../../../../support/office.ts'
import {
  makeCase,
  makeConvention,
  TERMS,
  type TestCase,
  type TestConvention,
} from '../../../enrolment/decide/support.ts'

let office: TestOffice
let api: TestApi
let convention: TestConvention
let operator: string
let second: string
let admin: string
let secretary: string

beforeAll(async () => {
  office = await testOffice({ secondFactor: false })
  api = await startApi(office)
  const now = office.clock.now()
  convention = await makeConvention(office.db, now)
  const { orderId } = convention
  const staff = async (email: string, name: string, roles: Parameters<typeof addStaff>[1]['roles']) =>
    (await addStaff(office.db, { email, name, roles }, now)).token
  operator = await staff('uno@alfa.example', 'Ugo Uno', [{ role: 'operator' }])
  second = await staff('due@alfa.example', 'Dina Due', [{ role: 'operator' }])
  admin = await staff('capo@alfa.example', 'Ada Capo', [{ role: 'operatorAdmin' }])
  secretary = await staff('segreteria@ordine.example', 'Sara', [{ role: 'orderAdmin', orderId }])
})
afterAll(async () => {
  await api.close()
  await office.stop()
})

let people = 0
const newCase = (): Promise<TestCase> =>
  makeCase(office.db, convention, office.clock.now(), { fiscalCode: `HTTP-${++people}` })
const REASON = 'La foto è sfocata.'

describe('cases', () => {
  it('are listed, looked at, and approved once under a key', async () => {
    const one = await newCase()
    const listed = await api.call('listCases', { as: operator })
    expect(listed.body.items.map((row: { caseNumber: string }) => row.caseNumber)).toContain(one.caseNumber)
    const params = { case: one.caseNumber }
    expect((await api.call('getCase', { as: operator, params })).body).toMatchObject({ case: { version: 1 } })
    const approve = () =>
      api.call('approveCase', {
        as: operator,
        params,
        body: { version: 1 },
        headers: { 'idempotency-key': `approve ${one.id}`.replaceAll(' ', '-') },
      })
    const [first, again] = await Promise.all([approve(), approve()])
    expect([first.status, again.status]).toEqual([200, 200])
    expect(first.body).toEqual(again.body)
    expect(first.body.case).toMatchObject({ state: 'approved', version: 2 })
  })

  it('the second of two operators is told by whom and when', async () => {
    const one = await newCase()
    const params = { case: one.caseNumber }
    expect((await api.call('refuseCase', { as: operator, params, body: { version: 1, reason: REASON } })).status).toBe(
      200,
    )
    const late = await api.call('approveCase', { as: second, params, body: { version: 1 } })
    expect(late.status).toBe(409)
    expect(late.body.detail).toContain('Ugo Uno ha rifiutato la pratica il 09/03/2026 alle 10:00')
  })

  it('are not for secretaries, and a reason is needed', async () => {
    const one = await newCase()
    const params = { case: one.caseNumber }
    expect((await api.call('listCases', { as: secretary })).status).toBe(403)
    expect((await api.call('approveCase', { as: secretary, params, body: { version: 1 } })).status).toBe(403)
    expect((await api.call('askAgain', { as: operator, params, body: { version: 1, reason: '' } })).status).toBe(400)
    expect(
      (await api.call('askAgain', { as: operator, params, body: { version: 1, reason: REASON } })).body.case.state,
    ).toBe('awaitingDocument')
    expect((await api.call('getCase', { as: operator, params: { case: '26-0000-0000' } })).status).toBe(404)
    expect((await api.call('listReasons', { as: operator })).body.reasons.length).toBeGreaterThan(10)
  })
})

describe('conventions', () => {
  const order = {
    code: 'OMCEO-PE',
    name: 'Ordine di Pescara',
    localHolidays: ['10-10'],
    profile: {
      fiscalCode: '80002130674',
      address: { street: 'Via Prova 1', postcode: '65100', town: 'Pescara', province: 'PE' },
      secretariat: { phone: '085 000000', email: 'segreteria.pe@ordine.example' },
      invoicing: { format: 'FPA12', recipientCode: 'UFPROV', splitPayment: true },
    },
  }
  const framework = {
    code: 'FN-2026',
    federation: 'Federazione di Prova',
    title: 'Accordo quadro',
    signedOn: '2026-01-01',
  }
  const body = {
    code: 'omceo pe 0001',
    order: 'OMCEO-PE',
    framework: 'FN-2026',
    domain: 'pec.prova.example',
    startsOn: '2026-01-01',
    endsOn: '2027-12-31',
    terms: { ...TERMS, passwordPolicy: { ...HISTORIC_PASSWORD_POLICY } },
  }

  it('are kept by an administrator, and seen by operators', async () => {
    expect((await api.call('putOrder', { as: admin, params: { order: 'OMCEO-PE' }, body: order })).status).toBe(200)
    expect(
      (await api.call('putFramework', { as: admin, params: { framework: 'FN-2026' }, body: framework })).status,
    ).toBe(200)
    const params = { convention: 'OMCEO-PE-0001' }
    expect((await api.call('putConvention', { as: operator, params, body })).status).toBe(403)
    expect((await api.call('putConvention', { as: admin, params, body })).body).toMatchObject({
      code: 'OMCEO-PE-0001',
      standing: 'open',
    })
    const listed = await api.call('listConventions', { as: operator })
    expect(listed.body.items.map((row: { code: string }) => row.code)).toEqual(['OMCEO-AQ-0051', 'OMCEO-PE-0001'])
    expect((await api.call('listOrders', { as: operator })).body.items).toHaveLength(2)
    expect((await api.call('listFrameworks', { as: operator })).body.items).toEqual([framework])
  })

  it('tell the fields that are wrong', async () => {
    const wrong = { ...order, profile: { ...order.profile, fiscalCode: '80002130675' } }
    const answer = await api.call('putOrder', { as: admin, params: { order: 'OMCEO-PE' }, body: wrong })
    expect(answer.status).toBe(422)
    expect(JSON.stringify(answer.body)).toContain('profile.fiscalCode')
  })
})
