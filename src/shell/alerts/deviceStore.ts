// SQL of the devices that show alerts.
import { createHash } from 'node:crypto'
import type { AlertShows } from '../../core/identity/alerts.ts'
import type { PushLanguage } from '../../core/identity/pushTexts.ts'
import type { Instant } from '../../core/lib/instant.ts'
import type { PushKeys } from '../adapters/webPush.ts'
import { type Queries, type Tx, timestamp } from '../db/pool.ts'

export type PushDevice = AlertShows &
  PushKeys & {
    readonly id: string
    readonly mailboxId: number
    readonly name: string
    readonly endpoint: string
    readonly endpointHash: Uint8Array
    readonly language: PushLanguage
    readonly addedAt: Instant
    readonly lastOkAt: Instant | null
    readonly lastFailedAt: Instant | null
  }

export const endpointHash = (endpoint: string): Buffer => createHash('sha256').update(endpoint).digest()

const SELECT = `select id, mailbox_id as "mailboxId", name, endpoint, endpoint_hash as "endpointHash",
    public_key as "publicKey", auth, language, show_sender as "showSender", show_subject as "showSubject",
    added_at as "addedAt", last_ok_at as "lastOkAt", last_failed_at as "lastFailedAt" from push_device`

export const devicesOf = (db: Queries, mailboxId: number): Promise<readonly PushDevice[]> =>
  db.query<PushDevice>('push-devices-of', `${SELECT} where mailbox_id = $1 order by added_at, id`, [mailboxId])

export const findDevice = async (db: Queries, id: string): Promise<PushDevice | undefined> =>
  (await db.query<PushDevice>('push-device-find', `${SELECT} where id = $1`, [id]))[0]

export type NewDevice = Omit<PushDevice, 'addedAt' | 'endpointHash' | 'lastOkAt' | 'lastFailedAt'>

/** Adds a device, or gives the one whose browser this is new keys and choices; gives the id that it has. */
export const putDevice = async (tx: Tx, device: NewDevice, now: Instant): Promise<string> => {
  const [row] = await tx.query<{ id: string }>(
    'push-device-put',
    `insert into push_device (id, mailbox_id, name, endpoint, endpoint_hash, public_key, auth, language, show_sender,
       show_subject, added_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
     on conflict (mailbox_id, endpoint_hash) do update set name = excluded.name, public_key = excluded.public_key,
       auth = excluded.auth, language = excluded.language, show_sender = excluded.show_sender,
       show_subject = excluded.show_subject, last_failed_at = null
     returning id`,
    [
      device.id,
      device.mailboxId,
      device.name,
      device.endpoint,
      endpointHash(device.endpoint),
      Buffer.from(device.publicKey),
      Buffer.from(device.auth),
      device.language,
      device.showSender,
      device.showSubject,
      timestamp(now),
    ],
  )
  return row!.id
}

/** Takes a device away with all that waits for it; false where the box has none of that id. */
export const dropDevice = async (tx: Tx, mailboxId: number, id: string): Promise<boolean> => {
  tx.send(
    'push-device-alerts',
    `delete from alert where mailbox_id = $1 and channel = 'push:' || $2::text and settled_at is null`,
    [mailboxId, id],
  )
  const gone = await tx.query(
    'push-device-drop',
    'delete from push_device where id = $1 and mailbox_id = $2 returning 1',
    [id, mailboxId],
  )
  return gone.length > 0
}

export const noteDevice = (tx: Tx, id: string, delivered: boolean, now: Instant): void =>
  delivered
    ? tx.send('push-device-ok', 'update push_device set last_ok_at = $2, last_failed_at = null where id = $1', [
        id,
        timestamp(now),
      ])
    : tx.send('push-device-failed', 'update push_device set last_failed_at = $2 where id = $1', [id, timestamp(now)])
