// The directory service: whoever runs a network of providers gathers their parts and serves the whole (RFC 6109 §4.5).
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { ProviderRecord } from '../../core/directory/providers.ts'
import { DAY, SECOND } from '../../core/lib/instant.ts'
import { type GatherOptions, openGatherer, type Source } from './gather.ts'
import { makeSchedule, type Outcome } from './schedule.ts'
import type { TrustStore } from './trust.ts'

export type { Source } from './gather.ts'

export type DirectoryServiceOptions = Omit<GatherOptions, 'trust'> & {
  readonly sources: readonly Source[]
  readonly trust: TrustStore
  readonly host: string
  /** 0: any free one. */
  readonly port: number
  /** PEM. Without it the service speaks plain http: for a proxy in front of it only. */
  readonly tls?: { readonly key: string; readonly cert: string; readonly clientCa?: string | undefined } | undefined
  /** Whether the index is given only to those who show a certificate of `clientCa`. */
  readonly requireClientCertificate?: boolean | undefined
  /** Between gatherings; DAY unless said. */
  readonly everyMs?: number | undefined
  /** The authority's revocation list, DER, served at `/ca.crl`. */
  readonly crl?: (() => Uint8Array | undefined | Promise<Uint8Array | undefined>) | undefined
}

export type DirectoryService = {
  readonly port: number
  /** Providers in the index that is served. */
  readonly records: () => readonly ProviderRecord[]
  /** Gathers now. */
  readonly refresh: () => Promise<Outcome>
  /** Whether the index is served and every provider is in it. */
  readonly complete: () => boolean
  readonly close: () => Promise<void>
}

type Served = { readonly type: string; readonly body: () => Promise<Uint8Array | undefined>; readonly closed: boolean }

const answer = (response: ServerResponse, status: number, type: string, body: Uint8Array | string): void => {
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-cache',
    'x-content-type-options': 'nosniff',
  })
  response.end(response.req.method === 'HEAD' ? undefined : body)
}

const say = (response: ServerResponse, status: number, words: string): void =>
  answer(response, status, 'text/plain; charset=utf-8', `${words}\n`)

/** Whether the other side showed a certificate of the authority for readers. */
const isKnown = (request: IncomingMessage): boolean =>
  request.socket instanceof TLSSocket && request.socket.authorized === true

const handler = (served: ReadonlyMap<string, Served>): RequestListener => {
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    request.resume()
    const page = served.get((request.url ?? '').split('?')[0]!)
    if (page === undefined) return say(response, 404, 'not found')
    if (request.method !== 'GET' && request.method !== 'HEAD') return say(response, 405, 'only GET')
    if (page.closed && !isKnown(request)) return say(response, 403, 'a client certificate is required')
    const body = await page.body()
    if (body === undefined) return say(response, 503, 'not yet available')
    answer(response, 200, page.type, body)
  }
  return (request, response) => {
    handle(request, response).catch(() => {
      if (response.headersSent) response.destroy()
      else say(response, 500, 'failed')
    })
  }
}

const makeServer = (options: DirectoryServiceOptions, listener: RequestListener): Server => {
  const { tls } = options
  if (tls === undefined) return createServer(listener)
  const client = options.requireClientCertificate
    ? { requestCert: true, rejectUnauthorized: false, ...(tls.clientCa === undefined ? {} : { ca: tls.clientCa }) }
    : {}
  return createTlsServer({ key: tls.key, cert: tls.cert, minVersion: 'TLSv1.2', ...client }, listener)
}

/**
 * Starts the service: `GET /igpec.ldif.p7m` (503 until there is an index), `GET /ca.crl`. Rejects where the port or the
 * folder cannot be had, or client certificates are required without TLS and their authority.
 */
export const startDirectoryService = async (options: DirectoryServiceOptions): Promise<DirectoryService> => {
  if (options.requireClientCertificate && options.tls?.clientCa === undefined)
    throw new Error('directory service: client certificates need TLS and the authority that issues them')
  const gatherer = await openGatherer({ ...options, trust: options.trust.current })
  const schedule = makeSchedule({
    refresh: gatherer.gather,
    hasCopy: gatherer.complete,
    now: options.clock.now,
    everyMs: options.everyMs ?? DAY,
  })
  const index: Served = {
    // RFC 6109 §4.5.6, §5.6
    type: 'application/pkcs7-mime; smime-type=signed-data; name="igpec.ldif.p7m"',
    body: async () => gatherer.index(),
    closed: options.requireClientCertificate ?? false,
  }
  const crl: Served = { type: 'application/pkix-crl', body: async () => options.crl?.(), closed: false }
  const server = makeServer(
    options,
    handler(
      new Map([
        ['/igpec.ldif.p7m', index],
        ['/ca.crl', crl],
      ]),
    ),
  )
  server.requestTimeout = 30 * SECOND
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, options.host, () => resolve())
  })
  schedule.start()
  return {
    port: (server.address() as AddressInfo).port,
    records: gatherer.records,
    refresh: schedule.now,
    complete: gatherer.complete,
    close: async () => {
      await schedule.stop()
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
