// Header sections: offsets, unfolding, RFC 2047 both ways, editing by bytes.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromLatin1, fromUtf8, toLatin1 } from '../../../src/core/lib/bytes.ts'
import { parseAddressList } from '../../../src/core/mail/address.ts'
import {
  decodeText,
  editHead,
  encodeAddressField,
  encodeField,
  fieldValues,
  firstValue,
  parseHeader,
} from '../../../src/core/mail/header.ts'

const parse = (text: string) => parseHeader(fromLatin1(text))
const names = (text: string): string[] => parse(text).fields.map((field) => field.name)

describe('parseHeader', () => {
  test('gives names, raw values and exact offsets', () => {
    const text = 'A: 1\r\nSubject : due\r\n\ttre\r\nC:\r\n\r\ncorpo: x\r\n'
    const bytes = fromLatin1(`>>>${text}`)
    const { fields, bodyStart, problems } = parseHeader(bytes, 3)
    expect(fields).toEqual([
      { name: 'A', lowerName: 'a', rawValue: ' 1', start: 3, end: 9 },
      { name: 'Subject', lowerName: 'subject', rawValue: ' due\r\n\ttre', start: 9, end: 30 },
      { name: 'C', lowerName: 'c', rawValue: '', start: 30, end: 34 },
    ])
    expect(toLatin1(bytes, bodyStart)).toBe('corpo: x\r\n')
    expect(problems).toEqual([])
  })

  test.each<[string, string, string[], string, number]>([
    ['empty', '', [], '', 0],
    ['only a blank line', '\r\n', [], '', 0],
    ['blank line first', '\r\nA: 1\r\n', [], 'A: 1\r\n', 0],
    ['bare LF line ends', 'A: 1\nB: 2\n\nx', ['A', 'B'], 'x', 0],
    ['no blank line', 'A: 1\r\nB: 2\r\n', ['A', 'B'], '', 0],
    ['no line end', 'A: 1', ['A'], '', 0],
    ['a line that is no field', 'A: 1\r\nno field\r\n goes on\r\nB: 2\r\n\r\nx', ['A', 'B'], 'x', 1],
    ['a name with a space', 'A b: 1\r\nB: 2\r\n\r\nx', ['B'], 'x', 1],
    ['a name of 8 bits', '\xe8: 1\r\nB: 2\r\n\r\nx', ['B'], 'x', 1],
    ['no name', ': 1\r\nB: 2\r\n\r\nx', ['B'], 'x', 1],
    ['a continuation of nothing', ' A: 1\r\nB: 2\r\n\r\nx', ['B'], 'x', 1],
    ['a blank continuation', 'A: 1\r\n \r\nB: 2\r\n\r\nx', ['A', 'B'], 'x', 0],
    ['NUL in a value', 'A: \0\r\n\r\nx', ['A'], 'x', 1],
    ['bare CR in a value', 'A: 1\rB: 2\r\n\r\nx', ['A'], 'x', 1],
    ['8 bits in a value', 'A: \xe8\xff\r\n\r\nx', ['A'], 'x', 0],
  ])('%s', (_, text, expected, body, problems) => {
    const header = parse(text)
    expect(header.fields.map((field) => field.name)).toEqual(expected)
    expect(text.slice(header.bodyStart)).toBe(body)
    expect(header.problems.length).toBe(problems)
  })

  test('10,000 headers: those beyond the limit are told, the body is found', () => {
    const text = `${'X-A: 1\r\n'.repeat(10_000)}\r\nbody`
    const { fields, bodyStart, problems } = parse(text)
    expect(fields.length).toBe(2_000)
    expect(text.slice(bodyStart)).toBe('body')
    expect(problems).toEqual(['more than 2000 header fields at byte 16000'])
  })

  test('a section over the limit ends at a line start', () => {
    const limits = { headerBytes: 20, fields: 100 }
    const { fields, bodyStart, problems } = parseHeader(
      fromLatin1('A: 1\r\nB: 2\r\nC: 34567890\r\n\r\nx'),
      0,
      30,
      limits,
    )
    expect(fields.map((field) => field.name)).toEqual(['A', 'B'])
    expect(bodyStart).toBe(12)
    expect(problems.length).toBe(1)
  })

  test('a huge line, and 100,000 lines without a colon, stay linear', () => {
    expect(parse(`A: ${'x'.repeat(200_000)}\r\n\r\n`).fields[0]!.rawValue.length).toBe(200_001)
    expect(parse(`${'x\r\n'.repeat(80_000)}\r\n`).problems.length).toBe(50)
    expect(parse(`A: ${'\r\n '.repeat(80_000)}\r\n\r\n`).fields.length).toBe(1)
  })

  test('any bytes: fields lie in order inside the section and hold what the bytes hold', () => {
    const unit = fc.constantFrom('A', ':', ' ', '\t', '\r\n', '\n', '\r', '\0', '\xe8', 'Sub', '\r\n\r\n')
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 40 }), (units) => {
        const text = units.join('')
        const { fields, bodyStart } = parse(text)
        let last = 0
        for (const field of fields) {
          expect(field.start).toBeGreaterThanOrEqual(last)
          const whole = text.slice(field.start, field.end)
          expect(whole.replace(/\r?\n$/, '').endsWith(`:${field.rawValue}`)).toBe(true)
          expect(whole.startsWith(field.name)).toBe(true)
          last = field.end
        }
        expect(bodyStart).toBeGreaterThanOrEqual(last)
      }),
    )
  })
})

