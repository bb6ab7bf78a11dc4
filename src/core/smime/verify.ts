// Verification of a CMS signature in three steps: plan (pure), answers (whoever has the cryptography), judgement (pure).
import { equalBytes } from '../lib/bytes.ts'
import type { Instant } from '../lib/instant.ts'
import type { Digest, SignatureCheck } from './algorithms.ts'
import type { Certificate } from './certificate.ts'
import type { SignedData, SignerInfo } from './cms.ts'
import type { Crl } from './crl.ts'
import { hash } from './hash.ts'
import { findPaths, pathProblem } from './path.ts'
import type { RevocationCheck } from './revocation.ts'
import { judgeRevocation, planRevocation } from './revocation.ts'

export type { SignatureCheck } from './algorithms.ts'

export type Trust = {
  readonly roots: readonly Certificate[]
  readonly intermediates: readonly Certificate[]
  readonly crls: readonly Crl[]
}

export type VerificationInput = {
  readonly signed: SignedData
  /** Which of the signers, 0 unless said. */
  readonly signer?: number | undefined
  /** Digest of the content with the algorithm that the signer names (`digestsNeeded`). */
  readonly contentDigest: Uint8Array
  /** The content itself: wanted only by signatures without signed attributes, which are refused where it is absent. */
  readonly content?: Uint8Array | undefined
  readonly trust: Trust
  /** Instant at which certificates must be valid and not revoked: now for what arrives, signing time for archives. */
  readonly at: Instant
  /** Whether a chain without a current CRL for each certificate is refused. */
  readonly requireCrl: boolean
  /** SHA-1, and RSA keys under 2048 bits: refused unless this is set, as for archives. */
  readonly acceptWeakDigest?: boolean | undefined
  /** Whether the certificate may be for other things than mail: documents are signed with keys of their own. */
  readonly anyPurpose?: boolean | undefined
}

export type InvalidReason =
  | 'malformed'
  | 'noSigner'
  | 'unsupportedAlgorithm'
  | 'digestMismatch'
  | 'badSignature'
  | 'wrongCertificate'
  | 'wrongUsage'
  | 'weakDigest'
  | 'weakKey'
  | 'unknownIssuer'
  | 'badChain'
  | 'expired'
  | 'notYetValid'
  | 'revoked'
  | 'crlUnavailable'

export type SignatureVerdict =
  | {
      readonly kind: 'valid'
      readonly signer: Certificate
      /** Signer first, root last. */
      readonly chain: readonly Certificate[]
      readonly digest: Digest
      /** SHA-1 or a short RSA key somewhere below the root. */
      readonly weak: boolean
      /** What the signer claims; nobody else vouches for it. */
      readonly signingTime: Instant | undefined
    }
  | {
      readonly kind: 'invalid'
      readonly reason: InvalidReason
      readonly detail: string
      readonly signer?: Certificate | undefined
    }

/** What a check is about: those of certificates and CRLs come back again and again, and may be remembered. */
export type PlannedCheck = SignatureCheck & { readonly subject: 'message' | 'certificate' | 'crl' }

type PlannedPath = {
  readonly chain: readonly Certificate[]
  readonly problem: { readonly reason: InvalidReason; readonly detail: string } | undefined
  /** Indexes of checks that must all hold. */
  readonly signatures: readonly number[]
  readonly revocation: readonly RevocationCheck[]
}

export type VerificationPlan = {
  /** The signatures to check; `judge` wants one boolean for each, in this order. */
  readonly checks: readonly PlannedCheck[]
  /** The verdict, where none of them is needed. */
  readonly settled: SignatureVerdict | undefined
  readonly paths: readonly PlannedPath[]
  readonly signerInfo: SignerInfo | undefined
  readonly signer: Certificate | undefined
  readonly requireCrl: boolean
  readonly acceptWeak: boolean
}

/** Digests that the content is needed in, one for each signer; undefined where the algorithm is not one of ours. */
export const digestsNeeded = (signed: SignedData): readonly (Digest | undefined)[] =>
  signed.signers.map((signer) => signer.digest)

