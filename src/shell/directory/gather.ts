// The authority's work: gathers what the providers publish of themselves, merges it, signs the whole (RFC 6109 §4.5).
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { AdmittedProvider, PublishedPart } from '../../core/directory/distribution.ts'
import { mergeDirectory } from '../../core/directory/distribution.ts'
import type { ProviderRecord } from '../../core/directory/providers.ts'
import { makeDirectory, providerKey } from '../../core/directory/providers.ts'
import { printDirectory } from '../../core/directory/schema.ts'
import { equalBytes } from '../../core/lib/bytes.ts'
import type { Instant } from '../../core/lib/instant.ts'
import { HOUR, MINUTE } from '../../core/lib/instant.ts'
import { Fault } from '../../core/lib/refusal.ts'
import type { Alarm, Clock, Fetcher, Signer } from '../../core/ports.ts'
import type { Trust } from '../../core/smime/verify.ts'
import { readIfThere, writeWhole } from './files.ts'
import type { Outcome } from './schedule.ts'
import { openSignedLdif, signLdif } from './signedLdif.ts'

/** A provider admitted to the network, and where it publishes itself. */
export type Source = AdmittedProvider & { readonly url: string }

export type GatherOptions = {
  readonly signer: Signer
  readonly sources: readonly Source[]
  readonly fetcher: Fetcher
  readonly trust: () => Trust
  readonly clock: Clock
  readonly alarm: Alarm
  /** Where the whole directory is published: goes into it. */
  readonly url: string
  /** Folder of the last index and of what is known of the parts; made where absent. */
  readonly stateDir: string
}

export type Gatherer = {
  /** The last index signed, `.p7m`; undefined while there is none. */
  readonly index: () => Uint8Array | undefined
  readonly records: () => readonly ProviderRecord[]
  /** Whether every provider is in the index. */
  readonly complete: () => boolean
  /** Fetches all parts, merges, signs. Rejects with Fault('directory') where a part could not be had or taken. */
  readonly gather: () => Promise<Outcome>
}

/** Largest part of one provider, in bytes. */
const PART_LIMIT_BYTES = 16 * 1024 * 1024
/** An index is signed anew when its signature is this old, so that readers can tell a living one from a frozen one. */
const RENEW_AFTER_MS = 12 * HOUR
/** How long the first index waits for all providers. */
const WAIT_FOR_ALL_MS = MINUTE
const INDEX_FILE = 'igpec.ldif.p7m'
const SEEN_FILE = 'parts.json'

