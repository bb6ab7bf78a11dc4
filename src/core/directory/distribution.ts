// Distribution of the directory (RFC 6109 §4.5): signed files, and the merging of what providers publish of themselves.
import type { Instant } from '../lib/instant.ts'
import type { Certificate } from '../smime/certificate.ts'
import { sha1Fingerprint } from '../smime/certificate.ts'
import { readSignedData } from '../smime/cms.ts'
import type { Problem } from '../smime/der.ts'
import { hash } from '../smime/hash.ts'
import type { Trust, VerificationPlan } from '../smime/verify.ts'
import { planVerification } from '../smime/verify.ts'
import { profileProblems } from './profile.ts'
import type { ProviderDirectory, ProviderRecord } from './records.ts'
import { providerKey } from './records.ts'

/** A signed LDIF that is opened; to be believed only if `judge(plan, answers)` is valid. */
export type OpenedLdif = {
  readonly kind: 'opened'
  readonly ldif: Uint8Array
  readonly plan: VerificationPlan
  /** The certificate that the signer names, where it is at hand. */
  readonly signer: Certificate | undefined
}

const MAX_P7M_BYTES = 64 * 1024 * 1024

/** Opens a `.p7m` with one signer and the LDIF inside, and plans its verification. */
export const openLdif = (
  p7m: Uint8Array,
  options: { readonly trust: Trust; readonly at: Instant; readonly requireCrl: boolean },
): OpenedLdif | Problem => {
  const signed = readSignedData(p7m, { maxBytes: MAX_P7M_BYTES, maxCertificates: 50, maxSigners: 4 })
  if (signed.kind === 'problem') return signed
  if (signed.content === undefined) return { kind: 'problem', detail: 'the signed file is not inside' }
  if (signed.signers.length !== 1) return { kind: 'problem', detail: `${signed.signers.length} signers instead of one` }
  const contentDigest = hash(signed.signers[0]!.digest ?? 'sha256', signed.content)
  const plan = planVerification({ ...options, signed, contentDigest })
  return { kind: 'opened', ldif: signed.content, plan, signer: plan.signer }
}

/** What a provider has published of itself, its signature verified. */
export type PublishedPart = {
  /** Name of the provider from whose URL the part comes. */
  readonly provider: string
  readonly signer: Certificate
  readonly directory: ProviderDirectory
}

/** A provider admitted by the authority, and the certificates it was admitted with (SHA-1, hexadecimal). */
export type AdmittedProvider = { readonly name: string; readonly certificateHashes: readonly string[] }

export type Merge = {
  /** In the order of the admitted providers. */
  readonly records: readonly ProviderRecord[]
  /** Parts that were not taken: what was known before of those providers stands. */
  readonly refusals: readonly { readonly provider: string; readonly reason: string }[]
}

type Claim = { readonly key: string; readonly part: PublishedPart | undefined; readonly records: ProviderRecord[] }

/**
 * The authority's merging: a provider can publish only itself, signing with a certificate that is already known as its
 * own (so that a new one enters under the old one's signature, RFC 6109 §4.5), and cannot take what is another's. A
 * domain that its holder no longer publishes is free for another in the same merge.
 */
export const mergeDirectory = (input: {
  readonly admitted: readonly AdmittedProvider[]
  /** The last directory published. */
  readonly previous: readonly ProviderRecord[]
  readonly parts: readonly PublishedPart[]
}): Merge => {
  const refusals: { provider: string; reason: string }[] = []
  const before = (key: string) => input.previous.filter((record) => providerKey(record.name) === key)
  const refuse = (part: PublishedPart, reason: string): undefined => {
    refusals.push({ provider: part.provider, reason })
  }
  const admitted = new Set(input.admitted.map((provider) => providerKey(provider.name)))
  for (const part of input.parts)
    if (!admitted.has(providerKey(part.provider))) refuse(part, 'the provider is not admitted')
  let claims = input.admitted.map((provider): Claim => {
    const key = providerKey(provider.name)
    const known = before(key)
    const part = input.parts.find((one) => providerKey(one.provider) === key)
    const reason = part === undefined ? undefined : partProblem(part, provider, known)
    if (part === undefined) return { key, part, records: known }
    if (reason === undefined) return { key, part, records: [...part.directory.records] }
    return { key, part: refuse(part, reason), records: known }
  })
  // each round drops a part, or what stood against itself before: so the rounds end
  for (let conflict = findConflict(claims, before); conflict; conflict = findConflict(claims, before)) {
    const { loser, reason } = conflict
    refusals.push({ provider: loser.part?.provider ?? loser.key, reason })
    const records = loser.part === undefined ? [] : before(loser.key)
    claims = claims.map((claim) => (claim === loser ? { key: claim.key, part: undefined, records } : claim))
  }
  return { records: claims.flatMap((claim) => claim.records), refusals }
}

const partProblem = (
  part: PublishedPart,
  admitted: AdmittedProvider,
  known: readonly ProviderRecord[],
): string | undefined => {
  const key = providerKey(admitted.name)
  const { records } = part.directory
  const stranger = records.find((record) => providerKey(record.name) !== key)
  if (stranger !== undefined) return `it publishes a record of ${stranger.name}`
  if (!records.some((record) => record.unit === undefined)) return 'it lacks the main environment'
  const recorded = known.flatMap((record) => record.certificateHashes)
  const own = recorded.length > 0 ? recorded : admitted.certificateHashes.map((sha1) => sha1.toUpperCase())
  if (!own.includes(sha1Fingerprint(part.signer.der))) return 'it is signed with a certificate not known as its own'
  for (const certificate of records.flatMap((record) => record.certificates)) {
    const wrong = profileProblems(certificate, admitted.name)[0]
    if (wrong !== undefined) return `certificate ${sha1Fingerprint(certificate.der)}: ${wrong}`
  }
  return undefined
}

/** Domains and certificates of a claim: what cannot be of two providers. */
const goods = (records: readonly ProviderRecord[]): readonly string[] =>
  records.flatMap((record) => [
    ...record.managedDomains.map((domain) => `domain ${domain}`),
    ...record.certificateHashes.map((sha1) => `certificate ${sha1}`),
  ])

/** Two claims to the same thing; whoever had it before keeps it, or else the first admitted. */
const findConflict = (
  claims: readonly Claim[],
  before: (key: string) => readonly ProviderRecord[],
): { loser: Claim; reason: string } | undefined => {
  const holders = new Map<string, Claim>()
  for (const claim of claims) {
    const had = claim.part === undefined ? undefined : new Set(goods(before(claim.key)))
    for (const good of goods(claim.records)) {
      const other = holders.get(good)
      if (other === undefined || other === claim) holders.set(good, claim)
      else {
        const keeps = other.part !== undefined && (had === undefined || had.has(good))
        const loser = keeps ? other : claim
        return { loser, reason: `${good} is of ${(keeps ? claim : other).records[0]?.name ?? 'another'}` }
      }
    }
  }
  return undefined
}
