// SQL of accounts: who has which name, and what they are judged by.
import type { Instant } from '../../../core/lib/instant.ts'
import { addressKey } from '../../../core/mail/address.ts'
import type { Queries } from '../../db/pool.ts'

export type AccountRecord = {
  readonly id: number
  readonly kind: 'holder' | 'delegate'
  /** By which the person signs in. */
  readonly signInName: string
  readonly name: string
  /** Of a holder the mailbox's. */
  readonly passwordHash: string | null
  readonly totpSecret: Uint8Array | null
  /** By an app's codes. */
  readonly secondFactorSet: boolean
  readonly hasPasskey: boolean
  readonly state: 'invited' | 'active' | 'disabled'
  /** The box that is looked at first: of a collaborator the one used last. */
  readonly mailboxId: number | null
  readonly mailboxAddress: string | null
  readonly codeFailedAt: Instant | null
  readonly codeFailures: number
}

const SELECT = `select a.id, a.kind, coalesce(a.email, b.address) as "signInName",
    coalesce(nullif(a.name, ''), b.display_name, '') as name,
    case a.kind when 'holder' then b.password_hash else a.password_hash end as "passwordHash",
    a.totp_secret as "totpSecret", a.totp_confirmed_at is not null as "secondFactorSet",
    exists (select 1 from account_passkey k where k.account_id = a.id) as "hasPasskey",
    case when a.kind = 'holder' and b.state = 'suspended' then 'disabled' else a.state end as state,
    b.id as "mailboxId", b.address as "mailboxAddress", a.code_failures as "codeFailures", a.code_failed_at as "codeFailedAt"
  from account a left join mailbox b on b.id = coalesce(a.mailbox_id,
    (select d.mailbox_id from delegation d join mailbox o on o.id = d.mailbox_id and o.state <> 'suspended'
     where d.account_id = a.id and d.revoked_at is null
     order by coalesce(d.used_at, d.given_at) desc, d.mailbox_id limit 1))`

/** Whether the password alone is not enough: a passkey counts as a code does. */
export const hasFactor = (record: Pick<AccountRecord, 'secondFactorSet' | 'hasPasskey'>): boolean =>
  record.secondFactorSet || record.hasPasskey

/** The account of a name: a box's address, or the e-mail of a collaborator. */
export const findAccountByName = async (db: Queries, name: string): Promise<AccountRecord | undefined> =>
  (
    await db.query<AccountRecord>(
      'account-by-name',
      `${SELECT} where a.id = coalesce(
         (select id from account where mailbox_id = (select id from mailbox where address_key = $1 and role = 'person')),
         (select id from account where email_key = $1))`,
      [addressKey(name.trim())],
    )
  )[0]

export const findAccount = async (db: Queries, id: number): Promise<AccountRecord | undefined> =>
  (await db.query<AccountRecord>('account-by-id', `${SELECT} where a.id = $1`, [id]))[0]

/** The account of a collaborator, by e-mail. */
export const findDelegate = async (db: Queries, email: string): Promise<AccountRecord | undefined> =>
  (
    await db.query<AccountRecord>('account-delegate', `${SELECT} where a.kind = 'delegate' and a.email_key = $1`, [
      addressKey(email),
    ])
  )[0]
