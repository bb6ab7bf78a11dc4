// A process for killed.test.ts to kill: an outbox that makes boxes, eight at a time, and says each that it was told of.
// Once it has said enough, what it begins stands still in the middle of its transaction: there the kill finds it.
import { type Database, openDatabase } from '../../../../src/shell/db/pool.ts'
import { provisionBox } from '../../../../src/shell/enrolment/decide/provision.ts'
import type { Office } from '../../../../src/shell/office.ts'
import { openOutbox, releaseLeases } from '../../../../src/shell/outbox/outbox.ts'

const NODE = 'child'
/** Queries of a transaction before it stands still; each of the eight at another place. */
const PLACES = [2, 3, 4, 5, 6, 7, 8, 9]
const [url = '', now = '0', enough = '0'] = process.argv.slice(2)
let said = 0
let still = 0
const real = openDatabase(url)
const db: Database = {
  ...real,
  tx: (fn) =>
    real.tx((tx) => {
      let left = said < Number(enough) ? Number.POSITIVE_INFINITY : PLACES[still++ % PLACES.length]!
      return fn({
        ...tx,
        query: async (...args) => {
          if (--left <= 0) await new Promise(() => {})
          return tx.query(...args)
        },
      })
    }),
}
const clock = { now: () => Number(now) }
// No more than the making of boxes looks at.
const office = {
  db,
  clock,
  provider: { name: 'Gestore di Prova', domain: 'pec.prova.example' },
  publicUrl: 'https://prova.example',
  deskAddress: 'assistenza@pec.prova.example',
} as Office
const outbox = openOutbox({
  db,
  clock,
  node: NODE,
  leaseMs: 60_000,
  concurrency: { provision: 8 },
  pollMs: 1_000,
  handlers: {
    provision: async (job) => {
      await provisionBox(office, job)
      said++
      process.stdout.write(`${job.id}\n`)
    },
  },
  onError: (_, error) => process.stderr.write(`${error}\n`),
})
await releaseLeases(real, NODE)
await outbox.runDue()
