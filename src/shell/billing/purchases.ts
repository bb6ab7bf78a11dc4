// Purchases: written when an enrolment is sent or a term renewed, invoiced in the same transaction, undone on refusal.
import { randomUUID } from 'node:crypto'
import { creditNoteOf } from '../../core/billing/invoice.ts'
import { type Payer, type PayerProblem, payerProblems } from '../../core/billing/party.ts'
import { purchaseMachine, undoing } from '../../core/billing/purchase.ts'
import {
  invoiceOf,
  memberAsPayer,
  orderAsPayer,
  type PurchaseKind,
  type ReversalReason,
  reversalCause,
} from '../../core/billing/sale.ts'
import { type ConventionTerms, payerOf } from '../../core/convention/convention.ts'
import type { Instant } from '../../core/lib/instant.ts'
import type { Tx } from '../db/pool.ts'
import type { Office } from '../office.ts'
import { type Issued, issue } from './invoicing.ts'
import {
  insertPurchase,
  loadInvoiceOf,
  loadSale,
  lockPurchase,
  lockPurchaseById,
  type PurchaseRow,
  purchasesToInvoice,
  type SaleFacts,
  setPurchaseState,
} from './store.ts'

type Biller = Pick<Office, 'seller' | 'log'>

export type PurchaseOrder = {
  readonly enrolmentId: string
  readonly conventionId: number
  readonly memberId: number
  readonly mailboxId?: number | undefined
  readonly kind: PurchaseKind
  /** 1 for the first term, and so on. */
  readonly term: number
  /** Terms of the sale; those that the convention has now, where not said. */
  readonly terms?: ConventionTerms | undefined
}

export type Placed =
  | { readonly kind: 'invoiced'; readonly purchaseId: string; readonly invoice: Issued }
  /** Nothing to pay, so nothing to invoice. */
  | { readonly kind: 'free'; readonly purchaseId: string }
  /** Written; what is known of the payer is not enough for an invoice yet. `invoiceOrdered` tries again. */
  | { readonly kind: 'withheld'; readonly purchaseId: string; readonly problems: readonly PayerProblem[] }
  /** This term of this case was bought before. */
  | { readonly kind: 'already'; readonly purchaseId: string }

/**
 * Writes the purchase of a term and, in the same transaction, its invoice. It is what a transaction does last: from
 * here on it holds the row of numbers. Done twice for the same case and term, it does nothing the second time.
 */
export const placePurchase = async (tx: Tx, office: Biller, order: PurchaseOrder, now: Instant): Promise<Placed> => {
  const { kind, term } = order
  const loaded = await loadSale(tx, order)
  if (!loaded) throw new Error(`no convention ${order.conventionId} with a member ${order.memberId}`)
  const facts = { ...loaded, terms: order.terms ?? loaded.terms }
  const purchase = await insertPurchase(tx, {
    id: randomUUID(),
    orderId: facts.orderId,
    conventionId: order.conventionId,
    memberId: order.memberId,
    enrolmentId: order.enrolmentId,
    mailboxId: order.mailboxId,
    kind,
    term,
    payer: payerOf(facts.terms.payer, term),
    priceCents: facts.terms.priceCents,
    now,
  })
  if (!purchase) return { kind: 'already', purchaseId: (await lockPurchase(tx, order))!.id }
  return invoicePurchase(tx, office, purchase, facts, now)
}

const payerFrom = (purchase: PurchaseRow, facts: SaleFacts): Payer =>
  purchase.payer === 'order'
    ? orderAsPayer(facts.orderName, facts.profile)
    : memberAsPayer(facts, facts.residence ?? {})

/** Invoices a purchase in its transaction, where there is something to pay and the payer can be named. */
const invoicePurchase = async (
  tx: Tx,
  office: Biller,
  purchase: PurchaseRow,
  facts: SaleFacts,
  now: Instant,
): Promise<Placed> => {
  const purchaseId = purchase.id
  const state = purchaseMachine.next(purchase.state, 'invoice')
  if (state === undefined) return { kind: 'already', purchaseId }
  if (purchase.priceCents === 0) return { kind: 'free', purchaseId }
  const payer = payerFrom(purchase, facts)
  const problems = payerProblems(payer)
  if (problems.length > 0) {
    // A member must not lose an enrolment for what somebody else forgot to write in the Order's profile.
    office.log({
      kind: 'alarm',
      name: 'invoice.withheld',
      details: { purchase: purchaseId, wants: problems.join(' ') },
    })
    return { kind: 'withheld', purchaseId, problems }
  }
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

export type Undone =
  /** Not invoiced yet: nothing more is to be done. */
  | { readonly kind: 'cancelled'; readonly purchaseId: string }
  | { readonly kind: 'reversed'; readonly purchaseId: string; readonly creditNote: Issued }
  /** No purchase, or one that was undone before. */
  | { readonly kind: 'nothing' }

/**
 * Undoes the purchase of a case: cancelled where it was not invoiced, taken back by a credit note where it was. Like
 * `placePurchase` it is what a transaction does last, and the second time it does nothing.
 */
export const reversePurchase = async (
  tx: Tx,
  of: { readonly enrolmentId: string; readonly kind?: PurchaseKind; readonly term?: number },
  reason: ReversalReason,
  now: Instant,
): Promise<Undone> => {
  const purchase = await lockPurchase(tx, { enrolmentId: of.enrolmentId, kind: of.kind ?? 'first', term: of.term ?? 1 })
  const event = purchase && undoing(purchase.state)
  const state = event && purchaseMachine.next(purchase.state, event)
  if (!state) return { kind: 'nothing' }
  const purchaseId = purchase.id
  setPurchaseState(tx, purchaseId, purchase.state, state, now)
  if (event === 'cancel') return { kind: 'cancelled', purchaseId }
  const invoice = await loadInvoiceOf(tx, purchaseId)
  if (!invoice) throw new Error(`purchase ${purchaseId} is invoiced and has no invoice`)
  const { data } = invoice
  const creditNote = await issue(
    tx,
    {
      purchaseId,
      orderId: purchase.orderId,
      payer: purchase.payer,
      reverses: invoice.id,
      seller: data.seller,
      write: (place) => creditNoteOf(data, { ...place, cause: reversalCause(data, reason) }),
    },
    now,
  )
  return { kind: 'reversed', purchaseId, creditNote }
}

/** Invoices what was withheld, now that more may be known of the payers; each in a transaction of its own. */
export const invoiceOrdered = async (
  office: Biller & Pick<Office, 'db' | 'clock'>,
  limit = 500,
): Promise<{ readonly invoiced: number; readonly withheld: number }> => {
  let invoiced = 0
  let withheld = 0
  for (const id of await purchasesToInvoice(office.db, limit)) {
    const placed = await office.db.tx(async (tx) => {
      const purchase = await lockPurchaseById(tx, id)
      const facts = purchase && (await loadSale(tx, { ...purchase, enrolmentId: purchase.enrolmentId ?? undefined }))
      return facts && invoicePurchase(tx, office, purchase, facts, office.clock.now())
    })
    if (placed?.kind === 'invoiced') invoiced += 1
    if (placed?.kind === 'withheld') withheld += 1
  }
  return { invoiced, withheld }
}