test('fieldValues and firstValue: any case, in order, unfolded, trimmed of blanks only', () => {
  const { fields } = parse('To: a\r\nX: 0\r\ntO:  b\r\n\tc \r\nY: citt\xc3\xa0\r\n\r\n')
  expect(fieldValues(fields, 'TO')).toEqual(['a', 'b\tc'])
  expect(firstValue(fields, 'to')).toBe('a')
  expect(firstValue(fields, 'y')).toBe('citt\xc3\xa0')
  expect(firstValue(fields, 'cc')).toBeUndefined()
})

describe('decodeText (RFC 2047)', () => {
  test.each([
    ['plain', 'plain'],
    [' two  spaces ', 'two  spaces'],
    ['folded\r\n value', 'folded value'],
    ['tab\tbed', 'tab bed'],
    ['=?utf-8?q?per=C3=B2_=C3=A8?=', 'però è'],
    ['=?UTF-8?B?cGVyw7I=?=', 'però'],
    ['=?utf-8?b?cGVyw7I?=', 'però'],
    ['=?iso-8859-1?q?per=F2?=', 'però'],
    ['=?ISO-8859-15?Q?=A4?=', '€'],
    ['=?windows-1252?q?=80?=', '€'],
    ['=?us-ascii*it?q?ciao?=', 'ciao'],
    ['=?iso-2022-jp?b?GyRCRnxLXBsoQg==?=', '日本'],
    ['=?gb2312?b?1tDOxA==?=', '中文'],
    ['=?koi8-r?q?=F0?=', 'П'],
    ['a =?utf-8?q?b?= c', 'a b c'],
    ['=?utf-8?q?a?= =?utf-8?q?b?=', 'ab'],
    ['=?utf-8?q?a?=\r\n =?iso-8859-1?q?=E8?=', 'aè'],
    ['=?utf-8?q?a?==?utf-8?q?b?=', 'ab'],
    ['=?utf-8?q?=F0=9F?= =?utf-8?q?=98=80?=', '😀'],
    ['=?utf-8?b?8J8=?= =?UTF-8?q?=98=80?=', '😀'],
    ['=?utf-8?q?a?= x =?utf-8?q?b?=', 'a x b'],
    ['=?utf-8?q??=', ''],
    ['=?utf-8?q?with space?=', 'with space'],
    ['=?utf-8?q?a=ZZ=4?=', 'a=ZZ=4'],
    ['=?utf-8?q?a=FFb?=', 'a\ufffdb'],
    // What is no encoded word stays as it is.
    ['=?none-such?q?a?=', '=?none-such?q?a?='],
    ['=?utf-8?x?a?=', '=?utf-8?x?a?='],
    ['=?utf-8?q?a', '=?utf-8?q?a'],
    ['=??q?a?=', '=??q?a?='],
    ['=?=?utf-8?q?a?=', '=?a'],
    ['a=?b', 'a=?b'],
    // Raw 8 bits.
    ['per\xc3\xb2', 'però'],
    ['citt\xc3\xa0', 'città'],
    ['per\xf2', 'però'],
    ['\x80', '€'],
    ['per\xc3\xb2 =?utf-8?q?=C3=A8?=', 'però è'],
    ['già testo', 'già testo'],
    ['già 😀', 'già 😀'],
  ])('%j is %j', (raw, text) => expect(decodeText(raw)).toBe(text))

  test('header injection by RFC 2047: CR, LF, NUL and other controls are gone', () => {
    expect(decodeText('=?utf-8?q?a=0D=0ABcc:_x=00=1B=7F?=')).toBe('aBcc: x')
    expect(decodeText('=?utf-8?b?YQ0KDQpib2R5?=')).toBe('abody')
    expect(decodeText('a\0b\rc\nd')).toBe('abcd')
  })

  test('long hostile values stay linear', () => {
    for (const unit of ['=?', '=?utf-8?q?', '=?utf-8?q?a?= ', '=?x?q?a?= ', ' ', '?=', '=?utf-8?b?'])
      expect(typeof decodeText(unit.repeat(20_000))).toBe('string')
  })
})

