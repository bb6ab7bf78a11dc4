// Checks a mailbox's password: argon2id, behind a short cache of credentials that were right.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { hash, verify } from '@node-rs/argon2'
import { MINUTE } from '../../core/lib/instant.ts'
import { addressKey } from '../../core/mail/address.ts'
import type { Clock } from '../../core/ports.ts'
import type { Database } from '../db/pool.ts'
import { findMailboxes, type Mailbox } from '../mailstore/mailboxes.ts'

/** Argon2id with 19 MiB, two passes, one lane: the floor that OWASP's password storage sheet asks for. */
const ARGON = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

/** Longest password looked at, in characters. */
const PASSWORD_LIMIT = 256

/** The hash of a password, to be stored. */
export const hashPassword = (password: string): Promise<string> => hash(password, ARGON)

export type Authenticator = {
  /** The mailbox whose address and password these are; undefined where they are not. Equal work for unknown addresses. */
  readonly authenticate: (address: string, password: string) => Promise<Mailbox | undefined>
}

/** How long a right credential is remembered, as a keyed digest, in this process only. */
const REMEMBERED_MS = 5 * MINUTE
const REMEMBERED_MOST = 10_000

/** Opens the check over the mailboxes of a database. */
export const openAuthenticator = (db: Database, clock: Clock): Authenticator => {
  const key = randomBytes(32)
  const right = new Map<string, { digest: Buffer; passwordHash: string; until: number }>()
  let decoy: Promise<string> | undefined

  const digestOf = (address: string, password: string): Buffer =>
    createHmac('sha256', key).update(`${address}\n${password}`).digest()

  return {
    authenticate: async (address, password) => {
      if (password.length === 0 || password.length > PASSWORD_LIMIT) return undefined
      const [row] = await db.query<{ password_hash: string | null }>(
        'authenticate',
        `select password_hash from mailbox where address_key = $1 and role = 'person' and state = 'active'`,
        [addressKey(address)],
      )
      const passwordHash = row?.password_hash
      if (!passwordHash) {
        decoy ??= hashPassword(randomBytes(16).toString('hex'))
        await verify(await decoy, password)
        return undefined
      }
      const digest = digestOf(addressKey(address), password)
      const known = right.get(addressKey(address))
      const remembered =
        known !== undefined &&
        known.passwordHash === passwordHash &&
        known.until > clock.now() &&
        timingSafeEqual(known.digest, digest)
      if (!remembered) {
        if (!(await verify(passwordHash, password))) return undefined
        if (right.size >= REMEMBERED_MOST) right.clear()
        right.set(addressKey(address), { digest, passwordHash, until: clock.now() + REMEMBERED_MS })
      }
      return (await findMailboxes(db, [address])).get(addressKey(address))
    },
  }
}
