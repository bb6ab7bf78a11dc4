// Sections of a message (RFC 9051 §6.4.5.1): by tables over one message with all kinds of parts, and by properties.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromLatin1, toBase64Lines, toLatin1 } from '../../../../src/core/lib/bytes.ts'
import { contentFacts } from '../../../../src/core/mail/facts/content.ts'
import type { PartFacts } from '../../../../src/core/mail/facts.ts'
import type { Section } from '../../../../src/core/mail/imap/command.ts'
import {
  applyPartial,
  binarySource,
  filterHeader,
  partAt,
  partialDecoder,
  sectionSource,
} from '../../../../src/core/mail/imap/section.ts'

const lines = (...all: string[]): string => all.map((line) => `${line}\r\n`).join('')

const MESSAGE = lines(
  'Subject: outer',
  'X-A: one',
  ' folded',
  'x-a : two',
  'Content-Type: multipart/mixed; boundary=x',
  '',
  'pre',
  '--x',
  'Content-Transfer-Encoding: base64',
  '',
  'aGVsbG8=',
  '--x',
  'Content-Type: message/rfc822',
  '',
  'Subject: inner',
  '',
  'inner body',
  '--x',
  'Content-Type: multipart/alternative; boundary=y',
  '',
  '--y',
  '',
  'p=3D',
  '--y',
  'Content-Type: text/html',
  'Content-Transfer-Encoding: x-foo',
  '',
  'h',
  '--y--',
  '--x',
  'Content-Type: message/rfc822',
  '',
  'Content-Type: multipart/mixed; boundary=z',
  '',
  '--z',
  'Content-ID: <z1>',
  '',
  'z one',
  '--z--',
  '--x--',
  'post',
)

const partsOf = (message: string): PartFacts => contentFacts(fromLatin1(message)).parts

/** `2.1.MIME` and the like as a Section. */
const sectionOf = (text: string): Section => {
  const part = (/^[\d.]*\d/.exec(text)?.[0] ?? '').split('.').filter(Boolean).map(Number)
  const word = text.replace(/^[\d.]*/, '')
  const [name, fields] = word.split(' (')
  const kinds: Readonly<Record<string, Section['text']>> = {
    '': 'all',
    HEADER: 'header',
    TEXT: 'text',
    MIME: 'mime',
    'HEADER.FIELDS': 'headerFields',
    'HEADER.FIELDS.NOT': 'headerFieldsNot',
  }
  return { part, text: kinds[name!]!, fields: fields?.slice(0, -1).split(' ') }
}

/** What BODY[section] answers; null is NIL. */
const body = (message: string, text: string): string | null => {
  const source = sectionSource(partsOf(message), sectionOf(text))
  if (source.kind === 'nil') return null
  const bytes = message.slice(source.start, source.end)
  return source.kind === 'fields' ? filterHeader(bytes, source.names, source.except) : bytes
}

const HEADER = MESSAGE.slice(0, MESSAGE.indexOf('pre'))

describe('BODY[section]', () => {
  test.each<readonly [string, string | null]>([
    ['', MESSAGE],
    ['HEADER', HEADER],
    ['TEXT', MESSAGE.slice(HEADER.length)],
    ['1', 'aGVsbG8='],
    ['1.MIME', 'Content-Transfer-Encoding: base64\r\n\r\n'],
    ['2', 'Subject: inner\r\n\r\ninner body'],
    ['2.MIME', 'Content-Type: message/rfc822\r\n\r\n'],
    ['2.HEADER', 'Subject: inner\r\n\r\n'],
    ['2.TEXT', 'inner body'],
    ['2.1', 'inner body'],
    ['2.1.MIME', 'Subject: inner\r\n\r\n'],
    [
      '3',
      lines(
        '--y',
        '',
        'p=3D',
        '--y',
        'Content-Type: text/html',
        'Content-Transfer-Encoding: x-foo',
        '',
        'h',
        '--y--',
      ).slice(0, -2),
    ],
    ['3.1', 'p=3D'],
    ['3.1.MIME', '\r\n'],
    ['3.2', 'h'],
    ['4.1', 'z one'],
    ['4.1.MIME', 'Content-ID: <z1>\r\n\r\n'],
    ['4.TEXT', lines('--z', 'Content-ID: <z1>', '', 'z one', '--z--').slice(0, -2)],
    // HEADER and TEXT are of messages only.
    ['1.HEADER', null],
    ['1.TEXT', null],
    ['3.HEADER', null],
    ['1.HEADER.FIELDS (Subject)', null],
    // What is not there.
    ['0', null],
    ['5', null],
    ['1.1', null],
    ['2.2', null],
    ['2.1.1', null],
    ['3.1.1', null],
    ['4.2', null],
    // RFC 9051: the blank line is always there.
    ['HEADER.FIELDS (X-A)', 'X-A: one\r\n folded\r\nx-a : two\r\n\r\n'],
    ['HEADER.FIELDS (Nope)', '\r\n'],
    ['HEADER.FIELDS.NOT (x-a content-type)', 'Subject: outer\r\n\r\n'],
    ['2.HEADER.FIELDS (SUBJECT)', 'Subject: inner\r\n\r\n'],
  ])('[%s]', (section, expected) => expect(body(MESSAGE, section)).toBe(expected))

  test.each<readonly [string, string, string | null]>([
    ['Subject: s\r\n\r\nhello', '1', 'hello'],
    ['Subject: s\r\n\r\nhello', '1.MIME', 'Subject: s\r\n\r\n'],
    ['Subject: s\r\n\r\nhello', '1.HEADER', null],
    ['Subject: s\r\n\r\nhello', '1.1', null],
    ['Subject: s\r\n\r\nhello', '2', null],
    ['\r\nhello', 'HEADER', '\r\n'],
    ['', 'TEXT', ''],
    ['', '1', ''],
    // A message that has no body and no blank line gets none (RFC 3501 §6.4.5).
    ['Subject: s\r\nX: y\r\n', 'HEADER.FIELDS (X)', 'X: y\r\n'],
    ['Subject: s\nX: y\n\nhello\n', 'HEADER.FIELDS (X)', 'X: y\n\n'],
    ['no field\r\nX: y\r\n\r\n', 'HEADER.FIELDS.NOT (X)', 'no field\r\n\r\n'],
    // A message that is a message: the inner one is its part 1.
    ['Content-Type: message/rfc822\r\n\r\nSubject: y\r\n\r\nin', '1', 'Subject: y\r\n\r\nin'],
    ['Content-Type: message/rfc822\r\n\r\nSubject: y\r\n\r\nin', '1.HEADER', 'Subject: y\r\n\r\n'],
    ['Content-Type: message/rfc822\r\n\r\nSubject: y\r\n\r\nin', '1.1', 'in'],
    ['Content-Type: message/rfc822\r\n\r\nSubject: y\r\n\r\nin', 'HEADER', 'Content-Type: message/rfc822\r\n\r\n'],
    // A multipart without parts shows an empty one, as its BODYSTRUCTURE does.
    ['Content-Type: multipart/mixed; boundary=x\r\n\r\nnothing', '1', ''],
    ['Content-Type: multipart/mixed; boundary=x\r\n\r\nnothing', '1.MIME', ''],
    ['Content-Type: multipart/mixed; boundary=x\r\n\r\nnothing', '2', null],
    // An encoded message is not looked into.
    ['Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\nU3ViamVj', '1.HEADER', null],
  ])('of %j, [%s]', (message, section, expected) => expect(body(message, section)).toBe(expected))

  test('a message of UTF-8 (RFC 6532) is a message', () => {
    expect(body('Content-Type: message/global\r\n\r\nSubject: y\r\n\r\nin', '1.TEXT')).toBe('in')
  })
})

