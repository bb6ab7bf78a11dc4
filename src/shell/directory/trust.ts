// Whom we trust: authorities by configuration, their revocation lists fetched often (RFC 6109 §2.2.2) and kept while
// they cannot be had.
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { MINUTE } from '../../core/lib/instant.ts'
import { Fault } from '../../core/lib/refusal.ts'
import type { Alarm, Clock, Fetcher } from '../../core/ports.ts'
import type { Certificate } from '../../core/smime/certificate.ts'
import { pemBlocks, readCertificates } from '../../core/smime/certificate.ts'
import type { Crl } from '../../core/smime/crl.ts'
import { parseCrl } from '../../core/smime/crl.ts'
import { sameName } from '../../core/smime/name.ts'
import type { Trust } from '../../core/smime/verify.ts'
import { answer } from '../adapters/verifier.ts'
import { readIfThere, writeWhole } from './files.ts'
import { makeSchedule, type Outcome } from './schedule.ts'

export type TrustStore = {
  /** What verifications go by now; the same value until something changes. */
  readonly current: () => Trust
  /** Fetches all lists. Rejects with Fault('directory') where one could not be had; what could is in use. */
  readonly refresh: () => Promise<Outcome>
  readonly start: () => void
  readonly stop: () => Promise<void>
}

export type TrustOptions = {
  /** Root authorities, DER or PEM. */
  readonly roots: readonly Uint8Array[]
  /** Intermediate authorities, DER or PEM. */
  readonly intermediates?: readonly Uint8Array[] | undefined
  /** Where the lists are, or that the certificates themselves say it. */
  readonly crlUrls: 'fromCertificates' | readonly string[]
  /** Certificates whose distribution points are followed too, besides those of the intermediates: the providers'. */
  readonly certificates?: (() => readonly Certificate[]) | undefined
  /** Must take http too: lists carry their own signature (RFC 5280 §8). */
  readonly fetcher: Fetcher
  readonly clock: Clock
  readonly alarm: Alarm
  readonly everyMs: number
  /** Folder that exists, where the lists outlive a restart; in memory only without it. */
  readonly stateDir?: string | undefined
}

const CRL_LIMIT_BYTES = 32 * 1024 * 1024
const MAX_URLS = 200

const certificatesOf = (inputs: readonly Uint8Array[], what: string): readonly Certificate[] =>
  inputs.flatMap((input) => {
    const read = readCertificates(input)
    if ('kind' in read) throw new Error(`trust: ${what}: ${read.detail}`)
    return read
  })

