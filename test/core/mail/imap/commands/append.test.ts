// APPEND: one message, several, in UTF8 and binary; and what is known before the bytes come.
import { describe, expect, it } from 'vitest'
import { append } from '../../../../../src/core/mail/imap/commands/append.ts'
import { REV1 } from '../../../../../src/core/mail/imap/lexer.ts'
import { parseAppendSoFar } from '../../../../../src/core/mail/imap/parse.ts'
import { commandOf } from '../../../../support/imap/commands.ts'

const NONE = { flags: { system: 0, keywords: [] }, receivedAt: undefined, utf8: false, literal: 0 }

describe('APPEND (RFC 9051 §6.3.12)', () => {
  it.each([
    ['APPEND saved {310}\r\n', [NONE]],
    ['APPEND saved (\\Seen) {310+}\r\n', [{ ...NONE, flags: { system: 1, keywords: [] } }]],
    ['APPEND saved () {310}\r\n', [NONE]],
    [
      'APPEND {5}\r\nsaved (\\Seen $b $A $B) " 7-Feb-1994 21:52:25 -0800" ~{0}\r\n',
      [{ ...NONE, flags: { system: 1, keywords: ['$A', '$b'] }, receivedAt: Date.UTC(1994, 1, 8, 5, 52, 25) }],
    ],
    ['APPEND saved "17-Jul-1996 02:44:25 +0130" {1}\r\n', [{ ...NONE, receivedAt: Date.UTC(1996, 6, 17, 1, 14, 25) }]],
    // Clients that copy flags send it; nobody can set it.
    ['APPEND saved (\\Recent \\Draft) {1}\r\n', [{ ...NONE, flags: { system: 16, keywords: [] } }]],
    // RFC 3502 §6.3.11
    [
      'APPEND saved (\\Seen) {329}\r\n (\\Flagged) "17-Jul-1996 02:44:25 +0000" {295}\r\n {1}\r\n',
      [
        { ...NONE, flags: { system: 1, keywords: [] } },
        { ...NONE, flags: { system: 4, keywords: [] }, receivedAt: Date.UTC(1996, 6, 17, 2, 44, 25), literal: 1 },
        { ...NONE, literal: 2 },
      ],
    ],
    // RFC 6855 §4
    ['APPEND saved UTF8 (~{10}\r\n)', [{ ...NONE, utf8: true }]],
    [
      'APPEND saved (\\Seen) utf8 (~{10+}\r\n) {1}\r\n',
      [
        { ...NONE, flags: { system: 1, keywords: [] }, utf8: true },
        { ...NONE, literal: 1 },
      ],
    ],
  ])('%j', (line, messages) => expect(commandOf(line)).toEqual({ kind: 'append', folder: 'saved', messages }))

  it.each([
    'APPEND saved',
    'APPEND saved (\\Seen)',
    'APPEND saved "text"',
    'APPEND saved {3}\r\nabc',
    'APPEND saved {3}\r\n ',
    'APPEND saved {3}\r\n (\\Seen)',
    'APPEND saved (\\Foo) {3}\r\n',
    'APPEND saved "31-Feb-1994 21:52:25 +0000" {3}\r\n',
    'APPEND saved "7-Feb-1994 21:52:25 +0000" {3}\r\n',
    'APPEND saved "17-Jul-1996 24:44:25 +0000" {3}\r\n',
    'APPEND saved "17-Jul-1996 02:44:25" {3}\r\n',
    'APPEND saved "31-Dec-9999 23:59:60 -1200" {3}\r\n',
    'APPEND saved "01-Jan-0000 00:00:00 +0000" {3}\r\n',
    'APPEND saved "17-Foo-1996 02:44:25 +0000" {3}\r\n',
    'APPEND saved UTF8 ({3}\r\n)',
    'APPEND saved UTF8 (~{3}\r\n',
    'APPEND saved UTF8 ~{3}\r\n',
    'APPEND saved CATENATE (TEXT {3}\r\n)',
  ])('refuses %j', (line) => expect(commandOf(line)).toBe('bad'))
})

describe('an APPEND whose bytes have not come', () => {
  it('tells folder and message', () => {
    expect(parseAppendSoFar('a append inbox (\\Seen) {310}\r\n', REV1)).toEqual({
      kind: 'append',
      tag: 'a',
      name: 'APPEND',
      grammar: append,
      folder: 'INBOX',
      before: [],
      message: { ...NONE, flags: { system: 1, keywords: [] } },
    })
  })

  it('tells the messages before', () => {
    expect(parseAppendSoFar('a APPEND x {1}\r\n UTF8 (~{2}\r\n) UTF8 (~{3}\r\n', REV1)).toMatchObject({
      folder: 'x',
      before: [NONE, { ...NONE, utf8: true, literal: 1 }],
      message: { ...NONE, utf8: true, literal: 2 },
    })
  })

  it.each(['a APPEND x (\\Seen {1}\r\n', 'a APPEND x y {1}\r\n', 'a APPEND x {1}\r\nfoo {1}\r\n'])(
    'is refused: %j',
    (text) => expect(parseAppendSoFar(text, REV1)).toMatchObject({ kind: 'bad', tag: 'a', name: 'APPEND' }),
  )
})
