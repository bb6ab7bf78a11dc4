// What clients may ask for of a push subscription (RFC 8620 §7.2).
import { expect, it } from 'vitest'
import { boundedExpiry, readSubscription, readSubscriptionPatch } from '../../../src/core/jmap/pushSubscription.ts'

const NOW = Date.UTC(2026, 10, 23, 10)
const WEEK = Date.UTC(2026, 10, 30, 10)
const keys = { p256dh: 'BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQ', auth: 'tBHItJI5svbpez7KI4CCXg==' }
const good = { deviceClientId: 'a1b2', url: 'https://push.example/x' }

it.each<readonly [string, object, object]>([
  ['the least', {}, { keys: undefined, types: undefined, expiresAt: WEEK }],
  ['nulls', { keys: null, types: null, expires: null, verificationCode: null }, { keys: undefined, expiresAt: WEEK }],
  ['keys and types', { keys, types: ['EmailDelivery'] }, { keys, types: ['EmailDelivery'] }],
  ['less time', { expires: '2026-11-24T10:00:00Z' }, { expiresAt: Date.UTC(2026, 10, 24, 10) }],
  ['more time than there is', { expires: '2028-11-24T10:00:00Z' }, { expiresAt: WEEK }],
])('takes: %s', (_, more, read) => expect(readSubscription({ ...good, ...more }, NOW)).toMatchObject(read))

it.each<readonly [string, object, readonly string[]]>([
  ['no device', { deviceClientId: undefined }, ['deviceClientId']],
  ['an empty device', { deviceClientId: '' }, ['deviceClientId']],
  ['a device without end', { deviceClientId: 'x'.repeat(256) }, ['deviceClientId']],
  ['no address', { url: null }, ['url']],
  ['half the keys', { keys: { auth: keys.auth } }, ['keys']],
  ['keys that are no base64url', { keys: { ...keys, auth: 'a b' } }, ['keys']],
  ['other keys', { keys: { ...keys, more: 'x' } }, ['keys']],
  ['a day that is no time', { expires: '2026-11-24' }, ['expires']],
  ['a time that is past', { expires: '2026-11-23T09:00:00Z' }, ['expires']],
  ['types that are none', { types: 'Email' }, ['types']],
  ['types without end', { types: Array(101).fill('Email') }, ['types']],
  ['a code before it is known', { verificationCode: 'x' }, ['verificationCode']],
  ['an id, and what is not known', { id: 'P1', other: 1 }, ['id', 'other']],
])('refuses: %s', (_, more, properties) =>
  expect(readSubscription({ ...good, ...more }, NOW)).toMatchObject({ type: 'invalidProperties', properties }),
)

it('changes code, time and types, and nothing else', () => {
  expect(readSubscriptionPatch({ verificationCode: 'x' }, NOW)).toEqual({ verificationCode: 'x' })
  expect(readSubscriptionPatch({ types: null }, NOW)).toEqual({ types: null })
  expect(readSubscriptionPatch({ expires: null }, NOW)).toEqual({ expiresAt: WEEK })
  expect(readSubscriptionPatch({}, NOW)).toEqual({})
  for (const [patch, properties] of [
    [{ url: 'https://other.example' }, ['url']],
    [{ deviceClientId: 'x', keys }, ['deviceClientId', 'keys']],
    [{ 'keys/auth': 'x' }, ['keys/auth']],
    [{ verificationCode: null }, ['verificationCode']],
    [{ expires: '2026-11-23T10:00:00Z' }, ['expires']],
    [{ expires: 7 }, ['expires']],
    [{ types: [1] }, ['types']],
  ] as const)
    expect(readSubscriptionPatch(patch, NOW)).toMatchObject({ type: 'invalidProperties', properties })
})

it('tells times in whole seconds', () => expect(boundedExpiry(null, NOW + 300)).toBe(WEEK))
