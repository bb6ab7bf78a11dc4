// A browser's side of web push, by WebCrypto: its keys, and reading what was sent to it (RFC 8291 §3.4, RFC 8188 §2).
import { webcrypto } from 'node:crypto'

const { subtle } = webcrypto
type Keys = webcrypto.CryptoKeyPair

const fromText = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(Buffer.from(text, 'base64url'))
const joined = (...parts: readonly (Uint8Array | string)[]): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(Buffer.concat(parts.map((part) => Buffer.from(part as Uint8Array))))

export type TestBrowser = {
  readonly p256dh: string
  readonly auth: string
  /** Opens a message. Throws where it was not meant for this browser or was altered. */
  readonly open: (message: Uint8Array) => Promise<string>
}

const hkdf = async (
  secret: Uint8Array<ArrayBuffer>,
  salt: Uint8Array<ArrayBuffer>,
  info: Uint8Array<ArrayBuffer>,
  bytes: number,
) =>
  new Uint8Array(
    await subtle.deriveBits(
      { name: 'HKDF', hash: 'SHA-256', salt, info },
      await subtle.importKey('raw', secret, 'HKDF', false, ['deriveBits']),
      bytes * 8,
    ),
  )

const browserOf = async (pair: Keys, auth: Uint8Array<ArrayBuffer>): Promise<TestBrowser> => {
  const point = new Uint8Array(await subtle.exportKey('raw', pair.publicKey))
  const open = async (message: Uint8Array): Promise<string> => {
    const bytes = Uint8Array.from(message)
    const salt = bytes.slice(0, 16)
    const pointEnd = 21 + bytes[20]!
    const senderPoint = bytes.slice(21, pointEnd)
    const sender = await subtle.importKey('raw', senderPoint, { name: 'ECDH', namedCurve: 'P-256' }, true, [])
    const shared = new Uint8Array(await subtle.deriveBits({ name: 'ECDH', public: sender }, pair.privateKey, 256))
    const secret = await hkdf(shared, auth, joined('WebPush: info\0', point, senderPoint), 32)
    const key = await hkdf(secret, salt, joined('Content-Encoding: aes128gcm\0'), 16)
    const iv = await hkdf(secret, salt, joined('Content-Encoding: nonce\0'), 12)
    const opener = await subtle.importKey('raw', key, 'AES-GCM', false, ['decrypt'])
    const record = new Uint8Array(await subtle.decrypt({ name: 'AES-GCM', iv }, opener, bytes.slice(pointEnd)))
    const end = record.findLastIndex((byte) => byte !== 0)
    if (record[end] !== 2) throw new Error('not the last record')
    return Buffer.from(record.subarray(0, end)).toString('utf8')
  }
  return { p256dh: Buffer.from(point).toString('base64url'), auth: Buffer.from(auth).toString('base64url'), open }
}

export const newBrowser = async (): Promise<TestBrowser> =>
  browserOf(
    (await subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, true, ['deriveBits'])) as Keys,
    webcrypto.getRandomValues(new Uint8Array(16)),
  )

/** A browser whose keys are given, in base64url. */
export const knownBrowser = async (publicKey: string, privateKey: string, auth: string): Promise<TestBrowser> => {
  const point = fromText(publicKey)
  const text = (from: number, to: number): string => Buffer.from(point.slice(from, to)).toString('base64url')
  const jwk = { kty: 'EC', crv: 'P-256', x: text(1, 33), y: text(33, 65) }
  const curve = { name: 'ECDH', namedCurve: 'P-256' }
  return browserOf(
    {
      publicKey: await subtle.importKey('jwk', jwk, curve, true, []),
      privateKey: await subtle.importKey('jwk', { ...jwk, d: privateKey }, curve, true, ['deriveBits']),
    },
    fromText(auth),
  )
}