/** The certificate that a signer names, among those given. RFC 5652 §5.3 */
export const signerCertificate = (
  signer: SignerInfo,
  certificates: readonly Certificate[],
): Certificate | undefined => {
  const { identifier } = signer
  return certificates.find((one) =>
    identifier.kind === 'issuerAndSerial'
      ? one.serialHex === identifier.serialHex && equalBytes(one.issuer.der, identifier.issuer)
      : one.ski === identifier.ski,
  )
}

const invalid = (reason: InvalidReason, detail: string, signer?: Certificate): SignatureVerdict => ({
  kind: 'invalid',
  reason,
  detail,
  signer,
})

/** Works out what must be checked for one signer of signed data. RFC 6109 §2.2.2, RFC 5652 §5.4-5.6 */
export const planVerification = (input: VerificationInput): VerificationPlan => {
  const { signed, trust } = input
  const info = signed.signers[input.signer ?? 0]
  const known = [...signed.certificates, ...trust.intermediates, ...trust.roots]
  const signer = info === undefined ? undefined : signerCertificate(info, known)
  const settled = info === undefined ? invalid('noSigner', 'nobody has signed') : early(input, info, signer)
  const plan = {
    signerInfo: info,
    signer,
    requireCrl: input.requireCrl,
    acceptWeak: input.acceptWeakDigest ?? false,
  }
  if (info === undefined || signer === undefined || settled !== undefined)
    return { ...plan, checks: [], settled, paths: [] }
  const checks: PlannedCheck[] = [
    {
      subject: 'message',
      algorithm: info.algorithm!,
      spki: signer.spki,
      data: info.attributes?.signedBytes ?? input.content!,
      signature: info.signature,
    },
  ]
  const paths = findPaths(signer, trust.roots, [...trust.intermediates, ...signed.certificates])
  return { ...plan, settled, paths: paths.map((chain) => planPath(chain, input, checks)), checks }
}

/** What can be said before any cryptography. */
const early = (
  input: VerificationInput,
  info: SignerInfo,
  signer: Certificate | undefined,
): SignatureVerdict | undefined => {
  if (signer === undefined) return invalid('noSigner', "the signer's certificate is neither enclosed nor known")
  if (info.digest === undefined) return invalid('unsupportedAlgorithm', `digest ${info.digestOid}`, signer)
  if (info.algorithm === undefined) return invalid('unsupportedAlgorithm', `signature ${info.signatureOid}`, signer)
  if (info.algorithm.digest !== info.digest)
    return invalid('malformed', 'digest and signature name different algorithms', signer)
  return attributesProblem(input, info, signer) ?? (input.anyPurpose ? undefined : usageProblem(signer))
}

const attributesProblem = (
  input: VerificationInput,
  info: SignerInfo,
  signer: Certificate,
): SignatureVerdict | undefined => {
  const { attributes } = info
  if (attributes === undefined) {
    if (input.content === undefined) return invalid('malformed', 'a signature without signed attributes', signer)
    // RFC 5652 §5.6 leaves a hole: signed attributes of another message must not pass for content
    if (input.content[0] === 0x31 || input.signed.contentType !== '1.2.840.113549.1.7.1')
      return invalid('malformed', 'a content that needs signed attributes', signer)
    return undefined
  }
  if (attributes.contentType !== input.signed.contentType)
    return invalid('malformed', 'the signed type of content is not the one of the content', signer)
  // RFC 6211 §2
  const { protection, signingCertificate } = attributes
  if (protection !== undefined && !protects(protection, info))
    return invalid('malformed', 'the algorithms are not those that the signer protects', signer)
  if (!equalBytes(attributes.messageDigest, input.contentDigest))
    return invalid('digestMismatch', 'the content is not what was signed', signer)
  if (signingCertificate === undefined) return undefined
  if (signingCertificate.digest === undefined)
    return invalid('unsupportedAlgorithm', 'digest of the signing certificate', signer)
  if (!equalBytes(hash(signingCertificate.digest, signer.der), signingCertificate.hash))
    return invalid('wrongCertificate', 'the certificate is not the one that the signer means', signer)
  return undefined
}

