// Purchases and invoices on a real database: one transaction with the enrolment, numbers without gaps, reversal.
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { InvoiceData } from '../../../src/core/billing/invoice.ts'
import { DAY } from '../../../src/core/lib/instant.ts'
import { findInvoice, listInvoices, orderCosts } from '../../../src/shell/billing/costs.ts'
import { type Placed, placePurchase, reversePurchase } from '../../../src/shell/billing/purchases.ts'
import { invoiceNow, invoiceOrdered } from '../../../src/shell/billing/withheld.ts'
import { timestamp } from '../../../src/shell/db/pool.ts'
import type { Job } from '../../../src/shell/outbox/outbox.ts'
import { putRecurring, runRecurring } from '../../../src/shell/outbox/recurring.ts'
import type { LogEvent } from '../../../src/shell/telemetry/events.ts'
import { seller } from '../../core/billing/support/invoices.ts'
import { type TestDatabase, testDatabase } from '../db/support.ts'
import { type Case, makeCase, makeConvention, makeOrder, profile, terms } from './support.ts'

let it: TestDatabase
let now = Date.UTC(2026, 10, 23, 10)
let logged: LogEvent[] = []
const office = () => ({
  seller,
  db: it.db,
  clock: { now: () => now },
  log: (event: LogEvent) => void logged.push(event),
})

beforeAll(async () => {
  it = await testDatabase()
})
afterAll(() => it.drop())
beforeEach(async () => {
  now = Date.UTC(2026, 10, 23, 10)
  logged = []
  await it.db.query('test-clear-invoices', 'delete from invoice')
  await it.db.query('test-clear-purchases', 'delete from purchase')
  await it.db.query('test-clear-series', 'delete from invoice_series')
})

type Row = {
  series: string
  year: number
  number: number
  kind: string
  dated: string
  total_cents: number
  file_name: string
  xml: Uint8Array
  sha256: string
  data: InvoiceData
  exchange_state: string
}
const invoices = () => it.db.query<Row>('test-invoices', 'select * from invoice order by year, number')
const states = async () =>
  (await it.db.query<{ state: string }>('test-states', 'select state from purchase order by ordered_at, id')).map(
    (row) => row.state,
  )

const buy = (c: Case, more: { kind?: 'first' | 'renewal'; term?: number } = {}): Promise<Placed> =>
  it.db.tx((tx) => placePurchase(tx, office(), { ...c, kind: 'first', term: 1, ...more }, now))
const undo = (c: Case) => it.db.tx((tx) => reversePurchase(tx, { enrolmentId: c.enrolmentId }, 'refused', now))
const newCase = async (terms = {}, order = {}): Promise<Case & { orderId: number }> => {
  const orderId = await makeOrder(it.db, now, order)
  const conventionId = await makeConvention(it.db, orderId, now, terms)
  return { ...(await makeCase(it.db, orderId, conventionId, now)), orderId }
}

