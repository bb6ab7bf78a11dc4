// JMAP over HTTP: session, requests, uploads, downloads, events (RFC 8620 §2, §3.1, §6, §7.3), WebSocket (RFC 8887).
import { Readable } from 'node:stream'
import websocket, { type WebsocketPluginOptions } from '@fastify/websocket'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { LIMITS } from '../../../core/jmap/capabilities.ts'
import { printRequestError, type RequestError } from '../../../core/jmap/errors.ts'
import { accountIdOf, blobId } from '../../../core/jmap/ids.ts'
import { parseRequest } from '../../../core/jmap/request.ts'
import { SOCKET_PATH, SUBPROTOCOL } from '../../../core/jmap/socket.ts'
import { isMediaType } from '../../../core/mail/parameters.ts'
import { TooLarge } from '../../content/store.ts'
import { makeSeats, type Seats } from '../wire/seats.ts'
import { blobRange, blobSize, findBlobs } from './blobs.ts'
import { type CallerOptions, findLogin, type Refusal } from './caller.ts'
import { hasCapability, runRequest } from './engine.ts'
import { type EventsQuery, serveEvents } from './events.ts'
import type { Login } from './options.ts'
import { baseUrlOf, sessionOf } from './session.ts'
import { MOST_MESSAGE_BYTES, MOST_SOCKETS, serveSocket } from './socket.ts'

/** Bundles that are made for one login at a time: each message of one is verified. */
const MOST_PROOFS = 2

const JSON_TYPE = 'application/json; charset=utf-8'
const PROBLEM_TYPE = 'application/problem+json; charset=utf-8'

/** A problem of HTTP that JMAP has no name for. */
const sendProblem = (reply: FastifyReply, status: number, detail: string): FastifyReply =>
  reply
    .code(status)
    .header('content-type', PROBLEM_TYPE)
    .send(JSON.stringify({ type: 'about:blank', status, detail }))

const sendRequestError = (reply: FastifyReply, error: RequestError): FastifyReply =>
  reply
    .code(400)
    .header('content-type', PROBLEM_TYPE)
    .send(JSON.stringify(printRequestError(error)))

const isOurPage = (request: FastifyRequest): boolean => request.headers['x-requested-with'] === 'ceralacca'

const sendRefusal = (request: FastifyRequest, reply: FastifyReply, refusal: Refusal): FastifyReply => {
  if (refusal === 'crossSite') return sendProblem(reply, 403, 'The request comes from another site')
  if (refusal === 'throttled') {
    reply.header('retry-after', '60')
    return sendProblem(reply, 429, 'Too many failed attempts to sign in: try again later')
  }
  // Browsers would ask for a password by themselves where our page has its own way to sign in.
  if (!isOurPage(request)) reply.header('www-authenticate', 'Basic realm="ceralacca", charset="UTF-8"')
  return sendProblem(reply, 401, 'The address of the mailbox and a password are needed')
}

const logins = new WeakMap<FastifyRequest, Login>()

