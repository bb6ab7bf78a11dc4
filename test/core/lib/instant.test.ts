// Italian legal time: the edges of summer time, and dates as the rules print them.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  DAY,
  HOUR,
  italianDay,
  italianHour,
  legalTime,
  MINUTE,
  mailDate,
  SECOND,
} from '../../../src/core/lib/instant.ts'

const show = (iso: string): string => {
  const time = legalTime(Date.parse(iso))
  return `${italianDay(time)} ${italianHour(time)} ${time.zone}`
}

describe('legalTime (Directive 2000/84/EC art. 2-3)', () => {
  test.each([
    ['2026-02-03T09:15:30Z', '03/02/2026 10:15:30 +0100'],
    ['2026-07-01T22:30:00Z', '02/07/2026 00:30:00 +0200'],
    // The last Sunday of March: 02:00 does not exist.
    ['2026-03-29T00:59:59.999Z', '29/03/2026 01:59:59 +0100'],
    ['2026-03-29T01:00:00Z', '29/03/2026 03:00:00 +0200'],
    // The last Sunday of October: 02:00 comes twice.
    ['2026-10-25T00:59:59.999Z', '25/10/2026 02:59:59 +0200'],
    ['2026-10-25T01:00:00Z', '25/10/2026 02:00:00 +0100'],
    // Months that end on a Sunday, and years on both sides of the epoch's weekday rule.
    ['2024-03-31T00:59:59Z', '31/03/2024 01:59:59 +0100'],
    ['2024-03-31T01:00:00Z', '31/03/2024 03:00:00 +0200'],
    ['2027-10-31T00:59:59Z', '31/10/2027 02:59:59 +0200'],
    ['2027-10-31T01:00:00Z', '31/10/2027 02:00:00 +0100'],
    ['2100-03-28T01:00:00Z', '28/03/2100 03:00:00 +0200'],
    // The year changes in Italy an hour before it does in UTC.
    ['2026-12-31T22:59:59Z', '31/12/2026 23:59:59 +0100'],
    ['2026-12-31T23:00:00Z', '01/01/2027 00:00:00 +0100'],
    ['2024-02-29T12:00:00Z', '29/02/2024 13:00:00 +0100'],
  ])('%s is %s', (iso, expected) => expect(show(iso)).toBe(expected))

  test('agrees with the time-zone table of the machine', () => {
    const format = new Intl.DateTimeFormat('en-GB', {
      timeZone: 'Europe/Rome',
      dateStyle: 'short',
      timeStyle: 'medium',
    })
    const at = fc.integer({ min: Date.UTC(1997, 0) / SECOND, max: Date.UTC(2037, 11) / SECOND })
    fc.assert(
      fc.property(at, (seconds) => {
        const time = legalTime(seconds * SECOND)
        expect(`${italianDay(time)}, ${italianHour(time)}`).toBe(format.format(seconds * SECOND))
      }),
      { numRuns: 300 },
    )
  })

  test('the zone is the distance from UTC', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), (seconds) => {
        const t = legalTime(seconds * SECOND)
        const local = Date.UTC(t.year, t.month - 1, t.day, t.hour, t.minute, t.second)
        expect(local - seconds * SECOND).toBe(t.zone === '+0200' ? 2 * HOUR : HOUR)
      }),
    )
  })
})

test.each([
  ['2026-02-03T09:15:30Z', 'Tue, 03 Feb 2026 10:15:30 +0100'],
  ['2026-10-25T00:30:00Z', 'Sun, 25 Oct 2026 02:30:00 +0200'],
  ['2026-10-25T01:30:00Z', 'Sun, 25 Oct 2026 02:30:00 +0100'],
  ['2026-12-31T23:00:00Z', 'Fri, 01 Jan 2027 00:00:00 +0100'],
])('mailDate (RFC 5322 §3.3): %s is %s', (iso, expected) => {
  expect(mailDate(Date.parse(iso))).toBe(expected)
  expect(Date.parse(mailDate(Date.parse(iso)))).toBe(Date.parse(iso))
})

test('units', () => expect([SECOND, MINUTE, HOUR, DAY]).toEqual([1e3, 6e4, 36e5, 864e5]))
