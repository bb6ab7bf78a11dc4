// Answers the checks of a verification with node:crypto; what certificates and CRLs say of each other is remembered.
import type { KeyObject } from 'node:crypto'
import { constants, createPublicKey, verify } from 'node:crypto'
import { toLatin1 } from '../../core/lib/bytes.ts'
import { type Certificate, parseCertificate } from '../../core/smime/certificate.ts'
import type { SignedData } from '../../core/smime/cms.ts'
import type { Problem } from '../../core/smime/der.ts'
import { hash } from '../../core/smime/hash.ts'
import type { PlannedCheck, SignatureCheck, SignatureVerdict, VerificationInput } from '../../core/smime/verify.ts'
import { judge, planVerification } from '../../core/smime/verify.ts'

const MAX_KEYS = 256
/** Answers of each certificate or list: its issuers and their keys. */
const MAX_ANSWERS = 16
const MAX_CERTIFICATES = 1_024

/** The value kept for a key, or made and kept; the one unused for longest goes when there are more than `max`. */
const remember = <V>(cache: Map<string, V>, max: number, key: string, make: () => V): V => {
  let value = cache.get(key)
  if (value === undefined) {
    value = make()
    if (cache.size >= max) cache.delete(cache.keys().next().value!)
  } else cache.delete(key)
  cache.set(key, value)
  return value
}

const keys = new Map<string, KeyObject | 'unusable'>()
const keyOf = (spki: Uint8Array): KeyObject | 'unusable' =>
  remember(keys, MAX_KEYS, toLatin1(spki), () => {
    try {
      return createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' })
    } catch {
      return 'unusable'
    }
  })

/** Whether a signature holds. Never throws: what cannot be checked does not hold. */
export const answer = (check: SignatureCheck): boolean => {
  const { algorithm, data, signature } = check
  const key = keyOf(check.spki)
  if (key === 'unusable') return false
  const type = key.asymmetricKeyType
  try {
    if (algorithm.kind === 'ecdsa') return type === 'ec' && verify(algorithm.digest, data, key, signature)
    if (algorithm.kind === 'rsa') return type === 'rsa' && verify(algorithm.digest, data, key, signature)
    const padding = constants.RSA_PKCS1_PSS_PADDING
    const pss = { key, padding, saltLength: algorithm.saltBytes }
    return (type === 'rsa' || type === 'rsa-pss') && verify(algorithm.digest, data, pss, signature)
  } catch {
    return false
  }
}

/** What is said of certificates and lists: they come as the same array each time, and are known by identity. */
const answers = new WeakMap<Uint8Array, Map<string, boolean>>()

/** As `answer`, remembering what is said of certificates and CRLs; never what is said of messages. */
export const answerPlanned = (check: PlannedCheck): boolean => {
  if (check.subject === 'message') return answer(check)
  const { kind, digest } = check.algorithm
  const name = `${kind} ${digest} ${check.algorithm.kind === 'rsaPss' ? check.algorithm.saltBytes : ''}`
  let known = answers.get(check.data)
  if (known === undefined) {
    known = new Map()
    answers.set(check.data, known)
  }
  const key = `${name} ${check.spki.length} ${toLatin1(check.spki)} ${toLatin1(check.signature)}`
  return remember(known, MAX_ANSWERS, key, () => answer(check))
}

const certificates = new Map<string, Certificate | Problem>()

/** As `parseCertificate`, reading the same bytes once: every message of a provider carries the same certificates. */
export const knownCertificate = (der: Uint8Array): Certificate | Problem =>
  // a copy, so that a certificate does not hold on to the message that it came with
  remember(certificates, MAX_CERTIFICATES, toLatin1(der), () => parseCertificate(Uint8Array.from(der)))

/** Plans, answers and judges at once. */
export const verifySignature = (input: VerificationInput): SignatureVerdict => {
  const plan = planVerification(input)
  return judge(plan, plan.checks.map(answerPlanned))
}

/** As `verifySignature`, for a content that is at hand: the attached one unless another is given. */
export const verifyContent = (
  input: Omit<VerificationInput, 'contentDigest'> & { readonly signed: SignedData },
): SignatureVerdict => {
  const content = input.content ?? input.signed.content
  if (content === undefined) return { kind: 'invalid', reason: 'malformed', detail: 'no content to verify' }
  const digest = input.signed.signers[input.signer ?? 0]?.digest ?? 'sha256'
  return verifySignature({ ...input, content, contentDigest: hash(digest, content) })
}
