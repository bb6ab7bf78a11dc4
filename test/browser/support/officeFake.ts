// A small fake of the office's API for tests of screens alone: each route answers with a value of its contract.
import type { BrowserContext, Route } from 'playwright-core'
import type { Static, TSchema } from 'typebox'
import type { EndpointId, EndpointOf } from '../../../src/core/api/endpoints.ts'
import { endpoints } from '../../../src/core/api/endpoints.ts'
import { PROBLEMS, type RefusalCode } from '../../../src/core/api/problems.ts'

type Given<E> = E extends { readonly reply: infer S } ? (S extends TSchema ? Static<S> : Buffer) : undefined
export type ReplyOf<Id extends EndpointId> = Given<EndpointOf<Id>>
/** What was asked: parameters of the path, query, body. */
export type Asked = {
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly body: Record<string, unknown>
}
export type Answer<T> = T | { readonly refused: RefusalCode }
export type Fake = { readonly [Id in EndpointId]?: (asked: Asked) => Answer<ReplyOf<Id>> }

export const refused = (code: RefusalCode) => ({ refused: code }) as const

const patternOf = (path: string): RegExp =>
  new RegExp(`^/api/v1${path.replace(/[.]/g, '\\.').replace(/:(\w+)/g, '(?<$1>[^/]+)')}$`)

const TABLE = Object.entries(endpoints).map(([id, { method, path }]) => ({
  id: id as EndpointId,
  method: method as string,
  pattern: patternOf(path),
}))

const problemOf = (code: RefusalCode) => {
  const { status, it } = PROBLEMS[code]
  return { status, contentType: 'application/problem+json', body: JSON.stringify({ status, code, ...it }) }
}

const answer = (fake: Fake, route: Route): Parameters<Route['fulfill']>[0] => {
  const request = route.request()
  const url = new URL(request.url())
  const found = TABLE.find((one) => one.method === request.method() && one.pattern.test(url.pathname))
  const handler = found && (fake[found.id] as ((asked: Asked) => unknown) | undefined)
  if (!handler) return problemOf('notFound')
  const groups = found.pattern.exec(url.pathname)?.groups ?? {}
  const params = Object.fromEntries(Object.entries(groups).map(([name, text]) => [name, decodeURIComponent(text)]))
  const json = request.headers()['content-type']?.includes('json')
  const body = json ? (request.postDataJSON() as Record<string, unknown>) : {}
  const reply = handler({ params, query: url.searchParams, body })
  if (reply === undefined) return { status: 204 }
  if (Buffer.isBuffer(reply)) return { status: 200, contentType: 'image/png', body: reply }
  if (typeof reply === 'object' && reply !== null && 'refused' in reply) return problemOf(reply.refused as RefusalCode)
  return { status: 200, json: reply }
}

/** Answers all calls of the API in a browser; the pages themselves are the server's. */
export const serveFake = (context: BrowserContext, fake: Fake): Promise<unknown> =>
  context.route('**/api/v1/**', (route) => route.fulfill(answer(fake, route)))