/** A name as RFC 6266 and RFC 8187 write it. */
const disposition = (name: string): string => {
  const plain = name.replace(/[^ -~]|["\\%]/g, '_').slice(0, 200)
  const encoded = encodeURIComponent(name.slice(0, 200).toWellFormed()).replace(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`
}

type Range = { readonly start: number; readonly end: number }

/** One range of a Range field (RFC 9110 §14.1.2); undefined where all is to be sent, null where none can be. */
const rangeOf = (header: string | undefined, size: number): Range | null | undefined => {
  const found = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '')
  if (!found || (found[1] === '' && found[2] === '')) return undefined
  if (found[1] === '') {
    const last = Number(found[2])
    return last === 0 || size === 0 ? null : { start: Math.max(0, size - last), end: size }
  }
  const start = Number(found[1])
  const end = found[2] === '' ? size : Number(found[2]) + 1
  if (end <= start && found[2] !== '') return undefined
  return start >= size ? null : { start, end: Math.min(size, end) }
}

type DownloadRequest = { Params: { accountId: string; blobId: string; name: string }; Querystring: { type?: string } }

const download = async (
  { jmap }: CallerOptions,
  request: FastifyRequest<DownloadRequest>,
  reply: FastifyReply,
): Promise<FastifyReply> => {
  const login = logins.get(request)!
  const { accountId, blobId: id, name } = request.params
  const blob =
    accountId === accountIdOf(login.mailboxId) ? (await findBlobs(jmap, login.mailboxId, [id])).get(id) : undefined
  if (!blob) return sendProblem(reply, 404, 'There is no such blob')
  const asked = request.query.type
  // What comes of it is a file for whoever asked, never a page of ours: see also nosniff.
  const type = asked !== undefined && /^[!-~ ]{1,200}$/.test(asked) ? asked : blob.type
  const size = await blobSize(jmap, blob)
  const range = rangeOf(request.headers.range, size)
  reply
    .header('accept-ranges', 'bytes')
    .header('content-disposition', disposition(name))
    .header('content-security-policy', "default-src 'none'; sandbox")
    .header('cache-control', 'private, immutable, max-age=31536000')
  if (range === null)
    return sendProblem(reply.header('content-range', `bytes */${size}`), 416, 'There is no such range')
  const { start, end } = range ?? { start: 0, end: size }
  if (range) reply.code(206).header('content-range', `bytes ${start}-${end - 1}/${size}`)
  return reply
    .header('content-type', type)
    .header('content-length', end - start)
    .send(Readable.from(blobRange(jmap, blob, start, end), { objectMode: false }))
}

/** What proves a message of the network (docs/flows/jmap-pec.md). */
const evidence = async (
  { jmap }: CallerOptions,
  request: FastifyRequest<{ Params: { accountId: string; identifier: string } }>,
  reply: FastifyReply,
): Promise<FastifyReply> => {
  const { mailboxId, address, by, remoteAddress } = logins.get(request)!
  const { accountId, identifier } = request.params
  if (accountId !== accountIdOf(mailboxId)) return sendProblem(reply, 404, 'There is no such account')
  const taker = { mailbox: { id: mailboxId, address }, accountId: by?.accountId }
  const made = identifier.length > 500 ? undefined : await jmap.evidenceOf(taker, identifier, remoteAddress)
  if (!made || 'refusal' in made)
    return made?.refusal === 'unavailable'
      ? sendProblem(reply, 503, 'Evidence is not made here')
      : sendProblem(reply, 404, 'The box has nothing of such a message')
  return reply
    .header('content-type', 'application/zip')
    .header('content-disposition', disposition(made.fileName))
    .header('content-security-policy', "default-src 'none'; sandbox")
    .header('cache-control', 'private, no-store')
    .send(Readable.from(made.bytes, { objectMode: false }))
}

const upload = async (
  { jmap }: CallerOptions,
  request: FastifyRequest<{ Params: { accountId: string } }>,
  reply: FastifyReply,
): Promise<FastifyReply> => {
  const login = logins.get(request)!
  const accountId = accountIdOf(login.mailboxId)
  if (request.params.accountId !== accountId) return sendProblem(reply, 404, 'There is no such account')
  if (login.rights === 'read') return sendProblem(reply, 403, 'This account is for reading only')
  const limit: RequestError = { requestError: 'limit', detail: 'The upload is too large', limit: 'maxSizeUpload' }
  if (Number(request.headers['content-length'] ?? 0) > LIMITS.maxSizeUpload) {
    reply.header('connection', 'close')
    return sendRequestError(reply, limit)
  }
  const written = (request.headers['content-type'] ?? '').split(';', 1)[0]!.trim().toLowerCase()
  const type = isMediaType(written) ? written : 'application/octet-stream'
  try {
    const body = (request.body ?? Readable.from([])) as AsyncIterable<Uint8Array>
    const row = await jmap.contents.receive(body, { limitBytes: LIMITS.maxSizeUpload })
    await jmap.mailstore.upload(login.mailboxId, row, type)
    return reply
      .code(201)
      .header('content-type', JSON_TYPE)
      .send(JSON.stringify({ accountId, blobId: blobId(row.id), type, size: row.sizeBytes }))
  } catch (error) {
    if (error instanceof TooLarge) return sendRequestError(reply.header('connection', 'close'), limit)
    throw error
  }
}

const isJson = (request: FastifyRequest): boolean =>
  /^application\/json\s*(?:;|$)/i.test(request.headers['content-type'] ?? '')

const answer = async ({ jmap }: CallerOptions, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
  const login = logins.get(request)!
  if (!isJson(request))
    return sendRequestError(reply, { requestError: 'notJSON', detail: 'The type must be application/json' })
  const bytes = request.body instanceof Uint8Array ? request.body : new Uint8Array()
  const parsed = parseRequest(bytes, LIMITS, hasCapability)
  if ('requestError' in parsed) return sendRequestError(reply, parsed)
  const done = await runRequest(jmap, login, parsed)
  const sessionState = sessionOf(jmap, login, baseUrlOf(request)).state
  return reply.header('content-type', JSON_TYPE).send(JSON.stringify({ ...done, sessionState }))
}

/** What a client is told of a body that is too large before it is read. */
const bodyTooLarge = (error: FastifyError, _: FastifyRequest, reply: FastifyReply): FastifyReply => {
  if (error.statusCode !== 413) throw error
  return sendRequestError(reply, {
    requestError: 'limit',
    detail: 'The request is too large',
    limit: 'maxSizeRequest',
  })
}

/** Whether a client offers to speak JMAP on the connection that it wants (RFC 8887 §4.1). */
const offersJmap = (request: FastifyRequest): boolean =>
  (request.headers['sec-websocket-protocol'] ?? '').split(',').some((one) => one.trim() === SUBPROTOCOL)

const SOCKETS: WebsocketPluginOptions = {
  // What is wrong with a message has closed its connection already, with a code that says why.
  errorHandler: (_, socket) => {
    if (socket.readyState === socket.OPEN) socket.terminate()
  },
  options: { maxPayload: MOST_MESSAGE_BYTES, handleProtocols: () => SUBPROTOCOL },
}

/** The way to WebSocket: who comes to it has signed in. `requests`: shared with HTTP. */
const socketRoute = (scope: FastifyInstance, { jmap }: CallerOptions, requests: Seats<string>): void => {
  const seats = makeSeats<string>(MOST_SOCKETS)
  scope.route({
    method: 'GET',
    url: SOCKET_PATH,
    onRequest: async (request, reply) => {
      if (request.ws && !offersJmap(request))
        return sendProblem(reply, 400, 'The subprotocol of this connection is jmap')
      return undefined
    },
    handler: (_, reply) => sendProblem(reply.header('upgrade', 'websocket'), 426, 'This is for WebSocket'),
    wsHandler: (socket, request) => {
      const login = logins.get(request)!
      const leave = seats.take(login.username)
      if (!leave) {
        socket.close(TRY_AGAIN_LATER, 'too many connections')
        return
      }
      socket.on('close', leave)
      const baseUrl = baseUrlOf(request)
      serveSocket(jmap, socket, { login, seats: requests, sessionState: () => sessionOf(jmap, login, baseUrl).state })
    },
  })
}

/** RFC 6455 and its registry */
const TRY_AGAIN_LATER = 1013

/** Adds JMAP to a server. Resolves when its routes are there. */
export const jmapRoutes = async (app: FastifyInstance, options: CallerOptions): Promise<void> => {
  const requests = makeSeats<string>(LIMITS.maxConcurrentRequests)
  const uploads = makeSeats<string>(LIMITS.maxConcurrentUpload)
  const feeds = makeSeats<string>(MOST_SOCKETS)
  const proofs = makeSeats<string>(MOST_PROOFS)
  const closing = new Set<() => void>()
  app.addHook('preClose', async () => {
    for (const end of [...closing]) end()
  })

  const admit = async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const login = await findLogin(options, request)
    if (typeof login !== 'string') {
      logins.set(request, login)
      return undefined
    }
    reply.header('connection', 'close')
    return sendRefusal(request, reply, login)
  }
  /** Takes a seat of the login's, or tells that there is none. */
  const seated =
    (seats: typeof requests, limit: string) =>
    async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
      const leave = seats.take(logins.get(request)!.username)
      if (!leave) return sendRequestError(reply, { requestError: 'limit', detail: 'Too many at one time', limit })
      // who was let in may be gone by now: then nothing closes any more
      if (reply.raw.destroyed || request.raw.socket.destroyed) leave()
      else reply.raw.once('close', leave)
      return undefined
    }

  await app.register(async (scope) => {
    // First: connections that are refused are closed by it, too.
    await scope.register(websocket, SOCKETS)
    scope.addHook('onRequest', admit)
    socketRoute(scope, options, requests)
  })
  await app.register(async (scope) => {
    scope.addHook('onRequest', admit)
    scope.addHook('onSend', async (_, reply) => {
      reply.header('cross-origin-resource-policy', 'same-origin').header('referrer-policy', 'no-referrer')
    })
    const session = (request: FastifyRequest, reply: FastifyReply): FastifyReply =>
      reply
        .header('content-type', JSON_TYPE)
        .header('cache-control', 'no-cache, no-store, must-revalidate')
        .send(JSON.stringify(sessionOf(options.jmap, logins.get(request)!, baseUrlOf(request))))
    const notAllowed = (_: FastifyRequest, reply: FastifyReply): FastifyReply =>
      sendProblem(reply.header('allow', 'POST'), 405, 'Requests are sent by POST')
    for (const url of ['/jmap', '/jmap/'])
      scope.route({ method: ['GET', 'PUT', 'PATCH', 'DELETE'], url, handler: notAllowed })
    scope.get('/.well-known/jmap', session)
    scope.get('/jmap/session', session)
    scope.get<DownloadRequest>('/jmap/download/:accountId/:blobId/:name', (request, reply) =>
      download(options, request, reply),
    )
    scope.get<{ Params: { accountId: string; identifier: string } }>(
      '/jmap/evidence/:accountId/:identifier',
      { onRequest: seated(proofs, 'maxConcurrentEvidence') },
      (request, reply) => evidence(options, request, reply),
    )
    scope.get<{ Querystring: Partial<EventsQuery> }>(
      '/jmap/events',
      { onRequest: seated(feeds, 'maxConcurrentEvents') },
      async (request, reply) => {
        const { types = '*', closeafter = 'no', ping = '0' } = request.query
        if (!['state', 'no'].includes(closeafter) || !/^\d{1,6}$/.test(ping))
          return sendProblem(reply, 400, 'closeafter is "state" or "no", ping a number of seconds')
        await serveEvents(options.jmap, logins.get(request)!, { types, closeafter, ping }, request, reply, closing)
        return reply
      },
    )
    await scope.register(async (json) => {
      json.removeAllContentTypeParsers()
      json.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: LIMITS.maxSizeRequest }, (_, body, done) =>
        done(null, body),
      )
      json.setErrorHandler(bodyTooLarge)
      for (const url of ['/jmap', '/jmap/'])
        json.post(
          url,
          { onRequest: seated(requests, 'maxConcurrentRequests'), bodyLimit: LIMITS.maxSizeRequest },
          (request, reply) => answer(options, request, reply),
        )
    })
    await scope.register(async (bytes) => {
      bytes.removeAllContentTypeParsers()
      bytes.addContentTypeParser('*', (_, payload, done) => done(null, payload))
      for (const url of ['/jmap/upload/:accountId', '/jmap/upload/:accountId/'])
        bytes.post<{ Params: { accountId: string } }>(
          url,
          { onRequest: seated(uploads, 'maxConcurrentUpload'), bodyLimit: Number.MAX_SAFE_INTEGER },
          (request, reply) => upload(options, request, reply),
        )
    })
  })
}
