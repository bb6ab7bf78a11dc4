// SCRAM-SHA-256: the example of RFC 7677, what must be refused, and any password against any other.
import { createHmac, pbkdf2Sync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromUtf8 } from '../../../../src/core/lib/bytes.ts'
import { equalSecrets, hmacSha256 } from '../../../../src/core/mail/sasl/hmac.ts'
import {
  decoyKeys,
  readScramFirst,
  type ScramFirst,
  type ScramKeys,
  scramChallenge,
  scramKeys,
  scramVerify,
} from '../../../../src/core/mail/sasl/scram.ts'
import { scramProof } from '../../../support/sasl.ts'

const keysFor = (password: string, salt: Uint8Array, iterations: number): ScramKeys =>
  scramKeys(salt, iterations, pbkdf2Sync(password, salt, iterations, 32, 'sha256'))
const first = (text: string) => readScramFirst(fromUtf8(text))

describe('HMAC-SHA-256', () => {
  it('is that of others, for keys and data of any length', () =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.uint8Array({ maxLength: 300 }), (key, data) => {
        expect(Buffer.from(hmacSha256(key, data))).toEqual(createHmac('sha256', key).update(data).digest())
      }),
    ))
  it('secrets are equal or not', () => {
    expect(equalSecrets(fromUtf8('abc'), fromUtf8('abc'))).toBe(true)
    expect(equalSecrets(fromUtf8('abc'), fromUtf8('abd'))).toBe(false)
    expect(equalSecrets(fromUtf8('abc'), fromUtf8('abcd'))).toBe(false)
  })
})

describe('the example of RFC 7677 §3', () => {
  const keys = keysFor('pencil', Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64'), 4096)
  const begun = first('n,,n=user,r=rOprNGfwEbeRWgbNEkqO') as ScramFirst
  const { message, pending } = scramChallenge(begun, keys, '%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0')
  const proof = 'p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ='
  const nonce = 'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0'

  it('is challenged', () => expect(message).toBe(`${nonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096`))
  it('is proved, and answered by the proof of the server', () =>
    expect(scramVerify(pending, fromUtf8(`c=biws,${nonce},${proof}`))).toEqual({
      proved: true,
      message: 'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=',
    }))
  it.each([
    ['another proof', `c=biws,${nonce},p=eHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=`, { proved: false }],
    ['an extension that was not signed', `c=biws,${nonce},x=1,${proof}`, { proved: false }],
    ['another nonce', `c=biws,${nonce}x,${proof}`, { refused: 'malformed' }],
    ['a binding that was not begun with', `c=eSws,${nonce},${proof}`, { refused: 'malformed' }],
    ['a short proof', `c=biws,${nonce},p=dHzb`, { refused: 'malformed' }],
    ['no proof', `c=biws,${nonce}`, { refused: 'malformed' }],
    ['nothing', '', { refused: 'malformed' }],
    ['too much', `c=biws,${nonce},x=${'x'.repeat(5000)},${proof}`, { refused: 'malformed' }],
  ])('is not: %s', (_, text, verdict) => expect(scramVerify(pending, fromUtf8(text))).toEqual(verdict))
})

describe('the first message', () => {
  it.each([
    ['n,,n=user,r=abc', 'user'],
    // RFC 5802 §6: the client could bind but believes that the server cannot, and is right
    ['y,,n=user,r=abc', 'user'],
    ['n,a=user,n=user,r=abc', 'user'],
    ['n,a=,n=user,r=abc', 'user'],
    ['n,,n=a=2Cb=3Dc,r=abc', 'a,b=c'],
    ['n,,n=user,r=abc,x=of the future', 'user'],
    ['n,,n=u\u00adser,r=abc', 'user'],
    ['n,,n=\u2168,r=abc', 'IX'],
  ])('%s is of %s', (text, username) =>
    expect(first(text)).toMatchObject({ username, bare: text.slice(text.indexOf('n=')) }),
  )

  it.each([
    ['channel binding, which is not on offer', 'p=tls-exporter,,n=user,r=abc', 'binding'],
    ['to act for another', 'n,a=anna,n=user,r=abc', 'otherIdentity'],
    ['an extension that must be known (RFC 5802 §5.1)', 'n,,m=x,n=user,r=abc', 'malformed'],
    ['no header', 'n=user,r=abc', 'malformed'],
    ['a flag with a name', 'n=x,,n=user,r=abc', 'malformed'],
    ['no name', 'n,,n=,r=abc', 'malformed'],
    ['a name of nothing', 'n,,n=\u00ad,r=abc', 'malformed'],
    ['a comma that is not written =2C', 'n,,n=a,b,r=abc', 'malformed'],
    ['an equals sign that is not written =3D', 'n,,n=a=b,r=abc', 'malformed'],
    ['a name that may not be', 'n,,n=a\u0007,r=abc', 'malformed'],
    ['no nonce', 'n,,n=user,r=', 'malformed'],
    ['a nonce with blanks', 'n,,n=user,r=a b', 'malformed'],
    ['a nonce without end', `n,,n=user,r=${'a'.repeat(600)}`, 'malformed'],
    ['NUL', 'n,,n=us\0er,r=abc', 'malformed'],
  ])('refuses %s', (_, text, refused) => expect(first(text)).toEqual({ refused }))
  it('refuses what is not UTF-8', () =>
    expect(readScramFirst(Buffer.from('n,,n=\xff,r=abc', 'latin1'))).toEqual({ refused: 'malformed' }))
})

it('only the password that the keys are of proves it', () =>
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.uint8Array({ minLength: 16, maxLength: 16 }), (one, other, salt) => {
      const begun = first('n,,n=mario,r=client') as ScramFirst
      const { message, pending } = scramChallenge(begun, keysFor(one, salt, 8), 'server')
      const verdict = (password: string) => scramVerify(pending, fromUtf8(scramProof(begun, message, password)))
      expect(verdict(one)).toMatchObject({ proved: true })
      if (one !== other) expect(verdict(other)).toEqual({ proved: false })
    }),
  ))

it('any bytes are read or refused', () =>
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.string({ unit: 'binary' }).map(fromUtf8)), (bytes) => {
      readScramFirst(bytes)
      const { pending } = scramChallenge(
        first('n,,n=a,r=b') as ScramFirst,
        decoyKeys(new Uint8Array(32), 'a', 4096),
        'c',
      )
      expect(scramVerify(pending, bytes)).not.toMatchObject({ proved: true })
    }),
  ))

it('decoys are the same each time, and of each name and secret another', () => {
  const secret = new Uint8Array(32).fill(7)
  const decoy = decoyKeys(secret, 'nobody@pec.example', 60_000)
  expect(decoyKeys(secret, 'nobody@pec.example', 60_000)).toEqual(decoy)
  expect(decoy.salt).toHaveLength(16)
  expect(decoyKeys(secret, 'other@pec.example', 60_000).salt).not.toEqual(decoy.salt)
  expect(decoyKeys(new Uint8Array(32), 'nobody@pec.example', 60_000).salt).not.toEqual(decoy.salt)
})
