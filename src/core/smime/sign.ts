// Writing CMS SignedData (RFC 5652) with CAdES attributes: all that depends on the certificate alone is made once.
import { concat } from '../lib/bytes.ts'
import type { Instant } from '../lib/instant.ts'
import { ECDSA_SHA256_IDENTIFIER, RSA_IDENTIFIER, SHA256_IDENTIFIER } from './algorithms.ts'
import type { Certificate } from './certificate.ts'
import { parseCertificate } from './certificate.ts'
import { derHeader, innerOf, readDer, TAG, wholeOf } from './der.ts'
import { compareBytes, explicit, octetString, oid, sequence, setOf, smallInteger, time, tlv } from './derWrite.ts'
import { hash } from './hash.ts'

export const OID = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
  signingCertificate: '1.2.840.113549.1.9.16.2.12',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
  algorithmProtection: '1.2.840.113549.1.9.52',
} as const

export type CmsAlgorithm = 'rsa-sha256' | 'ecdsa-sha256'

/** What of a signature depends on the signer alone; made once for each key. */
export type SigningTemplate = {
  readonly certificate: Certificate
  /**
   * The signed attributes, DER SET OF: exactly the bytes to sign. `digest` is the SHA-256 of the content.
   * contentType, signingTime, messageDigest, signingCertificateV2 (RFC 5035), cmsAlgorithmProtection (RFC 6211).
   */
  readonly attributes: (digest: Uint8Array, signingTime: Instant) => Uint8Array
  /** ContentInfo, DER, with the given attributes and their signature; with `content` attached, or detached. */
  readonly signedData: (attributes: Uint8Array, signature: Uint8Array, content?: Uint8Array) => Uint8Array
}

const attribute = (type: string, value: Uint8Array): Uint8Array => sequence(oid(type), tlv(TAG.set, value))

const CONTENT_TYPE = attribute(OID.contentType, oid(OID.data))
const DATA = oid(OID.data)
const SIGNED_DATA = oid(OID.signedData)
const ONE = smallInteger(1)
const DIGESTS = setOf(SHA256_IDENTIFIER)

const signatureIdentifier = (algorithm: CmsAlgorithm): Uint8Array =>
  algorithm === 'rsa-sha256' ? RSA_IDENTIFIER : ECDSA_SHA256_IDENTIFIER

/** Attributes that do not change from one signature to the next. */
const constantAttributes = (certificateSha256: Uint8Array, algorithm: CmsAlgorithm): readonly Uint8Array[] => [
  CONTENT_TYPE,
  attribute(OID.signingCertificateV2, sequence(sequence(sequence(octetString(certificateSha256))))),
  attribute(
    OID.algorithmProtection,
    // the signature algorithm is [1] IMPLICIT: same content under another tag
    sequence(SHA256_IDENTIFIER, tlv(0xa1, signatureIdentifier(algorithm).subarray(2))),
  ),
]

const attributeSet = (constants: readonly Uint8Array[], digest: Uint8Array, at: Instant): Uint8Array => {
  if (digest.length !== 32) throw new RangeError('a SHA-256 digest has 32 bytes')
  return setOf(...constants, attribute(OID.signingTime, time(at)), attribute(OID.messageDigest, octetString(digest)))
}

/** Signed attributes, DER SET OF, for one signature; `signingTemplate` is faster for many. */
export const signedAttributes = (input: {
  readonly digest: Uint8Array
  readonly signingTime: Instant
  readonly signerCertificateSha256: Uint8Array
  readonly algorithm: CmsAlgorithm
}): Uint8Array =>
  attributeSet(constantAttributes(input.signerCertificateSha256, input.algorithm), input.digest, input.signingTime)

/** ContentInfo, DER, for one signature (RFC 6109 §2.1: the certificate inside); certificates DER, the signer's first. `signingTemplate` is faster for many. */
export const signedData = (input: {
  readonly attributes: Uint8Array
  readonly signature: Uint8Array
  readonly algorithm: CmsAlgorithm
  readonly certificates: readonly Uint8Array[]
  readonly content?: Uint8Array | undefined
}): Uint8Array => {
  const [certificate, ...chain] = input.certificates
  if (certificate === undefined) throw new RangeError('a signature needs its certificate')
  const template = signingTemplate({ algorithm: input.algorithm, certificate, chain })
  return template.signedData(input.attributes, input.signature, input.content)
}

