// The algorithms of signatures that are understood, and their object identifiers.
import type { Der } from './der.ts'
import { bodyOf, childrenOf, DerError, expectTag, innerOf, oidOf, smallIntegerOf, TAG } from './der.ts'
import { NULL, oid, sequence } from './derWrite.ts'

export type Digest = 'sha1' | 'sha256' | 'sha384' | 'sha512'

/** How a signature was made: RSA PKCS#1 v1.5, RSA-PSS (MGF1 with the same digest; salt in bytes), ECDSA (DER r, s). */
export type SignatureAlgorithm =
  | { readonly kind: 'rsa'; readonly digest: Digest }
  | { readonly kind: 'rsaPss'; readonly digest: Digest; readonly saltBytes: number }
  | { readonly kind: 'ecdsa'; readonly digest: Digest }

/** One signature to check: `signature` of `data` under the public key `spki` (DER SubjectPublicKeyInfo). */
export type SignatureCheck = {
  readonly algorithm: SignatureAlgorithm
  readonly spki: Uint8Array
  readonly data: Uint8Array
  readonly signature: Uint8Array
}

export type PublicKey =
  | { readonly kind: 'rsa'; readonly bits: number }
  | { readonly kind: 'ec'; readonly curve: 'p256' | 'p384' | 'p521' | 'other' }
  | { readonly kind: 'other'; readonly oid: string }

// RFC 5754, RFC 4055, RFC 5758
const DIGESTS: Readonly<Record<string, Digest>> = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
}
const SIGNATURES: Readonly<Record<string, SignatureAlgorithm>> = {
  '1.2.840.113549.1.1.5': { kind: 'rsa', digest: 'sha1' },
  '1.3.14.3.2.29': { kind: 'rsa', digest: 'sha1' },
  '1.2.840.113549.1.1.11': { kind: 'rsa', digest: 'sha256' },
  '1.2.840.113549.1.1.12': { kind: 'rsa', digest: 'sha384' },
  '1.2.840.113549.1.1.13': { kind: 'rsa', digest: 'sha512' },
  '1.2.840.10045.4.1': { kind: 'ecdsa', digest: 'sha1' },
  '1.2.840.10045.4.3.2': { kind: 'ecdsa', digest: 'sha256' },
  '1.2.840.10045.4.3.3': { kind: 'ecdsa', digest: 'sha384' },
  '1.2.840.10045.4.3.4': { kind: 'ecdsa', digest: 'sha512' },
}
const RSA = '1.2.840.113549.1.1.1'
const RSA_PSS = '1.2.840.113549.1.1.10'
const EC = '1.2.840.10045.2.1'
const CURVES: Readonly<Record<string, 'p256' | 'p384' | 'p521'>> = {
  '1.2.840.10045.3.1.7': 'p256',
  '1.3.132.0.34': 'p384',
  '1.3.132.0.35': 'p521',
}

/** Length of each digest, in bytes. */
export const DIGEST_BYTES: Readonly<Record<Digest, number>> = { sha1: 20, sha256: 32, sha384: 48, sha512: 64 }

/** AlgorithmIdentifiers, DER. RFC 5754 §2 (no parameters with SHA-2), §3.2 (rsaEncryption), §3.3 */
export const SHA256_IDENTIFIER = sequence(oid('2.16.840.1.101.3.4.2.1'))
export const RSA_IDENTIFIER = sequence(oid(RSA), NULL)
export const ECDSA_SHA256_IDENTIFIER = sequence(oid('1.2.840.10045.4.3.2'))

/** Object identifier of an AlgorithmIdentifier. Throws DerError. */
export const algorithmOid = (node: Der | undefined): string => oidOf(childrenOf(expectTag(node, TAG.sequence), 2)[0])

/** Digest of an AlgorithmIdentifier; undefined where it is not one of ours. Throws DerError. */
export const digestOf = (node: Der | undefined): Digest | undefined => DIGESTS[algorithmOid(node)]

/**
 * Signature algorithm of an AlgorithmIdentifier; undefined where it is not one of ours. `digest` serves the
 * identifiers that name only the key (CMS: rsaEncryption, id-ecPublicKey). Throws DerError.
 */
export const signatureAlgorithmOf = (node: Der | undefined, digest?: Digest): SignatureAlgorithm | undefined => {
  const [name, parameters] = childrenOf(expectTag(node, TAG.sequence), 2)
  const dotted = oidOf(name)
  if (dotted === RSA_PSS) return pss(parameters)
  if (digest !== undefined && dotted === RSA) return { kind: 'rsa', digest }
  if (digest !== undefined && dotted === EC) return { kind: 'ecdsa', digest }
  return SIGNATURES[dotted]
}

/** RFC 4055 §3.1; other mask functions, or one with another digest, are not ours. */
const pss = (parameters: Der | undefined): SignatureAlgorithm | undefined => {
  let digest: Digest | undefined = 'sha1'
  let maskDigest: Digest | undefined = 'sha1'
  let saltBytes = 20
  for (const field of parameters === undefined ? [] : childrenOf(expectTag(parameters, TAG.sequence), 4)) {
    if (field.tag === 0xa0) digest = digestOf(innerOf(field))
    else if (field.tag === 0xa1) maskDigest = digestOf(childrenOf(innerOf(field), 2)[1])
    else if (field.tag === 0xa2) saltBytes = smallIntegerOf(innerOf(field))
    else if (field.tag !== 0xa3) throw new DerError('unknown parameters of RSA-PSS')
  }
  if (digest === undefined || digest !== maskDigest || saltBytes > 512) return undefined
  return { kind: 'rsaPss', digest, saltBytes }
}

/** Kind and strength of the key in a SubjectPublicKeyInfo. Throws DerError. */
export const publicKeyOf = (spki: Der): PublicKey => {
  const [algorithm, key] = childrenOf(expectTag(spki, TAG.sequence), 2)
  const [name, parameters] = childrenOf(expectTag(algorithm, TAG.sequence), 2)
  const dotted = oidOf(name)
  if (dotted === EC) {
    return { kind: 'ec', curve: (parameters?.tag === TAG.oid ? CURVES[oidOf(parameters)] : undefined) ?? 'other' }
  }
  if (dotted !== RSA && dotted !== RSA_PSS) return { kind: 'other', oid: dotted }
  const bits = bodyOf(expectTag(key, TAG.bitString)).subarray(1)
  const inner = { bytes: bits, tag: TAG.sequence, start: 0, body: 0, end: bits.length }
  const modulus = bodyOf(expectTag(childrenOf(innerOf(inner), 2)[0], TAG.integer))
  const significant = modulus[0] === 0 ? modulus.subarray(1) : modulus
  const top = significant[0] ?? 0
  return { kind: 'rsa', bits: significant.length * 8 - (top === 0 ? 8 : Math.clz32(top) - 24) }
}
