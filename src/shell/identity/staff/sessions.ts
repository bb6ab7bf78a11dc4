// Sessions of staff: a secret in a cookie, of which the hash is kept; they end by time, by hand and by a new password.

import { type Grant, PERMISSIONS, type Role } from '../../../core/identity/permissions.ts'
import { DAY, HOUR, type Instant, MINUTE } from '../../../core/lib/instant.ts'
import { type Queries, type Tx, timestamp } from '../../db/pool.ts'
import { hashToken, isToken } from '../tokens.ts'

/** `secondFactor`: the code is to come. `setup`: it must be set up first. */
export type SessionStage = 'secondFactor' | 'setup' | 'full'

/** A session lasts a working day, and ends earlier where nobody uses it. */
export const SESSION_MS = 12 * HOUR
export const IDLE_MS = HOUR
/** Between password and code. */
export const HALF_WAY_MS = 15 * MINUTE
/** How exactly `seen_at` is kept: no write for each request. */
const SEEN_EVERY_MS = MINUTE
const KEPT_MS = 30 * DAY

/** A role as the caller has it, with the Order that it is at. */
export type StaffGrant = Grant & {
  readonly role: Role
  readonly at?: { readonly id: number; readonly code: string; readonly name: string } | undefined
}

export type StaffSession = {
  readonly sessionId: string
  readonly stage: SessionStage
  readonly staffId: number
  readonly email: string
  readonly name: string
  readonly grants: readonly StaffGrant[]
  readonly expiresAt: Instant
}

/** Staff who are signed in, in full. */
export type StaffCaller = StaffSession & { readonly kind: 'staff' }

type Row = {
  readonly id: string
  readonly stage: SessionStage
  readonly staff_id: number
  readonly email: string
  readonly name: string
  readonly seen_at: Instant
  readonly expires_at: Instant
  readonly roles:
    | readonly { readonly role: string; readonly id: number | null; readonly code: string; readonly name: string }[]
    | null
}

const isRole = (role: string): role is Role => Object.hasOwn(PERMISSIONS, role)

const grantsOf = (row: Row): readonly StaffGrant[] =>
  (row.roles ?? []).flatMap(({ role, id, code, name }) => {
    if (!isRole(role)) return []
    return [id === null ? { role } : { role, order: code, at: { id, code, name } }]
  })

/** The living session of a secret, at whatever stage. */
export const findSession = async (db: Queries, token: string, now: Instant): Promise<StaffSession | undefined> => {
  if (!isToken('staff', token)) return undefined
  const [row] = await db.query<Row>(
    'staff-session-find',
    `select s.id, s.stage, s.staff_id, p.email, p.name, s.seen_at, s.expires_at,
       (select json_agg(json_build_object('role', r.role, 'id', o.id, 'code', o.code, 'name', o.name) order by o.code, r.role)
        from staff_role r left join professional_order o on o.id = r.order_id where r.staff_id = p.id) as roles
     from staff_session s join staff p on p.id = s.staff_id
     where s.token_hash = $1 and s.expires_at > $2 and s.seen_at > $3 and p.state = 'active'`,
    [hashToken(token), timestamp(now), timestamp(now - IDLE_MS)],
  )
  if (!row) return undefined
  if (now - row.seen_at > SEEN_EVERY_MS) {
    await db.query('staff-session-seen', 'update staff_session set seen_at = $2 where id = $1 and seen_at < $2', [
      row.id,
      timestamp(now),
    ])
  }
  return {
    sessionId: row.id,
    stage: row.stage,
    staffId: row.staff_id,
    email: row.email,
    name: row.name,
    grants: grantsOf(row),
    expiresAt: row.expires_at,
  }
}

/** Who calls with a secret: staff, where the session is whole. */
export const findStaffCaller = async (db: Queries, token: string, now: Instant): Promise<StaffCaller | undefined> => {
  const session = await findSession(db, token, now)
  return session?.stage === 'full' ? { ...session, kind: 'staff' } : undefined
}

