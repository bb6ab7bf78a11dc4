// Invoices one purchase, where there is something to pay and the payer can be named.
import { type Payer, type PayerProblem, payerProblems } from '../../core/billing/party.ts'
import { purchaseMachine } from '../../core/billing/purchase.ts'
import { invoiceOf, memberAsPayer, orderAsPayer } from '../../core/billing/sale.ts'
import type { Instant } from '../../core/lib/instant.ts'
import type { Tx } from '../db/pool.ts'
import type { Office } from '../office.ts'
import { type Issued, issue } from './invoicing.ts'
import { type PurchaseRow, type SaleFacts, setPurchaseState } from './store.ts'

export type Placed =
  | { readonly kind: 'invoiced'; readonly purchaseId: string; readonly invoice: Issued }
  /** Nothing to pay, so nothing to invoice. */
  | { readonly kind: 'free'; readonly purchaseId: string }
  /** Written; what is known of the payer is not enough for an invoice yet. `invoiceOrdered` tries again. */
  | { readonly kind: 'withheld'; readonly purchaseId: string; readonly problems: readonly PayerProblem[] }
  /** This term of this case was bought before. */
  | { readonly kind: 'already'; readonly purchaseId: string }

/** Who is asked to pay, of what the Order's profile or the member's case says. */
export const payerFrom = (payer: 'order' | 'member', facts: SaleFacts): Payer =>
  payer === 'order' ? orderAsPayer(facts.orderName, facts.profile) : memberAsPayer(facts, facts.residence ?? {})

/** Invoices a purchase that is locked, in its transaction, where there is something to pay and the payer can be named. */
export const invoicePurchase = async (
  tx: Tx,
  office: Pick<Office, 'seller'>,
  purchase: PurchaseRow,
  facts: SaleFacts,
  now: Instant,
): Promise<Placed> => {
  const purchaseId = purchase.id
  const state = purchaseMachine.next(purchase.state, 'invoice')
  if (state === undefined) return { kind: 'already', purchaseId }
  if (purchase.priceCents === 0) return { kind: 'free', purchaseId }
  const payer = payerFrom(purchase.payer, facts)
  const problems = payerProblems(payer)
  // A member must not lose an enrolment for what somebody else forgot to write in the Order's profile.
  if (problems.length > 0) return { kind: 'withheld', purchaseId, problems }
  const { seller } = office
  const { conventionCode } = facts
  const sale = {
    kind: purchase.kind,
    termMonths: facts.terms.termMonths,
    priceCents: purchase.priceCents,
    conventionCode,
    caseNumber: facts.caseNumber ?? undefined,
    seller,
    payer,
  }
  setPurchaseState(tx, purchaseId, purchase.state, state, now)
  const invoice = await issue(
    tx,
    { purchaseId, orderId: purchase.orderId, payer: purchase.payer, seller, write: (place) => invoiceOf(sale, place) },
    now,
  )
  return { kind: 'invoiced', purchaseId, invoice }
}