const value = (field: string): string => {
  const { fields, problems, bodyStart } = parse(`${field}\r\n`)
  expect(problems).toEqual([])
  expect(fields.length).toBe(1)
  expect(bodyStart).toBe(field.length + 2)
  return fields[0]!.rawValue
}

describe('encodeField', () => {
  test.each([
    ['Subject', 'ciao', 'Subject: ciao\r\n'],
    ['Subject', '', 'Subject:\r\n'],
    ['Subject', 'ACCETTAZIONE: è', 'Subject: =?utf-8?q?ACCETTAZIONE=3A_=C3=A8?=\r\n'],
    ['Subject', '日本語', 'Subject: =?utf-8?b?5pel5pys6Kqe?=\r\n'],
    ['Subject', '=?utf-8?q?a?=', 'Subject: =?utf-8?b?PT91dGYtOD9xP2E/PQ==?=\r\n'],
    ['Subject', 'a\r\nBcc: x@y.example', 'Subject: aBcc: x@y.example\r\n'],
    ['Subject', ' blank ', 'Subject: =?utf-8?q?_blank_?=\r\n'],
  ])('%s, %j', (name, text, expected) => expect(encodeField(name, text)).toBe(expected))

  test('folds plain text at its spaces', () => {
    const text = 'una parola dopo l altra '.repeat(10).trim()
    const field = encodeField('Subject', text)
    expect(Math.max(...field.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(78)
    expect(field).not.toContain('=?')
    expect(decodeText(value(field))).toBe(text)
  })

  test.each([
    ['200 accents', 'è'.repeat(200)],
    ['200 letters', 'x'.repeat(200)],
    ['200 emoji', '😀👩‍👩‍👧'.repeat(25)],
    ['200 characters of words', 'Comunicazione n. 7: però è una prova; '.repeat(6).slice(0, 200)],
  ])('a subject of %s', (_, text) => {
    const field = encodeField('Subject', text)
    for (const line of field.split('\r\n')) expect(line.length).toBeLessThanOrEqual(76)
    const words = value(field).match(/=\?[^ ]*\?=/g)!
    for (const word of words) {
      expect(word.length).toBeLessThanOrEqual(75)
      // Each word by itself holds whole code points.
      expect(decodeText(word)).not.toContain('\ufffd')
    }
    expect(decodeText(value(field))).toBe(text.trim())
  })

  test('a name that is not one is a bug', () => {
    expect(() => encodeField('A: b\r\nBcc', 'x')).toThrow(TypeError)
    expect(() => encodeField('', 'x')).toThrow(TypeError)
  })

  test('any text: one ASCII field, lines within limits, and it reads back', () => {
    const unit = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 5 }),
      fc.constantFrom(
        '\r\n',
        'Bcc: x',
        '\n\n',
        '=?utf-8?q?',
        '?=',
        ' ',
        '   ',
        'è',
        '😀',
        'x'.repeat(90),
        '\u010a',
        '\ud800',
        '_',
        '=',
      ),
    )
    fc.assert(
      fc.property(
        fc.constantFrom('Subject', 'X', 'X-Riferimento-Message-ID-Molto-Lungo-Davvero'),
        fc.array(unit),
        (name, units) => {
          const text = units.join('')
          const field = encodeField(name, text)
          expect(field).toMatch(/^[\x20-\x7e\r\n]*\r\n$/)
          for (const line of field.split('\r\n')) expect(line.length).toBeLessThanOrEqual(78)
          for (const line of field.split('\r\n').slice(1, -1)) expect(line).toMatch(/^ .*[^ ]/)
          const clean = text
            .replace(/\t/g, ' ')
            .replace(/[\x00-\x1f\x7f]/g, '')
            .toWellFormed()
            .replace(/^ +| +$/g, '')
          expect(decodeText(value(field))).toBe(clean)
        },
      ),
    )
  })
})

