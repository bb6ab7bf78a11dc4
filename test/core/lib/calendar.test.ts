// Civil dates, Italian holidays, working days.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  addDays,
  addMonths,
  addWorkingDays,
  type CivilDate,
  civilDateOf,
  daysBetween,
  easterSunday,
  instantOf,
  isCivilDate,
  isHoliday,
  isWorkingDay,
  nationalHolidays,
  weekday,
  workingDaysBetween,
} from '../../../src/core/lib/calendar.ts'
import { DAY, HOUR } from '../../../src/core/lib/instant.ts'

const date = fc.integer({ min: -10_000, max: 40_000 }).map((days) => addDays('1970-01-01', days))
const instant = fc.integer({ min: Date.UTC(1997, 0), max: Date.UTC(2060, 0) })
const at = (iso: string): number => Date.parse(iso)

describe('dates', () => {
  test.each([
    ['2026-02-28', true],
    ['2026-02-29', false],
    ['2024-02-29', true],
    ['1900-02-29', false],
    ['2000-02-29', true],
    ['2026-13-01', false],
    ['2026-00-10', false],
    ['2026-1-1', false],
    ['', false],
  ])('%s: %s', (text, good) => expect(isCivilDate(text)).toBe(good))

  test.each([
    ['2026-01-31', 1, '2026-02-28'],
    ['2024-01-31', 1, '2024-02-29'],
    ['2023-03-12', 36, '2026-03-12'],
    ['2024-02-29', 36, '2027-02-28'],
    ['2026-03-31', -1, '2026-02-28'],
    ['2026-01-15', -1, '2025-12-15'],
    ['2026-12-31', 2, '2027-02-28'],
    ['2026-05-05', 0, '2026-05-05'],
  ])('%s and %i months: %s', (from, months, to) => expect(addMonths(from, months)).toBe(to))

  test('days are added and counted', () => {
    fc.assert(
      fc.property(date, fc.integer({ min: -5000, max: 5000 }), (day, days) => {
        expect(daysBetween(day, addDays(day, days))).toBe(days)
        expect(weekday(day)).toBe(new Date(`${day}T12:00:00Z`).getUTCDay())
        expect(isCivilDate(day)).toBe(true)
      }),
    )
  })

  test('a month later is in the month that follows, on the same day or the last', () => {
    fc.assert(
      fc.property(date, fc.integer({ min: -600, max: 600 }), (day, months) => {
        const later = addMonths(day, months)
        const count = (one: CivilDate) => Number(one.slice(0, 4)) * 12 + Number(one.slice(5, 7))
        expect(count(later) - count(day)).toBe(months)
        if (later.slice(8) !== day.slice(8)) expect(addDays(later, 1).slice(8)).toBe('01')
      }),
    )
  })
})

describe('instants and days in Italy', () => {
  test.each([
    ['2026-01-14T23:30:00Z', '2026-01-15'],
    ['2026-07-14T21:59:59Z', '2026-07-14'],
    ['2026-07-14T22:00:00Z', '2026-07-15'],
  ])('%s is on %s', (iso, day) => expect(civilDateOf(at(iso))).toBe(day))

  test.each([
    ['2026-01-15', 9, '2026-01-15T08:00:00Z'],
    ['2026-07-15', 9, '2026-07-15T07:00:00Z'],
    ['2026-03-29', 0, '2026-03-28T23:00:00Z'],
    // 02:00 does not exist on that day, and comes twice on this one.
    ['2026-03-29', 2, '2026-03-29T01:00:00Z'],
    ['2026-10-25', 2, '2026-10-25T00:00:00Z'],
    ['2026-10-25', 3, '2026-10-25T02:00:00Z'],
  ])('%s at %i: %s', (day, hour, iso) => expect(instantOf(day, hour)).toBe(at(iso)))

  test('a day begins on that day, and the moment before is on the one before', () => {
    fc.assert(
      fc.property(date, (day) => {
        expect(civilDateOf(instantOf(day))).toBe(day)
        expect(civilDateOf(instantOf(day) - 1)).toBe(addDays(day, -1))
      }),
    )
  })
})

