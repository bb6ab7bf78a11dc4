// Serves the table of endpoints: for each its route, its checks, who may call it, and what becomes of the answer.
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { TSchema } from 'typebox'
import { type BinaryReply, type Endpoint, isBinary } from '../../../core/api/endpoint.ts'
import { type EndpointId, endpoints } from '../../../core/api/endpoints.ts'
import { openApiDocument } from '../../../core/api/openapi.ts'
import { type FieldRefusal, isRefusal, type Refusal } from '../../../core/api/problems.ts'
import { nameSecret } from '../../identity/passwords.ts'
import type { Office } from '../../office.ts'
import { bodyBytes, drain, saysTooLarge, sendBytes } from './api/bytes.ts'
import { type Caller, callerName, resolveCaller } from './api/callers.ts'
import { isCrossSite } from './api/crossSite.ts'
import type { Call, Client, Cookies, Handlers } from './api/handler.ts'
import { type Limits, type Meter, makeMeter, PUBLIC_LIMITS, SANDBOX_LIMITS } from './api/limits.ts'
import { mailboxPaths } from './api/mailboxPaths.ts'
import { isUsableKey, makeRepeats, type Outcome, plainRun, type Repeats, type Run } from './api/once.ts'
import { sendError, sendRefusal } from './api/problems.ts'
import { clearCookie, readSecrets, type Secrets, setCookie } from './api/secrets.ts'
import { type Check, checkBody, checkTexts, cleaned, misfits } from './api/validate.ts'
import { languageFor } from './problem.ts'

export const API_PREFIX = '/api/v1'
const JSON_LIMIT_BYTES = 1024 * 1024
/** A JSON body that has not come whole by then comes from nobody who means well. */
const BODY_LIMIT_MS = 30_000
/** What a call costs of the points of its address, where it costs more than one: what could be used to try many. */
const COSTS: Partial<Record<EndpointId, number>> = {
  startEnrolment: 8,
  requestResume: 8,
  requestPassword: 8,
  signIn: 4,
  giveSecondFactor: 4,
  acceptInvitation: 4,
  signInToAccount: 4,
  acceptCollaboration: 4,
  claimHandover: 4,
  giveAccountCode: 4,
  beginPasskeySignIn: 4,
  signInByPasskey: 4,
  askPasswordReset: 8,
  startRecovery: 16,
  giveResetCode: 8,
  resetPassword: 4,
  openTicket: 16,
  enterTicket: 4,
}

export type ApiOptions = {
  readonly office: Office
  readonly handlers: Handlers
  readonly limits?: Limits
  readonly bodyLimitMs?: number
  /** Checks each reply against its schema and fails on one that does not fit: in tests and in the sandbox. */
  readonly checkReplies?: boolean
}

/** An endpoint, ready to be served. */
type Served = {
  readonly id: EndpointId
  readonly endpoint: Endpoint
  readonly handle: (call: never) => Promise<unknown>
  readonly params: Check
  readonly query: Check
  readonly body: Check
  readonly misfit: (reply: unknown) => string | undefined
}

/** What is found out of a request before its body is read. */
type Found = { readonly secrets: Secrets; readonly caller: Caller }

type Desk = {
  readonly office: Office
  readonly secure: boolean
  readonly publicHost: string
  readonly meter: Meter
  readonly repeats: Repeats
  readonly checkReplies: boolean
}

const found = new WeakMap<FastifyRequest, Found>()

const nothing: Check = () => ({ value: undefined })

const serve = (id: EndpointId, handle: Served['handle']): Served => {
  const endpoint: Endpoint = endpoints[id]
  const { body, reply } = endpoint
  return {
    id,
    endpoint,
    handle,
    params: checkTexts(endpoint.params),
    query: checkTexts(endpoint.query),
    body: body === undefined || isBinary(body) ? nothing : checkBody(body as TSchema),
    misfit: reply === undefined || 'binary' in reply ? () => undefined : misfits(reply as TSchema),
  }
}

/** Before the body is read: is it too often, from another site, from somebody who may. */
const admit = async (desk: Desk, served: Served, request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
  const { office } = desk
  const { access, body } = served.endpoint
  const refuse = (refusal: Refusal): FastifyReply => {
    // What still comes of a body that nobody will read is not waited for.
    if (request.headers['content-length'] !== undefined || request.headers['transfer-encoding'] !== undefined)
      reply.header('connection', 'close')
    return sendRefusal(office, request, reply, refusal)
  }
  const now = office.clock.now()
  const limited = (waitMs: number): FastifyReply => {
    reply.header('retry-after', String(Math.ceil(waitMs / 1_000)))
    return refuse({ refusal: 'tooManyRequests' })
  }
  if (access.kind === 'public') {
    const waitMs = desk.meter.take(request.ip, COSTS[served.id] ?? 1, now)
    if (waitMs !== undefined) return limited(waitMs)
  }
  const secrets = readSecrets(request, desk.secure)
  if (isCrossSite(request, secrets.byCookie, desk.publicHost)) return refuse({ refusal: 'crossSite' })
  const place = (request.params ?? {}) as { readonly order?: string; readonly ticket?: string }
  const resolved = await resolveCaller(office, access, secrets, place)
  if (access.kind === 'applicant' || access.kind === 'recovery' || access.kind === 'ticket') {
    // Many applicants may share an address, the day that an Order calls them: each case has its own points.
    const whose = 'refusal' in resolved ? request.ip : callerName(resolved.caller)
    const waitMs = desk.meter.take(whose, 1, now)
    if (waitMs !== undefined) return limited(waitMs)
  }
  if ('refusal' in resolved) return refuse({ refusal: resolved.refusal })
  if (isBinary(body as Endpoint['body']) && saysTooLarge(request, (body as { limitBytes: number }).limitBytes))
    return refuse({ refusal: 'tooLarge' })
  found.set(request, { secrets, caller: resolved.caller })
  return undefined
}

