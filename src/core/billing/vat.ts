// VAT by table: rate, or the nature of what is without it and the law that says so; and the stamp duty that follows.
import { share } from './money.ts'

export type VatTreatment = 'ordinary' | 'excluded' | 'outOfTerritory' | 'notSubject' | 'exempt'

export type VatRule = {
  /** Per ten thousand: 2200 is 22 per cent. */
  readonly rate: number
  /** Natura of the exchange system's tables, where there is no tax. */
  readonly nature?: 'N1' | 'N2.1' | 'N2.2' | 'N4'
  /** RiferimentoNormativo. */
  readonly reference?: string
}

/** The treatments that a service of ours may have. */
export const VAT_RULES: Readonly<Record<VatTreatment, VatRule>> = {
  ordinary: { rate: 2200 }, // art. 16 c.1 DPR 633/1972
  excluded: { rate: 0, nature: 'N1', reference: 'Escluso dalla base imponibile, art. 15 DPR 633/1972' },
  outOfTerritory: { rate: 0, nature: 'N2.1', reference: 'Non soggetto, artt. da 7 a 7-septies DPR 633/1972' },
  notSubject: { rate: 0, nature: 'N2.2', reference: 'Non soggetto, art. 1 c.58 L. 190/2014' },
  exempt: { rate: 0, nature: 'N4', reference: 'Esente, art. 10 DPR 633/1972' },
}

export type VatGroup = {
  readonly vat: VatTreatment
  readonly netCents: number
  readonly vatCents: number
}

/** One group for each treatment, in the order of first appearance: tax is computed on the group, not on the lines. */
export const vatGroups = (
  lines: readonly { readonly vat: VatTreatment; readonly netCents: number }[],
): readonly VatGroup[] => {
  const nets = new Map<VatTreatment, number>()
  for (const { vat, netCents } of lines) nets.set(vat, (nets.get(vat) ?? 0) + netCents)
  return [...nets].map(([vat, netCents]) => ({ vat, netCents, vatCents: share(netCents, VAT_RULES[vat].rate) }))
}

/** Stamp duty on an invoice, and the amount above which it is due. Art. 13 Tariffa, part I, DPR 642/1972. */
export const STAMP_CENTS = 200
export const STAMP_ABOVE_CENTS = 7_747

/**
 * The stamp duty of a document: due on what bears no VAT once it is more than 77.47 euro, never on what bears it
 * (art. 6 Tabella, annex B, DPR 642/1972: the duty and the tax exclude each other).
 */
export const stampDutyOf = (groups: readonly VatGroup[]): number => {
  const untaxed = groups.reduce((sum, group) => sum + (VAT_RULES[group.vat].rate === 0 ? group.netCents : 0), 0)
  return untaxed > STAMP_ABOVE_CENTS ? STAMP_CENTS : 0
}
