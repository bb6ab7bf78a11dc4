// The forecast of an Order's costs: who pays which term, when terms end, and years that are sums of quarters.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ForecastBoxes, forecast } from '../../../src/core/billing/forecast.ts'

const today = '2026-11-26'
const boxes: ForecastBoxes = {
  count: 10,
  endsIn: '2027-05',
  term: 1,
  termMonths: 12,
  payer: 'order',
  priceCents: 1_000,
  vat: 'ordinary',
}
const of = (change: Partial<ForecastBoxes>, renewalShare = 1) =>
  forecast({ today, boxes: [{ ...boxes, ...change }], pending: [], renewalShare }).quarters.filter(
    (q) => q.renewals > 0 || q.orderCents > 0 || q.memberCents > 0,
  )

describe('forecast', () => {
  it('covers three years, from the present quarter', () => {
    const { quarters, years } = forecast({ today, boxes: [], pending: [], renewalShare: 1 })
    expect(quarters.map((q) => q.quarter)).toEqual([
      '2026-Q4',
      ...[2027, 2028].flatMap((year) => [1, 2, 3, 4].map((q) => `${year}-Q${q}`)),
      ...[1, 2, 3].map((q) => `2029-Q${q}`),
    ])
    expect(years.map((y) => y.year)).toEqual([2026, 2027, 2028, 2029])
  })

  it('counts each end of term, VAT included, and of those that renew the next end too', () => {
    expect(of({}, 0.8)).toEqual([
      { quarter: '2027-Q2', renewals: 8, pending: 0, orderCents: 9_760, memberCents: 0 },
      { quarter: '2028-Q2', renewals: 6, pending: 0, orderCents: 7_808, memberCents: 0 },
      { quarter: '2029-Q2', renewals: 5, pending: 0, orderCents: 6_246, memberCents: 0 },
    ])
  })

  it('splits by the payer of the convention: renewals are the member’s where the Order pays the first term', () => {
    expect(of({ payer: 'split', termMonths: 36 })).toEqual([
      { quarter: '2027-Q2', renewals: 10, pending: 0, orderCents: 0, memberCents: 12_200 },
    ])
    expect(of({ payer: 'member', termMonths: 36 })[0]).toMatchObject({ orderCents: 0, memberCents: 12_200 })
  })

  it('counts in the present quarter what is over and may still renew, and what is bought and not invoiced', () => {
    expect(of({ endsIn: '2026-08', termMonths: 36 })[0]).toMatchObject({ quarter: '2026-Q4', renewals: 10 })
    const { quarters } = forecast({
      today,
      boxes: [],
      pending: [{ count: 3, payer: 'order', priceCents: 1_000, vat: 'ordinary' }],
      renewalShare: 1,
    })
    expect(quarters[0]).toEqual({ quarter: '2026-Q4', renewals: 0, pending: 3, orderCents: 3_660, memberCents: 0 })
  })

  it('forgets what ends after its three years', () => expect(of({ endsIn: '2029-10' })).toEqual([]))

  it('gives years that are the sums of their quarters, and no more than all boxes renewing for ever', () => {
    const group = fc.record({
      count: fc.integer({ min: 0, max: 5_000 }),
      endsIn: fc.constantFrom('2025-01', '2026-11', '2027-03', '2028-12', '2031-01'),
      term: fc.integer({ min: 1, max: 4 }),
      termMonths: fc.integer({ min: 1, max: 48 }),
      payer: fc.constantFrom('order' as const, 'member' as const, 'split' as const),
      priceCents: fc.integer({ min: 0, max: 10_000 }),
      vat: fc.constantFrom('ordinary' as const, 'exempt' as const),
    })
    fc.assert(
      fc.property(fc.array(group, { maxLength: 20 }), fc.double({ min: 0, max: 1, noNaN: true }), (groups, share) => {
        const { quarters, years } = forecast({ today, boxes: groups, pending: [], renewalShare: share })
        for (const field of ['renewals', 'orderCents', 'memberCents'] as const) {
          const sum = (rows: readonly { readonly [f in typeof field]: number }[]) =>
            rows.reduce((total, row) => total + row[field], 0)
          expect(sum(years)).toBe(sum(quarters))
        }
        const boxesEnding = groups.reduce((total, g) => total + g.count * 36, 0)
        expect(quarters.reduce((total, q) => total + q.renewals, 0)).toBeLessThanOrEqual(boxesEnding + 12)
      }),
    )
  })
})
