// Sessions of those who use a box in the browser: holders and collaborators; which box they look at, and with what right.
import { type AccountPolicy, factorStanding } from '../../../core/identity/accountPolicy.ts'
import { DAY, HOUR, type Instant, MINUTE } from '../../../core/lib/instant.ts'
import { type Queries, type Tx, timestamp } from '../../db/pool.ts'
import { hashToken, isToken } from '../tokens.ts'

/** `secondFactor`: the password was right, the code is still to come. */
export type AccountStage = 'secondFactor' | 'full'

/** What somebody may do with a box: everything, read and send, read. */
export type BoxRights = 'own' | 'send' | 'read'

/** A person stays signed in on an own device for a fortnight, and less where nobody uses it. */
export const SESSION_MS = 14 * DAY
export const IDLE_MS = 12 * HOUR
/** Between password and code. */
export const HALF_WAY_MS = 15 * MINUTE
/** For how long a proof holds before a sensitive change. */
export const PROOF_MS = 10 * MINUTE
/** How exactly `seen_at` is kept: no write for each request. */
const SEEN_EVERY_MS = MINUTE
const KEPT_MS = 30 * DAY
/** For how long tries to sign in are shown to who has the account. */
const HISTORY_MS = 180 * DAY
/** For how long a browser is known after its last use. */
export const DEVICE_MS = 365 * DAY

export type AccountSession = {
  readonly sessionId: string
  readonly stage: AccountStage
  readonly accountId: number
  readonly accountKind: 'holder' | 'delegate'
  /** By which the person signs in: the box's address, or a collaborator's e-mail. */
  readonly signInName: string
  readonly name: string
  /** The box that is looked at. A collaborator who has been let into none has none. */
  readonly mailbox?: { readonly id: number; readonly address: string } | undefined
  readonly rights: BoxRights
  readonly expiresAt: Instant
  readonly provedAt: Instant | null
  /** By which second factors it may be made whole. */
  readonly factors: { readonly code: boolean; readonly passkey: boolean }
}

/** Who is signed in, in full, and looks at a box. */
export type AccountCaller = AccountSession & {
  readonly kind: 'account'
  readonly mailbox: { readonly id: number; readonly address: string }
}

type Row = {
  readonly id: string
  readonly stage: AccountStage
  readonly account_id: number
  readonly kind: 'holder' | 'delegate'
  readonly email: string | null
  readonly name: string
  readonly mailbox_id: number | null
  readonly address: string | null
  readonly rights: 'read' | 'send' | null
  readonly seen_at: Instant
  readonly expires_at: Instant
  readonly proved_at: Instant | null
  readonly code: boolean
  readonly passkey: boolean
}

/**
 * The living session of a secret, at whatever stage. A box that is suspended opens to nobody. `unseen`: it is only looked
 * at, nobody uses it.
 */
export const findAccountSession = async (
  db: Queries,
  token: string,
  now: Instant,
  how?: 'unseen',
): Promise<AccountSession | undefined> => {
  if (!isToken('account', token)) return undefined
  const [row] = await db.query<Row>(
    'account-session-find',
    `select s.id, s.stage, s.account_id, a.kind, a.email, coalesce(nullif(a.name, ''), b.display_name, '') as name,
       b.id as mailbox_id, b.address, d.rights, s.seen_at, s.expires_at, s.proved_at,
       a.totp_confirmed_at is not null as code,
       exists (select 1 from account_passkey k where k.account_id = a.id) as passkey
     from account_session s join account a on a.id = s.account_id
       left join delegation d on a.kind = 'delegate' and d.account_id = a.id and d.mailbox_id = s.mailbox_id
         and d.revoked_at is null
       left join mailbox b on b.id = case when a.kind = 'holder' then a.mailbox_id else d.mailbox_id end
         and b.state <> 'suspended'
     where s.token_hash = $1 and s.expires_at > $2 and s.seen_at > $3 and a.state = 'active'
       and (a.kind = 'delegate' or b.id is not null)`,
    [hashToken(token), timestamp(now), timestamp(now - IDLE_MS)],
  )
  if (!row) return undefined
  if (how !== 'unseen' && now - row.seen_at > SEEN_EVERY_MS) {
    await db.query('account-session-seen', 'update account_session set seen_at = $2 where id = $1 and seen_at < $2', [
      row.id,
      timestamp(now),
    ])
    if (row.rights !== null) {
      const sql = 'update delegation set used_at = $3 where account_id = $1 and mailbox_id = $2'
      await db.query('delegation-seen', sql, [row.account_id, row.mailbox_id, timestamp(now)])
    }
  }
  return {
    sessionId: row.id,
    stage: row.stage,
    accountId: row.account_id,
    accountKind: row.kind,
    signInName: row.email ?? row.address!,
    name: row.name,
    mailbox: row.mailbox_id === null ? undefined : { id: row.mailbox_id, address: row.address! },
    rights: row.kind === 'holder' ? 'own' : (row.rights ?? 'read'),
    expiresAt: row.expires_at,
    provedAt: row.proved_at,
    factors: { code: row.code, passkey: row.passkey },
  }
}

/** Who calls with a secret: somebody who uses a box, where the session is whole. */
export const findAccountCaller = async (
  db: Queries,
  token: string,
  now: Instant,
  how?: 'unseen',
): Promise<AccountCaller | undefined> => {
  const session = await findAccountSession(db, token, now, how)
  if (session?.stage !== 'full' || !session.mailbox) return undefined
  return { ...session, mailbox: session.mailbox, kind: 'account' }
}

