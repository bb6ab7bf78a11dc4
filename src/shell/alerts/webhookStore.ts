// SQL of webhooks.
import type { AlertShows } from '../../core/identity/alerts.ts'
import type { Instant } from '../../core/lib/instant.ts'
import { type Queries, type Tx, timestamp } from '../db/pool.ts'

export type WebhookRow = AlertShows & {
  readonly mailboxId: number
  readonly url: string
  readonly secret: Uint8Array
  readonly previousSecret: Uint8Array | null
  readonly previousUntil: Instant | null
  readonly offReason: 'failing' | 'gone' | null
  readonly offAt: Instant | null
  readonly createdAt: Instant
}

/** What a sealed secret is bound to. */
export const webhookContext = (mailboxId: number): string => `webhook ${mailboxId}`

const SELECT = `select mailbox_id as "mailboxId", url, secret, previous_secret as "previousSecret",
    previous_until as "previousUntil", show_sender as "showSender", show_subject as "showSubject",
    off_reason as "offReason", off_at as "offAt", created_at as "createdAt" from webhook where mailbox_id = $1`

export const findWebhook = async (db: Queries, mailboxId: number): Promise<WebhookRow | undefined> =>
  (await db.query<WebhookRow>('webhook-find', SELECT, [mailboxId]))[0]

/** The same, held until the end of the transaction. */
export const lockWebhook = async (tx: Tx, mailboxId: number): Promise<WebhookRow | undefined> =>
  (await tx.query<WebhookRow>('webhook-lock', `${SELECT} for update`, [mailboxId]))[0]

export const insertWebhook = (
  tx: Tx,
  row: AlertShows & Pick<WebhookRow, 'mailboxId' | 'url' | 'secret'>,
  now: Instant,
): void =>
  tx.send(
    'webhook-insert',
    `insert into webhook (mailbox_id, url, secret, show_sender, show_subject, created_at, changed_at)
     values ($1, $2, $3, $4, $5, $6, $6)`,
    [row.mailboxId, row.url, Buffer.from(row.secret), row.showSender, row.showSubject, timestamp(now)],
  )

/** Another address or other choices: it is on again, with the secret that it has. */
export const changeWebhook = (
  tx: Tx,
  { mailboxId, url, showSender, showSubject }: AlertShows & Pick<WebhookRow, 'mailboxId' | 'url'>,
  now: Instant,
): void =>
  tx.send(
    'webhook-change',
    `update webhook set url = $2, show_sender = $3, show_subject = $4, changed_at = $5, off_reason = null, off_at = null
     where mailbox_id = $1`,
    [mailboxId, url, showSender, showSubject, timestamp(now)],
  )

/** A new secret; the one before signs beside it until an instant. */
export const rotateSecret = (tx: Tx, mailboxId: number, secret: Uint8Array, until: Instant, now: Instant): void =>
  tx.send(
    'webhook-rotate',
    `update webhook set previous_secret = secret, previous_until = $3, secret = $2, changed_at = $4 where mailbox_id = $1`,
    [mailboxId, Buffer.from(secret), timestamp(until), timestamp(now)],
  )

const DROP_ALERTS = `delete from alert where mailbox_id = $1 and channel = 'webhook' and settled_at is null`

/** What waits for a webhook that is off waits for nobody. */
export const dropWaiting = (tx: Tx, mailboxId: number, now: Instant): void => {
  tx.send('webhook-drop-alerts', DROP_ALERTS, [mailboxId])
  tx.send(
    'webhook-drop-waiting',
    `update alert_delivery set state = 'failed', outcome = coalesce(outcome, 'off'), settled_at = $2, body = null
     where mailbox_id = $1 and device_id is null and state = 'waiting'`,
    [mailboxId, timestamp(now)],
  )
}

/** With the webhook goes what was for it and how it went. */
export const dropOutcomes = (tx: Tx, mailboxId: number): void => {
  tx.send('webhook-drop-alerts', DROP_ALERTS, [mailboxId])
  tx.send('webhook-drop-outcomes', 'delete from alert_delivery where mailbox_id = $1 and device_id is null', [
    mailboxId,
  ])
}

export const deleteWebhook = async (tx: Tx, mailboxId: number): Promise<boolean> =>
  (await tx.query('webhook-delete', 'delete from webhook where mailbox_id = $1 returning 1', [mailboxId])).length > 0

/** Switches it off; false where it is already, or where something has arrived there since this instant. */
export const switchOff = async (
  tx: Tx,
  mailboxId: number,
  reason: 'failing' | 'gone',
  since: Instant,
  now: Instant,
): Promise<boolean> =>
  (
    await tx.query(
      'webhook-off',
      `update webhook w set off_reason = $2, off_at = $4 where mailbox_id = $1 and off_at is null
         and ($2 = 'gone' or not exists (select from alert_delivery d where d.mailbox_id = w.mailbox_id
           and d.device_id is null and d.state = 'delivered' and d.settled_at > $3)) returning 1`,
      [mailboxId, reason, timestamp(since), timestamp(now)],
    )
  ).length > 0
