// Instants, and Italian legal time (CET/CEST) computed from the rule, without a clock or a time-zone table.

/** A moment: milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number

export const SECOND = 1_000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** Wall-clock fields of Italian legal time. */
export type LegalTime = {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  /** Difference from UTC, `+0100` or `+0200`. */
  readonly zone: string
}

/** 01:00 UTC of the last Sunday of a month (1-12): when the Union's clocks change (Directive 2000/84/EC art. 2-3). */
const lastSunday = (year: number, month: number): Instant => {
  const lastDay = Date.UTC(year, month, 0, 1)
  return lastDay - ((((lastDay / DAY) | 0) + 4) % 7) * DAY
}

/** Italian legal time of an instant. */
export const legalTime = (at: Instant): LegalTime => {
  const year = new Date(at).getUTCFullYear()
  const summer = at >= lastSunday(year, 3) && at < lastSunday(year, 10)
  const local = new Date(at + (summer ? 2 : 1) * HOUR)
  return {
    year: local.getUTCFullYear(),
    month: local.getUTCMonth() + 1,
    day: local.getUTCDate(),
    hour: local.getUTCHours(),
    minute: local.getUTCMinutes(),
    second: local.getUTCSeconds(),
    zone: summer ? '+0200' : '+0100',
  }
}

const two = (n: number): string => (n < 10 ? `0${n}` : String(n))
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** Day as the rules print it, `dd/mm/yyyy`. */
export const italianDay = (t: LegalTime): string => `${two(t.day)}/${two(t.month)}/${t.year}`

/** Hour as the rules print it, `hh:mm:ss`. */
export const italianHour = (t: LegalTime): string => `${two(t.hour)}:${two(t.minute)}:${two(t.second)}`

/** RFC 5322 §3.3 date-time in Italian legal time, e.g. `Tue, 03 Feb 2026 10:15:30 +0100`. */
export const mailDate = (at: Instant): string => {
  const t = legalTime(at)
  const weekday = DAYS[new Date(Date.UTC(t.year, t.month - 1, t.day)).getUTCDay()]
  return `${weekday}, ${two(t.day)} ${MONTHS[t.month - 1]} ${t.year} ${italianHour(t)} ${t.zone}`
}
