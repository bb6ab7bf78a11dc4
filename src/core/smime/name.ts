// Distinguished names (X.501): read for people, compared as bytes.
import { equalBytes, toLatin1, toUtf8 } from '../lib/bytes.ts'
import type { Der } from './der.ts'
import { bodyOf, childrenOf, DerError, expectTag, oidOf, TAG, wholeOf } from './der.ts'

export type DistinguishedName = {
  /** The whole Name, DER. */
  readonly der: Uint8Array
  readonly commonName?: string | undefined
  readonly organization?: string | undefined
  readonly organizationalUnit?: string | undefined
  readonly organizationIdentifier?: string | undefined
  readonly country?: string | undefined
  /** emailAddress attributes (PKCS #9), lower-cased: where addresses stood before subjectAltName. */
  readonly emails: readonly string[]
  /** For people: `C=IT, O=…, CN=…`, in the order of the certificate. */
  readonly text: string
  /** Each RelativeDistinguishedName for comparing: types and values without regard to case, spaces or string type. */
  readonly parts: readonly string[]
}

const EMAIL = '1.2.840.113549.1.9.1'
const LABELS: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.5': 'serialNumber',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '2.5.4.97': 'organizationIdentifier',
  [EMAIL]: 'emailAddress',
}

/** Text of a DirectoryString or IA5String; other types as Latin-1. */
export const directoryText = (node: Der): string => {
  const bytes = bodyOf(node)
  if (node.tag === TAG.utf8String) return toUtf8(bytes)
  if (node.tag !== 0x1e) return toLatin1(bytes)
  let text = ''
  for (let at = 0; at + 1 < bytes.length; at += 2) text += String.fromCharCode(bytes[at]! * 256 + bytes[at + 1]!)
  return text
}

/** RFC 5280 §7.1, for what certificates of providers hold: case and runs of spaces do not tell names apart. */
const comparable = (text: string): string => text.trim().replace(/ {2,}/g, ' ').toLowerCase()

/** Reads a Name. Throws DerError. RFC 5280 §4.1.2.4 */
export const readName = (node: Der | undefined): DistinguishedName => {
  const found: Record<string, string> = {}
  const emails: string[] = []
  const text: string[] = []
  const parts: string[] = []
  for (const set of childrenOf(expectTag(node, TAG.sequence), 64)) {
    const pairs: string[] = []
    for (const pair of childrenOf(expectTag(set, TAG.set), 16)) {
      const [type, value] = childrenOf(expectTag(pair, TAG.sequence), 2)
      if (value === undefined) throw new DerError('an attribute without value')
      const dotted = oidOf(type)
      const written = directoryText(value)
      found[dotted] ??= written
      if (dotted === EMAIL) emails.push(written.toLowerCase())
      text.push(`${LABELS[dotted] ?? dotted}=${written}`)
      pairs.push(`${dotted}=${comparable(written)}`)
    }
    parts.push(pairs.length === 1 ? pairs[0]! : pairs.sort().join('+'))
  }
  return {
    der: wholeOf(node!),
    commonName: found['2.5.4.3'],
    organization: found['2.5.4.10'],
    organizationalUnit: found['2.5.4.11'],
    organizationIdentifier: found['2.5.4.97'],
    country: found['2.5.4.6'],
    emails,
    text: text.join(', '),
    parts,
  }
}

/** Whether two names are the same bytes. */
export const sameName = (a: DistinguishedName, b: DistinguishedName): boolean => equalBytes(a.der, b.der)
