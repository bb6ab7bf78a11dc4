// Web push: the example of RFC 8291, what a browser reads of what we send, and who says to have sent it.
import { createPublicKey, verify } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  arePushKeys,
  encryptPush,
  isVapidKey,
  MOST_PUSH_BYTES,
  newVapidKey,
  openVapid,
} from '../../../src/shell/adapters/webPush.ts'
import { knownBrowser, newBrowser, type TestBrowser } from '../../support/pushBrowser.ts'

const bytes = (text: string): Buffer => Buffer.from(text, 'base64url')

// RFC 8291 §5 and appendix A
const RFC = {
  plain: 'When I grow up, I want to be a watermelon',
  senderPrivate: 'yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw',
  browserPublic: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
  browserPrivate: 'q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94',
  salt: 'DGv6ra1nlYgDCS1FRnbzlw',
  auth: 'BTBZMqHH6r4Tts7J_aSIgg',
  message:
    'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN',
}

const keysOf = ({ p256dh, auth }: TestBrowser) => ({ publicKey: bytes(p256dh), auth: bytes(auth) })

describe('a push message', () => {
  it('is that of RFC 8291 where chance gives the same', async () => {
    const keys = { publicKey: bytes(RFC.browserPublic), auth: bytes(RFC.auth) }
    const given = { salt: bytes(RFC.salt), privateKey: bytes(RFC.senderPrivate), padTo: 1 }
    expect(encryptPush(Buffer.from(RFC.plain), keys, given).toString('base64url')).toBe(RFC.message)
    const browser = await knownBrowser(RFC.browserPublic, RFC.browserPrivate, RFC.auth)
    expect(await browser.open(bytes(RFC.message))).toBe(RFC.plain)
  })
  it('is read by the browser that it is for, and by no other', async () => {
    const [browser, other] = [await newBrowser(), await newBrowser()]
    for (const plain of ['', 'a', '€'.repeat(100), 'x'.repeat(MOST_PUSH_BYTES)]) {
      const message = encryptPush(Buffer.from(plain), keysOf(browser))
      expect(message.length).toBeLessThanOrEqual(4096)
      expect(await browser.open(message)).toBe(plain)
      await expect(other.open(message)).rejects.toThrow()
    }
    const [one, two] = ['x', 'x'.repeat(500)].map((plain) => encryptPush(Buffer.from(plain), keysOf(browser)))
    expect(one!.length).toBe(two!.length)
    expect(() => encryptPush(Buffer.alloc(MOST_PUSH_BYTES + 1), keysOf(browser))).toThrow(RangeError)
  })
  it('wants keys that can be a browser’s', async () => {
    const keys = keysOf(await newBrowser())
    expect(arePushKeys(keys)).toBe(true)
    const offCurve = Buffer.concat([Buffer.of(4), Buffer.alloc(64, 1)])
    for (const wrong of [
      { ...keys, publicKey: offCurve },
      { ...keys, publicKey: keys.publicKey.subarray(1) },
      { ...keys, auth: Buffer.alloc(15) },
    ])
      expect(arePushKeys(wrong)).toBe(false)
  })
})

describe('VAPID', () => {
  it('signs for the push service alone, for half a day', () => {
    const vapid = openVapid(newVapidKey(), 'mailto:avvisi@prova.example')
    const now = Date.UTC(2026, 2, 9, 9)
    const found = /^vapid t=([^.]+)\.([^.]+)\.([^,]+), k=(.+)$/.exec(
      vapid.authorization('https://push.example:8443/send/abc?x=1', now),
    )!
    const [, header, claims, signature, key] = found
    expect(key).toBe(vapid.publicKey)
    const point = bytes(key!)
    const jwk = {
      kty: 'EC',
      crv: 'P-256',
      x: point.subarray(1, 33).toString('base64url'),
      y: point.subarray(33).toString('base64url'),
    }
    const publicKey = createPublicKey({ key: jwk, format: 'jwk' })
    const signed = Buffer.from(`${header}.${claims}`)
    expect(verify('sha256', signed, { key: publicKey, dsaEncoding: 'ieee-p1363' }, bytes(signature!))).toBe(true)
    expect(JSON.parse(bytes(header!).toString())).toEqual({ typ: 'JWT', alg: 'ES256' })
    expect(JSON.parse(bytes(claims!).toString())).toEqual({
      aud: 'https://push.example:8443',
      exp: now / 1_000 + 12 * 3_600,
      sub: 'mailto:avvisi@prova.example',
    })
  })
  it('wants a private key on P-256', () => {
    expect(isVapidKey(newVapidKey())).toBe(true)
    expect(isVapidKey('-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----')).toBe(false)
    expect(() => openVapid('', 'mailto:a@b.example')).toThrow(RangeError)
  })
})
