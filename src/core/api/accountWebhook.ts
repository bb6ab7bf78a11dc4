// The webhook of a box: alerts to a program of the holder's, signed as Standard Webhooks does.
import Type from 'typebox'
import { WEBHOOK_EVENTS } from '../identity/webhookEvents.ts'
import { TrialSchema } from './accountDevices.ts'
import type { Endpoint } from './endpoint.ts'
import { At, Closed, OneOf, Text } from './shared.ts'

const SHOWS = { showSender: Type.Boolean(), showSubject: Type.Boolean() }

const Webhook = Type.Object({
  url: Type.String(),
  ...SHOWS,
  createdAt: At,
  offAt: Type.Optional(At),
  offReason: Type.Optional(OneOf('failing', 'gone')),
  /** Until when the secret before the last signs, too. */
  previousUntil: Type.Optional(At),
})

const Outcome = Type.Object({
  id: Type.String({ description: '`webhook-id` of the request: the same at each try' }),
  event: OneOf(...WEBHOOK_EVENTS),
  createdAt: At,
  triedAt: Type.Optional(At),
  attempts: Type.Integer(),
  state: OneOf('waiting', 'delivered', 'failed'),
  status: Type.Optional(Type.Integer()),
  why: Type.Optional(Type.String({ description: 'Why nothing was answered' })),
})

export const accountWebhookEndpoints = {
  getWebhook: {
    method: 'GET',
    path: '/account/alerts/webhook',
    summary: 'Where the alerts of the box are posted, and how the last ones went',
    tag: 'account',
    access: { kind: 'account' },
    reply: Type.Object({ webhook: Type.Optional(Webhook), outcomes: Type.Array(Outcome) }),
  },
  setWebhook: {
    method: 'PUT',
    path: '/account/alerts/webhook',
    summary: 'Has alerts posted to an address; the secret that signs them is shown with the first one, this once',
    tag: 'account',
    access: { kind: 'account', proof: true },
    body: Closed({ url: Text(2_048, { minLength: 1 }), ...SHOWS }),
    reply: Type.Object({ secret: Type.Optional(Type.String()) }),
    refusals: ['webhookUrlWrong', 'webhookUrlUnknown', 'unavailable'],
  },
  renewWebhookSecret: {
    method: 'POST',
    path: '/account/alerts/webhook/secrets',
    summary: 'A new secret, shown this once; the one before signs beside it for a day',
    tag: 'account',
    access: { kind: 'account', proof: true },
    reply: Type.Object({ secret: Type.String() }),
  },
  removeWebhook: {
    method: 'DELETE',
    path: '/account/alerts/webhook',
    summary: 'Has no more alerts posted',
    tag: 'account',
    access: { kind: 'account' },
  },
  tryWebhook: {
    method: 'POST',
    path: '/account/alerts/webhook/trials',
    summary: 'Posts a trial, and says what was answered',
    tag: 'account',
    access: { kind: 'account' },
    reply: TrialSchema,
  },
} as const satisfies Record<string, Endpoint>
