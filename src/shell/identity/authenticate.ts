// Checks who signs in: passwords by argon2id behind a short memory of right ones, SCRAM by keys; failures are slowed.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { setTimeout as sleepMs } from 'node:timers/promises'
import { SCOPE_OF } from '../../core/identity/appPassword.ts'
import { MINUTE } from '../../core/lib/instant.ts'
import { Fault } from '../../core/lib/refusal.ts'
import { addressKey } from '../../core/mail/address.ts'
import { networkOf } from '../../core/mail/sasl/backoff.ts'
import { decoyKeys, type ScramKeys } from '../../core/mail/sasl/scram.ts'
import { signsIn } from '../../core/mailbox/standing.ts'
import type { Clock } from '../../core/ports.ts'
import { limiter } from '../adapters/limiter.ts'
import type { Database } from '../db/pool.ts'
import { findMailboxes, type Mailbox } from '../mailstore/mailboxes.ts'
import { makeSeats } from '../servers/wire/seats.ts'
import { findAppSignIn, noteAppUse, noteEntrance, stillOpens } from './account/appPasswords.ts'
import { noteProgramSignIn } from './account/devices.ts'
import {
  hashPassword,
  makeScramKeys,
  nameSecret,
  SCRAM_ITERATIONS,
  storeScramKeys,
  verifyPassword,
} from './passwords.ts'
import type { SignIn, SignInDesk } from './sasl.ts'
import { createLoginThrottle } from './throttle.ts'

/** Longest password looked at, in characters. */
const PASSWORD_LIMIT = 256
/** How long a right credential is remembered, as a keyed digest, in this process only. */
const REMEMBERED_MS = 5 * MINUTE
const REMEMBERED_MOST = 10_000
/** Checks at one time: half of the threads that files are read with too. */
const CHECKS = 2
/** Attempts that may wait for a check, or for their delay to pass; more are turned away unlooked at. */
const WAITING_MOST = 2_048
/** The same of one address: whoever has attempts waiting must not keep everybody else out. */
const WAITING_EACH = 64

export type SignInService = 'submission' | 'imap' | 'jmap' | 'pop3' | 'http'

export type SignInAttempt = {
  readonly address: string
  readonly password: string
  readonly remoteAddress: string
  /** What the password is to open: app passwords are for some of them only. */
  readonly service: SignInService
}

type Claim = Omit<SignInAttempt, 'password'>

export type Authenticator = {
  /** Who has address and password. Unknown addresses get the same answer after the same work. */
  readonly authenticate: (attempt: SignInAttempt) => Promise<SignIn<Mailbox>>
  /**
   * Why who has signed in is let in no more: the mailbox is suspended, or what opened it opens it no longer (a program's
   * password was revoked or is over, the main password is another one or good for pages only). Undefined while it goes on.
   */
  readonly whyEnded: (login: Mailbox) => Promise<Ended | undefined>
  /** The desk of one service's servers, SCRAM included. */
  readonly desk: (service: SignInService) => SignInDesk<Mailbox>
}

export type Ended = 'suspended' | 'revoked'

const BAD = { refusal: 'bad' } as const
const THROTTLED = { refusal: 'throttled' } as const

type Account = {
  readonly account_id: number | null
  readonly password_hash: string
  readonly salt: Uint8Array | null
  readonly iterations: number | null
  readonly stored_key: Uint8Array | null
  readonly server_key: Uint8Array | null
  /** With a second factor the holder's own password opens pages only: programs have theirs. */
  readonly programs_apart: boolean
}

const loadAccount = async (db: Database, account: string): Promise<Account | undefined> => {
  const [row] = await db.query<Account>(
    'authenticate',
    `select a.id as account_id, b.password_hash, s.salt, s.iterations, s.stored_key, s.server_key,
       a.totp_confirmed_at is not null or exists (select 1 from account_passkey k where k.account_id = a.id)
         as programs_apart
     from mailbox b left join mailbox_scram s on s.mailbox_id = b.id left join account a on a.mailbox_id = b.id
     where b.address_key = $1 and b.role = 'person' and b.state <> 'suspended' and b.password_hash is not null`,
    [account],
  )
  return row
}

const keysOf = (row: Account | undefined): ScramKeys | undefined =>
  row?.salt && !row.programs_apart && row.iterations && row.stored_key && row.server_key
    ? { salt: row.salt, iterations: row.iterations, storedKey: row.stored_key, serverKey: row.server_key }
    : undefined

