// Name constraints (RFC 5280 §4.2.1.10): which names a CA may certify. AgID's CA lists every provider's mail domain.
import type { Certificate } from './certificate.ts'
import type { NameSubtrees } from './extensions.ts'

/** Why the certificate is outside what the issuer above it may certify, or undefined. */
export const constraintProblem = (certificate: Certificate, issuer: Certificate): string | undefined => {
  const { permitted, excluded } = issuer
  if (permitted === undefined && excluded === undefined) return undefined
  // addresses in the subject count only where subjectAltName has none
  const emails = certificate.emails.length > 0 ? certificate.emails : certificate.subject.emails
  const subject = certificate.subject.parts
  if (permitted !== undefined) {
    const outside =
      emails.find((email) => permitted.emails.length > 0 && !permitted.emails.some((one) => coversEmail(one, email))) ??
      certificate.dnsNames.find(
        (name) => permitted.dnsNames.length > 0 && !permitted.dnsNames.some((one) => coversDns(one, name)),
      )
    if (outside !== undefined) return `${outside} is not among the names that its issuer may certify`
    if (subject.length > 0 && permitted.names.length > 0 && !permitted.names.some((one) => coversName(one, subject)))
      return `${certificate.subject.text} is not among the names that its issuer may certify`
  }
  if (excluded !== undefined) {
    const inside =
      emails.find((email) => excluded.emails.some((one) => coversEmail(one, email))) ??
      certificate.dnsNames.find((name) => excluded.dnsNames.some((one) => coversDns(one, name)))
    if (inside !== undefined) return `${inside} is excluded by its issuer`
    if (excluded.names.some((one) => coversName(one, subject)))
      return `${certificate.subject.text} is excluded by its issuer`
  }
  return unread(certificate, permitted) ?? unread(certificate, excluded)
}

/** Names of a type that is constrained but not read here: they cannot be judged. */
const unread = (certificate: Certificate, subtrees: NameSubtrees | undefined): string | undefined =>
  subtrees?.others.some((type) => certificate.otherNames.includes(type))
    ? 'a name of a constrained type that is not understood'
    : undefined

const coversEmail = (base: string, email: string): boolean => {
  if (base.includes('@')) return base === email
  const host = email.slice(email.lastIndexOf('@') + 1)
  return base.startsWith('.') ? host.endsWith(base) : host === base
}

const coversDns = (base: string, name: string): boolean =>
  base === '' || name === base || name.endsWith(base.startsWith('.') ? base : `.${base}`)

const coversName = (base: readonly string[], subject: readonly string[]): boolean =>
  base.length <= subject.length && base.every((part, i) => part === subject[i])
