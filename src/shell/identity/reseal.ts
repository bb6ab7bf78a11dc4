// A new master key: what is sealed by the one before is sealed by it: second factors of staff and accounts, those that
// are being set up too, and the secrets of webhooks.
import type { Vault } from '../../core/ports.ts'
import { webhookContext } from '../alerts/webhookStore.ts'
import type { Database } from '../db/pool.ts'
import { accountTotpContext } from './account/factor.ts'
import { totpContext } from './staff/signIn.ts'

type Sealed = { readonly id: number; readonly sealed: Uint8Array }
type Pending = { readonly id: string; readonly ownerId: number; readonly sealed: string }

/** A table of people and that of their sessions, with what binds a secret to its owner. */
type Place = {
  readonly people: string
  readonly sessions: string
  readonly owner: string
  readonly context: (id: number) => string
}

const PLACES: readonly Place[] = [
  { people: 'staff', sessions: 'staff_session', owner: 'staff_id', context: totpContext },
  { people: 'account', sessions: 'account_session', owner: 'account_id', context: accountTotpContext },
]

/** Seals the secrets of second factors by the newest master key; gives how many were not. */
export const resealSecondFactors = async (db: Database, vault: Vault): Promise<number> => {
  let count = 0
  for (const place of PLACES) count += (await resealSet(db, vault, place)) + (await resealPending(db, vault, place))
  return count
}

const resealSet = async (db: Database, vault: Vault, { people, context }: Place): Promise<number> => {
  let count = 0
  const rows = await db.query<Sealed>(
    `${people}-totp-all`,
    `select id, totp_secret as sealed from ${people} where totp_secret is not null`,
  )
  for (const { id, sealed } of rows) {
    const again = vault.resealSecret(context(id), sealed)
    if (!again) continue
    await db.query(
      `${people}-totp-reseal`,
      `update ${people} set totp_secret = $2 where id = $1 and totp_secret = $3`,
      [id, again, sealed],
    )
    count++
  }
  return count
}

const resealPending = async (db: Database, vault: Vault, { sessions, owner, context }: Place): Promise<number> => {
  let count = 0
  const rows = await db.query<Pending>(
    `${sessions}-pending-all`,
    `select id, ${owner} as "ownerId", pending->>'sealed' as sealed from ${sessions} where pending->>'sealed' is not null`,
  )
  for (const { id, ownerId, sealed } of rows) {
    const again = vault.resealSecret(context(ownerId), Buffer.from(sealed, 'base64'))
    if (!again) continue
    await db.query(
      `${sessions}-pending-reseal`,
      `update ${sessions} set pending = $2 where id = $1 and pending->>'sealed' = $3`,
      [id, JSON.stringify({ sealed: Buffer.from(again).toString('base64') }), sealed],
    )
    count++
  }
  return count
}

type SealedWebhook = { readonly id: number; readonly secret: Uint8Array; readonly previous: Uint8Array | null }

/** Seals the secrets of webhooks by the newest master key; gives how many were not. */
export const resealWebhooks = async (db: Database, vault: Vault): Promise<number> => {
  let count = 0
  const rows = await db.query<SealedWebhook>(
    'webhook-secrets-all',
    'select mailbox_id as id, secret, previous_secret as previous from webhook order by mailbox_id',
  )
  for (const { id, secret, previous } of rows) {
    const again = vault.resealSecret(webhookContext(id), secret)
    const before = previous && vault.resealSecret(webhookContext(id), previous)
    if (!again && !before) continue
    await db.query(
      'webhook-reseal',
      'update webhook set secret = $2, previous_secret = $3 where mailbox_id = $1 and secret = $4',
      [id, again ?? secret, before ?? previous, secret],
    )
    count++
  }
  return count
}
