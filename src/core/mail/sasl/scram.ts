// SCRAM-SHA-256 as the server does it (RFC 5802, RFC 7677), without channel binding. Keys and nonce are handed in.
import { concat, fromUtf8, toBase64, toUtf8Strict } from '../../lib/bytes.ts'
import { decodeBase64 } from './base64.ts'
import { equalSecrets, hmacSha256, sha256 } from './hmac.ts'
import { saslPrep } from './saslprep.ts'

/** What the server keeps of a password: enough to check a proof, not to make one (RFC 5802 §3). */
export type ScramKeys = {
  readonly salt: Uint8Array
  readonly iterations: number
  readonly storedKey: Uint8Array
  readonly serverKey: Uint8Array
}

/** The client's first message, read. */
export type ScramFirst = {
  readonly username: string
  readonly clientNonce: string
  /** As it came: they are signed. */
  readonly gs2Header: string
  readonly bare: string
}

/** An exchange whose challenge is out. */
export type ScramPending = {
  readonly username: string
  readonly nonce: string
  readonly gs2Header: string
  /** client-first-message-bare "," server-first-message */
  readonly signed: string
  readonly storedKey: Uint8Array
  readonly serverKey: Uint8Array
}

export type ScramRefusal = { readonly refused: 'malformed' | 'binding' | 'otherIdentity' }

/** Bytes of a message, and of a nonce. Real ones have less than a tenth. */
const MAX_MESSAGE = 4_096
const MAX_NONCE = 512

const malformed: ScramRefusal = { refused: 'malformed' }

/** Keys from the salted password, which is PBKDF2-HMAC-SHA-256 of the prepared password (RFC 5802 §3). */
export const scramKeys = (salt: Uint8Array, iterations: number, saltedPassword: Uint8Array): ScramKeys => ({
  salt,
  iterations,
  storedKey: sha256(hmacSha256(saltedPassword, fromUtf8('Client Key'))),
  serverKey: hmacSha256(saltedPassword, fromUtf8('Server Key')),
})

/** RFC 5802 §5.1 saslname: `=2C` and `=3D`, no other `=`. */
const readName = (text: string): string | undefined => {
  if (/=(?!2C|3D)/.test(text) || text === '') return undefined
  return saslPrep(text.replaceAll('=2C', ',').replaceAll('=3D', '='))
}

// RFC 5802 §7: printable, no comma
const isNonce = (text: string): boolean => /^[\x21-\x2b\x2d-\x7e]+$/.test(text) && text.length <= MAX_NONCE

/** Reads the client-first-message. */
export const readScramFirst = (message: Uint8Array): ScramFirst | ScramRefusal => {
  const text = message.length > MAX_MESSAGE ? undefined : toUtf8Strict(message)
  const found = text === undefined ? null : /^(([nyp])(?:=[A-Za-z0-9.-]+)?,(?:a=([^,\0]*))?,)(n=.*)$/s.exec(text)
  if (!found) return malformed
  const [, gs2Header, flag, authorization, bare] = found as unknown as [
    string,
    string,
    string,
    string | undefined,
    string,
  ]
  // RFC 5802 §6: no -PLUS is on offer, so `y` is as good as `n`, and whoever binds has been deceived.
  if (flag === 'p') return { refused: 'binding' }
  if (gs2Header[1] !== ',') return malformed
  // Extensions after the nonce may be passed over; `m=`, which would come first, may not (RFC 5802 §5.1).
  const parts = /^n=([^,\0]*),r=([^,]*)(?:,[A-Za-z]=[^,\0]+)*$/.exec(bare)
  const username = parts ? readName(parts[1]!) : undefined
  if (!parts || username === undefined || username === '' || !isNonce(parts[2]!)) return malformed
  // Nobody acts for another here. An empty identity is none, as in PLAIN: GNU SASL writes it.
  if (authorization && readName(authorization) !== username) return { refused: 'otherIdentity' }
  return { username, clientNonce: parts[2]!, gs2Header, bare }
}

/** The server-first-message, and the exchange that waits for its answer. `serverNonce`: printable, without comma. */
export const scramChallenge = (
  first: ScramFirst,
  keys: ScramKeys,
  serverNonce: string,
): { readonly message: string; readonly pending: ScramPending } => {
  const nonce = first.clientNonce + serverNonce
  const message = `r=${nonce},s=${toBase64(keys.salt)},i=${keys.iterations}`
  const { username, gs2Header, bare } = first
  const { storedKey, serverKey } = keys
  return { message, pending: { username, nonce, gs2Header, signed: `${bare},${message}`, storedKey, serverKey } }
}

export type ScramVerdict =
  | { readonly proved: true; readonly message: string }
  | { readonly proved: false }
  | ScramRefusal

/** Judges the client-final-message; where the proof holds, `message` is the server-final-message. */
export const scramVerify = (pending: ScramPending, message: Uint8Array): ScramVerdict => {
  const text = message.length > MAX_MESSAGE ? undefined : toUtf8Strict(message)
  const found =
    text === undefined ? null : /^(c=([A-Za-z0-9+/=]*),r=([^,]*)(?:,[A-Za-z]=[^,\0]+)*),p=([A-Za-z0-9+/=]*)$/.exec(text)
  if (!found) return malformed
  const [, unsigned, binding, nonce, proofText] = found as unknown as [string, string, string, string, string]
  // The header is told again, signed: whoever changed it on the way is found out (RFC 5802 §6).
  if (binding !== toBase64(fromUtf8(pending.gs2Header)) || nonce !== pending.nonce) return malformed
  const proof = decodeBase64(proofText)
  if (proof?.length !== pending.storedKey.length) return malformed
  const signed = fromUtf8(`${pending.signed},${unsigned}`)
  const clientSignature = hmacSha256(pending.storedKey, signed)
  const clientKey = proof.map((byte, i) => byte ^ clientSignature[i]!)
  if (!equalSecrets(sha256(clientKey), pending.storedKey)) return { proved: false }
  return { proved: true, message: `v=${toBase64(hmacSha256(pending.serverKey, signed))}` }
}

/**
 * Keys that no password proves, for names that have none: told by the same salt and count each time, so that asking
 * tells nothing. `secret` is the installation's.
 */
export const decoyKeys = (secret: Uint8Array, name: string, iterations: number): ScramKeys => ({
  salt: scramSalt(secret, name),
  iterations,
  storedKey: hmacSha256(secret, concat([fromUtf8('stored '), fromUtf8(name)])),
  serverKey: hmacSha256(secret, concat([fromUtf8('server '), fromUtf8(name)])),
})

/** The salt of a name, 16 bytes: the same whether the name exists, has keys, or changes its password. */
export const scramSalt = (secret: Uint8Array, name: string): Uint8Array =>
  hmacSha256(secret, fromUtf8(`salt ${name}`)).slice(0, 16)
