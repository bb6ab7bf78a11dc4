// Civil dates, Italian holidays and working days: date arithmetic in Italian legal time, without a clock.
import { DAY, HOUR, type Instant, legalTime, MINUTE, SECOND } from './instant.ts'

/** A day as `YYYY-MM-DD`: two of them compare as texts do. */
export type CivilDate = string

/** A day of every year as `MM-DD`, such as a town's patron saint. */
export type YearDay = string

const FORM = /^(\d{4})-(\d{2})-(\d{2})$/

const two = (n: number): string => String(n).padStart(2, '0')

/** Days of a month (1-12). */
export const daysInMonth = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate()

/** The date of these numbers, or undefined where there is no such day (years 1 to 9999). */
export const civilDate = (year: number, month: number, day: number): CivilDate | undefined => {
  const whole = Number.isInteger(year) && Number.isInteger(month) && Number.isInteger(day)
  if (!whole || year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month))
    return undefined
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`
}

type Numbers = { readonly year: number; readonly month: number; readonly day: number }

const numbersOf = (date: CivilDate): Numbers => {
  const found = FORM.exec(date)
  if (!found) throw new RangeError(`not a date: ${date}`)
  return { year: Number(found[1]), month: Number(found[2]), day: Number(found[3]) }
}

/** Whether the text is a day that exists, as `YYYY-MM-DD`. */
export const isCivilDate = (text: string): boolean => {
  const found = FORM.exec(text)
  return found !== null && civilDate(Number(found[1]), Number(found[2]), Number(found[3])) === text
}

const fromNumber = (days: number): CivilDate => new Date(days * DAY).toISOString().slice(0, 10)

/** Days since 1970-01-01. */
const dayNumber = (date: CivilDate): number => {
  const { year, month, day } = numbersOf(date)
  return Date.UTC(year, month - 1, day) / DAY
}

/** The day in Italy at an instant. */
export const civilDateOf = (at: Instant): CivilDate => {
  const { year, month, day } = legalTime(at)
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`
}

/**
 * The instant of a time of day in Italy. An hour that comes twice is the first of the two; one that does not exist is
 * an hour later.
 */
export const instantOf = (date: CivilDate, hour = 0, minute = 0, second = 0): Instant => {
  const wall = dayNumber(date) * DAY + hour * HOUR + minute * MINUTE + second * SECOND
  const summer = wall - 2 * HOUR
  return legalTime(summer).zone === '+0200' ? summer : wall - HOUR
}

export const addDays = (date: CivilDate, days: number): CivilDate => fromNumber(dayNumber(date) + days)

/** Days from one date to another; negative where the second comes first. */
export const daysBetween = (from: CivilDate, to: CivilDate): number => dayNumber(to) - dayNumber(from)

/** The same day some months later, or the last of that month where it is shorter (31 January + 1: 28 or 29 February). */
export const addMonths = (date: CivilDate, months: number): CivilDate => {
  const { year, month, day } = numbersOf(date)
  const count = year * 12 + month - 1 + months
  const newYear = Math.floor(count / 12)
  const newMonth = count - newYear * 12 + 1
  return civilDate(newYear, newMonth, Math.min(day, daysInMonth(newYear, newMonth)))!
}

/** 0 is Sunday, 6 Saturday. */
export const weekday = (date: CivilDate): number => (((dayNumber(date) + 4) % 7) + 7) % 7

/** Easter Sunday of the Gregorian calendar: the computation published anonymously in Nature, 1876. */
export const easterSunday = (year: number): CivilDate => {
  const golden = year % 19
  const century = Math.floor(year / 100)
  const inCentury = year % 100
  const leaps = Math.floor(century / 4)
  const moon = Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3)
  const epact = (19 * golden + century - leaps - moon + 15) % 30
  const sunday = (32 + 2 * (century % 4) + 2 * Math.floor(inCentury / 4) - epact - (inCentury % 4)) % 7
  const late = Math.floor((golden + 11 * epact + 22 * sunday) / 451)
  const sum = epact + sunday - 7 * late + 114
  return civilDate(year, Math.floor(sum / 31), (sum % 31) + 1)!
}

