// Passwords for mail programs: made, listed, revoked, and found when a program signs in.
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import type { Refusal } from '../../../core/api/problems.ts'
import { appPasswordEnd } from '../../../core/identity/accountPolicy.ts'
import { collaboratorProgramText } from '../../../core/identity/accountTextsDelegation.ts'
import { appPasswordMadeText } from '../../../core/identity/accountTextsRecovery.ts'
import {
  APP_PASSWORDS_MOST,
  APP_SECRET_BYTES,
  type AppScope,
  bareAppSecret,
  showAppSecret,
} from '../../../core/identity/appPassword.ts'
import { type DelegateRights, isNoteworthy, scopesAllowed } from '../../../core/identity/delegation.ts'
import { type Instant, MINUTE } from '../../../core/lib/instant.ts'
import { addressKey } from '../../../core/mail/address.ts'
import { writeAudit } from '../../audit/write.ts'
import { type Database, type Queries, type Tx, timestamp } from '../../db/pool.ts'
import { writeNotice } from '../../notices/notices.ts'
import type { Office } from '../../office.ts'
import { boxEntry, findCollaborator } from './collaboratorStore.ts'
import { findHolderByAddress, tellHolder } from './holder.ts'
import type { AccountCaller } from './sessions.ts'

/** How exactly the last use is kept: no write for each login. */
const USED_EVERY_MS = 10 * MINUTE

/** What is kept of a secret; undefined where the text can be none. */
export const hashAppSecret = (typed: string): Buffer | undefined => {
  const bare = bareAppSecret(typed)
  return bare === undefined ? undefined : createHash('sha256').update(`app password ${bare}`).digest()
}

export type NewAppPassword = {
  readonly accountId: number
  readonly mailboxId: number
  /** What the person calls the program or the device. */
  readonly name: string
  readonly scopes: readonly AppScope[]
  /** When it ends; undefined for never. */
  readonly expiresAt: Instant | undefined
  /** The random bytes of the secret, where a request that comes again must get the same one. */
  readonly random?: Uint8Array
}

