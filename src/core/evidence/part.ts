// What a file is found to be when it is looked at as evidence: a message, a signed document, or something else.

import type { CertificationData, PecKind } from '../pec/model.ts'
import type { Verification } from '../pec/verification.ts'
import type { Certificate } from '../smime/certificate.ts'

/** Digest and length of bytes: enough to say whether two things are the same. */
export type Digested = {
  /** Lower-case hexadecimal. */
  readonly sha256: string
  readonly sizeBytes: number
}

/** Where a part lies in its message, in bytes. */
export type Place = { readonly start: number; readonly end: number }

export type MessageFinding = {
  readonly kind: 'message'
  readonly verification: Verification
  /** `restored`: the copy has LF line ends, and the signature holds with CRLF in their place. */
  readonly lineEnds: 'asIs' | 'restored'
  /** The original message that it carries (postacert.eml), transfer encoding undone. */
  readonly original?: Digested | undefined
  /** Where the original lies in the file as it is; absent where it is encoded, or line ends were restored. */
  readonly originalPlace?: Place | undefined
  /** Its daticert.xml, transfer encoding undone. */
  readonly daticert?: Digested | undefined
  /** A file with LF line ends: the digest with CRLF in their place. */
  readonly withCrlf?: Digested | undefined
}

/** One signature of a signed document. */
export type DocumentSigner = {
  readonly certificate?: Certificate | undefined
  /** What the signer claims. */
  readonly signedAt?: number | undefined
  /** Whether the content is what was signed, by this key. */
  readonly holds: boolean
  /** Why not, or why the certificate does not stand under a known authority. */
  readonly reason?: string | undefined
  readonly detail?: string | undefined
  /** Whether the certificate stands under one of the authorities that are at hand. */
  readonly known: boolean
}

/** A signed file (`.p7m`): CMS with the content inside. */
export type DocumentFinding = {
  readonly kind: 'document'
  readonly verdict: 'holds' | 'fails'
  readonly signers: readonly DocumentSigner[]
  /** The content inside; absent where it is not there. */
  readonly content?: Digested | undefined
  /** What is inside, where it is a message itself. */
  readonly inside?: MessageFinding | undefined
  /** Why it cannot be read. */
  readonly problem?: string | undefined
}

/** `other`: nothing that can be verified by itself. */
export type Finding = MessageFinding | DocumentFinding | { readonly kind: 'other' }

/** One file, as found. */
export type Part = Digested & {
  /** Name or path as given. */
  readonly name: string
  readonly finding: Finding
}

/** The signed data of a part, where it is certified mail that holds. */
export const provenData = (part: Part): CertificationData | undefined =>
  part.finding.kind === 'message' && part.finding.verification.verdict === 'holds'
    ? part.finding.verification.message.data
    : undefined

/** The kind of certified mail that a part is; undefined where it is none. */
export const pecKindOf = (part: Part): PecKind | 'unknown' | undefined => {
  if (part.finding.kind !== 'message') return undefined
  const { kind } = part.finding.verification
  return kind === 'ordinary' ? undefined : kind
}
