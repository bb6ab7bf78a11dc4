// Sign-in of staff: e-mail and password, then the code of the second factor; each step begins a session of its own.
import { randomUUID } from 'node:crypto'
import type { Refusal } from '../../../core/api/problems.ts'
import { blockedUntil } from '../../../core/identity/codeTries.ts'
import { PERMISSIONS } from '../../../core/identity/permissions.ts'
import { accessChangeText } from '../../../core/identity/staffTexts.ts'
import type { Instant } from '../../../core/lib/instant.ts'
import { addressKey } from '../../../core/mail/address.ts'
import { type Actor, writeAudit } from '../../audit/write.ts'
import type { Tx } from '../../db/pool.ts'
import { writeNotice } from '../../notices/notices.ts'
import type { Office } from '../../office.ts'
import { type Enrolling, hashRecovery, newRecoveryCodes, newTotpSecret, showTotp, stepOfCode } from '../secondFactor.ts'
import { checkPassword } from './passwordDesk.ts'
import {
  beginSession,
  endSessionOf,
  findSession,
  keepPending,
  pendingOf,
  type SessionStage,
  type StaffSession,
} from './sessions.ts'
import {
  countTry,
  findStaff,
  findStaffByEmail,
  noteFailure,
  recoveryCodesLeft,
  type StaffRecord,
  setRecovery,
  setSecondFactor,
  useRecovery,
  useStep,
} from './store.ts'

/** From where somebody signs in, and the secret of the session that begins. */
export type Arrival = {
  readonly remoteAddress: string
  readonly userAgent: string
  /** The secret for the session that begins: always a new one, so that a planted cookie opens nothing. */
  readonly newToken: string
  /** The secret that came with the request: its session ends. */
  readonly oldToken?: string | undefined
}

export type Begun = { readonly session: StaffSession; readonly token: string; readonly expiresAt: Instant }

const WRONG: Refusal = { refusal: 'signInWrong' }
const CODE_WRONG: Refusal = { refusal: 'codeWrong' }

/** The stage at which somebody with a right password stands. */
const stageOf = (office: Office, record: StaffRecord): SessionStage => {
  if (!office.secondFactor) return 'full'
  return record.secondFactorSet ? 'secondFactor' : 'setup'
}

/** Ends the old session and begins one at a stage, in the transaction of what led to it. */
export const begin = async (
  tx: Tx,
  office: Office,
  record: Pick<StaffRecord, 'id'>,
  stage: SessionStage,
  arrival: Arrival,
): Promise<void> => {
  const { remoteAddress, userAgent, newToken: token } = arrival
  if (arrival.oldToken !== undefined) await endSessionOf(tx, arrival.oldToken)
  const now = office.clock.now()
  beginSession(tx, { id: randomUUID(), token, staffId: record.id, stage, remoteAddress, userAgent }, now)
  if (stage === 'full') {
    const actor: Actor = { kind: 'staff', staffId: record.id, remoteAddress }
    writeAudit(tx, [{ at: now, actor, action: 'session.begun', subjectKind: 'staff', subjectId: record.id }])
  }
}

/** The session that has just begun. */
export const begun = async (office: Office, token: string): Promise<Begun> => {
  const session = await findSession(office.db, token, office.clock.now())
  if (!session) throw new Error('a session that has just begun is not there')
  return { session, token, expiresAt: session.expiresAt }
}

/** Begins a session at the stage at which somebody with a right password stands. */
export const beginAfterPassword = async (
  tx: Tx,
  office: Office,
  record: StaffRecord,
  arrival: Arrival,
): Promise<void> => begin(tx, office, record, stageOf(office, record), arrival)

/** E-mail and password. Unknown e-mails get the same answer after the same work. */
export const signIn = async (
  office: Office,
  { email, password }: { readonly email: string; readonly password: string },
  arrival: Arrival,
): Promise<Begun | Refusal> => {
  const account = addressKey(email.trim())
  const record = await findStaffByEmail(office.db, account)
  const verdict = await checkPassword(office, account, record, password, arrival.remoteAddress)
  if (verdict === 'throttled') return { refusal: 'tooManyAttempts' }
  if (verdict === 'wrong' || !record) return WRONG
  await office.db.tx((tx) => beginAfterPassword(tx, office, record, arrival))
  return begun(office, arrival.newToken)
}

