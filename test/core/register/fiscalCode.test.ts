// The fiscal code: form, check character, omocodia, what it says of a person. DM 23/12/1976
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addDays } from '../../../src/core/lib/calendar.ts'
import {
  canonicalFiscalCode,
  type FiscalCodeProblem,
  fiscalCodeWarnings,
  givenNameLetters,
  makeFiscalCode,
  makeProvisionalCode,
  omocodiaOf,
  parseFiscalCode,
  sameFiscalCode,
  surnameLetters,
} from '../../../src/core/register/fiscalCode.ts'

const YEAR = 2026
const read = (text: string) => parseFiscalCode(text, YEAR)
const personal = (text: string) => {
  const code = read(text)
  if (code.kind !== 'personal') throw new Error(`${text}: ${JSON.stringify(code)}`)
  return code
}

describe('reading', () => {
  test.each([
    'RSSMRA80A01H501U',
    'rssmra80a01h501u',
    ' RSS MRA 80A01 H501U ',
    'RSS-MRA-80A01-H501-U',
    'rssmra80a01\th501u',
  ])('%j', (text) =>
    expect(read(text)).toEqual({
      kind: 'personal',
      code: 'RSSMRA80A01H501U',
      canonical: 'RSSMRA80A01H501U',
      omocodia: false,
      surnameLetters: 'RSS',
      givenNameLetters: 'MRA',
      sex: 'M',
      birthDate: '1980-01-01',
      birthPlace: 'H501',
    }),
  )

  test.each<[string, FiscalCodeProblem]>([
    ['', 'missing'],
    ['   ', 'missing'],
    ['RSSMRA80A01H501', 'length'],
    ['RSSMRA80A01H501UU', 'length'],
    ['1234567890', 'length'],
    ['RSSMRA80A01H501X', 'checkCharacter'],
    ['RSSMRB80A01H501U', 'checkCharacter'],
    ['RSSMRA80F01H501U', 'form'], // no month F
    ['R5SMRA80A01H501U', 'form'],
    ['RSSMRA8OA01H501U', 'form'], // the letter O for a zero
    ['RSSMRA80A01H5O1U', 'form'],
    ['RSSMRA80A01H5012', 'form'],
    ['ＲSSMRA80A01H501U', 'form'],
    [makeFiscalCode({ ...ROSSI(), birthDate: '1980-02-30' }), 'date'],
    [makeFiscalCode({ ...ROSSI(), birthDate: '1981-02-29' }), 'date'],
    [makeFiscalCode({ ...ROSSI(), birthDate: '1980-01-00' }), 'date'],
    [makeFiscalCode({ ...ROSSI(), birthDate: '1980-01-40' }), 'date'],
    ['12345678901', 'checkDigit'],
  ])('%j is refused: %s', (text, problem) => expect(read(text)).toEqual({ kind: 'refused', problem }))

  test('eleven digits are a provisional code', () => {
    // The check digit is that of VAT numbers: this one is the Revenue Agency's.
    expect(read(' 063 6339 1001 ')).toEqual({ kind: 'provisional', code: '06363391001', canonical: '06363391001' })
    expect(makeProvisionalCode('0636339100')).toBe('06363391001')
  })

  test('one digit wrong in a provisional code is seen', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\d{10}$/), fc.nat(10), fc.integer({ min: 1, max: 9 }), (first, place, by) => {
        const code = makeProvisionalCode(first)
        expect(read(code).kind).toBe('provisional')
        const wrong = `${code.slice(0, place)}${(Number(code[place]) + by) % 10}${code.slice(place + 1)}`
        expect(read(wrong)).toEqual({ kind: 'refused', problem: 'checkDigit' })
      }),
    )
  })
})

function ROSSI() {
  return { surname: 'Rossi', givenName: 'Mario', birthDate: '1980-01-01', sex: 'M', birthPlace: 'H501' } as const
}

describe('what the code says', () => {
  test.each([
    [{ ...ROSSI(), sex: 'F' as const }, 'F', '1980-01-01'],
    [{ ...ROSSI(), birthDate: '2001-12-31' }, 'M', '2001-12-31'],
    [{ ...ROSSI(), birthDate: '1931-07-09' }, 'M', '1931-07-09'],
    [{ ...ROSSI(), birthDate: '1925-03-04' }, 'M', '1925-03-04'], // 2025 would make a member of one year
    [{ ...ROSSI(), birthDate: '2015-03-04' }, 'M', '2015-03-04'], // nobody is 111
    [{ ...ROSSI(), birthDate: '2000-02-29' }, 'M', '2000-02-29'],
    [{ ...ROSSI(), birthDate: '1996-02-29', sex: 'F' as const }, 'F', '1996-02-29'],
  ])('%j', (facts, sex, birthDate) => expect(personal(makeFiscalCode(facts))).toMatchObject({ sex, birthDate }))

  test.each([
    ['Rossi', 'RSS'],
    ['Bianchi', 'BNC'],
    ['Fo', 'FOX'],
    ['Ai', 'AIX'],
    ['Aria', 'RAI'],
    ["D'Angelo", 'DNG'],
    ['De Luca', 'DLC'],
    ['Rossi Bianchi', 'RSS'],
    ['Nicolò', 'NCL'],
    ['Müller', 'MLL'],
    ['Straße', 'STR'],
    ['', 'XXX'],
  ])('surname %s: %s', (surname, letters) => expect(surnameLetters(surname)).toBe(letters))

  test.each([
    ['Mario', 'MRA'],
    ['Gianfranco', 'GFR'], // of four consonants and more the second is left out
    ['Roberto', 'RRT'],
    ['Luca', 'LCU'],
    ['Maria Grazia', 'MGR'],
    ['Al', 'LAX'],
    ['Noè', 'NOE'],
  ])('given name %s: %s', (name, letters) => expect(givenNameLetters(name)).toBe(letters))

  test('made codes are read again', () => {
    const name = fc.string({ minLength: 1, maxLength: 20 })
    const birthDate = fc.integer({ min: 0, max: 25_000 }).map((days) => addDays('1935-01-01', days))
    const birthPlace = fc.stringMatching(/^[A-Z]\d{3}$/)
    fc.assert(
      fc.property(
        name,
        name,
        birthDate,
        fc.constantFrom('F', 'M'),
        birthPlace,
        (surname, givenName, day, sex, place) => {
          const code = makeFiscalCode({ surname, givenName, birthDate: day, sex, birthPlace: place })
          const found = personal(code)
          expect(found).toMatchObject({ sex, birthDate: day, birthPlace: place, omocodia: false })
          expect(fiscalCodeWarnings(found, { surname, givenName, birthDate: day, sex })).toEqual([])
        },
      ),
    )
  })
})