describe('encodeAddressField', () => {
  test.each([
    ['', 'm@x.example', 'From: m@x.example\r\n'],
    ['Mario', 'm@x.example', 'From: "Mario" <m@x.example>\r\n'],
    ['a "b" \\ c', 'm@x.example', 'From: "a \\"b\\" \\\\ c" <m@x.example>\r\n'],
    ['Nicolò', 'm@x.example', 'From: =?utf-8?q?Nicol=C3=B2?= <m@x.example>\r\n'],
    ['a\r\nBcc: e', 'm@x.example>\r\nBcc: <e@x.example', 'From: "aBcc: e" <m@x.exampleBcc: e@x.example>\r\n'],
    ['', 'nicol\u010a@x.example', 'From: nicol?@x.example\r\n'],
  ])('%j %j', (name, spec, expected) => expect(encodeAddressField('From', name, spec)).toBe(expected))

  test('the name that every envelope carries', () => {
    const field = encodeAddressField(
      'From',
      `Per conto di: mario.rossi@pec.ordine-a.example`,
      'posta-certificata@gestore-a.example',
    )
    expect(field).toBe(
      'From: "Per conto di: mario.rossi@pec.ordine-a.example"\r\n <posta-certificata@gestore-a.example>\r\n',
    )
  })

  test('any name reads back, with the address', () => {
    const unit = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 5 }),
      fc.constantFrom('"', '\\', '=?', ' ', 'è', '😀', '<e@x>', ',', 'x'.repeat(80)),
    )
    fc.assert(
      fc.property(fc.array(unit), (units) => {
        const text = units.join('')
        const field = encodeAddressField('Reply-To', text, 'm@x.example')
        expect(field).toMatch(/^[\x20-\x7e\r\n]*\r\n$/)
        const { addresses, problems } = parseAddressList(value(field))
        expect(problems).toEqual([])
        const clean = text
          .replace(/\t/g, ' ')
          .replace(/[\x00-\x1f\x7f]/g, '')
          .toWellFormed()
          .replace(/^ +| +$/g, '')
        expect(addresses).toEqual([{ displayName: clean, spec: 'm@x.example', local: 'm', domain: 'x.example' }])
      }),
    )
  })
})

describe('editHead', () => {
  const edit = (head: string, remove: string[], prepend = '', append = ''): string =>
    toLatin1(editHead(fromLatin1(head), { remove, prepend, append }))

  test.each<[string, string, string[], string, string, string]>([
    ['nothing', 'A: 1\r\n\r\n', [], '', '', 'A: 1\r\n\r\n'],
    [
      'removes whole folded fields, any case',
      'A: 1\r\nbcc: x,\r\n\ty\r\nC : \xe8\r\nBCC:\r\n\r\n',
      ['Bcc'],
      '',
      '',
      'A: 1\r\nC : \xe8\r\n\r\n',
    ],
    ['adds at both ends', 'A: 1\r\n\r\n', [], 'P: 0\r\n', 'Z: 9\r\n', 'P: 0\r\nA: 1\r\nZ: 9\r\n\r\n'],
    [
      'keeps bare LF and what is no field',
      'A: 1\n junk\nno field\nB: 2\n\n',
      ['b'],
      '',
      '',
      'A: 1\n junk\nno field\n\n',
    ],
    ['has no blank line', 'A: 1\r\n', [], '', 'Z: 9\r\n', 'A: 1\r\nZ: 9\r\n'],
    ['has no line end', 'A: 1', [], '', 'Z: 9\r\n', 'A: 1\r\nZ: 9\r\n'],
    ['is empty', '\r\n', [], 'P: 0\r\n', 'Z: 9\r\n', 'P: 0\r\nZ: 9\r\n\r\n'],
    ['removes all', 'A: 1\r\nB: 2\r\n\r\n', ['a', 'b'], '', '', '\r\n'],
    [
      'a continuation of nothing does not lengthen what is put before it',
      ' evil\r\nA: 1\r\n\r\n',
      [],
      'P: 0\r\n',
      '',
      'P: 0\r\nA: 1\r\n\r\n',
    ],
  ])('%s', (_, head, remove, prepend, append, expected) => expect(edit(head, remove, prepend, append)).toBe(expected))

  test('more fields than any limit', () => {
    expect(edit(`${'X: 1\r\nY: 2\r\n'.repeat(5_000)}\r\n`, ['x'])).toBe(`${'Y: 2\r\n'.repeat(5_000)}\r\n`)
  })

  test('text that would lose bits and become a line end is a bug', () => {
    expect(() => edit('A: 1\r\n\r\n', [], 'P: \u010a\r\n')).toThrow(RangeError)
  })

  test('the removed fields are gone, all other bytes are there, in order', () => {
    const line = fc.constantFrom('A: 1\r\n', 'B: 2\r\n 3\r\n', 'junk\r\n', 'b:x\n', 'C: \xff\r\n')
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const expected = lines.filter((each) => !/^b:/i.test(each)).join('')
        expect(edit(`${lines.join('')}\r\n`, ['B'])).toBe(`${expected}\r\n`)
      }),
    )
  })
})

test('names are unaffected by UTF-8 values', () => {
  expect(names(toLatin1(fromUtf8('Subject: però 😀\r\nTo: x\r\n\r\n')))).toEqual(['Subject', 'To'])
})
