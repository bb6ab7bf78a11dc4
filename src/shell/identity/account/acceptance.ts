// The link of an invitation to a box: what it says, and accepting it. It is good once.
import type { Refusal } from '../../../core/api/problems.ts'
import { PLAIN_PASSWORD_POLICY } from '../../../core/identity/accountRecovery.ts'
import { type DelegateRights, personName } from '../../../core/identity/delegation.ts'
import type { Instant } from '../../../core/lib/instant.ts'
import { addressKey } from '../../../core/mail/address.ts'
import { type MailboxState, signsIn } from '../../../core/mailbox/standing.ts'
import { writeAudit } from '../../audit/write.ts'
import { type Queries, type Tx, timestamp } from '../../db/pool.ts'
import type { Office } from '../../office.ts'
import { hashPassword } from '../passwords.ts'
import { checkPassword } from '../staff/passwordDesk.ts'
import { hashToken, isToken } from '../tokens.ts'
import { boxEntry, isBoxAddress, noteBoxUse, tellHolderOf } from './collaboratorStore.ts'
import { type AccountArrival, findDevice } from './devices.ts'
import { findHolder } from './holder.ts'
import { weakAccountPassword } from './password.ts'
import { type AccountSession, findAccountSession, sitAt } from './sessions.ts'
import { type AccountBegun, accountBegun, beginAccount } from './signIn.ts'
import { type AccountRecord, findAccount, findDelegate, hasFactor } from './store.ts'

export type Collaboration = {
  readonly id: string
  readonly mailboxId: number
  readonly address: string
  readonly state: MailboxState
  readonly holderId: number
  readonly holder: string
  readonly email: string
  readonly name: string
  readonly rights: DelegateRights
  readonly expiresAt: Instant
}

const INVALID: Refusal = { refusal: 'linkInvalid' }

const find = async (db: Queries, token: string, now: Instant): Promise<Collaboration | undefined> => {
  if (!isToken('link', token)) return undefined
  const [row] = await db.query<Omit<Collaboration, 'holder'>>(
    'collaboration-find',
    `select i.id, i.mailbox_id as "mailboxId", b.address, b.state, a.id as "holderId", i.email, i.name, i.rights,
       i.expires_at as "expiresAt"
     from delegation_invitation i join mailbox b on b.id = i.mailbox_id join account a on a.mailbox_id = b.id
     where i.token_hash = $1 and i.used_at is null and i.withdrawn_at is null and i.expires_at > $2`,
    [hashToken(token), timestamp(now)],
  )
  if (!row || !signsIn(row.state)) return undefined
  const holder = await findHolder(db, row.holderId)
  return holder && { ...row, holder: holder.name }
}

/** Whether somebody has a password here already: then it is asked for, and none is set. */
const hasPassword = (record: AccountRecord | undefined): record is AccountRecord =>
  record !== undefined && record.passwordHash !== null

const sessionOf = async (office: Office, token: string | undefined): Promise<AccountSession | undefined> =>
  token === undefined ? undefined : findAccountSession(office.db, token, office.clock.now())

const isOwn = (session: AccountSession | undefined, record: AccountRecord | undefined): session is AccountSession =>
  session?.stage === 'full' && record !== undefined && session.accountId === record.id

/** What a link invites to, to who has it: the mail was read by who has the e-mail, so this tells on nobody. */
export const lookAtCollaboration = async (
  office: Office,
  token: string,
  oldToken: string | undefined,
): Promise<(Collaboration & { readonly hasAccount: boolean; readonly signedIn: boolean }) | Refusal> => {
  const found = await find(office.db, token, office.clock.now())
  if (!found || (await isBoxAddress(office.db, found.email))) return INVALID
  const record = await findDelegate(office.db, found.email)
  const signedIn = isOwn(await sessionOf(office, oldToken), record)
  return { ...found, hasAccount: hasPassword(record), signedIn }
}

export type Acceptance = {
  readonly token: string
  readonly name?: string | undefined
  readonly password?: string | undefined
}

