// Whether the certificates of a chain are revoked, as the CRLs at hand say (RFC 5280 §6.3).
import type { Instant } from '../lib/instant.ts'
import type { SignatureCheck } from './algorithms.ts'
import type { Certificate } from './certificate.ts'
import type { Crl } from './crl.ts'
import { sameName } from './name.ts'

/** What the lists say of one certificate; each counts only if its own signature holds. */
export type RevocationCheck = {
  readonly certificate: Certificate
  readonly lists: readonly {
    /** Index of the check of the list's signature. */
    readonly check: number
    readonly revokedAt: Instant | undefined
    /** Whether the list was still current at the instant. */
    readonly current: boolean
  }[]
}

const REMOVE_FROM_CRL = 8

/** Finds the lists that speak of a certificate, and adds the checks of their signatures. */
export const planRevocation = (
  certificate: Certificate,
  issuer: Certificate,
  crls: readonly Crl[],
  at: Instant,
  checks: (SignatureCheck & { readonly subject: 'message' | 'certificate' | 'crl' })[],
): RevocationCheck => {
  const signs = issuer.keyUsage === undefined || issuer.keyUsage.has('crlSign')
  const speaking = signs ? crls.filter((crl) => speaksOf(crl, certificate, issuer)) : []
  return {
    certificate,
    lists: speaking.map((crl) => {
      const entry = crl.revoked.get(certificate.serialHex)
      const revoked = entry !== undefined && entry.reason !== REMOVE_FROM_CRL && entry.at <= at
      const check =
        checks.push({
          subject: 'crl',
          algorithm: crl.signatureAlgorithm!,
          spki: issuer.spki,
          data: crl.tbs,
          signature: crl.signature,
        }) - 1
      // A list made after the instant also tells what was revoked before it.
      return {
        check,
        revokedAt: revoked ? entry.at : undefined,
        current: crl.nextUpdate === undefined || crl.nextUpdate >= at,
      }
    }),
  }
}

const speaksOf = (crl: Crl, certificate: Certificate, issuer: Certificate): boolean => {
  const { scope } = crl
  return (
    scope.usable &&
    crl.signatureAlgorithm !== undefined &&
    sameName(crl.issuer, certificate.issuer) &&
    (crl.aki === undefined || issuer.ski === undefined || crl.aki === issuer.ski) &&
    (certificate.isCa ? scope.authorities : scope.users) &&
    (scope.urls === undefined || scope.urls.some((url) => certificate.crlUrls.includes(url)))
  )
}

/** The first objection of the lists to a chain, or undefined. */
export const judgeRevocation = (
  revocation: readonly RevocationCheck[],
  answers: readonly boolean[],
  requireCrl: boolean,
): { readonly reason: 'revoked' | 'crlUnavailable'; readonly detail: string } | undefined => {
  for (const { certificate, lists } of revocation) {
    const held = lists.filter((list) => answers[list.check] === true)
    const whose = certificate.subject.text
    const revokedAt = held.find((list) => list.revokedAt !== undefined)?.revokedAt
    if (revokedAt !== undefined)
      return { reason: 'revoked', detail: `${whose}: revoked on ${new Date(revokedAt).toISOString()}` }
    if (requireCrl && !held.some((list) => list.current))
      return { reason: 'crlUnavailable', detail: `${whose}: no current revocation list of its issuer` }
  }
  return undefined
}
