// The HTTP server of a provider: health, figures, the API of the mailboxes. Plain: TLS is the business of what is in front.
import { randomUUID } from 'node:crypto'
import { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify'
import { SOCKET_PATH } from '../../core/jmap/socket.ts'
import { Fault } from '../../core/lib/refusal.ts'
import type { Office } from '../office.ts'
import type { LogEvent } from '../telemetry/events.ts'
import { handlers } from './http/api/handlers.ts'
import { type ApiOptions, apiRoutes } from './http/api.ts'
import { mailboxRoutes, Refused } from './http/mailbox.ts'
import { type Operations, operationRoutes } from './http/operations.ts'
import { notFoundPage, type Pages, pageRoutes } from './http/pages.ts'
import { type ProblemCode, problem } from './http/problem.ts'
import { programRoutes } from './http/programs.ts'
import { type PublicationRoutes, publicationListener } from './http/publication.ts'
import type { MailboxReader } from './http/reader.ts'
import type { JmapOptions } from './jmap/options.ts'
import { jmapRoutes } from './jmap/routes.ts'

export { type PublicationServer, startPublicationServer } from './http/publication.ts'
export type { MailboxReader, PublicationRoutes }

export type HttpOptions<Box> = Operations & {
  readonly host: string
  /** 0 for any free one. */
  readonly port: number
  /** The mailboxes, where this node serves their API. */
  readonly mailboxes?: MailboxReader<Box> | undefined
  /** JMAP over the mailboxes, where this node serves it. */
  readonly jmap?: JmapOptions | undefined
  /** Register, enrolment, invoices, where this provider has them. */
  readonly office?: Office | undefined
  /** The web pages, where they are built. */
  readonly pages?: Pages | undefined
  /** Limits and checks of the office's API, where they are not the usual ones. */
  readonly api?: Partial<Pick<ApiOptions, 'handlers' | 'limits' | 'bodyLimitMs' | 'checkReplies'>> | undefined
  /** Documents served here too, in plain. */
  readonly publications?: PublicationRoutes | undefined
  readonly log?: (event: LogEvent) => void
}

export type HttpServer = { readonly port: number; readonly url: string; readonly close: () => Promise<void> }

const sendProblem = (
  request: FastifyRequest,
  reply: FastifyReply,
  code: ProblemCode,
  more?: { detail?: string; reference?: string },
): FastifyReply => {
  const { status, language, headers, body } = problem(code, request.headers['accept-language'], more)
  return reply
    .code(status)
    .headers(headers)
    .header('content-language', language)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .send(JSON.stringify(body))
}

/** What the client is told of an error: a refusal by its code, a fault as 503, anything else as a bug of ours. */
const errorHandler =
  (log: (event: LogEvent) => void) =>
  (error: FastifyError | Refused | Fault, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const route = request.routeOptions.url ?? 'none'
    if (error instanceof Refused) {
      const { status } = problem(error.code, undefined)
      log({ kind: 'httpRefused', route, status, remoteAddress: request.ip })
      return sendProblem(request, reply, error.code)
    }
    if (error instanceof Fault) {
      log({ kind: 'httpFault', route, error })
      return sendProblem(request, reply, 'unavailable')
    }
    const status = 'statusCode' in error ? error.statusCode : undefined
    if (status === 413) return sendProblem(request, reply, 'tooLarge')
    if (status !== undefined && status >= 400 && status < 500) {
      return sendProblem(request, reply, 'badRequest', { detail: error.message.slice(0, 300) })
    }
    const reference = randomUUID()
    log({ kind: 'httpBug', route, reference, error })
    return sendProblem(request, reply, 'internal', { reference })
  }

const makeApp = (log: (event: LogEvent) => void, pages: Pages | undefined): FastifyInstance => {
  const app = fastify({
    logger: false,
    // The address of who logs in is told by what gives TLS in front, where that is on this machine.
    trustProxy: 'loopback',
    bodyLimit: 1024 * 1024,
    connectionTimeout: 120_000,
    // A photograph over a slow network takes its time; JSON bodies of the API have a limit of their own.
    requestTimeout: 300_000,
    keepAliveTimeout: 65_000,
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    // Elsewhere the field is passed over, as ever: programs ask for HTTP/2 by it, and take HTTP where there is none.
    http: {
      shouldUpgradeCallback: ({ headers, url = '' }) =>
        headers.upgrade?.toLowerCase() === 'websocket' && url.split('?', 1)[0] === SOCKET_PATH,
    },
    return503OnClosing: true,
    // An address in a path may be as long as addresses are.
    routerOptions: { maxParamLength: 400 },
    // URLs that cannot be read
    frameworkErrors: (_, request, reply) => sendProblem(request, reply, 'badRequest'),
  })
  app.setErrorHandler(errorHandler(log))
  app.setNotFoundHandler(
    (request, reply) => (pages && notFoundPage(pages, request, reply)) ?? sendProblem(request, reply, 'notFound'),
  )
  app.addHook('onSend', async (_, reply) => {
    reply.header('x-content-type-options', 'nosniff')
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store')
  })
  return app
}

/** Starts the server; resolves when it listens. */
export const startHttpServer = async <Box = unknown>(options: HttpOptions<Box>): Promise<HttpServer> => {
  const app = makeApp(options.log ?? (() => {}), options.pages)
  operationRoutes(app, options)
  if (options.mailboxes) mailboxRoutes(app, options.mailboxes)
  if (options.jmap) await jmapRoutes(app, { jmap: options.jmap, office: options.office })
  if (options.pages) pageRoutes(app, options.pages)
  if (options.office) programRoutes(app, options.office)
  if (options.office) await apiRoutes(app, { office: options.office, handlers, ...options.api })
  if (options.publications) {
    const listener = publicationListener(options.publications)
    for (const path of Object.keys(options.publications)) {
      app.get(path, (request, reply) => {
        reply.hijack()
        listener(request.raw, reply.raw)
      })
    }
  }
  await app.listen({ host: options.host, port: options.port })
  const address = app.server.address()
  const port = typeof address === 'object' && address ? address.port : options.port
  const host = options.host.includes(':') ? `[${options.host}]` : options.host
  return { port, url: `http://${host}:${port}`, close: () => app.close() }
}
