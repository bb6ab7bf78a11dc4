// ENVELOPE (RFC 9051 §7.5.2) by tables. They were compared with Dovecot 2.3, which differs where noted.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromLatin1 } from '../../../../src/core/lib/bytes.ts'
import { parseHeader } from '../../../../src/core/mail/header.ts'
import { EMPTY_ENVELOPE, envelopeAddresses, printEnvelope } from '../../../../src/core/mail/imap/envelope.ts'

const envelope = (...lines: string[]): string =>
  printEnvelope(parseHeader(fromLatin1(`${lines.map((line) => `${line}\r\n`).join('')}\r\n`)).fields)

/** The lists of ENVELOPE as they are told for a To of this value. */
const to = (value: string): string => {
  const printed = envelope(`To: ${value}`)
  return printed.slice('(NIL NIL NIL NIL NIL '.length, -' NIL NIL NIL NIL)'.length)
}

describe('the example of RFC 3501 §8', () => {
  test('is told as there', () => {
    const printed = envelope(
      'Date: Wed, 17 Jul 1996 02:23:25 -0700 (PDT)',
      'From: Terry Gray <gray@cac.washington.edu>',
      'Subject: IMAP4rev1 WG mtg summary and minutes',
      'To: imap@cac.washington.edu',
      'cc: minutes@CNRI.Reston.VA.US, John Klensin <KLENSIN@MIT.EDU>',
      'Message-Id: <B27397-0100000@cac.washington.edu>',
      'MIME-Version: 1.0',
    )
    const gray = '(("Terry Gray" NIL "gray" "cac.washington.edu"))'
    expect(printed).toBe(
      `("Wed, 17 Jul 1996 02:23:25 -0700 (PDT)" "IMAP4rev1 WG mtg summary and minutes" ${gray} ${gray} ${gray} ` +
        '((NIL NIL "imap" "cac.washington.edu")) ' +
        '((NIL NIL "minutes" "CNRI.Reston.VA.US")("John Klensin" NIL "KLENSIN" "MIT.EDU")) NIL NIL ' +
        '"<B27397-0100000@cac.washington.edu>")',
    )
  })
})

describe('fields', () => {
  const a = '((NIL NIL "a" "x"))'
  const b = '((NIL NIL "b" "x"))'
  test.each<readonly [string, string[], string]>([
    ['none', [], EMPTY_ENVELOPE],
    // Absent is NIL, empty is "".
    ['empty texts', ['Date:', 'Subject: ', 'In-Reply-To:', 'Message-ID:'], '("" "" NIL NIL NIL NIL NIL NIL "" "")'],
    // Absent or empty: NIL; Sender and Reply-To are From.
    [
      'empty lists',
      ['From: a@x', 'Sender:', 'Reply-To: ', 'To:', 'Cc: ,', 'Bcc:'],
      `(NIL NIL ${a} ${a} ${a} NIL NIL NIL NIL NIL)`,
    ],
    ['Sender', ['From: a@x', 'Sender: b@x'], `(NIL NIL ${a} ${b} ${a} NIL NIL NIL NIL NIL)`],
    ['Reply-To', ['From: a@x', 'Reply-To: b@x'], `(NIL NIL ${a} ${a} ${b} NIL NIL NIL NIL NIL)`],
    ['Bcc', ['Bcc: b@x'], `(NIL NIL NIL NIL NIL NIL NIL ${b} NIL NIL)`],
    ['unfolded', ['Subject: one', ' two', '\tthree '], '(NIL {13}\r\none two\tthree NIL NIL NIL NIL NIL NIL NIL NIL)'],
    ['not decoded', ['Subject: =?utf-8?q?=C3=A8?='], '(NIL "=?utf-8?q?=C3=A8?=" NIL NIL NIL NIL NIL NIL NIL NIL)'],
    ['8-bit is a literal', ['Subject: \xe8'], '(NIL {1}\r\n\xe8 NIL NIL NIL NIL NIL NIL NIL NIL)'],
    ['NUL is dropped', ['Subject: a\0b'], '(NIL "ab" NIL NIL NIL NIL NIL NIL NIL NIL)'],
    ['quotes', ['Subject: "a" \\ b'], '(NIL "\\"a\\" \\\\ b" NIL NIL NIL NIL NIL NIL NIL NIL)'],
    // Dovecot tells the last of two subjects.
    ['the first of two', ['Subject: one', 'Subject: two'], '(NIL "one" NIL NIL NIL NIL NIL NIL NIL NIL)'],
    [
      'lists in two fields',
      ['To: a@x', 'To: b@x'],
      `(NIL NIL NIL NIL NIL ${a.slice(0, -1)}${b.slice(1)} NIL NIL NIL NIL)`,
    ],
    [
      'ids as they stand',
      ['In-Reply-To: <a@x> (text) <b@x>', 'Message-ID:  <c@x> '],
      '(NIL NIL NIL NIL NIL NIL NIL NIL "<a@x> (text) <b@x>" "<c@x>")',
    ],
  ])('%s', (_, lines, expected) => expect(envelope(...lines)).toBe(expected))
})

