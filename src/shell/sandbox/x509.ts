// Making certificates and revocation lists (RFC 5280): for the sandbox's authority and for tests, not for production.
import type { KeyObject } from 'node:crypto'
import { createPublicKey, sign } from 'node:crypto'
import { isIP } from 'node:net'
import { fromLatin1 } from '../../core/lib/bytes.ts'
import type { Instant } from '../../core/lib/instant.ts'
import { bitStringOf, childrenOf, readWhole, TAG } from '../../core/smime/der.ts'
import {
  explicit,
  NULL,
  octetString,
  oid,
  sequence,
  setOf,
  smallInteger,
  time,
  tlv,
  utf8String,
} from '../../core/smime/derWrite.ts'
import { hash } from '../../core/smime/hash.ts'

const TRUE = Uint8Array.of(TAG.boolean, 1, 0xff)
const bitString = (bytes: Uint8Array, unused = 0): Uint8Array => tlv(TAG.bitString, Uint8Array.of(unused), bytes)

const ATTRIBUTES = { C: '2.5.4.6', O: '2.5.4.10', OU: '2.5.4.11', CN: '2.5.4.3' } as const
export type NameParts = readonly (readonly [keyof typeof ATTRIBUTES, string])[]

/** Name, DER, in the given order. */
export const writeName = (parts: NameParts): Uint8Array =>
  sequence(
    ...parts.map(([type, text]) => {
      // country is PrintableString (RFC 5280, appendix A)
      const value = type === 'C' ? tlv(0x13, fromLatin1(text)) : utf8String(text)
      return setOf(sequence(oid(ATTRIBUTES[type]), value))
    }),
  )

/** One extension, DER. */
export const writeExtension = (name: string, critical: boolean, value: Uint8Array): Uint8Array =>
  sequence(oid(name), ...(critical ? [TRUE] : []), octetString(value))

/** Key identifier: SHA-1 of the key's bits (RFC 5280 §4.2.1.2, method 1). */
export const keyIdentifier = (spki: Uint8Array): Uint8Array =>
  hash('sha1', bitStringOf(childrenOf(readWhole(spki, TAG.sequence), 2)[1]))

export const spkiOf = (key: KeyObject): Uint8Array =>
  (key.type === 'private' ? createPublicKey(key) : key).export({ type: 'spki', format: 'der' })

/** `bits`: the first octet of KeyUsage, 0x80 digitalSignature … 0x04 keyCertSign, 0x02 cRLSign. */
const keyUsage = (bits: number): Uint8Array => {
  const unused = 31 - Math.clz32(bits & -bits)
  return writeExtension('2.5.29.15', true, bitString(Uint8Array.of(bits), unused))
}

/** The usual extensions, DER each. */
export const extensions = {
  keyUsage,
  basicConstraints: (pathLength?: number): Uint8Array =>
    writeExtension('2.5.29.19', true, sequence(TRUE, ...(pathLength === undefined ? [] : [smallInteger(pathLength)]))),
  subjectKey: (spki: Uint8Array): Uint8Array => writeExtension('2.5.29.14', false, octetString(keyIdentifier(spki))),
  authorityKey: (issuerSpki: Uint8Array): Uint8Array =>
    writeExtension('2.5.29.35', false, sequence(tlv(0x80, keyIdentifier(issuerSpki)))),
  extendedKeyUsage: (...purposes: string[]): Uint8Array =>
    writeExtension('2.5.29.37', false, sequence(...purposes.map(oid))),
  crlUrl: (url: string): Uint8Array =>
    writeExtension('2.5.29.31', false, sequence(sequence(explicit(0, explicit(0, tlv(0x86, fromLatin1(url))))))),
  alternativeNames: (names: {
    readonly emails?: readonly string[]
    readonly dns?: readonly string[]
    readonly ips?: readonly string[]
  }): Uint8Array =>
    writeExtension(
      '2.5.29.17',
      false,
      sequence(
        ...(names.emails ?? []).map((email) => tlv(0x81, fromLatin1(email))),
        ...(names.dns ?? []).map((name) => tlv(0x82, fromLatin1(name))),
        ...(names.ips ?? []).map((ip) => tlv(0x87, ipBytes(ip))),
      ),
    ),
}

