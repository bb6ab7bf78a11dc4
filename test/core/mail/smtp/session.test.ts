// The session machine: which command is heard where, and what its outcome does.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { commands } from '../../../../src/core/mail/smtp/command.ts'
import {
  initialState,
  type SessionPolicy,
  type SessionState,
  type SmtpAction,
  settle,
  step,
} from '../../../../src/core/mail/smtp/session.ts'

const policy = (role: 'submission' | 'incoming', more: Partial<SessionPolicy> = {}): SessionPolicy => ({
  role,
  hostname: 'mx.test',
  offersStartTls: true,
  maxMessageBytes: 1000,
  maxRecipients: 2,
  maxTransactions: 3,
  mechanisms: ['PLAIN', 'LOGIN'],
  ...more,
})
const incoming = policy('incoming')
const submission = policy('submission')

/** Plays lines, every action done; gives the codes (or the action's kind) and the last state. */
const play = (p: SessionPolicy, from: SessionState, ...lines: string[]) => {
  let state = from
  const heard = lines.map((line) => {
    const next = step(p, state, line)
    if (next.kind === 'reply') {
      state = next.state
      return next.reply.code
    }
    state = settle(state, next.action, true)
    return next.action.kind
  })
  return { heard, state }
}
const after = (p: SessionPolicy, ...lines: string[]) => play(p, initialState(true), ...lines).state

describe('order of commands', () => {
  it.each([
    ['a mail', ['EHLO a', 'MAIL FROM:<>', 'RCPT TO:<a@b.it>', 'DATA', 'QUIT'], [250, 'mail', 'rcpt', 'data', 221]],
    [
      'chunks',
      ['HELO a', 'MAIL FROM:<>', 'RCPT TO:<a@b.it>', 'BDAT 1', 'BDAT 1 LAST'],
      [250, 'mail', 'rcpt', 'bdat', 'bdat'],
    ],
    ['MAIL before EHLO', ['MAIL FROM:<>'], [503]],
    ['RCPT before MAIL', ['EHLO a', 'RCPT TO:<a@b.it>'], [250, 503]],
    ['DATA before RCPT', ['EHLO a', 'MAIL FROM:<>', 'DATA'], [250, 'mail', 554]],
    ['DATA before MAIL', ['EHLO a', 'DATA'], [250, 503]],
    [
      'DATA within chunks',
      ['EHLO a', 'MAIL FROM:<>', 'RCPT TO:<a@b.it>', 'BDAT 1', 'DATA'],
      [250, 'mail', 'rcpt', 'bdat', 503],
    ],
    [
      'RCPT within chunks',
      ['EHLO a', 'MAIL FROM:<>', 'RCPT TO:<a@b.it>', 'BDAT 1', 'RCPT TO:<a@b.it>'],
      [250, 'mail', 'rcpt', 'bdat', 503],
    ],
    ['MAIL twice', ['EHLO a', 'MAIL FROM:<>', 'MAIL FROM:<>'], [250, 'mail', 503]],
    ['RSET', ['EHLO a', 'MAIL FROM:<>', 'RSET', 'RCPT TO:<a@b.it>'], [250, 'mail', 250, 503]],
    ['RSET before EHLO', ['RSET', 'MAIL FROM:<>'], [250, 503]],
    ['EHLO within a mail', ['EHLO a', 'MAIL FROM:<>', 'EHLO a', 'RCPT TO:<a@b.it>'], [250, 'mail', 250, 503]],
    ['a bad EHLO', ['EHLO', 'MAIL FROM:<>'], [501, 503]],
    ['small letters', ['ehlo a', 'mail from:<>', 'rcpt to:<a@b.it>', 'data'], [250, 'mail', 'rcpt', 'data']],
    ['others', ['NOOP x', 'VRFY x', 'HELP', 'EXPN x', 'x', ''], [250, 252, 214, 500, 500, 500]],
    ['STARTTLS with TLS', ['EHLO a', 'STARTTLS'], [250, 502]],
    ['AUTH where there is none', ['EHLO a', 'AUTH PLAIN AA=='], [250, 502]],
  ])('%s', (_, lines, heard) => expect(play(incoming, initialState(true), ...lines).heard).toEqual(heard))
})