/** Right credentials as keyed digests: an entry tells nothing without the key, which dies with the process. */
const openMemory = (clock: Clock) => {
  const key = randomBytes(32)
  const right = new Map<string, { readonly digest: Buffer; readonly until: number }>()
  return {
    /** Depends on the hash too: with a new password the old digests are of nothing. */
    digest: (account: string, passwordHash: string, password: string): Buffer =>
      createHmac('sha256', key).update(`${account}\n${passwordHash}\n${password}`).digest(),
    /** Names the password that an account has now, without telling anything of it. */
    mainKey: (account: string, passwordHash: string): string =>
      createHmac('sha256', key).update(`${account}\n${passwordHash}`).digest('base64'),
    knows: (account: string, digest: Buffer): boolean => {
      const known = right.get(account)
      return known !== undefined && known.until > clock.now() && timingSafeEqual(known.digest, digest)
    },
    keep: (account: string, digest: Buffer): void => {
      if (right.size >= REMEMBERED_MOST) right.clear()
      right.set(account, { digest, until: clock.now() + REMEMBERED_MS })
    },
  }
}

/** Opens the check over the mailboxes of a database. One for each process: it knows who has failed before. */
export const openAuthenticator = (
  db: Database,
  clock: Clock,
  sleep: (ms: number) => Promise<unknown> = sleepMs,
): Authenticator => {
  const memory = openMemory(clock)
  const throttle = createLoginThrottle(clock)
  const inTurn = limiter(CHECKS)
  const waiting = makeSeats<string>(WAITING_EACH, WAITING_MOST)
  let decoy: Promise<string> | undefined
  let secret: Promise<Uint8Array> | undefined
  const theSecret = (): Promise<Uint8Array> => {
    secret ??= nameSecret(db).catch((error: unknown) => {
      secret = undefined
      throw error
    })
    return secret
  }

  /** Does the work where not too many wait already. */
  const queued = async <T>(remoteAddress: string, work: () => Promise<T>): Promise<T | typeof THROTTLED> => {
    const leave = waiting.take(networkOf(remoteAddress))
    if (!leave) return THROTTLED
    return work().finally(leave)
  }

  /** What is kept of the holder, if the mailbox can be signed in to. */
  const holder = async (address: string): Promise<Mailbox | undefined> => {
    const account = addressKey(address)
    const mailbox = (await findMailboxes(db, [address])).get(account)
    return mailbox && signsIn(mailbox.state) && mailbox.role === 'person' ? mailbox : undefined
  }

  const succeed = (account: string, remoteAddress: string, mailbox: Mailbox | undefined): SignIn<Mailbox> => {
    if (!mailbox) return BAD
    throttle.succeeded(account, remoteAddress)
    return { login: mailbox }
  }

  /** Makes the keys of accounts that lack them, or have old ones: now the password is at hand. */
  const renewKeys = async (account: string, row: Account, password: string): Promise<void> => {
    if (row.iterations === SCRAM_ITERATIONS) return
    try {
      const keys = await makeScramKeys(await theSecret(), account, password)
      await storeScramKeys(db, account, row.password_hash, keys)
    } catch (error) {
      // The next login makes them.
      if (!(error instanceof Fault)) throw error
    }
  }

  /** Who signs in by a program's own password: random ones need no slow check, and revoked ones end at once. */
  const byAppPassword = async (
    account: string,
    { address, password, remoteAddress, service }: SignInAttempt,
  ): Promise<SignIn<Mailbox> | undefined> => {
    const scope = SCOPE_OF[service]
    const now = clock.now()
    const found = scope && (await findAppSignIn(db, account, password, now))
    if (!found?.scopes.includes(scope!)) return undefined
    // A collaborator who only reads sends nothing, whatever the password was made for.
    if (service === 'submission' && found.rights === 'read') return undefined
    const mailbox = await holder(address)
    if (mailbox) {
      await noteAppUse(db, found.id, { service: scope!, remoteAddress }, now)
      // What is sent is written down message by message.
      const reads = found.rights !== 'own' && service !== 'submission'
      if (reads) await noteEntrance(db, found, { address: mailbox.address, service: scope!, remoteAddress }, now)
    }
    const { id: appPasswordId, accountId, rights } = found
    const sends = rights !== 'read' && found.scopes.includes('smtp')
    return succeed(account, remoteAddress, mailbox && { ...mailbox, by: { appPasswordId, accountId, rights, sends } })
  }

  const whyEnded = async ({ id, address, by, mainKey }: Mailbox): Promise<Ended | undefined> => {
    if ((await holder(address))?.id !== id) return 'suspended'
    if (by) return (await stillOpens(db, by, clock.now())) ? undefined : 'revoked'
    if (mainKey === undefined) return undefined
    const key = addressKey(address)
    const row = await loadAccount(db, key)
    return row && !row.programs_apart && memory.mainKey(key, row.password_hash) === mainKey ? undefined : 'revoked'
  }

  /** Writes down that a password came, right or wrong, for a name that is there or not: the same work for all. */
  const note = async (row: Account | undefined, right: boolean, attempt: SignInAttempt): Promise<void> => {
    const { remoteAddress } = attempt
    // People are told of JMAP as of what else comes over HTTP.
    const service = attempt.service === 'jmap' ? 'http' : attempt.service
    const outcome = right ? 'needsProgramPassword' : 'wrong'
    try {
      await noteProgramSignIn(db, row?.account_id ?? undefined, { at: clock.now(), outcome, service, remoteAddress })
    } catch (error) {
      // What is told to people keeps nobody out.
      if (!(error instanceof Fault)) throw error
    }
  }

  const authenticate = async (attempt: SignInAttempt): Promise<SignIn<Mailbox>> => {
    const { address, password, remoteAddress } = attempt
    if (password.length === 0 || password.length > PASSWORD_LIMIT) return BAD
    const account = addressKey(address)
    const verdict = throttle.judge(account, remoteAddress)
    if (verdict.kind === 'refuse') return THROTTLED
    const byProgram = await byAppPassword(account, attempt)
    if (byProgram) return byProgram
    const [row, mailbox] = await Promise.all([loadAccount(db, account), holder(address)])
    decoy ??= hashPassword(randomBytes(16).toString('hex'))
    const passwordHash = row?.password_hash ?? (await decoy)
    const digest = memory.digest(account, passwordHash, password)
    const opens = row !== undefined && !row.programs_apart
    const entered = (of: Account, box: Mailbox | undefined) =>
      box && { ...box, mainKey: memory.mainKey(account, of.password_hash) }
    if (opens && memory.knows(account, digest)) return succeed(account, remoteAddress, entered(row, mailbox))
    // A program that keeps trying an old password is told so at once, and guesses nothing.
    const guess = digest.toString('base64', 0, 12)
    if (throttle.isRepeated(account, remoteAddress, guess)) return BAD
    return queued(remoteAddress, async () => {
      if (verdict.kind === 'slow') await sleep(verdict.ms)
      return inTurn(async () => {
        // Others may have failed while this one waited: a crowd of guesses gets no further than one after the other.
        if (throttle.judge(account, remoteAddress).kind === 'refuse') return THROTTLED
        const right = await verifyPassword(passwordHash, password)
        if (!right || !opens) {
          throttle.failed(account, remoteAddress, guess)
          await note(row, right && row !== undefined, attempt)
          return BAD
        }
        memory.keep(account, digest)
        await renewKeys(account, row, password)
        return succeed(account, remoteAddress, entered(row, mailbox))
      })
    })
  }

  const scramKeysFor = async ({ address, remoteAddress }: Claim): Promise<ScramKeys | typeof THROTTLED> => {
    const account = addressKey(address)
    const verdict = throttle.judge(account, remoteAddress)
    if (verdict.kind === 'refuse') return THROTTLED
    return queued(remoteAddress, async () => {
      if (verdict.kind === 'slow') await sleep(verdict.ms)
      const [row, salts] = await Promise.all([loadAccount(db, account), theSecret()])
      return keysOf(row) ?? decoyKeys(salts, account, SCRAM_ITERATIONS)
    })
  }

  const scramJudged = async ({ address, remoteAddress }: Claim, proved: boolean): Promise<SignIn<Mailbox>> => {
    const account = addressKey(address)
    if (proved) {
      const [row, mailbox] = await Promise.all([loadAccount(db, account), holder(address)])
      const mainKey = row && memory.mainKey(account, row.password_hash)
      return succeed(account, remoteAddress, mailbox && { ...mailbox, mainKey })
    }
    throttle.failed(account, remoteAddress)
    return BAD
  }

  return {
    authenticate,
    whyEnded,
    desk: (service) => ({
      authenticate: ({ username, ...rest }) => authenticate({ address: username, service, ...rest }),
      scram: {
        keys: ({ username, ...rest }) => scramKeysFor({ address: username, service, ...rest }),
        mayJudge: ({ username, remoteAddress }) =>
          throttle.judge(addressKey(username), remoteAddress).kind !== 'refuse',
        judged: ({ username, ...rest }, proved) => scramJudged({ address: username, service, ...rest }, proved),
      },
    }),
  }
}