describe('a purchase', () => {
  test('is invoiced at once to the Order, kept as bytes with their hash, to be sent later', async () => {
    const placed = await buy(await newCase())
    expect(placed).toMatchObject({ kind: 'invoiced', invoice: { number: { series: 'PEC', year: 2026, number: 1 } } })
    const [row] = await invoices()
    expect(row).toMatchObject({
      kind: 'TD01',
      dated: '2026-11-23',
      total_cents: 3_050,
      file_name: 'IT01234560017_00001.xml',
      exchange_state: 'toSend',
    })
    expect(row!.sha256).toBe(createHash('sha256').update(row!.xml).digest('hex'))
    const xml = Buffer.from(row!.xml).toString()
    expect(xml).toContain('<CodiceDestinatario>UFABC1</CodiceDestinatario>')
    expect(xml).toContain('<DataScadenzaPagamento>2026-12-23</DataScadenzaPagamento>')
    expect(xml).not.toContain('Angelo')
    expect(await states()).toEqual(['invoiced'])
  })

  test('is written once however often it is sent', async () => {
    const c = await newCase()
    const first = await buy(c)
    const again = await Promise.all([buy(c), buy(c)])
    expect(again).toEqual(Array(2).fill({ kind: 'already', purchaseId: first.purchaseId }))
    expect((await invoices()).length).toBe(1)
  })

  test('is the member’s from the second term, where the convention splits', async () => {
    const c = await newCase({ payer: 'split' })
    await buy(c)
    await buy(c, { kind: 'renewal', term: 2 })
    const [first, second] = await invoices()
    expect(first!.data.payer.name).toEqual({ kind: 'body', name: 'Ordine dei Medici di Prova' })
    expect(second!.data.payer).toMatchObject({
      name: { kind: 'person', surname: "D'Angelo" },
      address: { province: 'PE' },
      delivery: { kind: 'consumer' },
    })
  })

  test('without a price has no invoice, and is cancelled when it is undone', async () => {
    const c = await newCase({ priceCents: 0 })
    expect(await buy(c)).toMatchObject({ kind: 'free' })
    expect(await undo(c)).toMatchObject({ kind: 'cancelled' })
    expect(await invoices()).toEqual([])
    expect(await states()).toEqual(['cancelled'])
  })

  test('waits where the payer cannot be named, rings, and is invoiced once that is mended', async () => {
    const c = await newCase({}, { invoicing: { ...profile.invoicing, recipientCode: '' } })
    expect(await buy(c)).toMatchObject({ kind: 'withheld', problems: ['officeCode'] })
    expect(logged).toMatchObject([{ kind: 'alarm', name: 'invoice.withheld' }])
    expect(await invoiceOrdered(office())).toEqual({ invoiced: 0, withheld: 1 })
    await it.db.query('test-mend', 'update professional_order set profile = $2 where id = $1', [
      c.orderId,
      JSON.stringify(profile),
    ])
    expect(await invoiceOrdered(office())).toEqual({ invoiced: 1, withheld: 0 })
    expect(await invoiceOrdered(office())).toEqual({ invoiced: 0, withheld: 0 })
    expect((await invoices()).map((row) => row.number)).toEqual([1])
  })

  test('that waits is looked at once a day, or at once when somebody says so', async () => {
    const duties = { withheldInvoices: { everyMs: DAY, run: async () => void (await invoiceOrdered(office())) } }
    const clock = { now: () => now }
    const jobs = () =>
      it.db.query<Job & { due_at: number }>(
        'test-jobs',
        `select id, kind, payload, due_at from outbox where payload->>'name' = 'withheldInvoices'`,
      )
    await it.db.query('test-no-jobs', 'delete from outbox')
    await putRecurring(it.db, clock, Object.keys(duties))
    await runRecurring(it.db, clock, duties, (await jobs())[0]!)
    const c = await newCase({}, { invoicing: { ...profile.invoicing, recipientCode: '' } })
    await buy(c)
    await buy(await makeCase(it.db, c.orderId, c.conventionId, now))
    expect(await jobs()).toMatchObject([{ kind: 'duty', due_at: now + DAY }])
    await it.db.query('test-mend', 'update professional_order set profile = $2 where id = $1', [
      c.orderId,
      JSON.stringify(profile),
    ])
    await it.db.tx(async (tx) => invoiceNow(tx, now))
    const [job] = await jobs()
    expect(job!.due_at).toBe(now)
    await runRecurring(it.db, clock, duties, job!)
    expect((await invoices()).length).toBe(2)
    expect(await jobs()).toMatchObject([{ due_at: now + DAY }])
  })

  test('leaves nothing behind where its transaction fails, not even a number', async () => {
    const c = await newCase()
    const failing = it.db.tx(async (tx) => {
      await placePurchase(tx, office(), { ...c, kind: 'first', term: 1 }, now)
      throw new Error('no box for you')
    })
    await expect(failing).rejects.toThrow('no box')
    expect(await states()).toEqual([])
    expect(await buy(c)).toMatchObject({ invoice: { number: { number: 1 } } })
  })
})

describe('reversal', () => {
  test('is a credit note with the next number, which names the invoice and comes to the same total', async () => {
    const c = await newCase()
    await buy(c)
    now += 3 * DAY
    expect(await undo(c)).toMatchObject({
      kind: 'reversed',
      creditNote: { number: { number: 2 }, dated: '2026-11-26' },
    })
    const [invoice, note] = await invoices()
    expect(note).toMatchObject({
      kind: 'TD04',
      total_cents: invoice!.total_cents,
      file_name: 'IT01234560017_00002.xml',
    })
    expect(Buffer.from(note!.xml).toString()).toContain('<IdDocumento>PEC/2026/1</IdDocumento>')
    expect(note!.data.cause).toMatch(
      /^Storno totale, attivazione non accolta\. Convenzione OMCEO-XX-\d+, pratica CP-\d+$/,
    )
    expect(await states()).toEqual(['reversed'])
  })

  test('happens once, and of nothing is nothing', async () => {
    const c = await newCase()
    expect(await undo(c)).toEqual({ kind: 'nothing' })
    await buy(c)
    const outcomes = await Promise.all([undo(c), undo(c), undo(c)])
    expect(outcomes.map((o) => o.kind).sort()).toEqual(['nothing', 'nothing', 'reversed'])
    expect((await invoices()).length).toBe(2)
  })
})

