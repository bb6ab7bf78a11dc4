// The vault: AES-256-GCM with a key for each document, wrapped by master keys that are files of the configuration.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { Fault } from '../../core/lib/refusal.ts'
import type { Vault, WrappedKey } from '../../core/ports.ts'

const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16

export type MasterKey = { readonly id: string; readonly key: Uint8Array }

/** nonce | ciphertext | tag */
const encrypt = (key: Uint8Array, bound: string, plain: Uint8Array): Uint8Array => {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
  cipher.setAAD(Buffer.from(bound, 'utf8'))
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

const decrypt = (key: Uint8Array, bound: string, sealed: Uint8Array): Uint8Array => {
  if (sealed.length < NONCE_BYTES + TAG_BYTES) throw new Fault('vault', 'sealed bytes are too few')
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
  decipher.setAAD(Buffer.from(bound, 'utf8'))
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES))
  const plain = decipher.update(sealed.subarray(NONCE_BYTES, sealed.length - TAG_BYTES))
  try {
    decipher.final()
  } catch (error) {
    plain.fill(0)
    throw new Fault('vault', 'sealed bytes were altered, or belong elsewhere', { cause: error })
  }
  return plain
}

const FOR_KEY = 'ceralacca key'
const forPlain = (context: string): string => `ceralacca of ${context}`
const forSecret = (context: string): string => `ceralacca secret ${context}`

/** Opens a vault with its master keys; the last one wraps what is new, all open what is old. */
export const openVault = (masterKeys: readonly MasterKey[]): Vault => {
  const newest = masterKeys.at(-1)
  if (newest === undefined) throw new RangeError('a vault wants a master key')
  const keys = new Map(masterKeys.map(({ id, key }) => [id, key]))
  const master = (id: string): Uint8Array => {
    const key = keys.get(id)
    if (key === undefined) throw new Fault('vault', `master key ${id} is not among the configured ones`)
    return key
  }
  const wrap = (key: Uint8Array): WrappedKey => ({ keyId: newest.id, wrappedKey: encrypt(newest.key, FOR_KEY, key) })
  /** Lends the bare key for as long as `use` runs. */
  const withKey = <T>({ keyId, wrappedKey }: WrappedKey, use: (key: Uint8Array) => T): T => {
    const key = decrypt(master(keyId), FOR_KEY, wrappedKey)
    try {
      return use(key)
    } finally {
      key.fill(0)
    }
  }
  // length of the key's name | name | what encrypt gives
  const sealSecret = (context: string, plain: Uint8Array): Uint8Array => {
    const id = Buffer.from(newest.id, 'utf8')
    return Buffer.concat([Buffer.of(id.length), id, encrypt(newest.key, forSecret(context), plain)])
  }
  const keyOfSecret = (sealed: Uint8Array): string =>
    Buffer.from(sealed.subarray(1, 1 + (sealed[0] ?? 0))).toString('utf8')
  const openSecret = (context: string, sealed: Uint8Array): Uint8Array =>
    decrypt(master(keyOfSecret(sealed)), forSecret(context), sealed.subarray(1 + (sealed[0] ?? 0)))
  return {
    newKey: () => wrap(randomBytes(KEY_BYTES)),
    seal: (wrapped, context, plain) => withKey(wrapped, (key) => encrypt(key, forPlain(context), plain)),
    open: (wrapped, context, sealed) => withKey(wrapped, (key) => decrypt(key, forPlain(context), sealed)),
    rewrap: (wrapped) => (wrapped.keyId === newest.id ? undefined : withKey(wrapped, wrap)),
    sealSecret,
    openSecret,
    resealSecret: (context, sealed) =>
      keyOfSecret(sealed) === newest.id ? undefined : sealSecret(context, openSecret(context, sealed)),
  }
}

const KEY_LINE = /^([A-Za-z0-9][A-Za-z0-9._-]{0,62})\s+(\S+)$/

const readKey = (text: string): Uint8Array | undefined => {
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex')
  if (/^[A-Za-z0-9+/]{43}=$/.test(text)) return Buffer.from(text, 'base64')
  return undefined
}

/**
 * Reads a file of master keys: a line for each, its name and 32 bytes in hex or base64, oldest first; `#` begins a
 * comment. Gives what is wrong as text.
 */
export const parseMasterKeys = (text: string): readonly MasterKey[] | { readonly problem: string } => {
  const keys: MasterKey[] = []
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.replace(/#.*$/, '').trim()
    if (line === '') continue
    const found = KEY_LINE.exec(line)
    const key = found && readKey(found[2]!)
    if (!found || !key) return { problem: `line ${index + 1}: must be a name and 32 bytes in hex or base64` }
    if (keys.some(({ id }) => id === found[1])) return { problem: `line ${index + 1}: ${found[1]} is there twice` }
    keys.push({ id: found[1]!, key })
  }
  return keys.length > 0 ? keys : { problem: 'no key in it' }
}

/** A line for a file of master keys, with a new key. */
export const newMasterKeyLine = (id: string): string => `${id} ${randomBytes(KEY_BYTES).toString('base64')}\n`
