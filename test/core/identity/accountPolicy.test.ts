// What a provider asks of sign-ins to boxes, as tables.
import { describe, expect, it } from 'vitest'
import {
  appPasswordEnd,
  dueAppPasswordNotice,
  factorStanding,
  mayDropFactor,
  olderAppPasswordEnd,
} from '../../../src/core/identity/accountPolicy.ts'
import { appPasswordExpiryText } from '../../../src/core/identity/accountTextsPrograms.ts'
import { instantOf } from '../../../src/core/lib/calendar.ts'

const from = instantOf('2027-03-01')
const policy = { secondFactorFrom: from, appPasswordMonths: 3 }

describe('the second factor', () => {
  it.each([
    [true, policy, from, { kind: 'set' }],
    [false, {}, from, { kind: 'optional' }],
    [false, policy, from - 1, { kind: 'announced', from }],
    [false, policy, from, { kind: 'needed' }],
  ] as const)('of one who has it: %s, under %j', (has, of, now, standing) => {
    expect(factorStanding(has, of, now)).toEqual(standing)
  })
  it.each([
    [1, policy, from, true],
    [0, policy, from, false],
    [0, policy, from - 1, true],
    [0, {}, from, true],
  ] as const)('may go where %i are left', (left, of, now, may) => {
    expect(mayDropFactor(left, of, now)).toBe(may)
  })
})

describe('the end of a password of a program', () => {
  const end = (day: string) => instantOf(day, 23, 59, 59)
  it.each([
    ['2026-11-26', '2027-02-26'],
    // to the last day of a shorter month (art. 2963 c.c.), and over the change of the hour
    ['2026-11-30', '2027-02-28'],
    ['2027-01-31', '2027-04-30'],
  ])('made on %s is %s', (made, ends) => {
    expect(appPasswordEnd(instantOf(made, 15), policy)).toBe(end(ends))
  })
  it('is never, without a policy', () => {
    expect(appPasswordEnd(from, {})).toBeUndefined()
    expect(olderAppPasswordEnd(from, {}, from)).toBeUndefined()
  })
  it('of one that was there before is a month away at least', () => {
    const now = instantOf('2027-01-10', 9)
    expect(olderAppPasswordEnd(instantOf('2024-05-01'), policy, now)).toBe(end('2027-02-09'))
    expect(olderAppPasswordEnd(instantOf('2027-01-05'), policy, now)).toBe(end('2027-04-05'))
  })
  const ends = end('2027-02-26')
  it.each([
    ['2027-02-11', undefined, undefined],
    ['2027-02-12', undefined, { notice: 14, days: 14 }],
    ['2027-02-13', 14, undefined],
    ['2027-02-23', 14, { notice: 3, days: 3 }],
    // nobody looked for a while: one notice, the more urgent
    ['2027-02-25', undefined, { notice: 3, days: 1 }],
    ['2027-02-26', 3, undefined],
    ['2027-02-27', undefined, undefined],
  ] as const)('is told on %s after the notice of %s days: %j', (day, told, due) => {
    expect(dueAppPasswordNotice(ends, told, instantOf(day, 8))).toEqual(due)
  })
  it('is told in words, the programs by their names, in one line each', () => {
    const ending = { name: 'Telefono\nFalso: riga', address: 'anna@pec.example', expiresAt: ends }
    const { subject, text } = appPasswordExpiryText({ name: 'Anna' }, [ending], 'https://x.example/casella/programmi')
    expect(subject).toBe('Una password per programmi sta per scadere')
    expect(text).toContain('“Telefono Falso: riga”, anna@pec.example: vale fino al 26/02/2027')
    expect(appPasswordExpiryText({ name: '' }, [ending, ending], '').subject).toBe(
      '2 password per programmi stanno per scadere',
    )
  })
})