/** Who signs: certificates DER, `chain` the issuing ones to include besides the signer's, without the root. */
export type SigningIdentity = {
  readonly algorithm: CmsAlgorithm
  readonly certificate: Uint8Array
  readonly chain: readonly Uint8Array[]
}

/**
 * Prepares signing with a certificate: each signature then costs some microseconds besides the key's own work.
 * A `Signer` of ports.ts is such an identity. Throws RangeError where the certificate cannot be read.
 */
export const signingTemplate = ({ algorithm, certificate: der, chain }: SigningIdentity): SigningTemplate => {
  const certificate = parseCertificate(der)
  if (certificate.kind === 'problem') throw new RangeError(certificate.detail)
  const constants = constantAttributes(hash('sha256', der), algorithm)
  const certificates = tlv(0xa0, ...[der, ...chain].sort(compareBytes))
  const signerHead = concat([ONE, sequence(certificate.issuer.der, serialOf(certificate)), SHA256_IDENTIFIER])
  const signatureId = signatureIdentifier(algorithm)
  return {
    certificate,
    attributes: attributesFrom(constants),
    signedData: (attributes, signature, content) => {
      const implicit = attributes.slice()
      implicit[0] = 0xa0
      return contentInfo(content, certificates, [signerHead, implicit, signatureId], signature)
    },
  }
}

/** The set of one instant and digest, patched into a model wherever its time has the usual form. */
const attributesFrom = (constants: readonly Uint8Array[]): SigningTemplate['attributes'] => {
  const marker = Uint8Array.from({ length: 32 }, (_, i) => 0xe0 + (i % 2))
  const model = attributeSet(constants, marker, 0)
  const timeAt = indexOf(model, time(0)) + 2
  const digestAt = indexOf(model, marker)
  return (digest, signingTime) => {
    const written = time(signingTime)
    // GeneralizedTime is longer and may change the order: from 2050 on the set is made anew
    if (written[0] !== TAG.utcTime) return attributeSet(constants, digest, signingTime)
    if (digest.length !== 32) throw new RangeError('a SHA-256 digest has 32 bytes')
    const out = model.slice()
    out.set(written.subarray(2), timeAt)
    out.set(digest, digestAt)
    return out
  }
}

const indexOf = (bytes: Uint8Array, wanted: Uint8Array): number => {
  for (let at = 0; at + wanted.length <= bytes.length; at++) {
    if (compareBytes(bytes.subarray(at, at + wanted.length), wanted) === 0) return at
  }
  throw new RangeError('the model lacks a part')
}

/** The serial number of a certificate as its INTEGER element. */
const serialOf = (certificate: Certificate): Uint8Array => {
  const tbs = readDer(certificate.tbs, 0, certificate.tbs.length)
  const first = readDer(certificate.tbs, tbs.body, tbs.end)
  return wholeOf(first.tag === 0xa0 ? readDer(certificate.tbs, innerOf(first).end, tbs.end) : first)
}

/** RFC 5652 §3, §5.1: lengths from the inside out, then one copy. */
const contentInfo = (
  content: Uint8Array | undefined,
  certificates: Uint8Array,
  signer: readonly Uint8Array[],
  signature: Uint8Array,
): Uint8Array => {
  const encapsulated = content === undefined ? sequence(DATA) : sequence(DATA, explicit(0, octetString(content)))
  const signatureHead = derHeader(TAG.octetString, signature.length)
  const infoLength = total(signer) + signatureHead.length + signature.length
  const infoHead = derHeader(TAG.sequence, infoLength)
  const infosHead = derHeader(TAG.set, infoHead.length + infoLength)
  const fixed = [ONE, DIGESTS, encapsulated, certificates]
  const dataLength = total(fixed) + infosHead.length + infoHead.length + infoLength
  const dataHead = derHeader(TAG.sequence, dataLength)
  const wrapHead = derHeader(0xa0, dataHead.length + dataLength)
  const wholeHead = derHeader(TAG.sequence, SIGNED_DATA.length + wrapHead.length + dataHead.length + dataLength)
  return concat([
    wholeHead,
    SIGNED_DATA,
    wrapHead,
    dataHead,
    ...fixed,
    infosHead,
    infoHead,
    ...signer,
    signatureHead,
    signature,
  ])
}

const total = (parts: readonly Uint8Array[]): number => parts.reduce((sum, part) => sum + part.length, 0)
