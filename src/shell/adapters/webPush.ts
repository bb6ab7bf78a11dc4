// Encrypts a push message for one browser (RFC 8291, aes128gcm of RFC 8188), and says who sends it (VAPID, RFC 8292).
import {
  createCipheriv,
  createECDH,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto'
import { HOUR, type Instant } from '../../core/lib/instant.ts'

/** What a browser gives with its subscription: a point of P-256, uncompressed, and a secret of 16 bytes. */
export type PushKeys = { readonly publicKey: Uint8Array; readonly auth: Uint8Array }

const CURVE = 'prime256v1'
const POINT_BYTES = 65
const AUTH_BYTES = 16
const SALT_BYTES = 16
/** One record: push services take 4096 bytes and no more. */
const RECORD_BYTES = 4096
const HEADER_BYTES = SALT_BYTES + 4 + 1 + POINT_BYTES
const TAG_BYTES = 16
/** What fits into a message. */
export const MOST_PUSH_BYTES = RECORD_BYTES - HEADER_BYTES - TAG_BYTES - 1
/** The length of what is sent says little of what is in it. */
const PAD_TO = 512

/** Whether these keys can be a browser's: the point is on the curve. */
export const arePushKeys = ({ publicKey, auth }: PushKeys): boolean => {
  if (publicKey.length !== POINT_BYTES || auth.length !== AUTH_BYTES) return false
  const ours = createECDH(CURVE)
  ours.generateKeys()
  try {
    ours.computeSecret(publicKey)
    return true
  } catch {
    return false
  }
}

export type PushSecrets = { readonly salt: Uint8Array; readonly privateKey: Uint8Array; readonly padTo: number }

/** The encrypted message. What is drawn by chance may be given, for the RFC's own example. */
export const encryptPush = (plain: Uint8Array, keys: PushKeys, given?: PushSecrets): Buffer => {
  if (plain.length > MOST_PUSH_BYTES) throw new RangeError('too much for a push message')
  const salt = given?.salt ?? randomBytes(SALT_BYTES)
  const ours = createECDH(CURVE)
  if (given) ours.setPrivateKey(given.privateKey)
  else ours.generateKeys()
  const ourPoint = ours.getPublicKey()
  // RFC 8291 §3.4
  const keyInfo = Buffer.concat([Buffer.from('WebPush: info\0'), keys.publicKey, ourPoint])
  const shared = Buffer.from(hkdfSync('sha256', ours.computeSecret(keys.publicKey), keys.auth, keyInfo, 32))
  const derive = (info: string, bytes: number): Buffer => Buffer.from(hkdfSync('sha256', shared, salt, info, bytes))
  // RFC 8188 §2.2, §2.3: the only record is the first
  const cipher = createCipheriv(
    'aes-128-gcm',
    derive('Content-Encoding: aes128gcm\0', 16),
    derive('Content-Encoding: nonce\0', 12),
  )
  const padTo = given?.padTo ?? PAD_TO
  const padded = Math.min(Math.ceil(plain.length / padTo) * padTo, MOST_PUSH_BYTES)
  const record = Buffer.concat([plain, Buffer.of(2), Buffer.alloc(padded - plain.length)])
  const header = Buffer.alloc(HEADER_BYTES)
  header.set(salt)
  header.writeUInt32BE(RECORD_BYTES, SALT_BYTES)
  header.writeUInt8(POINT_BYTES, SALT_BYTES + 4)
  header.set(ourPoint, SALT_BYTES + 5)
  return Buffer.concat([header, cipher.update(record), cipher.final(), cipher.getAuthTag()])
}

export type Vapid = {
  /** The point, in base64url: browsers are given it as `applicationServerKey`. */
  readonly publicKey: string
  /** The Authorization field of a request to a push service (RFC 8292 §2, §3). */
  readonly authorization: (endpoint: string, now: Instant) => string
}

/** No longer than a day; half of it leaves room for clocks that disagree. */
const VAPID_MS = 12 * HOUR

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

const readKey = (pem: string): KeyObject | undefined => {
  try {
    const key = createPrivateKey(pem)
    return key.asymmetricKeyDetails?.namedCurve === CURVE ? key : undefined
  } catch {
    return undefined
  }
}

/** Whether a text is the private key that VAPID needs: P-256, PEM. */
export const isVapidKey = (pem: string): boolean => readKey(pem) !== undefined

/** A new key, PEM. */
export const newVapidKey = (): string =>
  generateKeyPairSync('ec', { namedCurve: CURVE }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()

/** Opens the sender's key. `contact` is where a push service writes to, `mailto:…`. */
export const openVapid = (pem: string, contact: string): Vapid => {
  const key = readKey(pem)
  if (!key) throw new RangeError('VAPID wants a private key on P-256')
  const { x, y } = createPublicKey(key).export({ format: 'jwk' })
  const point = Buffer.concat([Buffer.of(4), Buffer.from(x!, 'base64url'), Buffer.from(y!, 'base64url')])
  const publicKey = point.toString('base64url')
  const header = encoded({ typ: 'JWT', alg: 'ES256' })
  return {
    publicKey,
    authorization: (endpoint, now) => {
      const claims = { aud: new URL(endpoint).origin, exp: Math.floor((now + VAPID_MS) / 1_000), sub: contact }
      const signed = `${header}.${encoded(claims)}`
      const signature = sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' })
      return `vapid t=${signed}.${signature.toString('base64url')}, k=${publicKey}`
    },
  }
}
