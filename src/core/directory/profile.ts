// The profile of a provider's signing certificate (RFC 6109 §5.5).
import type { Certificate } from '../smime/certificate.ts'
import { providerKey } from './records.ts'

const KEY_USAGE = '2.5.29.15'

/** What in a certificate is not after the profile, a line each; none: it is. */
export const profileProblems = (certificate: Certificate, providerName: string): readonly string[] => {
  const problems: string[] = []
  const { subject } = certificate
  // RFC 6109 §5.5.1
  const names = [subject.commonName, subject.organization].map((name) => providerKey(name ?? ''))
  if (!names.includes(providerKey(providerName))) problems.push('neither CN nor O is the name of the provider')
  if (certificate.emails.length === 0) problems.push('no e-mail address in subjectAltName')
  // RFC 6109 §5.5.2
  if (certificate.hasBasicConstraints) problems.push('basicConstraints is present')
  if (!certificate.keyUsage?.has('digitalSignature')) problems.push('keyUsage without digitalSignature')
  if (!certificate.critical.includes(KEY_USAGE)) problems.push('keyUsage is not critical')
  if (certificate.aki === undefined) problems.push('no authority key identifier')
  if (certificate.ski === undefined) problems.push('no subject key identifier')
  for (const extension of certificate.critical)
    if (extension !== KEY_USAGE) problems.push(`extension ${extension} is critical`)
  return problems
}
