// The providers' directory of this node: the last good copy, refreshed daily, never lost to a failure (RFC 6109 §4.5).
import type { ProviderDirectory } from '../../core/directory/providers.ts'
import { equalBytes } from '../../core/lib/bytes.ts'
import type { Instant } from '../../core/lib/instant.ts'
import { DAY, MINUTE } from '../../core/lib/instant.ts'
import { Fault } from '../../core/lib/refusal.ts'
import type { Alarm, Clock, Fetcher } from '../../core/ports.ts'
import { readCertificates, sha1Fingerprint } from '../../core/smime/certificate.ts'
import type { Trust } from '../../core/smime/verify.ts'
import type { Database } from '../db/pool.ts'
import { timestamp } from '../db/pool.ts'
import { makeSchedule, type Outcome } from './schedule.ts'
import { openSignedLdif, SIGNED_LDIF_LIMIT_BYTES, type SignedLdif } from './signedLdif.ts'

export type DirectoryHolder = {
  /** The directory in use; the same value until it changes. Throws Fault('directory') while there is none. */
  readonly current: () => ProviderDirectory
  readonly hasCopy: () => boolean
  /** When the copy in use was last found to be what is published. */
  readonly fetchedAt: () => Instant | undefined
  /** Fetches now. Rejects with a Fault where that fails: the copy in use stays. */
  readonly refresh: () => Promise<Outcome>
  readonly start: () => void
  readonly stop: () => Promise<void>
}

type DirectoryEvent =
  | { readonly kind: 'directoryRefreshed'; readonly providers: number; readonly domains: number }
  | { readonly kind: 'directoryNotRefreshed'; readonly error: unknown }

export type DirectoryOptions = {
  readonly db: Pick<Database, 'query'>
  readonly fetcher: Fetcher
  /** Where the whole directory is published (LDIFLocationURL of o=postacert). */
  readonly url: string
  /** Authorities under which the index is signed, DER or PEM. */
  readonly roots: readonly Uint8Array[]
  /** Intermediates and revocation lists to verify the index with, besides what it carries. */
  readonly trust?: (() => Trust) | undefined
  /**
   * Who may sign the index: addresses (rfc822Name) of the signing certificate. Where providers' certificates come from
   * the same authority, leaving this out lets each of them sign an index.
   */
  readonly signedBy?: readonly string[] | undefined
  /** Our signing certificate, DER: the operator is told of an index without it. */
  readonly ownCertificate?: Uint8Array | undefined
  readonly clock: Clock
  readonly alarm: Alarm
  /** DAY unless said (RFC 6109 §4.5: "on a daily basis"). */
  readonly everyMs?: number | undefined
  /** Age of the copy, or of the index's signature, from which the operator is told; 3 days unless said. */
  readonly alarmAfterMs?: number | undefined
  readonly telemetry?: { readonly log: (event: DirectoryEvent) => void } | undefined
}

type Copy = SignedLdif & { readonly p7m: Uint8Array; readonly fetchedAt: Instant }

/** How far ahead of our clock an index may be dated, in milliseconds. */
const MAX_AHEAD_MS = DAY
/** Time after opening in which a first copy may be missing without alarm. */
const GRACE_MS = MINUTE

const load = async (db: DirectoryOptions['db']): Promise<{ p7m: Uint8Array; fetched_at: Instant } | undefined> =>
  (
    await db.query<{ p7m: Uint8Array; fetched_at: Instant }>(
      'directory_copy_load',
      'select p7m, fetched_at from directory_copy where one',
    )
  )[0]

const save = async (db: DirectoryOptions['db'], copy: Copy): Promise<void> => {
  await db.query(
    'directory_copy_save',
    `insert into directory_copy (one, p7m, fetched_at) values (true, $1, $2)
     on conflict (one) do update set p7m = excluded.p7m, fetched_at = excluded.fetched_at
     where directory_copy.fetched_at <= excluded.fetched_at`,
    [copy.p7m, timestamp(copy.fetchedAt)],
  )
}

/** Objections to a new index that its signature does not settle. Throws Fault('directory'). */
const refuseOlder = (next: SignedLdif, held: Copy | undefined, now: Instant): void => {
  if (next.signingTime !== undefined && next.signingTime > now + MAX_AHEAD_MS)
    throw new Fault('directory', 'the index is dated in the future')
  // an attacker who replays an old index would bring back providers and certificates that are gone
  if (held?.signingTime === undefined) return
  if (next.signingTime === undefined) throw new Fault('directory', 'the index says no longer when it was signed')
  if (next.signingTime < held.signingTime)
    throw new Fault('directory', `the index is older (${iso(next.signingTime)}) than ours (${iso(held.signingTime)})`)
}

