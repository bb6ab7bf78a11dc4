// The value of an invoice or credit note: numbered, dated, with its lines and its totals; XML and PDF are made of it.
import { share } from './money.ts'
import type { Payer, Seller } from './party.ts'
import { STAMP_CENTS, stampDutyOf, VAT_RULES, type VatGroup, type VatTreatment, vatGroups } from './vat.ts'

/** TipoDocumento: invoice, credit note. */
export type InvoiceKind = 'TD01' | 'TD04'

export type InvoiceLine = {
  readonly description: string
  readonly quantity: number
  readonly unitCents: number
  readonly vat: VatTreatment
}

/** Its place in a series: numbers of a series and year are 1, 2, 3… with none missing (art. 21 c.2 DPR 633/1972). */
export type InvoiceNumber = {
  readonly series: string
  readonly year: number
  readonly number: number
}

export type InvoiceTotals = {
  readonly groups: readonly VatGroup[]
  /** Without VAT and stamp duty. */
  readonly netCents: number
  readonly vatCents: number
  /** Stamp duty asked of the payer. */
  readonly stampCents: number
  readonly totalCents: number
  /** What the seller gets: in split payment without the VAT. */
  readonly payableCents: number
}

export type InvoiceData = {
  readonly kind: InvoiceKind
  readonly number: InvoiceNumber
  /** Civil date, YYYY-MM-DD. */
  readonly dated: string
  readonly seller: Seller
  readonly payer: Payer
  readonly lines: readonly InvoiceLine[]
  /** What it is about, in the words of the document. */
  readonly cause: string
  readonly conventionCode: string
  /** Number of the case that bought. */
  readonly caseNumber?: string | undefined
  /** The document that a credit note takes back. */
  readonly reverses?: { readonly number: InvoiceNumber; readonly dated: string } | undefined
  readonly dueOn?: string | undefined
  /** Of the file sent to the exchange system: five characters of base 36. */
  readonly progressive: string
}

/** A number as it is printed: `PEC/2026/12`. */
export const printNumber = ({ series, year, number }: InvoiceNumber): string => `${series}/${year}/${number}`

/** The number that follows the last of its series and year. */
export const numberAfter = (last: InvoiceNumber): InvoiceNumber => ({ ...last, number: last.number + 1 })

/**
 * Date of the next document of a series: no earlier than the last one's, so that numbers and dates grow together also
 * where a clock was put back.
 */
export const datedAfter = (today: string, lastDated: string | undefined): string =>
  lastDated !== undefined && lastDated > today ? lastDated : today

/** The stamp duty as the payer finds it among the lines: art. 15 c.1 n.3 DPR 633/1972. */
export const STAMP_LINE: InvoiceLine = {
  description: 'Imposta di bollo assolta in modo virtuale',
  quantity: 1,
  unitCents: STAMP_CENTS,
  vat: 'excluded',
}

export const lineNet = (line: InvoiceLine): number => line.quantity * line.unitCents

/** The lines as printed: with the stamp duty, where it is due. */
export const printedLines = (lines: readonly InvoiceLine[]): readonly InvoiceLine[] =>
  stampDutyOf(groupsOf(lines)) > 0 ? [...lines, STAMP_LINE] : lines

const groupsOf = (lines: readonly InvoiceLine[]): readonly VatGroup[] =>
  vatGroups(lines.map((line) => ({ vat: line.vat, netCents: lineNet(line) })))

/** Totals of a document. The stamp duty is the payer's, and a credit note gives it back: the two come to nothing. */
export const totalsOf = (lines: readonly InvoiceLine[], payer: Pick<Payer, 'vatDue'>): InvoiceTotals => {
  const ours = groupsOf(lines)
  const netCents = ours.reduce((sum, group) => sum + group.netCents, 0)
  const vatCents = ours.reduce((sum, group) => sum + group.vatCents, 0)
  const stampCents = stampDutyOf(ours)
  const totalCents = netCents + vatCents + stampCents
  return {
    groups: groupsOf(printedLines(lines)),
    netCents,
    vatCents,
    stampCents,
    totalCents,
    payableCents: payer.vatDue === 'split' ? totalCents - vatCents : totalCents,
  }
}

/** What a price without VAT costs whoever bears it, stamp duty included. */
export const costOf = (priceCents: number, vat: VatTreatment): number => {
  const vatCents = share(priceCents, VAT_RULES[vat].rate)
  return priceCents + vatCents + stampDutyOf([{ vat, netCents: priceCents, vatCents }])
}

export type CreditNoteIdentity = Pick<InvoiceData, 'number' | 'dated' | 'progressive' | 'cause'>

/** The credit note that takes an invoice back whole (art. 26 c.2 DPR 633/1972). */
export const creditNoteOf = (invoice: InvoiceData, identity: CreditNoteIdentity): InvoiceData => ({
  ...invoice,
  ...identity,
  kind: 'TD04',
  reverses: { number: invoice.number, dated: invoice.dated },
  dueOn: undefined,
})
