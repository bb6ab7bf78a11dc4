// X.509 certificates (RFC 5280): bytes → value.
import { fromBase64, fromLatin1, toHex, toLatin1 } from '../lib/bytes.ts'
import type { Instant } from '../lib/instant.ts'
import type { PublicKey, SignatureAlgorithm } from './algorithms.ts'
import { algorithmOid, publicKeyOf, signatureAlgorithmOf } from './algorithms.ts'
import type { Der, Problem } from './der.ts'
import { bitStringOf, bodyOf, childrenOf, DerError, expectTag, readWhole, TAG, timeOf, wholeOf } from './der.ts'
import type { Extensions } from './extensions.ts'
import { NO_EXTENSIONS, readExtensions } from './extensions.ts'
import type { DistinguishedName } from './name.ts'
import { readName } from './name.ts'

export { sha1Fingerprint } from './hash.ts'

export type Certificate = Extensions & {
  readonly kind: 'certificate'
  readonly der: Uint8Array
  /** Serial number, lower-case hexadecimal as in the bytes. */
  readonly serialHex: string
  readonly issuer: DistinguishedName
  readonly subject: DistinguishedName
  readonly notBefore: Instant
  readonly notAfter: Instant
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array
  readonly publicKey: PublicKey
  /** What the signature is over, DER. */
  readonly tbs: Uint8Array
  /** Undefined where the algorithm is not one of ours (`signatureOid` says which). */
  readonly signatureAlgorithm: SignatureAlgorithm | undefined
  readonly signatureOid: string
  readonly signature: Uint8Array
}

const MAX_CERTIFICATE_BYTES = 64 * 1024

/** Reads one DER certificate, or says why it cannot be read. */
export const parseCertificate = (der: Uint8Array): Certificate | Problem => {
  try {
    if (der.length > MAX_CERTIFICATE_BYTES) throw new DerError('longer than 64 KiB')
    return readCertificate(der)
  } catch (error) {
    if (error instanceof DerError) return { kind: 'problem', detail: `certificate: ${error.message}` }
    throw error
  }
}

const readCertificate = (der: Uint8Array): Certificate => {
  const [tbs, algorithm, signature] = childrenOf(readWhole(der, TAG.sequence), 3)
  const fields = childrenOf(expectTag(tbs, TAG.sequence), 10)
  // version is absent in v1, and then there are no extensions
  const first = fields[0]?.tag === 0xa0 ? 1 : 0
  const [serial, inner, issuer, validity, subject, spki] = fields.slice(first)
  const [notBefore, notAfter] = childrenOf(expectTag(validity, TAG.sequence), 2)
  // RFC 5280 §4.1.1.2: the algorithm stands twice, and must be the same
  const signatureOid = algorithmOid(algorithm)
  if (algorithmOid(inner) !== signatureOid) throw new DerError('two signature algorithms')
  const extensions = fields.slice(first + 6).find((field) => field.tag === 0xa3)
  return {
    kind: 'certificate',
    der,
    serialHex: serialHex(serial),
    issuer: readName(issuer),
    subject: readName(subject),
    notBefore: timeOf(notBefore),
    notAfter: timeOf(notAfter),
    spki: wholeOf(expectTag(spki, TAG.sequence)),
    publicKey: publicKeyOf(spki!),
    tbs: wholeOf(tbs!),
    signatureAlgorithm: signatureAlgorithmOf(algorithm),
    signatureOid,
    signature: bitStringOf(signature),
    ...(extensions === undefined ? NO_EXTENSIONS : readExtensions(extensions)),
  }
}

/** A serial number as lower-case hexadecimal, as in the bytes. Throws DerError. */
export const serialHex = (node: Der | undefined): string => {
  const bytes = bodyOf(expectTag(node, TAG.integer))
  if (bytes.length === 0 || bytes.length > 40) throw new DerError('a serial number of impossible length')
  return toHex(bytes)
}

/** DER of each block `-----BEGIN <label>-----` of a PEM text, in order; at most 100. RFC 7468 */
export const pemBlocks = (pem: string | Uint8Array, label: string): readonly Uint8Array[] => {
  const text = typeof pem === 'string' ? pem : toLatin1(pem)
  const begin = `-----BEGIN ${label}-----`
  const end = `-----END ${label}-----`
  const blocks: Uint8Array[] = []
  for (let at = text.indexOf(begin); at >= 0 && blocks.length < 100; at = text.indexOf(begin, at + 1)) {
    const stop = text.indexOf(end, at)
    if (stop < 0) break
    blocks.push(fromBase64(text.slice(at + begin.length, stop)))
  }
  return blocks
}

/** Certificates of a PEM text, or of one bare DER certificate; a problem where one cannot be read or none is there. */
export const readCertificates = (input: string | Uint8Array): readonly Certificate[] | Problem => {
  const bytes = typeof input === 'string' ? fromLatin1(input) : input
  const ders = bytes[0] === TAG.sequence ? [bytes] : pemBlocks(bytes, 'CERTIFICATE')
  if (ders.length === 0) return { kind: 'problem', detail: 'no certificate found' }
  const certificates: Certificate[] = []
  for (const der of ders) {
    const certificate = parseCertificate(der)
    if (certificate.kind === 'problem') return certificate
    certificates.push(certificate)
  }
  return certificates
}
