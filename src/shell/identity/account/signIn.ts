// Sign-in to account and webmail: address and password; what follows where a second factor is set; proofs of being the one.
import { randomUUID } from 'node:crypto'
import type { Refusal } from '../../../core/api/problems.ts'
import type { Instant } from '../../../core/lib/instant.ts'
import { addressKey } from '../../../core/mail/address.ts'
import { type Actor, writeAudit } from '../../audit/write.ts'
import type { Tx } from '../../db/pool.ts'
import type { Office } from '../../office.ts'
import { checkPassword } from '../staff/passwordDesk.ts'
import { boxEntry, noteBoxUse } from './collaboratorStore.ts'
import { type AccountArrival, findDevice, knowDevice, noteSignIn, type SignInMethod } from './devices.ts'
import {
  type AccountCaller,
  type AccountSession,
  type AccountStage,
  beginAccountSession,
  endAccountSession,
  endAccountSessionOf,
  factorOf,
  findAccountSession,
  noteProof,
  PROOF_MS,
} from './sessions.ts'
import { type AccountRecord, findAccount, findAccountByName, hasFactor } from './store.ts'

export type AccountBegun = {
  readonly session: AccountSession
  readonly token: string
  readonly expiresAt: Instant
  /** The browser's new secret, once the session is whole. */
  readonly device: string
}

const WRONG: Refusal = { refusal: 'accountSignInWrong' }

/** Ends the old session and begins one at a stage, in the transaction of what led to it. */
export const beginAccount = async (
  tx: Tx,
  office: Office,
  record: AccountRecord,
  stage: AccountStage,
  arrival: AccountArrival,
  { method, trust }: { readonly method: SignInMethod; readonly trust: boolean },
): Promise<void> => {
  const { remoteAddress, userAgent, newToken: token } = arrival
  if (arrival.oldToken !== undefined) await endAccountSessionOf(tx, arrival.oldToken)
  const now = office.clock.now()
  const { id: accountId, mailboxId } = record
  beginAccountSession(tx, { id: randomUUID(), token, accountId, mailboxId, stage, remoteAddress, userAgent }, now)
  const outcome = stage === 'full' ? 'entered' : 'halfWay'
  await noteSignIn(tx, accountId, { at: now, outcome, method, remoteAddress, userAgent })
  if (stage !== 'full') return
  audited(tx, accountId, 'session.begun', remoteAddress, now)
  if (record.kind === 'delegate' && mailboxId !== null) {
    noteBoxUse(tx, accountId, mailboxId, now)
    writeAudit(tx, [boxEntry({ accountId, remoteAddress }, record.mailboxAddress!, 'box.entered', now)])
  }
  await knowDevice(tx, office, record, arrival, trust)
}

const audited = (tx: Tx, accountId: number, action: string, remoteAddress: string, at: Instant): void => {
  const actor: Actor = { kind: 'account', accountId, remoteAddress }
  writeAudit(tx, [{ at, actor, action, subjectKind: 'account', subjectId: accountId }])
}

/** The session that has just begun. */
export const accountBegun = async (
  office: Office,
  { newToken: token, newDevice: device }: AccountArrival,
): Promise<AccountBegun> => {
  const session = await findAccountSession(office.db, token, office.clock.now())
  if (!session) throw new Error('a session that has just begun is not there')
  return { session, token, expiresAt: session.expiresAt, device }
}

/** Address (or a collaborator's e-mail) and password. Unknown names get the same answer after the same work. */
export const signInToAccount = async (
  office: Office,
  { name, password }: { readonly name: string; readonly password: string },
  arrival: AccountArrival,
): Promise<AccountBegun | Refusal> => {
  const record = await findAccountByName(office.db, name)
  // Tries from a browser that the account knows are counted by themselves: whoever guesses elsewhere slows no holder.
  const device = await findDevice(office.db, record?.id, arrival)
  const verdict = await checkPassword(
    office,
    `account ${addressKey(name.trim())}`,
    record,
    password,
    device ? `device ${device.id}` : arrival.remoteAddress,
  )
  if (verdict === 'throttled') return { refusal: 'tooManyAttempts' }
  const at = office.clock.now()
  if (verdict === 'wrong' || !record) {
    await noteSignIn(office.db, record?.id, { ...arrival, at, outcome: 'wrong', method: 'password' })
    return WRONG
  }
  const trusted = device?.trustedUntil != null && device.trustedUntil > at
  const stage = hasFactor(record) && !trusted ? 'secondFactor' : 'full'
  await office.db.tx((tx) => beginAccount(tx, office, record, stage, arrival, { method: 'password', trust: false }))
  return accountBegun(office, arrival)
}

/** Proves by the password that who sits at a session is the one: for some minutes sensitive changes may be made. */
export const proveByPassword = async (
  office: Office,
  session: AccountSession,
  password: string,
  remoteAddress: string,
): Promise<Refusal | undefined> => {
  const record = await findAccount(office.db, session.accountId)
  const name = `account ${addressKey(session.signInName)}`
  const verdict = await checkPassword(office, name, record, password, remoteAddress)
  if (verdict === 'throttled') return { refusal: 'tooManyAttempts' }
  if (verdict === 'wrong') return { refusal: 'passwordWrong' }
  await office.db.tx(async (tx) => noteProof(tx, session.sessionId, office.clock.now()))
  return undefined
}

/** Ends the session of a secret, if there is one. */
export const signOutOfAccount = async (
  office: Office,
  token: string | undefined,
  remoteAddress: string,
): Promise<void> => {
  if (token === undefined) return
  await office.db.tx(async (tx) => {
    const accountId = await endAccountSessionOf(tx, token)
    if (accountId !== undefined) audited(tx, accountId, 'session.ended', remoteAddress, office.clock.now())
  })
}

/** Ends one of the caller's own sessions; whether there was such a one. */
export const endOwnAccountSession = (
  office: Office,
  caller: AccountCaller,
  sessionId: string,
  remoteAddress: string,
): Promise<boolean> =>
  office.db.tx(async (tx) => {
    if (!(await endAccountSession(tx, caller.accountId, sessionId))) return false
    audited(tx, caller.accountId, 'session.ended', remoteAddress, office.clock.now())
    return true
  })

/** What a session shows of itself; the box, once everything may be done. */
export const accountSessionView = (office: Office, session: AccountSession) => {
  const now = office.clock.now()
  const standing = factorOf(session, office.accountPolicy, now)
  const stage = session.stage === 'full' && standing.kind === 'needed' ? ('setUp' as const) : session.stage
  return {
    stage,
    name: session.name,
    signInName: session.signInName,
    kind: session.accountKind,
    ...(stage === 'full' && session.mailbox
      ? { mailbox: { address: session.mailbox.address, rights: session.rights } }
      : {}),
    proved: session.provedAt !== null && now - session.provedAt <= PROOF_MS,
    ...(stage === 'secondFactor' ? { factors: session.factors } : {}),
    ...(standing.kind === 'announced' ? { secondFactorFrom: new Date(standing.from).toISOString() } : {}),
  }
}