export type NewSession = {
  readonly id: string
  readonly token: string
  readonly staffId: number
  readonly stage: SessionStage
  readonly remoteAddress: string
  readonly userAgent: string
}

/** Begins a session; gives when it ends. */
export const beginSession = (tx: Tx, session: NewSession, now: Instant): Instant => {
  const expiresAt = now + (session.stage === 'full' ? SESSION_MS : HALF_WAY_MS)
  tx.send(
    'staff-session-begin',
    `insert into staff_session (id, token_hash, staff_id, stage, remote_address, user_agent, created_at, seen_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $7, $8)`,
    [
      session.id,
      hashToken(session.token),
      session.staffId,
      session.stage,
      session.remoteAddress.slice(0, 64),
      session.userAgent.slice(0, 300),
      timestamp(now),
      timestamp(expiresAt),
    ],
  )
  return expiresAt
}

/** Ends the session of a secret; whose it was. */
export const endSessionOf = async (tx: Tx, token: string): Promise<number | undefined> => {
  if (!isToken('staff', token)) return undefined
  const [row] = await tx.query<{ staff_id: number }>(
    'staff-session-end-token',
    'delete from staff_session where token_hash = $1 returning staff_id',
    [hashToken(token)],
  )
  return row?.staff_id
}

/** Ends one session of somebody; whether there was one. */
export const endSession = async (tx: Tx, staffId: number, sessionId: string): Promise<boolean> =>
  (
    await tx.query('staff-session-end', 'delete from staff_session where id = $1 and staff_id = $2 returning 1', [
      sessionId,
      staffId,
    ])
  ).length > 0

/** Ends all sessions of somebody, but for one. */
export const endSessionsOf = (tx: Tx, staffId: number, but?: string): void => {
  tx.send('staff-session-end-all', 'delete from staff_session where staff_id = $1 and id is distinct from $2', [
    staffId,
    but ?? null,
  ])
}

export type SessionRow = {
  readonly id: string
  readonly createdAt: Instant
  readonly seenAt: Instant
  readonly remoteAddress: string
  readonly userAgent: string
}

/** Where somebody is signed in, latest first. */
export const listSessions = async (db: Queries, staffId: number, now: Instant): Promise<readonly SessionRow[]> => {
  const rows = await db.query<{
    id: string
    created_at: Instant
    seen_at: Instant
    remote_address: string
    user_agent: string
  }>(
    'staff-session-list',
    `select id, created_at, seen_at, remote_address, user_agent from staff_session
     where staff_id = $1 and stage = 'full' and expires_at > $2 and seen_at > $3 order by seen_at desc, id limit 200`,
    [staffId, timestamp(now), timestamp(now - IDLE_MS)],
  )
  return rows.map((row) => ({
    id: row.id,
    createdAt: row.created_at,
    seenAt: row.seen_at,
    remoteAddress: row.remote_address,
    userAgent: row.user_agent,
  }))
}

/** What waits in a session to be confirmed: a sealed secret. */
export const pendingOf = async (db: Queries, sessionId: string): Promise<Uint8Array | undefined> => {
  const [row] = await db.query<{ pending: { readonly sealed: string } | null }>(
    'staff-session-pending',
    'select pending from staff_session where id = $1',
    [sessionId],
  )
  return row?.pending ? Uint8Array.from(Buffer.from(row.pending.sealed, 'base64')) : undefined
}

/** Keeps a secret where none waits yet; gives the one that does. */
export const keepPending = async (
  db: Queries,
  sessionId: string,
  sealed: Uint8Array,
): Promise<Uint8Array | undefined> => {
  await db.query('staff-session-keep', 'update staff_session set pending = $2 where id = $1 and pending is null', [
    sessionId,
    JSON.stringify({ sealed: Buffer.from(sealed).toString('base64') }),
  ])
  return pendingOf(db, sessionId)
}

/** Forgets sessions that ended long ago. */
export const sweepSessions = async (db: Queries, now: Instant): Promise<void> => {
  await db.query('staff-session-sweep', 'delete from staff_session where expires_at < $1', [timestamp(now - KEPT_MS)])
}
