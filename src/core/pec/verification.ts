// The verification of a message as certified mail, for whoever holds a copy: what it says it is, who signed it, and what
// of it holds. Pure: the caller gives digests and answers about signatures (node:crypto, or a browser's).
import type { ProviderDirectory, ProviderRecord } from '../directory/providers.ts'
import { equalBytes } from '../lib/bytes.ts'
import type { Instant } from '../lib/instant.ts'
import { parseAddressList } from '../mail/address.ts'
import { decodeTransfer } from '../mail/encoding.ts'
import { decodeText, fieldValues, firstValue } from '../mail/header.ts'
import type { MimePart } from '../mail/structure.ts'
import type { Digest } from '../smime/algorithms.ts'
import type { Certificate } from '../smime/certificate.ts'
import { sha1Fingerprint } from '../smime/certificate.ts'
import type { SignedData } from '../smime/cms.ts'
import { readSignedData } from '../smime/cms.ts'
import type { Problem } from '../smime/der.ts'
import type { SignatureVerdict, Trust, VerificationPlan } from '../smime/verify.ts'
import { planVerification } from '../smime/verify.ts'
import type { CertificationData, PecKind } from './model.ts'
import type { PecReading, SignedStructure } from './read.ts'
import { readPec } from './read.ts'
import type { Check } from './verificationChecks.ts'
import { checksOf } from './verificationChecks.ts'
import { FIELD } from './vocabulary.ts'

export type { Check, CheckName, CheckOutcome } from './verificationChecks.ts'

/** A message read, nothing verified yet. */
export type MessageReading = {
  readonly root: MimePart
  readonly pec: PecReading
  /** Where the signed bytes lie; undefined where there is no S/MIME structure. */
  readonly structure: SignedStructure | undefined
  /** The CMS object, or why it cannot be read. */
  readonly signed: SignedData | Problem | undefined
  /** Digest of the signed bytes that is wanted; undefined where there is no signature, or none of ours. */
  readonly digest: Digest | undefined
}

/** Longest CMS object that is read, in bytes as it travels: certificates and lists of a message, never its content. */
const MAX_SIGNATURE_BYTES = 4 * 1024 * 1024

/** Reads a scanned message. `bytesOf` gives the body of a part as it stands, transfer encoding untouched. */
export const readMessage = (root: MimePart, bytesOf: (part: MimePart) => Uint8Array): MessageReading => {
  const pec = readPec(root, bytesOf)
  const { structure } = pec
  if (structure === undefined) return { root, pec, structure, signed: undefined, digest: undefined }
  const part = structure.signaturePart
  if (part.bodyEnd - part.bodyStart > MAX_SIGNATURE_BYTES) {
    return { root, pec, structure, signed: { kind: 'problem', detail: 'CMS: too long' }, digest: undefined }
  }
  const signed = readSignedData(decodeTransfer(part.encoding, bytesOf(part)))
  const digest = signed.kind === 'signedData' ? signed.signers[0]?.digest : undefined
  return { root, pec, structure, signed, digest }
}

/** The instant at which certificates are judged, and where it comes from. */
export type JudgedAt = {
  readonly at: Instant
  readonly source: 'given' | 'signingTime' | 'certificationData' | 'dateField' | 'now'
}

const dateOf = (root: MimePart): Instant | undefined => {
  const value = firstValue(root.fields, 'date')
  if (value === undefined || value.length > 100) return undefined
  const at = Date.parse(value.replace(/\([^()]*\)/g, ' '))
  return Number.isFinite(at) ? at : undefined
}

/** Archives are judged when they were signed, as the signer says: a certificate that ended since takes nothing away. */
export const judgedAt = (read: MessageReading, given: Instant | undefined, now: Instant): JudgedAt => {
  if (given !== undefined) return { at: given, source: 'given' }
  const signer = read.signed?.kind === 'signedData' ? read.signed.signers[0] : undefined
  if (signer?.attributes?.signingTime !== undefined) return { at: signer.attributes.signingTime, source: 'signingTime' }
  const data = read.pec.kind === 'pec' ? read.pec.data : undefined
  if (data !== undefined) return { at: data.at, source: 'certificationData' }
  const date = dateOf(read.root)
  return date === undefined ? { at: now, source: 'now' } : { at: date, source: 'dateField' }
}

/**
 * Plans the verification of the signature; undefined where there is none to verify. `contentDigest` is that of the
 * signed bytes; `content` itself is wanted only by signatures without signed attributes.
 */
export const planMessage = (
  read: MessageReading,
  given: {
    readonly contentDigest: Uint8Array
    readonly content?: Uint8Array | undefined
    readonly trust: Trust
    readonly at: Instant
  },
): VerificationPlan | undefined =>
  read.signed?.kind === 'signedData'
    ? planVerification({
        ...given,
        signed: read.signed,
        requireCrl: given.trust.crls.length > 0,
        acceptWeakDigest: true,
      })
    : undefined

