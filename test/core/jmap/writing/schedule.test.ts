// When a message that is put off will leave.
import { expect, it } from 'vitest'
import { dayAndHour, instantOf, proposals, scheduleOf } from '../../../../src/core/jmap/writing/schedule.ts'

it.each([
  ['winter', { day: '2026-11-26', hour: '18:05' }, '2026-11-26T17:05:00.000Z'],
  ['summer', { day: '2026-07-01', hour: '00:30' }, '2026-06-30T22:30:00.000Z'],
  ['an hour that is passed over', { day: '2026-03-29', hour: '02:30' }, '2026-03-29T01:30:00.000Z'],
  ['an hour that comes twice', { day: '2026-10-25', hour: '02:30' }, '2026-10-25T00:30:00.000Z'],
])('%s', (_, when, expected) => expect(new Date(instantOf(when)!).toISOString()).toBe(expected))

it.each([
  { day: '2026-02-30', hour: '10:00' },
  { day: '2026-02-03', hour: '24:00' },
  { day: '', hour: '10:00' },
  { day: '2026-02-03', hour: '' },
])('%j is no time', (when) => expect(instantOf(when)).toBeUndefined())

it('comes back as it was', () => {
  const when = { day: '2026-11-30', hour: '08:30' }
  expect(dayAndHour(instantOf(when)!)).toEqual(when)
})

const NOW = instantOf({ day: '2026-11-26', hour: '17:03' })!

it('refuses what is past or too far', () => {
  const day = 86_400
  expect(scheduleOf({ day: '2026-11-26', hour: '17:03' }, NOW, day)).toBe('past')
  expect(scheduleOf({ day: '2026-11-27', hour: '17:04' }, NOW, day)).toBe('tooFar')
  expect(scheduleOf({ day: 'x', hour: '17:04' }, NOW, day)).toBe('unreadable')
  expect(scheduleOf({ day: '2026-11-26', hour: '17:30' }, NOW, day)).toBe(
    instantOf({ day: '2026-11-26', hour: '17:30' }),
  )
})

it('proposes times', () => {
  const told = (now: number) => proposals(now).map(({ kind, at }) => [kind, Object.values(dayAndHour(at)).join(' ')])
  expect(told(NOW)).toEqual([
    ['hour', '2026-11-26 18:05'],
    ['tomorrow', '2026-11-27 08:30'],
    ['monday', '2026-11-30 08:30'],
  ])
  expect(told(instantOf({ day: '2026-11-29', hour: '10:00' })!).map(([kind]) => kind)).toEqual(['hour', 'tomorrow'])
  expect(told(instantOf({ day: '2026-11-30', hour: '10:00' })!)[2]).toEqual(['monday', '2026-12-07 08:30'])
})
