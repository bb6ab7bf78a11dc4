// When a message that is put off will leave: a day and an hour of Italian legal time.
import { DAY, HOUR, type Instant, legalTime, MINUTE } from '../../lib/instant.ts'

const two = (number: number): string => String(number).padStart(2, '0')

export type DayAndHour = {
  /** YYYY-MM-DD */
  readonly day: string
  /** hh:mm */
  readonly hour: string
}

/** How an instant is written in the fields of a form. */
export const dayAndHour = (at: Instant): DayAndHour => {
  const { year, month, day, hour, minute } = legalTime(at)
  return { day: `${year}-${two(month)}-${two(day)}`, hour: `${two(hour)}:${two(minute)}` }
}

/**
 * The instant of a day and an hour; undefined where they are none. Of an hour that the clocks pass over in March it is the
 * one after; of one that comes twice in October the first.
 */
export const instantOf = ({ day, hour }: DayAndHour): Instant | undefined => {
  const days = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day)
  const hours = /^(\d\d):(\d\d)$/.exec(hour)
  if (!days || !hours) return undefined
  const [year, month, date] = days.slice(1).map(Number) as [number, number, number]
  const [h, m] = hours.slice(1).map(Number) as [number, number]
  const local = Date.UTC(year, month - 1, date, h, m)
  if (h > 23 || m > 59 || new Date(local).toISOString().slice(0, 10) !== day) return undefined
  const found = [local - 2 * HOUR, local - HOUR].find((at) => {
    const there = dayAndHour(at)
    return there.day === day && there.hour === hour
  })
  return found ?? local - HOUR
}

export type ScheduleProblem = 'unreadable' | 'past' | 'tooFar'

/** So long before it leaves one must choose: less is as good as now. */
const LEAST_MS = MINUTE

/** The instant at which to send, or why it will not do. `mostSeconds`: how far the server puts off. */
export const scheduleOf = (when: DayAndHour, now: Instant, mostSeconds: number): Instant | ScheduleProblem => {
  const at = instantOf(when)
  if (at === undefined) return 'unreadable'
  if (at - now < LEAST_MS) return 'past'
  return at - now > mostSeconds * 1_000 ? 'tooFar' : at
}

/** Saturdays, Sundays: nobody reads there, and terms run from the next working day. */
const weekday = (at: Instant): number => {
  const { year, month, day } = legalTime(at)
  return new Date(Date.UTC(year, month - 1, day)).getUTCDay()
}

/** Times that people often want: in an hour, tomorrow morning, the next Monday morning. */
export const proposals = (
  now: Instant,
): readonly { readonly kind: 'hour' | 'tomorrow' | 'monday'; readonly at: Instant }[] => {
  const morning = (days: number): Instant => instantOf({ day: dayAndHour(now + days * DAY).day, hour: '08:30' })!
  const toMonday = (8 - weekday(now)) % 7 || 7
  const hour = Math.ceil((now + HOUR) / (5 * MINUTE)) * 5 * MINUTE
  const all = [
    { kind: 'hour' as const, at: hour },
    { kind: 'tomorrow' as const, at: morning(1) },
    { kind: 'monday' as const, at: morning(toMonday) },
  ]
  // on Sundays tomorrow is Monday
  return toMonday === 1 ? all.slice(0, 2) : all
}
