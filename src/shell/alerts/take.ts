// Finds what has been delivered since the last time, by the journal, and writes what is to be told of it.
import { alertChannels, UNREAD_DAYS, unreadDue } from '../../core/identity/alerts.ts'
import type { Instant } from '../../core/lib/instant.ts'
import { addressKey } from '../../core/mail/address.ts'
import { type Tx, timestamp } from '../db/pool.ts'
import type { Office } from '../office.ts'
import { noteFilling } from './filling.ts'
import { type AlertBox, alertBoxesByAddress, putAlerts } from './store.ts'

/** Entries of the journal read by one transaction. */
const BATCH = 2_000

type Delivered = {
  readonly msgid: string
  readonly sender: string
  readonly recipient: string
  readonly subject: string | null
  readonly at: Instant
}

/** Messages whose fate is looked at again when some days have gone by. */
const watch = (tx: Tx, messages: readonly (readonly [AlertBox, Delivered])[]): void => {
  const [days] = UNREAD_DAYS
  const rows = messages.flatMap(([box, one]) => {
    const channels = alertChannels(box, 'unread3')
    if (channels.length === 0) return []
    return [
      {
        mailboxId: box.mailboxId,
        msgid: one.msgid,
        sender: channels.some(({ showSender }) => showSender) ? one.sender : null,
        subject: channels.some(({ showSubject }) => showSubject) ? one.subject : null,
        at: timestamp(one.at),
        days,
        dueAt: timestamp(unreadDue(one.at, days)),
      },
    ]
  })
  if (rows.length === 0) return
  tx.send(
    'alert-watch',
    `insert into alert_watch (mailbox_id, msgid, sender, subject, received_at, days, due_at)
     select "mailboxId", msgid, sender, subject, at, days, "dueAt"
     from jsonb_to_recordset($1::jsonb) as x ("mailboxId" bigint, msgid text, sender text, subject text, at timestamptz,
       days int, "dueAt" timestamptz)
     on conflict do nothing`,
    [JSON.stringify(rows)],
  )
}

const take = async (tx: Tx, delivered: readonly Delivered[], now: Instant): Promise<void> => {
  const keys = [...new Set(delivered.map(({ recipient }) => addressKey(recipient)))]
  const boxes = new Map((await alertBoxesByAddress(tx, keys)).map((box) => [box.addressKey, box]))
  const found = delivered.flatMap((one) => {
    const box = boxes.get(addressKey(one.recipient))
    return box ? [[box, one] as const] : []
  })
  putAlerts(
    tx,
    found.map(([box, { msgid, sender, subject, at }]) => [
      box,
      { what: `message:${msgid}`, kind: 'message', sender, subject, receivedAt: at },
    ]),
    now,
  )
  watch(tx, found)
  await noteFilling(
    tx,
    [...boxes.values()].map(({ mailboxId }) => mailboxId).sort((a, b) => a - b),
    now,
  )
}

/** Takes a stretch of the journal; false where there is no more. The bookmark moves with what is written. */
const takeNext = (office: Pick<Office, 'db' | 'clock'>): Promise<boolean> =>
  office.db.tx(async (tx) => {
    // Two nodes at once: the second waits here, and finds the bookmark moved.
    const [mark] = await tx.query<{ position: number }>(
      'alert-mark',
      `select position from bookmark where name = 'alerts' for update`,
    )
    const [head] = await tx.query<{ seq: number }>('alert-head', 'select seq from journal_head')
    const from = mark!.position
    const to = Math.min(head!.seq, from + BATCH)
    if (to <= from) return false
    const delivered = await tx.query<Delivered>(
      'alert-delivered',
      `select msgid, sender, recipients[1] as recipient, subject, at from journal
       where seq > $1 and seq <= $2 and event = 'delivered' order by seq`,
      [from, to],
    )
    if (delivered.length > 0) await take(tx, delivered, office.clock.now())
    tx.send('alert-move', `update bookmark set position = $1 where name = 'alerts'`, [to])
    return to < head!.seq
  })

/** Writes what is to be told of all that was delivered since the last time; delivery itself does nothing for it. */
export const takeDelivered = async (office: Pick<Office, 'db' | 'clock'>): Promise<void> => {
  while (await takeNext(office));
}