const iso = (at: Instant): string => new Date(at).toISOString()
const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const openingFor = (options: DirectoryOptions): ((p7m: Uint8Array, at: Instant) => SignedLdif) => {
  const roots = options.roots.flatMap((input) => {
    const read = readCertificates(input)
    if ('kind' in read) throw new Error(`directory: roots: ${read.detail}`)
    return read
  })
  const signedBy = options.signedBy?.map((address) => address.toLowerCase())
  return (p7m, at) => {
    const known = options.trust?.()
    const trust: Trust = { roots, intermediates: known?.intermediates ?? [], crls: known?.crls ?? [] }
    const opened = openSignedLdif(p7m, { trust, at })
    if (signedBy !== undefined && !opened.signer.emails.some((address) => signedBy.includes(address)))
      throw new Fault('directory', `the index is signed by ${opened.signer.subject.text}`)
    return opened
  }
}

/**
 * Opens the directory with the copy in the database, if there is a good one; `start` begins the refreshes. Throws Error
 * where the roots cannot be read, Fault('database').
 */
export const openDirectory = async (options: DirectoryOptions): Promise<DirectoryHolder> => {
  const { clock, alarm, db } = options
  const open = openingFor(options)
  const openedAt = clock.now()
  let copy: Copy | undefined

  const stored = await load(db)
  try {
    // judged when it was fetched: a signer whose certificate has ended since does not take the copy away
    if (stored !== undefined)
      copy = { ...open(stored.p7m, stored.fetched_at), p7m: stored.p7m, fetchedAt: stored.fetched_at }
  } catch (error) {
    alarm.raise('directory.copyRefused', { detail: reasonOf(error) })
  }

  const watchAge = (now: Instant): void => {
    const limit = options.alarmAfterMs ?? 3 * DAY
    if (copy === undefined) return
    if (now - copy.fetchedAt > limit) alarm.raise('directory.old', { fetchedAt: iso(copy.fetchedAt) })
    // an index that is served but no longer renewed: frozen by somebody, or forgotten
    else if (copy.signingTime !== undefined && now - copy.signingTime > limit)
      alarm.raise('directory.notRenewed', { signedAt: iso(copy.signingTime) })
  }
  const watchOurselves = (directory: ProviderDirectory): void => {
    if (options.ownCertificate === undefined) return
    if (directory.providerOfCertificate(sha1Fingerprint(options.ownCertificate)) === undefined)
      alarm.raise('directory.withoutUs', { certificate: sha1Fingerprint(options.ownCertificate) })
  }
  const take = async (p7m: Uint8Array, now: Instant): Promise<Outcome> => {
    const same = copy !== undefined && equalBytes(copy.p7m, p7m)
    // verified again even where it is the same: a certificate may have been revoked since
    const next = open(p7m, now)
    refuseOlder(next, copy, now)
    const unchanged = same || (copy !== undefined && equalBytes(copy.ldif, next.ldif))
    const held = unchanged && copy !== undefined ? { ...next, directory: copy.directory, ldif: copy.ldif } : next
    copy = { ...held, p7m, fetchedAt: now }
    watchOurselves(copy.directory)
    await save(db, copy)
    return unchanged ? 'unchanged' : 'updated'
  }
  const refresh = async (): Promise<Outcome> => {
    try {
      const p7m = await options.fetcher.get(options.url, SIGNED_LDIF_LIMIT_BYTES)
      const outcome = await take(p7m, clock.now())
      const records = copy?.directory.records ?? []
      const domains = records.reduce((sum, record) => sum + record.managedDomains.length, 0)
      options.telemetry?.log({ kind: 'directoryRefreshed', providers: records.length, domains })
      return outcome
    } catch (error) {
      options.telemetry?.log({ kind: 'directoryNotRefreshed', error })
      if (copy !== undefined || clock.now() - openedAt >= GRACE_MS)
        alarm.raise('directory.notRefreshed', { url: options.url, detail: reasonOf(error) })
      throw error
    } finally {
      watchAge(clock.now())
    }
  }
  const schedule = makeSchedule({
    refresh,
    hasCopy: () => copy !== undefined,
    now: clock.now,
    everyMs: options.everyMs ?? DAY,
  })
  return {
    current: () => {
      if (copy === undefined) throw new Fault('directory', 'no copy of the providers directory yet')
      return copy.directory
    },
    hasCopy: () => copy !== undefined,
    fetchedAt: () => copy?.fetchedAt,
    refresh: schedule.now,
    start: schedule.start,
    stop: schedule.stop,
  }
}
