// BODY and BODYSTRUCTURE (RFC 9051 §7.5.2) by tables. They were compared with Dovecot 2.3, which differs where noted; and
// which counts to a part the line end after an inner closing delimiter, that RFC 2046 §5.1.1 gives to the outer one.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromLatin1 } from '../../../../src/core/lib/bytes.ts'
import { printStructure } from '../../../../src/core/mail/imap/bodystructure.ts'
import { parseMime } from '../../../../src/core/mail/mime.ts'

const lines = (...all: string[]): string => all.map((line) => `${line}\r\n`).join('')
const print = (message: string) => printStructure(parseMime(fromLatin1(message)).root)
const structure = (...all: string[]): string => print(lines(...all).slice(0, -2)).structure

const PLAIN = '"text" "plain" ("charset" "us-ascii") NIL NIL "7bit"'
const NILS = 'NIL NIL NIL NIL'
const NO_ENVELOPE = '(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)'

describe('single parts', () => {
  test.each<readonly [string, string[], string]>([
    ['an empty message', [''], `(${PLAIN} 0 0 ${NILS})`],
    ['no header', ['', 'no header'], `(${PLAIN} 9 0 ${NILS})`],
    ['lines are line ends', ['', 'a', 'b', ''], `(${PLAIN} 6 2 ${NILS})`],
    [
      'everything, as written',
      [
        'Content-Type: TEXT/Plain; CharSet="UTF-8"; Format=Flowed; x="a\\"b"',
        'Content-Transfer-Encoding: Quoted-Printable',
        'Content-ID: <c@x>',
        'Content-Description: a',
        '  description',
        'Content-MD5: Q2hlY2s=',
        'Content-Disposition: ATTACHMENT; FileName="a b.txt"; size=3',
        'Content-Language: en, it (italiano)',
        'Content-Location: http://x/y',
        '',
        'abc',
      ],
      '("TEXT" "Plain" ("CharSet" "UTF-8" "Format" "Flowed" "x" "a\\"b") "<c@x>" "a  description" "Quoted-Printable" 3 0 ' +
        '"Q2hlY2s=" ("ATTACHMENT" ("FileName" "a b.txt" "size" "3")) ("en" "it") "http://x/y")',
    ],
    // Sections of RFC 2231 put together, still encoded, under one name.
    [
      'parameters in sections',
      ['Content-Type: application/pdf; name*0*=utf-8\'\'a%20; name*1="b c.pdf"', '', 'abc'],
      `("application" "pdf" ("name*" "utf-8''a%20b%20c.pdf") NIL NIL "7bit" 3 ${NILS})`,
    ],
    [
      'plain sections',
      ['Content-Type: application/pdf; x=1; name*1=b.pdf; NAME*0=a; y=2', '', 'abc'],
      `("application" "pdf" ("x" "1" "name" "ab.pdf" "y" "2") NIL NIL "7bit" 3 ${NILS})`,
    ],
    [
      '8-bit and empty values',
      ['Content-Type: text/plain; charset=utf-8; name=h\xe9.txt; empty=""; alone', '', 'abc'],
      `("text" "plain" ("charset" "utf-8" "name" {6}\r\nh\xe9.txt "empty" "") NIL NIL "7bit" 3 0 ${NILS})`,
    ],
    [
      'a charset is told',
      ['Content-Type: text/html; x=y', '', 'a'],
      `("text" "html" ("x" "y" "charset" "us-ascii") NIL NIL "7bit" 1 0 ${NILS})`,
    ],
    [
      'one encoded is told already',
      ["Content-Type: text/html; charset*=''utf-8", '', 'a'],
      `("text" "html" ("charset*" "''utf-8") NIL NIL "7bit" 1 0 ${NILS})`,
    ],
    [
      'comments go',
      ['Content-Type: application/x (c); a=b (d)', 'Content-Transfer-Encoding: base64 (e)', '', 'a'],
      `("application" "x" ("a" "b") NIL NIL "base64" 1 ${NILS})`,
    ],
    // RFC 2045 §5.2: what is no type is text/plain. Dovecot tells "garbage" "".
    [
      'no type',
      ['Content-Type: garbage; x=y', '', 'a'],
      `("text" "plain" ("x" "y" "charset" "us-ascii") NIL NIL "7bit" 1 0 ${NILS})`,
    ],
    [
      'a disposition without type',
      ['Content-Disposition: ; filename=y', '', 'a'],
      `(${PLAIN} 1 0 NIL ("" ("filename" "y")) NIL NIL)`,
    ],
    ['an empty one', ['Content-Disposition:', 'Content-Language: ,', '', 'a'], `(${PLAIN} 1 0 ${NILS})`],
    [
      'notices are no messages',
      ['Content-Type: message/delivery-status', '', 'a: b'],
      `("message" "delivery-status" NIL NIL NIL "7bit" 4 ${NILS})`,
    ],
  ])('%s', (_, message, expected) => expect(structure(...message)).toBe(expected))
})

describe('messages', () => {
  test('have envelope, structure and lines', () => {
    const message = lines('Content-Type: message/rfc822', '', 'Subject: y', 'From: a@x', '', 'one', 'two')
    const a = '((NIL NIL "a" "x"))'
    const envelope = `(NIL "y" ${a} ${a} ${a} NIL NIL NIL NIL NIL)`
    expect(print(message)).toEqual({
      body: `("message" "rfc822" NIL NIL NIL "7bit" 35 ${envelope} (${PLAIN} 10 2) 5)`,
      structure: `("message" "rfc822" NIL NIL NIL "7bit" 35 ${envelope} (${PLAIN} 10 2 ${NILS}) 5 ${NILS})`,
    })
  })

  test('that are encoded are not looked into, but have their form', () => {
    expect(structure('Content-Type: message/rfc822', 'Content-Transfer-Encoding: base64', '', 'U3ViamVjdA==')).toBe(
      `("message" "rfc822" NIL NIL NIL "base64" 12 ${NO_ENVELOPE} (${PLAIN} 0 0 ${NILS}) 0 ${NILS})`,
    )
  })

  // RFC 9051 §7.5.2 counts it among messages; Dovecot 2.3, of before, does not.
  test('of UTF-8 are messages', () => {
    expect(structure('Content-Type: message/global', '', '', 'a')).toBe(
      `("message" "global" NIL NIL NIL "7bit" 3 ${NO_ENVELOPE} (${PLAIN} 1 0 ${NILS}) 1 ${NILS})`,
    )
  })
})

