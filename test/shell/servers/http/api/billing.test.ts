// Costs and invoices over HTTP: what the Order's console reads, and that no other Order reads it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DAY } from '../../../../../src/core/lib/instant.ts'
import { placePurchase, reversePurchase } from '../../../../../src/shell/billing/purchases.ts'
import { timestamp } from '../../../../../src/shell/db/pool.ts'
import { hashToken, newToken } from '../../../../../src/shell/identity/tokens.ts'
import { addStaff, startApi, type TestApi } from '../../../../support/api.ts'
import { type TestOffice, testOffice } from '../../../../support/office.ts'
import { pdfTexts } from '../../../../support/pdf.ts'
import { makeCase, makeConvention, makeOrder } from '../../../billing/support.ts'

let office: TestOffice
let api: TestApi
let mine: string
let theirs: string
let secretary: string
let stranger: string
let operator: string
let clerk: string
let applicant: string
let other: string

const codeOf = async (id: number): Promise<string> =>
  (await office.db.query<{ code: string }>('test-code', 'select code from professional_order where id = $1', [id]))[0]!
    .code

/** A browser in which a case was begun. */
const sessionOf = async (enrolmentId: string): Promise<string> => {
  const token = newToken('case')
  const now = office.clock.now()
  await office.db.query(
    'test-case-session',
    `insert into enrolment_key (token_hash, enrolment_id, purpose, created_at, expires_at)
     values ($1, $2, 'session', $3, $4)`,
    [hashToken(token), enrolmentId, timestamp(now), timestamp(now + DAY)],
  )
  return token
}

beforeAll(async () => {
  office = await testOffice()
  const now = office.clock.now()
  const orders = [await makeOrder(office.db, now), await makeOrder(office.db, now)] as const
  mine = await codeOf(orders[0])
  theirs = await codeOf(orders[1])
  const as = (email: string, orderId: number) =>
    addStaff(office.db, { email, roles: [{ role: 'orderReader', orderId }] }, now)
  secretary = (await as('one@x.example', orders[0])).token
  stranger = (await as('two@x.example', orders[1])).token
  const conventionId = await makeConvention(office.db, orders[0], now)
  const cases = [
    await makeCase(office.db, orders[0], conventionId, now),
    await makeCase(office.db, orders[0], conventionId, now),
  ]
  for (const c of cases) await office.db.tx((tx) => placePurchase(tx, office, { ...c, kind: 'first', term: 1 }, now))
  const paidByMembers = await makeConvention(office.db, orders[1], now, { payer: 'member' })
  const paying = await makeCase(office.db, orders[1], paidByMembers, now)
  await office.db.tx((tx) => placePurchase(tx, office, { ...paying, kind: 'first', term: 1 }, now))
  const nameless = await makeCase(office.db, orders[1], paidByMembers, now, {})
  await office.db.tx((tx) => placePurchase(tx, office, { ...nameless, kind: 'first', term: 1 }, now))
  applicant = await sessionOf(paying.enrolmentId)
  other = await sessionOf(cases[0]!.enrolmentId)
  operator = (await addStaff(office.db, { email: 'op@x.example', roles: [{ role: 'operatorAdmin' }] }, now)).token
  clerk = (await addStaff(office.db, { email: 'cl@x.example', roles: [{ role: 'operator' }] }, now)).token
  await office.db.tx((tx) => reversePurchase(tx, { enrolmentId: cases[0]!.enrolmentId }, 'refused', now))
  api = await startApi(office)
})
afterAll(async () => {
  await api.close()
  await office.stop()
})

const list = (as: string, order: string, query = {}) => api.call('listInvoices', { as, params: { order }, query })

