// Endpoints of the webhook of a box.
import type { WebhookEvent } from '../../../../core/identity/webhookEvents.ts'
import type { Outcome } from '../../../alerts/deliveries.ts'
import { readWebhook, removeWebhook, renewWebhookSecret, setWebhook, tryWebhook } from '../../../alerts/webhook.ts'
import type { WebhookRow } from '../../../alerts/webhookStore.ts'
import { handler } from './handler.ts'

const iso = (at: number): string => new Date(at).toISOString()
const absent = { refusal: 'notFound' } as const

const shown = (
  { url, showSender, showSubject, createdAt, offAt, offReason, previousUntil }: WebhookRow,
  now: number,
) => ({
  url,
  showSender,
  showSubject,
  createdAt: iso(createdAt),
  ...(offAt === null ? {} : { offAt: iso(offAt) }),
  ...(offReason === null ? {} : { offReason }),
  ...(previousUntil === null || previousUntil <= now ? {} : { previousUntil: iso(previousUntil) }),
})

const shownOutcome = ({ id, event, createdAt, triedAt, attempts, state, status, outcome }: Outcome) => ({
  id,
  event: event as WebhookEvent,
  createdAt: iso(createdAt),
  ...(triedAt === null ? {} : { triedAt: iso(triedAt) }),
  attempts,
  state,
  ...(status === null ? {} : { status }),
  ...(outcome === null ? {} : { why: outcome }),
})

export const accountWebhookHandlers = {
  getWebhook: handler<'getWebhook'>(async ({ office, caller }) => {
    const { webhook, outcomes } = await readWebhook(office, caller)
    return {
      ...(webhook ? { webhook: shown(webhook, office.clock.now()) } : {}),
      outcomes: outcomes.map(shownOutcome),
    }
  }),
  setWebhook: handler<'setWebhook'>(async ({ office, caller, body, client }) => {
    const set = await setWebhook(office, caller, body, client.remoteAddress)
    if ('refusal' in set) return set
    return set.secret === undefined ? {} : { secret: set.secret }
  }),
  renewWebhookSecret: handler<'renewWebhookSecret'>(
    async ({ office, caller, client }) => (await renewWebhookSecret(office, caller, client.remoteAddress)) ?? absent,
  ),
  removeWebhook: handler<'removeWebhook'>(async ({ office, caller, client }) =>
    (await removeWebhook(office, caller, client.remoteAddress)) ? undefined : absent,
  ),
  tryWebhook: handler<'tryWebhook'>(async ({ office, caller }) => (await tryWebhook(office, caller)) ?? absent),
}