describe('<partial>', () => {
  test.each([
    [{ start: 10, end: 20 }, undefined, { start: 10, end: 20 }],
    [
      { start: 10, end: 20 },
      { offset: 3, length: 4 },
      { start: 13, end: 17 },
    ],
    [
      { start: 10, end: 20 },
      { offset: 3, length: 4_294_967_295 },
      { start: 13, end: 20 },
    ],
    [
      { start: 10, end: 20 },
      { offset: 4_294_967_295, length: 1 },
      { start: 20, end: 20 },
    ],
  ])('%j of %j', (range, partial, expected) => expect(applyPartial(range, partial)).toEqual(expected))
})

describe('BINARY', () => {
  const binary = (path: readonly number[]): unknown => {
    const source = binarySource(partsOf(MESSAGE), path)
    if (source.kind === 'nil' || source.kind === 'unknownEncoding') return source.kind
    const bytes = fromLatin1(MESSAGE.slice(source.start, source.end))
    if (source.kind === 'range') return toLatin1(bytes)
    const decoder = partialDecoder(source.encoding, undefined)
    return toLatin1(decoder.push(bytes)) + toLatin1(decoder.finish())
  }

  test.each([
    [[], MESSAGE],
    [[1], 'hello'],
    [[2], 'Subject: inner\r\n\r\ninner body'],
    [[3, 1], 'p=3D'],
    [[3, 2], 'unknownEncoding'],
    [[9], 'nil'],
  ])('[%j]', (path, expected) => expect(binary(path)).toBe(expected))

  test('partial counts in decoded bytes, however they come', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.nat(320),
        fc.nat(320),
        fc.integer({ min: 1, max: 50 }),
        (bytes, offset, length, step) => {
          const encoded = fromLatin1(toBase64Lines(bytes))
          const decoder = partialDecoder('base64', { offset, length })
          let out = ''
          for (let at = 0; at < encoded.length && !decoder.isDone(); at += step)
            out += toLatin1(decoder.push(encoded.subarray(at, at + step)))
          out += toLatin1(decoder.finish())
          expect(out).toBe(toLatin1(bytes.subarray(offset, offset + length)))
        },
      ),
    )
  })
})

describe('properties', () => {
  const word = fc.constantFrom(
    '--x\r\n',
    '--x--\r\n',
    '\r\n',
    'A: b\r\n',
    ' c\r\n',
    'text',
    '\n',
    'Content-Type: message/rfc822\r\n',
    'Content-Type: multipart/mixed; boundary=x\r\n',
  )
  const messages = fc.array(word, { maxLength: 30 }).map((words) => words.join(''))
  const texts = fc.constantFrom<Section['text']>('all', 'header', 'text', 'mime', 'headerFields', 'headerFieldsNot')

  test('ranges lie within the message', () => {
    fc.assert(
      fc.property(messages, fc.array(fc.nat(3), { maxLength: 4 }), texts, (message, part, text) => {
        const parts = partsOf(message)
        const source = sectionSource(parts, { part, text, fields: ['a'] })
        if (source.kind === 'nil') return
        expect(0 <= source.start && source.start <= source.end && source.end <= message.length).toBe(true)
        expect(partAt(parts, part)).toBeDefined()
      }),
    )
  })

  test('a header is its fields and the others', () => {
    fc.assert(
      fc.property(messages, (message) => {
        const header = body(message, 'HEADER')!
        const kept = filterHeader(header, ['a', 'content-type'], false)
        const others = filterHeader(header, ['a', 'content-type'], true)
        const blank = /(?:^|\n)(\r?\n)$/.exec(header)?.[1] ?? ''
        expect(kept.length + others.length).toBe(header.length + blank.length)
        expect(filterHeader(header, [], true)).toBe(header)
      }),
    )
  })
})
