// Requests that another site makes in the name of who is signed in here: they are recognised and refused.
import type { FastifyRequest } from 'fastify'

/** The field that our pages send: a form of another site cannot, and its script would have to ask first. */
const OUR_FIELD = 'x-requested-with'
const OUR_WORD = 'ceralacca'

const hostOf = (origin: string): string | undefined => {
  try {
    return new URL(origin).host
  } catch {
    return undefined
  }
}

/**
 * Whether a request that changes something may come from another site. `byCookie`: it carries one of our cookies,
 * which browsers send by themselves; then our own field is needed too. A bearer token nobody sends by accident.
 */
export const isCrossSite = (request: FastifyRequest, byCookie: boolean, publicHost: string): boolean => {
  if (request.method === 'GET' || request.method === 'HEAD' || request.method === 'OPTIONS') return false
  const { origin } = request.headers
  const site = request.headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && (byCookie || site !== 'none')) return true
  if (origin !== undefined) {
    const host = hostOf(origin)
    if (host === undefined || (host !== request.host && host !== publicHost)) return true
  }
  return byCookie && request.headers[OUR_FIELD] !== OUR_WORD
}

/**
 * Whether another site asks for a WebSocket: browsers let any page open one, with our cookies and passwords that they
 * remember, and say where it comes from (RFC 6455 §10.2). Mail programs say nothing, and have no cookies.
 */
export const isForeignUpgrade = (
  request: FastifyRequest,
  byCookie: boolean,
  publicHost: string | undefined,
): boolean => {
  if (request.headers.upgrade === undefined) return false
  const { origin } = request.headers
  if (origin === undefined) return byCookie
  const host = hostOf(origin)
  return host === undefined || (host !== request.host && host !== publicHost)
}
