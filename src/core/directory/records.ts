// The records of the providers' directory (RFC 6109 §4.5), with lookups by domain and by certificate.
import type { Certificate } from '../smime/certificate.ts'
import { sha1Fingerprint } from '../smime/certificate.ts'

/** One environment of one provider. */
export type ProviderRecord = {
  readonly name: string
  /** Name of a secondary environment; undefined for the main one (RFC 6109 §4.5.7). */
  readonly unit?: string | undefined
  readonly certificates: readonly Certificate[]
  /** SHA-1 of each certificate, upper-case hexadecimal, in the same order. */
  readonly certificateHashes: readonly string[]
  /** mailReceipt: where takes-in-charge and virus detections go. */
  readonly serviceMailbox: string
  /** Lower case. */
  readonly managedDomains: readonly string[]
  /** Where the provider publishes its own part; never in a secondary environment. */
  readonly ldifUrl?: string | undefined
  readonly description?: string | undefined
}

export type ProviderDirectory = {
  readonly kind: 'directory'
  /** Where the whole directory is published, if it says. */
  readonly url: string | undefined
  readonly records: readonly ProviderRecord[]
  /** The record that manages a domain; case does not matter. */
  readonly providerOfDomain: (domain: string) => ProviderRecord | undefined
  /** The record of a certificate, by its SHA-1 in hexadecimal; case does not matter. */
  readonly providerOfCertificate: (sha1: string) => ProviderRecord | undefined
  /** Whether a domain is in managedDomains: its mailboxes are certified ones. */
  readonly isCertified: (domain: string) => boolean
  /** Whether a domain is managed, or a provider's own (of its service address or service mailbox). */
  readonly isOfProvider: (domain: string) => boolean
}

/** Why a directory cannot be accepted, a line each. */
export type DirectoryProblems = { readonly kind: 'problems'; readonly problems: readonly string[] }

/** How a record is called in messages for people. */
export const recordTitle = (record: ProviderRecord): string =>
  record.unit === undefined ? record.name : `${record.name} / ${record.unit}`

/** Names of providers are compared without regard to case and runs of spaces (caseIgnoreMatch). */
export const providerKey = (name: string): string => name.trim().replace(/\s+/g, ' ').toLowerCase()

const domainPart = (address: string): string => address.slice(address.lastIndexOf('@') + 1).toLowerCase()

/** Domains from which the provider itself writes and on which it receives. */
export const serviceDomains = (record: ProviderRecord): readonly string[] =>
  [record.serviceMailbox, ...record.certificates.flatMap((certificate) => certificate.emails)].map(domainPart)

/** Builds the indexes once, or says which records contradict each other. */
export const makeDirectory = (
  records: readonly ProviderRecord[],
  options: { readonly url?: string | undefined } = {},
): ProviderDirectory | DirectoryProblems => {
  const problems: string[] = []
  // main environments first: they answer for what a provider's own records share
  const ordered = [...records].sort((a, b) => Number(a.unit !== undefined) - Number(b.unit !== undefined))
  const byDomain = new Map<string, ProviderRecord>()
  const byCertificate = new Map<string, ProviderRecord>()
  const own = new Set<string>()
  const titles = new Set<string>()
  const claim = (index: Map<string, ProviderRecord>, key: string, record: ProviderRecord, what: string): void => {
    const other = index.get(key)
    if (other === undefined) index.set(key, record)
    else if (providerKey(other.name) !== providerKey(record.name))
      problems.push(`${what} ${key} is claimed by ${recordTitle(other)} and by ${recordTitle(record)}`)
  }
  for (const record of ordered) {
    const title = `${providerKey(record.name)}\n${providerKey(record.unit ?? '')}`
    if (titles.has(title)) problems.push(`${recordTitle(record)}: recorded twice`)
    titles.add(title)
    if (record.unit !== undefined && !titles.has(`${providerKey(record.name)}\n`))
      problems.push(`${recordTitle(record)}: a secondary environment without the main one`)
    problems.push(...recordProblems(record))
    for (const domain of record.managedDomains) claim(byDomain, domain, record, 'domain')
    for (const sha1 of record.certificateHashes) claim(byCertificate, sha1, record, 'certificate')
    for (const domain of serviceDomains(record)) own.add(domain)
  }
  if (problems.length > 0) return { kind: 'problems', problems }
  return {
    kind: 'directory',
    url: options.url,
    records,
    providerOfDomain: (domain) => byDomain.get(domain) ?? byDomain.get(domain.toLowerCase()),
    providerOfCertificate: (sha1) => byCertificate.get(sha1) ?? byCertificate.get(sha1.toUpperCase()),
    isCertified: (domain) => byDomain.has(domain) || byDomain.has(domain.toLowerCase()),
    isOfProvider: (domain) => byDomain.has(domain.toLowerCase()) || own.has(domain.toLowerCase()),
  }
}

// RFC 6109 §4.5.5: dot-atom; host names of RFC 1034, an underscore being tolerated
const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/
const ATOM = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+$/

/** Whether a text is a domain in dot-atom form, lower case. */
export const isDomain = (text: string): boolean =>
  text.length <= 253 && text.includes('.') && text.split('.').every((label) => LABEL.test(label))

/** Whether a text is an address in dot-atom form on both sides. RFC 6109 §4.5.4 */
export const isServiceAddress = (text: string): boolean => {
  const at = text.lastIndexOf('@')
  const local = text.slice(0, at)
  return at > 0 && at <= 64 && local.split('.').every((atom) => ATOM.test(atom)) && isDomain(domainPart(text))
}

/** What is wrong with one record by itself. RFC 6109 §4.5.1, §4.5.2, §4.5.3, §4.5.4, §4.5.5, §4.5.6, §4.5.9 */
const recordProblems = (record: ProviderRecord): string[] => {
  const title = recordTitle(record)
  const problems: string[] = []
  if (record.name.trim() === '') problems.push('a provider without name')
  if (!isServiceAddress(record.serviceMailbox)) problems.push(`${title}: mailReceipt is not an address`)
  if (record.managedDomains.length === 0) problems.push(`${title}: no managed domain`)
  for (const domain of record.managedDomains)
    if (!isDomain(domain)) problems.push(`${title}: ${domain.slice(0, 80)} is not a domain`)
  if (record.certificates.length === 0) problems.push(`${title}: no certificate`)
  if (record.unit !== undefined && record.ldifUrl !== undefined)
    problems.push(`${title}: LDIFLocationURL in a secondary environment`)
  const actual = record.certificates.map((certificate) => sha1Fingerprint(certificate.der))
  for (const sha1 of actual)
    if (!record.certificateHashes.includes(sha1)) problems.push(`${title}: certificate ${sha1} has no hash`)
  for (const sha1 of record.certificateHashes)
    if (!actual.includes(sha1)) problems.push(`${title}: hash ${sha1} is of no certificate`)
  return problems
}
