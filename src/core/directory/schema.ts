// The directory as LDIF (RFC 6109 §4.5, §4.5.10): records of the schema ↔ provider records.
import { fromUtf8 } from '../lib/bytes.ts'
import type { Certificate } from '../smime/certificate.ts'
import { parseCertificate } from '../smime/certificate.ts'
import type { LdifLimits, LdifRecord, LdifValue } from './ldif.ts'
import { LDIF_LIMITS, parseLdif, printLdif, valueText } from './ldif.ts'
import type { DirectoryProblems, ProviderDirectory, ProviderRecord } from './records.ts'
import { makeDirectory, providerKey } from './records.ts'

const MAX_DOMAINS = 500_000
const MAX_CERTIFICATES = 50
const MAX_PROBLEMS = 100

/** Reads the directory, or one provider's part of it. All that is wrong is told, up to 100 lines. */
export const parseDirectory = (
  ldif: Uint8Array,
  limits: LdifLimits = LDIF_LIMITS,
): ProviderDirectory | DirectoryProblems => {
  const parsed = parseLdif(ldif, limits)
  if ('kind' in parsed) return { kind: 'problems', problems: [parsed.detail] }
  const problems: string[] = []
  const records: ProviderRecord[] = []
  let url: string | undefined
  for (const record of parsed) {
    const read = readRecord(record)
    if (read.kind === 'base') url = read.url
    else if (read.kind === 'provider') records.push(read.record)
    else problems.push(...read.problems)
  }
  if (problems.length > 0) return { kind: 'problems', problems: problems.slice(0, MAX_PROBLEMS) }
  const directory = makeDirectory(records, { url })
  if (directory.kind === 'directory') return directory
  return { kind: 'problems', problems: directory.problems.slice(0, MAX_PROBLEMS) }
}

type ReadRecord =
  | { readonly kind: 'base'; readonly url: string | undefined }
  | { readonly kind: 'provider'; readonly record: ProviderRecord }
  | DirectoryProblems

const readRecord = (ldif: LdifRecord): ReadRecord => {
  const names = parseDn(ldif.dn)
  const last = names?.at(-1)
  if (names === undefined || last === undefined || last[0] !== 'o' || providerKey(last[1]) !== 'postacert')
    return { kind: 'problems', problems: [`${ldif.dn.slice(0, 200)}: not under o=postacert`] }
  if (names.length === 1) return { kind: 'base', url: one(ldif, 'ldiflocationurl') }
  return readProvider(ldif, names.slice(0, -1))
}

const all = (ldif: LdifRecord, name: string): readonly string[] =>
  ldif.attributes.filter((attribute) => attribute.name === name).map((attribute) => valueText(attribute).trim())

const one = (ldif: LdifRecord, name: string): string | undefined => all(ldif, name)[0]

const SINGLE = ['providername', 'mailreceipt', 'ldiflocationurl', 'providerunit']

const readProvider = (ldif: LdifRecord, names: readonly (readonly [string, string])[]): ReadRecord => {
  const problems: string[] = []
  const wrong = (detail: string): void => {
    problems.push(`${ldif.dn.slice(0, 200)}: ${detail}`)
  }
  const name = one(ldif, 'providername') ?? ''
  const unit = one(ldif, 'providerunit')
  if (!all(ldif, 'objectclass').some((value) => value.toLowerCase() === 'provider')) wrong('not of class provider')
  for (const attribute of SINGLE) if (all(ldif, attribute).length > 1) wrong(`${attribute} more than once`)
  if (!dnAgrees(names, name, unit)) wrong('the dn does not say providerName and providerUnit of the record')
  const url = one(ldif, 'ldiflocationurl')
  if (url !== undefined && !/^https?:\/\/[^\s]+$/i.test(url)) wrong('LDIFLocationURL is not a URL')
  const managed = all(ldif, 'manageddomains')
  const encoded = ldif.attributes.filter((attribute) => attribute.name === 'providercertificate')
  if (managed.length > MAX_DOMAINS) wrong('too many domains')
  if (encoded.length > MAX_CERTIFICATES) wrong('too many certificates')
  if (problems.length > 0) return { kind: 'problems', problems }
  const certificates: Certificate[] = []
  for (const { value } of encoded) {
    const certificate = parseCertificate(value)
    if (certificate.kind === 'problem') wrong(certificate.detail)
    else certificates.push(certificate)
  }
  if (problems.length > 0) return { kind: 'problems', problems }
  const record: ProviderRecord = {
    name,
    unit,
    certificates,
    // RFC 6109 §4.5.1: case does not matter
    certificateHashes: all(ldif, 'providercertificatehash').map((value) => value.toUpperCase()),
    serviceMailbox: one(ldif, 'mailreceipt') ?? '',
    managedDomains: [...new Set(managed.map((value) => value.toLowerCase()))],
    ldifUrl: url,
    description: one(ldif, 'description'),
  }
  return { kind: 'provider', record }
}

