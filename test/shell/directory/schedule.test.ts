import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { DAY, HOUR, MINUTE } from '../../../src/core/lib/instant.ts'
import { makeSchedule, nextDelay, type Outcome } from '../../../src/shell/directory/schedule.ts'

describe('the delay after an attempt', () => {
  const base = { failures: 0, hasCopy: true, elapsedMs: HOUR, everyMs: DAY }
  it.each([
    ['a success', {}, DAY],
    ['the first failure', { failures: 1 }, 30_000],
    ['the second', { failures: 2 }, 60_000],
    ['the fifth', { failures: 5 }, 480_000],
    ['the eighth and on', { failures: 8 }, HOUR],
    ['the thousandth', { failures: 1000 }, HOUR],
    ['a failure with nothing yet, in the first minute', { failures: 3, hasCopy: false, elapsedMs: 5_000 }, 250],
    ['the same after a minute', { failures: 1, hasCopy: false, elapsedMs: MINUTE }, 30_000],
    ['a failure where refreshes are frequent anyway', { failures: 9, everyMs: 5_000 }, 5_000],
    ['a success with a longer period than a timer holds', { everyMs: 40 * DAY }, 2 ** 31 - 1],
  ])('%s', (_, change, delay) => {
    expect(nextDelay({ ...base, ...change })).toBe(delay)
  })
})

describe('a schedule', () => {
  beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }))
  afterEach(() => void vi.useRealTimers())

  const make = (outcomes: (() => Promise<Outcome>)[]) => {
    const calls: number[] = []
    let copy = false
    const schedule = makeSchedule({
      refresh: async () => {
        calls.push(Date.now() - 1_000_000)
        const outcome = await (outcomes.shift() ?? (async () => 'unchanged' as const))()
        copy = true
        return outcome
      },
      hasCopy: () => copy,
      now: Date.now,
      everyMs: DAY,
    })
    return { schedule, calls }
  }
  const fail = async (): Promise<Outcome> => {
    throw new Error('away')
  }

  it('tries again at once at the beginning, backs off later, and goes back to once a day', async () => {
    const { schedule, calls } = make([fail, fail, async () => 'updated', fail, fail])
    schedule.start()
    await vi.advanceTimersByTimeAsync(3 * DAY)
    await schedule.stop()
    expect(calls).toEqual([0, 250, 500, DAY + 500, DAY + 30_500, DAY + 90_500, 2 * DAY + 90_500])
  })

  it('begins its back-off anew after the quick tries', async () => {
    const { schedule, calls } = make(Array.from({ length: 242 }, () => fail))
    schedule.start()
    await vi.advanceTimersByTimeAsync(2 * MINUTE)
    await schedule.stop()
    expect(calls.slice(-2)).toEqual([MINUTE, MINUTE + 30_000])
  })

  it('stops for good', async () => {
    const { schedule, calls } = make([])
    schedule.start()
    await schedule.stop()
    await vi.advanceTimersByTimeAsync(5 * DAY)
    expect(calls).toEqual([0])
  })

  it('joins a refresh under way', async () => {
    const { schedule, calls } = make([])
    await Promise.all([schedule.now(), schedule.now()])
    expect(calls).toHaveLength(1)
  })
})