describe('addresses', () => {
  test.each<readonly [string, string]>([
    ['m@x.it', '((NIL NIL "m" "x.it"))'],
    ['"Rossi, Mario" <m@X.it>', '(("Rossi, Mario" NIL "m" "X.it"))'],
    ['"a\\"b" <q@x>', '(("a\\"b" NIL "q" "x"))'],
    ['John Q. Public <j@x>', '(("John Q. Public" NIL "j" "x"))'],
    ['=?utf-8?q?=C3=A8?=\r\n =?utf-8?q?x?= <e@x>', '(("=?utf-8?q?=C3=A8?= =?utf-8?q?x?=" NIL "e" "x"))'],
    ['h\xe9 <x@y>', '(({2}\r\nh\xe9 NIL "x" "y"))'],
    ['n@x (Nome (in) x)', '(("Nome (in) x" NIL "n" "x"))'],
    ['Nome (altro) <n@x>', '(("Nome" NIL "n" "x"))'],
    // A comment within the address is nobody's name.
    ['<a (b)@ (c) x.it>', '((NIL NIL "a" "x.it"))'],
    ['<a@x.it> (Nome)', '(("Nome" NIL "a" "x.it"))'],
    ['<@r1,@r2:u@z>', '((NIL "@r1,@r2" "u" "z"))'],
    ['"a b"@x', '((NIL NIL "a b" "x"))'],
    ['a . b @ x . it', '((NIL NIL "a.b" "x.it"))'],
    ['u@[192.0.2.1]', '((NIL NIL "u" "[192.0.2.1]"))'],
    // Groups: a beginning with a name, an end without.
    ['g: a@x, b@y;', '((NIL NIL "g" NIL)(NIL NIL "a" "x")(NIL NIL "b" "y")(NIL NIL NIL NIL))'],
    ['undisclosed-recipients:;', '((NIL NIL "undisclosed-recipients" NIL)(NIL NIL NIL NIL))'],
    ['g: a@x', '((NIL NIL "g" NIL)(NIL NIL "a" "x")(NIL NIL NIL NIL))'],
    [': a@x;', '((NIL NIL "" NIL)(NIL NIL "a" "x")(NIL NIL NIL NIL))'],
    // Without domain; Dovecot invents MISSING_DOMAIN and MISSING_MAILBOX.
    ['foo', '((NIL NIL "foo" ""))'],
    ['Nome <foo>', '(("Nome" NIL "foo" ""))'],
    ['<>', '((NIL NIL "" ""))'],
    ['a@x <b@y>', '(("a@x" NIL "b" "y"))'],
    ['a@b@c', '((NIL NIL "a@b" "c"))'],
    ['<a@x', '((NIL NIL "a" "x"))'],
    ['a@x;', '((NIL NIL "a" "x"))'],
    [', , a@x,,', '((NIL NIL "a" "x"))'],
    ['', 'NIL'],
    ['()', 'NIL'],
  ])('%s', (value, expected) => expect(to(value)).toBe(expected))
})

describe('anything', () => {
  const text = fc
    .array(
      fc.constantFrom(
        '<',
        '>',
        '@',
        ',',
        ':',
        ';',
        '"',
        '(',
        ')',
        '\\',
        ' ',
        '\r\n ',
        'a',
        '\xe8',
        '\0',
        '[',
        ']',
        '.',
      ),
    )
    .map((all) => all.join(''))
  test('is told in balanced parentheses, groups begun and ended', () => {
    fc.assert(
      fc.property(text, (value) => {
        let inGroup = false
        for (const { host, mailbox } of envelopeAddresses(value)) {
          if (host !== undefined) continue
          expect(mailbox === undefined).toBe(inGroup)
          inGroup = !inGroup
        }
        expect(inGroup).toBe(false)
      }),
    )
  })

  test('address bombs are linear', () => {
    for (const part of ['<', '(', '"', ':', ',', ';', '@', 'a:', '<@', 'a@x,', '\\', '"a" '])
      expect(typeof to(part.repeat(60_000))).toBe('string')
  })
})
