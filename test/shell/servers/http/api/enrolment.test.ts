// The portal over HTTP: who holds the secret of a case and who does not, and bodies that nobody means well.
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import type { EndpointId } from '../../../../../src/core/api/endpoints.ts'
import { type Answer, startApi, type TestApi } from '../../../../support/api.ts'
import { type TestOffice, testOffice } from '../../../../support/office.ts'
import { makeConvention } from '../../../enrolment/decide/support.ts'
import { addMember, CODE, type Person } from '../../../enrolment/support.ts'

let office: TestOffice
let api: TestApi
let orderId: number
beforeAll(async () => {
  office = await testOffice()
  orderId = (await makeConvention(office.db, office.clock.now())).orderId
  api = await startApi(office)
})
afterAll(async () => {
  await api.close()
  await office.stop()
})

let n = 0
const person = () => addMember(office.db, orderId, n++)
const bodyFor = ({ fiscalCode, surname, givenName }: Person) => ({
  conventionCode: CODE,
  fiscalCode,
  surname,
  givenName,
})
const secretOf = ({ headers }: Answer): string =>
  /ceralacca_case=(clc_[\w-]{43})/.exec(headers.get('set-cookie') ?? '')?.[1] ?? ''
const start = async (one: Person, headers: Record<string, string> = {}) => {
  const answer = await api.call('startEnrolment', { body: bodyFor(one), headers })
  return { answer, secret: secretOf(answer) }
}

describe('the secret of a case', () => {
  it('comes in a cookie that no script reads, and opens this case only', async () => {
    const [mine, other] = [await start(await person()), await start(await person())]
    expect(mine.answer.status).toBe(200)
    const cookie = mine.answer.headers.get('set-cookie')!
    expect(cookie).toMatch(/^__Host-ceralacca_case=/)
    for (const word of ['HttpOnly', 'Secure', 'SameSite=Lax', 'Path=/']) expect(cookie).toContain(word)
    expect(JSON.stringify(mine.answer.body)).not.toContain(mine.secret)
    const seen = await api.call('getEnrolment', { as: other.secret })
    expect(seen.body.caseNumber).toBe(other.answer.body.caseNumber)
    expect(seen.body.caseNumber).not.toBe(mine.answer.body.caseNumber)
  })

  it('is the same for a request that comes again with its key', async () => {
    const one = await person()
    const headers = { 'idempotency-key': 'c0ffee00-0000-4000-8000-000000000001' }
    const [first, second] = [await start(one, headers), await start(one, headers)]
    expect(second.answer.body.caseNumber).toBe(first.answer.body.caseNumber)
    expect(second.secret).toBe(first.secret)
    expect(second.secret).not.toBe('')
  })

  const APPLICANT: readonly (readonly [EndpointId, object])[] = [
    ['getEnrolment', {}],
    ['saveDraft', { body: { phone: '1' } }],
    ['proposeAddresses', {}],
    ['setEnrolmentPassword', { body: { password: 'x' } }],
    ['sendConfirmation', { body: { email: 'a@b.example' } }],
    ['confirmCode', { body: { code: '000000' } }],
    ['acceptModule', { body: { terms: true, privacy: true, truthful: true } }],
    ['submitEnrolment', {}],
    ['withdrawEnrolment', {}],
    ['getModule', {}],
    ['leaveEnrolment', {}],
  ]
  test.each(APPLICANT)('%s without it, or with a guess: nothing', async (id, sent) => {
    for (const as of [undefined, `clc_${'A'.repeat(43)}`, `cls_${'A'.repeat(43)}`]) {
      const answer = await api.call(id, { ...sent, as })
      expect([answer.status, answer.body.code ?? answer.body.type]).toEqual([
        401,
        expect.stringContaining('caseNeeded'),
      ])
    }
  })

  it('is forgotten where the applicant leaves', async () => {
    const { secret } = await start(await person())
    expect((await api.call('leaveEnrolment', { as: secret })).status).toBe(204)
    expect((await api.call('getEnrolment', { as: secret })).status).toBe(401)
  })

  it('sent by a browser from another site changes nothing', async () => {
    const { secret } = await start(await person())
    const answer = await api.call('withdrawEnrolment', {
      headers: {
        cookie: `__Host-ceralacca_case=${secret}`,
        origin: 'https://altrove.example',
        'sec-fetch-site': 'cross-site',
      },
    })
    expect(answer.status).toBe(403)
  })
})

describe('bodies', () => {
  test.each([
    [{ town: 'x'.repeat(81) }, 400],
    [{ town: 'x\u0000y' }, 400],
    [{ town: '\ud800' }, 400],
    [{ state: 'active' }, 400],
    [{ acceptance: 'onScreen' }, 400],
    [{ documentType: 'libraryCard' }, 400],
    [{ town: ['Roma'] }, 400],
    [{ __proto__: { town: 'Roma' }, town: 'Roma' }, 200],
    [{ town: "'; drop table enrolment; --" }, 200],
    [{ town: '<script>alert(1)</script>' }, 200],
  ])('%j: %i', async (body, status) => {
    const { secret } = await start(await person())
    const answer = await api.call('saveDraft', { body, as: secret })
    expect(answer.status).toBe(status)
    if (status === 200) expect(answer.body.draft.town).toBe((body as { town: string }).town)
  })

  it('of megabytes are not read', async () => {
    const { secret } = await start(await person())
    const answer = await api.call('saveDraft', { body: { town: 'x'.repeat(3_000_000) }, as: secret })
    expect(answer.status).toBe(413)
  })
})

describe('asking for the link', () => {
  it('answers alike whether there is a case or not', async () => {
    const one = await person()
    const { secret } = await start(one)
    await api.call('sendConfirmation', { body: { email: 'uguale@posta.example' }, as: secret })
    const answers = []
    for (const fiscalCode of [one.fiscalCode, (await person()).fiscalCode, 'nessuno'])
      answers.push(await api.call('requestResume', { body: { conventionCode: CODE, fiscalCode } }))
    for (const answer of answers) expect([answer.status, answer.body]).toEqual([200, { sent: 'ifThereIsOne' }])
    const lengths = answers.map(({ headers }) => headers.get('content-length'))
    expect(new Set(lengths).size).toBe(1)
  })
})

it('shows a convention to anybody, and no other', async () => {
  const shown = await api.call('getConvention', { params: { code: 'omceo aq 0051' } })
  expect(shown.body).toMatchObject({ code: CODE, standing: 'open', reviewDays: 2 })
  expect((await api.call('getConvention', { params: { code: 'OMCEO-ZZ-0001' } })).status).toBe(404)
})
