// Uploaded tables: encodings, delimiters, XLSX as written by others, bombs and other hostile files.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readSheet, sheetFormat, UnreadableRoll } from '../../../src/shell/register/sheet.ts'
import { columnOf, readXlsx, XLSX_LIMITS } from '../../../src/shell/register/xlsxRead.ts'
import { writeXlsx } from '../../../src/shell/register/xlsxWrite.ts'
import { makeZip } from './makeZip.ts'

const rowsOf = async (content: Uint8Array): Promise<readonly (readonly string[])[]> => {
  const rows: (readonly string[])[] = []
  for await (const batch of readSheet(content, sheetFormat(content))) rows.push(...batch.map((row) => row.cells))
  return rows
}

const refusal = async (content: Uint8Array): Promise<string> =>
  rowsOf(content).then(
    () => 'read',
    (error: unknown) => (error instanceof UnreadableRoll ? error.words.en : `bug: ${error}`),
  )

describe('CSV', () => {
  test.each<[string, Uint8Array]>([
    ['UTF-8', Buffer.from('Cognome;Nome\r\nNicolò;Łukasz\r\n')],
    ['UTF-8 with its mark', Buffer.from('\ufeffCognome;Nome\r\nNicolò;Łukasz\r\n')],
    ['UTF-16', Buffer.from('\ufeffCognome\tNome\r\nNicolò\tŁukasz\r\n', 'utf16le')],
    ['commas', Buffer.from('Cognome,Nome\nNicolò,Łukasz\n')],
    ['a delimiter that is said', Buffer.from('sep=|\r\nCognome|Nome\r\nNicolò|Łukasz\r\n')],
  ])('%s', async (_, content) =>
    expect(await rowsOf(content)).toEqual([
      ['Cognome', 'Nome'],
      ['Nicolò', 'Łukasz'],
    ]),
  )

  test('Windows-1252', async () =>
    expect(await rowsOf(Buffer.from('D\x92Angelo;Nicol\xf2;\x80 5\n', 'latin1'))).toEqual([
      ['D’Angelo', 'Nicolò', '€ 5'],
    ]))

  test('an accent that falls on the border of two pieces', async () => {
    const rows = Array.from({ length: 9000 }, (_, i) => [`Nicolò${'x'.repeat(i % 3)}`, 'è'])
    expect(await rowsOf(Buffer.from(rows.map((row) => row.join(';')).join('\n')))).toEqual(rows)
  })

  test('rows keep their numbers', async () => {
    const content = Buffer.from('sep=;\na;b\n\nc;d\n')
    const numbers: number[] = []
    for await (const batch of readSheet(content, 'csv')) numbers.push(...batch.map((row) => row.number))
    expect(numbers).toEqual([2, 3, 4])
  })

  test.each<[string, Uint8Array, RegExp]>([
    ['a program', Buffer.from('\x7fELF\x02\x01\x00\x00\x00'), /no table/],
    ['an old XLS, or one with a password', Buffer.from('d0cf11e0a1b11ae1', 'hex'), /password/],
    ['a quote left open', Buffer.from('a;b\nc;"d\n'), /row 2/],
    ['too many rows', Buffer.from('a\n'.repeat(260_000)), /more than/],
  ])('refused: %s', async (_, content, why) => {
    const told = await (async () => refusal(content))().catch((error: UnreadableRoll) => error.words.en)
    expect(told).toMatch(why)
  })
})

const CONTENT_TYPES = '<Types xmlns="x"/>'
const WORKBOOK =
  '<workbook xmlns:r="r"><sheets><sheet name="x" state="hidden" r:id="rId9"/><sheet name="a" r:id="rId1"/></sheets></workbook>'
const RELATIONS = '<Relationships><Relationship Id="rId1" Target="worksheets/roll.xml"/></Relationships>'
const book = (sheet: string, strings?: string) =>
  makeZip({
    '[Content_Types].xml': CONTENT_TYPES,
    'xl/workbook.xml': WORKBOOK,
    'xl/_rels/workbook.xml.rels': RELATIONS,
    'xl/worksheets/roll.xml': `<worksheet><sheetData>${sheet}</sheetData></worksheet>`,
    ...(strings === undefined ? {} : { 'xl/sharedStrings.xml': `<sst>${strings}</sst>` }),
  })

