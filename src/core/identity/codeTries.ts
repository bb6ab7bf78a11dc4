// How often the code of a second factor may be tried: six digits are few, so tries are too.
import { DAY, type Instant, MINUTE } from '../lib/instant.ts'

/** Wrong codes that cost nothing. */
export const FREE_TRIES = 5

/**
 * Until when no code is looked at, after so many wrong ones in a row of which the last was then: a minute, doubled with
 * each, a day at the most. Only who has the password gets here, so the wait keeps out nobody else.
 */
export const blockedUntil = (failures: number, lastAt: Instant): Instant =>
  failures < FREE_TRIES ? lastAt : lastAt + Math.min(MINUTE * 2 ** Math.min(failures - FREE_TRIES, 20), DAY)
