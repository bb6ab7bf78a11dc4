// Resolvers: where a domain's mail goes, by DNS (RFC 5321 §5.1, RFC 7505) or by a table of routes.
import { Resolver as DnsResolver } from 'node:dns/promises'
import { Fault } from '../../core/lib/refusal.ts'
import { isDomain } from '../../core/mail/smtp/path.ts'
import type { MxHost, Resolver } from '../../core/ports.ts'

/** What is asked of DNS. */
export type DnsQueries = {
  readonly resolveMx: (domain: string) => Promise<readonly { readonly exchange: string; readonly priority: number }[]>
  readonly resolve4: (host: string) => Promise<readonly string[]>
  readonly resolve6: (host: string) => Promise<readonly string[]>
}

export type DnsResolverOptions = {
  /** Servers to ask, `address[:port]`; the system's where not given. */
  readonly servers?: readonly string[]
  /** For each try, milliseconds; there are two. */
  readonly timeoutMs?: number
  /** How long an answer is used again, milliseconds (60 s where not said). */
  readonly cacheMs?: number
  /** Port of the mail servers: 25. */
  readonly port?: number
  readonly dns?: DnsQueries
  /** The clock of the cache. */
  readonly now?: () => number
}

/** Servers of one domain that are tried at most. */
const MAX_HOSTS = 10
const MAX_CACHED = 10_000

/** What DNS answers instead of records: none of this kind, no such name, or nothing (a Fault). */
const absence = (error: unknown): 'noData' | 'noName' | undefined => {
  const code = (error as { code?: string }).code
  if (code === 'ENODATA') return 'noData'
  return code === 'ENOTFOUND' ? 'noName' : undefined
}

const fault = (domain: string, error: unknown): Fault =>
  new Fault('resolver', `DNS gives no answer for ${domain}: ${(error as { code?: string }).code ?? 'error'}`, {
    cause: error,
  })

/** Whether the name has an address. Throws Fault where that cannot be known. */
const hasAddress = async (dns: DnsQueries, domain: string): Promise<boolean> => {
  let unknown: unknown
  for (const query of [dns.resolve4, dns.resolve6]) {
    try {
      if ((await query.call(dns, domain)).length > 0) return true
    } catch (error) {
      if (absence(error) === undefined) unknown = error
    }
  }
  if (unknown !== undefined) throw fault(domain, unknown)
  return false
}

const byDns = async (dns: DnsQueries, domain: string, port: number): Promise<readonly MxHost[]> => {
  let records: readonly { readonly exchange: string; readonly priority: number }[] = []
  try {
    records = await dns.resolveMx(domain)
  } catch (error) {
    const absent = absence(error)
    if (absent === undefined) throw fault(domain, error)
    if (absent === 'noName') return []
  }
  // RFC 5321 §5.1: without MX the domain itself is the server, where it has an address.
  if (records.length === 0) return (await hasAddress(dns, domain)) ? [{ host: domain, port, tlsName: domain }] : []
  // RFC 7505: an exchange that is the root takes no mail. Equal preferences are mixed, so that load spreads.
  return records
    .map((record) => ({ ...record, exchange: record.exchange.toLowerCase().replace(/\.$/, '') }))
    .filter((record) => isDomain(record.exchange))
    .map((record) => ({ record, order: Math.random() }))
    .sort((a, b) => a.record.priority - b.record.priority || a.order - b.order)
    .slice(0, MAX_HOSTS)
    .map(({ record }) => ({ host: record.exchange, port, tlsName: record.exchange }))
}

/** A resolver over DNS. Its answers are kept for a short while; questions asked at once are asked once. */
export const dnsResolver = (options: DnsResolverOptions = {}): Resolver => {
  const { port = 25, cacheMs = 60_000, now = Date.now } = options
  const makeDns = (): DnsQueries => {
    const dns = new DnsResolver({ timeout: options.timeoutMs ?? 5000, tries: 2 })
    if (options.servers) dns.setServers(options.servers)
    return dns
  }
  const dns = options.dns ?? makeDns()
  const cache = new Map<string, { readonly until: number; readonly hosts: Promise<readonly MxHost[]> }>()
  const mx = (domain: string): Promise<readonly MxHost[]> => {
    const name = domain.toLowerCase()
    if (!isDomain(name)) return Promise.resolve([])
    const known = cache.get(name)
    if (known && now() < known.until) return known.hosts
    const hosts = byDns(dns, name, port)
    cache.delete(name)
    cache.set(name, { until: now() + cacheMs, hosts })
    // A failure is not kept.
    hosts.catch(() => cache.delete(name))
    if (cache.size > MAX_CACHED) cache.delete(cache.keys().next().value!)
    return hosts
  }
  return { mx }
}

/**
 * A resolver over a table, domain → servers; `tlsName` is the host where not said. Domains without a row are asked of
 * `otherwise`, or do not exist.
 */
export const staticResolver = (
  routes: Readonly<
    Record<string, readonly { readonly host: string; readonly port: number; readonly tlsName?: string }[]>
  >,
  otherwise?: Resolver,
): Resolver => {
  const table = new Map(
    Object.entries(routes).map(([domain, hosts]) => [
      domain.toLowerCase(),
      hosts.map((host) => ({ ...host, tlsName: host.tlsName ?? host.host })),
    ]),
  )
  return {
    mx: async (domain) => table.get(domain.toLowerCase()) ?? (otherwise ? otherwise.mx(domain) : []),
  }
}
