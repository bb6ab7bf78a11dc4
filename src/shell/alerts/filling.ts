// Whether boxes fill up: each level is told once on the way up, and again after the box has been below it.
import { fillingLevel, tellsFilling } from '../../core/identity/alerts.ts'
import type { Instant } from '../../core/lib/instant.ts'
import type { Tx } from '../db/pool.ts'
import type { Office } from '../office.ts'
import { alertBoxes, type NewAlert, putAlerts } from './store.ts'

type Fill = {
  readonly id: number
  readonly used: number
  readonly quota: number
  readonly level: number
}

/** Looks at how full these boxes are, in the order of their ids, and writes what is to be told. */
export const noteFilling = async (tx: Tx, mailboxIds: readonly number[], now: Instant): Promise<void> => {
  // Level 70 of a box that was empty has no row to lock: the key of what is told, with the moment, would not stop two.
  await tx.query('alert-filling-lock', `select pg_advisory_xact_lock(hashtext('alert_filling'))`)
  const fills = await tx.query<Fill>(
    'alert-fills',
    `select b.id, b.used_bytes as used, b.quota_bytes as quota, coalesce(f.level, 0) as level
     from mailbox b left join alert_filling f on f.mailbox_id = b.id where b.id = any($1::bigint[]) and b.quota_bytes > 0`,
    [mailboxIds],
  )
  const changed = fills
    .map((one) => ({ ...one, next: fillingLevel(one.used, one.quota) }))
    .filter(({ level, next }) => level !== next)
  if (changed.length === 0) return
  tx.send(
    'alert-filling-set',
    `insert into alert_filling (mailbox_id, level) select * from unnest($1::bigint[], $2::int[])
     on conflict (mailbox_id) do update set level = excluded.level`,
    [changed.filter(({ next }) => next > 0).map(({ id }) => id), changed.map(({ next }) => next).filter((n) => n > 0)],
  )
  tx.send('alert-filling-drop', 'delete from alert_filling where mailbox_id = any($1::bigint[])', [
    changed.filter(({ next }) => next === 0).map(({ id }) => id),
  ])
  const risen = new Map(changed.filter((one) => tellsFilling(one.level, one.next)).map((one) => [one.id, one.next]))
  const boxes = await alertBoxes(tx, [...risen.keys()])
  putAlerts(
    tx,
    boxes.map((box): readonly [typeof box, NewAlert] => {
      const level = risen.get(box.mailboxId)
      return [box, { what: `filling:${level}:${now}`, kind: 'filling', level, receivedAt: now }]
    }),
    now,
  )
}

const PAGE = 1_000

/** Looks at all boxes: those that fill up by what their own programs put there, those that were emptied. */
export const sweepFilling = async ({ db, clock }: Pick<Office, 'db' | 'clock'>): Promise<void> => {
  for (let after = 0; ; ) {
    const rows = await db.query<{ id: number; look: boolean }>(
      'alert-filling-page',
      `select b.id, b.used_bytes * 100 >= b.quota_bytes * 70 or f.level is not null as look
       from mailbox b left join alert_filling f on f.mailbox_id = b.id
       where b.id > $1 and b.role = 'person' order by b.id limit $2`,
      [after, PAGE],
    )
    const ids = rows.filter(({ look }) => look).map(({ id }) => id)
    if (ids.length > 0) await db.tx((tx) => noteFilling(tx, ids, clock.now()))
    if (rows.length < PAGE) return
    after = rows.at(-1)!.id
  }
}
