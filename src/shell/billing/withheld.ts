// What could not be invoiced when it was bought, because the payer could not be named: looked at again each day.
import type { Instant } from '../../core/lib/instant.ts'
import type { Tx } from '../db/pool.ts'
import type { Office } from '../office.ts'
import { recurringNow } from '../outbox/recurring.ts'
import { invoicePurchase } from './invoicePurchase.ts'
import { loadSale, lockPurchaseById, purchasesToInvoice } from './store.ts'

/** Has what is withheld looked at now, before its hour of the day: the data of a payer were mended. */
export const invoiceNow = (tx: Tx, now: Instant): void => recurringNow(tx, 'withheldInvoices', now)

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
