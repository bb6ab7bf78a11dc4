// The Date field (RFC 5322 §3.3 and §4.3) as an instant and as a day, read as leniently as people write it.
import { DAY, HOUR, type Instant, MINUTE, SECOND } from '../lib/instant.ts'
import { unfold } from './header.ts'

export type MailDate = {
  readonly at: Instant
  /** The day as written, without regard to zones: days since 1970-01-01. */
  readonly day: number
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

/** RFC 5322 §4.3: hours of the zones with a name; all others, and the military ones, are UTC. */
const ZONES: Readonly<Record<string, number>> = {
  edt: -4,
  est: -5,
  cdt: -5,
  cst: -6,
  mdt: -6,
  mst: -7,
  pdt: -7,
  pst: -8,
}

const MAX_LENGTH = 200

/** Years of two and three digits (RFC 5322 §4.3). */
const fullYear = (digits: string): number => {
  const year = Number(digits)
  if (digits.length === 2) return year < 50 ? 2000 + year : 1900 + year
  return digits.length === 3 ? 1900 + year : year
}

const zoneOf = (text: string): number => {
  const offset = /^([+-])(\d{2}):?(\d{2})/.exec(text)
  if (!offset) return (ZONES[/^[a-z]*/.exec(text)![0]] ?? 0) * HOUR
  const size = Number(offset[2]) * HOUR + Number(offset[3]) * MINUTE
  // RFC 5256 §2.2: a zone that is none is UTC.
  return size >= DAY || Number(offset[3]) > 59 ? 0 : offset[1] === '-' ? -size : size
}

/** Time of the day in milliseconds; midnight where it is none (RFC 5256 §2.2). */
const timeOf = (text: string): { time: number; rest: string } => {
  const time = /^(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:\.\d+)?)?\s*/.exec(text)
  if (!time) return { time: 0, rest: '' }
  const rest = text.slice(time[0].length)
  const [hour, minute, second] = [Number(time[1]), Number(time[2]), Number(time[3] ?? 0)]
  if (hour > 23 || minute > 59 || second > 60) return { time: 0, rest }
  return { time: hour * HOUR + minute * MINUTE + Math.min(second, 59) * SECOND, rest }
}

/** Comments, of which dates have few, go; nested ones from within. */
const withoutComments = (text: string): string => {
  let out = text
  for (let depth = 0; depth < 5 && out.includes('('); depth++) out = out.replace(/\([^()]*\)/g, ' ')
  return out
}

/** Reads a raw value of Date; undefined where it has no day that exists. */
export const parseMailDate = (rawValue: string): MailDate | undefined => {
  const text = withoutComments(unfold(rawValue).slice(0, MAX_LENGTH)).trim().toLowerCase()
  const date = /^(?:[a-z]{2,9}\.?\s*,?\s*)?(\d{1,2})[\s-]+([a-z]{3})[a-z]*\.?[\s-]+(\d{2,4})(?!\d)[\s,]*/.exec(text)
  if (!date) return undefined
  const month = MONTHS.indexOf(date[2]!)
  const dayOfMonth = Number(date[1])
  const midnight = Date.UTC(fullYear(date[3]!), month, dayOfMonth)
  // Not a day that exists: Date.UTC went on to the next month.
  if (month < 0 || dayOfMonth < 1 || new Date(midnight).getUTCDate() !== dayOfMonth) return undefined
  const { time, rest } = timeOf(text.slice(date[0].length))
  return { at: midnight + time - zoneOf(rest), day: midnight / DAY }
}
