// What a provider publishes over HTTPS: its signed LDIF (RFC 6109 §4.5), asked for afresh at each request.
import { createHash } from 'node:crypto'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { SecureContextOptions } from 'node:tls'

/** A document; undefined where there is none yet (503). */
export type Publication = () => Promise<Uint8Array | undefined>

/** Documents by path, as in `/directory/provider.ldif.p7m`. */
export type PublicationRoutes = Readonly<Record<string, Publication>>

export type PublicationTls = {
  /** PEM. */
  readonly key: string
  /** PEM, with the chain. */
  readonly certificate: string
  /** PEM of who may certify clients: where given, nobody else is served. */
  readonly clientRoots?: string | undefined
}

export type PublicationServer = {
  readonly port: number
  /** Takes a renewed certificate without a restart. */
  readonly renew: (tls: PublicationTls) => void
  readonly close: () => Promise<void>
}

const say = (response: ServerResponse, status: number, headers: Record<string, string | number> = {}): void => {
  response.writeHead(status, { 'content-length': 0, ...headers }).end()
}

/** RFC 6109 §4.5.6, RFC 8551 §3.2.1 for what is signed; anything else is bytes. */
const contentType = (path: string): string =>
  path.endsWith('.p7m') ? 'application/pkcs7-mime; smime-type=signed-data' : 'application/octet-stream'

const publish = async (
  request: IncomingMessage,
  response: ServerResponse,
  routes: PublicationRoutes,
): Promise<void> => {
  const path = (request.url ?? '').split('?', 1)[0]!
  const route = Object.hasOwn(routes, path) ? routes[path] : undefined
  if (!route) return say(response, 404)
  if (request.method !== 'GET' && request.method !== 'HEAD') return say(response, 405, { allow: 'GET, HEAD' })
  const document = await route()
  if (!document) return say(response, 503, { 'retry-after': 60 })
  const etag = `"${createHash('sha256').update(document).digest('base64url')}"`
  if (request.headers['if-none-match'] === etag) return say(response, 304, { etag })
  response.writeHead(200, {
    'content-type': contentType(path),
    'content-length': document.length,
    'x-content-type-options': 'nosniff',
    etag,
  })
  response.end(request.method === 'HEAD' ? undefined : document)
}

/** The listener of the documents, for any server of Node. */
export const publicationListener =
  (routes: PublicationRoutes): RequestListener =>
  (request, response) => {
    request.resume()
    publish(request, response, routes).catch(() => {
      if (response.headersSent) response.destroy()
      else say(response, 503, { 'retry-after': 60 })
    })
  }

const contextOf = ({ key, certificate, clientRoots }: PublicationTls): SecureContextOptions => ({
  key,
  cert: certificate,
  ...(clientRoots === undefined ? {} : { ca: clientRoots }),
  minVersion: 'TLSv1.2',
})

/** Serves documents over HTTPS. `port` 0 takes any free one. */
export const startPublicationServer = async (options: {
  readonly host: string
  readonly port: number
  readonly tls: PublicationTls
  readonly routes: PublicationRoutes
}): Promise<PublicationServer> => {
  const onlyKnown = options.tls.clientRoots !== undefined
  const server = createServer(
    {
      ...contextOf(options.tls),
      requestCert: onlyKnown,
      rejectUnauthorized: onlyKnown,
      handshakeTimeout: 10_000,
      headersTimeout: 10_000,
      requestTimeout: 20_000,
      maxHeaderSize: 16 * 1024,
    },
    publicationListener(options.routes),
  )
  server.maxConnections = 500
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, options.host, resolve)
  })
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : options.port,
    renew: (tls) => server.setSecureContext(contextOf(tls)),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
