// Reading CMS SignedData (RFC 5652), DER or BER, attached or detached; writing is in sign.ts.
import { toHex } from '../lib/bytes.ts'
import type { Digest, SignatureAlgorithm } from './algorithms.ts'
import { algorithmOid, DIGEST_BYTES, digestOf, signatureAlgorithmOf } from './algorithms.ts'
import type { Certificate } from './certificate.ts'
import { parseCertificate, serialHex } from './certificate.ts'
import type { Attributes } from './cmsAttributes.ts'
import { readAttributes } from './cmsAttributes.ts'
import type { Der, Problem } from './der.ts'
import {
  bodyOf,
  childrenOf,
  DerError,
  expectTag,
  innerOf,
  octetsOf,
  oidOf,
  readDer,
  smallIntegerOf,
  TAG,
  toDefinite,
  wholeOf,
} from './der.ts'
import { OID } from './sign.ts'

export type { CmsAlgorithm, SigningIdentity, SigningTemplate } from './sign.ts'
export { signedAttributes, signedData, signingTemplate } from './sign.ts'

export type SignerIdentifier =
  | { readonly kind: 'issuerAndSerial'; readonly issuer: Uint8Array; readonly serialHex: string }
  | { readonly kind: 'subjectKeyIdentifier'; readonly ski: string }

export type SignerInfo = {
  readonly identifier: SignerIdentifier
  /** Undefined where the digest is not one of ours (`digestOid` says which). */
  readonly digest: Digest | undefined
  readonly digestOid: string
  readonly algorithm: SignatureAlgorithm | undefined
  readonly signatureOid: string
  /** Undefined where the signature is straight over the content. */
  readonly attributes: Attributes | undefined
  readonly signature: Uint8Array
}

export type SignedData = {
  readonly kind: 'signedData'
  /** Dotted type of the content; id-data in certified mail. */
  readonly contentType: string
  /** The content, where it is attached. */
  readonly content: Uint8Array | undefined
  /** The certificates that can be read, as they come. */
  readonly certificates: readonly Certificate[]
  /** Why others could not be read. */
  readonly problems: readonly string[]
  /** CRLs carried along, DER. */
  readonly crls: readonly Uint8Array[]
  readonly signers: readonly SignerInfo[]
}

export type CmsLimits = {
  readonly maxBytes: number
  readonly maxCertificates: number
  readonly maxSigners: number
}
export const CMS_LIMITS: CmsLimits = { maxBytes: 64 * 1024 * 1024, maxCertificates: 50, maxSigners: 16 }

/** How a certificate is read: the same ones come with every message, so that a caller may remember them. */
export type ReadCertificate = (der: Uint8Array) => Certificate | Problem

/**
 * Reads a ContentInfo that holds SignedData (.p7s, .p7m), or says why it cannot be read.
 * Nothing is verified here: see verify.ts.
 */
export const readSignedData = (
  bytes: Uint8Array,
  limits: CmsLimits = CMS_LIMITS,
  certificateOf: ReadCertificate = parseCertificate,
): SignedData | Problem => {
  try {
    if (bytes.length > limits.maxBytes) throw new DerError(`longer than ${limits.maxBytes} bytes`)
    try {
      return read(bytes, limits, certificateOf)
    } catch (error) {
      if (!(error instanceof DerError && error.ber)) throw error
      return read(toDefinite(bytes), limits, certificateOf)
    }
  } catch (error) {
    if (error instanceof DerError) return { kind: 'problem', detail: `CMS: ${error.message}` }
    throw error
  }
}

const read = (bytes: Uint8Array, limits: CmsLimits, certificateOf: ReadCertificate): SignedData => {
  const whole = expectTag(readDer(bytes, 0, bytes.length), TAG.sequence)
  if (whole.end !== bytes.length) throw new DerError('bytes after the end')
  const [type, wrapped] = childrenOf(whole, 2)
  if (oidOf(type) !== OID.signedData) throw new DerError('not signed data')
  const fields = childrenOf(expectTag(innerOf(expectTag(wrapped, 0xa0)), TAG.sequence), 6)
  const version = smallIntegerOf(fields[0])
  if (version < 1 || version > 5) throw new DerError(`version ${version} of signed data`)
  expectTag(fields[1], TAG.set)
  const { contentType, content } = readContent(fields[2])
  const infos = fields.at(-1)
  const optional = fields.slice(3, -1)
  if (optional.some((field) => field.tag !== 0xa0 && field.tag !== 0xa1)) throw new DerError('an unknown field')
  const { certificates, problems } = readCertificateSet(
    optional.find((field) => field.tag === 0xa0),
    limits,
    certificateOf,
  )
  const crls = optional.find((field) => field.tag === 0xa1)
  return {
    kind: 'signedData',
    contentType,
    content,
    certificates,
    problems,
    crls: crls === undefined ? [] : childrenOf(crls, 20).map(wholeOf),
    signers: childrenOf(expectTag(infos, TAG.set), limits.maxSigners).map(readSigner),
  }
}

const readContent = (node: Der | undefined): { contentType: string; content: Uint8Array | undefined } => {
  const [type, wrapped] = childrenOf(expectTag(node, TAG.sequence), 2)
  const contentType = oidOf(type)
  return { contentType, content: wrapped === undefined ? undefined : octetsOf(innerOf(expectTag(wrapped, 0xa0))) }
}

const readCertificateSet = (node: Der | undefined, limits: CmsLimits, certificateOf: ReadCertificate) => {
  const certificates: Certificate[] = []
  const problems: string[] = []
  for (const choice of node === undefined ? [] : childrenOf(node, limits.maxCertificates)) {
    if (choice.tag !== TAG.sequence) continue // attribute certificates and other formats (RFC 5652 §10.2.2)
    const certificate = certificateOf(wholeOf(choice))
    if (certificate.kind === 'problem') problems.push(certificate.detail)
    else certificates.push(certificate)
  }
  return { certificates, problems }
}

/** RFC 5652 §5.3 */
const readSigner = (node: Der): SignerInfo => {
  const fields = childrenOf(expectTag(node, TAG.sequence), 7)
  smallIntegerOf(fields[0])
  const identifier = readIdentifier(fields[1])
  const digest = digestOf(fields[2])
  const attributes = fields[3]?.tag === 0xa0 ? fields[3] : undefined
  const [algorithm, signature] = fields.slice(attributes === undefined ? 3 : 4)
  const read = attributes === undefined ? undefined : readAttributes(attributes)
  if (read?.messageDigest !== undefined && digest !== undefined && read.messageDigest.length !== DIGEST_BYTES[digest])
    throw new DerError('a message digest of the wrong length')
  return {
    identifier,
    digest,
    digestOid: algorithmOid(fields[2]),
    algorithm: signatureAlgorithmOf(algorithm, digest),
    signatureOid: algorithmOid(algorithm),
    attributes: read,
    signature: bodyOf(expectTag(signature, TAG.octetString)),
  }
}

const readIdentifier = (node: Der | undefined): SignerIdentifier => {
  if (node?.tag === 0x80) return { kind: 'subjectKeyIdentifier', ski: toHex(bodyOf(node)) }
  const [issuer, serial] = childrenOf(expectTag(node, TAG.sequence), 2)
  return {
    kind: 'issuerAndSerial',
    issuer: wholeOf(expectTag(issuer, TAG.sequence)),
    serialHex: serialHex(serial),
  }
}
