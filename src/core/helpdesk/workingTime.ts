// The hours in which the help desk works, and times counted in them: nights, weekends and holidays do not pass.
import { addDays, civilDateOf, instantOf, isWorkingDay } from '../lib/calendar.ts'
import type { Instant } from '../lib/instant.ts'

/** From nine to six, Monday to Friday, in Italy. */
export const OPENS_AT = 9
export const CLOSES_AT = 18
export const HOURS_A_DAY = CLOSES_AT - OPENS_AT

/** The open hours of the day at an instant, and of the days after it, from that instant on. */
const openings = function* (from: Instant): Generator<{ readonly start: Instant; readonly end: Instant }> {
  for (let date = civilDateOf(from); ; date = addDays(date, 1)) {
    if (!isWorkingDay(date)) continue
    const start = Math.max(from, instantOf(date, OPENS_AT))
    const end = instantOf(date, CLOSES_AT)
    if (start < end) yield { start, end }
  }
}

/** The instant at which so much working time will have passed since another. */
export const addWorkingTime = (at: Instant, ms: number): Instant => {
  let left = Math.max(0, ms)
  for (const { start, end } of openings(at)) {
    if (left <= end - start) return start + left
    left -= end - start
  }
  throw new Error('days do not end')
}

/** Working time between two instants; 0 where the second comes first. */
export const workingTimeBetween = (from: Instant, to: Instant): number => {
  let passed = 0
  if (to <= from) return 0
  for (const { start, end } of openings(from)) {
    if (start >= to) break
    passed += Math.min(end, to) - start
  }
  return passed
}
