// Repeats a refresh for as long as the program lives: daily when it works, sooner when it fails.
import { HOUR, MINUTE, SECOND } from '../../core/lib/instant.ts'

/** Between tries while there is nothing yet, in the first minute: two servers that start together find each other. */
const FIRST_TRIES_MS = 250
const FIRST_TRIES_FOR_MS = MINUTE
const BACK_OFF_FROM_MS = 30 * SECOND
const BACK_OFF_TO_MS = HOUR
/** Longest delay of a timer. */
const MAX_TIMER_MS = 2 ** 31 - 1

export type Attempt = {
  /** Failures in a row; 0 after a success. */
  readonly failures: number
  /** Whether there is something to go on with. */
  readonly hasCopy: boolean
  /** Since the schedule began. */
  readonly elapsedMs: number
  readonly everyMs: number
}

/** Milliseconds to wait after an attempt. */
export const nextDelay = (of: Attempt): number => {
  if (of.failures === 0) return Math.min(of.everyMs, MAX_TIMER_MS)
  if (!of.hasCopy && of.elapsedMs < FIRST_TRIES_FOR_MS) return Math.min(FIRST_TRIES_MS, of.everyMs)
  const backOff = BACK_OFF_FROM_MS * 2 ** Math.min(of.failures - 1, 20)
  return Math.min(backOff, BACK_OFF_TO_MS, of.everyMs)
}

export type Schedule = {
  /** Begins: the first refresh at once. Does nothing when it has begun. */
  readonly start: () => void
  /** Ends, after the refresh under way, if one is. */
  readonly stop: () => Promise<void>
  /** Refreshes now, or joins the refresh under way. */
  readonly now: () => Promise<Outcome>
}

export type Outcome = 'updated' | 'unchanged'

/** Makes a schedule. `refresh` rejects where it fails; the failure is its own to tell. */
export const makeSchedule = (options: {
  readonly refresh: () => Promise<Outcome>
  readonly hasCopy: () => boolean
  readonly now: () => number
  readonly everyMs: number
}): Schedule => {
  let timer: NodeJS.Timeout | undefined
  let running: Promise<Outcome> | undefined
  let startedAt: number | undefined
  let failures = 0
  let quickFailures = 0

  const run = (): Promise<Outcome> => {
    running ??= options.refresh().finally(() => {
      running = undefined
    })
    return running
  }
  const turn = async (): Promise<void> => {
    const elapsedMs = options.now() - (startedAt ?? 0)
    try {
      await run()
      failures = 0
      quickFailures = 0
    } catch {
      failures++
      // the quick tries of the beginning do not count for the back-off
      if (!options.hasCopy() && elapsedMs < FIRST_TRIES_FOR_MS) quickFailures = failures
    }
    if (startedAt === undefined) return
    const counted = failures === 0 ? 0 : Math.max(1, failures - quickFailures)
    const delay = nextDelay({ failures: counted, hasCopy: options.hasCopy(), elapsedMs, everyMs: options.everyMs })
    timer = setTimeout(() => void turn(), delay)
    timer.unref()
  }
  return {
    start: () => {
      if (startedAt !== undefined) return
      startedAt = options.now()
      void turn()
    },
    stop: async () => {
      startedAt = undefined
      clearTimeout(timer)
      await running?.catch(() => {})
    },
    now: run,
  }
}
