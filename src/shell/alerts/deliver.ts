// Sends what waits for a device or a webhook: at least once, under one id by which the other side knows a second one.
import { createHmac } from 'node:crypto'
import {
  afterPush,
  afterWebhook,
  type DeliveryStep,
  type PostAnswer,
  PUSH_TTL_MS,
} from '../../core/identity/alertDelivery.ts'
import { type PushFacts, pushUrgency } from '../../core/identity/pushTexts.ts'
import { webhookOffText } from '../../core/identity/webhookTexts.ts'
import type { Instant } from '../../core/lib/instant.ts'
import { addressKey } from '../../core/mail/address.ts'
import type { PostRequest } from '../../core/ports.ts'
import { encryptPush } from '../adapters/webPush.ts'
import type { Tx } from '../db/pool.ts'
import { findHolderByAddress, tellHolder } from '../identity/account/holder.ts'
import type { Office } from '../office.ts'
import { finishJob, putOffJob } from '../outbox/jobs.ts'
import type { Job } from '../outbox/outbox.ts'
import { type Delivery, findDelivery, noteAnswer } from './deliveries.ts'
import { dropDevice, findDevice, noteDevice, type PushDevice } from './deviceStore.ts'
import { alertBoxes } from './store.ts'
import { dropWaiting, findWebhook, switchOff, type WebhookRow, webhookContext } from './webhookStore.ts'

const pushRequest = (office: Office, delivery: Delivery, device: PushDevice, now: Instant): PostRequest => ({
  url: device.endpoint,
  headers: {
    authorization: office.vapid!.authorization(device.endpoint, now),
    'content-type': 'application/octet-stream',
    'content-encoding': 'aes128gcm',
    ttl: String(Math.max(0, Math.floor((delivery.createdAt + PUSH_TTL_MS - now) / 1_000))),
    urgency: pushUrgency(delivery.event as PushFacts['kind']),
    // RFC 8030 §5.4: what waits at the service under the same topic is replaced, so a second try is not a second alert
    topic: delivery.id.replaceAll('-', ''),
  },
  body: encryptPush(Buffer.from(delivery.body), device),
})

/** Standard Webhooks: `v1,` and HMAC-SHA256 of id, time and body, by each secret in force. */
const webhookRequest = ({ vault }: Office, { id, body }: Delivery, webhook: WebhookRow, now: Instant): PostRequest => {
  const { mailboxId, url, secret, previousSecret, previousUntil } = webhook
  const seconds = Math.floor(now / 1_000)
  const old = previousSecret && previousUntil !== null && previousUntil > now ? [previousSecret] : []
  const signatures = [secret, ...old].map((sealed) => {
    const key = vault.openSecret(webhookContext(mailboxId), sealed)
    return `v1,${createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')}`
  })
  return {
    url,
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(seconds),
      'webhook-signature': signatures.join(' '),
    },
    body: Buffer.from(body),
  }
}

/** Posts a delivery; undefined where there is nowhere to send it any more. */
export const post = async (office: Office, delivery: Delivery): Promise<PostAnswer | undefined> => {
  const { db, poster } = office
  const now = office.clock.now()
  if (!poster) return undefined
  if (delivery.deviceId !== null) {
    const device = await findDevice(db, delivery.deviceId)
    return device && office.vapid ? poster.post(pushRequest(office, delivery, device, now)) : undefined
  }
  const webhook = await findWebhook(db, delivery.mailboxId)
  const isTrial = delivery.event === 'webhook.test'
  if (!webhook || (webhook.offAt !== null && !isTrial)) return undefined
  return poster.post(webhookRequest(office, delivery, webhook, now))
}

/** What a try leaves at the device that it went to. */
export const noteAtDevice = async (
  tx: Tx,
  delivery: Delivery,
  step: DeliveryStep['kind'],
  now: Instant,
): Promise<void> => {
  const { deviceId, mailboxId } = delivery
  if (deviceId === null) return
  if (step === 'gone') await dropDevice(tx, mailboxId, deviceId)
  else noteDevice(tx, deviceId, step === 'delivered', now)
}

/** A webhook that is gone, or that took nothing for three days, is switched off, and its holder told. */
const stopWebhook = async (
  tx: Tx,
  office: Office,
  { mailboxId, createdAt }: Delivery,
  reason: 'failing' | 'gone',
  now: Instant,
): Promise<void> => {
  const webhook = await findWebhook(tx, mailboxId)
  if (!webhook || !(await switchOff(tx, mailboxId, reason, createdAt, now))) return
  dropWaiting(tx, mailboxId, now)
  const [box] = await alertBoxes(tx, [mailboxId])
  const holder = box && (await findHolderByAddress(tx, addressKey(box.address)))
  if (!holder) return
  const { name, address } = holder
  const page = `${office.publicUrl}/casella/avvisi`
  const text = webhookOffText(name, { address, url: webhook.url, reason, page })
  await tellHolder(tx, office, holder, { kind: 'alert.webhookOff', ...text })
}

/** The job of a delivery: posts it, and notes what becomes of it in one transaction. */
export const deliverAlert = async (office: Office, job: Job): Promise<void> => {
  const delivery = await findDelivery(office.db, job.id)
  const answer = delivery && (await post(office, delivery))
  const now = office.clock.now()
  const facts = delivery && { attempts: delivery.attempts + 1, createdAt: delivery.createdAt, now }
  const step: DeliveryStep =
    answer && facts ? (delivery.deviceId === null ? afterWebhook : afterPush)(answer, facts) : { kind: 'failed' }
  await office.db.tx(async (tx) => {
    if (step.kind === 'again') putOffJob(tx, job.id, step.at)
    else if (!(await finishJob(tx, job.id))) return
    if (!delivery) return
    noteAnswer(tx, delivery, answer, step.kind, now)
    await noteAtDevice(tx, delivery, step.kind, now)
    if (answer && delivery.deviceId === null && (step.kind === 'gone' || step.kind === 'failed')) {
      await stopWebhook(tx, office, delivery, step.kind === 'gone' ? 'gone' : 'failing', now)
    }
  })
}