describe('XLSX', () => {
  test('shared texts, texts in place, numbers, gaps, formulas, errors, rich text', async () => {
    const strings = '<si><t>Cognome</t></si><si><r><t>De </t></r><r><t>Luca</t></r><rPh><t>no</t></rPh></si>'
    const sheet =
      '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="inlineStr"><is><t>N&amp;C</t></is></c></row>' +
      '<row r="3"><c r="A3" t="s"><v>1</v></c><c r="B3"><v>123</v></c><c r="C3" t="str"><f>A1&amp;"x"</f><v>saved</v></c><c r="D3" t="e"><v>#REF!</v></c></row>'
    expect(await rowsOf(book(sheet, strings))).toEqual([
      ['Cognome', '', 'N&C'],
      ['De Luca', '123', 'saved', ''],
    ])
  })

  test('a prefix on every element, as some programs write', async () => {
    const zip = makeZip({
      'xl/workbook.xml': '<x:workbook xmlns:x="x" xmlns:r="r"><x:sheets><x:sheet r:id="rId1"/></x:sheets></x:workbook>',
      'xl/_rels/workbook.xml.rels':
        '<Relationships><Relationship Id="rId1" Target="/xl/worksheets/s.xml"/></Relationships>',
      'xl/worksheets/s.xml':
        '<x:worksheet xmlns:x="x"><x:sheetData><x:row><x:c t="inlineStr"><x:is><x:t>a</x:t></x:is></x:c></x:row></x:sheetData></x:worksheet>',
    })
    expect(await rowsOf(zip)).toEqual([['a']])
  })

  test.each<[string, Uint8Array, RegExp]>([
    ['no workbook in it', makeZip({ 'a.txt': 'x' }), /damaged/],
    ['cut short', book('<row/>').subarray(0, 300), /damaged/],
    ['markup that is broken', book('<row><c></row>'), /damaged/],
    [
      'entities that unfold (billion laughs)',
      makeZip({
        'xl/workbook.xml': `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>${WORKBOOK}`,
        'xl/_rels/workbook.xml.rels': RELATIONS,
        'xl/worksheets/roll.xml': '<worksheet/>',
      }),
      /damaged/,
    ],
    ['a text without end', book(`<row><c><v>${' '.repeat(3 * 1024 * 1024)}</v></c></row>`), /too large/],
    ['a cell far to the right', book('<row><c r="XFD1"><v>1</v></c></row>'), /too large/],
    ['more rows than any Order', book('<row/>'.repeat(260_000)), /more than/],
  ])('refused: %s', async (_, content, why) => expect(await refusal(content)).toMatch(why))

  test('a ZIP bomb is refused before it unfolds', async () => {
    const bomb = deflateRawSync(Buffer.alloc(XLSX_LIMITS.sheetBytes + 1))
    expect(bomb.length).toBeLessThan(1024 * 1024)
    const content = makeZip({
      'xl/workbook.xml': WORKBOOK,
      'xl/_rels/workbook.xml.rels': RELATIONS,
      'xl/worksheets/roll.xml': bomb,
    })
    expect(await refusal(content)).toMatch(/too large/)
  })

  test('a ZIP bomb that lies about its size is refused as it unfolds', async () => {
    const sheet = `<worksheet><sheetData>${'<row/>'.repeat(200_000)}</sheetData></worksheet>`
    const content = makeZip(
      { 'xl/workbook.xml': WORKBOOK, 'xl/_rels/workbook.xml.rels': RELATIONS, 'xl/worksheets/roll.xml': sheet },
      { lie: 100 },
    )
    expect(await refusal(content)).toMatch(/damaged/)
  })

  test('limits hold while a part is read', async () => {
    const limits = { ...XLSX_LIMITS, sheetBytes: 1000 }
    const read = async (): Promise<void> => {
      for await (const _ of readXlsx(book('<row/>'.repeat(1000)), limits));
    }
    await expect(read()).rejects.toThrow(/too large/)
  })

  test('any bytes behind the mark of a ZIP are read or refused', async () => {
    const good = book('<row><c><v>1</v></c></row>')
    await fc.assert(
      fc.asyncProperty(fc.nat(good.length - 5), fc.nat(255), async (place, byte) => {
        const bad = Buffer.from(good)
        bad[place + 4] = byte
        expect(await refusal(bad)).not.toMatch(/^bug/)
      }),
      { numRuns: 200 },
    )
  })

  test.each([
    ['A1', 0],
    ['Z9', 25],
    ['AA1', 26],
    ['XFD1', 16_383],
    ['1', undefined],
    ['', undefined],
  ])('column of %s', (reference, column) => expect(columnOf(reference)).toBe(column))
})

describe('writing XLSX', () => {
  async function* batches(...rows: (readonly string[])[][]) {
    yield* rows
  }
  const written = async (...rows: (readonly string[])[][]): Promise<Buffer> => {
    const pieces: Uint8Array[] = []
    for await (const piece of writeXlsx('Iscritti & <altri>', batches(...rows))) pieces.push(piece)
    return Buffer.concat(pieces)
  }

  test('what is written is read again', async () => {
    const cell = fc.string({ unit: 'grapheme' })
    const table = fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 5 })
    await fc.assert(
      fc.asyncProperty(table, async (rows) => {
        const read = await rowsOf(await written(rows))
        const clean = (text: string): string =>
          text.replace(/\r\n?/g, '\n').replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
        expect(read.map((row) => row.map((one) => one.replaceAll('\ufffd', '')))).toEqual(
          rows.map((row) => row.map((one) => clean(one).replaceAll('\ufffd', ''))),
        )
      }),
      { numRuns: 50 },
    )
  })

  test('a formula is a text', async () =>
    expect(await rowsOf(await written([['=1+1', '@x']]))).toEqual([['=1+1', '@x']]))

  test('unzip finds nothing wrong with it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ceralacca-xlsx-'))
    try {
      const rows = Array.from({ length: 3000 }, (_, i) => [`Rossi ${i}`, 'è'])
      writeFileSync(join(folder, 'a.xlsx'), await written([['Cognome', 'x']], rows))
      const script = 'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); print(z.testzip(), len(z.namelist()))'
      const found = python('-c', script, join(folder, 'a.xlsx'))
      if (found !== undefined) expect(found).toBe('None 5\n')
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

/** What a machine without Python says is nothing. */
const python = (...args: string[]): string | undefined => {
  try {
    return execFileSync('python3', args, { encoding: 'utf8' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