describe('costs and invoices', () => {
  it('tells the applicant who pays, and no other, which documents there are', async () => {
    const invoicesOf = async (as: string) => (await api.call('getEnrolment', { as })).body.invoices
    expect([await invoicesOf(applicant), await invoicesOf(other)]).toEqual([['TD01'], []])
  })

  it('gives costs and the forecast', async () => {
    const { status, body } = await api.call('getCosts', { as: secretary, params: { order: mine } })
    expect(status).toBe(200)
    expect(body).toMatchObject({ invoicedCents: 6_100, reversedCents: 3_050, thisYearCents: 3_050 })
    expect([body.forecast.length, body.years.length >= 3]).toEqual([12, true])
  })

  it('lists invoices and credit notes, newest first, in pages', async () => {
    const first = await list(secretary, mine, { limit: 2 })
    expect(first.body.items.map((i: { kind: string; reversed: boolean }) => [i.kind, i.reversed])).toEqual([
      ['TD04', true],
      ['TD01', false],
    ])
    const second = await list(secretary, mine, { limit: 2, cursor: first.body.next })
    expect(second.body.items).toMatchObject([{ kind: 'TD01', reversed: true, exchangeState: 'toSend' }])
    expect(second.body.next).toBeUndefined()
  })

  it('gives the document as XML and as PDF to read', async () => {
    const [item] = (await list(secretary, mine)).body.items
    const params = { order: mine, invoice: item.id }
    const xml = await api.call('getInvoiceXml', { as: secretary, params })
    expect(xml.headers.get('content-type')).toBe('application/xml')
    expect(xml.headers.get('content-disposition')).toMatch(/attachment.*IT\d{11}_00004\.xml/)
    expect(xml.body.toString()).toContain(`<Numero>${item.number}</Numero>`)
    const pdf = await api.call('getInvoicePdf', { as: secretary, params })
    expect(pdf.headers.get('content-type')).toBe('application/pdf')
    const text = (await pdfTexts(pdf.body)).join('\n')
    for (const words of [`Nota di credito ${item.number}`, 'Copia di cortesia', '30,50', 'Ordine dei Medici di Prova'])
      expect(text).toContain(words)
  })

  it('shows nothing of it to another Order', async () => {
    const [item] = (await list(secretary, mine)).body.items
    expect((await list(stranger, theirs)).body.items).toEqual([])
    for (const id of ['getInvoiceXml', 'getInvoicePdf'] as const) {
      const throughOwn = await api.call(id, { as: stranger, params: { order: theirs, invoice: item.id } })
      const throughOther = await api.call(id, { as: stranger, params: { order: mine, invoice: item.id } })
      expect([throughOwn.status, throughOwn.body.code]).toEqual([404, 'notFound'])
      expect([403, 404]).toContain(throughOther.status)
    }
    expect([403, 404]).toContain((await list(stranger, mine)).status)
    expect((await api.call('getCosts', { params: { order: mine } })).status).toBe(401)
  })
})

describe('the provider’s desk', () => {
  const all = (query = {}, as = operator) => api.call('listProviderInvoices', { as, query })

  it('lists the invoices of all Orders and members, by state, Order and year, in pages', async () => {
    const { body } = await all()
    expect(body.items.map((i: { kind: string; payer: string }) => `${i.kind} ${i.payer}`)).toEqual([
      'TD04 order',
      'TD01 member',
      'TD01 order',
      'TD01 order',
    ])
    expect(body.items[1]).toMatchObject({ order: theirs, payerName: "Nicolò D'Angelo", exchangeState: 'toSend' })
    expect((await all({ order: theirs })).body.items.length).toBe(1)
    expect((await all({ year: 2001 })).body.items).toEqual([])
    expect((await all({ state: 'sent' })).body.items).toEqual([])
    const page = await all({ limit: 3 })
    expect((await all({ limit: 3, cursor: page.body.next })).body.items).toEqual(body.items.slice(3))
  })

  it('gives the file of any of them, and notes what the exchange system answered, with a trace', async () => {
    const item = (await all()).body.items[1]
    const params = { invoice: item.id }
    const xml = await api.call('getProviderInvoiceXml', { as: operator, params })
    expect(xml.body.toString()).toContain('<CodiceDestinatario>0000000</CodiceDestinatario>')
    expect((await api.call('getProviderInvoicePdf', { as: operator, params })).status).toBe(200)
    const note = (event: string, as = operator) =>
      api.call('noteInvoiceExchange', { as, params, body: { event, note: 'IdSdI 123' } })
    expect((await note('send')).body).toEqual({ id: item.id, exchangeState: 'sent' })
    expect((await note('send')).body.code).toBe('notInThisState')
    expect((await note('makeAvailable')).body.exchangeState).toBe('madeAvailable')
    expect((await all({ state: 'madeAvailable' })).body.items.length).toBe(1)
    const trail = await office.db.query<{ action: string }>(
      'test-trail',
      `select action from audit where subject_id = $1 order by id`,
      [item.id],
    )
    expect(trail.map((entry) => entry.action)).toEqual(['invoice.sent', 'invoice.madeAvailable'])
    expect((await note('send', clerk)).status).toBe(403)
  })

  it('says what is withheld, and what the payer lacks', async () => {
    const { body } = await api.call('listWithheldPurchases', { as: operator })
    expect(body.items).toMatchObject([{ order: theirs, payer: 'member', priceCents: 2_500 }])
    expect(body.items[0].wants).toEqual(['street', 'town', 'postcode', 'province'])
  })

  it('is closed to those who only check cases, and to Orders', async () => {
    for (const as of [clerk, secretary]) {
      expect((await all({}, as)).status).toBe(403)
      expect((await api.call('listWithheldPurchases', { as })).status).toBe(403)
    }
  })
})

describe('the applicant who pays', () => {
  it('has a copy of the invoice; where the Order pays there is none', async () => {
    const mineToPay = await api.call('getOwnInvoice', { as: applicant, params: { kind: 'TD01' } })
    expect((await pdfTexts(mineToPay.body)).join('\n')).toContain("Nicolò D'Angelo")
    expect((await api.call('getOwnInvoice', { as: applicant, params: { kind: 'TD04' } })).status).toBe(404)
    expect((await api.call('getOwnInvoice', { as: other, params: { kind: 'TD01' } })).status).toBe(404)
    expect((await api.call('getOwnInvoice', { params: { kind: 'TD01' } })).status).toBe(401)
  })
})