describe('omocodia', () => {
  test('128 codes, all different, all valid, all of one canonical form', () => {
    const all = omocodiaOf('RSSMRA80A01H501U')
    expect(new Set(all).size).toBe(128)
    expect(all[0]).toBe('RSSMRA80A01H501U')
    // From the right: the last digit first.
    expect(all[1]!.slice(0, 15)).toBe('RSSMRA80A01H50M')
    expect(all[127]!.slice(0, 15)).toBe('RSSMRAULALMHRLM')
    for (const [index, code] of all.entries()) {
      expect(personal(code)).toMatchObject({
        canonical: all[0],
        omocodia: index > 0,
        birthDate: '1980-01-01',
        birthPlace: 'H501',
      })
      expect(sameFiscalCode(code, all[0]!)).toBe(true)
    }
  })

  test('the check character is that of the letters, not of the digits they stand for', () => {
    const variant = omocodiaOf('RSSMRA80A01H501U')[1]!
    expect(variant[15]).not.toBe('U')
    expect(read(`${variant.slice(0, 15)}U`)).toEqual({ kind: 'refused', problem: 'checkCharacter' })
  })

  test('compares', () => {
    expect(sameFiscalCode('rssmra80a01h501u', ' RSSMRA80A01H501U')).toBe(true)
    expect(sameFiscalCode('RSSMRA80A01H501U', makeFiscalCode({ ...ROSSI(), surname: 'Verdi' }))).toBe(false)
    expect(sameFiscalCode('nothing', 'nothing')).toBe(false)
    expect(canonicalFiscalCode('nothing')).toBeUndefined()
  })
})

test('any single wrong character is seen', () => {
  const places = fc.integer({ min: 0, max: 15 })
  const unit = fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789')
  fc.assert(
    fc.property(places, unit, (place, other) => {
      const code = 'RSSMRA80A01H501U'
      const wrong = code.slice(0, place) + other + code.slice(place + 1)
      const verdict = read(wrong)
      // A letter of omocodia may keep the sum only where it stands for another digit: never for the same place alone.
      if (wrong !== code) expect(verdict.kind === 'refused' || verdict.canonical !== code).toBe(true)
    }),
  )
})

test('any text is read or refused', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.stringMatching(/^[A-Z]{6}[0-9LMN]{2}[A-Z][0-9]{2}[A-Z][0-9]{3}[A-Z]$/)),
      (text) => {
        expect(['personal', 'provisional', 'refused']).toContain(read(text).kind)
      },
    ),
  )
})

describe('warnings', () => {
  const code = personal('RSSMRA80A01H501U')
  test.each([
    [{ surname: 'Rossi', givenName: 'Mario' }, []],
    [{ surname: 'ROSSI', givenName: 'mario' }, []],
    [{ surname: 'Rossi Bianchi', givenName: 'Mario Luigi' }, []],
    [{ surname: 'Bianchi Rossi', givenName: 'Mario' }, []], // the code is older than the second surname
    [{ surname: 'Verdi', givenName: 'Mario' }, ['surname']],
    [{ surname: 'Rossi', givenName: 'Luigi' }, ['givenName']],
    [{ surname: 'Rossi', givenName: 'Mario', birthDate: '1980-01-01', sex: 'M' as const }, []],
    [{ birthDate: '1980-01-02' }, ['birthDate']],
    [{ birthDate: '1880-01-01' }, []], // the century is not in the code
    [{ sex: 'F' as const }, ['sex']],
    [{}, []],
  ])('%j: %j', (facts, warnings) => expect(fiscalCodeWarnings(code, facts)).toEqual(warnings))

  test('a provisional code says nothing of the person', () => {
    const provisional = read('06363391001')
    if (provisional.kind === 'refused') throw new Error()
    expect(fiscalCodeWarnings(provisional, { surname: 'Rossi' })).toEqual(['provisional'])
  })
})
