// Answers the checks of a verification with node:crypto; what certificates and CRLs say of each other is remembered.
import type { KeyObject } from 'node:crypto'
import { constants, createHash, createPublicKey, verify } from 'node:crypto'
import { toLatin1 } from '../../core/lib/bytes.ts'
import type { SignedData } from '../../core/smime/cms.ts'
import { hash } from '../../core/smime/hash.ts'
import type { PlannedCheck, SignatureCheck, SignatureVerdict, VerificationInput } from '../../core/smime/verify.ts'
import { judge, planVerification } from '../../core/smime/verify.ts'

const MAX_KEYS = 256
const MAX_ANSWERS = 4_096

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

const answers = new Map<string, boolean>()
/** Lists are long and come as the same array each time: known by identity. */
const crlAnswers = new WeakMap<Uint8Array, Map<string, boolean>>()

/** As `answer`, remembering what is said of certificates and CRLs; never what is said of messages. */
export const answerPlanned = (check: PlannedCheck): boolean => {
  if (check.subject === 'message') return answer(check)
  const { kind, digest } = check.algorithm
  const name = `${kind} ${digest} ${check.algorithm.kind === 'rsaPss' ? check.algorithm.saltBytes : ''}`
  if (check.subject === 'crl') {
    let known = crlAnswers.get(check.data)
    if (known === undefined) {
      known = new Map()
      crlAnswers.set(check.data, known)
    }
    return remember(known, 16, `${name} ${toLatin1(check.spki)} ${toLatin1(check.signature)}`, () => answer(check))
  }
  const lengths = `${name} ${check.spki.length} ${check.data.length} `
  const key = createHash('sha256')
    .update(lengths)
    .update(check.spki)
    .update(check.data)
    .update(check.signature)
    .digest('base64')
  return remember(answers, MAX_ANSWERS, key, () => answer(check))
}

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
