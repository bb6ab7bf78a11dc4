// Costs and invoices over HTTP: what the Order's console reads, and that no other Order reads it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { placePurchase, reversePurchase } from '../../../../../src/shell/billing/purchases.ts'
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

const codeOf = async (id: number): Promise<string> =>
  (await office.db.query<{ code: string }>('test-code', 'select code from professional_order where id = $1', [id]))[0]!
    .code

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
  await office.db.tx((tx) => reversePurchase(tx, { enrolmentId: cases[0]!.enrolmentId }, 'refused', now))
  api = await startApi(office)
})
afterAll(async () => {
  await api.close()
  await office.stop()
})

const list = (as: string, order: string, query = {}) => api.call('listInvoices', { as, params: { order }, query })

describe('costs and invoices', () => {
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
    expect(xml.headers.get('content-disposition')).toMatch(/attachment.*IT\d{11}_00003\.xml/)
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
