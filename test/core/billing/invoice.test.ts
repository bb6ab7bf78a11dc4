// Totals, VAT, stamp duty, numbers and dates: tables, and sums that always agree.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { invoiceFileName, MAX_PROGRESSIVE, progressive } from '../../../src/core/billing/fileName.ts'
import {
  costOf,
  creditNoteOf,
  datedAfter,
  lineNet,
  numberAfter,
  printedLines,
  totalsOf,
} from '../../../src/core/billing/invoice.ts'
import { ascii, latin, latinPieces } from '../../../src/core/billing/latin.ts'
import { decimal, euro, share } from '../../../src/core/billing/money.ts'
import { purchaseMachine, undoing } from '../../../src/core/billing/purchase.ts'
import { stampDutyOf, VAT_RULES, vatGroups } from '../../../src/core/billing/vat.ts'
import { anInvoice, anyInvoice } from './support/invoices.ts'

describe('amounts', () => {
  it.each([
    [2_500, 2200, 550],
    [1, 2200, 0],
    [2, 2200, 0],
    [3, 2200, 1],
    [25, 2200, 6], // 5.5 goes up
    [75, 2200, 17], // 16.5 goes up
    [-25, 2200, -6],
    [-1, 2200, 0],
    [10_000, 0, 0],
  ])('%i cents at %i per ten thousand are %i', (cents, rate, expected) => {
    expect(share(cents, rate)).toBe(expected)
  })

  it.each([
    [0, '0.00', '0,00\u00a0€'],
    [5, '0.05', '0,05\u00a0€'],
    [123_456_789, '1234567.89', '1.234.567,89\u00a0€'],
    [-1_250, '-12.50', '-12,50\u00a0€'],
  ])('%i cents print as %s and %s', (cents, xml, italian) => {
    expect([decimal(cents), euro(cents)]).toEqual([xml, italian])
  })
})

describe('totals', () => {
  it('are sums of what is printed, whatever the lines', () => {
    fc.assert(
      fc.property(anyInvoice, ({ lines, payer }) => {
        const totals = totalsOf(lines, payer)
        const printed = printedLines(lines)
        const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0)
        expect(sum(printed.map(lineNet))).toBe(totals.netCents + totals.stampCents)
        expect(sum(totals.groups.map((g) => g.netCents))).toBe(totals.netCents + totals.stampCents)
        expect(sum(totals.groups.map((g) => g.vatCents))).toBe(totals.vatCents)
        expect(totals.totalCents).toBe(totals.netCents + totals.vatCents + totals.stampCents)
        expect(totals.payableCents).toBe(totals.totalCents - (payer.vatDue === 'split' ? totals.vatCents : 0))
        expect(new Set(totals.groups.map((g) => g.vat)).size).toBe(totals.groups.length)
        for (const { vat, netCents, vatCents } of totals.groups)
          expect(Math.abs(vatCents - (netCents * VAT_RULES[vat].rate) / 10_000)).toBeLessThanOrEqual(0.5)
      }),
    )
  })

  it('of an invoice and its credit note are the same, so the two come to nothing', () => {
    fc.assert(
      fc.property(anyInvoice, (data) => {
        const note = creditNoteOf(data, { ...data, number: numberAfter(data.number) })
        expect(totalsOf(note.lines, note.payer)).toEqual(totalsOf(data.lines, data.payer))
        expect(note.reverses).toEqual({ number: data.number, dated: data.dated })
      }),
    )
  })

  it('tax the group and not the line: three times 0.25 euro', () => {
    const groups = vatGroups(Array.from({ length: 3 }, () => ({ vat: 'ordinary' as const, netCents: 25 })))
    expect(groups).toEqual([{ vat: 'ordinary', netCents: 75, vatCents: 17 }])
  })

  // Art. 13 Tariffa, part I, DPR 642/1972
  it.each([
    ['exempt', 7_747, 0],
    ['exempt', 7_748, 200],
    ['excluded', 7_748, 200],
    ['notSubject', 7_748, 200],
    ['ordinary', 100_000, 0],
  ] as const)('stamp duty on %s of %i cents is %i', (vat, netCents, expected) => {
    expect(stampDutyOf(vatGroups([{ vat, netCents }]))).toBe(expected)
  })

  it('cost a payer the price, the VAT and the duty', () => {
    expect([costOf(2_500, 'ordinary'), costOf(9_000, 'exempt'), costOf(5_000, 'exempt')]).toEqual([3_050, 9_200, 5_000])
  })
})

describe('numbers and dates', () => {
  it('follow one another', () => {
    expect(numberAfter(anInvoice.number)).toEqual({ series: 'PEC', year: 2026, number: 13 })
    expect(datedAfter('2026-03-12', undefined)).toBe('2026-03-12')
    expect(datedAfter('2026-03-12', '2026-03-13')).toBe('2026-03-13')
    expect(datedAfter('2026-03-14', '2026-03-13')).toBe('2026-03-14')
  })

  it('name files that the exchange system takes, each once', () => {
    expect([1, 35, 36, MAX_PROGRESSIVE].map(progressive)).toEqual(['00001', '0000Z', '00010', 'ZZZZZ'])
    expect(() => progressive(MAX_PROGRESSIVE + 1)).toThrow(RangeError)
    expect(() => progressive(0)).toThrow(RangeError)
    expect(invoiceFileName('01234560017', '0000Z')).toBe('IT01234560017_0000Z.xml')
  })
})

describe('purchase', () => {
  it('is cancelled before the invoice and reversed after it, once', () => {
    expect(undoing('ordered')).toBe('cancel')
    expect(undoing('invoiced')).toBe('reverse')
    expect(undoing('reversed')).toBeUndefined()
    expect(undoing('cancelled')).toBeUndefined()
    expect(purchaseMachine.next('cancelled', 'invoice')).toBeUndefined()
  })
})

describe('letters', () => {
  it.each([
    ['L’Aquila – «Città»…', "L'Aquila - «Città»...", `L'Aquila - "Citta"...`],
    ['Đorđević Łukasz Œ', 'Dordevic Lukasz OE', 'Dordevic Lukasz OE'],
    ['Straße Ærø 5°', 'Straße Ærø 5°', 'Strasse AEro 5o'],
    ['  a\n\tb\u0000c\u200bd ', 'a b c d', 'a b c d'],
    ['日本 €', '?? EUR', '?? EUR'],
  ])('%s', (text, wide, narrow) => expect([latin(text, 100), ascii(text, 100)]).toEqual([wide, narrow]))

  it('are cut between words where that loses little', () => {
    expect(latin('uno due tre quattro', 13)).toBe('uno due tre')
    expect(latin('a bcdefghijklmnop', 10)).toBe('a bcdefghi')
  })

  it('fill several fields without losing any', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 900 }), (text) => {
        const pieces = latinPieces(text, 200)
        expect(pieces.every((piece) => piece.length >= 1 && piece.length <= 200)).toBe(true)
        expect(pieces.join('').replaceAll(' ', '')).toBe(latin(text, 10_000).replaceAll(' ', ''))
      }),
    )
  })
})
