// A process for crash.test.ts to kill: eight workers that buy and undo, and say each commit that they were told of.
import { placePurchase, reversePurchase } from '../../../src/shell/billing/purchases.ts'
import { openDatabase } from '../../../src/shell/db/pool.ts'
import { seller } from '../../core/billing/support/invoices.ts'
import type { Case } from './support.ts'

const [url = '', json = '[]'] = process.argv.slice(2)
const now = Date.UTC(2026, 10, 23, 10)
const cases = JSON.parse(json) as Case[]
const db = openDatabase(url)
await Promise.all(
  Array.from({ length: 8 }, async () => {
    for (let c = cases.shift(); c; c = cases.shift()) {
      const { enrolmentId } = c
      await db.tx((tx) => placePurchase(tx, { seller, log: () => {} }, { ...c!, kind: 'first', term: 1 }, now))
      process.stdout.write(`bought ${enrolmentId}\n`)
      await db.tx((tx) => reversePurchase(tx, { enrolmentId }, 'refused', now))
      process.stdout.write(`undone ${enrolmentId}\n`)
    }
  }),
)
await db.close()
