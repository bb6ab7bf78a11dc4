// Certificate revocation lists (RFC 5280 §5): bytes → value, quick enough for lists of 50,000.
import { toHex } from '../lib/bytes.ts'
import type { Instant } from '../lib/instant.ts'
import type { SignatureAlgorithm } from './algorithms.ts'
import { algorithmOid, signatureAlgorithmOf } from './algorithms.ts'
import { serialHex } from './certificate.ts'
import type { Der, Problem } from './der.ts'
import {
  bitStringOf,
  bodyOf,
  booleanOf,
  childrenOf,
  DerError,
  expectTag,
  innerOf,
  octetsOf,
  oidOf,
  readDer,
  readWhole,
  TAG,
  timeOf,
  wholeOf,
} from './der.ts'
import { distributionUrls } from './extensions.ts'
import type { DistinguishedName } from './name.ts'
import { readName } from './name.ts'

export type Revocation = {
  readonly at: Instant
  /** CRLReason number (RFC 5280 §5.3.1); undefined where not given. */
  readonly reason: number | undefined
}

export type Crl = {
  readonly kind: 'crl'
  readonly der: Uint8Array
  readonly issuer: DistinguishedName
  readonly thisUpdate: Instant
  readonly nextUpdate: Instant | undefined
  /** By serial number, lower-case hexadecimal as in the bytes. */
  readonly revoked: ReadonlyMap<string, Revocation>
  readonly aki: string | undefined
  readonly scope: CrlScope
  readonly tbs: Uint8Array
  readonly signatureAlgorithm: SignatureAlgorithm | undefined
  readonly signature: Uint8Array
}

/** Which certificates the list speaks of (issuingDistributionPoint, RFC 5280 §5.2.5). */
export type CrlScope = {
  readonly users: boolean
  readonly authorities: boolean
  /** Only certificates that name one of these distribution points; undefined: all. */
  readonly urls: readonly string[] | undefined
  /** False for delta, indirect and partial-reason lists, and where a critical extension is not understood. */
  readonly usable: boolean
}

const MAX_CRL_BYTES = 64 * 1024 * 1024
const MAX_REVOKED = 1_000_000

/** Reads one DER CRL, or says why it cannot be read. */
export const parseCrl = (der: Uint8Array): Crl | Problem => {
  try {
    if (der.length > MAX_CRL_BYTES) throw new DerError('longer than 64 MiB')
    return readCrl(der)
  } catch (error) {
    if (error instanceof DerError) return { kind: 'problem', detail: `CRL: ${error.message}` }
    throw error
  }
}

const readCrl = (der: Uint8Array): Crl => {
  const [tbs, algorithm, signature] = childrenOf(readWhole(der, TAG.sequence), 3)
  const fields = childrenOf(expectTag(tbs, TAG.sequence), 7)
  if (fields[0]?.tag === TAG.integer) fields.shift()
  const inner = fields.shift()
  if (algorithmOid(inner) !== algorithmOid(algorithm)) throw new DerError('two signature algorithms')
  const issuer = readName(fields.shift())
  const thisUpdate = timeOf(fields.shift())
  const next = fields[0]?.tag === TAG.utcTime || fields[0]?.tag === TAG.generalizedTime ? fields.shift() : undefined
  const list = fields[0]?.tag === TAG.sequence ? fields.shift() : undefined
  const extensions = fields.shift()
  if (fields.length > 0) throw new DerError('an unknown field')
  const { aki, scope, entries } = readCrlExtensions(extensions, list)
  return {
    kind: 'crl',
    der,
    issuer,
    thisUpdate,
    nextUpdate: next === undefined ? undefined : timeOf(next),
    revoked: entries.revoked,
    aki,
    scope,
    tbs: wholeOf(tbs!),
    signatureAlgorithm: signatureAlgorithmOf(algorithm),
    signature: bitStringOf(signature),
  }
}