type Index = {
  readonly p7m: Uint8Array
  readonly ldif: Uint8Array
  readonly records: readonly ProviderRecord[]
  readonly signedAt: Instant
  /** Certificate that signed it, DER. */
  readonly signedBy: Uint8Array
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Our own last index: its own words about itself are believed, for the folder is ours; its form must be right. */
const loadIndex = async (options: GatherOptions): Promise<Index | undefined> => {
  const p7m = await readIfThere(join(options.stateDir, INDEX_FILE))
  if (p7m === undefined) return undefined
  try {
    const { ldif, directory, signer, signingTime } = openSignedLdif(p7m, {
      trust: options.trust(),
      at: options.clock.now(),
    })
    return { p7m, ldif, records: directory.records, signedAt: signingTime ?? 0, signedBy: signer.der }
  } catch (error) {
    options.alarm.raise('directoryService.indexRefused', { detail: reasonOf(error) })
    return undefined
  }
}

/** Latest signing time of each provider's part, by key of its name. */
const loadSeen = async (options: GatherOptions): Promise<Map<string, Instant>> => {
  const bytes = await readIfThere(join(options.stateDir, SEEN_FILE))
  if (bytes === undefined) return new Map()
  try {
    const pairs = Object.entries(JSON.parse(Buffer.from(bytes).toString('utf8')) as Record<string, unknown>)
    return new Map(pairs.filter((pair): pair is [string, Instant] => typeof pair[1] === 'number'))
  } catch {
    return new Map()
  }
}

type Fetched = PublishedPart & { readonly signingTime: Instant | undefined }

/** One provider's part, verified but for what only the merge can tell. Throws Fault('directory'). */
const fetchPart = async (options: GatherOptions, source: Source, seen: Instant | undefined): Promise<Fetched> => {
  const p7m = await options.fetcher.get(source.url, PART_LIMIT_BYTES)
  const at = options.clock.now()
  const { directory, signer, signingTime } = openSignedLdif(p7m, { trust: options.trust(), at })
  if (seen !== undefined && (signingTime === undefined || signingTime < seen))
    throw new Fault('directory', 'the part is older than the one already taken')
  if (signingTime !== undefined && signingTime > at + HOUR) throw new Fault('directory', 'the part is of the future')
  return { provider: source.name, signer, directory, signingTime }
}

/** Opens the authority's state: the last index is there at once. Throws Fault('directory') where the folder cannot be had. */
export const openGatherer = async (options: GatherOptions): Promise<Gatherer> => {
  const { clock, alarm, sources } = options
  await mkdir(options.stateDir, { recursive: true, mode: 0o700 })
  const openedAt = clock.now()
  const seen = await loadSeen(options)
  let index = await loadIndex(options)

  const isIn = (records: readonly ProviderRecord[], source: Source): boolean =>
    records.some((record) => providerKey(record.name) === providerKey(source.name))

  const publish = async (records: readonly ProviderRecord[]): Promise<Outcome> => {
    const now = clock.now()
    if (records.length === 0) return 'unchanged'
    const early = index === undefined && now - openedAt < WAIT_FOR_ALL_MS
    if (early && !sources.every((source) => isIn(records, source))) return 'unchanged'
    const checked = makeDirectory(records, { url: options.url })
    if (checked.kind === 'problems') throw new Fault('directory', checked.problems.slice(0, 3).join('; '))
    const ldif = printDirectory(records, { url: options.url })
    const same = index !== undefined && equalBytes(index.ldif, ldif)
    const fresh = index !== undefined && now - index.signedAt < RENEW_AFTER_MS
    const ours = index !== undefined && equalBytes(index.signedBy, options.signer.certificate)
    if (same && fresh && ours) return 'unchanged'
    const p7m = await signLdif(ldif, options.signer, now)
    await writeWhole(join(options.stateDir, INDEX_FILE), p7m)
    index = { p7m, ldif, records, signedAt: now, signedBy: options.signer.certificate }
    return same ? 'unchanged' : 'updated'
  }

  const fetchAll = async (failures: string[]): Promise<readonly Fetched[]> => {
    const fetched = await Promise.all(
      sources.map(async (source) => {
        try {
          return await fetchPart(options, source, seen.get(providerKey(source.name)))
        } catch (error) {
          failures.push(source.name)
          if (isIn(index?.records ?? [], source) || clock.now() - openedAt >= WAIT_FOR_ALL_MS)
            alarm.raise('directoryService.partFailed', { provider: source.name, detail: reasonOf(error) })
          return undefined
        }
      }),
    )
    return fetched.filter((part) => part !== undefined)
  }

  const gather = async (): Promise<Outcome> => {
    const failures: string[] = []
    const parts = await fetchAll(failures)
    const merge = mergeDirectory({ admitted: sources, previous: index?.records ?? [], parts })
    for (const { provider, reason } of merge.refusals) {
      failures.push(provider)
      alarm.raise('directoryService.partRefused', { provider, detail: reason })
    }
    const outcome = await publish(merge.records)
    for (const { provider, signingTime } of parts)
      if (signingTime !== undefined && !failures.includes(provider)) seen.set(providerKey(provider), signingTime)
    await writeWhole(join(options.stateDir, SEEN_FILE), JSON.stringify(Object.fromEntries(seen)))
    if (failures.length > 0) throw new Fault('directory', `parts not taken: ${failures.join(', ')}`)
    return outcome
  }
  return {
    index: () => index?.p7m,
    records: () => index?.records ?? [],
    complete: () => sources.every((source) => isIn(index?.records ?? [], source)),
    gather,
  }
}
