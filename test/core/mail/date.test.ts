// The Date field: RFC 5322 §3.3, §4.3 and what people write, by a table.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DAY, mailDate } from '../../../src/core/lib/instant.ts'
import { parseMailDate } from '../../../src/core/mail/date.ts'

const utc = (text: string): number => Date.parse(text)

test.each<readonly [string, number]>([
  ['Tue, 03 Feb 2026 10:15:30 +0100', utc('2026-02-03T09:15:30Z')],
  ['3 Feb 2026 10:15 -0330', utc('2026-02-03T13:45:00Z')],
  ['Tue, 3 Feb 2026 10:15:30 +0100 (CET)', utc('2026-02-03T09:15:30Z')],
  ['Tue (a (b)) , 3 Feb\r\n 2026 10:15:30 GMT', utc('2026-02-03T10:15:30Z')],
  // Obsolete zones and years (§4.3).
  ['Fri, 21 Nov 97 09:55:06 EST', utc('1997-11-21T14:55:06Z')],
  ['21 Nov 03 09:55:06 PDT', utc('2003-11-21T16:55:06Z')],
  ['21 Nov 103 09:55:06 Z', utc('2003-11-21T09:55:06Z')],
  ['21 Nov 1997 09:55:06 A', utc('1997-11-21T09:55:06Z')],
  // What programs write besides.
  ['martedi, 3 february 2026 10.15.30 +01:00', utc('2026-02-03T09:15:30Z')],
  ['3-Feb-2026 10:15:30 +0000', utc('2026-02-03T10:15:30Z')],
  ['Tue, 3 Feb 2026 23:59:60 +0000', utc('2026-02-03T23:59:59Z')],
  // RFC 5256 §2.2: a bad zone is UTC, a bad time midnight.
  ['3 Feb 2026 10:15:30', utc('2026-02-03T10:15:30Z')],
  ['3 Feb 2026 10:15:30 +9999', utc('2026-02-03T10:15:30Z')],
  ['3 Feb 2026 25:00:00 +0000', utc('2026-02-03T00:00:00Z')],
  ['3 Feb 2026', utc('2026-02-03T00:00:00Z')],
])('%j', (text, at) => expect(parseMailDate(text)?.at).toBe(at))

test.each(['', 'ieri', '31 Feb 2026 10:00:00 +0000', '0 Feb 2026', '3 Foo 2026', 'Feb 3 2026', '2026-02-03T10:15:30Z'])(
  'no date: %j',
  (text) => expect(parseMailDate(text)).toBeUndefined(),
)

test('the day is as written, whatever the zone', () => {
  expect(parseMailDate('Tue, 3 Feb 2026 00:30:00 +0100')?.day).toBe(utc('2026-02-03T00:00:00Z') / DAY)
  expect(parseMailDate('Tue, 3 Feb 2026 23:30:00 -0500')?.day).toBe(utc('2026-02-03T00:00:00Z') / DAY)
})

test('what mailDate prints is read', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), (seconds) => {
      expect(parseMailDate(mailDate(seconds * 1000))?.at).toBe(seconds * 1000)
    }),
  )
})

test('DATE bombs', () => {
  for (const part of ['(', ')', '1 ', 'a', '-', '3 Feb ']) expect(parseMailDate(part.repeat(100_000))).toBeUndefined()
})
