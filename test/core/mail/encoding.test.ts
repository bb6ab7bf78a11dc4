// Content-Transfer-Encodings: quoted-printable both ways, base64 in chunks.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { concat, fromLatin1, toBase64, toBase64Lines, toLatin1 } from '../../../src/core/lib/bytes.ts'
import {
  decodeQuotedPrintable,
  decodeTransfer,
  encodeQuotedPrintable,
  toLatin1Lossy,
  transferDecoder,
} from '../../../src/core/mail/encoding.ts'

/** Splits bytes at any places. */
const split = (bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] => {
  const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length]
  return at.slice(1).map((end, i) => bytes.subarray(at[i], end))
}

const decodeInChunks = (encoding: string, chunks: readonly Uint8Array[]): Uint8Array => {
  const decoder = transferDecoder(encoding)
  const parts = chunks.map((chunk) => decoder.push(chunk).slice())
  return concat([...parts, decoder.finish()])
}

describe('toLatin1Lossy', () => {
  test.each([
    ['però', 'però'],
    ['€ 10', '? 10'],
    ['a😀b', 'a?b'],
    ['\ud800x', '?x'],
    ['ÿĀ', 'ÿ?'],
    ['\r\n\0', '\r\n\0'],
  ])('%j is %j', (text, expected) => expect(toLatin1Lossy(text)).toBe(expected))
})

describe('encodeQuotedPrintable (RFC 2045 §6.7)', () => {
  test.each([
    ['', ''],
    ['ciao\r\n', 'ciao\r\n'],
    ['però = è\r\n', 'per=F2 =3D =E8\r\n'],
    ['a \r\nb\t\r\n', 'a=20\r\nb=09\r\n'],
    ['a\nb', 'a\r\nb'],
    ['a\rb', 'a=0Db'],
    ['\0\x7f', '=00=7F'],
    ['.\r\n..\r\n', '=2E\r\n..\r\n'],
    ['From me\r\n', '=46rom me\r\n'],
    ['x'.repeat(76), 'x'.repeat(76)],
    ['x'.repeat(77), `${'x'.repeat(75)}=\r\nxx`],
    [`${'x'.repeat(75)}è`, `${'x'.repeat(75)}=\r\n=E8`],
    [`${'x'.repeat(73)}è`, `${'x'.repeat(73)}=E8`],
    [`${'x'.repeat(73)}èy`, `${'x'.repeat(73)}=\r\n=E8y`],
    [`${'x'.repeat(74)} y`, `${'x'.repeat(74)} y`],
  ])('%j', (text, expected) => expect(encodeQuotedPrintable(text)).toBe(expected))

  test('any Latin-1 text: ASCII lines of at most 76, and it reads back', () => {
    const unit = fc.oneof(
      fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
      fc.constantFrom('\r\n', ' ', '\t', '=', 'parola '.repeat(15), 'x'.repeat(74), 'From ', '.'),
    )
    fc.assert(
      fc.property(fc.array(unit), (units) => {
        const text = units.join('')
        const encoded = encodeQuotedPrintable(text)
        expect(encoded).toMatch(/^[\t\r\n\x20-\x7e]*$/)
        for (const line of encoded.split('\r\n')) {
          expect(line.length).toBeLessThanOrEqual(76)
          expect(line).not.toMatch(/[ \t\r\n]$/)
        }
        expect(decodeQuotedPrintable(encoded)).toBe(text.replace(/\r?\n/g, '\r\n'))
      }),
    )
  })
})

describe('quoted-printable decoded', () => {
  test.each([
    ['per=C3=B2', 'per\xc3\xb2'],
    ['=e8=E8', '\xe8\xe8'],
    ['a=\r\nb', 'ab'],
    ['a=\nb', 'ab'],
    ['a= \t\r\nb', 'ab'],
    ['a \t\r\nb \n', 'a\r\nb\n'],
    ['a  b', 'a  b'],
    ['a=', 'a'],
    ['a= ', 'a'],
    ['a=\r', 'a'],
    ['a=4', 'a=4'],
    ['a=4=41', 'a=4A'],
    ['a==41', 'a=A'],
    ['a=ZZ', 'a=ZZ'],
    ['a= x', 'a= x'],
    ['a= \rx', 'a= \rx'],
    ['a\rb\r\r\n', 'a\rb\r\r\n'],
    ['a \rb', 'a \rb'],
    ['a   ', 'a'],
    ['\xe8 raw', '\xe8 raw'],
  ])('%j is %j', (text, expected) => expect(decodeQuotedPrintable(text)).toBe(expected))
})

describe('base64 decoded', () => {
  test.each([
    ['Y2lhbw==', 'ciao'],
    ['Y2lhbw', 'ciao'],
    ['Y2\r\nlh\r\n  bw==\r\n', 'ciao'],
    ['Y2!*l-h_bw==', 'ciao'],
    ['Y2k=YW8=', 'ciao'],
    ['Y', ''],
    ['', ''],
    ['====', ''],
    ['\xff\xfeY2k=', 'ci'],
  ])('%j is %j', (text, expected) => expect(toLatin1(decodeTransfer('base64', fromLatin1(text)))).toBe(expected))

  test('what toBase64Lines writes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(toBase64(decodeTransfer('Base64', fromLatin1(toBase64Lines(bytes))))).toBe(toBase64(bytes))
      }),
    )
  })
})

test('any split into chunks decodes alike, any bytes', () => {
  const byte = fc.oneof(fc.constantFrom(...fromLatin1('=\r\n \t4AFg')), fc.integer({ min: 0, max: 255 }))
  const bytes = fc.array(byte, { maxLength: 60 }).map((list) => Uint8Array.from(list))
  fc.assert(
    fc.property(
      bytes,
      fc.array(fc.nat(100), { maxLength: 8 }),
      fc.constantFrom('base64', 'quoted-printable', '8bit'),
      (all, cuts, name) => {
        expect(toBase64(decodeInChunks(name, split(all, cuts)))).toBe(toBase64(decodeTransfer(name, all)))
      },
    ),
    { numRuns: 500 },
  )
})

test('7bit, 8bit, binary and the unknown pass unchanged', () => {
  for (const name of ['7bit', '8BIT', 'binary', 'x-uuencode', ''])
    expect(toLatin1(decodeTransfer(name, fromLatin1('=E8 Y2k=\r\n')))).toBe('=E8 Y2k=\r\n')
})

test('a quoted-printable line of blanks over many chunks is kept or dropped whole', () => {
  const blanks = fromLatin1(' '.repeat(1_000))
  const chunks = Array.from({ length: 200 }, () => blanks)
  expect(decodeInChunks('quoted-printable', [...chunks, fromLatin1('x')]).length).toBe(200_001)
  expect(decodeInChunks('quoted-printable', chunks).length).toBe(0)
})
