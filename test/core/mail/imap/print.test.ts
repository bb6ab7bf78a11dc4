// Strings, flags, dates and sets as they are printed.
import { describe, expect, it } from 'vitest'
import { REV1, REV2 } from '../../../../src/core/mail/imap/lexer.ts'
import {
  printAstring,
  printBytes,
  printDateTime,
  printFlags,
  printNstring,
  printSet,
  printText,
} from '../../../../src/core/mail/imap/print.ts'

describe('printing', () => {
  it.each([
    ['abc', 'abc'],
    ['a b', '"a b"'],
    ['', '""'],
    ['nil', '"nil"'],
    ['a]', '"a]"'],
    ['a"b\\', '"a\\"b\\\\"'],
    ['a\nb', '{3}\r\na\nb'],
    ['è', '{2}\r\nÃ¨'],
  ])('the astring %j', (text, wire) => expect(printAstring(text, REV1)).toBe(wire))

  it('long strings as literals', () => {
    const long = 'x'.repeat(1001)
    for (const print of [
      printBytes,
      (text: string) => printText(text, REV2),
      (text: string) => printAstring(text, REV1),
    ]) {
      expect(print(long)).toBe(`{1001}\r\n${long}`)
    }
    expect(printText('è'.repeat(501), REV2)).toMatch(/^\{1002\}/)
  })

  it('bytes as they are, and NIL for nothing', () => {
    expect(printBytes('\xff')).toBe('{1}\r\n\xff')
    expect(printNstring(undefined, REV1)).toBe('NIL')
  })

  it.each([
    [0, [], '()'],
    [31, [], '(\\Answered \\Flagged \\Deleted \\Seen \\Draft)'],
    [1, ['$MDNSent', 'x'], '(\\Seen $MDNSent x)'],
    [0, ['x'], '(x)'],
  ])('flags %j %j', (system, keywords, wire) => expect(printFlags(system, keywords)).toBe(wire))

  it.each([
    [Date.UTC(1996, 6, 17, 9, 44, 25), '"17-Jul-1996 09:44:25 +0000"'],
    [Date.UTC(2026, 0, 1), '" 1-Jan-2026 00:00:00 +0000"'],
    [Date.UTC(2026, 0, 1) - 1, '"31-Dec-2025 23:59:59 +0000"'],
    [-1, '"31-Dec-1969 23:59:59 +0000"'],
  ])('the date-time %j', (at, wire) => expect(printDateTime(at)).toBe(wire))

  it.each([
    [[], ''],
    [[7], '7'],
    [[1, 2, 3, 5, 7, 8], '1:3,5,7:8'],
    // The order of SORT is kept.
    [[5, 3, 4], '5,3:4'],
  ])('the set %j', (numbers, wire) => expect(printSet(numbers)).toBe(wire))

  it('of a set only those in use', () => expect(printSet(Uint32Array.of(1, 2, 9), 2)).toBe('1:2'))
})
