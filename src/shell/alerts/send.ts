// Tells what is due: one letter to each holder for each kind of thing, in the transaction that notes it as told.
import { alertLetter } from '../../core/identity/accountTextsAlerts.ts'
import type { AlertKind } from '../../core/identity/alerts.ts'
import { DAY, type Instant } from '../../core/lib/instant.ts'
import { parseAddrSpec } from '../../core/mail/address.ts'
import { type Tx, timestamp } from '../db/pool.ts'
import { writeNotice } from '../notices/notices.ts'
import type { Office } from '../office.ts'
import { alertBoxes, wants } from './store.ts'

type Due = {
  readonly what: string
  readonly kind: AlertKind
  readonly sender: string | null
  readonly subject: string | null
  readonly level: number | null
  readonly receivedAt: Instant
}

const KINDS = ['message', 'unread3', 'unread7', 'filling'] as const satisfies readonly AlertKind[]

/** Tells the holder of a box what is due. */
const tell = async (tx: Tx, office: Office, mailboxId: number): Promise<void> => {
  const now = office.clock.now()
  // Who comes second waits here, and finds nothing that is not told.
  const due = await tx.query<Due>(
    'alert-due',
    `select what, kind, sender, subject, level, received_at as "receivedAt" from alert
     where mailbox_id = $1 and channel = 'email' and settled_at is null and due_at <= $2
     order by received_at, what for update`,
    [mailboxId, timestamp(now)],
  )
  if (due.length === 0) return
  tx.send(
    'alert-settle',
    `update alert set settled_at = $2, sender = null, subject = null
     where mailbox_id = $1 and channel = 'email' and what = any($3::text[])`,
    [mailboxId, timestamp(now), due.map(({ what }) => what)],
  )
  const [box] = await alertBoxes(tx, [mailboxId])
  if (!box?.referenceEmail || !parseAddrSpec(box.referenceEmail)) return
  for (const kind of KINDS) {
    const lines = due.filter((one) => one.kind === kind)
    if (lines.length === 0 || !wants(box, kind)) continue
    const { address, preference, referenceEmail } = box
    await writeNotice(tx, office, {
      ...alertLetter(kind, { address, lines, preference, page: `${office.publicUrl}/casella/avvisi` }),
      kind: `alert.${kind}`,
      to: referenceEmail,
      subjectKind: 'mailbox',
      subjectId: address,
    })
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
  await db.query('alert-sweep', 'delete from alert where settled_at <= $1', [timestamp(clock.now() - KEPT_MS)])
}
