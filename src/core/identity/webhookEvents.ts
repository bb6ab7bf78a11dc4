// What a webhook is posted, one event for each thing: a program reads it, so it is JSON whose names stay.
import { DAY, type Instant } from '../lib/instant.ts'
import type { AlertKind, AlertShows } from './alerts.ts'

export const WEBHOOK_EVENTS = [
  'message.delivered',
  'message.unread',
  'mailbox.filling',
  'mailbox.expiring',
  'mailbox.expired',
  'webhook.test',
] as const
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number]

export type WebhookFacts = {
  readonly kind: AlertKind | 'test'
  readonly address: string
  /** `message:<msgid>`, as the row of the alert has it. */
  readonly what: string
  readonly sender: string | null
  readonly subject: string | null
  readonly level: number | null
  readonly receivedAt: Instant
  readonly shows: AlertShows
}

export type WebhookBody = {
  readonly type: WebhookEvent
  /** When it happened: a message was delivered then. */
  readonly timestamp: string
  readonly data: Readonly<Record<string, string | number>>
}

const iso = (at: Instant): string => new Date(at).toISOString()

const messageOf = ({ what, sender, subject, receivedAt, shows }: WebhookFacts): WebhookBody['data'] => ({
  messageId: what.slice(what.indexOf(':') + 1),
  receivedAt: iso(receivedAt),
  ...(shows.showSender && sender !== null ? { sender } : {}),
  ...(shows.showSubject && subject !== null ? { subject } : {}),
})

/** The event of an alert. `messageId` is the identifier of the certified message, the same as in its receipts. */
export const webhookBody = (facts: WebhookFacts): WebhookBody => {
  const { kind, address: mailbox, level, receivedAt } = facts
  switch (kind) {
    case 'message':
      return { type: 'message.delivered', timestamp: iso(receivedAt), data: { mailbox, ...messageOf(facts) } }
    case 'unread3':
    case 'unread7': {
      const days = kind === 'unread3' ? 3 : 7
      const data = { mailbox, unreadDays: days, ...messageOf(facts) }
      return { type: 'message.unread', timestamp: iso(receivedAt + days * DAY), data }
    }
    case 'filling':
      return { type: 'mailbox.filling', timestamp: iso(receivedAt), data: { mailbox, usedPercent: level ?? 0 } }
    case 'expiry':
      return level === 0
        ? { type: 'mailbox.expired', timestamp: iso(receivedAt), data: { mailbox } }
        : { type: 'mailbox.expiring', timestamp: iso(receivedAt), data: { mailbox, daysLeft: level ?? 0 } }
    case 'test':
      return { type: 'webhook.test', timestamp: iso(receivedAt), data: { mailbox } }
  }
}
