// A small world for the tests of the directory: a clock to move, alarms to read, pages to publish, providers to be.
import { sign } from 'node:crypto'
import { DAY, type Instant } from '../../../src/core/lib/instant.ts'
import { Fault } from '../../../src/core/lib/refusal.ts'
import type { Alarm, Clock, Fetcher, Signer } from '../../../src/core/ports.ts'
import { type ProviderFacts, publication } from '../../../src/shell/directory/publish.ts'
import { openTrust, type TrustStore } from '../../../src/shell/directory/trust.ts'
import { type Made, mailExtensions, make, makeRoot, NOW } from '../../core/smime/make.ts'

export type FakeClock = Clock & { readonly advance: (ms: number) => void }
export const fakeClock = (at: Instant = NOW): FakeClock => {
  let now = at
  return {
    now: () => now,
    advance: (ms) => {
      now += ms
    },
  }
}

export type Alarms = Alarm & { readonly names: () => readonly string[]; readonly details: () => string }
export const fakeAlarm = (): Alarms => {
  const raised: { readonly name: string; readonly details: unknown }[] = []
  return {
    raise: (name, details) => raised.push({ name, details }),
    names: () => raised.map((one) => one.name),
    details: () => JSON.stringify(raised),
  }
}

/** Pages by URL; an absent one cannot be fetched. */
export const fakeFetcher = (): Fetcher & { readonly pages: Map<string, Uint8Array> } => {
  const pages = new Map<string, Uint8Array>()
  return {
    pages,
    get: async (url) => {
      const page = pages.get(url)
      if (page === undefined) throw new Fault('directory', `${url}: no answer`)
      return page
    },
  }
}

export const signerOf = (made: Made): Signer => ({
  algorithm: made.key.asymmetricKeyType === 'rsa' ? 'rsa-sha256' : 'ecdsa-sha256',
  certificate: made.certificate.der,
  chain: [],
  sign: async (bytes) => sign('sha256', bytes, made.key),
})

export const root = makeRoot('Ente')
export const strangeRoot = makeRoot('Altro')
/** Signs mail under an authority that is not ours. */
export const stranger = make('Estraneo', { issuer: strangeRoot })

export const ALFA = 'Gestore Alfa'
export const BETA = 'Gestore Beta'
const DOMAINS: Readonly<Record<string, string>> = { [ALFA]: 'pec.alfa.example', [BETA]: 'pec.beta.example' }

/** A signing certificate of a provider. */
export const certificateOf = (name: string, from: Instant = NOW - 300 * DAY, to: Instant = NOW + 300 * DAY): Made =>
  make(name, {
    issuer: root,
    own: mailExtensions(`posta-certificata@${DOMAINS[name]}`),
    notBefore: from,
    notAfter: to,
  })

export const authority = make('Indice', { issuer: root, own: mailExtensions('indice@ente.example') })

export const urlOf = (name: string): string => `https://${DOMAINS[name]}/provider.ldif.p7m`

export const factsOf = (name: string, certificates: readonly Made[], domains?: readonly string[]): ProviderFacts => ({
  name,
  serviceMailbox: `servizio@${DOMAINS[name]}`,
  managedDomains: domains ?? [DOMAINS[name]!],
  ldifUrl: urlOf(name),
  certificates: certificates.map((one) => one.certificate.der),
})

/** What a provider publishes: `certificates` in its record, signed by `signer`. */
export const publish = (
  name: string,
  certificates: readonly Made[],
  options: { readonly signer?: Made; readonly at?: Instant; readonly domains?: readonly string[] } = {},
): Promise<Uint8Array> =>
  publication({
    ...factsOf(name, certificates, options.domains),
    signer: signerOf(options.signer ?? certificates[0]!),
    at: options.at ?? NOW,
  })

export const trustIn = (clock: Clock, roots: readonly Made[] = [root]): TrustStore =>
  openTrust({
    roots: roots.map((one) => one.certificate.der),
    crlUrls: [],
    fetcher: fakeFetcher(),
    clock,
    alarm: fakeAlarm(),
    everyMs: DAY,
  })
