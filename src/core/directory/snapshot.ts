// A snapshot of the providers' directory for whoever verifies without being a provider: names and certificates as they are,
// domains only as short digests. Whether a domain is a provider's can be asked of it; the list of domains, which RFC 6109
// §5.6 keeps among providers, cannot be read from it.
import { fromBase64, fromUtf8, toBase64, toHex } from '../lib/bytes.ts'
import type { Instant } from '../lib/instant.ts'
import { parseCertificate, sha1Fingerprint } from '../smime/certificate.ts'
import { hash } from '../smime/hash.ts'
import type { ProviderDirectory, ProviderRecord } from './records.ts'

export type DirectorySnapshot = {
  /** When the directory was last found to be what is published. */
  readonly at?: Instant | undefined
  readonly providers: readonly {
    readonly name: string
    /** DER in base64. */
    readonly certificates: readonly string[]
    /** Digests of the managed domains one after the other, sorted, in base64. */
    readonly domains: string
  }[]
}

/** Bytes of each digest: among 200,000 domains a wrong yes is one in a billion. */
const DIGEST_BYTES = 6

const digestOf = (domain: string): string =>
  toHex(hash('sha256', fromUtf8(domain.toLowerCase())).subarray(0, DIGEST_BYTES))

const fromHex = (hex: string): readonly number[] => hex.match(/../g)?.map((pair) => Number.parseInt(pair, 16)) ?? []

/** Makes a snapshot of records. */
export const snapshotOf = (records: readonly ProviderRecord[], at: Instant | undefined): DirectorySnapshot => ({
  at,
  providers: records.map((record) => ({
    name: record.name,
    certificates: record.certificates.map((one) => toBase64(one.der)),
    domains: toBase64(Uint8Array.from(record.managedDomains.map(digestOf).sort().flatMap(fromHex))),
  })),
})

/** Domains of which it can only be asked whether they are among them. */
class AskedDomains extends Array<string> {
  readonly #digests: ReadonlySet<string>
  constructor(digests: ReadonlySet<string>) {
    super()
    this.#digests = digests
  }
  /** What is made of it is an ordinary list. */
  static override get [Symbol.species](): ArrayConstructor {
    return Array
  }
  override includes(domain: string): boolean {
    return this.#digests.has(digestOf(domain))
  }
}

const digestsOf = (domains: Uint8Array): ReadonlySet<string> => {
  const digests = new Set<string>()
  for (let at = 0; at + DIGEST_BYTES <= domains.length; at += DIGEST_BYTES)
    digests.add(toHex(domains.subarray(at, at + DIGEST_BYTES)))
  return digests
}

/** The directory of a snapshot: for verification alone, its lists of domains are empty to whoever reads them. */
export const directoryOfSnapshot = (snapshot: DirectorySnapshot): ProviderDirectory => {
  const records = snapshot.providers.map((provider): ProviderRecord => {
    const certificates = provider.certificates.flatMap((one) => {
      const certificate = parseCertificate(fromBase64(one))
      return certificate.kind === 'certificate' ? [certificate] : []
    })
    return {
      name: provider.name,
      certificates,
      certificateHashes: certificates.map((one) => sha1Fingerprint(one.der)),
      serviceMailbox: '',
      managedDomains: new AskedDomains(digestsOf(fromBase64(provider.domains))),
    }
  })
  const ofDomain = (domain: string) => records.find((record) => record.managedDomains.includes(domain))
  return {
    kind: 'directory',
    url: undefined,
    records,
    providerOfDomain: ofDomain,
    providerOfCertificate: (sha1) => records.find((record) => record.certificateHashes.includes(sha1.toUpperCase())),
    isCertified: (domain) => ofDomain(domain) !== undefined,
    isOfProvider: (domain) => ofDomain(domain) !== undefined,
  }
}
