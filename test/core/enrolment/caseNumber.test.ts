// Case numbers: every slip of a single symbol and every pair that changed places is found; people may write as they like.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  caseQrText,
  findCaseNumbers,
  makeCaseNumber,
  parseCaseNumber,
  readCaseQr,
} from '../../../src/core/enrolment/caseNumber.ts'

const ALPHABET = '0123456789ACDEFGHJKMNPQRTVWXY'
const bytes = fc.uint8Array({ minLength: 8, maxLength: 8 })
const numbers = fc.tuple(fc.integer({ min: 2026, max: 2099 }), bytes).map(([year, b]) => makeCaseNumber(year, b))

describe('a case number', () => {
  it('is read as it was made', () => {
    fc.assert(fc.property(numbers, (number) => void expect(parseCaseNumber(number)).toBe(number)))
    expect(() => makeCaseNumber(2026, new Uint8Array(7))).toThrow(RangeError)
  })

  it('uses every symbol', () => {
    const seen = new Set<string>()
    for (const number of fc.sample(numbers, 500))
      for (const symbol of number.slice(3).replace('-', '')) seen.add(symbol)
    expect([...seen].sort().join('')).toBe(ALPHABET)
  })

  it('has one check character', () => {
    const whole = [...ALPHABET].filter((symbol) => parseCaseNumber(`26-7K3M-9QX${symbol}`) !== undefined)
    expect(whole).toHaveLength(1)
  })

  it('finds every wrong symbol', () => {
    fc.assert(
      fc.property(numbers, fc.nat(9), fc.constantFrom(...ALPHABET), (right, at, symbol) => {
        const symbols = [...right.replaceAll('-', '')]
        fc.pre(symbols[at] !== symbol)
        symbols[at] = symbol
        expect(parseCaseNumber(symbols.join(''))).toBeUndefined()
      }),
    )
  })

  it('finds every two symbols that changed places, neighbours or not', () => {
    fc.assert(
      fc.property(numbers, fc.nat(9), fc.nat(9), (right, a, b) => {
        const symbols = [...right.replaceAll('-', '')]
        fc.pre(symbols[a] !== symbols[b])
        ;[symbols[a], symbols[b]] = [symbols[b]!, symbols[a]!]
        expect(parseCaseNumber(symbols.join(''))).toBeUndefined()
      }),
    )
  })

  it('is read as people write it', () => {
    for (const right of fc.sample(numbers, 50)) {
      for (const typed of [
        right.toLowerCase(),
        ` ${right.replaceAll('-', ' ')} `,
        right.replaceAll('-', ''),
        right.replaceAll('-', '–'),
        right.replaceAll('0', 'O').replaceAll('1', 'l').replaceAll('2', 'z').replaceAll('5', 's').replaceAll('8', 'b'),
      ]) {
        // the year is told in digits
        if (/^\s*\d\d/.test(typed)) expect(parseCaseNumber(typed), typed).toBe(right)
      }
    }
  })

  it('is never made of anything else', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parseCaseNumber(text) ?? '26-0000-0000').toMatch(/^\d\d-[0-9A-Z]{4}-[0-9A-Z]{4}$/)
      }),
    )
    for (const wrong of ['', '26', '26-7K3M-9QX', 'AA-7K3M-9QXT', '26-7K3M-9QX€', '26-7K3M-9QXTT']) {
      expect(parseCaseNumber(wrong), wrong).toBeUndefined()
    }
  })

  it('is found in subjects and names of files', () => {
    const [a, b] = [makeCaseNumber(2026, new Uint8Array(8).fill(77)), makeCaseNumber(2026, new Uint8Array(8).fill(78))]
    expect(findCaseNumbers(`Pratica ${a.toLowerCase()}: documento`)).toEqual([a])
    expect(findCaseNumbers(`scan_${b.replaceAll('-', '')}.pdf e ${a} ${a}`)).toEqual([b, a])
    expect(findCaseNumbers('Fax da 0862-123456 del 26-11-2026 pag. 26 0000 0000')).toEqual([])
    expect(findCaseNumbers('9'.repeat(100_000))).toEqual([])
  })
})

describe('the QR of a case', () => {
  it('names the case, in characters of the alphanumeric mode', () => {
    fc.assert(
      fc.property(numbers, (number) => {
        expect(caseQrText(number)).toMatch(/^[0-9A-Z:-]{31}$/)
        expect(readCaseQr(caseQrText(number))).toBe(number)
      }),
    )
  })
  it('is not another QR, nor one that was typed over', () => {
    const [one, other] = [makeCaseNumber(2026, new Uint8Array(8)), makeCaseNumber(2026, new Uint8Array(8).fill(9))]
    const text = caseQrText(one)
    const wrongs = ['', 'https://example.org', text.slice(0, -1), text.replace(':1:', ':2:'), text.replace(one, other)]
    for (const wrong of wrongs) expect(readCaseQr(wrong), wrong).toBeUndefined()
  })
})
