// The second factor of an account: set up, confirmed, switched off; its codes at sign-in and as a proof.
import type { Refusal } from '../../../core/api/problems.ts'
import { mayDropFactor } from '../../../core/identity/accountPolicy.ts'
import { type FactorChange, factorText } from '../../../core/identity/accountTextsSignIn.ts'
import { blockedUntil } from '../../../core/identity/codeTries.ts'
import { writeAudit } from '../../audit/write.ts'
import { type Tx, timestamp } from '../../db/pool.ts'
import type { Office } from '../../office.ts'
import { type Enrolling, hashRecovery, newRecoveryCodes, newTotpSecret, showTotp, stepOfCode } from '../secondFactor.ts'
import { type AccountArrival, noteSignIn, tellAccount } from './devices.ts'
import { resetPage } from './password.ts'
import { type AccountCaller, type AccountSession, findAccountSession, noteProof } from './sessions.ts'
import { type AccountBegun, accountBegun, beginAccount } from './signIn.ts'
import { type AccountRecord, findAccount, hasFactor } from './store.ts'

/** What the secret of an account's second factor is sealed to. */
export const accountTotpContext = (accountId: number): string => `second factor of account ${accountId}`

const hashOf = (accountId: number, code: string): Buffer | undefined => hashRecovery(`account ${accountId}`, code)

type Used = 'code' | 'recoveryCode'

/** Tells of a change, and leaves the trail. */
export const changed = async (
  tx: Tx,
  office: Office,
  record: AccountRecord,
  change: FactorChange,
  remoteAddress: string,
): Promise<void> => {
  const actor = { kind: 'account', accountId: record.id, remoteAddress } as const
  const [at, subjectId] = [office.clock.now(), record.id]
  writeAudit(tx, [{ at, actor, action: `account.${change}`, subjectKind: 'account', subjectId }])
  await tellAccount(tx, office, record, factorText(record, change, resetPage(office)))
}

const lock = async (tx: Tx, accountId: number): Promise<AccountRecord | undefined> => {
  await tx.query('account-factor-lock', 'select 1 from account where id = $1 for update', [accountId])
  const record = await findAccount(tx, accountId)
  return record?.state === 'active' ? record : undefined
}

/** Uses a code: the app's, of a step later than any before (RFC 6238 §5.2), or one of recovery. */
const useCode = async (tx: Tx, office: Office, record: AccountRecord, code: string): Promise<Used | undefined> => {
  const { id } = record
  const now = office.clock.now()
  const secret = record.totpSecret && office.vault.openSecret(accountTotpContext(id), record.totpSecret)
  const step = secret ? stepOfCode(secret, code, now) : undefined
  if (step !== undefined) {
    const used = await tx.query(
      'account-totp-use',
      'update account set totp_last_step = $2, code_failures = 0 where id = $1 and totp_last_step < $2 returning 1',
      [id, step],
    )
    return used.length > 0 ? 'code' : undefined
  }
  const hash = hashOf(id, code)
  if (!hash) return undefined
  const used = await tx.query(
    'account-recovery-use',
    `update account_recovery_code set used_at = $3
     where account_id = $1 and code_hash = $2 and used_at is null returning 1`,
    [id, hash, timestamp(now)],
  )
  if (used.length === 0) return undefined
  tx.send('account-code-right', 'update account set code_failures = 0 where id = $1', [id])
  return 'recoveryCode'
}

/**
 * Looks at a code under the limits of tries. Whoever has stolen the password may use those up: a recovery code is looked
 * at all the same, since nobody guesses one, and so are passkeys and trusted devices. The holder is not kept out.
 */
