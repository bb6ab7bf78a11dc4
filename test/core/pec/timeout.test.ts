// RFC 6109 §3.1.6: what is due at each hour for each state of a recipient.
import { describe, expect, it } from 'vitest'
import { HOUR, MINUTE } from '../../../src/core/lib/instant.ts'
import type { MessageFacts, RecipientState } from '../../../src/core/pec/model.ts'
import { expire } from '../../../src/core/pec/timeout.ts'

const ACCEPTED = Date.UTC(2026, 1, 3, 9, 15, 30)
const provider = {
  name: 'Gestore Alfa',
  domain: 'pec.alfa.example',
  serviceAddress: 'posta-certificata@pec.alfa.example',
  serviceMailbox: 'ricevute@pec.alfa.example',
}
const message: MessageFacts = {
  identifier: 'ce1.2@pec.alfa.example',
  sender: 'mario.rossi@pec.alfa.example',
  recipients: [{ address: 'giulia.neri@pec.beta.example', certified: true }],
  replyTo: 'mario.rossi@pec.alfa.example',
  subject: 'Prova',
}
const at = (elapsedMs: number, state: RecipientState, certified = true) => {
  const recipient = { address: 'giulia.neri@pec.beta.example', certified, state }
  const decision = expire(message, ACCEPTED, [recipient], { provider, at: ACCEPTED + elapsedMs })
  return {
    notices: decision.notices.map((notice) => notice.kind),
    moves: decision.transitions.map((move) => `${move.from}>${move.event}`),
    nextHours: decision.nextAt === undefined ? undefined : (decision.nextAt - ACCEPTED) / HOUR,
  }
}

describe('RFC 6109 §3.1.6 timers', () => {
  const FIRST = 12 * HOUR
  const SECOND = 23 * HOUR + 30 * MINUTE
  const cases: [string, number, RecipientState, readonly string[], readonly string[], number | undefined][] = [
    ['before twelve hours nothing is due', FIRST - 1, 'pending', [], [], 12],
    [
      'at twelve hours without take-in-charge: first notice',
      FIRST,
      'pending',
      ['timeoutWarning'],
      ['pending>after12h'],
      23.5,
    ],
    ['at twelve hours taken in charge: nothing yet', FIRST, 'taken', [], [], 23.5],
    ['at twelve hours delivered: nothing', FIRST, 'delivered', [], [], 23.5],
    ['at the second without anything: last notice', SECOND, 'warned', ['timeoutFinal'], ['warned>after24h'], undefined],
    [
      'at the second taken but not delivered: last notice',
      SECOND,
      'taken',
      ['timeoutFinal'],
      ['taken>after24h'],
      undefined,
    ],
    ['at the second delivered: nothing', SECOND, 'delivered', [], [], undefined],
    ['at the second failed: nothing', SECOND, 'failed', [], [], undefined],
    [
      'after an outage over both: only the last notice',
      SECOND,
      'pending',
      ['timeoutFinal'],
      ['pending>after24h'],
      undefined,
    ],
    ['already expired: nothing again', SECOND + HOUR, 'expired', [], [], undefined],
  ]
  it.each(cases)('%s', (_, elapsed, state, notices, moves, nextHours) => {
    expect(at(elapsed, state)).toEqual({ notices, moves, nextHours })
  })

  it('never speaks of ordinary recipients', () => {
    expect(at(SECOND, 'pending', false).notices).toEqual([])
  })

  it('sends the last notice after the twenty-second hour and within the twenty-fourth', () => {
    expect(at(22 * HOUR, 'warned').notices).toEqual([])
    expect(SECOND).toBeGreaterThanOrEqual(22 * HOUR)
    expect(SECOND).toBeLessThan(24 * HOUR)
  })
})