describe('the submission point', () => {
  it('hears nothing of a mail, and no password, before TLS', () => {
    const lines = ['EHLO a', 'MAIL FROM:<>', 'AUTH PLAIN AA==', 'VRFY a', 'DATA', 'BDAT 5', 'NOOP', 'STARTTLS']
    expect(play(submission, initialState(false), ...lines).heard).toEqual([
      250,
      530,
      530,
      530,
      530,
      530,
      250,
      'starttls',
    ])
  })
  it('hears nothing of a mail before AUTH', () => {
    const lines = ['EHLO a', 'MAIL FROM:<>', 'RCPT TO:<a@b.it>', 'DATA', 'AUTH PLAIN AA==', 'MAIL FROM:<>']
    expect(play(submission, initialState(true), ...lines).heard).toEqual([250, 530, 530, 530, 'auth', 'mail'])
  })
  it('takes AUTH once, not within a mail, not before EHLO', () => {
    expect(play(submission, initialState(true), 'AUTH LOGIN').heard).toEqual([503])
    expect(play(submission, initialState(true), 'HELO a', 'AUTH LOGIN').heard).toEqual([250, 503])
    expect(play(submission, initialState(true), 'EHLO a', 'AUTH LOGIN', 'AUTH LOGIN').heard).toEqual([250, 'auth', 503])
  })
  it('offers STARTTLS only in clear and AUTH only in TLS', () => {
    const offer = (tls: boolean) => {
      const next = step(submission, initialState(tls), 'EHLO a')
      return next.kind === 'reply' ? next.reply.text.split('\n') : []
    }
    expect(offer(false)).toContain('STARTTLS')
    expect(offer(false).some((line) => line.startsWith('AUTH'))).toBe(false)
    expect(offer(true)).toContain('AUTH PLAIN LOGIN')
    expect(offer(true)).not.toContain('STARTTLS')
  })
  it('the incoming point offers STARTTLS and takes mail with and without it', () => {
    const greeting = step(incoming, initialState(false), 'EHLO a')
    expect(greeting.kind === 'reply' && greeting.reply.text.split('\n')).toContain('STARTTLS')
    const lines = ['EHLO a', 'MAIL FROM:<>', 'RCPT TO:<a@b.it>', 'DATA']
    for (const tls of [false, true]) {
      expect(play(incoming, initialState(tls), ...lines).heard).toEqual([250, 'mail', 'rcpt', 'data'])
    }
    expect(play(incoming, initialState(false), 'EHLO a', 'STARTTLS').heard).toEqual([250, 'starttls'])
  })
  it('forgets everything when TLS begins, but how many mails there were', () => {
    const state = after(incoming, 'EHLO a', 'MAIL FROM:<>', 'RSET')
    expect(settle(state, { kind: 'starttls' }, true)).toEqual({ ...initialState(true), transactions: 1 })
  })
})

describe('limits', () => {
  it('SIZE above the limit is refused at MAIL', () =>
    expect(
      play(incoming, initialState(true), 'EHLO a', 'MAIL FROM:<> SIZE=1001', 'MAIL FROM:<> SIZE=1000').heard,
    ).toEqual([250, 552, 'mail']))
  it('recipients above the limit wait', () =>
    expect(
      play(incoming, initialState(true), 'EHLO a', 'MAIL FROM:<>', ...Array(3).fill('RCPT TO:<a@b.it>')).heard,
    ).toEqual([250, 'mail', 'rcpt', 'rcpt', 452]))
  it('mails above the limit close the connection', () => {
    const lines = ['EHLO a', ...Array(3).fill(['MAIL FROM:<>', 'RSET']).flat()]
    expect(step(incoming, after(incoming, ...lines), 'MAIL FROM:<>')).toMatchObject({
      close: true,
      reply: { code: 421 },
    })
  })
  it('only AUTH may have a long line', () => {
    const state = after(submission, 'EHLO a')
    expect(step(submission, state, `AUTH PLAIN ${'A'.repeat(12_000)}`)).toMatchObject({ kind: 'action' })
    expect(step(submission, state, `NOOP ${'A'.repeat(2100)}`)).toMatchObject({ reply: { code: 500 } })
  })
})

describe('BDAT that is refused', () => {
  it('has its bytes passed over, whatever the reason', () => {
    expect(step(incoming, initialState(false), 'BDAT 10')).toMatchObject({ skipBytes: 10, reply: { code: 503 } })
    expect(step(submission, initialState(false), 'BDAT 10 LAST')).toMatchObject({ skipBytes: 10, reply: { code: 530 } })
    expect(step(incoming, after(incoming, 'EHLO a', 'MAIL FROM:<>'), 'BDAT 9')).toMatchObject({
      skipBytes: 9,
      reply: { code: 554 },
    })
  })
  it('closes the connection where its size is not known', () =>
    expect(step(incoming, initialState(false), 'BDAT many')).toMatchObject({ close: true, reply: { code: 501 } }))
})

it('refused actions leave the session where it was', () => {
  const state = after(incoming, 'EHLO a', 'MAIL FROM:<>')
  expect(settle(state, { kind: 'rcpt', address: 'a@b.it' }, false)).toBe(state)
  expect(settle(state, { kind: 'data' }, false).phase).toBe('ready')
})

it('no sequence of commands leads to content without a recipient, or past the gates of submission', () => {
  const lines = fc.constantFrom(
    ...[...commands.keys()].map((verb) =>
      verb === 'MAIL' ? 'MAIL FROM:<a@b.it>' : verb === 'RCPT' ? 'RCPT TO:<a@b.it>' : verb,
    ),
    'EHLO a',
    'BDAT 1',
    'BDAT 1 LAST',
    'AUTH LOGIN',
  )
  fc.assert(
    fc.property(fc.array(fc.tuple(lines, fc.boolean()), { maxLength: 40 }), (script) => {
      let state = initialState(false)
      let recipients = 0
      for (const [line, done] of script) {
        const next = step(submission, state, line)
        if (next.kind === 'reply') {
          state = next.state
          if (next.reset) recipients = 0
          continue
        }
        const action: SmtpAction = next.action
        if (action.kind === 'mail') recipients = 0
        if (action.kind === 'rcpt' && done) recipients++
        if (action.kind === 'data' || action.kind === 'bdat') expect(recipients).toBeGreaterThan(0)
        if (action.kind === 'auth') expect(state.tls).toBe(true)
        if (action.kind === 'mail') expect(state.login && state.tls).toBe(true)
        state = settle(state, action, done)
      }
    }),
  )
})
