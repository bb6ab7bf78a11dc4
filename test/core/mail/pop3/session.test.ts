// The POP3 session machine and its maildrop, against a model and against any line. Dialogues: test/dialogues/pop3.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { COMMANDS } from '../../../../src/core/mail/pop3/command.ts'
import { Maildrop } from '../../../../src/core/mail/pop3/maildrop.ts'
import { err, ok, printResponse } from '../../../../src/core/mail/pop3/response.ts'
import { capabilities, type SessionState, step } from '../../../../src/core/mail/pop3/session.ts'

const policy = { offersTls: true }
const drop = (sizes: readonly number[] = [10, 20, 30]) =>
  new Maildrop({ uidValidity: 7, uids: sizes.map((_, i) => 2 * i + 1), sizes })
const states: Readonly<Record<string, () => SessionState>> = {
  'in clear': () => ({ tls: false }),
  'before login': () => ({ tls: true }),
  'after USER': () => ({ tls: true, username: 'mario' }),
  'logged in': () => ({ tls: true, drop: drop() }),
}

describe('where commands are heard', () => {
  const lines = ['USER a', 'PASS b', 'AUTH PLAIN', 'STLS', 'CAPA', 'QUIT', 'NOOP', 'STAT', 'RETR 1', 'DELE 1', 'UIDL']
  const heard = (state: SessionState) =>
    lines.filter((line) => {
      const next = step(policy, state, line)
      return next.kind !== 'answer' || next.response.ok
    })
  it.each([
    ['in clear', ['STLS', 'CAPA', 'QUIT']],
    ['before login', ['USER a', 'AUTH PLAIN', 'CAPA', 'QUIT']],
    ['after USER', ['USER a', 'PASS b', 'AUTH PLAIN', 'CAPA', 'QUIT']],
    ['logged in', ['CAPA', 'QUIT', 'NOOP', 'STAT', 'RETR 1', 'DELE 1', 'UIDL']],
  ])('%s', (name, expected) => expect(heard(states[name]!())).toEqual(expected))

  it('who only reads deletes nothing', () => {
    const state = { tls: true, drop: drop(), readOnly: true }
    expect(step(policy, state, 'DELE 1')).toMatchObject({ response: { ok: false, code: 'SYS/PERM' } })
    expect(step(policy, state, 'RETR 1')).toMatchObject({ kind: 'action' })
    expect(state.drop.deletedUids()).toEqual([])
  })
  it('a name is good for the next command only', () => {
    const named = step(policy, { tls: true }, 'USER mario')
    expect(named).toMatchObject({ state: { username: 'mario' } })
    const failed = step(policy, { tls: true, username: 'mario' }, 'PASS x y ')
    expect(failed).toEqual({
      kind: 'action',
      action: { kind: 'login', username: 'mario', password: 'x y ' },
      state: { tls: true },
    })
  })
  it('names and passwords are UTF-8, or refused', () => {
    const said = step(policy, { tls: true, username: 'mario' }, `PASS ${Buffer.from('però').toString('latin1')}`)
    expect(said).toMatchObject({ action: { password: 'però' } })
    expect(step(policy, { tls: true, username: 'mario' }, 'PASS \xff')).toMatchObject({ response: { ok: false } })
  })
  it('a line longer than its command may have is refused', () => {
    expect(step(policy, { tls: true }, `USER ${'a'.repeat(1_100)}`)).toMatchObject({ response: err('Line too long') })
    expect(step(policy, { tls: true }, `AUTH PLAIN ${'A'.repeat(8_000)}`)).toMatchObject({ kind: 'action' })
  })
  it('STLS is not told where the port has TLS from the first byte', () => {
    expect(capabilities({ offersTls: false }, { tls: true })).not.toContain('STLS')
    expect(step({ offersTls: false }, { tls: true }, 'STLS')).toMatchObject({ response: { ok: false } })
  })
})

it.each(Object.keys(states))('%s any line is answered', (name) =>
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.tuple(fc.constantFrom(...COMMANDS.keys()), fc.string()).map(([word, rest]) => `${word} ${rest}`),
        fc.tuple(fc.constantFrom(...COMMANDS.keys()), fc.nat(5), fc.nat(5)).map((parts) => parts.join(' ')),
      ),
      (line) => {
        const next = step(policy, states[name]!(), line)
        if (next.kind === 'answer') expect(printResponse(next.response)).toMatch(/^(?:\+OK|-ERR) [\x20-\x7e]*\r\n$/)
        if (next.kind === 'lines') for (const one of next.lines) expect(one).toMatch(/^[^.\r\n][^\r\n]*$/)
        if (next.kind === 'action' && 'message' in next.action) expect(next.action.message).toBeLessThanOrEqual(3)
      },
    ),
  ),
)

it('a text never adds a line to a response', () => {
  expect(printResponse(ok('a\r\n-ERR b\0'))).toBe('+OK a  -ERR b \r\n')
  expect(printResponse(err('x'.repeat(1_000), 'SYS/TEMP')).length).toBeLessThanOrEqual(512)
})

describe('a maildrop', () => {
  it('counts as a model does, whatever is deleted and taken back', () =>
    fc.assert(
      fc.property(
        fc.array(fc.nat(1_000), { maxLength: 8 }),
        fc.array(fc.oneof(fc.nat(9), fc.constant('reset' as const)), { maxLength: 30 }),
        (sizes, moves) => {
          const real = drop(sizes)
          const deleted = new Set<number>()
          for (const move of moves) {
            if (move === 'reset') {
              real.reset()
              deleted.clear()
            } else if (real.has(move)) {
              real.delete(move)
              deleted.add(move)
            }
          }
          const left = sizes.map((_, i) => i + 1).filter((number) => !deleted.has(number))
          expect([...real.numbers()]).toEqual(left)
          expect(real.count).toBe(left.length)
          expect(real.octets).toBe(left.reduce((sum, number) => sum + sizes[number - 1]!, 0))
          expect(real.deletedUids()).toEqual([...deleted].sort((a, b) => a - b).map((number) => 2 * number - 1))
        },
      ),
    ))
  it('identifiers are within what RFC 1939 allows', () => {
    const largest = new Maildrop({ uidValidity: 0xffff_ffff, uids: [0xffff_ffff], sizes: [1] })
    expect(largest.uniqueId(1)).toMatch(/^[\x21-\x7e]{1,70}$/)
  })
})
