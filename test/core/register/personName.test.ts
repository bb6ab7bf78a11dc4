// Names as people write them, against the register.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { matchName, type NameDifference, nameKey, tidyName } from '../../../src/core/register/personName.ts'

const name = (text: string) => {
  const [surname = '', givenName = ''] = text.split('|')
  return { surname, givenName }
}
const match = (written: string, registered: string) => matchName(name(written), name(registered))

describe('the same name', () => {
  test.each([
    ['Rossi|Mario', 'ROSSI|MARIO'],
    ['  rossi |mario', 'Rossi|Mario'],
    ["D'Angelo|Anna", 'D’ANGELO|ANNA'],
    ["D'Angelo|Anna", 'D ANGELO|ANNA'],
    ["D'Angelo|Anna", 'DANGELO|ANNA'],
    ['D` Angelo|Anna', "d'angelo|anna"],
    ["Rossi|Nicolo'", 'Rossi|Nicolò'],
    ['Rossi|Nicolo', 'Rossi|NICOLÒ'],
    ['Rossi|Nicolò', "ROSSI|NICOLO'"],
    ['Rossi|Nicolo\u0300', 'Rossi|Nicolò'],
    ['De Luca|Sara', 'DELUCA|SARA'],
    ['Rossi-Bianchi|Sara', 'Rossi Bianchi|Sara'],
    ['RossiBianchi|Sara', 'Rossi Bianchi|Sara'],
    ['Rossi|Maria Grazia', 'Rossi|Mariagrazia'],
    ['Müller|Eva', 'Mueller|Eva'],
    ['Muller|Eva', 'Müller|Eva'],
    ['Straße|Eva', 'STRASSE|EVA'],
    ['Łukasz|Jan', 'Lukasz|Jan'],
    ['Lo Presti|Ugo', 'LOPRESTI|UGO'],
  ])('%s is %s', (written, registered) => expect(match(written, registered)).toEqual({ kind: 'match' }))
})

describe('perhaps the same name', () => {
  test.each<[string, string, readonly NameDifference[]]>([
    ['Rossi|Sara', 'Rossi Bianchi|Sara', ['surnamePart']],
    ['Bianchi|Sara', 'Rossi-Bianchi|Sara', ['surnamePart']],
    ['Rossi Bianchi|Sara', 'Rossi|Sara', ['surnameMore']],
    ['Bianchi Rossi|Sara', 'Rossi Bianchi|Sara', ['surnameOrder']],
    ['De Luca|Sara', 'De Luca Rossi|Sara', ['surnamePart']],
    ['D ANGELO|Sara', "D'Angelo Rossi|Sara", ['surnamePart']],
    ['Rossi|Maria', 'Rossi|Maria Grazia', ['givenNamePart']],
    ['Rossi|Maria Grazia Pia', 'Rossi|Maria Grazia', ['givenNameMore']],
    ['Rossi|Maria', 'Rossi Bianchi|Maria Grazia', ['surnamePart', 'givenNamePart']],
    ['Mario|Rossi', 'Rossi|Mario', ['inverted']],
    ['Maria|Rossi', 'Rossi Bianchi|Maria Grazia', ['inverted', 'surnamePart', 'givenNamePart']],
  ])('%s is like %s: %j', (written, registered, differences) =>
    expect(match(written, registered)).toEqual({ kind: 'partial', differences }),
  )
})

describe('another name', () => {
  test.each<[string, string, readonly string[]]>([
    ['Rosso|Mario', 'Rossi|Mario', ['surname']],
    ['Rossi|Maria', 'Rossi|Mario', ['givenName']],
    ['Ross|Mario', 'Rossi|Mario', ['surname']],
    ['De|Sara', 'De Luca|Sara', ['surname']],
    ['Luca|Sara', 'De Luca|Sara', ['surname']],
    ['Di Luca|Sara', 'De Luca|Sara', ['surname']],
    ['Rossi Verdi|Sara', 'Rossi Bianchi|Sara', ['surname']],
    ['Rossi|Maria Rosa', 'Rossi|Maria Grazia', ['givenName']],
    ['Rossi|M', 'Rossi|Mario', ['givenName']],
    ['Verdi|Anna', 'Rossi|Mario', ['surname', 'givenName']],
    ['|', 'Rossi|Mario', ['surname', 'givenName']],
    ['Rossi|', 'Rossi|Mario', ['givenName']],
    ["'|-", 'Rossi|Mario', ['surname', 'givenName']],
    ['Rossi|Rossi', 'Rossi|Mario', ['givenName']],
    ['Rossi Rossi|Mario', 'Rossi Bianchi|Mario', ['surname']],
  ])('%s is not %s: %j', (written, registered, fields) =>
    expect(match(written, registered)).toEqual({ kind: 'mismatch', fields }),
  )
})

const word = fc.stringMatching(/^[a-z]{4,9}$/)
const accented = (text: string): string =>
  text.replace(/[aeiou]/g, (v) => ({ a: 'à', e: 'é', i: 'ì', o: 'ò', u: 'ù' })[v]!)

test('spelling never makes another person', () => {
  const spelling = fc.constantFrom<(text: string) => string>(
    (text) => text.toUpperCase(),
    accented,
    (text) => `${text}'`,
    (text) => ` ${text} `,
    (text) => accented(text).normalize('NFD'),
  )
  fc.assert(
    fc.property(word, word, spelling, spelling, (surname, givenName, one, other) => {
      expect(matchName({ surname: one(surname), givenName: other(givenName) }, { surname, givenName }).kind).toBe(
        'match',
      )
    }),
  )
})

test('other letters always make another person', () => {
  fc.assert(
    fc.property(word, word, fc.nat(), fc.stringMatching(/^[a-z]$/), (surname, givenName, place, letter) => {
      const at = place % surname.length
      const changed = surname.slice(0, at) + letter + surname.slice(at + 1)
      fc.pre(changed !== surname && changed !== givenName && surname !== givenName)
      expect(matchName({ surname: changed, givenName }, { surname, givenName }).kind).toBe('mismatch')
      // One letter more is another name too.
      expect(matchName({ surname: `${surname}${letter}`, givenName }, { surname, givenName }).kind).toBe('mismatch')
    }),
  )
})

test('what is partial one way is partial the other', () => {
  const names = fc.array(fc.constantFrom('rossi', 'bianchi', 'de luca', "d'angelo"), { minLength: 1, maxLength: 3 })
  fc.assert(
    fc.property(names, names, (a, b) => {
      const one = { surname: a.join(' '), givenName: 'Anna' }
      const other = { surname: b.join('-'), givenName: 'Anna' }
      expect(matchName(one, other).kind).toBe(matchName(other, one).kind)
    }),
  )
})

test.each([
  ['ROSSI', 'Rossi'],
  ["D'ANGELO", "D'Angelo"],
  ['D’ANGELO', "D'Angelo"],
  ['ROSSI-BIANCHI', 'Rossi-Bianchi'],
  ['  de   luca ', 'De Luca'],
  ["NICOLO'", "Nicolo'"],
  ['NICOLÒ', 'Nicolò'],
  ['McDonald', 'McDonald'],
  ['De Luca', 'De Luca'],
  ['', ''],
])('tidyName %j: %j', (text, tidy) => expect(tidyName(text)).toBe(tidy))

test('nameKey', () => expect(nameKey("D'Àngelo Rossi")).toBe('dangelorossi'))
