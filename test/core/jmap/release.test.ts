// When a submission is to leave, by the parameters of its sender (RFC 4865, RFC 8621 §7); what may become of one that waits.
import { expect, it } from 'vitest'
import {
  areRecipientParameters,
  MAX_DELAYED_SEND_SECONDS,
  readRelease,
  undoMachine,
} from '../../../src/core/jmap/release.ts'

const NOW = Date.UTC(2026, 10, 23, 10)

it.each([
  ['nothing', null, undefined],
  ['nothing, in another way', undefined, undefined],
  ['no parameter', {}, undefined],
  ['what changes nothing here', { SIZE: '1000', body: '8BITMIME', SMTPUTF8: null }, undefined],
  ['a number of seconds', { HOLDFOR: '10' }, NOW + 10_000],
  ['names are in any case', { holdfor: '86400' }, NOW + 86_400_000],
  ['a time', { HOLDUNTIL: '2026-11-24T09:30:00Z' }, Date.UTC(2026, 10, 24, 9, 30)],
  ['a time with an offset', { HOLDUNTIL: '2026-11-24T09:30:00+01:00' }, Date.UTC(2026, 10, 24, 8, 30)],
  ['the longest', { HOLDFOR: String(MAX_DELAYED_SEND_SECONDS) }, NOW + MAX_DELAYED_SEND_SECONDS * 1_000],
])('leaves: %s', (_, parameters, at) => expect(readRelease(parameters, NOW)).toEqual({ at }))

it.each([
  ['both at once', { HOLDFOR: '10', HOLDUNTIL: '2026-11-24T09:30:00Z' }],
  ['one name twice', { HOLDFOR: '10', holdfor: '20' }],
  ['a number that is none', { HOLDFOR: 10 }],
  ['no seconds', { HOLDFOR: '0' }],
  ['seconds before', { HOLDFOR: '-5' }],
  ['a fraction', { HOLDFOR: '1.5' }],
  ['longer than is kept', { HOLDFOR: String(MAX_DELAYED_SEND_SECONDS + 1) }],
  ['too many digits', { HOLDFOR: '1000000000' }],
  ['later than is kept', { HOLDUNTIL: '2028-11-24T09:30:00Z' }],
  ['a day without a time', { HOLDUNTIL: '2026-11-24' }],
  ['a day that is none', { HOLDUNTIL: '2026-13-24T09:30:00Z' }],
  ['a time that is past', { HOLDUNTIL: '2026-11-23T09:59:59Z' }],
  ['this very moment', { HOLDUNTIL: '2026-11-23T10:00:00Z' }],
  ['no value', { HOLDFOR: null }],
  ['what is not known here', { RET: 'HDRS' }],
  ['a list', ['HOLDFOR']],
  ['a text', 'HOLDFOR=10'],
])('refuses: %s', (_, parameters) => expect(readRelease(parameters, NOW)).toEqual({ wrong: expect.any(String) }))

it('lets recipients have no parameters', () => {
  expect([null, undefined, {}].map(areRecipientParameters)).toEqual([true, true, true])
  expect([{ NOTIFY: 'NEVER' }, [], 'x'].map(areRecipientParameters)).toEqual([false, false, false])
})

it('calls back only what waits', () => {
  expect(undoMachine.next('pending', 'cancel')).toBe('canceled')
  expect(undoMachine.next('pending', 'release')).toBe('final')
  expect(undoMachine.next('pending', 'refuse')).toBe('canceled')
  for (const state of ['final', 'canceled'] as const) expect(undoMachine.isFinal(state)).toBe(true)
})