const protects = (protection: { digestOid: string; signatureOid: string | undefined }, info: SignerInfo): boolean =>
  protection.digestOid === info.digestOid &&
  (protection.signatureOid === undefined || protection.signatureOid === info.signatureOid)

const MAIL_PURPOSES = ['1.3.6.1.5.5.7.3.4', '2.5.29.37.0']

/** RFC 8550 §4.4.2 and §4.4.4 */
const usageProblem = (signer: Certificate): SignatureVerdict | undefined => {
  const { keyUsage, extendedKeyUsage } = signer
  if (keyUsage !== undefined && !keyUsage.has('digitalSignature') && !keyUsage.has('nonRepudiation'))
    return invalid('wrongUsage', 'the key is not for signing (keyUsage)', signer)
  if (extendedKeyUsage !== undefined && !extendedKeyUsage.some((purpose) => MAIL_PURPOSES.includes(purpose)))
    return invalid('wrongUsage', 'the certificate is not for mail (extendedKeyUsage)', signer)
  return undefined
}

const planPath = (chain: readonly Certificate[], input: VerificationInput, checks: PlannedCheck[]): PlannedPath => {
  const problem = pathProblem(chain, input.at)
  if (problem !== undefined) return { chain, problem, signatures: [], revocation: [] }
  const signatures: number[] = []
  const revocation: RevocationCheck[] = []
  for (const [i, certificate] of chain.slice(0, -1).entries()) {
    const issuer = chain[i + 1]!
    signatures.push(
      checks.push({
        subject: 'certificate',
        algorithm: certificate.signatureAlgorithm!,
        spki: issuer.spki,
        data: certificate.tbs,
        signature: certificate.signature,
      }) - 1,
    )
    revocation.push(planRevocation(certificate, issuer, input.trust.crls, input.at, checks))
  }
  return { chain, problem: undefined, signatures, revocation }
}

/** The verdict, given whether each check of the plan holds. Throws RangeError where an answer is missing. */
export const judge = (plan: VerificationPlan, answers: readonly boolean[]): SignatureVerdict => {
  if (plan.settled !== undefined) return plan.settled
  if (answers.length !== plan.checks.length) throw new RangeError('one answer is wanted for each check')
  const signer = plan.signer!
  if (answers[0] !== true) return invalid('badSignature', 'the signature is not of this content by this key', signer)
  if (plan.paths.length === 0)
    return invalid('unknownIssuer', `no known authority stands above ${signer.issuer.text}`, signer)
  const verdicts = plan.paths.map((path) => judgePath(plan, path, answers))
  return verdicts.find((verdict) => verdict.kind === 'valid') ?? verdicts[0]!
}

const judgePath = (plan: VerificationPlan, path: PlannedPath, answers: readonly boolean[]): SignatureVerdict => {
  const signer = plan.signer!
  const { chain, problem } = path
  if (problem !== undefined) return invalid(problem.reason, problem.detail, signer)
  const forged = path.signatures.findIndex((index) => answers[index] !== true)
  if (forged >= 0) return invalid('badChain', `${chain[forged]!.subject.text}: not signed by its issuer`, signer)
  const revoked = judgeRevocation(path.revocation, answers, plan.requireCrl)
  if (revoked !== undefined) return invalid(revoked.reason, revoked.detail, signer)
  const digest = plan.signerInfo!.digest!
  const weakDigest = digest === 'sha1' || chain.slice(0, -1).some((one) => one.signatureAlgorithm!.digest === 'sha1')
  const weakKey = chain.some((one) => one.publicKey.kind === 'rsa' && one.publicKey.bits < 2048)
  if (!plan.acceptWeak && weakDigest) return invalid('weakDigest', 'SHA-1 is no longer a proof', signer)
  if (!plan.acceptWeak && weakKey) return invalid('weakKey', 'an RSA key under 2048 bits is no longer a proof', signer)
  return {
    kind: 'valid',
    signer,
    chain,
    digest,
    weak: weakDigest || weakKey,
    signingTime: plan.signerInfo!.attributes?.signingTime,
  }
}