/** Days of every year on which nobody works. art. 2 L. 260/1949, with DPR 792/1985 and L. 336/2000 */
const FIXED_HOLIDAYS: readonly YearDay[] = [
  '01-01', // New Year
  '01-06', // Epiphany
  '04-25', // Liberation
  '05-01', // Labour
  '06-02', // Republic
  '08-15', // Assumption
  '11-01', // All Saints
  '12-08', // Immaculate Conception
  '12-25', // Christmas
  '12-26', // Saint Stephen
]

/** Saint Francis is a national holiday again from 2026. L. 151/2025 */
const SAINT_FRANCIS: YearDay = '10-04'
const SAINT_FRANCIS_SINCE = 2026

/** The national holidays of a year, in order. */
export const nationalHolidays = (year: number): readonly CivilDate[] => {
  const days = year >= SAINT_FRANCIS_SINCE ? [...FIXED_HOLIDAYS, SAINT_FRANCIS] : FIXED_HOLIDAYS
  return [...days.map((day) => `${String(year).padStart(4, '0')}-${day}`), addDays(easterSunday(year), 1)].sort()
}

/** Whether the day is a national holiday or one of the local ones given. Sundays as such are not. */
export const isHoliday = (date: CivilDate, local: readonly YearDay[] = []): boolean =>
  local.includes(date.slice(5)) || nationalHolidays(Number(date.slice(0, 4))).includes(date)

/** Whether an office works: Monday to Friday, no holiday. */
export const isWorkingDay = (date: CivilDate, local: readonly YearDay[] = []): boolean => {
  const day = weekday(date)
  return day !== 0 && day !== 6 && !isHoliday(date, local)
}

/** The working days among those after `from` up to `to`; 0 where `to` comes first. */
const workingDays = (from: CivilDate, to: CivilDate, local: readonly YearDay[]): number => {
  const first = dayNumber(from)
  const days = Math.max(0, dayNumber(to) - first)
  // Whole weeks have five each, less the holidays that fall on one of the five.
  const weeks = Math.floor(days / 7)
  let count = weeks * 5
  for (let n = weeks * 7 + 1; n <= days; n++) {
    const day = weekday(fromNumber(first + n))
    if (day !== 0 && day !== 6) count++
  }
  if (days === 0) return 0
  for (let year = Number(from.slice(0, 4)); year <= Number(to.slice(0, 4)); year++) {
    for (const day of holidaysOf(year, local)) {
      const on = weekday(day)
      if (day > from && day <= to && on !== 0 && on !== 6) count--
    }
  }
  return count
}

/** National and local holidays, each once. */
const holidaysOf = (year: number, local: readonly YearDay[]): ReadonlySet<CivilDate> => {
  const own = local.map((day) => `${String(year).padStart(4, '0')}-${day}`).filter(isCivilDate)
  return new Set([...nationalHolidays(year), ...own])
}

/**
 * Working days that have passed from one instant to another, in Italian days: the first is not counted, the last is
 * (art. 155 c.p.c.).
 */
export const workingDaysBetween = (from: Instant, to: Instant, local: readonly YearDay[] = []): number =>
  workingDays(civilDateOf(from), civilDateOf(to), local)

/** The same time of day in Italy, so many working days later; the day itself is not counted. */
export const addWorkingDays = (at: Instant, days: number, local: readonly YearDay[] = []): Instant => {
  if (days <= 0) return at
  let date = civilDateOf(at)
  for (let left = days; left > 0; ) {
    date = addDays(date, 1)
    if (isWorkingDay(date, local)) left--
  }
  const { hour, minute, second } = legalTime(at)
  return instantOf(date, hour, minute, second)
}