describe('numbers', () => {
  test('begin anew with the year in Italy, files go on', async () => {
    now = Date.UTC(2026, 11, 31, 22, 59)
    await buy(await newCase())
    now = Date.UTC(2026, 11, 31, 23, 1) // midnight has passed in Italy
    await buy(await newCase())
    expect((await invoices()).map((row) => [row.year, row.number, row.dated, row.file_name])).toEqual([
      [2026, 1, '2026-12-31', 'IT01234560017_00001.xml'],
      [2027, 1, '2027-01-01', 'IT01234560017_00002.xml'],
    ])
  })

  test('never carry a date earlier than the number before, though the clock goes back', async () => {
    await buy(await newCase())
    now -= 2 * DAY
    await buy(await newCase())
    expect((await invoices()).map((row) => row.dated)).toEqual(['2026-11-23', '2026-11-23'])
  })
})

describe('the Order’s costs', () => {
  test('are its own: what others pay, members or Orders, is not there', async () => {
    const mine = await newCase()
    await buy(mine)
    await buy(await newCase())
    const ofMembers = await makeConvention(it.db, mine.orderId, now, { payer: 'member' })
    await buy(await makeCase(it.db, mine.orderId, ofMembers, now))
    expect(await orderCosts(office(), mine.orderId)).toMatchObject({ invoicedCents: 3_050, thisYearCents: 3_050 })
    const { items } = await listInvoices(office(), mine.orderId, { limit: 50 })
    expect(items).toMatchObject([{ label: 'PEC/2026/1', member: "D'Angelo Nicolò", reversed: false, payer: 'order' }])
    const other = (await listInvoices(office(), (await newCase()).orderId, { limit: 50 })).items
    expect(other).toEqual([])
    expect(await findInvoice(office(), mine.orderId, items[0]!.id)).toMatchObject({
      fileName: 'IT01234560017_00001.xml',
    })
    expect(await findInvoice(office(), mine.orderId + 1, items[0]!.id)).toBeUndefined()
  })

  test('tell what was taken back, page by page', async () => {
    const { orderId, conventionId } = await newCase()
    for (let i = 0; i < 5; i++) {
      const c = await makeCase(it.db, orderId, conventionId, now)
      await buy(c)
      if (i % 2 === 0) await undo(c)
    }
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await listInvoices(office(), orderId, { limit: 3, cursor })
      seen.push(...page.items.map((item) => item.label))
      cursor = page.next
    } while (cursor)
    expect(seen).toEqual([8, 7, 6, 5, 4, 3, 2, 1].map((n) => `PEC/2026/${n}`))
    expect((await listInvoices(office(), orderId, { limit: 3, year: 2025 })).items).toEqual([])
    expect((await listInvoices(office(), orderId, { limit: 9, cursor: "' or 1=1" })).items.length).toBe(8)
    expect(await orderCosts(office(), orderId)).toMatchObject({
      invoicedCents: 5 * 3_050,
      reversedCents: 3 * 3_050,
      thisYearCents: 2 * 3_050,
    })
  })

  test('forecast the renewals of boxes from the ends of their terms', async () => {
    const c = await newCase()
    await buy(c)
    const [box] = await it.db.query<{ id: number }>(
      'test-box',
      `insert into mailbox (address, address_key, quota_bytes, uid_validity) values ('a@pec.example', 'a@pec.example', 1, 1) returning id`,
    )
    await it.db.query(
      'test-term',
      `insert into mailbox_term (mailbox_id, enrolment_id, convention_id, member_id, fiscal_key, reference_email, terms, state,
                                 activated_at, expires_at)
       values ($1, $2, $3, $4, 'k', 'a@b.example', $7, 'active', $5, $6)`,
      [
        box!.id,
        c.enrolmentId,
        c.conventionId,
        c.memberId,
        timestamp(now),
        timestamp(Date.UTC(2028, 11, 31, 23, 30)),
        JSON.stringify(terms),
      ],
    )
    const { forecast } = await orderCosts(office(), c.orderId)
    expect(forecast.quarters.filter((q) => q.renewals > 0)).toEqual([
      { quarter: '2029-Q1', renewals: 1, pending: 0, orderCents: 3_050, memberCents: 0 },
    ])
  })
})
