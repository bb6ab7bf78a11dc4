// The register over the API: lists by exception, search and pages, one member, corrections, files, rolls.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MEMBER_EXCEPTIONS } from '../../../src/core/register/standing.ts'
import { inventMembers, rollCsv } from '../../../src/shell/sandbox/roll.ts'
import { addStaff, type Sent, startApi, type TestApi } from '../../support/api.ts'
import { type TestOffice, testOffice } from '../../support/office.ts'
import { makeCase, makeConvention, type TestConvention } from '../enrolment/decide/support.ts'

const ORDER = 'OMCEO-AQ'
let office: TestOffice
let api: TestApi
let convention: TestConvention
let secretary: string
let reader: string

beforeAll(async () => {
  office = await testOffice()
  api = await startApi(office)
  const now = office.clock.now()
  convention = await makeConvention(office.db, now)
  const { orderId } = convention
  secretary = (await addStaff(office.db, { email: 's@x.example', roles: [{ role: 'orderSecretary', orderId }] }, now))
    .token
  reader = (await addStaff(office.db, { email: 'r@x.example', roles: [{ role: 'orderReader', orderId }] }, now)).token
})
afterAll(async () => {
  await api?.close()
  await office?.stop()
})

type Id = Parameters<TestApi['call']>[0]
const call = async (id: Id, sent: Sent = {}, as = secretary) =>
  api.call(id, { ...sent, params: { order: ORDER, ...sent.params }, as })
const list = async (query: Sent['query'] = {}) => (await call('listMembers', { query })).body

const importRoll = async (csv: string) => {
  const uploaded = await call('uploadRoll', { query: { fileName: 'albo.csv' }, body: Buffer.from(csv) })
  expect(uploaded.status).toBe(200)
  const params = { import: uploaded.body.id as string }
  return { shown: uploaded.body, params, applied: (await call('applyRoll', { params })).body }
}

describe('a roll', () => {
  const csv = rollCsv(inventMembers(60, 7))
  it('is shown before it is applied, and the same twice changes nothing', async () => {
    const first = await importRoll(csv)
    expect(first.shown).toMatchObject({ state: 'uploaded', format: 'csv', counts: { rows: 60, added: 60, wrong: 0 } })
    expect(first.applied).toMatchObject({ state: 'applied', counts: { added: 60 } })
    expect((await importRoll(csv)).applied.counts).toMatchObject({ added: 0, changed: 0, unchanged: 60 })
    expect((await list()).total).toBe(60)
    expect((await call('getOrder')).body).toMatchObject({ members: 60, lastImportAt: expect.any(String) })
  })

  it('with bad rows keeps the good ones; the bad ones come back as a file with what to mend', async () => {
    const bad = `${csv.split('\n').slice(0, 4).join('\n')}\nRSSMRA80A01H501X;Rossi;Mario;9999;;;\n;Senza;Codice;1;;;\n`
    const { shown, params, applied } = await importRoll(bad)
    expect(shown.counts.wrong).toBe(2)
    expect(applied.counts).toMatchObject({ unchanged: 3, wrong: 2 })
    const file = (await call('exportRollErrors', { params })).body.toString()
    expect(file.split('\r\n')).toHaveLength(4)
    expect(file).toContain('Riga;Motivo;')
  })

  it('says which columns it could not guess, and is mapped by hand', async () => {
    const uploaded = (
      await call('uploadRoll', {
        query: { fileName: 'x.csv' },
        body: Buffer.from('uno;due;tre\nRSSMRA80A01H501U;Rossi;Mario\n'),
      })
    ).body
    const params = { import: uploaded.id }
    const width = await call('mapRoll', { params, body: { mapping: { fiscalCode: 0, surname: 1, givenName: 9 } } })
    expect(width.body).toMatchObject({ code: 'rollMapping' })
    const mapped = await call('mapRoll', { params, body: { mapping: { fiscalCode: 0, surname: 1, givenName: 2 } } })
    expect(mapped.body.counts).toMatchObject({ rows: 2, added: 1, wrong: 1 })
    expect((await call('getRoll', { params: { import: crypto.randomUUID() } })).status).toBe(404)
  })

  it('that is no table is refused in words', async () => {
    const upload = (text: string) => call('uploadRoll', { query: { fileName: 'x' }, body: Buffer.from(text, 'latin1') })
    expect((await upload('\x00\x01\x02')).body).toMatchObject({ code: 'rollUnreadable' })
    expect((await upload('Codice fiscale;Cognome;Nome\n')).body).toMatchObject({ code: 'rollEmpty' })
  })
})

