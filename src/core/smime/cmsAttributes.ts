// The signed attributes of a CMS signer (RFC 5652 §11, RFC 5035, RFC 6211).
import { concat } from '../lib/bytes.ts'
import type { Instant } from '../lib/instant.ts'
import type { Digest } from './algorithms.ts'
import { algorithmOid, digestOf } from './algorithms.ts'
import type { Der } from './der.ts'
import { bodyOf, childrenOf, DerError, expectTag, oidOf, TAG, timeOf } from './der.ts'
import { OID } from './sign.ts'

export type Attributes = {
  /** What the signature is over: the bytes as received, under the tag of SET. */
  readonly signedBytes: Uint8Array
  readonly contentType: string
  readonly messageDigest: Uint8Array
  readonly signingTime: Instant | undefined
  /** Hash of the certificate that the signer means (RFC 5035); digest undefined where it is not one of ours. */
  readonly signingCertificate: { readonly digest: Digest | undefined; readonly hash: Uint8Array } | undefined
  /** Algorithms that the signer protects (RFC 6211), dotted. */
  readonly protection: { readonly digestOid: string; readonly signatureOid: string | undefined } | undefined
}

/** Reads the attributes in their implicit tag [0]. Throws DerError. */
export const readAttributes = (node: Der): Attributes => {
  const values = new Map<string, Der>()
  for (const attribute of childrenOf(node, 64)) {
    const [type, set] = childrenOf(expectTag(attribute, TAG.sequence), 2)
    const name = oidOf(type)
    // RFC 5652 §5.3, §11: an attribute stands once; twice is a way to show one value and sign another
    if (values.has(name)) throw new DerError(`signed attribute ${name} twice`)
    values.set(name, expectTag(set, TAG.set))
  }
  const single = (name: string): Der | undefined => {
    const set = values.get(name)
    return set === undefined ? undefined : only(set)
  }
  const signedTime = single(OID.signingTime)
  return {
    signedBytes: concat([Uint8Array.of(TAG.set), node.bytes.subarray(node.start + 1, node.end)]),
    contentType: oidOf(single(OID.contentType)),
    messageDigest: bodyOf(expectTag(single(OID.messageDigest), TAG.octetString)),
    signingTime: signedTime === undefined ? undefined : timeOf(signedTime),
    signingCertificate: signingCertificate(single(OID.signingCertificateV2), single(OID.signingCertificate)),
    protection: protection(single(OID.algorithmProtection)),
  }
}

const only = (set: Der): Der => {
  const values = childrenOf(set, 64)
  if (values.length !== 1) throw new DerError('a signed attribute that has not one value')
  return values[0]!
}

/** RFC 5035 §3-4: the first ESSCertID names the signer's certificate; v2 has SHA-256 unless it says otherwise. */
const signingCertificate = (v2: Der | undefined, v1: Der | undefined): Attributes['signingCertificate'] => {
  const value = v2 ?? v1
  if (value === undefined) return undefined
  const list = childrenOf(expectTag(value, TAG.sequence), 2)[0]
  const first = childrenOf(expectTag(list, TAG.sequence), 20)[0]
  const fields = childrenOf(expectTag(first, TAG.sequence), 3)
  if (v2 !== undefined && fields[0]?.tag === TAG.sequence)
    return { digest: digestOf(fields[0]), hash: bodyOf(expectTag(fields[1], TAG.octetString)) }
  return { digest: v2 === undefined ? 'sha1' : 'sha256', hash: bodyOf(expectTag(fields[0], TAG.octetString)) }
}

const protection = (value: Der | undefined): Attributes['protection'] => {
  if (value === undefined) return undefined
  const [digest, signature] = childrenOf(expectTag(value, TAG.sequence), 3)
  return {
    digestOid: algorithmOid(digest),
    signatureOid: signature?.tag === 0xa1 ? oidOf(childrenOf(signature, 2)[0]) : undefined,
  }
}