/** Who signed, as the certificate and the directory say. */
export type SignerFacts = {
  /** Name in the directory; undefined where it is not found there. */
  readonly provider?: string | undefined
  readonly certificate: Certificate
  /** SHA-1 of the certificate as in the directory, upper-case hexadecimal. */
  readonly sha1: string
  readonly digest: Digest | undefined
  /** What the signer claims. */
  readonly signedAt?: Instant | undefined
  /** Subject of the authority at the top of the chain, where the chain holds. */
  readonly authority?: string | undefined
}

/** What the message says of itself: from the signed certification data where there are any, else from the header. */
export type MessageSummary = {
  readonly subject?: string | undefined
  readonly from: readonly string[]
  readonly to: readonly string[]
  readonly at?: Instant | undefined
  /** Message-ID of the file, without angle brackets. */
  readonly messageId?: string | undefined
  readonly data?: CertificationData | undefined
}

export type Verification = {
  /** `holds`: all that could be checked holds; `fails`: something does not; `notPec`: it is no certified mail. */
  readonly verdict: 'holds' | 'fails' | 'notPec'
  /** Whether chain and directory could be checked too: without them anybody may have signed. */
  readonly complete: boolean
  readonly kind: PecKind | 'unknown' | 'ordinary'
  readonly message: MessageSummary
  readonly signer?: SignerFacts | undefined
  readonly judged: JudgedAt
  readonly checks: readonly Check[]
  /** Messages inside that bear the marks of certified mail, where this one does not: how many. */
  readonly pecInside: number
}

/** Parts below the root that say they are certified mail: a PEC message that somebody forwarded as an attachment. */
const countInside = (root: MimePart): number => {
  let count = 0
  const pending = [...root.children]
  for (let part = pending.pop(); part !== undefined; part = pending.pop()) {
    const marked = [FIELD.receipt, FIELD.transport].some((name) => firstValue(part.fields, name) !== undefined)
    if (marked) count++
    else pending.push(...part.children)
  }
  return count
}

const addresses = (root: MimePart, names: readonly string[]): readonly string[] =>
  names.flatMap((name) =>
    fieldValues(root.fields, name).flatMap((value) => parseAddressList(value).addresses.map((one) => one.spec)),
  )

const summaryOf = (read: MessageReading): MessageSummary => {
  const data = read.pec.kind === 'pec' ? read.pec.data : undefined
  const subject = firstValue(read.root.fields, 'subject')
  const messageId = firstValue(read.root.fields, 'message-id')?.trim().replace(/^<|>$/g, '')
  return {
    subject: data === undefined ? subject && decodeText(subject) : data.subject,
    from: data === undefined ? addresses(read.root, ['from']) : [data.sender],
    to: data === undefined ? addresses(read.root, ['to', 'cc']) : data.recipients.map((one) => one.address),
    at: data?.at ?? dateOf(read.root),
    messageId,
    data,
  }
}

/** The record of a certificate in the first directory that has it; the certificate itself must be there. */
export const recordOfCertificate = (
  certificate: Certificate,
  directories: readonly ProviderDirectory[],
): ProviderRecord | undefined => {
  const sha1 = sha1Fingerprint(certificate.der)
  for (const directory of directories) {
    const record = directory.providerOfCertificate(sha1)
    // RFC 6109 §4.5.1 goes by SHA-1; the bytes settle it
    if (record?.certificates.some((one) => equalBytes(one.der, certificate.der))) return record
  }
  return undefined
}

/** What is given to judge by. */
export type Judging = {
  readonly plan: VerificationPlan | undefined
  /** `judge` of the plan. */
  readonly verdict: SignatureVerdict | undefined
  readonly trust: Trust
  readonly directories: readonly ProviderDirectory[]
  readonly judged: JudgedAt
}

/** Puts together what the reading and the verdict on the signature say. */
export const judgeMessage = (read: MessageReading, by: Judging): Verification => {
  const { verdict, plan } = by
  const certificate = plan?.signer
  const record = certificate === undefined ? undefined : recordOfCertificate(certificate, by.directories)
  const at = dateOf(read.root)
  const checks = checksOf({ read, by, record, dateField: at })
  const isPec = read.pec.kind === 'pec'
  const kind = read.pec.kind === 'pec' ? (read.pec.pecKind ?? 'unknown') : 'ordinary'
  const failed = checks.some((check) => check.outcome === 'fails')
  const holdsFor = (name: Check['name']): boolean =>
    checks.some((check) => check.name === name && (check.outcome === 'holds' || check.outcome === 'weak'))
  return {
    verdict: !isPec ? 'notPec' : failed || !holdsFor('signature') ? 'fails' : 'holds',
    complete: holdsFor('chain') && holdsFor('directory'),
    kind,
    message: summaryOf(read),
    signer: certificate && {
      provider: record?.name,
      certificate,
      sha1: sha1Fingerprint(certificate.der),
      digest: plan?.signerInfo?.digest,
      signedAt: plan?.signerInfo?.attributes?.signingTime,
      authority: verdict?.kind === 'valid' ? verdict.chain.at(-1)?.subject.text : undefined,
    },
    judged: by.judged,
    checks,
    pecInside: isPec ? 0 : countInside(read.root),
  }
}