describe('holidays', () => {
  test.each([
    [1961, '1961-04-02'],
    [2000, '2000-04-23'],
    [2008, '2008-03-23'],
    [2011, '2011-04-24'],
    [2024, '2024-03-31'],
    [2025, '2025-04-20'],
    [2026, '2026-04-05'],
    [2027, '2027-03-28'],
    [2038, '2038-04-25'],
  ])('Easter of %i: %s', (year, day) => expect(easterSunday(year)).toBe(day))

  test('Easter is a Sunday between 22 March and 25 April', () => {
    for (let year = 1600; year < 2400; year++) {
      const day = easterSunday(year)
      expect(weekday(day)).toBe(0)
      expect(day.slice(5) >= '03-22' && day.slice(5) <= '04-25').toBe(true)
    }
  })

  test('the national ones of 2026', () =>
    expect(nationalHolidays(2026)).toEqual([
      '2026-01-01',
      '2026-01-06',
      '2026-04-06',
      '2026-04-25',
      '2026-05-01',
      '2026-06-02',
      '2026-08-15',
      '2026-10-04',
      '2026-11-01',
      '2026-12-08',
      '2026-12-25',
      '2026-12-26',
    ]))

  test('4 October counts from 2026 (L. 151/2025)', () => {
    expect(isHoliday('2025-10-04')).toBe(false)
    expect(isHoliday('2026-10-04')).toBe(true)
    expect(isWorkingDay('2027-10-04')).toBe(false) // a Monday
  })

  test.each([
    ['2026-06-10', true], // Wednesday; patron of L'Aquila
    ['2026-06-13', false], // Saturday
    ['2026-06-14', false],
    ['2026-04-06', false], // Easter Monday
  ])('%s is a working day: %s', (day, works) => expect(isWorkingDay(day)).toBe(works))

  test("a town's own holiday is that town's", () => {
    expect(isWorkingDay('2026-06-10', ['06-10'])).toBe(false)
    expect(isWorkingDay('2026-06-10', ['12-07'])).toBe(true)
  })
})

describe('working days', () => {
  test.each([
    ['2026-11-23T09:00:00Z', '2026-11-23T15:00:00Z', 0],
    ['2026-11-23T09:00:00Z', '2026-11-24T07:00:00Z', 1],
    ['2026-11-20T15:00:00Z', '2026-11-23T07:00:00Z', 1], // Friday to Monday
    ['2026-11-21T15:00:00Z', '2026-11-22T07:00:00Z', 0],
    ['2026-12-24T10:00:00Z', '2026-12-28T10:00:00Z', 1], // Christmas, Saint Stephen and a Sunday
    ['2026-11-24T10:00:00Z', '2026-11-20T10:00:00Z', 0],
    ['2026-01-01T10:00:00Z', '2027-01-01T10:00:00Z', 254],
  ])('from %s to %s: %i', (from, to, days) => expect(workingDaysBetween(at(from), at(to))).toBe(days))

  test.each([
    ['2026-11-20T15:00:00Z', 2, '2026-11-24T15:00:00Z'],
    ['2026-11-21T15:00:00Z', 1, '2026-11-23T15:00:00Z'],
    ['2026-12-24T10:00:00Z', 2, '2026-12-29T10:00:00Z'],
    // The hour in Italy stays the same over the change of the clocks.
    ['2026-03-27T08:00:00Z', 1, '2026-03-30T07:00:00Z'],
    ['2026-03-27T08:00:00Z', 0, '2026-03-27T08:00:00Z'],
  ])('%s and %i: %s', (from, days, to) => expect(addWorkingDays(at(from), days)).toBe(at(to)))

  const local = fc.subarray(['06-10', '12-07', '02-29', '09-19'])

  test('what is added is what is counted', () => {
    fc.assert(
      fc.property(instant, fc.integer({ min: 0, max: 300 }), local, (from, days, own) => {
        const to = addWorkingDays(from, days, own)
        expect(workingDaysBetween(from, to, own)).toBe(days)
        if (days > 0) expect(isWorkingDay(civilDateOf(to), own)).toBe(true)
      }),
    )
  })

  test('counting is counting day by day', () => {
    fc.assert(
      fc.property(instant, fc.integer({ min: 0, max: 500 }), local, (from, days, own) => {
        let count = 0
        const first = civilDateOf(from)
        const last = civilDateOf(from + days * DAY + HOUR)
        for (let day = addDays(first, 1); day <= last; day = addDays(day, 1)) if (isWorkingDay(day, own)) count++
        expect(workingDaysBetween(from, from + days * DAY + HOUR, own)).toBe(count)
      }),
      { numRuns: 50 },
    )
  })
})
