// The extensions of a certificate that are understood (RFC 5280 §4.2).
import { toHex, toLatin1 } from '../lib/bytes.ts'
import type { Der } from './der.ts'
import {
  bodyOf,
  booleanOf,
  childrenOf,
  DerError,
  expectTag,
  innerOf,
  octetsOf,
  oidOf,
  readDer,
  smallIntegerOf,
  TAG,
} from './der.ts'
import { readName } from './name.ts'

export type KeyUse =
  | 'digitalSignature'
  | 'nonRepudiation'
  | 'keyEncipherment'
  | 'dataEncipherment'
  | 'keyAgreement'
  | 'keyCertSign'
  | 'crlSign'

/** A set of names that a CA may, or may not, certify below itself (RFC 5280 §4.2.1.10). */
export type NameSubtrees = {
  /** rfc822Name: a mailbox, a host, or `.domain`; lower-cased. */
  readonly emails: readonly string[]
  readonly dnsNames: readonly string[]
  /** directoryName: the leading RDNs, comparable. */
  readonly names: readonly (readonly string[])[]
  /** Context tags of the other types that are constrained. */
  readonly others: readonly number[]
}

export type Extensions = {
  /** rfc822Name of subjectAltName, lower-cased. */
  readonly emails: readonly string[]
  /** dNSName of subjectAltName, lower-cased. */
  readonly dnsNames: readonly string[]
  /** Context tags of the other types of name in subjectAltName. */
  readonly otherNames: readonly number[]
  /** Undefined where the extension is absent: nothing is forbidden then. */
  readonly keyUsage: ReadonlySet<KeyUse> | undefined
  /** Dotted purposes; undefined where the extension is absent. */
  readonly extendedKeyUsage: readonly string[] | undefined
  readonly isCa: boolean
  readonly hasBasicConstraints: boolean
  readonly pathLength: number | undefined
  /** Subject and authority key identifiers, lower-case hexadecimal. */
  readonly ski: string | undefined
  readonly aki: string | undefined
  readonly crlUrls: readonly string[]
  readonly permitted: NameSubtrees | undefined
  readonly excluded: NameSubtrees | undefined
  /** Dotted identifiers of critical extensions that are not understood: the certificate must be refused. */
  readonly unknownCritical: readonly string[]
  /** Dotted identifiers of all critical extensions. */
  readonly critical: readonly string[]
}

export const NO_EXTENSIONS: Extensions = {
  emails: [],
  dnsNames: [],
  otherNames: [],
  keyUsage: undefined,
  extendedKeyUsage: undefined,
  isCa: false,
  hasBasicConstraints: false,
  pathLength: undefined,
  ski: undefined,
  aki: undefined,
  crlUrls: [],
  permitted: undefined,
  excluded: undefined,
  unknownCritical: [],
  critical: [],
}

type Draft = { -readonly [key in keyof Extensions]: Extensions[key] }

const KEY_USES: readonly KeyUse[] = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'crlSign',
]

const READERS: Readonly<Record<string, (value: Der, out: Draft) => void>> = {
  '2.5.29.14': (value, out) => {
    out.ski = toHex(octetsOf(value))
  },
  '2.5.29.15': (value, out) => {
    const bits = bodyOf(expectTag(value, TAG.bitString))[1] ?? 0
    out.keyUsage = new Set(KEY_USES.filter((_, i) => (bits & (0x80 >> i)) !== 0))
  },
  '2.5.29.17': (value, out) => {
    const names = childrenOf(expectTag(value, TAG.sequence), 200)
    out.emails = names.filter((name) => name.tag === 0x81).map(lowerText)
    out.dnsNames = names.filter((name) => name.tag === 0x82).map(lowerText)
    out.otherNames = names.filter((name) => name.tag !== 0x81 && name.tag !== 0x82).map((name) => name.tag & 0x1f)
  },
  '2.5.29.19': (value, out) => {
    const fields = childrenOf(expectTag(value, TAG.sequence), 2)
    out.hasBasicConstraints = true
    if (fields[0]?.tag === TAG.boolean) out.isCa = booleanOf(fields.shift()!)
    if (fields[0] !== undefined) out.pathLength = smallIntegerOf(fields[0])
  },
  '2.5.29.30': (value, out) => {
    for (const field of childrenOf(expectTag(value, TAG.sequence), 2)) {
      if (field.tag === 0xa0) out.permitted = readSubtrees(field)
      else if (field.tag === 0xa1) out.excluded = readSubtrees(field)
    }
  },
  '2.5.29.31': (value, out) => {
    out.crlUrls = childrenOf(expectTag(value, TAG.sequence), 50).flatMap((point) => {
      const name = childrenOf(expectTag(point, TAG.sequence), 3).find((field) => field.tag === 0xa0)
      return name === undefined ? [] : distributionUrls(name)
    })
  },
  '2.5.29.32': () => {}, // certificate policies: nothing here depends on them
  '2.5.29.35': (value, out) => {
    const key = childrenOf(expectTag(value, TAG.sequence), 3).find((field) => field.tag === 0x80)
    if (key !== undefined) out.aki = toHex(bodyOf(key))
  },
  '2.5.29.37': (value, out) => {
    out.extendedKeyUsage = childrenOf(expectTag(value, TAG.sequence), 50).map(oidOf)
  },
}

const lowerText = (node: Der): string => toLatin1(bodyOf(node)).toLowerCase()

/** URLs of a DistributionPointName in its explicit tag. Throws DerError. */
export const distributionUrls = (point: Der): readonly string[] => {
  const full = innerOf(point)
  if (full.tag !== 0xa0) return []
  return childrenOf(full, 50)
    .filter((name) => name.tag === 0x86)
    .map((name) => toLatin1(bodyOf(name)))
}

const readSubtrees = (node: Der): NameSubtrees => {
  const emails: string[] = []
  const dnsNames: string[] = []
  const names: (readonly string[])[] = []
  const others: number[] = []
  for (const subtree of childrenOf(node, 20_000)) {
    const base = childrenOf(expectTag(subtree, TAG.sequence), 3)[0]
    if (base === undefined) throw new DerError('a name constraint without base')
    if (base.tag === 0x81) emails.push(lowerText(base))
    else if (base.tag === 0x82) dnsNames.push(lowerText(base))
    else if (base.tag === 0xa4) names.push(readName(innerOf(base)).parts)
    else others.push(base.tag & 0x1f)
  }
  return { emails, dnsNames, names, others }
}

/** Reads the extensions in their explicit tag [3]. Throws DerError. */
export const readExtensions = (node: Der): Extensions => {
  const out: Draft = { ...NO_EXTENSIONS }
  const seen = new Set<string>()
  const unknownCritical: string[] = []
  const critical: string[] = []
  for (const extension of childrenOf(expectTag(innerOf(node), TAG.sequence), 60)) {
    const fields = childrenOf(expectTag(extension, TAG.sequence), 3)
    const name = oidOf(fields[0])
    // RFC 5280 §4.2: no extension twice
    if (seen.has(name)) throw new DerError(`extension ${name} twice`)
    seen.add(name)
    const isCritical = fields[1]?.tag === TAG.boolean && booleanOf(fields[1])
    if (isCritical) critical.push(name)
    const read = READERS[name]
    if (read === undefined) {
      if (isCritical) unknownCritical.push(name)
      continue
    }
    const value = octetsOf(fields.at(-1))
    const inner = readDer(value, 0, value.length)
    if (inner.end !== value.length) throw new DerError(`bytes after extension ${name}`)
    read(inner, out)
  }
  return { ...out, unknownCritical, critical }
}
