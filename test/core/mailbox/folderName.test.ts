// Names of folders: which may be given, and their one written form.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { folderName, isBelow, STANDARD_FOLDERS, superiors } from '../../../src/core/mailbox/folderName.ts'

describe('names of folders', () => {
  test.each([
    ['Pratiche', 'Pratiche'],
    ['Pratiche/2026/Città', 'Pratiche/2026/Città'],
    ['Citta\u0300', 'Città'],
    ['inbox', 'INBOX'],
    ['InBox/Sotto', 'INBOX/Sotto'],
    ['Altro/inbox', 'Altro/inbox'],
    ['été 日本 🎉', 'été 日本 🎉'],
    ['a&b.c#d ~', 'a&b.c#d ~'],
    ['x'.repeat(255), 'x'.repeat(255)],
    [Array(20).fill('a').join('/'), Array(20).fill('a').join('/')],
  ])('takes %j', (given, name) => expect(folderName(given)).toBe(name))

  test.each([
    ['nothing', ''],
    ['an empty level', 'a//b'],
    ['a delimiter first', '/a'],
    ['a delimiter last', 'a/'],
    ['a wildcard', 'a*'],
    ['the other wildcard', 'a%b'],
    ['NUL', 'a\0b'],
    ['a line end', 'a\r\nb'],
    ['DEL', 'a\u007f'],
    ['a C1 control', 'a\u0085'],
    ['a line separator', 'a\u2028b'],
    ['half of a pair', 'a\ud800'],
    ['a level too long', 'x'.repeat(256)],
    ['a level too long in UTF-8', 'è'.repeat(128)],
    ['too many levels', Array(21).fill('a').join('/')],
    ['a name too long', Array(4).fill('x'.repeat(250)).join('/')],
  ])('refuses %s', (_, given) => expect(folderName(given)).toBeUndefined())

  test('of any text gives a name that stays as it is, or none', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (given) => {
        const name = folderName(given)
        if (name === undefined) return
        expect(folderName(name)).toBe(name)
        for (const above of superiors(name)) {
          expect(isBelow(name, above)).toBe(true)
          expect(folderName(above)).toBe(above)
        }
      }),
    )
  })
  test('those above come outermost first', () => {
    expect(superiors('a/b/c')).toEqual(['a', 'a/b'])
    expect(superiors('a')).toEqual([])
    expect(isBelow('ab', 'a')).toBe(false)
  })
  test('the standard ones are written as they may be given', () => {
    for (const { name } of STANDARD_FOLDERS) expect(folderName(name)).toBe(name)
  })
})
