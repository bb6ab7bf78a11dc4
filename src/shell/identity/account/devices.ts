// The browsers in which an account was opened, those that are trusted, and the history of tries to sign in.
import { randomUUID } from 'node:crypto'
import { deviceText } from '../../../core/identity/accountTextsSignIn.ts'
import { DAY, HOUR, type Instant } from '../../../core/lib/instant.ts'
import { type Queries, type Tx, timestamp } from '../../db/pool.ts'
import { writeNotice } from '../../notices/notices.ts'
import type { Office } from '../../office.ts'
import type { Arrival } from '../staff/signIn.ts'
import { hashToken, isToken } from '../tokens.ts'
import { findHolder, tellHolder } from './holder.ts'
import { resetPage } from './password.ts'
import type { AccountRecord } from './store.ts'

/** For how long no code is asked for in a browser that is trusted. */
export const TRUST_MS = 30 * DAY

/** From where somebody comes to an account: the browser's own secret too, and the one that takes its place. */
export type AccountArrival = Arrival & { readonly oldDevice?: string | undefined; readonly newDevice: string }

export type KnownDevice = { readonly id: string; readonly trustedUntil: Instant | null }

/** The device of a secret, where the account is known there. Of an account that there is not, the same question. */
export const findDevice = async (
  db: Queries,
  accountId: number | undefined,
  { oldDevice = '' }: Pick<AccountArrival, 'oldDevice'>,
): Promise<KnownDevice | undefined> =>
  (
    await db.query<KnownDevice>(
      'account-device-find',
      'select id, trusted_until as "trustedUntil" from account_device where account_id = $1 and token_hash = $2',
      [accountId ?? 0, hashToken(isToken('device', oldDevice) ? oldDevice : '')],
    )
  )[0]

/**
 * Knows the browser in which the account was opened, under a new secret: one that was planted is never taken over. Tells
 * the person where it is a new one and not the first.
 */
export const knowDevice = async (
  tx: Tx,
  office: Office,
  record: AccountRecord,
  arrival: AccountArrival,
  trust: boolean,
): Promise<void> => {
  const now = office.clock.now()
  const { remoteAddress, userAgent } = arrival
  const known = await findDevice(tx, record.id, arrival)
  const [hash, agent, address] = [hashToken(arrival.newDevice), userAgent.slice(0, 300), remoteAddress.slice(0, 64)]
  const trustedUntil = trust ? timestamp(now + TRUST_MS) : null
  if (known) {
    tx.send(
      'account-device-seen',
      `update account_device set token_hash = $2, user_agent = $3, remote_address = $4, seen_at = $5,
         trusted_until = coalesce($6, trusted_until) where id = $1`,
      [known.id, hash, agent, address, timestamp(now), trustedUntil],
    )
    return
  }
  const others = await tx.query('account-device-any', 'select 1 from account_device where account_id = $1 limit 1', [
    record.id,
  ])
  tx.send(
    'account-device-add',
    `insert into account_device (id, account_id, token_hash, user_agent, remote_address, created_at, seen_at, trusted_until)
     values ($1, $2, $3, $4, $5, $6, $6, $7)`,
    [randomUUID(), record.id, hash, agent, address, timestamp(now), trustedUntil],
  )
  if (others.length > 0) {
    await tellAccount(tx, office, record, deviceText(record, { at: now, remoteAddress, userAgent }, resetPage(office)))
  }
}

/** Tells whoever has the account: the holder at the reference e-mail and in the box, a collaborator by own e-mail. */
export const tellAccount = async (
  tx: Tx,
  office: Office,
  record: Pick<AccountRecord, 'id' | 'kind' | 'signInName'>,
  text: { readonly subject: string; readonly text: string },
): Promise<void> => {
  const holder = record.kind === 'holder' ? await findHolder(tx, record.id) : undefined
  if (holder) await tellHolder(tx, office, holder, { kind: 'accountAccess', ...text })
  else if (record.kind === 'delegate') {
    await writeNotice(tx, office, { kind: 'accountAccess', to: record.signInName, ...text })
  }
}

export type DeviceRow = KnownDevice & {
  readonly userAgent: string
  readonly remoteAddress: string
  readonly seenAt: Instant
}

export const listDevices = (db: Queries, accountId: number): Promise<readonly DeviceRow[]> =>
  db.query<DeviceRow>(
    'account-device-list',
    `select id, user_agent as "userAgent", remote_address as "remoteAddress", seen_at as "seenAt",
       trusted_until as "trustedUntil" from account_device where account_id = $1 order by seen_at desc, id limit 50`,
    [accountId],
  )

/** Forgets a device of somebody; whether there was one. */
export const forgetDevice = async (db: Queries, accountId: number, id: string): Promise<boolean> => {
  const sql = 'delete from account_device where id = $1 and account_id = $2 returning 1'
  return (await db.query('account-device-forget', sql, [id, accountId])).length > 0
}

// --- history ---------------------------------------------------------------------------------------------------------

export type SignInOutcome = 'entered' | 'halfWay' | 'wrong' | 'needsProgramPassword'
export type ProgramService = 'imap' | 'pop3' | 'submission' | 'http'
export type SignInMethod = 'password' | 'code' | 'recoveryCode' | 'passkey'
export type SignInRow = {
  readonly at: Instant
  readonly outcome: SignInOutcome
  readonly method: SignInMethod
  readonly remoteAddress: string
  readonly userAgent: string
  /** Where it was a mail program. */
  readonly service?: ProgramService | null
}

/** Writes a try down; one at a name that nobody has too, so that the work is the same. */
export const noteSignIn = async (
  db: Queries,
  accountId: number | undefined,
  { at, outcome, method, remoteAddress, userAgent }: SignInRow,
): Promise<void> => {
  await db.query(
    'account-sign-in-note',
    `insert into account_sign_in (account_id, at, outcome, method, remote_address, user_agent)
     values ($1, $2, $3, $4, $5, $6)`,
    [accountId ?? null, timestamp(at), outcome, method, remoteAddress.slice(0, 64), userAgent.slice(0, 300)],
  )
}

/** Of a program that asks every few minutes one row an hour is enough. */
const PROGRAM_NOTE_MS = HOUR

/** Writes down that a program was not let in, by whom it may be seen; of a name that nobody has with the same work. */
export const noteProgramSignIn = async (
  db: Queries,
  accountId: number | undefined,
  {
    at,
    outcome,
    service,
    remoteAddress,
  }: {
    readonly at: Instant
    readonly outcome: Extract<SignInOutcome, 'wrong' | 'needsProgramPassword'>
    readonly service: ProgramService
    readonly remoteAddress: string
  },
): Promise<void> => {
  await db.query(
    'account-sign-in-program',
    `insert into account_sign_in (account_id, at, outcome, method, remote_address, user_agent, service)
     select $1, $2, $3, 'password', $4, '', $5
     where not exists (select 1 from account_sign_in where account_id is not distinct from $1 and at > $6
       and outcome = $3 and service = $5 and remote_address = $4)`,
    [accountId ?? null, timestamp(at), outcome, remoteAddress.slice(0, 64), service, timestamp(at - PROGRAM_NOTE_MS)],
  )
}

/** The latest tries at an account, latest first. */
export const listSignIns = (db: Queries, accountId: number): Promise<readonly SignInRow[]> =>
  db.query<SignInRow>(
    'account-sign-in-list',
    `select at, outcome, method, remote_address as "remoteAddress", user_agent as "userAgent", service
     from account_sign_in where account_id = $1 order by at desc, id desc limit 100`,
    [accountId],
  )