/** `providerName=…,o=postacert`, or `providerUnit=…,providerName=…,o=postacert` (also written providerUnits). */
const dnAgrees = (
  names: readonly (readonly [string, string])[],
  provider: string,
  unit: string | undefined,
): boolean => {
  const own = names.at(-1)
  if (own?.[0] !== 'providername' || providerKey(own[1]) !== providerKey(provider)) return false
  if (names.length === 1) return unit === undefined
  const [type, value] = names[0]!
  return (
    names.length === 2 &&
    (type === 'providerunit' || type === 'providerunits') &&
    unit !== undefined &&
    providerKey(value) === providerKey(unit)
  )
}

/** Distinguished name as pairs of lower-case type and value, or undefined. RFC 4514 §3 without multi-valued RDNs. */
const parseDn = (dn: string): (readonly [string, string])[] | undefined => {
  const pairs: (readonly [string, string])[] = []
  if (dn.length > 2_000) return undefined
  for (let at = 0; at < dn.length; ) {
    const equal = dn.indexOf('=', at)
    if (equal < 0) return undefined
    const type = dn.slice(at, equal).trim().toLowerCase()
    const { value, next } = dnValue(dn, equal + 1)
    pairs.push([type, value.trim()])
    at = next
  }
  return pairs
}

const dnValue = (dn: string, from: number): { value: string; next: number } => {
  let value = ''
  let at = from
  for (; at < dn.length && dn[at] !== ','; at++) {
    if (dn[at] !== '\\') {
      value += dn[at]
      continue
    }
    let octets = ''
    for (let hex = dn.slice(at + 1, at + 3); /^[0-9A-Fa-f]{2}$/.test(hex); hex = dn.slice(at + 1, at + 3)) {
      octets += `%${hex}`
      at += 3
      if (dn[at] !== '\\') break
    }
    if (octets === '') value += dn[++at] ?? ''
    else {
      value += decodeOctets(octets)
      at--
    }
  }
  return { value, next: at + 1 }
}

const decodeOctets = (octets: string): string => {
  try {
    return decodeURIComponent(octets)
  } catch {
    return '\ufffd'
  }
}

/** RFC 4514 §2.4 */
const escapeDn = (value: string): string => value.replace(/[,+"\\<>;=]|^[ #]| $/g, (character) => `\\${character}`)

/** Prints records as the directory's LDIF (UTF-8), RFC 6109 §4.5.2, §4.5.3, §4.5.6, §4.5.7, §4.5.8, §4.5.9; `url`: where the whole is published, absent in a provider's part. */
export const printDirectory = (
  records: readonly ProviderRecord[],
  options: { readonly url?: string | undefined } = {},
): Uint8Array => {
  const base =
    options.url === undefined
      ? []
      : [
          {
            dn: 'o=postacert',
            values: [
              ['objectClass', 'top'],
              ['objectClass', 'organization'],
              ['objectClass', 'LDIFLocationURLObject'],
              ['o', 'postacert'],
              ['LDIFLocationURL', options.url],
            ] satisfies LdifValue[],
          },
        ]
  return fromUtf8(printLdif([...base, ...records.map(printRecord)]))
}

const printRecord = (record: ProviderRecord): { dn: string; values: LdifValue[] } => {
  const parent = `providerName=${escapeDn(record.name)},o=postacert`
  return {
    dn: record.unit === undefined ? parent : `providerUnit=${escapeDn(record.unit)},${parent}`,
    values: [
      ['objectClass', 'top'],
      ['objectClass', 'provider'],
      ['providerName', record.name],
      ...(record.unit === undefined ? [] : ([['providerUnit', record.unit]] satisfies LdifValue[])),
      ...record.certificateHashes.map((sha1): LdifValue => ['providerCertificateHash', sha1]),
      ...record.certificates.map((certificate): LdifValue => ['providerCertificate;binary', certificate.der]),
      ['mailReceipt', record.serviceMailbox],
      ...(record.ldifUrl === undefined ? [] : ([['LDIFLocationURL', record.ldifUrl]] satisfies LdifValue[])),
      ...record.managedDomains.map((domain): LdifValue => ['managedDomains', domain]),
      ...(record.description === undefined ? [] : ([['description', record.description]] satisfies LdifValue[])),
    ],
  }
}