type Entries = { readonly revoked: ReadonlyMap<string, Revocation>; readonly understood: boolean }

const readEntries = (list: Der | undefined): Entries => {
  const revoked = new Map<string, Revocation>()
  let understood = true
  if (list === undefined) return { revoked, understood }
  const { bytes, end } = list
  for (let at = list.body; at < end; ) {
    if (revoked.size === MAX_REVOKED) throw new DerError('too many revoked certificates')
    const entry = expectTag(readDer(bytes, at, end), TAG.sequence)
    const serial = readDer(bytes, entry.body, entry.end)
    const when = readDer(bytes, serial.end, entry.end)
    let reason: number | undefined
    if (when.end < entry.end) {
      const extra = readEntryExtensions(readDer(bytes, when.end, entry.end))
      reason = extra.reason
      understood &&= extra.understood
    }
    revoked.set(serialHex(serial), { at: timeOf(when), reason })
    at = entry.end
  }
  return { revoked, understood }
}

/** A reason alone, as nearly every entry has it: the bytes before the value. Lists are long, and this spares most work. */
const REASON_ONLY = Uint8Array.of(0x30, 0x0c, 0x30, 0x0a, 0x06, 0x03, 0x55, 0x1d, 0x15, 0x04, 0x03, 0x0a, 0x01)

const readEntryExtensions = (node: Der): { reason: number | undefined; understood: boolean } => {
  if (node.end - node.start === 14 && REASON_ONLY.every((octet, i) => node.bytes[node.start + i] === octet))
    return { reason: node.bytes[node.end - 1], understood: true }
  let reason: number | undefined
  let understood = true
  for (const { name, critical, value } of crlExtensions(node)) {
    if (name === '2.5.29.21') reason = bodyOf(expectTag(value, TAG.enumerated))[0]
    else if (critical) understood = false
  }
  return { reason, understood }
}

const crlExtensions = (node: Der): { name: string; critical: boolean; value: Der }[] =>
  childrenOf(expectTag(node, TAG.sequence), 20).map((extension) => {
    const fields = childrenOf(expectTag(extension, TAG.sequence), 3)
    const value = octetsOf(fields.at(-1))
    return {
      name: oidOf(fields[0]),
      critical: fields[1]?.tag === TAG.boolean && booleanOf(fields[1]),
      value: readDer(value, 0, value.length),
    }
  })

const EVERYTHING: CrlScope = { users: true, authorities: true, urls: undefined, usable: true }

const readCrlExtensions = (node: Der | undefined, list: Der | undefined) => {
  const entries = readEntries(list)
  let aki: string | undefined
  let scope: CrlScope = { ...EVERYTHING, usable: entries.understood }
  for (const { name, critical, value } of node === undefined ? [] : crlExtensions(innerOf(expectTag(node, 0xa0)))) {
    if (name === '2.5.29.35') {
      const key = childrenOf(expectTag(value, TAG.sequence), 3).find((field) => field.tag === 0x80)
      aki = key === undefined ? undefined : toHex(bodyOf(key))
    } else if (name === '2.5.29.28') {
      scope = readScope(value, scope)
    } else if (critical) {
      // the delta indicator (2.5.29.27) is critical and lands here too
      scope = { ...scope, usable: false }
    }
  }
  return { aki, scope, entries }
}

const readScope = (value: Der, before: CrlScope): CrlScope => {
  let scope = before
  for (const field of childrenOf(expectTag(value, TAG.sequence), 6)) {
    if (field.tag === 0xa0) scope = { ...scope, urls: distributionUrls(field) }
    else if (field.tag === 0x81) scope = { ...scope, authorities: !booleanOf(field) && scope.authorities }
    else if (field.tag === 0x82) scope = { ...scope, users: !booleanOf(field) && scope.users }
    else if (field.tag === 0x83 || booleanOf(field)) scope = { ...scope, usable: false }
  }
  return scope
}
