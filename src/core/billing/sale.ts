// The sale of a term of a certified box: who is asked to pay, and the document that asks.
import type { OrderProfile } from '../convention/convention.ts'
import { addDays } from '../lib/calendar.ts'
import type { InvoiceData, InvoiceNumber } from './invoice.ts'
import { type Delivery, PAYMENT_DAYS, type Payer, type Seller } from './party.ts'
import type { VatTreatment } from './vat.ts'

/** `first`: the term that begins with activation; `renewal`: each that follows. */
export type PurchaseKind = 'first' | 'renewal'

const NO_CODE = /^0*$/

const deliveryOf = (profile: OrderProfile): Delivery => {
  const { format, recipientCode } = profile.invoicing
  const code = recipientCode.trim().toUpperCase()
  if (format === 'FPA12') return { kind: 'office', code }
  if (!NO_CODE.test(code)) return { kind: 'code', code }
  return profile.pec === undefined ? { kind: 'consumer' } : { kind: 'pec', address: profile.pec }
}

/** An Order as the payer of an invoice. */
export const orderAsPayer = (name: string, profile: OrderProfile): Payer => ({
  name: { kind: 'body', name },
  fiscalCode: profile.fiscalCode,
  vatNumber: profile.vatNumber,
  address: profile.address,
  delivery: deliveryOf(profile),
  vatDue: profile.invoicing.splitPayment ? 'split' : 'immediate',
  cig: profile.invoicing.cig,
  cup: profile.invoicing.cup,
})

/** What the case of a member says of where the member lives. */
export type Residence = {
  readonly street?: string | undefined
  readonly postcode?: string | undefined
  readonly town?: string | undefined
  readonly province?: string | undefined
}

/** A member as the payer: a consumer, who finds the invoice by fiscal code. */
export const memberAsPayer = (
  person: { readonly givenName: string; readonly surname: string; readonly fiscalCode: string },
  residence: Residence,
): Payer => ({
  name: { kind: 'person', givenName: person.givenName, surname: person.surname },
  fiscalCode: person.fiscalCode.toUpperCase(),
  address: {
    street: residence.street ?? '',
    postcode: (residence.postcode ?? '').trim(),
    town: residence.town ?? '',
    province: (residence.province ?? '').trim().toUpperCase(),
  },
  delivery: { kind: 'consumer' },
  vatDue: 'immediate',
})

/** How the seller's services are taxed: art. 1 c.58 L. 190/2014 for who is in the flat-rate regime. */
export const vatOfSeller = (seller: Pick<Seller, 'taxRegime'>): VatTreatment =>
  seller.taxRegime === 'RF19' ? 'notSubject' : 'ordinary'

export type Sale = {
  readonly kind: PurchaseKind
  readonly termMonths: number
  readonly priceCents: number
  readonly conventionCode: string
  readonly caseNumber?: string | undefined
  readonly seller: Seller
  readonly payer: Payer
}

const TERM: Readonly<Record<PurchaseKind, string>> = { first: 'attivazione', renewal: 'rinnovo' }

/**
 * The invoice of a sale. It names the case and not the member: who the member is, the Order's console says, and the
 * exchange system need not know (art. 5 c.1 lett. c Reg. UE 2016/679).
 */
export const invoiceOf = (
  sale: Sale,
  place: { readonly number: InvoiceNumber; readonly dated: string; readonly progressive: string },
): InvoiceData => {
  const { kind, seller, payer, conventionCode, caseNumber } = sale
  const months = sale.termMonths === 1 ? 'un mese' : `${sale.termMonths} mesi`
  const about = caseNumber === undefined ? '' : `, pratica ${caseNumber}`
  return {
    ...place,
    kind: 'TD01',
    seller,
    payer,
    lines: [
      {
        description: `Casella di posta elettronica certificata, ${months}, ${TERM[kind]}`,
        quantity: 1,
        unitCents: sale.priceCents,
        vat: vatOfSeller(seller),
      },
    ],
    cause: `Convenzione ${conventionCode}${about}`,
    conventionCode,
    caseNumber,
    dueOn: addDays(place.dated, seller.paymentDays ?? PAYMENT_DAYS),
  }
}

/** Why a purchase is undone, in the words of its credit note. */
export type ReversalReason = 'refused' | 'withdrawn' | 'lapsed' | 'error'
const REVERSAL: Readonly<Record<ReversalReason, string>> = {
  refused: 'attivazione non accolta',
  withdrawn: 'rinuncia del richiedente',
  lapsed: 'richiesta decaduta',
  error: 'emissione non dovuta',
}

/** The cause of a credit note. */
export const reversalCause = (invoice: InvoiceData, reason: ReversalReason): string =>
  `Storno totale, ${REVERSAL[reason]}. ${invoice.cause}`
