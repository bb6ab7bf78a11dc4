// Passkeys of an account (WebAuthn Level 3): added, removed; sign-in and proof by one. The device verifies the person each time.
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import type { Refusal } from '../../../core/api/problems.ts'
import { mayDropFactor } from '../../../core/identity/accountPolicy.ts'
import { type Instant, MINUTE } from '../../../core/lib/instant.ts'
import { type Queries, timestamp } from '../../db/pool.ts'
import type { Office } from '../../office.ts'
import { type AccountArrival, noteSignIn } from './devices.ts'
import { beginFactor, changed, endFactor, putCodes } from './factor.ts'
import { type AccountCaller, type AccountSession, noteProof } from './sessions.ts'
import { type AccountBegun, accountBegun, beginAccount } from './signIn.ts'
import { findAccount, hasFactor } from './store.ts'

const CHALLENGE_MS = 5 * MINUTE
/** Of one account. */
const MOST = 20

const WRONG: Refusal = { refusal: 'passkeyWrong' }

type Purpose = 'register' | 'enter' | 'prove'
type Asked = { readonly purpose: Purpose; readonly sessionId?: string | undefined }
type Options = { readonly options: Record<string, unknown> }

const partyOf = ({ publicUrl }: Pick<Office, 'publicUrl'>) => {
  const { hostname, origin } = new URL(publicUrl)
  return { rpID: hostname, origin }
}

const digest = (challenge: string): Buffer => createHash('sha256').update(challenge).digest()

const putChallenge = async (office: Office, { purpose, sessionId }: Asked): Promise<Uint8Array<ArrayBuffer>> => {
  const bytes = Uint8Array.from(randomBytes(32))
  await office.db.query(
    'account-challenge-put',
    'insert into account_challenge (challenge_hash, purpose, session_id, expires_at) values ($1, $2, $3, $4)',
    [
      digest(Buffer.from(bytes).toString('base64url')),
      purpose,
      sessionId ?? null,
      timestamp(office.clock.now() + CHALLENGE_MS),
    ],
  )
  return bytes
}

/** Takes away the challenge that was signed, so that it is good once; whether it was one of ours for this. */
const takeChallenge = async (
  office: Office,
  { purpose, sessionId }: Asked,
  clientDataJSON: string,
): Promise<string | undefined> => {
  let challenge: unknown
  try {
    challenge = JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString()).challenge
  } catch {
    return undefined
  }
  if (typeof challenge !== 'string') return undefined
  const taken = await office.db.query(
    'account-challenge-take',
    `delete from account_challenge where challenge_hash = $1 and purpose = $2 and session_id is not distinct from $3
       and expires_at > $4 returning 1`,
    [digest(challenge), purpose, sessionId ?? null, timestamp(office.clock.now())],
  )
  return taken.length > 0 ? challenge : undefined
}

export type PasskeyRow = {
  readonly id: string
  readonly name: string
  readonly credentialId: string
  readonly createdAt: Instant
  readonly usedAt: Instant | null
}

export const listPasskeys = (db: Queries, accountId: number): Promise<readonly PasskeyRow[]> =>
  db.query<PasskeyRow>(
    'account-passkey-list',
    `select id, name, credential_id as "credentialId", created_at as "createdAt", used_at as "usedAt"
     from account_passkey where account_id = $1 order by created_at, id`,
    [accountId],
  )

