// A text is found in a long part however the part comes in pieces.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromLatin1, fromUtf8 } from '../../../../src/core/lib/bytes.ts'
import { textFinder } from '../../../../src/core/mail/facts/find.ts'
import type { PartFacts } from '../../../../src/core/mail/facts.ts'
import { foldText } from '../../../../src/core/mail/fold.ts'

const part = (more: Partial<PartFacts> = {}): PartFacts => ({
  headerStart: 0,
  bodyStart: 0,
  bodyEnd: 0,
  type: 'text/plain',
  encoding: '8bit',
  charset: 'utf-8',
  lines: 0,
  children: [],
  ...more,
})

const find = (of: PartFacts, bytes: Uint8Array, sought: string, cuts: readonly number[]): boolean => {
  const finder = textFinder(of, foldText(sought))
  let from = 0
  for (const cut of [...cuts].map((one) => one % (bytes.length + 1)).sort((a, b) => a - b)) {
    if (finder.push(bytes.subarray(from, cut))) return true
    from = cut
  }
  return finder.push(bytes.subarray(from)) || finder.finish()
}

const cuts = fc.array(fc.nat(), { maxLength: 8 })
const words = fc.array(fc.constantFrom('Perché', 'no', 'STRASSE', 'è', '  ', '\r\n', 'ago', 'pagliaio', '日本'), {
  maxLength: 40,
})

test('any split gives what the whole gives', () => {
  fc.assert(
    fc.property(words, words, cuts, (before, after, at) => {
      const text = `${before.join(' ')} ago nel pagliaio ${after.join(' ')}`
      expect(find(part(), fromUtf8(text), 'Ago  nel PAGLIAIO', at)).toBe(true)
      expect(find(part(), fromUtf8(text), 'ago nel fienile', at)).toBe(false)
    }),
  )
})
test.each([
  ['quoted-printable', 'utf-8', fromLatin1('perch=C3=A9 =\r\nno'), 'perché no'],
  ['8bit', 'iso-8859-1', fromLatin1('perch\xe9 no'), 'PERCHÉ no'],
  ['base64', 'utf-8', fromLatin1('cGVyY2jDqSBubw=='), 'perché no'],
  ['7bit', 'x-unknown', fromLatin1('ciao mondo'), 'ciao mondo'],
])('decodes %s in %s', (encoding, charset, bytes, sought) => {
  for (let at = 0; at <= bytes.length; at++) expect(find(part({ encoding, charset }), bytes, sought, [at])).toBe(true)
})
test('of HTML what is seen, tags split between pieces or not', () => {
  const html = fromUtf8('<p>Buon <b title="x > y">giorno</b> a&nbsp;tutti</p>')
  for (let at = 0; at <= html.length; at++) {
    expect(find(part({ type: 'text/html' }), html, 'title', [at])).toBe(false)
  }
})
test('a part without a blank is held back no longer than its limit', () => {
  const finder = textFinder(part(), 'zz')
  for (let n = 0; n < 100; n++) expect(finder.push(fromLatin1('a'.repeat(10_000)))).toBe(false)
  expect(finder.push(fromLatin1('zz'))).toBe(true)
})
