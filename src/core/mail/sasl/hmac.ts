// HMAC-SHA-256 (RFC 2104) over given bytes, and the comparison of secrets.
import { createHash } from 'node:crypto'
import { concat } from '../../lib/bytes.ts'

/** Bytes of a block of SHA-256, which a key is filled up to. */
const BLOCK = 64

export const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest()

/** HMAC-SHA-256 of the data under the key. */
export const hmacSha256 = (key: Uint8Array, data: Uint8Array): Uint8Array => {
  const padded = new Uint8Array(BLOCK)
  padded.set(key.length > BLOCK ? sha256(key) : key)
  const inner = sha256(concat([padded.map((byte) => byte ^ 0x36), data]))
  return sha256(concat([padded.map((byte) => byte ^ 0x5c), inner]))
}

/** Whether two secrets are the same, in a time that depends on their length only. */
export const equalSecrets = (a: Uint8Array, b: Uint8Array): boolean => {
  if (a.length !== b.length) return false
  let difference = 0
  for (let i = 0; i < a.length; i++) difference |= a[i]! ^ b[i]!
  return difference === 0
}
