// Signatures of an Email as RFC 9219 tells them: what form it has, and what a verification comes to.
import type { PartFacts } from '../mail/facts.ts'
import { CHECK_WORDS, REASON_WORDS } from '../pec/verdictWords.ts'
import type { CheckName, CheckReason } from '../pec/verificationChecks.ts'
import type { PecVerification } from './pec.ts'

export const SMIME_PROPERTIES = ['smimeStatus', 'smimeStatusAtDelivery', 'smimeErrors', 'smimeVerifiedAt'] as const

/** `opaque`: signed content within one CMS object, which is not opened here; `unknown`: S/MIME of another kind, or not S/MIME. */
export type SmimeForm = 'none' | 'signed' | 'opaque' | 'unknown'

const isPkcs7 = (type: string | undefined, kind: 'signature' | 'mime'): boolean =>
  type === `application/pkcs7-${kind}` || type === `application/x-pkcs7-${kind}`

/** The form of a message by its root part and its field Content-Type. */
export const smimeForm = (root: PartFacts, contentType: string | undefined): SmimeForm => {
  if (root.type === 'multipart/signed') return isPkcs7(root.children[1]?.type, 'signature') ? 'signed' : 'unknown'
  if (!isPkcs7(root.type, 'mime')) return 'none'
  const kind = /;\s*smime-type\s*=\s*"?([\w-]+)/i.exec(contentType ?? '')?.[1]?.toLowerCase()
  // What is enclosed in an envelope nobody here can see.
  return kind === 'signed-data' ? 'opaque' : kind === 'enveloped-data' ? 'none' : 'unknown'
}

export type SmimeOutcome = {
  readonly status: 'signed' | 'signed/verified' | 'signed/failed'
  readonly errors: readonly string[] | null
}

/** The checks that RFC 8550 and RFC 8551 ask for; the others are those of certified mail. */
const CHECKS: readonly string[] = ['signature', 'chain', 'validity', 'revocation', 'address'] satisfies CheckName[]

const errorText = ({ name, reason, detail }: PecVerification['checks'][number]): string => {
  const title = CHECK_WORDS[name as CheckName].en.title
  const why = reason === undefined ? 'it does not hold' : REASON_WORDS[reason as CheckReason].en
  return `${title}: ${why}${detail === undefined ? '' : ` (${detail})`}`
}

/** What the checks of a message say of its signature; without an authority above it nothing is said. */
export const smimeOutcome = (all: PecVerification['checks']): SmimeOutcome => {
  const checks = all.filter(({ name }) => CHECKS.includes(name))
  const failed = checks.filter(({ outcome }) => outcome === 'fails')
  if (failed.length > 0) return { status: 'signed/failed', errors: failed.map(errorText) }
  const isChained = checks.some(({ name, outcome }) => name === 'chain' && outcome === 'holds')
  return { status: isChained ? 'signed/verified' : 'signed', errors: null }
}
