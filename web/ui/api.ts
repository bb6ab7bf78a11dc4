// The client of the HTTP API, typed by the endpoints' own schemas; their code stays on the server.
import type { ProblemDocument } from '../../src/core/api/problemDocument.ts'
import type { BodyOf, EndpointId, EndpointOf, ParamsOf, QueryOf, ReplyOf } from './contract.ts'
import { takeEarly } from './early.ts'
import { language } from './language.ts'
import { noteProblem } from './problems.ts'

type RouteOf<Id extends EndpointId> = `${EndpointOf<Id>['method']} ${EndpointOf<Id>['path']}`
type Routes = { [Id in EndpointId as RouteOf<Id>]: EndpointOf<Id> }

/** A method and a path as the table of endpoints writes them: `PATCH /enrolment`. */
export type Route = keyof Routes

/** Options that must be given where the endpoint has them. */
type Required1<Key extends string, Value> = [Value] extends [undefined] ? unknown : { readonly [K in Key]: Value }
type Optional1<Key extends string, Value> = [Value] extends [undefined] ? unknown : { readonly [K in Key]?: Value }

export type CallOptions<R extends Route> = Required1<'params', ParamsOf<Routes[R]>> &
  Optional1<'query', QueryInput<QueryOf<Routes[R]>>> &
  Required1<'body', BodyOf<Routes[R]>> & {
    /** Of the person's one intent: the same one while it is tried again. Without it, of this call. */
    readonly idempotencyKey?: string
    readonly signal?: AbortSignal | undefined
    /** One try: who has something else to show does not wait for a network that fails. */
    readonly once?: boolean
  }

type QueryInput<Q> = Q extends object ? Partial<Q> : undefined
type Arguments<R extends Route> = object extends CallOptions<R> ? [CallOptions<R>?] : [CallOptions<R>]

export type Reply<R extends Route> = ReplyOf<Routes[R]>

export type FieldProblem = { readonly field: string; readonly code: string; readonly message: string }

/** What travels of a problem, as far as it is one of ours. */
type ProblemBody = Partial<Omit<ProblemDocument, 'status' | 'type'>>

/** What the server refused, or that it could not be reached (`code` is `offline`): with words for people. */
export class Problem extends Error {
  readonly status: number
  readonly code: string
  readonly title: string
  readonly detail: string
  readonly fields: readonly FieldProblem[]
  /** Names the line of the server's log that tells of a bug. */
  readonly reference: string | undefined
  constructor(status: number, body: ProblemBody) {
    super(body.code ?? String(status))
    this.name = 'Problem'
    this.status = status
    this.code = body.code ?? (status >= 500 ? 'unexpected' : 'badRequest')
    this.title = body.title ?? ''
    this.detail = body.detail ?? ''
    this.fields = (body.errors ?? []).map((one) => ({ field: one.field, code: one.code, message: one.detail }))
    this.reference = body.reference
    noteProblem(this.code, this.reference)
  }
}

const BASE = '/api/v1'
/** A person waits; a network comes back within seconds or is told of. */
const PAUSES_MS = [400, 1_500, 4_000]
/** Answers that pass by themselves. */
const PASSING = new Set([502, 503, 504])

/** A key for one intent of a person. */
export const newKey = (): string =>
  crypto.randomUUID?.() ?? [...crypto.getRandomValues(new Uint8Array(16))].map((one) => one.toString(16)).join('')

const pause = (ms: number, signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms)
    signal?.addEventListener('abort', () => {
      clearTimeout(timer)
      reject(signal.reason)
    })
  })

/** The address of an endpoint: for links and images too. */
export const addressOf = (
  path: string,
  params: Readonly<Record<string, string | number>> = {},
  query: Readonly<Record<string, unknown>> = {},
): string => {
  const filled = path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(params[name])))
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.append(name, String(value))
  return `${BASE}${filled}${search.size > 0 ? `?${search}` : ''}`
}

/** Headers of every call. Browsers let no other site set the first: it is our proof that a page of ours asks. */
export const commonHeaders = (): Record<string, string> => ({
  'x-requested-with': 'ceralacca',
  'accept-language': language() === 'en' ? 'en, it;q=0.5' : 'it, en;q=0.5',
  accept: 'application/json, application/problem+json',
})

/** What a body of a problem says; an answer that is none tells what its status tells. */
export const problemOf = (status: number, text: string): Problem => {
  try {
    return new Problem(status, JSON.parse(text) as ProblemBody)
  } catch {
    return new Problem(status, {})
  }
}

const attempt = async (url: string, init: RequestInit): Promise<Response | 'passing'> => {
  try {
    const response = await fetch(url, init)
    return PASSING.has(response.status) ? 'passing' : response
  } catch (error) {
    if (init.signal?.aborted) throw error
    return 'passing' // the network failed
  }
}

const insist = async (url: string, init: RequestInit, once = false): Promise<Response> => {
  for (const ms of once ? [] : PAUSES_MS) {
    const response = await attempt(url, init)
    if (response !== 'passing') return response
    await pause(ms, init.signal ?? undefined)
  }
  const response = await attempt(url, init)
  if (response !== 'passing') return response
  throw new Problem(0, { code: 'offline' })
}

/** Calls an endpoint: `await call('PATCH /enrolment', { body })`. Throws Problem. */
export const call = async <R extends Route>(route: R, ...[given]: Arguments<R>): Promise<Reply<R>> => {
  const options = (given ?? {}) as {
    params?: Record<string, string | number>
    query?: Record<string, unknown>
    body?: unknown
    idempotencyKey?: string
    signal?: AbortSignal
    once?: boolean
  }
  const [method = 'GET', path = ''] = route.split(' ')
  const address = addressOf(path, options.params, options.query)
  const early = method === 'GET' ? takeEarly(address) : undefined
  if (early !== undefined) return early as Reply<R>
  const headers = commonHeaders()
  if (method === 'POST') headers['idempotency-key'] = options.idempotencyKey ?? newKey()
  const binary = options.body instanceof Blob
  if (options.body !== undefined) {
    headers['content-type'] = binary ? (options.body as Blob).type || 'application/octet-stream' : 'application/json'
  }
  const response = await insist(
    address,
    {
      method,
      headers,
      credentials: 'same-origin',
      // What was typed leaves even where the page is being closed.
      ...(method === 'PATCH' ? { keepalive: true } : {}),
      ...(options.body === undefined ? {} : { body: binary ? (options.body as Blob) : JSON.stringify(options.body) }),
      ...(options.signal ? { signal: options.signal } : {}),
    },
    options.once,
  )
  if (!response.ok) throw problemOf(response.status, await response.text())
  if (response.status === 204) return undefined as Reply<R>
  const type = response.headers.get('content-type') ?? ''
  return (type.includes('json') ? await response.json() : await response.blob()) as Reply<R>
}

/** Whether the person must identify themselves again before going on. */
export const isSessionLost = (error: unknown): boolean => error instanceof Problem && error.status === 401