/** Makes a password for a program; the secret is in no place but the answer. The id is given where the same comes again. */
export const makeAppPassword = (
  tx: Tx,
  { accountId, mailboxId, name, scopes, expiresAt, random = randomBytes(APP_SECRET_BYTES) }: NewAppPassword,
  now: Instant,
  id: string = randomUUID(),
): { readonly id: string; readonly secret: string } => {
  const secret = showAppSecret(random)
  tx.send(
    'app-password-make',
    `insert into app_password (id, account_id, mailbox_id, name, scopes, secret_hash, created_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      id,
      accountId,
      mailboxId,
      name,
      scopes,
      hashAppSecret(secret),
      timestamp(now),
      expiresAt === undefined ? null : timestamp(expiresAt),
    ],
  )
  return { id, secret }
}

/** Tells the holder, by reference e-mail and in the box: whoever made it, it opens the holder's mail; the maker, too. */
export const tellOfAppPassword = async (
  tx: Tx,
  office: Office,
  of: { readonly accountId: number; readonly address: string; readonly name: string },
  at: Instant,
): Promise<void> => {
  const holder = await findHolderByAddress(tx, addressKey(of.address))
  if (!holder) return
  const { name: program, address } = of
  const who = await findCollaborator(tx, holder.mailboxId, of.accountId)
  if (who) {
    const facts = { address, name: who.name, email: who.email, program, at }
    const kind = 'appPasswordMade'
    await tellHolder(tx, office, holder, { kind, ...collaboratorProgramText(holder.name, facts) })
    await writeNotice(tx, office, { kind, to: who.email, ...collaboratorProgramText(who.name, facts) })
    return
  }
  const page = `${office.publicUrl}/casella/programmi`
  const text = appPasswordMadeText(holder.name, { address, program, at, page })
  await tellHolder(tx, office, holder, { kind: 'appPasswordMade', ...text })
}

/** Makes one for who asks, unless there are too many, or it is for more than they may; with its trace. */
export const makeOwnAppPassword = (
  office: Office,
  caller: AccountCaller,
  wanted: Pick<NewAppPassword, 'name' | 'scopes'>,
  remoteAddress: string,
): Promise<{ readonly id: string; readonly secret: string } | Refusal> =>
  office.db.tx<{ readonly id: string; readonly secret: string } | Refusal>(async (tx) => {
    const { accountId, mailbox } = caller
    const rights = await lockRights(tx, accountId, mailbox.id)
    if (rights === undefined) return { refusal: 'accountSignInNeeded' }
    if (!scopesAllowed(rights, wanted.scopes)) return { refusal: 'readersDoNotSend' }
    if (await isFull(tx, accountId, mailbox.id)) return { refusal: 'tooManyAppPasswords' }
    const now = office.clock.now()
    const expiresAt = appPasswordEnd(now, office.accountPolicy)
    const made = makeAppPassword(tx, { ...wanted, accountId, mailboxId: mailbox.id, expiresAt }, now)
    audited(tx, caller, 'appPassword.made', { name: wanted.name, scopes: wanted.scopes }, remoteAddress, now)
    await tellOfAppPassword(tx, office, { accountId, address: mailbox.address, name: wanted.name }, now)
    return made
  })

/**
 * What somebody may at a box now; their account's row is held, and of a collaborator the right, so that two passwords
 * at once are counted and none is made beside the end of the right.
 */
export const lockRights = async (
  tx: Tx,
  accountId: number,
  mailboxId: number,
): Promise<'own' | DelegateRights | undefined> => {
  const [row] = await tx.query<{ own: boolean }>(
    'app-password-lock',
    `select mailbox_id is not distinct from $2 as own from account where id = $1 and state = 'active' for update`,
    [accountId, mailboxId],
  )
  if (!row || row.own) return row && 'own'
  const [right] = await tx.query<{ rights: DelegateRights }>(
    'app-password-right',
    'select rights from delegation where account_id = $1 and mailbox_id = $2 and revoked_at is null for share',
    [accountId, mailboxId],
  )
  return right?.rights
}

/** Whether somebody has as many at a box as one may; under `lockRights`. */
export const isFull = async (tx: Tx, accountId: number, mailboxId: number): Promise<boolean> => {
  const [row] = await tx.query<{ n: number }>(
    'app-password-count',
    'select count(*) as n from app_password where account_id = $1 and mailbox_id = $2 and revoked_at is null',
    [accountId, mailboxId],
  )
  return row!.n >= APP_PASSWORDS_MOST
}

const audited = (
  tx: Tx,
  caller: AccountCaller,
  action: string,
  details: Readonly<Record<string, unknown>>,
  remoteAddress: string,
  at: Instant,
): void =>
  writeAudit(tx, [
    {
      at,
      actor: { kind: 'account', accountId: caller.accountId, remoteAddress },
      action,
      subjectKind: 'mailbox',
      subjectId: caller.mailbox.address,
      details,
    },
  ])

export type AppPasswordRow = {
  readonly id: string
  readonly name: string
  readonly scopes: readonly AppScope[]
  readonly createdAt: Instant
  readonly expiresAt: Instant | null
  readonly lastUsedAt: Instant | null
  readonly lastService: string | null
  readonly lastRemoteAddress: string | null
}

const ROW = `id, name, scopes, created_at as "createdAt", expires_at as "expiresAt", last_used_at as "lastUsedAt",
  last_service as "lastService", last_remote_address as "lastRemoteAddress"`

/** The living ones of somebody at a box, newest first. */
export const listAppPasswords = (
  db: Queries,
  { accountId, mailbox }: AccountCaller,
): Promise<readonly AppPasswordRow[]> =>
  db.query<AppPasswordRow>(
    'app-password-list',
    `select ${ROW} from app_password where account_id = $1 and mailbox_id = $2 and revoked_at is null
     order by created_at desc, id`,
    [accountId, mailbox.id],
  )

/** One of them. */
export const findAppPassword = async (
  db: Queries,
  { accountId, mailbox }: Pick<AccountCaller, 'accountId' | 'mailbox'>,
  id: string,
): Promise<AppPasswordRow | undefined> =>
  (
    await db.query<AppPasswordRow>(
      'app-password-one',
      `select ${ROW} from app_password where id = $3 and account_id = $1 and mailbox_id = $2 and revoked_at is null`,
      [accountId, mailbox.id, id],
    )
  )[0]

/** Calls one by another name; whether there is such a one. */
export const renameAppPassword = async (
  office: Office,
  caller: AccountCaller,
  id: string,
  name: string,
): Promise<boolean> => {
  const rows = await office.db.query(
    'app-password-rename',
    `update app_password set name = $4 where id = $3 and account_id = $1 and mailbox_id = $2 and revoked_at is null
     returning 1`,
    [caller.accountId, caller.mailbox.id, id, name],
  )
  return rows.length > 0
}

/** Ends one: from the next login on it opens nothing. Whether there was such a one. */
export const revokeAppPassword = (
  office: Office,
  caller: AccountCaller,
  id: string,
  remoteAddress: string,
): Promise<boolean> =>
  office.db.tx(async (tx) => {
    const now = office.clock.now()
    const [row] = await tx.query<{ name: string }>(
      'app-password-revoke',
      `update app_password set revoked_at = $4 where id = $3 and account_id = $1 and mailbox_id = $2
         and revoked_at is null returning name`,
      [caller.accountId, caller.mailbox.id, id, timestamp(now)],
    )
    if (!row) return false
    audited(tx, caller, 'appPassword.revoked', { name: row.name }, remoteAddress, now)
    return true
  })

/** Ends all that somebody has, at a box or at all boxes: after a new password, where the person wants it so. */
export const revokeAppPasswordsOf = (tx: Tx, accountId: number, mailboxId: number | undefined, now: Instant): void => {
  tx.send(
    'app-password-revoke-all',
    `update app_password set revoked_at = $3 where account_id = $1 and ($2::bigint is null or mailbox_id = $2)
       and revoked_at is null`,
    [accountId, mailboxId ?? null, timestamp(now)],
  )
}

/** Who signs in with an app password, and by which. */
export type AppSignIn = {
  readonly id: string
  readonly accountId: number
  readonly scopes: readonly AppScope[]
  readonly rights: 'own' | 'send' | 'read'
}

/** Those that open something now: $1 is the instant. A collaborator's do as long as he is let into the box. */
const LIVING = `from app_password p join mailbox b on b.id = p.mailbox_id join account a on a.id = p.account_id
    left join delegation d on a.kind = 'delegate' and d.account_id = a.id and d.mailbox_id = b.id and d.revoked_at is null
  where p.revoked_at is null and a.state = 'active' and (p.expires_at is null or p.expires_at > $1)
    and (a.mailbox_id = b.id or d.account_id is not null)`

/** The living app password of a box (its key) that a typed text is; undefined where it is none. */
export const findAppSignIn = async (
  db: Queries,
  addressKey: string,
  typed: string,
  now: Instant,
): Promise<AppSignIn | undefined> => {
  const hash = hashAppSecret(typed)
  if (hash === undefined) return undefined
  const [row] = await db.query<AppSignIn>(
    'app-password-sign-in',
    `select p.id, p.account_id as "accountId", p.scopes, coalesce(d.rights, 'own') as rights
     ${LIVING} and p.secret_hash = $2 and b.address_key = $3`,
    [timestamp(now), hash, addressKey],
  )
  return row
}

/** Whether what opened a session still opens it, with the same rights: asked now and then while the session lasts. */
export const stillOpens = async (
  db: Queries,
  by: { readonly appPasswordId: string; readonly rights: AppSignIn['rights'] },
  now: Instant,
): Promise<boolean> => {
  const [row] = await db.query(
    'app-password-still',
    `select 1 ${LIVING} and p.id = $2 and coalesce(d.rights, 'own') = $3`,
    [timestamp(now), by.appPasswordId, by.rights],
  )
  return row !== undefined
}

/** Notes that one was used; often enough for people, not for each login. */
export const noteAppUse = async (
  db: Queries,
  id: string,
  use: { readonly service: string; readonly remoteAddress: string },
  now: Instant,
): Promise<void> => {
  await db.query(
    'app-password-used',
    `update app_password set last_used_at = $2, last_service = $3, last_remote_address = $4
     where id = $1 and (last_used_at is null or last_used_at < $5 or last_service is distinct from $3)`,
    [id, timestamp(now), use.service, use.remoteAddress.slice(0, 64), timestamp(now - USED_EVERY_MS)],
  )
}

/** Writes a collaborator's program that signs in into the trail of the box: now and then, not each login. */
export const noteEntrance = async (
  db: Database,
  { id, accountId }: Pick<AppSignIn, 'id' | 'accountId'>,
  {
    address,
    remoteAddress,
    service,
  }: { readonly address: string; readonly remoteAddress: string; readonly service: string },
  now: Instant,
): Promise<void> => {
  const from = remoteAddress.slice(0, 64)
  const [last] = await db.query<{ at: Instant | null; from: string | null; name: string }>(
    'app-password-noted',
    'select noted_at as at, noted_from as from, name from app_password where id = $1',
    [id],
  )
  if (!last || !isNoteworthy(last, from, now)) return
  await db.tx(async (tx) => {
    const sql = `update app_password set noted_at = $2, noted_from = $3
      where id = $1 and noted_at is not distinct from $4 returning 1`
    const values = [id, timestamp(now), from, last.at === null ? null : timestamp(last.at)]
    if ((await tx.query('app-password-note', sql, values)).length === 0) return
    const details = { name: last.name, service }
    writeAudit(tx, [boxEntry({ accountId, remoteAddress: from }, address, 'program.entered', now, details)])
  })
}
