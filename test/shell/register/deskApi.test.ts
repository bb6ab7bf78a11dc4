// The desk of the Order over the API: addresses elsewhere, invitations, procedures.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { DAY } from '../../../src/core/lib/instant.ts'
import { addStaff, type Sent, startApi, type TestApi } from '../../support/api.ts'
import { type TestOffice, testOffice } from '../../support/office.ts'
import { makeConvention, type TestConvention } from '../enrolment/decide/support.ts'
import { addMember, started } from '../enrolment/support.ts'

let office: TestOffice
let api: TestApi
let convention: TestConvention
let secretary: string
let n = 0
let member: number

beforeAll(async () => {
  office = await testOffice()
  api = await startApi(office)
  convention = await makeConvention(office.db, office.clock.now())
  await makeConvention(office.db, office.clock.now(), { code: 'OMCEO-TE' })
  const { orderId } = convention
  secretary = (
    await addStaff(
      office.db,
      { email: 's@x.example', roles: [{ role: 'orderSecretary', orderId }] },
      office.clock.now(),
    )
  ).token
})
afterAll(async () => {
  await api?.close()
  await office?.stop()
})
beforeEach(async () => {
  member = (await addMember(office.db, convention.orderId, ++n, { email: `iscritto${n}@posta.example` })).memberId
})

const call = (id: Parameters<TestApi['call']>[0], sent: Sent = {}) =>
  api.call(id, { ...sent, params: { order: 'OMCEO-AQ', member, ...sent.params }, as: secretary })

describe('an address elsewhere', () => {
  const add = (address: string) => call('addDomicile', { body: { address } })

  it.each([
    ['nessuno', 'emailInvalid'],
    ['mario@posta.example', 'addressNotCertified'],
  ])('%s is refused: %s', async (address, code) => expect((await add(address)).body).toMatchObject({ code }))

  it('waits for its confirmation; another takes its place; the same is told', async () => {
    expect((await add('uno@pec.beta.example')).body).toMatchObject({ state: 'awaiting', origin: 'secretariat' })
    expect((await add('UNO@pec.beta.example')).body).toMatchObject({ code: 'domicileSame' })
    expect((await add('due@pec.beta.example')).status).toBe(200)
    const { domiciles, member: row } = (await call('getMember')).body
    expect(domiciles.map((one: { address: string; state: string }) => `${one.address} ${one.state}`)).toEqual([
      'due@pec.beta.example awaiting',
      'uno@pec.beta.example ceased',
    ])
    expect(row.exceptions).toContain('awaitingDomicile')
    const told = await office.db.query<{ text: string }>(
      't-told',
      `select body_text as text from notice where kind = 'domicileRegistered' and recipient = $1 order by created_at`,
      [`iscritto${n}@posta.example`],
    )
    expect(told).toHaveLength(2)
    expect(told.every(({ text }) => text.includes('Se non sei stato tu') && text.includes('0862 000000'))).toBe(true)
  })
})

describe('invitations', () => {
  const body = (...members: number[]) => ({ convention: 'omceo-aq-0051', members })

  it('are shown first, then sent once; who cannot be invited is told why', async () => {
    const silent = (await addMember(office.db, convention.orderId, ++n)).memberId
    const gone = (
      await addMember(office.db, convention.orderId, ++n, { status: 'cancelled', email: 'x@posta.example' })
    ).memberId
    const person = await addMember(office.db, convention.orderId, ++n, { email: 'y@posta.example' })
    await started(office, person)
    const all = body(member, silent, gone, person.memberId, 999_999)
    const preview = (await call('previewInvitations', { body: all })).body
    expect(preview.text).toContain('/convenzioni/OMCEO-AQ-0051')
    expect(preview.invited.map((one: { id: number }) => one.id)).toEqual([member])
    expect(Object.fromEntries(preview.left.map((one: { id: number; why: string }) => [one.id, one.why]))).toEqual({
      [silent]: 'Non ha un’e-mail in anagrafica.',
      [gone]: 'Non è iscritto all’albo.',
      [person.memberId]: 'Ha già una pratica in corso.',
    })
    const sent = await Promise.all([call('sendInvitations', { body: all }), call('sendInvitations', { body: all })])
    const times = sent.flatMap(({ body }) => body.outcomes).filter((one) => one.id === member && one.sent)
    expect(times).toHaveLength(1)
    const notices = await office.db.query(
      't-notices',
      `select 1 from notice where kind = 'invitation' and recipient = $1`,
      [`iscritto${n - 3}@posta.example`],
    )
    expect(notices).toHaveLength(1)
    expect((await call('getMember')).body.member.invitedAt).toBeDefined()
  })

  it('after a week may be sent again', async () => {
    await call('sendInvitations', { body: body(member) })
    const again = () => call('previewInvitations', { body: body(member) }).then(({ body: b }) => b.invited.length)
    expect(await again()).toBe(0)
    const now = office.clock.now()
    await office.db.query('t-past', 'update member_invitation set sent_at = $2 where member_id = $1', [
      member,
      new Date(now - 8 * DAY).toISOString(),
    ])
    expect(await again()).toBe(1)
  })

  it('to a convention of another Order are refused', async () => {
    const answer = await call('previewInvitations', { body: { convention: 'OMCEO-TE-0051', members: [member] } })
    expect(answer.body).toMatchObject({ code: 'conventionUnknown' })
  })
})

describe('a procedure', () => {
  const begin = (body: object) => call('beginProcedure', { body })
  it('changes the register, and is refused where it cannot be', async () => {
    const body = { kind: 'strikeOff', on: '2026-03-01', reason: 'Delibera 4' }
    expect((await begin({ ...body, on: '2026-02-30' })).body).toMatchObject({ code: 'badRequest' })
    expect((await begin(body)).body).toMatchObject({ status: 'cancelled' })
    expect((await begin(body)).body).toMatchObject({ code: 'notInThisState' })
  })
  it('to an Order that nobody knows is refused', async () => {
    const body = { kind: 'transfer', on: '2026-03-01', reason: 'Domanda' }
    expect((await begin({ ...body, toOrder: 'OMCEO-ZZ' })).body).toMatchObject({ code: 'orderUnknown' })
    expect((await begin({ ...body, toOrder: 'OMCEO-TE' })).body).toMatchObject({ status: 'transferred' })
  })
})
