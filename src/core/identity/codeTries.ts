// How often the code of a second factor may be tried: six digits are few, so tries are too.
import { DAY, type Instant, MINUTE } from '../lib/instant.ts'

/** Wrong codes that cost nothing. */
export const FREE_TRIES = 5

/**
 * Until when no code is looked at, after so many wrong ones in a row of which the last was then: a minute, doubled with
 * each, a day at the most. Of an account the recovery codes
 * are looked at meanwhile: they are long, so that nobody guesses one.
 */
export const blockedUntil = (failures: number, lastAt: Instant): Instant =>
  failures < FREE_TRIES ? lastAt : lastAt + Math.min(MINUTE * 2 ** Math.min(failures - FREE_TRIES, 20), DAY)
