// Passwords as they are kept: an argon2id hash, and the SCRAM keys beside it.
import { pbkdf2 } from 'node:crypto'
import { promisify } from 'node:util'
import { hash, verify } from '@node-rs/argon2'
import { addressKey } from '../../core/mail/address.ts'
import { saslPrep } from '../../core/mail/sasl/saslprep.ts'
import { type ScramKeys, scramKeys, scramSalt } from '../../core/mail/sasl/scram.ts'
import type { Database, Queries, Tx } from '../db/pool.ts'

/** Argon2id with 19 MiB, two passes, one lane: the floor that OWASP's password storage sheet asks for. */
const ARGON = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

/**
 * Rounds of PBKDF2 for SCRAM. Clients do them at each login, and those on Cyrus SASL take 65,536 at the most; below
 * that, the more the better for who loses a database: RFC 7677 §4 asks for 4,096 in 2015. About 15 ms here.
 */
export const SCRAM_ITERATIONS = 60_000

/** A password in the one form that is hashed: typed on any system, it is the same (RFC 4013). */
const prepared = (password: string): string => saslPrep(password) ?? password

/** The hash of a password, to be stored. */
export const hashPassword = (password: string): Promise<string> => hash(prepared(password), ARGON)

/** Whether the password is the one that was hashed. */
export const verifyPassword = (passwordHash: string, password: string): Promise<boolean> =>
  verify(passwordHash, prepared(password))

const derive = promisify(pbkdf2)

/** The SCRAM keys of a password. `secret` makes the salt from the name. */
export const makeScramKeys = async (secret: Uint8Array, address: string, password: string): Promise<ScramKeys> => {
  const salt = scramSalt(secret, addressKey(address))
  const salted = await derive(prepared(password), salt, SCRAM_ITERATIONS, 32, 'sha256')
  return scramKeys(salt, SCRAM_ITERATIONS, salted)
}

/** The installation's secret from which salts are made. */
export const nameSecret = async (db: Queries): Promise<Uint8Array> => {
  const [row] = await db.query<{ secret: Uint8Array }>(
    'installation-secret',
    'select secret from installation_secret where name = $1',
    ['names'],
  )
  if (!row) throw new Error('the installation has lost its secret')
  return row.secret
}

/** Keeps the keys of the password with this hash; where it has been changed meanwhile they are dropped. */
export const storeScramKeys = async (
  db: Queries,
  address: string,
  passwordHash: string,
  keys: ScramKeys,
): Promise<void> => {
  await db.query(
    'scram-store',
    `insert into mailbox_scram (mailbox_id, salt, iterations, stored_key, server_key)
     select id, $3, $4, $5, $6 from mailbox where address_key = $1 and password_hash = $2 for update
     on conflict (mailbox_id) do update set salt = excluded.salt, iterations = excluded.iterations,
       stored_key = excluded.stored_key, server_key = excluded.server_key`,
    [addressKey(address), passwordHash, keys.salt, keys.iterations, keys.storedKey, keys.serverKey],
  )
}

/** A password as it is kept, for the mailbox of one address. */
export type MadePassword = { readonly passwordHash: string; readonly keys: ScramKeys }

/** Makes hash and keys of a password: the slow part, done before the transaction. */
export const makePassword = async (db: Queries, address: string, password: string): Promise<MadePassword> => {
  const passwordHash = await hashPassword(password)
  return { passwordHash, keys: await makeScramKeys(await nameSecret(db), address, password) }
}

/** Sets the password of a mailbox in a transaction: hash and keys together. */
export const putPassword = async (tx: Tx, address: string, { passwordHash, keys }: MadePassword): Promise<void> => {
  tx.send('password-set', 'update mailbox set password_hash = $2 where address_key = $1', [
    addressKey(address),
    passwordHash,
  ])
  await storeScramKeys(tx, address, passwordHash, keys)
}

/** Sets the password of a mailbox: hash and keys together. */
export const setPassword = async (db: Database, address: string, password: string): Promise<void> => {
  const made = await makePassword(db, address, password)
  await db.tx((tx) => putPassword(tx, address, made))
}

/** Makes the SCRAM keys of those of the mailboxes that have a password but no keys. The password must be theirs. */
export const addScramKeys = async (db: Database, addresses: readonly string[], password: string): Promise<void> => {
  const rows = await db.query<{ address_key: string; password_hash: string }>(
    'scram-lacking',
    `select address_key, password_hash from mailbox left join mailbox_scram on mailbox_id = id
     where address_key = any($1::text[]) and password_hash is not null and mailbox_id is null`,
    [addresses.map(addressKey)],
  )
  if (rows.length === 0) return
  const secret = await nameSecret(db)
  const make = async (row: (typeof rows)[number]): Promise<void> =>
    storeScramKeys(db, row.address_key, row.password_hash, await makeScramKeys(secret, row.address_key, password))
  await Promise.all(rows.map(make))
}
