// What could not be invoiced when it was bought, because the payer could not be named: looked at again each day.
import { addDays, civilDateOf, instantOf } from '../../core/lib/calendar.ts'
import type { Instant } from '../../core/lib/instant.ts'
import type { Tx } from '../db/pool.ts'
import type { Office } from '../office.ts'
import { putJob, putOffJob } from '../outbox/jobs.ts'
import type { Job } from '../outbox/outbox.ts'
import { invoicePurchase } from './invoicePurchase.ts'
import { loadSale, lockPurchaseById, purchasesToInvoice } from './store.ts'

/** The one job that looks again: it never ends, so that none can be put while it does. */
const JOB = 'b1111a6e-0000-4000-8000-000000000001'
const HOUR_OF_DAY = 6

const nextMorning = (now: Instant): Instant => instantOf(addDays(civilDateOf(now), 1), HOUR_OF_DAY)

/** Sees to it that what is withheld is looked at tomorrow. */
export const invoiceTomorrow = (tx: Tx, now: Instant): void =>
  putJob(tx, { id: JOB, kind: 'duty', payload: { duty: 'invoices' }, dueAt: nextMorning(now) }, now)

/** The same at once: the data of a payer were mended. Where nothing was ever withheld, nothing happens. */
export const invoiceNow = (tx: Tx, now: Instant): void => putOffJob(tx, JOB, now)

const BATCH = 200

type Again = { readonly invoiced: number; readonly withheld: number }

/** Invoices what is withheld, now that more may be known of the payers; each in a transaction of its own. */
export const invoiceOrdered = async (office: Pick<Office, 'seller' | 'log' | 'db' | 'clock'>): Promise<Again> => {
  const count = { invoiced: 0, withheld: 0 }
  let after = '00000000-0000-0000-0000-000000000000'
  for (;;) {
    const ids = await purchasesToInvoice(office.db, after, BATCH)
    for (const id of ids) {
      const placed = await office.db.tx(async (tx) => {
        const purchase = await lockPurchaseById(tx, id)
        const facts = purchase && (await loadSale(tx, { ...purchase, enrolmentId: purchase.enrolmentId ?? undefined }))
        return facts && invoicePurchase(tx, office, purchase, facts, office.clock.now())
      })
      if (placed?.kind === 'invoiced') count.invoiced += 1
      if (placed?.kind === 'withheld') count.withheld += 1
    }
    after = ids.at(-1) ?? after
    if (ids.length < BATCH) break
  }
  if (count.withheld > 0)
    office.log({ kind: 'alarm', name: 'invoice.withheld', details: { purchases: count.withheld } })
  return count
}

/** The duty `invoices`. */
export const invoiceDuty = async (office: Office, _world: unknown, job: Job): Promise<void> => {
  await invoiceOrdered(office)
  await office.db.tx(async (tx) => putOffJob(tx, job.id, nextMorning(office.clock.now())))
}