const tryCode = async (
  tx: Tx,
  office: Office,
  accountId: number,
  code: string,
): Promise<{ readonly record: AccountRecord; readonly used: Used } | Refusal> => {
  const now = office.clock.now()
  const record = await lock(tx, accountId)
  if (!record || !hasFactor(record)) return { refusal: 'accountSignInNeeded' }
  const { codeFailures, codeFailedAt } = record
  const blocked = codeFailedAt !== null && codeFailures > 0 && blockedUntil(codeFailures, codeFailedAt) > now
  if (blocked && hashOf(accountId, code) === undefined) return { refusal: 'tooManyAttempts' }
  const used = await useCode(tx, office, record, code)
  if (used) return { record, used }
  if (blocked) return { refusal: 'tooManyAttempts' }
  tx.send(
    'account-code-failed',
    'update account set code_failures = code_failures + 1, code_failed_at = $2 where id = $1',
    [accountId, timestamp(now)],
  )
  return { refusal: 'codeWrong' }
}

/** The second step of a sign-in: the session becomes whole, under a new secret. */
export const giveAccountCode = async (
  office: Office,
  { code, trust }: { readonly code: string; readonly trust: boolean },
  arrival: AccountArrival,
): Promise<AccountBegun | Refusal> => {
  const half = arrival.oldToken ? await findAccountSession(office.db, arrival.oldToken, office.clock.now()) : undefined
  if (half?.stage !== 'secondFactor') return { refusal: 'accountSignInNeeded' }
  const refused = await office.db.tx(async (tx) => {
    const tried = await tryCode(tx, office, half.accountId, code)
    const at = office.clock.now()
    if ('refusal' in tried) {
      if (tried.refusal === 'codeWrong') {
        await noteSignIn(tx, half.accountId, { ...arrival, at, outcome: 'wrong', method: 'code' })
      }
      return tried
    }
    await beginAccount(tx, office, tried.record, 'full', arrival, { method: tried.used, trust })
    if (tried.used === 'recoveryCode') await changed(tx, office, tried.record, 'recoveryUsed', arrival.remoteAddress)
    return undefined
  })
  return refused ?? accountBegun(office, arrival)
}

/** Proves by a code to be the one. */
export const proveByCode = (
  office: Office,
  session: AccountSession,
  code: string,
  remoteAddress: string,
): Promise<Refusal | undefined> =>
  office.db.tx(async (tx) => {
    const tried = await tryCode(tx, office, session.accountId, code)
    if ('refusal' in tried) return tried
    noteProof(tx, session.sessionId, office.clock.now())
    if (tried.used === 'recoveryCode') await changed(tx, office, tried.record, 'recoveryUsed', remoteAddress)
    return undefined
  })

const pendingOf = async (office: Office, sessionId: string): Promise<Uint8Array | undefined> => {
  const [row] = await office.db.query<{ sealed: string | null }>(
    'account-pending',
    `select pending->>'sealed' as sealed from account_session where id = $1`,
    [sessionId],
  )
  return row?.sealed ? Buffer.from(row.sealed, 'base64') : undefined
}

/** Begins to set it up; who asks again in the same session sees the same secret. */
export const beginAccountFactor = async (office: Office, caller: AccountCaller): Promise<Enrolling | Refusal> => {
  const record = await findAccount(office.db, caller.accountId)
  if (!record || record.secondFactorSet) return { refusal: 'notInThisState' }
  const context = accountTotpContext(caller.accountId)
  const made = office.vault.sealSecret(context, newTotpSecret())
  await office.db.query(
    'account-pending-keep',
    'update account_session set pending = $2 where id = $1 and pending is null',
    [caller.sessionId, JSON.stringify({ sealed: Buffer.from(made).toString('base64') })],
  )
  const sealed = await pendingOf(office, caller.sessionId)
  if (!sealed) return { refusal: 'accountSignInNeeded' }
  return showTotp(office.vault.openSecret(context, sealed), office.provider.name, caller.signInName)
}

/** Makes ten recovery codes, in place of those that there were. */
export const putCodes = (tx: Tx, accountId: number): readonly string[] => {
  const codes = newRecoveryCodes()
  tx.send('account-recovery-clear', 'delete from account_recovery_code where account_id = $1', [accountId])
  tx.send(
    'account-recovery-add',
    'insert into account_recovery_code (account_id, code_hash) select $1, unnest($2::bytea[])',
    [accountId, codes.map((one) => hashOf(accountId, one)!)],
  )
  return codes
}