/** Accepts: gives the session that has begun, or the one that was there and looks at the new box now. */
export const acceptCollaboration = async (
  office: Office,
  { token, ...given }: Acceptance,
  arrival: AccountArrival,
): Promise<AccountBegun | { readonly session: AccountSession } | Refusal> => {
  const found = await find(office.db, token, office.clock.now())
  if (!found || (await isBoxAddress(office.db, found.email))) return INVALID
  const record = await findDelegate(office.db, found.email)
  if (record?.state === 'disabled') return INVALID
  const session = await sessionOf(office, arrival.oldToken)
  const here = isOwn(session, record) ? session : undefined
  const judged = hasPassword(record)
    ? {
        name: record.name,
        passwordHash: undefined,
        refused: here ? undefined : await wrong(office, record, given, arrival),
      }
    : await newcomer(found, given)
  if (judged.refused) return judged.refused
  const done = await office.db.tx(async (tx) => {
    if (!(await take(tx, office, found, token, record, { ...judged, remoteAddress: arrival.remoteAddress })))
      return false
    const now = office.clock.now()
    if (here) {
      sitAt(tx, here.sessionId, found.mailboxId)
      noteBoxUse(tx, here.accountId, found.mailboxId, now)
      return true
    }
    const current = (await findDelegate(tx, found.email))!
    const device = await findDevice(tx, current.id, arrival)
    const trusted = device?.trustedUntil != null && device.trustedUntil > now
    const stage = hasFactor(current) && !trusted ? 'secondFactor' : 'full'
    const at = { ...current, mailboxId: found.mailboxId, mailboxAddress: found.address }
    await beginAccount(tx, office, at, stage, arrival, { method: 'password', trust: false })
    return true
  })
  if (!done) return INVALID
  if (!here) return accountBegun(office, arrival)
  return { session: (await sessionOf(office, arrival.oldToken)) ?? here }
}

/** The password of who has one, judged as at the sign-in. */
const wrong = async (
  office: Office,
  record: AccountRecord,
  { password = '' }: Pick<Acceptance, 'password'>,
  { remoteAddress }: AccountArrival,
): Promise<Refusal | undefined> => {
  const name = `account ${addressKey(record.signInName)}`
  const verdict = await checkPassword(office, name, record, password, remoteAddress)
  if (verdict === 'right') return undefined
  return { refusal: verdict === 'throttled' ? 'tooManyAttempts' : 'passwordWrong' }
}

type Judged = {
  readonly name: string
  readonly passwordHash: string | undefined
  readonly refused: Refusal | undefined
}

/** Name and password of who has none yet. */
const newcomer = async ({ email, name: invited }: Collaboration, given: Omit<Acceptance, 'token'>): Promise<Judged> => {
  const name = personName(given.name ?? invited)
  if (name === undefined) return { name: '', passwordHash: undefined, refused: { refusal: 'nameInvalid' } }
  const rules = { policy: PLAIN_PASSWORD_POLICY, owner: { names: [name], addresses: [email] } }
  const refused = weakAccountPassword(rules, given.password ?? '')
  return { name, passwordHash: refused ? undefined : await hashPassword(given.password!), refused }
}

/** Uses the link: the account where there is none, the right, the trail. Two at once: one of them has it. */
const take = async (
  tx: Tx,
  office: Office,
  found: Collaboration,
  token: string,
  record: AccountRecord | undefined,
  by: Judged & { readonly remoteAddress: string },
): Promise<boolean> => {
  const now = office.clock.now()
  const open = await tx.query(
    'collaboration-lock',
    `select 1 from delegation_invitation where token_hash = $1 and used_at is null and withdrawn_at is null
       and expires_at > $2 for update`,
    [hashToken(token), timestamp(now)],
  )
  if (open.length === 0) return false
  const accountId = await accountFor(tx, found.email, record, by, now)
  if (accountId === undefined) return false
  tx.send('collaboration-use', 'update delegation_invitation set used_at = $2 where id = $1', [
    found.id,
    timestamp(now),
  ])
  tx.send(
    'delegation-give',
    `insert into delegation (account_id, mailbox_id, rights, given_at) values ($1, $2, $3, $4)
     on conflict (account_id, mailbox_id) do update set rights = $3, given_at = $4, revoked_at = null, used_at = null`,
    [accountId, found.mailboxId, found.rights, timestamp(now)],
  )
  const actor = { accountId, remoteAddress: by.remoteAddress }
  writeAudit(tx, [boxEntry(actor, found.address, 'collaborator.joined', now, { rights: found.rights })])
  const holder = await findHolder(tx, found.holderId)
  if (holder) await tellHolderOf(tx, office, holder, 'joined', { ...found, name: by.name })
  return true
}

/** Whose it is; undefined where another acceptance came first and made or changed it. */
const accountFor = async (
  tx: Tx,
  email: string,
  record: AccountRecord | undefined,
  { name, passwordHash }: Judged,
  now: Instant,
): Promise<number | undefined> => {
  if (!record) {
    const [made] = await tx.query<{ id: number }>(
      'collaborator-account',
      `insert into account (kind, email, email_key, name, password_hash, created_at)
       values ('delegate', $1, $2, $3, $4, $5) on conflict (email_key) do nothing returning id`,
      [email, addressKey(email), name, passwordHash, timestamp(now)],
    )
    return made?.id
  }
  await tx.query('collaborator-account-lock', 'select 1 from account where id = $1 for update', [record.id])
  const current = await findAccount(tx, record.id)
  if (current?.state === 'disabled' || current?.passwordHash !== record.passwordHash) return undefined
  if (passwordHash !== undefined) {
    const sql = `update account set password_hash = $2, name = $3, state = 'active' where id = $1`
    tx.send('collaborator-account-set', sql, [record.id, passwordHash, name])
  }
  return record.id
}