/** How a session's account stands to the second factor that the provider wants. */
export const factorOf = ({ factors }: Pick<AccountSession, 'factors'>, policy: AccountPolicy, now: Instant) =>
  factorStanding(factors.code || factors.passkey, policy, now)

const RANK: Readonly<Record<BoxRights, number>> = { read: 0, send: 1, own: 2 }

/** Whether rights suffice for an endpoint that lets in collaborators up to `delegates`; without, the holder alone. */
export const mayUse = (rights: BoxRights, delegates: 'read' | 'send' | undefined): boolean =>
  RANK[rights] >= RANK[delegates ?? 'own']

/** Whether who sits there has proved lately to be the one. */
export const hasProof = ({ provedAt }: Pick<AccountSession, 'provedAt'>, now: Instant): boolean =>
  provedAt !== null && now - provedAt <= PROOF_MS

export type NewAccountSession = {
  readonly id: string
  readonly token: string
  readonly accountId: number
  readonly mailboxId: number | null
  readonly stage: AccountStage
  readonly remoteAddress: string
  readonly userAgent: string
}

/** Begins a session; gives when it ends. Whoever begins a whole one has just proved to be the one. */
export const beginAccountSession = (tx: Tx, session: NewAccountSession, now: Instant): Instant => {
  const whole = session.stage === 'full'
  const expiresAt = now + (whole ? SESSION_MS : HALF_WAY_MS)
  tx.send(
    'account-session-begin',
    `insert into account_session
       (id, token_hash, account_id, mailbox_id, stage, remote_address, user_agent, created_at, seen_at, expires_at, proved_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9, $10)`,
    [
      session.id,
      hashToken(session.token),
      session.accountId,
      session.mailboxId,
      session.stage,
      session.remoteAddress.slice(0, 64),
      session.userAgent.slice(0, 300),
      timestamp(now),
      timestamp(expiresAt),
      whole ? timestamp(now) : null,
    ],
  )
  return expiresAt
}

/** Has a session look at another box: whether it is open to who sits there is looked at by each request. */
export const sitAt = (tx: Tx, sessionId: string, mailboxId: number): void => {
  tx.send('account-session-box', 'update account_session set mailbox_id = $2 where id = $1', [sessionId, mailboxId])
}

/** Notes that who sits there has proved to be the one. */
export const noteProof = (tx: Tx, sessionId: string, now: Instant): void => {
  tx.send('account-session-proved', 'update account_session set proved_at = $2 where id = $1', [
    sessionId,
    timestamp(now),
  ])
}

/** Ends the session of a secret; whose it was. */
export const endAccountSessionOf = async (tx: Tx, token: string): Promise<number | undefined> => {
  if (!isToken('account', token)) return undefined
  const [row] = await tx.query<{ account_id: number }>(
    'account-session-end-token',
    'delete from account_session where token_hash = $1 returning account_id',
    [hashToken(token)],
  )
  return row?.account_id
}

/** Ends one session of somebody; whether there was one. */
export const endAccountSession = async (tx: Tx, accountId: number, sessionId: string): Promise<boolean> => {
  const sql = 'delete from account_session where id = $1 and account_id = $2 returning 1'
  return (await tx.query('account-session-end', sql, [sessionId, accountId])).length > 0
}

/** Ends all sessions of somebody, but for one; no device is trusted any more. */
export const endAccountSessionsOf = (tx: Tx, accountId: number, but?: string): void => {
  const sql = 'delete from account_session where account_id = $1 and id is distinct from $2'
  tx.send('account-session-end-all', sql, [accountId, but ?? null])
  // Whoever had the account may have had a browser trusted.
  tx.send('account-devices-distrust', 'update account_device set trusted_until = null where account_id = $1', [
    accountId,
  ])
}

export type AccountSessionRow = {
  readonly id: string
  readonly createdAt: Instant
  readonly seenAt: Instant
  readonly remoteAddress: string
  readonly userAgent: string
}

/** Where somebody is signed in, latest first. */
export const listAccountSessions = (
  db: Queries,
  accountId: number,
  now: Instant,
): Promise<readonly AccountSessionRow[]> =>
  db.query<AccountSessionRow>(
    'account-session-list',
    `select id, created_at as "createdAt", seen_at as "seenAt", remote_address as "remoteAddress",
       user_agent as "userAgent"
     from account_session
     where account_id = $1 and stage = 'full' and expires_at > $2 and seen_at > $3 order by seen_at desc, id limit 200`,
    [accountId, timestamp(now), timestamp(now - IDLE_MS)],
  )

/** Forgets sessions that ended long ago. */
export const sweepAccountSessions = async (db: Queries, now: Instant): Promise<void> => {
  const sql = 'delete from account_session where expires_at < $1'
  await db.query('account-session-sweep', sql, [timestamp(now - KEPT_MS)])
  await db.query('account-challenge-sweep', 'delete from account_challenge where expires_at < $1', [timestamp(now)])
  await db.query(
    'account-sign-in-sweep',
    'delete from account_sign_in where at < $1 or account_id is null and at < $2',
    [timestamp(now - HISTORY_MS), timestamp(now - DAY)],
  )
  await db.query('account-device-sweep', 'delete from account_device where seen_at < $1', [timestamp(now - DEVICE_MS)])
}