type Codes = { readonly recoveryCodes: readonly string[] }

/** Confirms it by a first code. Every other session ends: it was opened by the password alone. */
export const confirmAccountFactor = async (
  office: Office,
  caller: AccountCaller,
  code: string,
  remoteAddress: string,
): Promise<Codes | Refusal> => {
  const { accountId, sessionId } = caller
  const sealed = await pendingOf(office, sessionId)
  if (!sealed) return { refusal: 'notInThisState' }
  const now = office.clock.now()
  const step = stepOfCode(office.vault.openSecret(accountTotpContext(accountId), sealed), code, now)
  if (step === undefined) return { refusal: 'codeWrong' }
  return office.db.tx(async (tx) => {
    const record = await lock(tx, accountId)
    // Two browsers may be setting one up: the first that confirms has it.
    if (!record || record.secondFactorSet) return { refusal: 'notInThisState' } as const
    tx.send(
      'account-totp-set',
      `update account set totp_secret = $2, totp_confirmed_at = $3, totp_last_step = $4, code_failures = 0 where id = $1`,
      [accountId, sealed, timestamp(now), step],
    )
    tx.send('account-pending-clear', 'update account_session set pending = null where account_id = $1', [accountId])
    beginFactor(tx, caller)
    const recoveryCodes = putCodes(tx, accountId)
    await changed(tx, office, record, 'factorSet', remoteAddress)
    return { recoveryCodes }
  })
}

/** What is of no use without a second factor: recovery codes, and that browsers are trusted. */
export const endFactor = (tx: Tx, accountId: number): void => {
  tx.send('account-recovery-drop', 'delete from account_recovery_code where account_id = $1', [accountId])
  tx.send('account-trust-drop', 'update account_device set trusted_until = null where account_id = $1', [accountId])
}

/** Begins a second factor: sessions that the password alone had opened end, but for the one in which it was set up. */
export const beginFactor = (tx: Tx, { accountId, sessionId }: AccountCaller): void =>
  tx.send('account-factor-others', 'delete from account_session where account_id = $1 and id <> $2', [
    accountId,
    sessionId,
  ])

/** Switches it off. */
export const dropAccountFactor = (
  office: Office,
  { accountId }: AccountCaller,
  remoteAddress: string,
): Promise<Refusal | undefined> =>
  office.db.tx(async (tx) => {
    const record = await lock(tx, accountId)
    if (!record?.secondFactorSet) return { refusal: 'notInThisState' }
    const left = record.hasPasskey ? 1 : 0
    if (!mayDropFactor(left, office.accountPolicy, office.clock.now())) return { refusal: 'factorRequired' }
    tx.send('account-totp-drop', 'update account set totp_secret = null, totp_confirmed_at = null where id = $1', [
      accountId,
    ])
    if (left === 0) endFactor(tx, accountId)
    await changed(tx, office, record, 'factorDropped', remoteAddress)
    return undefined
  })

/** New recovery codes in place of the old ones. */
export const renewAccountCodes = (
  office: Office,
  { accountId }: AccountCaller,
  remoteAddress: string,
): Promise<Codes | Refusal> =>
  office.db.tx(async (tx) => {
    const record = await lock(tx, accountId)
    if (!record || !hasFactor(record)) return { refusal: 'notInThisState' } as const
    const recoveryCodes = putCodes(tx, accountId)
    await changed(tx, office, record, 'codesRenewed', remoteAddress)
    return { recoveryCodes }
  })

export const accountCodesLeft = async (office: Office, accountId: number): Promise<number> =>
  (
    await office.db.query<{ n: number }>(
      'account-recovery-left',
      'select count(*) as n from account_recovery_code where account_id = $1 and used_at is null',
      [accountId],
    )
  )[0]!.n
