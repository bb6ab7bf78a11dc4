// Numbers of invoices under fire: eight at once buy and undo, transactions fail at random, connections are cut.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { placePurchase, reversePurchase } from '../../../src/shell/billing/purchases.ts'
import { openDatabase } from '../../../src/shell/db/pool.ts'
import { seller } from '../../core/billing/support/invoices.ts'
import { judgePath, needs } from '../../support/judges.ts'
import { type TestDatabase, testDatabase } from '../db/support.ts'
import { check } from './check.ts'
import { type Case, makeCase, makeConvention, makeOrder } from './support.ts'

const XSD = 'spec/fatturapa/Schema_del_file_xml_FatturaPA_v1.2.2.xsd'
const WORKERS = 8

let it: TestDatabase
const now = Date.UTC(2026, 10, 23, 10)
const office = { seller, log: () => {} }
let cases: readonly Case[]

beforeAll(async () => {
  it = await testDatabase()
  const orderId = await makeOrder(it.db, now)
  const paidByOrder = await makeConvention(it.db, orderId, now)
  const paidByMember = await makeConvention(it.db, orderId, now, { payer: 'member' })
  const free = await makeConvention(it.db, orderId, now, { priceCents: 0 })
  const all: Case[] = []
  for (let i = 0; i < 24; i++) {
    all.push(await makeCase(it.db, orderId, [paidByOrder, paidByMember, free][i % 3]!, now))
  }
  cases = all
})
afterAll(() => it.drop())

type Step = {
  readonly c: number
  readonly action: 'buy' | 'undo'
  readonly end: 'commit' | 'throw' | 'sqlError' | 'cut'
}

class Planned extends Error {}

const run = (step: Step): Promise<void> =>
  it.db
    .tx(async (tx) => {
      const c = cases[step.c]!
      if (step.action === 'buy') await placePurchase(tx, office, { ...c, kind: 'first', term: 1 }, now)
      else await reversePurchase(tx, { enrolmentId: c.enrolmentId }, 'refused', now)
      if (step.end === 'throw') throw new Planned()
      if (step.end === 'sqlError') await tx.query('test-bad', 'select 1 / (select 0)')
      if (step.end === 'cut') await tx.query('test-cut', 'select pg_terminate_backend(pg_backend_pid())')
    })
    .catch((error: unknown) => {
      if (step.end === 'commit') throw error
    })

const step: fc.Arbitrary<Step> = fc.record({
  c: fc.nat(23),
  action: fc.constantFrom('buy', 'buy', 'undo'),
  end: fc.constantFrom('commit', 'commit', 'commit', 'throw', 'sqlError', 'cut'),
})

test('no gap, no invoice without its purchase, whatever fails and whoever waits', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: WORKERS, maxLength: 60 }), async (steps) => {
      const queue = [...steps]
      const worker = async (): Promise<void> => {
        for (let next = queue.shift(); next; next = queue.shift()) await run(next)
      }
      await Promise.all(Array.from({ length: WORKERS }, worker))
      await check(it.db)
      await it.db.query('test-empty-invoices', 'delete from invoice')
      await it.db.query('test-empty-purchases', 'delete from purchase')
      await it.db.query('test-empty-series', 'delete from invoice_series')
    }),
    { numRuns: 12 },
  )
})

test('two nodes number as one', async () => {
  const other = openDatabase(it.url)
  try {
    const buy = (c: Case, i: number) =>
      (i % 2 === 0 ? it.db : other).tx((tx) => placePurchase(tx, office, { ...c, kind: 'first', term: 1 }, now))
    await Promise.all(cases.map(buy))
    await Promise.all(
      cases.map(({ enrolmentId }, i) =>
        (i % 2 === 0 ? other : it.db).tx((tx) => reversePurchase(tx, { enrolmentId }, 'withdrawn', now)),
      ),
    )
    expect((await check(it.db)).length).toBe(32) // a third of the cases is free
  } finally {
    await other.close()
  }
})

test.skipIf(needs('xmllint'))('what was written is taken by the schema', async () => {
  const rows = await check(it.db)
  expect(rows.length).toBeGreaterThan(0)
  const folder = mkdtempSync(join(tmpdir(), 'invoices-'))
  try {
    const files = rows.map((row) => join(folder, row.file_name))
    for (const [i, row] of rows.entries()) writeFileSync(files[i]!, row.xml)
    execFileSync(judgePath('xmllint'), ['--nonet', '--noout', '--schema', XSD, ...files], { stdio: 'pipe' })
  } finally {
    rmSync(folder, { recursive: true })
  }
})
