// Seats: so many for each, so many in all.
import { expect, it } from 'vitest'
import { makeSeats } from '../../../../src/shell/servers/wire/seats.ts'

it('who has taken his seats leaves those of the others', () => {
  const seats = makeSeats<string>(2, 3)
  const leave = seats.take('a')!
  expect(seats.take('a')).toBeDefined()
  expect(seats.take('a')).toBeUndefined()
  expect(seats.take('b')).toBeDefined()
  expect(seats.take('c')).toBeUndefined()
  leave()
  expect(seats.take('c')).toBeDefined()
})
