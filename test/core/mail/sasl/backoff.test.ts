// Back-off of failed logins: who must wait, who is slowed, and who never.
import { describe, expect, it } from 'vitest'
import { DAY, HOUR, MINUTE, SECOND } from '../../../../src/core/lib/instant.ts'
import {
  afterFailure,
  afterSuccess,
  judgeLogin,
  LOGIN_RULES,
  type LoginStanding,
  networkOf,
  waitAfter,
} from '../../../../src/core/mail/sasl/backoff.ts'

const T = Date.UTC(2026, 10, 23)
const go = { kind: 'go' }
/** So many failures in a row, at one instant. */
const failing = (times: number, from: LoginStanding = {}, at = T): LoginStanding => {
  let standing = from
  for (let i = 0; i < times; i++) standing = afterFailure(standing, at)
  return standing
}

describe('a pair of account and address', () => {
  it.each([
    [0, go],
    [2, go],
    [3, { kind: 'refuse', ms: SECOND }],
    [4, { kind: 'refuse', ms: 2 * SECOND }],
    [8, { kind: 'refuse', ms: 32 * SECOND }],
    [100, { kind: 'refuse', ms: 15 * MINUTE }],
  ])('after %d failures', (failures, verdict) => {
    const { pair } = failing(failures)
    expect(judgeLogin({ pair }, T)).toEqual(verdict)
  })
  it('may try again after the wait, and waits twice as long after that', () => {
    const { pair } = failing(4)
    expect(judgeLogin({ pair }, T + 1_999)).toEqual({ kind: 'refuse', ms: 1 })
    expect(judgeLogin({ pair }, T + 2_000)).toEqual(go)
    const later = afterFailure({ pair }, T + 2_000).pair
    expect(judgeLogin({ pair: later }, T + 2_000)).toMatchObject({ kind: 'refuse' })
    expect(judgeLogin({ pair: later }, T + 2_000 + 1_999)).toMatchObject({ kind: 'refuse' })
  })
  it('is forgiven with time: who fails three times an hour never waits', () => {
    let standing: LoginStanding = {}
    for (let at = T; at < T + DAY; at += 20 * MINUTE) {
      expect(judgeLogin(standing, at)).toEqual(go)
      standing = afterFailure(standing, at)
    }
  })
  it('is forgiven by a right password', () => expect(judgeLogin(afterSuccess(failing(3), T), T + 1)).toEqual(go))
  it('a clock that is set back does not add to the wait', () =>
    expect(judgeLogin({ pair: failing(2, {}, T + HOUR).pair }, T)).toEqual(go))
})

describe('an address', () => {
  it('must wait for other accounts too, once it has failed at many', () => {
    expect(judgeLogin({ address: failing(19).address }, T)).toEqual(go)
    expect(judgeLogin({ address: failing(20).address }, T)).toEqual({ kind: 'refuse', ms: SECOND })
    expect(judgeLogin({ address: failing(60).address }, T)).toEqual({ kind: 'refuse', ms: 15 * MINUTE })
  })
  it('hostile: an account of the own does not pay for guesses at others', () => {
    const { address } = afterSuccess({ address: failing(25).address }, T)
    expect(judgeLogin({ address }, T)).toMatchObject({ kind: 'refuse' })
  })
  it('does not keep out those who log in from it', () =>
    expect(judgeLogin({ address: failing(60).address, familiarAt: T - DAY }, T)).toEqual(go))
})

describe('an account', () => {
  it('hostile: guesses from everywhere slow an unknown address, and never stop it', () => {
    expect(judgeLogin({ account: failing(9).account }, T)).toEqual(go)
    expect(judgeLogin({ account: failing(10).account }, T)).toEqual({ kind: 'slow', ms: 250 })
    expect(judgeLogin({ account: failing(12).account }, T)).toEqual({ kind: 'slow', ms: SECOND })
    expect(judgeLogin({ account: failing(100_000).account }, T)).toEqual({ kind: 'slow', ms: 8 * SECOND })
  })
  it('hostile: they do not touch the holder at an address of his', () =>
    expect(judgeLogin({ account: failing(100_000).account, familiarAt: T - 29 * DAY }, T)).toEqual(go))
  it('an address is the holder’s for a month after he was there', () =>
    expect(judgeLogin({ account: failing(12).account, familiarAt: T - 31 * DAY }, T)).toMatchObject({ kind: 'slow' }))
  it('goes back to normal', () =>
    expect(judgeLogin({ account: failing(100_000).account }, T + 20 * MINUTE)).toEqual(go))
})

it('hostile: someone at the holder’s own address delays him by a minute at the most, and the account not at all', () => {
  const standing = failing(1_000, { familiarAt: T })
  expect(judgeLogin(standing, T)).toEqual({ kind: 'refuse', ms: MINUTE })
  expect(standing.account).toBeUndefined()
})

it.each(Object.entries(LOGIN_RULES))('%s: the wait never shrinks with more failures, and has an end', (_, rule) => {
  const waits = Array.from({ length: 200 }, (_, i) => waitAfter(i / 2, rule))
  expect(waits).toEqual(waits.toSorted((a, b) => a - b))
  expect(waits.at(-1)).toBe(rule.longestMs)
  expect(waits[2 * rule.free - 1]).toBe(0)
})

it.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:db8:1:2::9', '2001:db8:1:2'],
  ['2001:db8::9', '2001:db8:0:0'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
  ['::1', '0:0:0:0'],
])('%s counts as %s', (address, key) => expect(networkOf(address)).toBe(key))
