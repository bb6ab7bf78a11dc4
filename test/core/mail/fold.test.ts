// Folding for SEARCH and collation keys for SORT (RFC 5051).
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { collationKey, compareKeys, foldText } from '../../../src/core/mail/fold.ts'

describe('text to search', () => {
  test.each([
    ['Ciao', 'ciao'],
    ['PERCHÉ', 'perche'],
    ['perche\u0301', 'perche'],
    // Accents count.
    ['perche', 'perche'],
    ['STRASSE', 'strasse'],
    ['Straße', 'strasse'],
    ['ΟΔΟΣ', 'οδοσ'],
    ['ﬁne', 'fine'],
    ['a  b\r\n\tc', 'a b c'],
    ['a\u00a0b', 'a b'],
    ['a\0b\x1bc', 'a b c'],
    [' a ', ' a '],
    ['\ud800', '\ufffd'],
  ])('%j is %j', (text, folded) => expect(foldText(text)).toBe(folded))

  test('folded text is folded, and well formed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const folded = foldText(text)
        expect(foldText(folded)).toBe(folded)
        expect(folded.isWellFormed()).toBe(true)
        expect(folded).not.toMatch(/[\0-\x1f\x7f]| {2}/)
      }),
    )
  })
})

describe('marks without end', () => {
  // To put n marks in order takes n² steps: a message of 1 MB held the whole server for a minute and a half.
  test.each([
    ['marks of two classes', '\u0301\u0323'],
    ['halfwidth letters that become marks', '\uff9e\u0323'],
    ['vowel signs that become marks', '\u0e33\u0e38'],
  ])('%s are cut, and what comes after them is kept', (_, marks) => {
    for (const text of [foldText(`a${marks.repeat(200_000)}b`), collationKey(`a${marks.repeat(200_000)}b`)]) {
      expect(text.length).toBeLessThan(200)
      expect(text.toLowerCase().endsWith('b')).toBe(true)
    }
  })
  test('as many as a letter may have stay, of scripts where they are letters', () =>
    expect([...foldText(`\u0915${'\u0941'.repeat(64)}`)].length).toBe(65))
})

describe('i;unicode-casemap', () => {
  test.each([
    ['ciao', 'CIAO'],
    ['è', 'E\u0300'],
    ['ß', 'ß'],
    ['ﬁ', 'fi'],
    ['ǆ', 'Dz\u030c'],
    ['Ǆ', 'Dz\u030c'],
  ])('%j is %j', (text, key) => expect(collationKey(text)).toBe(key))

  test('keys are compared by code points, not by units', () => {
    expect(compareKeys('\u{1f600}', '\uff21')).toBeGreaterThan(0)
    expect(compareKeys('\uff21', '\u{1f600}')).toBeLessThan(0)
    expect(compareKeys('a', 'ab')).toBeLessThan(0)
    expect(compareKeys('', '')).toBe(0)
  })

  test('the order is that of UTF-8', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (a, b) => {
        const bytes = Math.sign(Buffer.compare(Buffer.from(a.toWellFormed()), Buffer.from(b.toWellFormed())))
        expect(Math.sign(compareKeys(a.toWellFormed(), b.toWellFormed()))).toBe(bytes)
      }),
    )
  })
})
