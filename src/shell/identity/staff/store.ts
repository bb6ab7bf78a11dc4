// SQL of those who work here: who they are, their second factor, their roles.

import type { Role } from '../../../core/identity/permissions.ts'
import type { Instant } from '../../../core/lib/instant.ts'
import { type Queries, type Tx, timestamp } from '../../db/pool.ts'

export type StaffRecord = {
  readonly id: number
  readonly email: string
  readonly name: string
  readonly passwordHash: string | null
  readonly totpSecret: Uint8Array | null
  readonly secondFactorSet: boolean
  readonly state: 'invited' | 'active' | 'disabled'
}

const COLUMNS = `id, email, name, password_hash as "passwordHash", totp_secret as "totpSecret",
  totp_confirmed_at is not null as "secondFactorSet", state`

/** Who has this e-mail (its key). */
export const findStaffByEmail = async (db: Queries, emailKey: string): Promise<StaffRecord | undefined> =>
  (await db.query<StaffRecord>('staff-by-email', `select ${COLUMNS} from staff where email_key = $1`, [emailKey]))[0]

export const findStaff = async (db: Queries, id: number): Promise<StaffRecord | undefined> =>
  (await db.query<StaffRecord>('staff-by-id', `select ${COLUMNS} from staff where id = $1`, [id]))[0]

/** Adds somebody as invited where nobody has the e-mail; gives whoever has it. */
export const addInvited = async (
  tx: Tx,
  who: { readonly email: string; readonly emailKey: string; readonly name: string },
  now: Instant,
): Promise<StaffRecord> => {
  tx.send(
    'staff-add',
    `insert into staff (email, email_key, name, state, created_at) values ($1, $2, $3, 'invited', $4)
     on conflict (email_key) do nothing`,
    [who.email, who.emailKey, who.name, timestamp(now)],
  )
  return (await findStaffByEmail(tx, who.emailKey))!
}

/** Sets the password; whoever was invited is active from then on. */
export const setStaffPassword = (tx: Tx, id: number, passwordHash: string): void => {
  tx.send('staff-password', `update staff set password_hash = $2, state = 'active' where id = $1`, [id, passwordHash])
}

/** Sets the second factor (its secret sealed), used up to a step, and its recovery codes in place of older ones. */
export const setSecondFactor = (
  tx: Tx,
  id: number,
  factor: { readonly sealed: Uint8Array; readonly step: number; readonly recovery: readonly Uint8Array[] },
  now: Instant,
): void => {
  tx.send(
    'staff-totp-set',
    `update staff set totp_secret = $2, totp_confirmed_at = $3, totp_last_step = $4, code_failures = 0 where id = $1`,
    [id, factor.sealed, timestamp(now), factor.step],
  )
  setRecovery(tx, id, factor.recovery)
}

/** Sets the recovery codes, in place of those that there were. */
export const setRecovery = (tx: Tx, id: number, recovery: readonly Uint8Array[]): void => {
  tx.send('staff-recovery-clear', 'delete from staff_recovery_code where staff_id = $1', [id])
  tx.send(
    'staff-recovery-add',
    'insert into staff_recovery_code (staff_id, code_hash) select $1, unnest($2::bytea[])',
    [id, recovery],
  )
}

/** Counts one more try at a code before it is looked at; the tries so far and when the last was. */
export const countTry = async (
  tx: Tx,
  id: number,
): Promise<{ readonly failures: number; readonly lastAt: Instant | null } | undefined> =>
  (
    await tx.query<{ failures: number; lastAt: Instant | null }>(
      'staff-code-tries',
      'select code_failures as failures, code_failed_at as "lastAt" from staff where id = $1 for update',
      [id],
    )
  )[0]

export const noteFailure = (tx: Tx, id: number, now: Instant): void => {
  tx.send(
    'staff-code-failed',
    'update staff set code_failures = code_failures + 1, code_failed_at = $2 where id = $1',
    [id, timestamp(now)],
  )
}

/** Uses a step of the second factor; false where it, or a later one, was used already (RFC 6238 §5.2). */
export const useStep = async (tx: Tx, id: number, step: number): Promise<boolean> =>
  (
    await tx.query(
      'staff-totp-use',
      'update staff set totp_last_step = $2, code_failures = 0 where id = $1 and totp_last_step < $2 returning 1',
      [id, step],
    )
  ).length > 0

/** Uses a recovery code; false where there is none, or it was used. */
export const useRecovery = async (tx: Tx, id: number, hash: Uint8Array, now: Instant): Promise<boolean> => {
  const used = await tx.query(
    'staff-recovery-use',
    'update staff_recovery_code set used_at = $3 where staff_id = $1 and code_hash = $2 and used_at is null returning 1',
    [id, hash, timestamp(now)],
  )
  if (used.length === 0) return false
  tx.send('staff-code-right', 'update staff set code_failures = 0 where id = $1', [id])
  return true
}

export const recoveryCodesLeft = async (db: Queries, id: number): Promise<number> =>
  (
    await db.query<{ n: number }>(
      'staff-recovery-left',
      'select count(*) as n from staff_recovery_code where staff_id = $1 and used_at is null',
      [id],
    )
  )[0]!.n

/** Gives a role at an Order (null: at the provider), in place of the one that there is. */
export const giveRole = (tx: Tx, staffId: number, orderId: number | null, role: Role, now: Instant): void => {
  tx.send(
    'staff-role-give',
    `insert into staff_role (staff_id, order_id, role, given_at) values ($1, $2, $3, $4)
     on conflict (staff_id, coalesce(order_id, 0)) do update set role = excluded.role, given_at = excluded.given_at`,
    [staffId, orderId, role, timestamp(now)],
  )
}

/** Takes the role away. Who has none left, and is invited nowhere, loses password and second factor with it. */
export const takeRole = (tx: Tx, staffId: number, orderId: number | null): void => {
  tx.send('staff-role-take', 'delete from staff_role where staff_id = $1 and order_id is not distinct from $2', [
    staffId,
    orderId,
  ])
  tx.send(
    'staff-disable',
    `update staff set state = 'disabled', password_hash = null, totp_secret = null, totp_confirmed_at = null
     where id = $1 and not exists (select 1 from staff_role where staff_id = $1)`,
    [staffId],
  )
}

/** Forgets password and second factor: what is next is an invitation. */
export const resetAccess = (tx: Tx, staffId: number): void => {
  tx.send(
    'staff-reset',
    `update staff set state = 'invited', password_hash = null, totp_secret = null, totp_confirmed_at = null,
       code_failures = 0 where id = $1`,
    [staffId],
  )
  tx.send('staff-recovery-clear', 'delete from staff_recovery_code where staff_id = $1', [staffId])
}
