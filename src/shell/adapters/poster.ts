// Posts to addresses that people and browsers gave us: https, public, each name looked up once and connected to there,
// no redirection followed, nothing of the answer told but its status.
import { lookup as systemLookup } from 'node:dns/promises'
import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP } from 'node:net'
import { type PostAnswer, postUrl } from '../../core/identity/alertDelivery.ts'
import type { Poster, PostRequest } from '../../core/ports.ts'
import { isLoopback, isPublicAddress } from './publicAddress.ts'

type Address = { readonly address: string; readonly family: number }

export type PosterOptions = {
  /** Takes this machine, and http: there, too: for the sandbox and tests. */
  readonly loopback?: boolean
  /** PEM of the authorities whose servers are believed; the system's where absent. */
  readonly roots?: readonly string[] | undefined
  /** From the look-up to the status. */
  readonly timeoutMs?: number
  readonly lookup?: (host: string) => Promise<readonly Address[]>
}

const TIMEOUT_MS = 10_000
/** Retry-After in seconds (RFC 9110 §10.2.3); the form that is a date is passed over. */
const retryAfterMs = (field: string | undefined): number | undefined =>
  field !== undefined && /^\d{1,9}$/.test(field) ? Number(field) * 1_000 : undefined

const silent = (why: Extract<PostAnswer, { kind: 'silent' }>['why']): PostAnswer => ({ kind: 'silent', why })

const TLS_ERROR = /^(?:ERR_TLS|ERR_SSL|CERT_|UNABLE_TO|DEPTH_ZERO|SELF_SIGNED|HOSTNAME_MISMATCH|EPROTO)/

const silenceOf = (error: unknown, signal: AbortSignal): PostAnswer => {
  if (signal.aborted) return silent('time')
  return silent(TLS_ERROR.test((error as { code?: string }).code ?? '') ? 'tls' : 'connection')
}

/** Stops waiting for a promise when the time is over. */
const within = <T>(promise: Promise<T>, signal: AbortSignal): Promise<T> =>
  new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    promise.then(resolve, reject)
  })

const send = (
  url: URL,
  { address, family }: Address,
  { headers, body }: PostRequest,
  { roots }: PosterOptions,
  signal: AbortSignal,
): Promise<PostAnswer> =>
  new Promise((resolve, reject) => {
    const common: RequestOptions = {
      method: 'POST',
      agent: false,
      signal,
      headers: { ...headers, 'content-length': body.length, 'user-agent': 'Ceralacca' },
      // The address that was looked at is the one that is connected to: a name that changes its mind changes nothing.
      lookup: (_host, options, done) =>
        options.all ? done(null, [{ address, family }]) : done(null, address, family as 4 | 6),
    }
    const answer = (response: IncomingMessage): void => {
      // What it says is read by nobody: it could be the page of somebody else.
      response.on('error', () => {})
      response.destroy()
      resolve({
        kind: 'answered',
        status: response.statusCode ?? 0,
        retryAfterMs: retryAfterMs(response.headers['retry-after']),
      })
    }
    const request =
      url.protocol === 'https:'
        ? httpsRequest(url, { ...common, ...(roots ? { ca: [...roots] } : {}), minVersion: 'TLSv1.2' }, answer)
        : httpRequest(url, common, answer)
    request.on('error', reject)
    request.end(body)
  })

export const openPoster = (options: PosterOptions = {}): Poster => {
  const { loopback = false, timeoutMs = TIMEOUT_MS } = options
  const lookup = options.lookup ?? ((host) => systemLookup(host, { all: true, verbatim: true }))
  const isAllowed = (url: URL, address: string): boolean =>
    (url.protocol === 'https:' && isPublicAddress(address)) || (loopback && isLoopback(address))
  /** The address to connect to. One that is not public spoils the name: who mixes them means no good. */
  const find = async (url: URL, signal: AbortSignal): Promise<Address | PostAnswer> => {
    const host = url.hostname.replace(/^\[|\]$/g, '')
    let found: readonly Address[]
    try {
      found = isIP(host) ? [{ address: host, family: isIP(host) }] : await within(lookup(host), signal)
    } catch {
      return silent(signal.aborted ? 'time' : 'name')
    }
    const [first] = found
    if (!first) return silent('name')
    return found.every(({ address }) => isAllowed(url, address)) ? first : { kind: 'refused', why: 'notPublic' }
  }
  const open = async (text: string, signal: AbortSignal): Promise<readonly [URL, Address] | PostAnswer> => {
    const href = postUrl(text, loopback)
    if (href === undefined) return { kind: 'refused', why: 'notHttps' }
    const url = new URL(href)
    const found = await find(url, signal)
    return 'address' in found ? [url, found] : found
  }
  return {
    check: async (text) => {
      const opened = await open(text, AbortSignal.timeout(timeoutMs))
      return 'kind' in opened ? opened : undefined
    },
    post: async (request) => {
      const signal = AbortSignal.timeout(timeoutMs)
      const opened = await open(request.url, signal)
      if ('kind' in opened) return opened
      try {
        return await send(...opened, request, options, signal)
      } catch (error) {
        return silenceOf(error, signal)
      }
    },
  }
}
