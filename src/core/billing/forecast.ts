// What an Order must expect to pay in three years: the renewals of its boxes and what is bought and not yet invoiced.
import { type PayerRule, payerOf } from '../convention/convention.ts'
import { costOf } from './invoice.ts'
import type { VatTreatment } from './vat.ts'

/** Boxes of one convention whose term ends in the same month. */
export type ForecastBoxes = {
  readonly count: number
  /** YYYY-MM of the end of the term, in Italian legal time. */
  readonly endsIn: string
  /** Number of the term that ends, 1 for the first. */
  readonly term: number
  readonly termMonths: number
  readonly payer: PayerRule
  /** Of a term, VAT excluded. */
  readonly priceCents: number
  readonly vat: VatTreatment
}

/** Purchases that are written and not yet invoiced. */
export type ForecastPending = {
  readonly count: number
  readonly payer: 'order' | 'member'
  readonly priceCents: number
  readonly vat: VatTreatment
}

export type ForecastPart = {
  readonly renewals: number
  readonly pending: number
  /** With VAT and stamp duty: what it costs, to whomever the VAT is paid. */
  readonly orderCents: number
  readonly memberCents: number
}
export type Quarter = ForecastPart & { readonly quarter: string }
export type ForecastYear = ForecastPart & { readonly year: number }

export type Forecast = {
  readonly quarters: readonly Quarter[]
  readonly years: readonly ForecastYear[]
}

export const FORECAST_QUARTERS = 12

type Sum = { renewals: number; pending: number; order: number; member: number }
const empty = (): Sum => ({ renewals: 0, pending: 0, order: 0, member: 0 })

/** Quarters since year 0. */
const quarterOf = (month: string): number => monthOf(month) / 3
const monthOf = (month: string): number => +month.slice(0, 4) * 12 + +month.slice(5, 7) - 1
const quarterName = (quarter: number): string => `${Math.floor(quarter / 4)}-Q${(quarter % 4) + 1}`

/**
 * Twelve quarters from the present one. Of the boxes whose term ends, `renewalShare` (0 to 1) are expected to renew,
 * and of these again at the next end. A term that is over already and still in its grace counts in the present quarter.
 */
export const forecast = (facts: {
  readonly today: string
  readonly boxes: readonly ForecastBoxes[]
  readonly pending: readonly ForecastPending[]
  readonly renewalShare: number
}): Forecast => {
  const first = Math.floor(quarterOf(facts.today))
  const sums = Array.from({ length: FORECAST_QUARTERS }, empty)
  for (const group of facts.pending) {
    const sum = sums[0]!
    sum.pending += group.count
    sum[group.payer] += group.count * costOf(group.priceCents, group.vat)
  }
  for (const group of facts.boxes) addRenewals(sums, group, first, facts.renewalShare)
  const quarters = sums.map((sum, i): Quarter => ({ quarter: quarterName(first + i), ...rounded(sum) }))
  return { quarters, years: yearsOf(quarters) }
}

const addRenewals = (sums: readonly Sum[], group: ForecastBoxes, first: number, renewalShare: number): void => {
  const cost = costOf(group.priceCents, group.vat)
  let expected = group.count
  let month = Math.max(monthOf(group.endsIn), first * 3)
  for (let term = group.term + 1; ; term++) {
    const sum = sums[Math.floor(month / 3) - first]
    if (sum === undefined || group.termMonths < 1) return
    expected *= renewalShare
    sum.renewals += expected
    sum[payerOf(group.payer, term)] += expected * cost
    month += group.termMonths
  }
}

const rounded = (sum: Sum): ForecastPart => ({
  renewals: Math.round(sum.renewals),
  pending: sum.pending,
  orderCents: Math.round(sum.order),
  memberCents: Math.round(sum.member),
})

/** Civil years as sums of their quarters: the two views never differ by a cent. */
const yearsOf = (quarters: readonly Quarter[]): readonly ForecastYear[] => {
  const years = new Map<number, ForecastYear>()
  for (const q of quarters) {
    const year = +q.quarter.slice(0, 4)
    const sum = years.get(year) ?? { year, renewals: 0, pending: 0, orderCents: 0, memberCents: 0 }
    years.set(year, {
      year,
      renewals: sum.renewals + q.renewals,
      pending: sum.pending + q.pending,
      orderCents: sum.orderCents + q.orderCents,
      memberCents: sum.memberCents + q.memberCents,
    })
  }
  return [...years.values()]
}