/** Whether a code opens: the app's, each used once, or one of the recovery codes. */
const useCode = async (
  tx: Tx,
  office: Office,
  record: StaffRecord,
  code: string,
): Promise<'app' | 'recovery' | undefined> => {
  const now = office.clock.now()
  const secret = record.totpSecret && office.vault.openSecret(totpContext(record.id), record.totpSecret)
  const step = secret ? stepOfCode(secret, code, now) : undefined
  if (step !== undefined) return (await useStep(tx, record.id, step)) ? 'app' : undefined
  const hash = hashRecovery(record.id, code)
  return hash && (await useRecovery(tx, record.id, hash, now)) ? 'recovery' : undefined
}

/** What the secret of a second factor is sealed to. */
export const totpContext = (staffId: number): string => `second factor of staff ${staffId}`

/** Looks at a code under the limits of tries; counts it where it is wrong. The row of who tries is locked. */
const tryCode = async (
  tx: Tx,
  office: Office,
  staffId: number,
  code: string,
): Promise<{ readonly record: StaffRecord; readonly used: 'app' | 'recovery' } | Refusal> => {
  const now = office.clock.now()
  const tries = await countTry(tx, staffId)
  const record = await findStaff(tx, staffId)
  if (!tries || record?.state !== 'active') return WRONG
  if (tries.lastAt !== null && blockedUntil(tries.failures, tries.lastAt) > now) return { refusal: 'tooManyAttempts' }
  const used = await useCode(tx, office, record, code)
  if (used !== undefined) return { record, used }
  noteFailure(tx, staffId, now)
  return CODE_WRONG
}

const tellRecoveryUsed = async (tx: Tx, office: Office, { name, email }: StaffRecord): Promise<void> => {
  const { subject, text } = accessChangeText('recoveryCodeUsed', name)
  await writeNotice(tx, office, { kind: 'staffAccess', to: email, subject, text })
}

/** The second factor: the session becomes whole, under a new secret. */
export const giveSecondFactor = async (office: Office, code: string, arrival: Arrival): Promise<Begun | Refusal> => {
  const half = await halfSession(office, arrival.oldToken, 'secondFactor')
  if (!half) return WRONG
  const outcome = await office.db.tx(async (tx) => {
    const tried = await tryCode(tx, office, half.staffId, code)
    if ('refusal' in tried) return tried
    await begin(tx, office, tried.record, 'full', arrival)
    if (tried.used === 'recovery') await tellRecoveryUsed(tx, office, tried.record)
    return tried
  })
  return 'refusal' in outcome ? outcome : begun(office, arrival.newToken)
}

/** New recovery codes for who has the app at hand, or one old code left. */
export const renewRecoveryCodes = async (
  office: Office,
  { staffId }: StaffSession,
  code: string,
  remoteAddress: string,
): Promise<{ readonly recoveryCodes: readonly string[] } | Refusal> => {
  const record = await findStaff(office.db, staffId)
  if (!record?.secondFactorSet) return { refusal: 'notInThisState' }
  const recoveryCodes = newRecoveryCodes()
  const outcome = await office.db.tx(async (tx) => {
    const tried = await tryCode(tx, office, staffId, code)
    if ('refusal' in tried) return tried
    setRecovery(
      tx,
      staffId,
      recoveryCodes.map((one) => hashRecovery(staffId, one)!),
    )
    const actor: Actor = { kind: 'staff', staffId, remoteAddress }
    const at = office.clock.now()
    writeAudit(tx, [{ at, actor, action: 'recoveryCodes.renewed', subjectKind: 'staff', subjectId: staffId }])
    return tried
  })
  return 'refusal' in outcome ? outcome : { recoveryCodes }
}

const halfSession = async (
  office: Office,
  token: string | undefined,
  ...stages: readonly SessionStage[]
): Promise<StaffSession | undefined> => {
  const session = token === undefined ? undefined : await findSession(office.db, token, office.clock.now())
  return session && stages.includes(session.stage) ? session : undefined
}

