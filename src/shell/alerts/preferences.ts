// What the holder of a box is told of, and when: read and chosen.
import type { AlertPreference } from '../../core/identity/alerts.ts'
import { writeAudit } from '../audit/write.ts'
import { timestamp } from '../db/pool.ts'
import type { AccountCaller } from '../identity/account/sessions.ts'
import type { Office } from '../office.ts'
import { ORDER_SEES_UNREAD } from '../register/unread.ts'
import { alertBoxes } from './store.ts'

export type AlertsView = AlertPreference & {
  readonly referenceEmail?: string | undefined
  /** The Order that sees whether messages have been unread for long. */
  readonly seenBy?: string | undefined
}

export const readAlerts = async ({ db }: Pick<Office, 'db'>, { mailbox }: AccountCaller): Promise<AlertsView> => {
  const [box] = await alertBoxes(db, [mailbox.id])
  if (!box) throw new Error(`mailbox ${mailbox.id} has no account`)
  const [order] = await db.query<{ name: string }>(
    'alerts-seen-by',
    `select o.name from mailbox_term t join convention c on c.id = t.convention_id
       join professional_order o on o.id = c.order_id
     where t.mailbox_id = $1 and t.state in ('active', 'suspended', 'expired') and ${ORDER_SEES_UNREAD}`,
    [mailbox.id],
  )
  return { ...box.preference, referenceEmail: box.referenceEmail ?? undefined, seenBy: order?.name }
}

/** Chooses. What waits to be told keeps its hour; what is not wanted any more when its hour comes is not told. */
export const chooseAlerts = async (
  office: Office,
  caller: AccountCaller,
  wanted: AlertPreference,
  remoteAddress: string,
): Promise<void> => {
  const quiet = wanted.quiet?.fromHour === wanted.quiet?.toHour ? undefined : wanted.quiet
  const at = office.clock.now()
  await office.db.tx(async (tx) => {
    tx.send(
      'alert-choose',
      `insert into alert_preference (mailbox_id, email, show_sender, show_subject, timing, digest_hour, quiet_from,
         quiet_to, unread, filling, changed_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
       on conflict (mailbox_id) do update set email = excluded.email, show_sender = excluded.show_sender,
         show_subject = excluded.show_subject, timing = excluded.timing, digest_hour = excluded.digest_hour,
         quiet_from = excluded.quiet_from, quiet_to = excluded.quiet_to, unread = excluded.unread,
         filling = excluded.filling, changed_at = excluded.changed_at`,
      [
        caller.mailbox.id,
        wanted.email,
        wanted.showSender,
        wanted.showSubject,
        wanted.timing,
        wanted.digestHour,
        quiet?.fromHour ?? null,
        quiet?.toHour ?? null,
        wanted.unread,
        wanted.filling,
        timestamp(at),
      ],
    )
    writeAudit(tx, [
      {
        at,
        actor: { kind: 'account', accountId: caller.accountId, remoteAddress },
        action: 'account.alerts',
        subjectKind: 'mailbox',
        subjectId: caller.mailbox.address,
        details: { ...wanted, quiet: quiet ?? null },
      },
    ])
  })
}
