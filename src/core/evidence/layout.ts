// The bundle of evidence of one message: which files, under which names, in which order. Names are such that any shell and
// any system takes them as they are.
import type { Instant } from '../lib/instant.ts'
import type { PecKind } from '../pec/model.ts'
import type { Place } from './part.ts'

/** A message that belongs into the bundle. */
export type BundleMessage = {
  readonly kind: PecKind | 'unknown' | 'ordinary'
  readonly at: Instant
  /** The recipients that it is about, where it is about some of them. */
  readonly about: readonly string[]
}

const SLUG: Readonly<Record<PecKind | 'unknown' | 'ordinary', string>> = {
  transportEnvelope: 'busta-di-trasporto',
  anomalyEnvelope: 'busta-di-anomalia',
  acceptance: 'accettazione',
  nonAcceptance: 'non-accettazione',
  virusNonAcceptance: 'non-accettazione-virus',
  takeInCharge: 'presa-in-carico',
  deliveryComplete: 'consegna',
  deliveryBrief: 'consegna-breve',
  deliveryConcise: 'consegna-sintetica',
  nonDelivery: 'mancata-consegna',
  virusNonDelivery: 'mancata-consegna-virus',
  timeoutWarning: 'preavviso-12-ore',
  timeoutFinal: 'mancata-consegna-24-ore',
  virusDetection: 'rilevazione-virus',
  unknown: 'messaggio',
  ordinary: 'messaggio',
}

/** The order in which a message is told: what was sent, that it was accepted, what became of it. */
const RANK: Readonly<Partial<Record<PecKind | 'unknown' | 'ordinary', number>>> = {
  transportEnvelope: 0,
  anomalyEnvelope: 0,
  acceptance: 1,
  nonAcceptance: 1,
  virusNonAcceptance: 1,
}

/** Letters, digits, dots and hyphens of a text: what needs no quotes anywhere. */
export const plainName = (text: string, most = 60): string =>
  text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/@/g, '-at-')
    .replace(/[^a-z0-9.]+/g, '-')
    .replace(/\.{2,}/g, '.')
    .slice(0, most)
    .replace(/^[.-]+|[.-]+$/g, '') || 'x'

export const ORIGINAL_NAME = '01-originale.eml'
export const README_NAME = 'LEGGIMI.txt'
export const REPORT_NAME = 'rapporto'
export const JOURNAL_NAME = 'registro.jsonl'
export const AUTHORITIES_NAME = 'certificati/autorita.pem'
export const INTERMEDIATES_NAME = 'certificati/intermedi.pem'

/** The messages in the order of the bundle with their names; `hasOriginal`: the original comes before them. */
export const nameMessages = <M extends BundleMessage>(
  messages: readonly M[],
  hasOriginal: boolean,
): readonly { readonly message: M; readonly name: string }[] =>
  messages
    .map((message, index) => ({ message, index }))
    .sort(
      (a, b) =>
        (RANK[a.message.kind] ?? 2) - (RANK[b.message.kind] ?? 2) ||
        a.message.at - b.message.at ||
        // alike in time: by whom they are about, so that the order does not hang on how they were found
        compare(a.message.about.join(' '), b.message.about.join(' ')) ||
        compare(a.message.kind, b.message.kind) ||
        a.index - b.index,
    )
    .map(({ message }, i) => {
      const number = String(i + 1 + (hasOriginal ? 1 : 0)).padStart(2, '0')
      const [first, ...others] = message.about
      const about =
        first === undefined ? '' : `-${plainName(first)}${others.length > 0 ? `-e-altri-${others.length}` : ''}`
      return { message, name: `${number}-${SLUG[message.kind]}${about}.eml` }
    })

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Name of the certification data of a message. */
export const daticertName = (name: string): string => name.replace(/\.eml$/, '.daticert.xml')

/** Name of the whole bundle, as it is downloaded. */
export const bundleName = (identifier: string): string => `prove-${plainName(identifier, 80)}.zip`

/** A list of digests, as `sha256sum` writes and reads it. */
export const fingerprintsText = (files: readonly { readonly name: string; readonly sha256: string }[]): string =>
  files.map(({ name, sha256 }) => `${sha256}  ${name}\n`).join('')

/** What the instructions for openssl are made of. */
export type BundleFacts = {
  readonly identifier: string
  readonly provider: string
  readonly subject?: string | undefined
  readonly sender?: string | undefined
  readonly messages: readonly {
    readonly name: string
    /** When it was signed: certificates are judged as of then. */
    readonly signedAt: Instant
    /** Whether its chain leads to the authorities of the bundle. */
    readonly chained: boolean
  }[]
  /** Where the original lies inside a message of the bundle, byte for byte. */
  readonly original?: { readonly inside: string; readonly place: Place } | undefined
  readonly hasIntermediates: boolean
  readonly lists: readonly {
    readonly name: string
    readonly issuer: string
    readonly thisUpdate: Instant
    /** Files of signers that stand under its issuer and were valid when it was made. */
    readonly signers: readonly string[]
  }[]
  readonly journalEntries: number
}
