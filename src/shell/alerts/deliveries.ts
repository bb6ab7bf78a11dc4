// What leaves for devices and webhooks: rows with a job each, written in the transaction of what they tell.
import { randomUUID } from 'node:crypto'
import type { DeliveryStep, PostAnswer } from '../../core/identity/alertDelivery.ts'
import type { Instant } from '../../core/lib/instant.ts'
import { type Database, type Queries, type Tx, timestamp } from '../db/pool.ts'
import { putJob } from '../outbox/jobs.ts'

/** The job of a delivery: who does not answer keeps only those waiting that go there, too. */
export type AlertPayload = { readonly host: string }

export type NewDelivery = {
  readonly mailboxId: number
  /** Absent: to the webhook. */
  readonly deviceId?: string | undefined
  readonly event: string
  readonly body: string
  /** The address it goes to now. */
  readonly url: string
}

export type Delivery = {
  readonly id: string
  readonly mailboxId: number
  readonly deviceId: string | null
  readonly event: string
  readonly body: string
  readonly createdAt: Instant
  readonly attempts: number
}

const insert = (tx: Tx, id: string, { mailboxId, deviceId, event, body }: NewDelivery, now: Instant): void =>
  tx.send(
    'alert-delivery-put',
    `insert into alert_delivery (id, mailbox_id, device_id, event, body, created_at) values ($1, $2, $3, $4, $5, $6)`,
    [id, mailboxId, deviceId ?? null, event, body, timestamp(now)],
  )

/** Writes what is to leave, and its job. */
export const putDelivery = (tx: Tx, delivery: NewDelivery, now: Instant, id: string = randomUUID()): void => {
  insert(tx, id, delivery, now)
  const payload: AlertPayload = { host: new URL(delivery.url).host }
  putJob(tx, { id, kind: 'alert', payload, dueAt: now }, now)
}

/** Writes what is sent at once, without a job: a try that somebody waits for. */
export const putTrial = (tx: Tx, delivery: NewDelivery, now: Instant): Delivery => {
  const { mailboxId, deviceId = null, event, body } = delivery
  const id = randomUUID()
  insert(tx, id, delivery, now)
  return { id, mailboxId, deviceId, event, body, createdAt: now, attempts: 0 }
}

/** What waits to leave under an id. */
export const findDelivery = async (db: Queries, id: string): Promise<Delivery | undefined> =>
  (
    await db.query<Delivery>(
      'alert-delivery-find',
      `select id, mailbox_id as "mailboxId", device_id as "deviceId", event, body, created_at as "createdAt", attempts
       from alert_delivery where id = $1 and state = 'waiting'`,
      [id],
    )
  )[0]

const wordOf = (answer: PostAnswer | undefined): string | null =>
  answer === undefined ? 'off' : answer.kind === 'answered' ? null : answer.why

/** Notes what was answered; what is settled says nothing any more. No answer: it was not sent at all. */
export const noteAnswer = (
  tx: Tx,
  { id }: Pick<Delivery, 'id'>,
  answer: PostAnswer | undefined,
  step: DeliveryStep['kind'],
  now: Instant,
): void => {
  const settled = step !== 'again'
  tx.send(
    'alert-delivery-note',
    `update alert_delivery set attempts = attempts + $2, tried_at = coalesce($3, tried_at), status = $4, outcome = $5,
       state = $6, settled_at = $7, body = case when $7::timestamptz is null then body end where id = $1`,
    [
      id,
      answer ? 1 : 0,
      answer ? timestamp(now) : null,
      answer?.kind === 'answered' ? answer.status : null,
      wordOf(answer),
      settled ? (step === 'delivered' ? 'delivered' : 'failed') : 'waiting',
      settled ? timestamp(now) : null,
    ],
  )
}

export type Outcome = {
  readonly id: string
  readonly event: string
  readonly createdAt: Instant
  readonly triedAt: Instant | null
  readonly attempts: number
  readonly state: 'waiting' | 'delivered' | 'failed'
  readonly status: number | null
  readonly outcome: string | null
}

/** How the last ones to a box's webhook went, newest first. */
export const webhookOutcomes = (db: Database, mailboxId: number, limit: number): Promise<readonly Outcome[]> =>
  db.query<Outcome>(
    'webhook-outcomes',
    `select id, event, created_at as "createdAt", tried_at as "triedAt", attempts, state, status, outcome
     from alert_delivery where mailbox_id = $1 and device_id is null order by created_at desc, id limit $2`,
    [mailboxId, limit],
  )