/** What an authenticator is given to make a passkey that needs no address typed. */
export const beginPasskey = async (office: Office, caller: AccountCaller): Promise<Options> => {
  const mine = await listPasskeys(office.db, caller.accountId)
  const options = await generateRegistrationOptions({
    rpName: office.provider.name,
    rpID: partyOf(office).rpID,
    userName: caller.signInName,
    userDisplayName: caller.name,
    userID: Uint8Array.from(Buffer.from(`account ${caller.accountId}`)),
    challenge: await putChallenge(office, { purpose: 'register', sessionId: caller.sessionId }),
    timeout: CHALLENGE_MS,
    attestationType: 'none',
    excludeCredentials: mine.map(({ credentialId }) => ({ id: credentialId })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  })
  return { options: { ...options } }
}

/** Adds the passkey that was made. The first one brings recovery codes: from there on the password alone does not let in. */
export const addPasskey = async (
  office: Office,
  caller: AccountCaller,
  { name, credential }: { readonly name: string; readonly credential: object },
  remoteAddress: string,
): Promise<{ readonly recoveryCodes?: readonly string[] } | Refusal> => {
  const response = credential as RegistrationResponseJSON
  const asked = { purpose: 'register', sessionId: caller.sessionId } as const
  const expectedChallenge = await takeChallenge(office, asked, response.response.clientDataJSON)
  if (expectedChallenge === undefined) return WRONG
  const { rpID, origin } = partyOf(office)
  const verified = await verifyRegistrationResponse({
    response,
    expectedChallenge,
    expectedOrigin: origin,
    expectedRPID: rpID,
    requireUserVerification: true,
  }).catch(() => undefined)
  if (!verified?.verified) return WRONG
  const { credential: made } = verified.registrationInfo
  return office.db.tx<{ readonly recoveryCodes?: readonly string[] } | Refusal>(async (tx) => {
    await tx.query('account-passkey-lock', 'select 1 from account where id = $1 for update', [caller.accountId])
    const record = await findAccount(tx, caller.accountId)
    if (!record || (await listPasskeys(tx, caller.accountId)).length >= MOST) return { refusal: 'notInThisState' }
    const added = await tx.query(
      'account-passkey-add',
      `insert into account_passkey (id, account_id, credential_id, public_key, counter, transports, name, created_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (credential_id) do nothing returning 1`,
      [
        randomUUID(),
        caller.accountId,
        made.id,
        made.publicKey,
        made.counter,
        made.transports ?? [],
        name,
        timestamp(office.clock.now()),
      ],
    )
    if (added.length === 0) return WRONG
    if (hasFactor(record)) {
      await changed(tx, office, record, 'passkeyAdded', remoteAddress)
      return {}
    }
    beginFactor(tx, caller)
    const recoveryCodes = putCodes(tx, caller.accountId)
    await changed(tx, office, record, 'firstPasskeyAdded', remoteAddress)
    return { recoveryCodes }
  })
}

/** Removes a passkey of somebody, unless it is the last way in beside the password and one is required. */
export const removePasskey = (
  office: Office,
  { accountId }: AccountCaller,
  id: string,
  remoteAddress: string,
): Promise<Refusal | undefined> =>
  office.db.tx<Refusal | undefined>(async (tx) => {
    await tx.query('account-passkey-lock', 'select 1 from account where id = $1 for update', [accountId])
    const [mine, record] = [await listPasskeys(tx, accountId), await findAccount(tx, accountId)]
    if (!record || !mine.some((one) => one.id === id)) return { refusal: 'notFound' }
    const left = mine.length - 1 + (record.secondFactorSet ? 1 : 0)
    if (!mayDropFactor(left, office.accountPolicy, office.clock.now())) return { refusal: 'factorRequired' }
    tx.send('account-passkey-remove', 'delete from account_passkey where id = $1 and account_id = $2', [id, accountId])
    if (left === 0) endFactor(tx, accountId)
    await changed(tx, office, record, 'passkeyRemoved', remoteAddress)
    return undefined
  })

/** A challenge to sign: to enter, without saying who comes; or to prove, at a session. */
export const beginAssertion = async (office: Office, asked: Asked): Promise<Options> => {
  const options = await generateAuthenticationOptions({
    rpID: partyOf(office).rpID,
    challenge: await putChallenge(office, asked),
    timeout: CHALLENGE_MS,
    userVerification: 'required',
  })
  return { options: { ...options } }
}

type Stored = { id: string; accountId: number; publicKey: Uint8Array; counter: number }

/** Whose passkey has signed one of our challenges; a counter that went back is refused, it tells of a copy. */
const accountOfAssertion = async (office: Office, asked: Asked, credential: object): Promise<number | undefined> => {
  const response = credential as AuthenticationResponseJSON
  const expectedChallenge = await takeChallenge(office, asked, response.response.clientDataJSON)
  const [stored] = await office.db.query<Stored>(
    'account-passkey-find',
    `select id, account_id as "accountId", public_key as "publicKey", counter from account_passkey
     where credential_id = $1`,
    [response.id],
  )
  if (expectedChallenge === undefined || !stored) return undefined
  const { rpID, origin } = partyOf(office)
  const verified = await verifyAuthenticationResponse({
    response,
    expectedChallenge,
    expectedOrigin: origin,
    expectedRPID: rpID,
    requireUserVerification: true,
    credential: { id: response.id, publicKey: Uint8Array.from(stored.publicKey), counter: stored.counter },
  }).catch(() => undefined)
  if (!verified?.verified) return undefined
  const used = await office.db.query(
    'account-passkey-used',
    'update account_passkey set counter = $2, used_at = $3 where id = $1 and counter = $4 returning 1',
    [stored.id, verified.authenticationInfo.newCounter, timestamp(office.clock.now()), stored.counter],
  )
  return used.length > 0 ? stored.accountId : undefined
}

/** Signs in by passkey: the device is one factor, how it verified the person the other. */
export const signInByPasskey = async (
  office: Office,
  credential: object,
  arrival: AccountArrival,
): Promise<AccountBegun | Refusal> => {
  const accountId = await accountOfAssertion(office, { purpose: 'enter' }, credential)
  const record = accountId === undefined ? undefined : await findAccount(office.db, accountId)
  if (record?.state !== 'active') {
    const at = office.clock.now()
    await noteSignIn(office.db, record?.id, { ...arrival, at, outcome: 'wrong', method: 'passkey' })
    return WRONG
  }
  await office.db.tx((tx) => beginAccount(tx, office, record, 'full', arrival, { method: 'passkey', trust: false }))
  return accountBegun(office, arrival)
}

/** Proves by a passkey of the same account to be the one. */
export const proveByPasskey = async (
  office: Office,
  session: AccountSession,
  credential: object,
): Promise<Refusal | undefined> => {
  const asked = { purpose: 'prove', sessionId: session.sessionId } as const
  if ((await accountOfAssertion(office, asked, credential)) !== session.accountId) return WRONG
  await office.db.tx(async (tx) => noteProof(tx, session.sessionId, office.clock.now()))
  return undefined
}