/** Opens the store; lists come with the first refresh. Throws Error where a certificate cannot be read. */
export const openTrust = (options: TrustOptions): TrustStore => {
  const { clock, alarm } = options
  const roots = certificatesOf(options.roots, 'roots')
  const intermediates = certificatesOf(options.intermediates ?? [], 'intermediates')
  const authorities = [...roots, ...intermediates]
  const lists = new Map<string, Crl>()
  const restored = new Set<string>()
  const openedAt = clock.now()
  let trust: Trust = { roots, intermediates, crls: [] }

  const urls = (): readonly string[] => {
    if (options.crlUrls !== 'fromCertificates') return options.crlUrls
    const named = [...authorities, ...(options.certificates?.() ?? [])].flatMap((one) => one.crlUrls)
    return [...new Set(named.filter((url) => /^https?:/i.test(url)))].slice(0, MAX_URLS)
  }
  const tell = (name: string, url: string, error: unknown): void =>
    alarm.raise(name, { url, detail: error instanceof Error ? error.message : String(error) })
  /** A disk that fails does not keep a list from being used. */
  const keep = async (url: string, crl: Crl): Promise<void> => {
    if (options.stateDir === undefined) return
    try {
      await writeWhole(fileOf(options.stateDir, url), crl.der)
    } catch (error) {
      tell('crl.notKept', url, error)
    }
  }
  /** Whether the list changed. Throws where it cannot be had or believed. */
  const fetchList = async (url: string): Promise<boolean> => {
    const known = lists.get(url)
    const crl = readList(await options.fetcher.get(url, CRL_LIMIT_BYTES), authorities)
    if (known !== undefined && Buffer.compare(known.der, crl.der) === 0) return false
    // an older list would make revoked certificates valid again
    if (known !== undefined && sameName(known.issuer, crl.issuer) && crl.thisUpdate < known.thisUpdate)
      throw new Error('older than the list already held')
    if (crl.thisUpdate > clock.now() + MAX_AHEAD_MS) throw new Error('issued in the future')
    lists.set(url, crl)
    await keep(url, crl)
    return true
  }

  /** What was kept before a restart counts until something newer comes; it is verified like what is fetched. */
  const restore = async (wanted: readonly string[]): Promise<boolean> => {
    const { stateDir } = options
    if (stateDir === undefined) return false
    let found = false
    for (const url of wanted) {
      if (restored.has(url)) continue
      restored.add(url)
      try {
        const bytes = lists.has(url) ? undefined : await readIfThere(fileOf(stateDir, url))
        if (bytes === undefined) continue
        lists.set(url, readList(bytes, authorities))
        found = true
      } catch (error) {
        tell('crl.copyRefused', url, error)
      }
    }
    return found
  }
  const refresh = async (): Promise<Outcome> => {
    const wanted = urls()
    const failed: string[] = []
    const revived = await restore(wanted)
    if (revived) trust = { roots, intermediates, crls: [...lists.values()] }
    const results = await Promise.all(
      wanted.map(async (url) => {
        try {
          return await fetchList(url)
        } catch (error) {
          failed.push(url)
          // servers that start together: the first tries may come too early
          if (lists.has(url) || clock.now() - openedAt >= MINUTE) tell('crl.failed', url, error)
          return false
        } finally {
          const next = lists.get(url)?.nextUpdate
          if (next !== undefined && next < clock.now())
            tell('crl.expired', url, `a newer list was due on ${new Date(next).toISOString()}`)
        }
      }),
    )
    const gone = [...lists.keys()].filter((url) => !wanted.includes(url))
    for (const url of gone) lists.delete(url)
    const changed = revived || gone.length > 0 || results.some(Boolean)
    if (changed) trust = { roots, intermediates, crls: [...lists.values()] }
    // the providers' lists are known only once the directory is: until then come back soon
    if (options.crlUrls === 'fromCertificates' && options.certificates?.().length === 0)
      throw new Fault('directory', 'the certificates whose lists are wanted are not known yet')
    if (failed.length > 0) throw new Fault('directory', `revocation lists not had: ${failed.join(' ')}`)
    return changed ? 'updated' : 'unchanged'
  }

  const schedule = makeSchedule({
    refresh,
    hasCopy: () => options.certificates?.().length !== 0 && urls().every((url) => lists.has(url)),
    now: clock.now,
    everyMs: options.everyMs,
  })
  return { current: () => trust, refresh: schedule.now, start: schedule.start, stop: schedule.stop }
}

/** File of the list of a URL. */
const fileOf = (stateDir: string, url: string): string =>
  join(stateDir, `${createHash('sha256').update(url).digest('hex').slice(0, 32)}.crl`)

/** How far a list may be dated ahead of our clock, in milliseconds. */
const MAX_AHEAD_MS = 10 * MINUTE

/** Reads a list, DER or PEM, and checks that one of the authorities signed it. Throws Error. RFC 5280 §6.3.3 (f), (g) */
const readList = (bytes: Uint8Array, authorities: readonly Certificate[]): Crl => {
  const crl = parseCrl(bytes[0] === 0x30 ? bytes : (pemBlocks(bytes, 'X509 CRL')[0] ?? bytes))
  if (crl.kind === 'problem') throw new Error(crl.detail)
  const { signatureAlgorithm: algorithm, tbs: data, signature } = crl
  if (algorithm === undefined) throw new Error('signed with an unknown algorithm')
  const signed = authorities.some(
    (authority) =>
      sameName(authority.subject, crl.issuer) &&
      (authority.keyUsage === undefined || authority.keyUsage.has('crlSign')) &&
      answer({ algorithm, spki: authority.spki, data, signature }),
  )
  if (!signed) throw new Error(`not signed by an authority of ours (${crl.issuer.text})`)
  return crl
}