const ipBytes = (ip: string): Uint8Array => {
  if (isIP(ip) === 4) return Uint8Array.from(ip.split('.').map(Number))
  const [head = '', tail] = ip.split('::')
  const groups = (text: string): number[] =>
    text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16))
  const left = groups(head)
  const right = tail === undefined ? [] : groups(tail)
  const all = [...left, ...new Array<number>(8 - left.length - right.length).fill(0), ...right]
  return Uint8Array.from(all.flatMap((group) => [group >> 8, group & 0xff]))
}

export type SigningDigest = 'sha1' | 'sha256'
const RSA = { sha1: '1.2.840.113549.1.1.5', sha256: '1.2.840.113549.1.1.11' } as const
const ECDSA = { sha1: '1.2.840.10045.4.1', sha256: '1.2.840.10045.4.3.2' } as const

const signed = (key: KeyObject, digest: SigningDigest, make: (algorithm: Uint8Array) => Uint8Array): Uint8Array => {
  const algorithm = key.asymmetricKeyType === 'rsa' ? sequence(oid(RSA[digest]), NULL) : sequence(oid(ECDSA[digest]))
  const body = make(algorithm)
  return sequence(body, algorithm, bitString(sign(digest, body, key)))
}

/** Certificate, DER, version 3. `serial`: big-endian bytes, the first below 0x80. */
export const writeCertificate = (input: {
  readonly serial: Uint8Array
  readonly subject: Uint8Array
  readonly issuer: Uint8Array
  readonly notBefore: Instant
  readonly notAfter: Instant
  readonly spki: Uint8Array
  readonly extensions: readonly Uint8Array[]
  readonly issuerKey: KeyObject
  readonly digest?: SigningDigest | undefined
}): Uint8Array =>
  signed(input.issuerKey, input.digest ?? 'sha256', (algorithm) =>
    sequence(
      explicit(0, smallInteger(2)),
      tlv(TAG.integer, input.serial),
      algorithm,
      input.issuer,
      sequence(time(input.notBefore), time(input.notAfter)),
      input.subject,
      input.spki,
      explicit(3, sequence(...input.extensions)),
    ),
  )

/** A certificate that is revoked: serial number in hexadecimal as `Certificate.serialHex`, CRLReason number. */
export type Revoked = { readonly serialHex: string; readonly at: Instant; readonly reason?: number | undefined }

/** Revocation list, DER, version 2. */
export const writeCrl = (input: {
  readonly issuer: Uint8Array
  readonly issuerKey: KeyObject
  readonly thisUpdate: Instant
  readonly nextUpdate: Instant
  readonly revoked: readonly Revoked[]
}): Uint8Array =>
  signed(input.issuerKey, 'sha256', (algorithm) =>
    sequence(
      smallInteger(1),
      algorithm,
      input.issuer,
      time(input.thisUpdate),
      time(input.nextUpdate),
      ...(input.revoked.length === 0 ? [] : [sequence(...input.revoked.map(writeRevoked))]),
      explicit(
        0,
        sequence(
          extensions.authorityKey(spkiOf(input.issuerKey)),
          writeExtension('2.5.29.20', false, smallInteger(Math.trunc(input.thisUpdate / 1_000))),
        ),
      ),
    ),
  )

const writeRevoked = ({ serialHex, at, reason }: Revoked): Uint8Array => {
  const serial = tlv(TAG.integer, Buffer.from(serialHex, 'hex'))
  if (reason === undefined) return sequence(serial, time(at))
  const value = tlv(TAG.enumerated, Uint8Array.of(reason))
  return sequence(serial, time(at), sequence(writeExtension('2.5.29.21', false, value)))
}

/** PEM of one DER block. RFC 7468 */
export const toPem = (label: string, der: Uint8Array): string => {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}
