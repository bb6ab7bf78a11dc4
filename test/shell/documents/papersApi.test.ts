// Papers over the API: what is taken and what is not, who sees what, faxes that find their case.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { DAY } from '../../../src/core/lib/instant.ts'
import { EICAR } from '../../../src/shell/adapters/eicar.ts'
import { openVault } from '../../../src/shell/adapters/vault.ts'
import { sweepDocuments } from '../../../src/shell/documents/retention.ts'
import { rewrapKeys } from '../../../src/shell/documents/rewrap.ts'
import { withdrawEnrolment } from '../../../src/shell/enrolment/close.ts'
import { putKey } from '../../../src/shell/enrolment/keys.ts'
import { resealSecondFactors } from '../../../src/shell/identity/reseal.ts'
import { totpContext } from '../../../src/shell/identity/staff/signIn.ts'
import { newToken } from '../../../src/shell/identity/tokens.ts'
import { type Answer, addStaff, startApi, type TestApi } from '../../support/api.ts'
import { type TestOffice, testOffice } from '../../support/office.ts'
import { makeConvention } from '../enrolment/decide/support.ts'
import { addMember, fill, type Person, started } from '../enrolment/support.ts'
import { caseOf, faxed, photo, printedModule } from './papers.ts'

let office: TestOffice
let api: TestApi
let orderId: number
let operator: string
let secretary: string
let n = 0

beforeAll(async () => {
  office = await testOffice()
  api = await startApi(office)
  orderId = (await makeConvention(office.db, office.clock.now())).orderId
  const now = office.clock.now()
  const at = (email: string, roles: Parameters<typeof addStaff>[1]['roles']) =>
    addStaff(office.db, { email, roles }, now).then(({ token }) => token)
  operator = await at('operatore@x.example', [{ role: 'operator' }])
  secretary = await at('segreteria@x.example', [{ role: 'orderSecretary', orderId }])
})
afterAll(async () => {
  await api?.close()
  await office?.stop()
})

let person: Person
let id: string
let token: string
beforeEach(async () => {
  person = await addMember(office.db, orderId, ++n)
  id = await started(office, person)
  token = newToken('case')
  await office.db.tx(async (tx) => putKey(tx, { token, enrolmentId: id, purpose: 'session' }, office.clock.now()))
})

const put = (kind: string, body: Uint8Array, as = token): Promise<Answer> =>
  api.call('putDocument', { params: { kind }, body, as })
const latin = (text: string): Uint8Array => Buffer.from(text, 'latin1')
const caseNumber = async (): Promise<string> =>
  (await office.db.query<{ n: string }>('t-number', 'select case_number as n from enrolment where id = $1', [id]))[0]!.n

describe('the applicant', () => {
  it('uploads a photo, sees it without where it was taken, replaces it, takes it back', async () => {
    const first = await put('front', await photo('fronte'))
    expect(first.body.documents).toMatchObject([{ kind: 'front', pages: 1, origin: 'portal' }])
    const page = await api.call('getDocument', { params: { kind: 'front', page: 1 }, as: token })
    expect(page.headers.get('content-type')).toBe('image/jpeg')
    expect(page.body.includes('GPS')).toBe(false)
    expect(page.body.includes('Exif')).toBe(false)
    const again = await put('front', await photo('fronte, di nuovo'))
    expect(again.body.documents).toHaveLength(1)
    const gone = await api.call('deleteDocument', { params: { kind: 'front' }, as: token })
    expect(gone.body.documents).toEqual([])
    expect((await api.call('getDocument', { params: { kind: 'front', page: 1 }, as: token })).status).toBe(404)
    expect((await office.db.query('t-docs', 'select 1 from document where enrolment_id = $1', [id])).length).toBe(0)
  })

  it.each<[string, () => Promise<Uint8Array> | Uint8Array, number, string]>([
    ['a renamed executable', () => latin(`MZ\x90\x00${'\x00'.repeat(500)}`), 422, 'documentExecutable'],
    ['a virus', () => latin(EICAR), 422, 'documentInfected'],
    ['a photo in HEIC', () => latin('\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic'), 422, 'documentHeic'],
    ['a page of the web', () => latin('<!doctype html><script>alert(1)</script>'), 422, 'documentWebPage'],
    ['nothing', () => new Uint8Array(), 422, 'documentEmpty'],
    ['16 MB', () => new Uint8Array(16 * 1024 * 1024), 413, ''],
  ])('%s is not taken, and is told why', async (_, make, status, code) => {
    const answer = await put('front', await make())
    expect(answer.status).toBe(status)
    if (code) expect(answer.body.code).toBe(code)
    expect((await api.call('getEnrolment', { as: token })).body.documents).toEqual([])
  })

  it('a photo of 12 MB is taken, and kept small', async () => {
    const big = await photo('fronte', { width: 5900, noisy: true })
    expect(big.length).toBeGreaterThan(10_000_000)
    expect(big.length).toBeLessThan(15_000_000)
    expect((await put('front', big)).status).toBe(200)
    const page = await api.call('getDocument', { params: { kind: 'front', page: 1 }, as: token })
    expect(page.body.length).toBeLessThan(3_000_000)
  })

  it('prints the module once what it states is there; signed and uploaded it accepts', async () => {
    const early = await api.call('getModule', { as: token })
    expect(early.body).toMatchObject({ code: 'draftIncomplete' })
    await fill(office, id, { local: `persona.${n}`, without: ['front', 'back', 'acceptance'] })
    const module = await api.call('getModule', { as: token })
    expect(module.headers.get('content-type')).toBe('application/pdf')
    const uploaded = await put('module', module.body)
    expect(uploaded.body).toMatchObject({ acceptance: 'signedPdf' })
  })

  it('sees no paper of another, and changes none when the case is over', async () => {
    await put('front', await photo('fronte'))
    const other = newToken('case')
    const another = await started(office, await addMember(office.db, orderId, ++n))
    await office.db.tx(async (tx) =>
      putKey(tx, { token: other, enrolmentId: another, purpose: 'session' }, office.clock.now()),
    )
    expect((await api.call('getDocument', { params: { kind: 'front', page: 1 }, as: other })).status).toBe(404)
    expect((await put('front', await photo('fronte'), newToken('case'))).status).toBe(401)
    await withdrawEnrolment(office, id, '::1')
    expect((await put('front', await photo('fronte'))).body).toMatchObject({ code: 'notInThisState' })
  })
})

