// Verdicts on stored messages, as `ceralacca verify` tells them: kept by content as long as what they rest on is the same.
import { createHash } from 'node:crypto'
import { verdictJson } from '../../core/evidence/verdictJson.ts'
import { utcDate } from '../../core/jmap/date.ts'
import type { PecVerification } from '../../core/jmap/pec.ts'
import { type Instant, MINUTE } from '../../core/lib/instant.ts'
import { type ContentId, rangePiece } from '../../core/lib/rope.ts'
import type { Certificate } from '../../core/smime/certificate.ts'
import type { EvidenceSource } from './bundle.ts'
import { type Inspected, inspectStored } from './inspectStored.ts'

export type Verdicts = {
  /** The verdict on a message that is stored. Throws Fault. */
  readonly of: (content: ContentId, sizeBytes: number) => Promise<PecVerification>
  /** The same where it is at hand. */
  readonly atHand: (content: ContentId) => PecVerification | undefined
  /** When it was made. */
  readonly verifiedAt: (content: ContentId) => Instant | undefined
}

/** A verdict is of an instant: revocation and the directory go on. */
const KEPT_MS = 10 * MINUTE
const MOST_KEPT = 5_000

const certificateJson = (one: Certificate) => ({
  subject: one.subject.text,
  issuer: one.issuer.text,
  serial: one.serialHex,
  notBefore: utcDate(one.notBefore),
  notAfter: utcDate(one.notAfter),
  sha256: createHash('sha256').update(one.der).digest('hex'),
})

const verificationOf = ({ finding, whole, chain }: Inspected): PecVerification => {
  const { verdict, complete, checks, signer, judged } = verdictJson('', finding)
  return {
    verdict,
    complete,
    checks,
    signer: signer ?? null,
    judged: { at: judged.at ?? null, source: judged.source },
    chain: chain.map(certificateJson),
    sha256: {
      raw: whole.sha256,
      original: finding.original?.sha256 ?? null,
      daticert: finding.daticert?.sha256 ?? null,
    },
  }
}

type Kept = {
  readonly at: Instant
  readonly basis: readonly unknown[]
  readonly verdict: Promise<PecVerification>
  told: PecVerification | undefined
}

/** Opens the verdicts of a provider: judged by its authorities, its directory and its lists as they are. */
export const openVerdicts = (source: EvidenceSource): Verdicts => {
  const kept = new Map<ContentId, Kept>()
  const basisOf = () => [source.trust(), source.directory()?.directory] as const
  const current = (content: ContentId): Kept | undefined => {
    const known = kept.get(content)
    if (!known || source.now() - known.at >= KEPT_MS) return undefined
    return basisOf().every((one, at) => one === known.basis[at]) ? known : undefined
  }
  const judge = async (content: ContentId, sizeBytes: number): Promise<PecVerification> => {
    const [trust, directory] = basisOf()
    const by = { trust, directories: directory ? [directory] : [], now: source.now() }
    return verificationOf(await inspectStored(source.contents, [rangePiece(content, 0, sizeBytes)], by))
  }
  return {
    atHand: (content) => current(content)?.told,
    verifiedAt: (content) => current(content)?.at,
    of: (content, sizeBytes) => {
      const known = current(content)
      if (known) return known.verdict
      const made: Kept = { at: source.now(), basis: basisOf(), verdict: judge(content, sizeBytes), told: undefined }
      kept.delete(content)
      kept.set(content, made)
      for (const oldest of kept.keys()) {
        if (kept.size <= MOST_KEPT) break
        kept.delete(oldest)
      }
      const forget = (): void => {
        if (kept.get(content) === made) kept.delete(content)
      }
      made.verdict.then((verdict) => {
        made.told = verdict
      }, forget)
      return made.verdict
    },
  }
}
