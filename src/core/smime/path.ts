// Certification paths (RFC 5280 §6): found among the certificates at hand, within a bounded number of steps.
import { equalBytes } from '../lib/bytes.ts'
import type { Instant } from '../lib/instant.ts'
import type { Certificate } from './certificate.ts'
import { constraintProblem } from './constraints.ts'
import { sameName } from './name.ts'

export type PathProblem = {
  readonly reason: 'unknownIssuer' | 'badChain' | 'expired' | 'notYetValid' | 'unsupportedAlgorithm'
  readonly detail: string
}

const MAX_CHAIN = 8
const MAX_PATHS = 4
const MAX_STEPS = 64

/**
 * Chains from a certificate up to one of the roots, root included; at most 4, found in at most 64 steps. Names and
 * key identifiers are matched here, signatures are not checked.
 */
export const findPaths = (
  certificate: Certificate,
  roots: readonly Certificate[],
  others: readonly Certificate[],
): readonly (readonly Certificate[])[] => {
  const paths: (readonly Certificate[])[] = []
  let steps = 0
  const climb = (chain: readonly Certificate[]): void => {
    const top = chain.at(-1)!
    if (roots.some((root) => equalBytes(root.der, top.der))) {
      paths.push(chain)
      return
    }
    if (chain.length === MAX_CHAIN) return
    const tried: Certificate[] = []
    for (const pool of [roots, others]) {
      for (const issuer of pool) {
        if (paths.length === MAX_PATHS || steps === MAX_STEPS) return
        if (!mayIssue(issuer, top) || [...chain, ...tried].some((one) => equalBytes(one.der, issuer.der))) continue
        steps++
        tried.push(issuer)
        climb([...chain, issuer])
      }
    }
  }
  climb([certificate])
  return paths
}

const mayIssue = (issuer: Certificate, subject: Certificate): boolean =>
  sameName(issuer.subject, subject.issuer) &&
  (issuer.ski === undefined || subject.aki === undefined || issuer.ski === subject.aki)

/** What is wrong with a chain at an instant, signatures and revocation apart; the root stands last. RFC 5280 §6.1 */
export const pathProblem = (chain: readonly Certificate[], at: Instant): PathProblem | undefined => {
  for (const [depth, certificate] of chain.entries()) {
    const isRoot = depth === chain.length - 1
    const problem =
      (depth > 0 ? issuerProblem(chain, depth) : undefined) ?? (isRoot ? undefined : memberProblem(certificate))
    if (problem !== undefined) return problem
  }
  return chain.map((certificate) => validityProblem(certificate, at)).find((problem) => problem !== undefined)
}

const bad = (certificate: Certificate, detail: string): PathProblem => ({
  reason: 'badChain',
  detail: `${certificate.subject.text}: ${detail}`,
})

const issuerProblem = (chain: readonly Certificate[], depth: number): PathProblem | undefined => {
  const issuer = chain[depth]!
  const below = chain.slice(0, depth)
  // a root that is a bare key and name (version 1) is trusted as it is
  const bareRoot = depth === chain.length - 1 && !issuer.hasBasicConstraints && issuer.keyUsage === undefined
  if (!issuer.isCa && !bareRoot) return bad(issuer, 'it is not a certification authority (basicConstraints)')
  if (issuer.keyUsage !== undefined && !issuer.keyUsage.has('keyCertSign'))
    return bad(issuer, 'its key may not sign certificates (keyUsage)')
  const authorities = below.slice(1).filter((one) => !sameName(one.subject, one.issuer)).length
  if (issuer.pathLength !== undefined && authorities > issuer.pathLength)
    return bad(issuer, 'more authorities below it than it allows (pathLenConstraint)')
  for (const [i, one] of below.entries()) {
    if (i > 0 && sameName(one.subject, one.issuer)) continue
    const detail = constraintProblem(one, issuer)
    if (detail !== undefined) return bad(issuer, detail)
  }
  return undefined
}

const memberProblem = (certificate: Certificate): PathProblem | undefined => {
  if (certificate.unknownCritical.length > 0)
    return bad(certificate, `critical extension ${certificate.unknownCritical[0]} is not understood`)
  if (certificate.signatureAlgorithm === undefined) {
    return {
      reason: 'unsupportedAlgorithm',
      detail: `${certificate.subject.text}: signed with algorithm ${certificate.signatureOid}`,
    }
  }
  return undefined
}

const validityProblem = (certificate: Certificate, at: Instant): PathProblem | undefined => {
  const whose = certificate.subject.text
  if (at < certificate.notBefore)
    return { reason: 'notYetValid', detail: `${whose}: valid from ${new Date(certificate.notBefore).toISOString()}` }
  if (at > certificate.notAfter)
    return { reason: 'expired', detail: `${whose}: valid until ${new Date(certificate.notAfter).toISOString()}` }
  return undefined
}