describe('the operator', () => {
  it('sees a page, and each look is written down', async () => {
    await put('front', await photo('fronte'))
    const number = await caseNumber()
    const [row] = await office.db.query<{ id: string }>('t-doc', 'select id from document where enrolment_id = $1', [
      id,
    ])
    const params = { case: number.toLowerCase(), document: row!.id, page: 1 }
    for (let looks = 1; looks <= 2; looks++) {
      expect((await api.call('viewDocument', { params, as: operator })).headers.get('content-type')).toBe('image/jpeg')
      const seen = await office.db.query('t-views', 'select 1 from document_view where enrolment_id = $1', [id])
      expect(seen).toHaveLength(looks)
    }
    expect((await api.call('viewDocument', { params: { ...params, page: 9 }, as: operator })).status).toBe(404)
    expect((await api.call('viewDocument', { params, as: secretary })).status).toBe(403)
  })

  it('uploads a fax: its QR finds the case, as the module', async () => {
    const number = await caseNumber()
    const body = await faxed(await printedModule(number), { degrees: 1 })
    const taken = await api.call('uploadIncoming', { query: { fileName: 'fax.tif' }, body, as: operator })
    expect(taken.body).toMatchObject({ state: 'matched', origin: 'console', pages: 1 })
    const view = (await api.call('getEnrolment', { as: token })).body
    expect(view.documents).toMatchObject([{ kind: 'module', origin: 'console' }])
    expect(view.acceptance).toBe('paper')
  })

  it('gives a paper without a QR to its case by hand, once; throws another away', async () => {
    const number = await caseNumber()
    const upload = (fileName: string) =>
      photo('retro').then((body) => api.call('uploadIncoming', { query: { fileName }, body, as: operator }))
    const paper = (await upload(`scansione ${number}.jpg`)).body
    expect(paper).toMatchObject({ state: 'waiting', suggestedCase: number })
    const page = await api.call('viewIncoming', { params: { incoming: paper.id, page: 1 }, as: operator })
    expect(page.headers.get('content-type')).toBe('image/jpeg')
    const match = (to: string) =>
      api.call('matchIncoming', { params: { incoming: paper.id }, body: { case: to, kind: 'back' }, as: operator })
    expect((await match(caseOf(999))).body).toMatchObject({ code: 'caseUnknown' })
    expect((await match(number)).body).toMatchObject({ state: 'matched' })
    expect((await match(number)).body).toMatchObject({ state: 'matched' })
    expect((await api.call('getEnrolment', { as: token })).body.documents).toMatchObject([{ kind: 'back' }])
    const other = (await upload('pubblicità.jpg')).body
    const listed = (await api.call('listIncoming', { as: operator })).body.items.map((one: { id: string }) => one.id)
    expect(listed).toContain(other.id)
    expect(listed).not.toContain(paper.id)
    const discard = { params: { incoming: other.id }, body: { reason: 'Pubblicità' }, as: operator }
    expect((await api.call('discardIncoming', discard)).body).toMatchObject({ state: 'discarded' })
    expect((await api.call('viewIncoming', { params: { incoming: other.id, page: 1 }, as: operator })).status).toBe(404)
  })
})