const MEDIA_TYPE = /^[a-z0-9!#$&^_.+-]+\/[a-z0-9!#$&^_.+-]+/

const clientOf = (request: FastifyRequest): Client => ({
  remoteAddress: request.ip,
  userAgent: (request.headers['user-agent'] ?? '').slice(0, 300),
  language: languageFor(request.headers['accept-language']),
  contentType: MEDIA_TYPE.exec((request.headers['content-type'] ?? '').toLowerCase())?.[0] ?? '',
})

const cookiesOf = (desk: Desk, reply: FastifyReply, secrets: Secrets, run: Run): Cookies => ({
  given: secrets.given,
  set: (name, token, maxAgeMs) => {
    run.noteCookie(name, token, maxAgeMs)
    setCookie(reply, desk.secure, { name, token, maxAgeMs })
  },
  clear: (name) => clearCookie(reply, desk.secure, name),
})

type Input = { readonly params: unknown; readonly query: unknown; readonly body: unknown }

/** Everything that came, checked; or the fields that do not fit, of all places together. */
const inputOf = (served: Served, request: FastifyRequest): Input | { readonly fields: readonly FieldRefusal[] } => {
  const params = served.params(request.params)
  const query = served.query(request.query)
  const { body: wanted } = served.endpoint
  const bytes = isBinary(wanted)
  // Where no body is wanted an empty object is none.
  const body = bytes ? { value: bodyBytes(request.body, wanted.limitBytes) } : served.body(request.body ?? undefined)
  const fields = [params, query, body].flatMap((one) => ('fields' in one ? one.fields : []))
  if ('fields' in params || 'fields' in query || 'fields' in body) return { fields }
  return { params: params.value, query: query.value, body: body.value }
}

const answer = async (desk: Desk, served: Served, request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
  const { office } = desk
  const { secrets, caller } = found.get(request)!
  const input = inputOf(served, request)
  if ('fields' in input) return sendRefusal(office, request, reply, { refusal: 'badRequest', fields: input.fields })
  const work = async (run: Run): Promise<Outcome> => {
    const call = {
      office,
      caller,
      ...input,
      client: clientOf(request),
      cookies: cookiesOf(desk, reply, secrets, run),
      newToken: run.newToken,
    } satisfies Omit<Call<EndpointId>, 'caller' | 'params' | 'query' | 'body'> & Input & { readonly caller: Caller }
    const value = await served.handle!(call as never)
    return isRefusal(value) ? value : { reply: value }
  }
  const key = served.endpoint.idempotent ? request.headers['idempotency-key'] : undefined
  let outcome: Outcome
  if (key === undefined) outcome = await work(plainRun)
  else {
    const by = callerName(caller)
    if (!isUsableKey(key, by)) return sendRefusal(office, request, reply, keyRefusal)
    const { params, query, body } = isBinary(served.endpoint.body) ? { ...input, body: bytesMark(request) } : input
    const once = { caller: by, key, endpoint: served.id, params, query, body }
    outcome = await desk.repeats.run(office, once, work, (name, token, maxAgeMs) =>
      setCookie(reply, desk.secure, { name, token, maxAgeMs }),
    )
  }
  if (isBinary(served.endpoint.body)) await drain(request.body, served.endpoint.body.limitBytes)
  if ('refusal' in outcome) return sendRefusal(office, request, reply, outcome)
  return sendReply(desk, served, reply, outcome.reply)
}

const keyRefusal: Refusal = {
  refusal: 'badRequest',
  fields: [
    {
      field: 'Idempotency-Key',
      code: 'format',
      it: 'Deve avere da 16 a 200 caratteri senza spazi, scelti a caso: per esempio un UUID.',
      en: 'It must have 16 to 200 characters without spaces, chosen at random: a UUID, for example.',
    },
  ],
}

/** What stands for a body of bytes in the comparison of two requests. */
const bytesMark = (request: FastifyRequest): unknown => [
  request.headers['content-length'],
  request.headers['content-type'],
]

const sendReply = (desk: Desk, served: Served, reply: FastifyReply, value: unknown): FastifyReply => {
  const { reply: schema } = served.endpoint
  if (schema === undefined) return reply.code(204).send()
  if ('binary' in schema) return sendBytes(reply, value as BinaryReply)
  const body = cleaned(schema as TSchema, value)
  const misfit = desk.checkReplies ? served.misfit(body) : undefined
  if (misfit !== undefined) throw new Error(`the reply of ${served.id} does not fit its schema: ${misfit}`)
  return reply.header('content-type', 'application/json; charset=utf-8').send(JSON.stringify(body))
}

/** Ends a request whose body does not come. */
const limitBody = (app: FastifyInstance, limitMs: number): void => {
  const timers = new WeakMap<FastifyRequest, NodeJS.Timeout>()
  app.addHook('preParsing', async (request) => {
    timers.set(
      request,
      setTimeout(() => request.raw.destroy(), limitMs),
    )
  })
  const stop = async (request: FastifyRequest): Promise<void> => clearTimeout(timers.get(request))
  app.addHook('preValidation', stop)
  app.addHook('onError', stop)
  app.addHook('onRequestAbort', stop)
}

const route = (app: FastifyInstance, desk: Desk, served: Served): void => {
  const { method, path } = served.endpoint
  app.route({
    method,
    url: path,
    exposeHeadRoute: method === 'GET',
    onRequest: (request, reply) => admit(desk, served, request, reply),
    handler: (request, reply) => answer(desk, served, request, reply),
  })
}

const ALL_METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/** The other methods of each path: OPTIONS says which there are, the rest are told. */
const otherMethods = (app: FastifyInstance, office: Office): void => {
  const byPath = new Map<string, Set<string>>()
  for (const { method, path } of Object.values(endpoints))
    byPath.set(path, (byPath.get(path) ?? new Set<string>()).add(method))
  for (const [url, methods] of byPath) {
    const allow = [...methods, ...(methods.has('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ')
    app.options(url, (_, reply) => reply.code(204).header('allow', allow).send())
    app.route({
      method: ALL_METHODS.filter((method) => !methods.has(method)),
      url,
      exposeHeadRoute: false,
      onRequest: async (request, reply) => {
        reply.header('allow', allow)
        return sendRefusal(office, request, reply, { refusal: 'methodNotAllowed' })
      },
      handler: () => {},
    })
  }
}

/** The description of the API, for programs and those who write them. */
const describe = (office: Office, secure: boolean): string =>
  JSON.stringify(
    openApiDocument(endpoints, {
      title: `Ceralacca, ${office.provider.name}`,
      version: '1',
      url: `${office.publicUrl}${API_PREFIX}`,
      hostCookies: secure,
      sandbox: office.sandbox,
      more: mailboxPaths,
    }),
  )

const sendDocument = (reply: FastifyReply, document: string): FastifyReply =>
  reply
    .header('content-type', 'application/json; charset=utf-8')
    .header('cache-control', 'public, max-age=300')
    .send(document)

/** Adds the API to a server. Resolves when its routes are there. */
export const apiRoutes = async (app: FastifyInstance, { office, handlers, ...options }: ApiOptions): Promise<void> => {
  const secure = office.publicUrl.startsWith('https:')
  const desk: Desk = {
    office,
    secure,
    publicHost: new URL(office.publicUrl).host,
    meter: makeMeter(options.limits ?? (office.sandbox ? SANDBOX_LIMITS : PUBLIC_LIMITS)),
    repeats: makeRepeats(() => nameSecret(office.db)),
    checkReplies: options.checkReplies ?? office.sandbox,
  }
  const document = describe(office, secure)
  const all = Object.keys(endpoints) as EndpointId[]
  const made = all.map((id) => {
    const handle = (handlers as Partial<Record<EndpointId, Served['handle']>>)[id]
    if (!handle) throw new Error(`no handler for ${id}`)
    return serve(id, handle)
  })
  const common = (scope: FastifyInstance): void => {
    scope.setErrorHandler((error: FastifyError | Error, request, reply) => sendError(office, error, request, reply))
    scope.addHook('onSend', async (_, reply) => {
      reply.header('cross-origin-resource-policy', 'same-origin').header('referrer-policy', 'no-referrer')
    })
  }
  await app.register(
    async (scope) => {
      common(scope)
      scope.setNotFoundHandler((request, reply) => sendRefusal(office, request, reply, { refusal: 'notFound' }))
      await scope.register(async (json) => {
        limitBody(json, options.bodyLimitMs ?? BODY_LIMIT_MS)
        // a form of another site may send text without asking: it is no JSON
        json.removeContentTypeParser('text/plain')
        json.addHook('onRoute', (one) => {
          one.bodyLimit = JSON_LIMIT_BYTES
        })
        for (const served of made) if (!isBinary(served.endpoint.body)) route(json, desk, served)
        otherMethods(json, office)
        json.get('/openapi.json', { exposeHeadRoute: true }, (_, reply) => sendDocument(reply, document))
      })
      await scope.register(async (bytes) => {
        bytes.removeAllContentTypeParsers()
        bytes.addContentTypeParser('*', (_, payload, done) => done(null, payload))
        bytes.addHook('onRoute', (one) => {
          one.bodyLimit = Number.MAX_SAFE_INTEGER // counted as they come
        })
        for (const served of made) if (isBinary(served.endpoint.body)) route(bytes, desk, served)
      })
    },
    { prefix: API_PREFIX },
  )
}
