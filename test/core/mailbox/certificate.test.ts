// The number of a certificate, and what is said of its address in each state of the box.
import { expect, it } from 'vitest'
import { addressStanding, certificateNumber } from '../../../src/core/mailbox/certificate.ts'

it.each([
  [1, Date.UTC(2026, 2, 9), 'ATT-2026-000001'],
  // New Year’s Eve in Greenwich is New Year in Italy.
  [1_234_567, Date.UTC(2026, 11, 31, 23, 30), 'ATT-2027-1234567'],
])('number %i', (id, at, number) => {
  expect(certificateNumber(id, at)).toBe(number)
})

it.each([
  ['active', 'active'],
  ['receiving', 'active'],
  ['reading', 'ended'],
  ['suspended', 'suspended'],
] as const)('a box that is %s: the address is %s', (state, standing) => {
  expect(addressStanding(state)).toBe(standing)
})
