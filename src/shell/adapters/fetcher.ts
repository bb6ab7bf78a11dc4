// Fetches over HTTPS what the directory's distribution and the authorities publish.
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { Fault } from '../../core/lib/refusal.ts'
import type { Fetcher } from '../../core/ports.ts'

export type FetcherOptions = {
  /** PEM of the authorities whose servers are believed; the system's where absent. */
  readonly roots?: readonly string[] | undefined
  /** PEM of the certificate that the provider shows, where the distribution asks for one (RFC 6109 §5.6). */
  readonly client?: { readonly key: string; readonly certificate: string } | undefined
  /** From the first byte to the last. */
  readonly timeoutMs?: number
  /** Takes http: too, for what is signed and public by its nature, as revocation lists are (RFC 5280 §4.2.1.13). */
  readonly allowPlain?: boolean
}

const fault = (url: string, message: string, cause?: unknown): Fault =>
  new Fault('directory', `${url}: ${message}`, { cause })

const respond = (url: URL, options: FetcherOptions, signal: AbortSignal): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const common = { method: 'GET', agent: false, signal, headers: { 'accept-encoding': 'identity' } } as const
    const request =
      url.protocol === 'https:'
        ? httpsRequest(
            url,
            {
              ...common,
              ...(options.roots ? { ca: [...options.roots] } : {}),
              key: options.client?.key,
              cert: options.client?.certificate,
              minVersion: 'TLSv1.2',
            },
            resolve,
          )
        : httpRequest(url, common, resolve)
    request.once('error', reject)
    request.end()
  })

const readAll = async (response: IncomingMessage, limitBytes: number): Promise<Uint8Array> => {
  const announced = Number(response.headers['content-length'] ?? 0)
  const chunks: Buffer[] = []
  let sizeBytes = 0
  if (announced > limitBytes) throw new Error(`${announced} bytes, more than ${limitBytes}`)
  for await (const chunk of response as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length
    if (sizeBytes > limitBytes) throw new Error(`more than ${limitBytes} bytes`)
    chunks.push(chunk)
  }
  if (!response.complete) throw new Error('cut short')
  return Buffer.concat(chunks)
}

/** A fetcher that follows no redirection, and takes nothing but a whole 200. */
export const httpsFetcher = (options: FetcherOptions = {}): Fetcher => ({
  get: async (text, limitBytes) => {
    const url = URL.canParse(text) ? new URL(text) : undefined
    const allowed = url?.protocol === 'https:' || (options.allowPlain === true && url?.protocol === 'http:')
    if (!url || !allowed) throw fault(text, 'not an https address')
    const signal = AbortSignal.timeout(options.timeoutMs ?? 30_000)
    let response: IncomingMessage | undefined
    try {
      response = await respond(url, options, signal)
      if (response.statusCode !== 200) throw new Error(`status ${response.statusCode}`)
      return await readAll(response, limitBytes)
    } catch (error) {
      throw fault(text, signal.aborted ? 'no answer in time' : (error as Error).message, error)
    } finally {
      response?.destroy()
    }
  },
})
