// Messages that nobody has read after three days and after seven: told of again.
import { nextUnread, type UnreadDays, unreadDue } from '../../core/identity/alerts.ts'
import type { Instant } from '../../core/lib/instant.ts'
import { SEEN } from '../../core/mail/flags.ts'
import { PAGE_UIDS } from '../../core/mailbox/flagPage.ts'
import { type Tx, timestamp } from '../db/pool.ts'
import type { Office } from '../office.ts'
import { alertBoxes, putAlerts } from './store.ts'

/** Messages looked at by one transaction. */
const BATCH = 200

type Watched = {
  readonly mailboxId: number
  readonly msgid: string
  readonly sender: string | null
  readonly subject: string | null
  readonly receivedAt: Instant
  readonly days: UnreadDays
}

// The flags in force are those of the page where its slot has the bit 128, those of arrival elsewhere. What the holder
// threw away waits for nobody. Folders in which all is read are not gone through.
const STILL_UNREAD = `select f.mailbox_id as "mailboxId", m.msgid
  from folder f join message m on m.folder_id = f.id
    left join flag_page p on p.folder_id = f.id and p.page = m.uid / ${PAGE_UIDS},
    lateral (select get_byte(p.slots, (m.uid % ${PAGE_UIDS})::int * 8) as slot) s
  where f.mailbox_id = any($1::bigint[]) and f.unseen > 0
    and (f.role is null or f.role not in ('trash', 'junk', 'drafts', 'sent'))
    and m.kind = 'transportEnvelope' and m.msgid = any($2::text[])
    and (case when s.slot & 128 <> 0 then s.slot else m.flags end) & ${SEEN} = 0`

const keyOf = ({ mailboxId, msgid }: Pick<Watched, 'mailboxId' | 'msgid'>): string => `${mailboxId} ${msgid}`

const settle = async (tx: Tx, watched: readonly Watched[], now: Instant): Promise<void> => {
  const ids = [...new Set(watched.map(({ mailboxId }) => mailboxId))]
  const unread = new Set(
    (
      await tx.query<Pick<Watched, 'mailboxId' | 'msgid'>>('alert-still-unread', STILL_UNREAD, [
        ids,
        watched.map(({ msgid }) => msgid),
      ])
    ).map(keyOf),
  )
  const boxes = new Map((await alertBoxes(tx, ids)).map((box) => [box.mailboxId, box]))
  const still = watched.filter((one) => unread.has(keyOf(one)))
  putAlerts(
    tx,
    still.flatMap((one) => {
      const box = boxes.get(one.mailboxId)
      const kind = one.days === 3 ? 'unread3' : 'unread7'
      const { sender, subject, receivedAt } = one
      return box ? [[box, { what: `${kind}:${one.msgid}`, kind, sender, subject, receivedAt }]] : []
    }),
    now,
  )
  for (const one of watched) {
    const days = unread.has(keyOf(one)) ? nextUnread(one.days) : undefined
    if (days === undefined) {
      tx.send('alert-watch-end', 'delete from alert_watch where mailbox_id = $1 and msgid = $2', [
        one.mailboxId,
        one.msgid,
      ])
    } else {
      tx.send(
        'alert-watch-next',
        'update alert_watch set days = $3, due_at = $4 where mailbox_id = $1 and msgid = $2',
        [one.mailboxId, one.msgid, days, timestamp(unreadDue(one.receivedAt, days))],
      )
    }
  }
}

/** Looks again for the messages whose days are over. */
export const takeUnread = async ({ db, clock }: Pick<Office, 'db' | 'clock'>): Promise<void> => {
  for (;;) {
    const now = clock.now()
    const count = await db.tx(async (tx) => {
      const watched = await tx.query<Watched>(
        'alert-watch-due',
        `select mailbox_id as "mailboxId", msgid, sender, subject, received_at as "receivedAt", days from alert_watch
         where due_at <= $1 order by due_at limit $2 for update skip locked`,
        [timestamp(now), BATCH],
      )
      if (watched.length > 0) await settle(tx, watched, now)
      return watched.length
    })
    if (count === 0) return
  }
}
