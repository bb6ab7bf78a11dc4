// Tells what is due, on each channel, in the transaction that notes it as told: a letter, a message to a device, events.
import { randomUUID } from 'node:crypto'
import { alertLetter } from '../../core/identity/accountTextsAlerts.ts'
import { type AlertChannel, type AlertKind, alertChannels, pushKey } from '../../core/identity/alerts.ts'
import { pushMessage } from '../../core/identity/pushTexts.ts'
import { webhookBody } from '../../core/identity/webhookEvents.ts'
import { DAY, type Instant } from '../../core/lib/instant.ts'
import { parseAddrSpec } from '../../core/mail/address.ts'
import { type Tx, timestamp } from '../db/pool.ts'
import { writeNotice } from '../notices/notices.ts'
import type { Office } from '../office.ts'
import { putDelivery } from './deliveries.ts'
import { findDevice } from './deviceStore.ts'
import { type AlertBox, alertBoxes } from './store.ts'
import { findWebhook } from './webhookStore.ts'

type Due = {
  readonly channel: string
  readonly what: string
  readonly kind: AlertKind
  readonly sender: string | null
  readonly subject: string | null
  readonly level: number | null
  readonly receivedAt: Instant
}

const KINDS = ['message', 'unread3', 'unread7', 'filling', 'expiry'] as const satisfies readonly AlertKind[]

/** Writes the letter to the reference e-mail. */
const tellByEmail = async (
  tx: Tx,
  office: Office,
  box: AlertBox,
  kind: AlertKind,
  lines: readonly Due[],
): Promise<void> => {
  const { address, preference, referenceEmail } = box
  // The term has its own letters.
  if (kind === 'expiry' || !referenceEmail || !parseAddrSpec(referenceEmail)) return
  await writeNotice(tx, office, {
    ...alertLetter(kind, { address, lines, preference, page: `${office.publicUrl}/casella/avvisi` }),
    kind: `alert.${kind}`,
    to: referenceEmail,
    subjectKind: 'mailbox',
    subjectId: address,
  })
}

/** One message to a device for all things of one kind. */
const tellByPush = async (
  tx: Tx,
  box: AlertBox,
  channel: AlertChannel,
  kind: AlertKind,
  lines: readonly Due[],
  now: Instant,
): Promise<void> => {
  const device = await findDevice(tx, channel.key.slice(pushKey('').length))
  if (!device) return
  const id = randomUUID()
  const body = JSON.stringify(pushMessage({ kind, address: box.address, lines, shows: device }, device.language, id))
  const { mailboxId } = box
  putDelivery(tx, { mailboxId, deviceId: device.id, event: kind, body, url: device.endpoint }, now, id)
}

/** An event to the webhook for each thing. */
const tellByWebhook = async (
  tx: Tx,
  { mailboxId, address }: AlertBox,
  shows: AlertChannel,
  lines: readonly Due[],
  now: Instant,
): Promise<void> => {
  const webhook = await findWebhook(tx, mailboxId)
  if (!webhook) return
  for (const line of lines) {
    const body = webhookBody({ ...line, address, shows })
    putDelivery(tx, { mailboxId, event: body.type, body: JSON.stringify(body), url: webhook.url }, now)
  }
}

/** Tells the holder of a box what is due. */
const tell = async (tx: Tx, office: Office, mailboxId: number): Promise<void> => {
  const now = office.clock.now()
  // Who comes second waits here, and finds nothing that is not told.
  const due = await tx.query<Due>(
    'alert-due',
    `select channel, what, kind, sender, subject, level, received_at as "receivedAt" from alert
     where mailbox_id = $1 and settled_at is null and due_at <= $2
     order by received_at, what, channel for update`,
    [mailboxId, timestamp(now)],
  )
  if (due.length === 0) return
  tx.send(
    'alert-settle',
    `update alert a set settled_at = $2, sender = null, subject = null
     from unnest($3::text[], $4::text[]) as x (channel, what)
     where a.mailbox_id = $1 and a.channel = x.channel and a.what = x.what`,
    [mailboxId, timestamp(now), due.map(({ channel }) => channel), due.map(({ what }) => what)],
  )
  const [box] = await alertBoxes(tx, [mailboxId])
  if (!box) return
  for (const kind of KINDS) {
    // What is not wanted any more is not told.
    for (const channel of alertChannels(box, kind)) {
      const lines = due.filter((one) => one.kind === kind && one.channel === channel.key)
      if (lines.length === 0) continue
      if (channel.kind === 'email') await tellByEmail(tx, office, box, kind, lines)
      else if (channel.kind === 'push') await tellByPush(tx, box, channel, kind, lines, now)
      else await tellByWebhook(tx, box, channel, lines, now)
    }
  }
}

/** Boxes found by one statement. */
const PAGE = 500

/** Tells all that is due. A box that fails is told to the log and keeps nobody else waiting. */
export const tellAlerts = async (office: Office): Promise<void> => {
  const now = office.clock.now()
  for (let after = 0; ; ) {
    const rows = await office.db.query<{ id: number }>(
      'alert-due-boxes',
      `select distinct mailbox_id as id from alert where settled_at is null and due_at <= $1 and mailbox_id > $2
       order by mailbox_id limit $3`,
      [timestamp(now), after, PAGE],
    )
    for (const { id } of rows) {
      try {
        await office.db.tx((tx) => tell(tx, office, id))
      } catch (error) {
        office.log({ kind: 'mailstoreError', what: `alerts of mailbox ${id}`, error })
      }
    }
    if (rows.length < PAGE) return
    after = rows.at(-1)!.id
  }
}

/** What was told is remembered so long: the bookmark never goes back, this is for whoever looks. */
const KEPT_MS = 30 * DAY

export const sweepAlerts = async ({ db, clock }: Pick<Office, 'db' | 'clock'>): Promise<void> => {
  const before = timestamp(clock.now() - KEPT_MS)
  await db.query('alert-sweep', 'delete from alert where settled_at <= $1', [before])
  await db.query('alert-delivery-sweep', 'delete from alert_delivery where settled_at <= $1', [before])
}
