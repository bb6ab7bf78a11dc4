// Devices that show alerts (web push): added, listed, changed, tried, removed.
import { randomUUID } from 'node:crypto'
import type { Refusal } from '../../core/api/problems.ts'
import { postUrl } from '../../core/identity/alertDelivery.ts'
import type { AlertShows } from '../../core/identity/alerts.ts'
import { type PushLanguage, pushMessage } from '../../core/identity/pushTexts.ts'
import type { Instant } from '../../core/lib/instant.ts'
import { arePushKeys } from '../adapters/webPush.ts'
import { writeAudit } from '../audit/write.ts'
import type { Tx } from '../db/pool.ts'
import { boxEntry } from '../identity/account/collaboratorStore.ts'
import type { AccountCaller } from '../identity/account/sessions.ts'
import type { Office } from '../office.ts'
import { putTrial } from './deliveries.ts'
import { devicesOf, dropDevice, endpointHash, findDevice, type PushDevice, putDevice } from './deviceStore.ts'
import { type TrialResult, tryNow } from './trial.ts'

const MOST_DEVICES = 20

export type WantedDevice = AlertShows & {
  readonly name: string
  readonly language: PushLanguage
  /** What the browser gives: an address, and keys in base64url. */
  readonly endpoint: string
  readonly p256dh: string
  readonly auth: string
}

const audited = (
  tx: Tx,
  { accountId, mailbox }: AccountCaller,
  action: string,
  name: string,
  remoteAddress: string,
  at: Instant,
): void => writeAudit(tx, [boxEntry({ accountId, remoteAddress }, mailbox.address, action, at, { name })])

export const listDevices = ({ db }: Pick<Office, 'db'>, { mailbox }: AccountCaller): Promise<readonly PushDevice[]> =>
  devicesOf(db, mailbox.id)

/** Adds the browser that asks, or changes what it has; gives the id. */
export const addDevice = async (
  office: Office,
  caller: AccountCaller,
  wanted: WantedDevice,
  remoteAddress: string,
): Promise<{ readonly id: string } | Refusal> => {
  const { poster, vapid, sandbox } = office
  if (!poster || !vapid) return { refusal: 'unavailable' }
  const { p256dh, auth, ...device } = wanted
  const keys = { publicKey: Buffer.from(p256dh, 'base64url'), auth: Buffer.from(auth, 'base64url') }
  const endpoint = postUrl(device.endpoint, sandbox)
  if (endpoint === undefined || !arePushKeys(keys)) return { refusal: 'pushRefused' }
  // A name that cannot be looked up now may be later; an address inside never becomes right.
  if ((await poster.check(endpoint))?.kind === 'refused') return { refusal: 'pushRefused' }
  const { db, clock } = office
  return db.tx<{ readonly id: string } | Refusal>(async (tx) => {
    await tx.query('push-devices-lock', 'select 1 from account where mailbox_id = $1 for update', [caller.mailbox.id])
    const here = await devicesOf(tx, caller.mailbox.id)
    const hash = endpointHash(endpoint)
    const known = here.some((one) => hash.equals(one.endpointHash))
    if (!known && here.length >= MOST_DEVICES) return { refusal: 'tooManyDevices' }
    const now = clock.now()
    const row = { ...device, ...keys, endpoint, id: randomUUID(), mailboxId: caller.mailbox.id }
    const id = await putDevice(tx, row, now)
    audited(tx, caller, 'account.deviceAdded', wanted.name, remoteAddress, now)
    return { id }
  })
}

export type DeviceChanges = AlertShows & { readonly name: string }

/** Another name, other choices; false where the box has no such device. */
export const changeDevice = async (
  { db }: Pick<Office, 'db'>,
  { mailbox }: AccountCaller,
  id: string,
  { name, showSender, showSubject }: DeviceChanges,
): Promise<boolean> =>
  (
    await db.query(
      'push-device-change',
      `update push_device set name = $3, show_sender = $4, show_subject = $5 where id = $1 and mailbox_id = $2 returning 1`,
      [id, mailbox.id, name, showSender, showSubject],
    )
  ).length > 0

export const removeDevice = (
  { db, clock }: Pick<Office, 'db' | 'clock'>,
  caller: AccountCaller,
  id: string,
  remoteAddress: string,
): Promise<boolean> =>
  db.tx(async (tx) => {
    const device = await findDevice(tx, id)
    if (!(await dropDevice(tx, caller.mailbox.id, id))) return false
    audited(tx, caller, 'account.deviceRemoved', device?.name ?? '', remoteAddress, clock.now())
    return true
  })

/** Sends a trial to a device; undefined where the box has no such device. */
export const tryDevice = async (
  office: Office,
  { mailbox }: AccountCaller,
  id: string,
): Promise<TrialResult | undefined> => {
  const device = await findDevice(office.db, id)
  if (!device || device.mailboxId !== mailbox.id) return undefined
  const now = office.clock.now()
  const delivery = await office.db.tx(async (tx) => {
    const message = pushMessage(
      { kind: 'test', address: mailbox.address, lines: [], shows: device },
      device.language,
      `test ${id}`,
    )
    const { endpoint: url } = device
    return putTrial(tx, { mailboxId: mailbox.id, deviceId: id, event: 'test', body: JSON.stringify(message), url }, now)
  })
  return tryNow(office, delivery)
}