describe('the list', () => {
  it('goes page by page through all, each once, in order', async () => {
    const seen: string[] = []
    for (let cursor: string | undefined; ; ) {
      const page = await list({ limit: 7, ...(cursor ? { cursor } : {}) })
      seen.push(...page.items.map((one: { surname: string; id: number }) => one.id))
      cursor = page.next
      if (!cursor) break
    }
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen).toHaveLength((await list()).total)
  })

  it('finds by part of a name, by number, by code, in any case and order', async () => {
    const [one] = (await list({ limit: 1 })).items
    const ids = async (q: string) => (await list({ q })).items.map((found: { id: number }) => found.id)
    expect(await ids(`${one.givenName.slice(0, 3)} ${one.surname.toUpperCase()}`)).toContain(one.id)
    expect(await ids(one.number)).toContain(one.id)
    expect(await ids(one.fiscalCode.toLowerCase())).toEqual([one.id])
    expect(await ids('zzz')).toEqual([])
    expect(await ids("%' or 1=1")).toEqual([])
  })

  it('by each exception holds just those that show it', async () => {
    await makeCase(office.db, convention, office.clock.now(), {
      fiscalCode: 'VRDLGU60A01A345W',
      state: 'awaitingReview',
    })
    const all = (await list({ limit: 200 })).items as { id: number; exceptions: string[] }[]
    for (const exception of MEMBER_EXCEPTIONS) {
      const found = (await list({ exception, limit: 200 })).items.map((one: { id: number }) => one.id)
      const wanted = all.filter((one) => one.exceptions.includes(exception)).map((one) => one.id)
      expect(new Set(found)).toEqual(new Set(wanted))
    }
    const figures = (await call('getOrder')).body.exceptions
    expect(figures.enrolling).toBe(1)
    expect(figures.noDomicile).toBe((await list({ exception: 'noDomicile' })).total)
  })
})

describe('one member', () => {
  it('is added once, corrected, and its trail says by whom', async () => {
    const body = {
      fiscalCode: 'bnclra75d41h501u',
      surname: ' Bianchi ',
      givenName: 'Lara',
      number: '12',
      section: 'both',
    }
    const wrong = await call('addMember', { body: { ...body, fiscalCode: 'BNCLRA75D41H501A' } })
    expect(wrong.body).toMatchObject({ code: 'fiscalCodeInvalid' })
    const code = {
      ...body,
      fiscalCode: (await import('../../../src/core/register/fiscalCode.ts')).makeFiscalCode({
        surname: 'Bianchi',
        givenName: 'Lara',
        birthDate: '1975-04-01',
        sex: 'F',
        birthPlace: 'H501',
      }),
    }
    const added = await call('addMember', { body: code })
    expect(added.body).toMatchObject({ surname: 'Bianchi', status: 'active', exceptions: ['noDomicile'] })
    expect((await call('addMember', { body: code })).body).toMatchObject({ code: 'memberExists' })
    const params = { member: added.body.id as number }
    const email = await call('updateMember', { params, body: { contactEmail: 'nessuna' } })
    expect(email.body).toMatchObject({ code: 'emailInvalid' })
    const changed = await call('updateMember', { params, body: { contactEmail: 'lara@posta.example', number: '13' } })
    expect(changed.body).toMatchObject({ contactEmail: 'lara@posta.example', number: '13', surname: 'Bianchi' })
    const whole = (await call('getMember', { params })).body
    expect(whole.events.map((one: { event: string }) => one.event)).toEqual(['member.added', 'member.changed'])
    expect(whole.procedures.find((one: { kind: string }) => one.kind === 'strikeOff').allowed).toBe(true)
    expect(whole.procedures.find((one: { kind: string }) => one.kind === 'withdraw').why).toContain(
      'non ha una casella',
    )
    expect((await call('updateMember', { params, body: { number: '1' } }, reader)).status).toBe(403)
  })

  it('of another Order is none', async () => {
    const other = await makeConvention(office.db, office.clock.now(), { code: 'OMCEO-TE' })
    const foreign = await makeCase(office.db, other, office.clock.now(), { fiscalCode: 'NREGNN70A01L103X' })
    const params = { member: foreign.memberId }
    expect((await call('getMember', { params })).status).toBe(404)
    expect((await call('updateMember', { params, body: { number: '1' } })).status).toBe(404)
    expect((await call('getMember', { params: { ...params, order: 'OMCEO-TE' } })).status).toBe(404)
  })
})

describe('the file of members', () => {
  it('is CSV that no spreadsheet runs', async () => {
    await call('addMember', {
      body: { fiscalCode: '12345678903', surname: '=CMD()', givenName: 'a;"b"', number: '-1', section: 'dentist' },
    })
    const csv = (await call('exportMembers', { params: { format: 'csv' } })).body.toString()
    expect(csv.startsWith('\ufeffCodice fiscale;')).toBe(true)
    expect(csv.trim().split('\r\n')).toHaveLength(1 + (await list()).total)
    expect(csv).toContain(`;'=CMD();"a;""b""";'-1;`)
  })
  it('is XLSX', async () => {
    const file = await call('exportMembers', { params: { format: 'xlsx' }, query: { exception: 'noDomicile' } })
    expect(file.body.subarray(0, 2).toString()).toBe('PK')
    expect(file.headers.get('content-disposition')).toContain('iscritti-OMCEO-AQ-2026-03-09.xlsx')
  })
})