describe('multiparts', () => {
  test('have their parts, then their subtype and extension', () => {
    const message = lines(
      'Content-Type: multipart/Alternative; boundary="a b"; charset=utf-8',
      'Content-Disposition: inline',
      'Content-Language: it',
      'Content-Location: here',
      '',
      'preamble',
      '--a b',
      '',
      'x',
      '--a b',
      'Content-Type: text/html; charset=utf-8',
      '',
      'y',
      '',
      '--a b--',
      'epilogue',
    )
    expect(print(message)).toEqual({
      body: `((${PLAIN} 1 0)("text" "html" ("charset" "utf-8") NIL NIL "7bit" 3 1) "Alternative")`,
      structure:
        `((${PLAIN} 1 0 ${NILS})("text" "html" ("charset" "utf-8") NIL NIL "7bit" 3 1 ${NILS}) "Alternative" ` +
        '("boundary" "a b" "charset" "utf-8") ("inline" NIL) ("it") "here")',
    })
  })

  test('of a digest have messages (RFC 2046 §5.1.5)', () => {
    const message = lines(
      'Content-Type: multipart/digest; boundary=x',
      '',
      '--x',
      '',
      'Subject: in',
      '',
      'inner',
      '--x',
      'Content-Type: text/plain',
      '',
      'tt',
      '--x--',
    )
    const envelope = '(NIL "in" NIL NIL NIL NIL NIL NIL NIL NIL)'
    expect(print(message).body).toBe(
      `(("message" "rfc822" NIL NIL NIL "7bit" 20 ${envelope} (${PLAIN} 5 0) 2)(${PLAIN} 2 0) "digest")`,
    )
  })

  const empty = (parameters: string): string => `((${PLAIN} 0 0 ${NILS}) "mixed" ${parameters} NIL NIL NIL)`
  test.each<readonly [string, string[], string]>([
    ['without any delimiter', ['Content-Type: multipart/mixed; boundary=x', '', 'nothing'], empty('("boundary" "x")')],
    ['with a closing one only', ['Content-Type: multipart/mixed; boundary=x', '', '--x--'], empty('("boundary" "x")')],
    ['without boundary', ['Content-Type: multipart/mixed', '', '--x', '', '--x--'], empty('NIL')],
    [
      'with an empty part',
      ['Content-Type: multipart/mixed; boundary=x', '', '--x', '--x--'],
      empty('("boundary" "x")'),
    ],
  ])('%s show an empty text', (_, message, expected) => expect(structure(...message)).toBe(expected))
})

/** Checks the grammar of parenthesised data; gives how deep it goes. */
const depthOf = (wire: string): number => {
  let depth = 0
  let deepest = 0
  for (let at = 0; at < wire.length; at++) {
    const rest = /\{(\d+)\}\r\n|"(?:[^"\\\r\n\0\x80-\xff]|\\["\\])*"|NIL|\d+| |[()]/y
    rest.lastIndex = at
    const token = rest.exec(wire)
    expect(token).not.toBeNull()
    if (token![0] === '(') deepest = Math.max(deepest, ++depth)
    if (token![0] === ')') depth--
    at = rest.lastIndex - 1 + Number(token![1] ?? 0)
  }
  expect(depth).toBe(0)
  return deepest
}

describe('hostile messages', () => {
  test('any lines give balanced data', () => {
    const line = fc.constantFrom(
      '--x',
      '--x--',
      '',
      'Content-Type: multipart/mixed; boundary=x',
      'Content-Type: message/rfc822',
      'Content-Type: text/"\\',
      'Content-Disposition: "a; b="\xe8',
      'Subject: (',
      'To: ")<',
      ' \0"',
    )
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), (all) => {
        const { body, structure } = print(lines(...all))
        expect(depthOf(structure)).toBeGreaterThanOrEqual(depthOf(body))
      }),
    )
  })

  test('a thousand nested parts', () => {
    const open = Array.from(
      { length: 1_000 },
      (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\r\n\r\n--b${i}\r\n`,
    )
    expect(depthOf(print(open.join('')).structure)).toBeLessThan(200)
  })

  test('a thousand nested messages', () => {
    expect(depthOf(print('Content-Type: message/rfc822\r\n\r\n'.repeat(1_000)).structure)).toBeLessThan(200)
  })

  test('ten thousand parts', () => {
    const { body } = print(`Content-Type: multipart/mixed; boundary=x\r\n\r\n${'--x\r\n\r\na\r\n'.repeat(10_000)}--x--`)
    expect(body.length).toBeLessThan(1_000_000)
  })

  test('parts whose headers are long are told without them', () => {
    const part = `--x\r\nContent-Type: application/x; ${'name=value; '.repeat(190)}\r\nContent-ID: ${'c'.repeat(4_000)}\r\n\r\n`
    const { structure } = print(`Content-Type: multipart/mixed; boundary=x\r\n\r\n${part.repeat(500)}`)
    expect(structure.length).toBeLessThan(2_000_000)
    depthOf(structure)
  })
})