describe('the secretariat', () => {
  const upload = async (member: number, kind = 'front', as = secretary) =>
    api.call('uploadForMember', {
      params: { order: 'OMCEO-AQ', member, kind },
      body: await photo('fronte'),
      as,
    })

  it('uploads for a member into the open case', async () => {
    expect((await upload(person.memberId)).body).toEqual({ caseNumber: await caseNumber(), state: 'draft' })
    expect((await api.call('getEnrolment', { as: token })).body.documents).toMatchObject([{ origin: 'secretariat' }])
  })

  it('opens a case where there is none, and the next paper goes into the same', async () => {
    const other = await addMember(office.db, orderId, ++n, { email: 'iscritto@posta.example' })
    const first = await upload(other.memberId)
    expect(first.body).toMatchObject({ state: 'draft' })
    expect((await upload(other.memberId, 'back')).body).toEqual(first.body)
    const module = await upload(other.memberId, 'module')
    expect(module.body).toEqual(first.body)
    // the member is told once how to go on alone
    const told = await office.db.query<{ kind: string }>(
      'test-desk-notices',
      `select kind from notice where recipient = 'iscritto@posta.example'`,
    )
    // and once a day of papers that follow
    expect(told.map(({ kind }) => kind).sort()).toEqual(['enrolmentDesk', 'enrolmentDeskPaper'])
  })

  it('of another Order, a struck-off member, a case under review: refused', async () => {
    expect((await upload(999_999)).status).toBe(404)
    const gone = await addMember(office.db, orderId, ++n, { status: 'cancelled' })
    expect((await upload(gone.memberId)).body).toMatchObject({ code: 'memberNotActive' })
    await office.db.query('t-review', "update enrolment set state = 'awaitingReview' where id = $1", [id])
    expect((await upload(person.memberId)).body).toMatchObject({ code: 'notInThisState' })
  })
})

it('a new master key wraps the keys of papers and seals second factors; the old one opens nothing that is left', async () => {
  await put('front', await photo('fronte'))
  const [old, now] = [7, 9].map((byte) => ({ id: byte === 7 ? 'test' : 'new', key: new Uint8Array(32).fill(byte) }))
  const both = openVault([old!, now!])
  const [{ staffId }] = (await office.db.query<{ staffId: number }>(
    't-factor',
    `update staff set totp_secret = $1 where id = (select min(id) from staff) returning id as "staffId"`,
    [new Uint8Array()],
  )) as [{ staffId: number }]
  const secret = office.vault.sealSecret(totpContext(staffId), Buffer.from('segreto'))
  await office.db.query('t-factor-set', 'update staff set totp_secret = $2 where id = $1', [staffId, secret])
  // papers of other tests have keys that no vault wrapped
  await office.db.query('t-invented', 'delete from document where length(wrapped_key) = 1')
  expect(await rewrapKeys(office.db, both)).toBeGreaterThanOrEqual(1)
  expect(await resealSecondFactors(office.db, both)).toBe(1)
  expect([await rewrapKeys(office.db, both), await resealSecondFactors(office.db, both)]).toEqual([0, 0])
  await expect(rewrapKeys(office.db, openVault([{ ...old!, id: 'other' }]))).rejects.toThrow('master key new')
  const renewed = openVault([now!])
  const [row] = await office.db.query<{ secret: Uint8Array }>(
    't-factor-get',
    'select totp_secret as secret from staff where id = $1',
    [staffId],
  )
  expect(Buffer.from(renewed.openSecret(totpContext(staffId), row!.secret)).toString()).toBe('segreto')
  await office.db.query('t-factor-clear', 'update staff set totp_secret = null where id = $1', [staffId])
  const other = await startApi({ ...office, vault: renewed })
  try {
    const page = await other.call('getDocument', { params: { kind: 'front', page: 1 }, as: token })
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'image/jpeg'])
  } finally {
    await other.close()
  }
  await office.db.query('t-renewed', 'delete from document')
})

it('papers of a case that came to nothing go after thirty days', async () => {
  await put('front', await photo('fronte'))
  await withdrawEnrolment(office, id, '::1')
  office.clock.advance(29 * DAY)
  await sweepDocuments(office)
  const left = () => office.db.query('t-docs', 'select 1 from document where enrolment_id = $1', [id])
  expect(await left()).toHaveLength(1)
  office.clock.advance(2 * DAY)
  await sweepDocuments(office)
  expect(await left()).toHaveLength(0)
})
