// SQL of alerts: what the holder of a box wants and where it goes, and the rows of what is to be told.
import {
  type AlertKind,
  type AlertPlaces,
  type AlertPreference,
  alertChannels,
  alertDue,
  PLAIN_ALERTS,
} from '../../core/identity/alerts.ts'
import type { Instant } from '../../core/lib/instant.ts'
import { type Queries, type Tx, timestamp } from '../db/pool.ts'

/** A box of a person, with what is needed to tell its holder something. */
export type AlertBox = AlertPlaces & {
  readonly mailboxId: number
  readonly address: string
  readonly addressKey: string
}

type Row = Omit<AlertBox, 'preference'> & {
  readonly chosen: boolean
  readonly quietFrom: number | null
  readonly quietTo: number | null
} & Omit<AlertPreference, 'quiet'>

const SELECT = `select b.id as "mailboxId", b.address, b.address_key as "addressKey",
    coalesce(t.reference_email, a.reference_email) as "referenceEmail", p.mailbox_id is not null as chosen,
    p.email, p.show_sender as "showSender", p.show_subject as "showSubject", p.timing, p.digest_hour as "digestHour",
    p.quiet_from as "quietFrom", p.quiet_to as "quietTo", p.unread, p.filling,
    (select coalesce(jsonb_agg(jsonb_build_object('id', d.id, 'showSender', d.show_sender, 'showSubject', d.show_subject)
       order by d.id), '[]') from push_device d where d.mailbox_id = b.id) as devices,
    (select jsonb_build_object('showSender', w.show_sender, 'showSubject', w.show_subject) from webhook w
     where w.mailbox_id = b.id and w.off_at is null) as webhook
  from mailbox b join account a on a.mailbox_id = b.id left join mailbox_term t on t.mailbox_id = b.id
    left join alert_preference p on p.mailbox_id = b.id`

const boxOf = ({
  mailboxId,
  address,
  addressKey,
  referenceEmail,
  chosen,
  quietFrom,
  quietTo,
  devices,
  webhook,
  ...row
}: Row): AlertBox => ({
  mailboxId,
  address,
  addressKey,
  referenceEmail,
  devices,
  webhook,
  preference: chosen
    ? { ...row, quiet: quietFrom === null || quietTo === null ? undefined : { fromHour: quietFrom, toHour: quietTo } }
    : PLAIN_ALERTS,
})

export const alertBoxes = async (db: Queries, mailboxIds: readonly number[]): Promise<readonly AlertBox[]> =>
  (await db.query<Row>('alert-boxes', `${SELECT} where b.id = any($1::bigint[])`, [mailboxIds])).map(boxOf)

/** The boxes of these addresses, by `addressKey`. */
export const alertBoxesByAddress = async (db: Queries, keys: readonly string[]): Promise<readonly AlertBox[]> =>
  (
    await db.query<Row>(
      'alert-boxes-by-address',
      `${SELECT} where b.address_key = any($1::text[]) and b.role = 'person' and b.state <> 'suspended'`,
      [keys],
    )
  ).map(boxOf)

export type NewAlert = {
  readonly what: string
  readonly kind: AlertKind
  readonly sender?: string | null | undefined
  readonly subject?: string | null | undefined
  readonly level?: number | undefined
  readonly receivedAt: Instant
}

/**
 * Writes what is to be told to the holders of boxes, on each channel that is theirs now; what has a row already is left
 * alone. Sender and subject are kept where the channel says them.
 */
export const putAlerts = (tx: Tx, alerts: readonly (readonly [AlertBox, NewAlert])[], now: Instant): void => {
  const rows = alerts.flatMap(([box, { sender, subject, receivedAt, ...one }]) =>
    alertChannels(box, one.kind).map((channel) => ({
      ...one,
      mailboxId: box.mailboxId,
      channel: channel.key,
      sender: channel.showSender ? sender : null,
      subject: channel.showSubject ? subject : null,
      receivedAt: timestamp(receivedAt),
      dueAt: timestamp(alertDue(channel.kind, one.kind, box.preference, now)),
    })),
  )
  if (rows.length === 0) return
  tx.send(
    'alert-put',
    `insert into alert (mailbox_id, channel, what, kind, sender, subject, level, received_at, due_at)
     select "mailboxId", channel, what, kind, sender, subject, level, "receivedAt", "dueAt"
     from jsonb_to_recordset($1::jsonb) as x ("mailboxId" bigint, channel text, what text, kind text, sender text,
       subject text, level int, "receivedAt" timestamptz, "dueAt" timestamptz)
     on conflict do nothing`,
    [JSON.stringify(rows)],
  )
}
