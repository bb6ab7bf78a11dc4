// The secrets that come with a request (cookies, a bearer token) and the cookies that go back.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { isToken } from '../../../identity/tokens.ts'
import type { CookieName } from './handler.ts'

const NAMES: Readonly<Record<CookieName, string>> = {
  staff: 'ceralacca_staff',
  case: 'ceralacca_case',
  account: 'ceralacca_account',
  device: 'ceralacca_device',
  recovery: 'ceralacca_recovery',
  ticket: 'ceralacca_ticket',
}
const COOKIE_LIMIT = 8_192

/** Over TLS the name binds the cookie to this host, whole and secure: no neighbour can plant one (RFC 6265bis §4.1.3.2). */
const nameOf = (name: CookieName, secure: boolean): string => (secure ? `__Host-${NAMES[name]}` : NAMES[name])

const readCookie = (header: string | undefined, name: string): string | undefined => {
  if (header === undefined || header.length > COOKIE_LIMIT) return undefined
  for (const pair of header.split(';')) {
    const at = pair.indexOf('=')
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim()
  }
  return undefined
}

const readBearer = (authorization: string | undefined): string | undefined =>
  /^bearer +([A-Za-z0-9_-]{20,100}) *$/i.exec(authorization ?? '')?.[1]

export type Secrets = {
  readonly given: (name: CookieName) => string | undefined
  /** Whether the browser sent one by itself. */
  readonly byCookie: boolean
}

/** What a request carries. Where there is a bearer token, cookies do not count. */
export const readSecrets = (request: FastifyRequest, secure: boolean): Secrets => {
  const bearer = readBearer(request.headers.authorization)
  if (bearer !== undefined) {
    return { byCookie: false, given: (name) => (isToken(name, bearer) ? bearer : undefined) }
  }
  const { cookie } = request.headers
  const given = (name: CookieName): string | undefined => readCookie(cookie, nameOf(name, secure))
  return { byCookie: (Object.keys(NAMES) as CookieName[]).some((name) => given(name) !== undefined), given }
}

const addCookie = (reply: FastifyReply, text: string): void => {
  const before = reply.getHeader('set-cookie')
  const list = before === undefined ? [] : Array.isArray(before) ? before : [String(before)]
  const name = text.slice(0, text.indexOf('='))
  reply.removeHeader('set-cookie')
  // fastify adds up values of this one field
  for (const one of [...list.filter((other) => !other.startsWith(`${name}=`)), text]) reply.header('set-cookie', one)
}

/** Sets a cookie that scripts cannot read and other sites' forms do not send. */
export const setCookie = (
  reply: FastifyReply,
  secure: boolean,
  cookie: { readonly name: CookieName; readonly token: string; readonly maxAgeMs: number },
): void => {
  // The token goes into a header: it is one of ours, or nothing.
  if (!isToken(cookie.name, cookie.token)) throw new Error(`not a token of a ${cookie.name}`)
  const seconds = Math.floor(cookie.maxAgeMs / 1_000)
  addCookie(
    reply,
    `${nameOf(cookie.name, secure)}=${cookie.token}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`,
  )
}

export const clearCookie = (reply: FastifyReply, secure: boolean, name: CookieName): void =>
  addCookie(reply, `${nameOf(name, secure)}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`)
