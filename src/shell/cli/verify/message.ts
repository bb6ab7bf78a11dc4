// Verifies one message: scans it, digests the signed bytes, answers with node:crypto, and lets the core judge.
import { createHash } from 'node:crypto'
import type { ProviderDirectory } from '../../../core/directory/providers.ts'
import type { MessageVerdict } from '../../../core/evidence/verdictJson.ts'
import type { Instant } from '../../../core/lib/instant.ts'
import { MimeScanner } from '../../../core/mail/mime.ts'
import type { Verification } from '../../../core/pec/verification.ts'
import { judgedAt, judgeMessage, planMessage, readMessage } from '../../../core/pec/verification.ts'
import type { Trust } from '../../../core/smime/verify.ts'
import { judge } from '../../../core/smime/verify.ts'
import { answerPlanned } from '../../adapters/verifier.ts'
import type { MessageSource } from './source.ts'
import { hasBareLf, readRange, sourceOfBytes, withCrlf } from './source.ts'

export type VerifyOptions = {
  /** Authorities and lists; without roots the chain is told as not checked. */
  readonly trust: Trust
  readonly directories: readonly ProviderDirectory[]
  /** When certificates are judged; the time of the signature unless said. */
  readonly at?: Instant | undefined
  readonly now: Instant
}

/** Longest part read into memory: signature and certification data. */
const PART_LIMIT_BYTES = 8 * 1024 * 1024
/** Longest content of a signature without signed attributes, which needs it whole. */
const CONTENT_LIMIT_BYTES = 256 * 1024 * 1024

const verifyAsIs = (source: MessageSource, options: VerifyOptions): Verification => {
  const scanner = new MimeScanner()
  for (const chunk of source.chunks(0, Number.POSITIVE_INFINITY)) scanner.push(chunk)
  const { root } = scanner.finish()
  const read = readMessage(root, (part) => readRange(source, part.bodyStart, part.bodyEnd, PART_LIMIT_BYTES))
  const judged = judgedAt(read, options.at, options.now)
  const { structure, digest, signed } = read
  const given = { ...options, judged }
  if (structure === undefined || signed?.kind !== 'signedData') {
    return judgeMessage(read, { ...given, plan: undefined, verdict: undefined })
  }
  const { signedStart, signedEnd } = structure
  const hash = createHash(digest ?? 'sha256')
  for (const chunk of source.chunks(signedStart, signedEnd)) hash.update(chunk)
  const bare = signed.signers[0] !== undefined && signed.signers[0].attributes === undefined
  const content = bare ? readRange(source, signedStart, signedEnd, CONTENT_LIMIT_BYTES) : undefined
  const contentDigest = hash.digest()
  const plan = planMessage(read, { contentDigest, content, trust: options.trust, at: judged.at })
  const verdict = plan && judge(plan, plan.checks.map(answerPlanned))
  return judgeMessage(read, { ...given, plan, verdict })
}

const holds = (verification: Verification): boolean =>
  verification.checks.some((check) => check.name === 'signature' && check.outcome === 'holds')

/**
 * Verifies a message, given whole or as a source that can be read twice. A copy with LF line ends whose signature does
 * not hold is tried with CRLF too.
 */
export const verifyMessage = (message: Uint8Array | MessageSource, options: VerifyOptions): MessageVerdict => {
  const source = message instanceof Uint8Array ? sourceOfBytes(message) : message
  const verification = verifyAsIs(source, options)
  if (holds(verification) || verification.signer === undefined || !hasBareLf(source))
    return { verification, lineEnds: 'asIs' }
  const restored = verifyAsIs(withCrlf(source), options)
  return holds(restored) ? { verification: restored, lineEnds: 'restored' } : { verification, lineEnds: 'asIs' }
}