/** The session in which a second factor may be set up: one that waits for it, or a whole one that has none. */
const settingUp = async (office: Office, token: string | undefined): Promise<StaffSession | Refusal> => {
  const session = await halfSession(office, token, 'setup', 'full', 'secondFactor')
  if (!session) return WRONG
  const record = await findStaff(office.db, session.staffId)
  return record && !record.secondFactorSet ? session : { refusal: 'notInThisState' }
}

/** Begins to set up the second factor; who asks again in the same session sees the same secret. */
export const beginSecondFactor = async (office: Office, token: string | undefined): Promise<Enrolling | Refusal> => {
  const session = await settingUp(office, token)
  if ('refusal' in session) return session
  const context = totpContext(session.staffId)
  const sealed =
    (await pendingOf(office.db, session.sessionId)) ??
    (await keepPending(office.db, session.sessionId, office.vault.sealSecret(context, newTotpSecret())))
  if (!sealed) return WRONG
  return showTotp(office.vault.openSecret(context, sealed), office.provider.name, session.email)
}

/** Confirms it by a first code; gives the recovery codes, which are shown this once. */
export const confirmSecondFactor = async (
  office: Office,
  code: string,
  arrival: Arrival,
): Promise<(Begun & { readonly recoveryCodes: readonly string[] }) | Refusal> => {
  const now = office.clock.now()
  const session = await settingUp(office, arrival.oldToken)
  if ('refusal' in session) return session
  const { staffId } = session
  const sealed = await pendingOf(office.db, session.sessionId)
  if (!sealed) return { refusal: 'notInThisState' }
  const step = stepOfCode(office.vault.openSecret(totpContext(staffId), sealed), code, now)
  if (step === undefined) return CODE_WRONG
  const recoveryCodes = newRecoveryCodes()
  const done = await office.db.tx(async (tx) => {
    await countTry(tx, staffId)
    const record = await findStaff(tx, staffId)
    // Two browsers may be setting one up: the first that confirms has it.
    if (record?.state !== 'active' || record.secondFactorSet) return false
    const recovery = recoveryCodes.map((one) => hashRecovery(staffId, one)!)
    setSecondFactor(tx, staffId, { sealed, step, recovery }, now)
    const actor: Actor = { kind: 'staff', staffId, remoteAddress: arrival.remoteAddress }
    writeAudit(tx, [{ at: now, actor, action: 'secondFactor.set', subjectKind: 'staff', subjectId: staffId }])
    await begin(tx, office, record, 'full', arrival)
    const { subject, text } = accessChangeText('secondFactorSet', record.name)
    await writeNotice(tx, office, { kind: 'staffAccess', to: record.email, subject, text })
    return true
  })
  return done ? { ...(await begun(office, arrival.newToken)), recoveryCodes } : { refusal: 'notInThisState' }
}

/** Ends the session of a secret, if there is one. */
export const signOut = async (office: Office, token: string | undefined, remoteAddress: string): Promise<void> => {
  if (token === undefined) return
  await office.db.tx(async (tx) => {
    const staffId = await endSessionOf(tx, token)
    if (staffId === undefined) return
    const actor: Actor = { kind: 'staff', staffId, remoteAddress }
    const at = office.clock.now()
    writeAudit(tx, [{ at, actor, action: 'session.ended', subjectKind: 'staff', subjectId: staffId }])
  })
}

/** What a session shows of itself; roles only once it is whole. */
export const sessionView = async (office: Office, session: StaffSession) => {
  const record = await findStaff(office.db, session.staffId)
  const full = session.stage === 'full'
  return {
    stage: session.stage,
    email: session.email,
    name: session.name,
    grants: full
      ? session.grants.map(({ role, at }) => ({
          role,
          ...(at ? { order: { code: at.code, name: at.name } } : {}),
          permissions: [...PERMISSIONS[role]],
        }))
      : [],
    secondFactor: {
      required: office.secondFactor,
      set: record?.secondFactorSet ?? false,
      recoveryCodesLeft: full ? await recoveryCodesLeft(office.db, session.staffId) : 0,
    },
  }
}
