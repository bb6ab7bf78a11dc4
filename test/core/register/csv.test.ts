// CSV: read in pieces, sniffed, printed; hostile cells disarmed.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { declaredDelimiter, openCsv, printCsvRow, safeCell, sniffDelimiter } from '../../../src/core/register/csv.ts'

const readAll = (text: string, delimiter = ';', cuts: readonly number[] = []) => {
  const reader = openCsv(delimiter)
  const rows: (readonly string[])[] = []
  const places = [...cuts.map((cut) => cut % (text.length + 1)), 0, text.length].sort((a, b) => a - b)
  for (const [i, from] of places.slice(0, -1).entries()) {
    const found = reader.push(text.slice(from, places[i + 1]))
    if ('kind' in found) return found
    rows.push(...found)
  }
  const last = reader.end()
  return 'kind' in last ? last : [...rows, ...last]
}

describe('reading', () => {
  test.each<[string, readonly (readonly string[])[]]>([
    ['', []],
    ['a;b', [['a', 'b']]],
    ['a;b\r\n', [['a', 'b']]],
    [
      'a;b\nc;d\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    ['a\rb', [['a'], ['b']]],
    [';\n', [['', '']]],
    ['a\n\nb', [['a'], [''], ['b']]],
    ['"a;b";c', [['a;b', 'c']]],
    ['"a\r\nb";c', [['a\r\nb', 'c']]],
    ['"a ""b""";c', [['a "b"', 'c']]],
    ['"";x', [['', 'x']]],
    ['""', [['']]],
    ['5" tubo;x', [['5" tubo', 'x']]],
    ['"a"b;c', [['ab', 'c']]],
    [' "a";b', [[' "a"', 'b']]],
  ])('%j', (text, rows) => expect(readAll(text)).toEqual(rows))

  test('a quote that nobody closed is told with its row', () => {
    expect(readAll('a;b\nc;"d\ne;f\n')).toEqual({ kind: 'problem', row: 2, why: 'openQuote' })
    expect(readAll(`a;"${'x'.repeat(20_000)}"`)).toEqual({ kind: 'problem', row: 1, why: 'openQuote' })
  })

  test('cells and rows have limits', () => {
    expect(readAll('x'.repeat(20_000))).toEqual({ kind: 'problem', row: 1, why: 'longCell' })
    expect(readAll(';'.repeat(600))).toEqual({ kind: 'problem', row: 1, why: 'manyColumns' })
  })

  const cell = fc.oneof(fc.string(), fc.constantFrom('', 'a"b', 'a;b', 'a\r\nb', '"', ' x '))
  const table = fc.array(fc.array(cell, { minLength: 1, maxLength: 5 }), { maxLength: 8 })

  test('what is printed is read again, wherever it is cut', () => {
    fc.assert(
      fc.property(
        table,
        fc.array(fc.nat(), { maxLength: 6 }),
        fc.constantFrom(';', ',', '\t'),
        (rows, cuts, delimiter) => {
          const text = rows.map((row) => printCsvRow(row, delimiter)).join('')
          expect(readAll(text, delimiter, cuts)).toEqual(rows.map((row) => row.map(safeCell)))
        },
      ),
    )
  })

  test('any text is read alike in pieces and whole', () => {
    const text = fc.stringMatching(/^[a;"\r\n]{0,30}$/)
    fc.assert(
      fc.property(text, fc.array(fc.nat(), { maxLength: 5 }), (one, cuts) => {
        expect(readAll(one, ';', cuts)).toEqual(readAll(one))
      }),
    )
  })
})

test.each([
  ['a;b;c\n1;2;3\n', ';'],
  ['a,b\n1,2\n', ','],
  ['a\tb\n1\t2', '\t'],
  ['Rossi, Mario;x\nVerdi, Ugo;y\n', ';'],
  ['"a;b",c\n"d;e",f\n', ','],
  ['one column\nand no other\n', ';'],
  ['', ';'],
])('the delimiter of %j is %j', (text, delimiter) => expect(sniffDelimiter(text)).toBe(delimiter))

test('a file may say its delimiter', () => {
  expect(declaredDelimiter('sep=|\r\na|b')).toBe('|')
  expect(declaredDelimiter('separatore;x')).toBeUndefined()
})

describe('formulas (CSV injection)', () => {
  test.each(['=1+1', '+39 06', '-1', '@SUM(A1)', '\t=1', '\r=1', ' =1', '=HYPERLINK("http://x","y")'])(
    '%j is disarmed',
    (text) => expect(safeCell(text)).toBe(`'${text}`),
  )
  test.each(['Rossi', "D'Angelo", 'a=b', '12', 'a-b', ''])('%j stays', (text) => expect(safeCell(text)).toBe(text))
})
