// A new master key: the secrets of second factors are sealed by it, those that are being set up too.
import type { Vault } from '../../../core/ports.ts'
import type { Database } from '../../db/pool.ts'
import { totpContext } from './signIn.ts'

type Sealed = { readonly id: number; readonly sealed: Uint8Array }
type Pending = { readonly id: string; readonly staffId: number; readonly sealed: string }

/** Seals the secrets of second factors by the newest master key; gives how many were not. */
export const resealSecondFactors = async (db: Database, vault: Vault): Promise<number> => {
  let count = 0
  for (const { id, sealed } of await db.query<Sealed>(
    'staff-totp-all',
    'select id, totp_secret as sealed from staff where totp_secret is not null',
  )) {
    const again = vault.resealSecret(totpContext(id), sealed)
    if (!again) continue
    await db.query('staff-totp-reseal', 'update staff set totp_secret = $2 where id = $1 and totp_secret = $3', [
      id,
      again,
      sealed,
    ])
    count++
  }
  for (const { id, staffId, sealed } of await db.query<Pending>(
    'staff-pending-all',
    `select id, staff_id as "staffId", pending->>'sealed' as sealed from staff_session where pending is not null`,
  )) {
    const again = vault.resealSecret(totpContext(staffId), Buffer.from(sealed, 'base64'))
    if (!again) continue
    await db.query(
      'staff-pending-reseal',
      `update staff_session set pending = $2 where id = $1 and pending->>'sealed' = $3`,
      [id, JSON.stringify({ sealed: Buffer.from(again).toString('base64') }), sealed],
    )
    count++
  }
  return count
}
