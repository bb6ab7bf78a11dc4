// What becomes of alerts that were posted, by the other server's answer; what devices show and webhooks are told.
import { describe, expect, it } from 'vitest'
import {
  afterPush,
  afterWebhook,
  type DeliveryStep,
  type PostAnswer,
  PUSH_TTL_MS,
  WEBHOOK_WAITS_MS,
} from '../../../src/core/identity/alertDelivery.ts'
import { pushMessage } from '../../../src/core/identity/pushTexts.ts'
import { webhookBody } from '../../../src/core/identity/webhookEvents.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../../../src/core/lib/instant.ts'

const status = (code: number, retryAfterMs?: number): PostAnswer => ({ kind: 'answered', status: code, retryAfterMs })
const silent: PostAnswer = { kind: 'silent', why: 'time' }
const refused: PostAnswer = { kind: 'refused', why: 'notPublic' }
/** The step, or after how long it is tried again. */
const word = (step: DeliveryStep, now: number): string | number => (step.kind === 'again' ? step.at - now : step.kind)

describe('after a push', () => {
  it.each([
    [status(200), 1, 0, 'delivered'],
    [status(201), 1, 0, 'delivered'],
    [status(404), 1, 0, 'gone'],
    [status(410), 9, HOUR, 'gone'],
    [status(301), 1, 0, 'failed'],
    [status(400), 1, 0, 'failed'],
    [status(401), 1, 0, 'failed'],
    [status(403), 1, 0, 'failed'],
    [status(413), 1, 0, 'failed'],
    [status(429), 1, 0, 30 * SECOND],
    [status(429, 2 * HOUR), 1, 0, 2 * HOUR],
    [status(429, SECOND), 3, 0, 2 * MINUTE],
    [status(500), 1, 0, 30 * SECOND],
    [status(503), 2, 0, MINUTE],
    [status(503), 20, HOUR, HOUR],
    [status(503, 7 * DAY), 1, 0, PUSH_TTL_MS],
    [status(503), 20, DAY - MINUTE, 'failed'],
    [silent, 1, 0, 30 * SECOND],
    [silent, 20, DAY, 'failed'],
    [refused, 1, 0, 'failed'],
  ] as const)('%j, try %i, %i ms old', (answer, attempts, now, wanted) => {
    expect(word(afterPush(answer, { attempts, createdAt: 0, now }), now)).toBe(wanted)
  })
})

describe('after a webhook', () => {
  it.each([
    [status(204), 1, 'delivered'],
    [status(410), 1, 'gone'],
    [status(404), 1, 30 * SECOND],
    [status(302), 1, 30 * SECOND],
    [status(400), 2, 5 * MINUTE],
    [status(500), 3, 30 * MINUTE],
    [status(429, HOUR), 1, HOUR],
    [status(429, 9 * DAY), 1, DAY],
    [silent, 4, 2 * HOUR],
    [refused, 1, 30 * SECOND],
    [status(500), 10, 'failed'],
    [silent, 11, 'failed'],
  ] as const)('%j, try %i', (answer, attempts, wanted) => {
    expect(word(afterWebhook(answer, { attempts, createdAt: 0, now: 0 }), 0)).toBe(wanted)
  })
  it('of the last try three days have gone by', () => {
    expect(WEBHOOK_WAITS_MS.reduce((sum, wait) => sum + wait)).toBe(3 * DAY)
  })
})

const line = { sender: 'tizio@pec.example', subject: 'Atto\r\n\u202eriservato', level: null }
const all = { showSender: true, showSubject: true }
const none = { showSender: false, showSubject: false }
const address = 'anna@pec.example'

describe('a device', () => {
  it.each([
    ['message', [line], none, 'Nuovo messaggio PEC', ''],
    ['message', [line], all, 'Nuovo messaggio PEC', 'tizio@pec.example\n«Atto riservato»\n'],
    ['message', [line], { ...none, showSender: true }, 'Nuovo messaggio PEC', 'tizio@pec.example\n'],
    ['message', [line, line], all, '2 nuovi messaggi PEC', ''],
    [
      'unread3',
      [line],
      none,
      'Un messaggio PEC non letto da 3 giorni',
      'Per legge vale come ricevuto anche se non lo apri.\n',
    ],
    [
      'unread7',
      [line, line],
      none,
      '2 messaggi PEC non letti da 7 giorni',
      'Per legge vale come ricevuto anche se non lo apri.\n',
    ],
    [
      'filling',
      [
        { ...line, level: 70 },
        { ...line, level: 85 },
      ],
      all,
      'Casella PEC piena all’85%',
      'Quando è piena i messaggi non vengono consegnati.\n',
    ],
    [
      'expiry',
      [{ ...line, level: 30 }],
      all,
      'La casella PEC scade fra 30 giorni',
      'Ti abbiamo scritto che cosa succede e che cosa fare.\n',
    ],
    [
      'expiry',
      [{ ...line, level: 0 }],
      all,
      'La casella PEC è scaduta',
      'Ti abbiamo scritto che cosa succede e che cosa fare.\n',
    ],
  ] as const)('shows of %s %#', (kind, lines, shows, title, body) => {
    const message = pushMessage({ kind, address, lines, shows }, 'it', 'one')
    // what is to be read is in the mail, what is to be put in order in the account
    const url = ['message', 'unread3', 'unread7'].includes(kind) ? '/posta' : '/casella'
    expect(message).toEqual({ title, body: body + address, lang: 'it', tag: 'one', url })
    expect(pushMessage({ kind, address, lines, shows }, 'en', 'one').title).not.toBe(title)
  })
})

describe('a webhook', () => {
  const facts = { address, what: 'message:m1@pec.example', ...line, receivedAt: Date.UTC(2026, 2, 9, 9), shows: none }
  const data = { mailbox: address }
  const message = { messageId: 'm1@pec.example', receivedAt: '2026-03-09T09:00:00.000Z' }
  it.each([
    ['message', facts, 'message.delivered', '2026-03-09T09:00:00.000Z', { ...data, ...message }],
    [
      'message',
      { ...facts, shows: all },
      'message.delivered',
      '2026-03-09T09:00:00.000Z',
      { ...data, ...message, sender: line.sender, subject: line.subject },
    ],
    ['unread3', facts, 'message.unread', '2026-03-12T09:00:00.000Z', { ...data, unreadDays: 3, ...message }],
    ['unread7', facts, 'message.unread', '2026-03-16T09:00:00.000Z', { ...data, unreadDays: 7, ...message }],
    [
      'filling',
      { ...facts, level: 85, shows: all },
      'mailbox.filling',
      '2026-03-09T09:00:00.000Z',
      { ...data, usedPercent: 85 },
    ],
    [
      'expiry',
      { ...facts, level: 30, shows: all },
      'mailbox.expiring',
      '2026-03-09T09:00:00.000Z',
      { ...data, daysLeft: 30 },
    ],
    ['expiry', { ...facts, level: 0 }, 'mailbox.expired', '2026-03-09T09:00:00.000Z', data],
    ['test', facts, 'webhook.test', '2026-03-09T09:00:00.000Z', data],
  ] as const)('is told of %s %#', (kind, given, type, timestamp, wanted) => {
    expect(webhookBody({ ...given, kind })).toEqual({ type, timestamp, data: wanted })
  })
})
