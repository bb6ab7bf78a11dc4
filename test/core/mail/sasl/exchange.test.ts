// The SASL exchanges, line by line.
import { pbkdf2Sync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  beginSasl,
  continueSasl,
  continueWithKeys,
  SASL_MECHANISMS,
  type SaslStep,
} from '../../../../src/core/mail/sasl/exchange.ts'
import { scramKeys } from '../../../../src/core/mail/sasl/scram.ts'
import { b64, scramClient } from '../../../support/sasl.ts'

const credentials = { kind: 'password', username: 'mario', password: 'perché' }
const malformed = { kind: 'refused', why: 'malformed' }
const next = (step: SaslStep, line: string): SaslStep =>
  step.kind === 'challenge' ? continueSasl(step.exchange, line) : step

describe('PLAIN (RFC 4616)', () => {
  it('in one step and in two', () => {
    expect(beginSasl('PLAIN', b64('\0mario\0perché'))).toEqual(credentials)
    expect(beginSasl('PLAIN', b64('mario\0mario\0perché'))).toEqual(credentials)
    const prompted = beginSasl('PLAIN')
    expect(prompted).toMatchObject({ kind: 'challenge', challenge: '' })
    expect(next(prompted, b64('\0mario\0perché'))).toEqual(credentials)
  })
  it.each([
    ['no base64', 'a'],
    ['base64 of the wrong length', 'abcde'],
    ['an empty response', '='],
    ['two parts', b64('mario\0perché')],
    ['four parts', b64('\0mario\0x\0y')],
    ['no name', b64('\0\0x')],
    ['no UTF-8', Buffer.from([0, 0xff, 0, 0xff]).toString('base64')],
    ['too much', b64(`\0a\0${'x'.repeat(2000)}`)],
  ])('refuses %s', (_, initial) => expect(beginSasl('PLAIN', initial)).toEqual(malformed))
  it('nobody acts for another', () =>
    expect(beginSasl('PLAIN', b64('anna\0mario\0x'))).toEqual({ kind: 'refused', why: 'otherIdentity' }))
})

describe('LOGIN', () => {
  it('with and without the name', () => {
    const first = beginSasl('LOGIN')
    expect(first).toMatchObject({ challenge: 'VXNlcm5hbWU6' })
    const second = next(first, b64('mario'))
    expect(second).toEqual(beginSasl('LOGIN', b64('mario')))
    expect(second).toMatchObject({ challenge: 'UGFzc3dvcmQ6' })
    expect(next(second, b64('perché'))).toEqual(credentials)
  })
  it('refuses an empty name', () => expect(next(beginSasl('LOGIN'), '')).toEqual(malformed))
})

describe('SCRAM-SHA-256 (RFC 5802, RFC 7677)', () => {
  const salt = new Uint8Array(16).fill(3)
  const keys = scramKeys(salt, 4096, pbkdf2Sync('perché', salt, 4096, 32, 'sha256'))
  const play = (password: string, initial: boolean, last = ''): SaslStep => {
    const client = scramClient('mario', password)
    const asked = initial
      ? beginSasl('SCRAM-SHA-256', client.initial)
      : next(beginSasl('SCRAM-SHA-256'), client.initial)
    if (asked.kind !== 'keys') return asked
    expect(asked.first.username).toBe('mario')
    const challenged = continueWithKeys(asked.first, keys, 'server')
    if (challenged.kind !== 'challenge') return challenged
    const verified = next(challenged, client.answer(challenged.challenge))
    if (verified.kind !== 'challenge') return verified
    expect(Buffer.from(verified.challenge, 'base64').toString()).toMatch(/^v=/)
    return next(verified, last)
  }
  it('with the first message at once, and after an empty challenge', () => {
    expect(play('perché', true)).toEqual({ kind: 'proved', username: 'mario' })
    expect(play('perché', false)).toEqual({ kind: 'proved', username: 'mario' })
  })
  it('with another password', () => expect(play('perche', true)).toEqual({ kind: 'disproved', username: 'mario' }))
  it('whose end is no empty line', () => expect(play('perché', true, 'AA==')).toEqual(malformed))
  it('whose client gives up after the proof of the server', () =>
    expect(play('perché', true, '*')).toEqual({ kind: 'refused', why: 'cancelled' }))
  it.each(['=', 'a', b64('n,,n=,r=x')])('refuses to begin with %s', (initial) =>
    expect(beginSasl('SCRAM-SHA-256', initial)).toEqual(malformed),
  )
})

describe('every mechanism', () => {
  it.each(SASL_MECHANISMS)('%s is given up by a star', (mechanism) =>
    expect(next(beginSasl(mechanism), '*')).toEqual({ kind: 'refused', why: 'cancelled' }),
  )
  it.each(SASL_MECHANISMS)('%s takes or refuses any line', (mechanism) =>
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String(), fc.string().map(b64)), fc.string(), (one, two) => {
        const step = next(next(beginSasl(mechanism), one), two)
        expect(step.kind).not.toBe('proved')
      }),
    ),
  )
})
