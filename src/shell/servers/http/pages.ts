// Serves the built web pages: all of them in memory, so that no path leads anywhere else, under a policy without exceptions.
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { extname, join, sep } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { escapeHtml } from '../../../core/help/html.ts'
import { APPLICATIONS, type Application, applicationOf } from './addresses.ts'
import { helpHtml, helpWanted } from './helpPages.ts'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
}

/** No script and no style but our files, no frame around us, nothing from elsewhere. */
const policy = (connect: string, images: string, forms: string, frames = "'none'"): string =>
  [
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self'",
    `img-src ${images}`,
    "font-src 'self'",
    `connect-src ${connect}`,
    "object-src 'none'",
    `frame-src ${frames}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
    `form-action ${forms}`,
    "require-trusted-types-for 'script'",
  ].join('; ')

/** Images: the style's own drawings; previews of what a person is about to send. */
const CONTENT_SECURITY_POLICY = policy("'self'", "'self' data: blob:", "'self'")

/** The one address that the verifier's page may ask: what a person gives it to verify can go nowhere. */
const VERIFIER_DATA = '/api/v1/verifier/snapshot'

/** The webmail draws what others wrote in a frame of ours. */
const MAIL_POLICY = policy("'self'", "'self' data: blob:", "'self'", "'self'")

/** The policy of a page. `host`: as the browser names us; whoever lies about it binds only himself. */
const policyOf = (application: Application, host: string): string => {
  if (application === 'mail') return MAIL_POLICY
  if (application !== 'verifier' || !/^[\w.:[\]-]+$/.test(host)) return CONTENT_SECURITY_POLICY
  return policy(`${host}${VERIFIER_DATA}`, "'self' data:", "'none'")
}

const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  // Addresses carry tokens of cases: no other site may read them.
  'referrer-policy': 'no-referrer',
  'permissions-policy': 'camera=(self), microphone=(), geolocation=(), payment=(), usb=()',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'x-frame-options': 'DENY',
}

/** A file as it travels. */
type Variant = { readonly encoding: 'br' | 'gzip' | 'identity'; readonly body: Buffer }
export type PageFile = {
  readonly type: string
  /** The smallest first. */
  readonly variants: readonly Variant[]
}

/** A page, and the same with an answer of the API that it would ask for first. */
type PageHtml = PageFile & { readonly withAnswer: (answer: EarlyAnswer) => PageFile }

/** What the API answers at an address, as JSON; what a page says of it to readers without scripts. */
export type EarlyAnswer = {
  readonly address: string
  readonly json: string
  readonly plain?: { readonly title: string; readonly html: string } | undefined
  readonly status?: number
}

export type Pages = {
  readonly html: Readonly<Record<Application, PageHtml>>
  /** By path of the URL. */
  readonly files: ReadonlyMap<string, PageFile>
}

/** Where a page leaves room for an answer. */
const EARLY_PLACE = '<meta name="early" content="" />'
/** And where for what is read without scripts. */
const PLAIN_PLACE = '<noscript></noscript>'

const SUFFIXES = { br: '.br', gzip: '.gz', identity: '' } as const

/** What a page says of the provider, before anything else is loaded. */
export type PageFacts = {
  readonly provider: string
  readonly sandbox: boolean
  /** The provider's own number for help. */
  readonly helpDesk?: { readonly phone: string; readonly hours?: string | undefined } | undefined
}

const htmlOf = (text: string): PageFile => {
  const body = Buffer.from(text)
  const variants: Variant[] = [
    { encoding: 'br', body: brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }) },
    { encoding: 'gzip', body: gzipSync(body) },
    { encoding: 'identity', body },
  ]
  return { type: TYPES['.html']!, variants }
}

/** The page with the facts in the places that web/PAGE/index.html leaves for them. */
const withFacts = (html: string, { provider, sandbox, helpDesk }: PageFacts): PageHtml => {
  const text = html
    .replaceAll('%PROVIDER%', () => escapeHtml(provider))
    .replaceAll('%PHONE%', () => escapeHtml(helpDesk?.phone ?? ''))
    .replaceAll('%HOURS%', () => escapeHtml(helpDesk?.hours ?? ''))
    .replaceAll('%SANDBOX%', () => (sandbox ? 'yes' : 'no'))
  return {
    ...htmlOf(text.replace(EARLY_PLACE, '')),
    withAnswer: ({ address, json, plain }) => {
      const early = `<meta name="early" data-address="${escapeHtml(address)}" content="${escapeHtml(json)}" />`
      const answered = text.replace(EARLY_PLACE, () => early)
      if (!plain) return htmlOf(answered)
      return htmlOf(
        answered
          .replace(/<title>[^<]*<\/title>/, () => `<title>${escapeHtml(plain.title)}</title>`)
          .replace(PLAIN_PLACE, () => `<noscript>${plain.html}</noscript>`),
      )
    },
  }
}

/** Reads the pages that `npm run build` made; undefined where they are not there. */
export const loadPages = async (folder: string, facts: PageFacts): Promise<Pages | undefined> => {
  if (!APPLICATIONS.every((name) => existsSync(join(folder, name, 'index.html')))) return undefined
  const names = new Set((await readdir(folder, { recursive: true })).map((name) => name.split(sep).join('/')))
  const load = async (name: string): Promise<PageFile> => {
    const variants: Variant[] = []
    for (const [encoding, suffix] of Object.entries(SUFFIXES) as [Variant['encoding'], string][]) {
      if (names.has(name + suffix)) variants.push({ encoding, body: await readFile(join(folder, name + suffix)) })
    }
    variants.sort((a, b) => a.body.length - b.body.length)
    return { type: TYPES[extname(name)] ?? 'application/octet-stream', variants }
  }
  const served = [...names].filter((name) => extname(name) in TYPES && !name.endsWith('.html'))
  const files = new Map<string, PageFile>()
  for (const name of served) files.set(`/${name}`, await load(name))
  const html = Object.fromEntries(
    await Promise.all(
      APPLICATIONS.map(
        async (name) => [name, withFacts(await readFile(join(folder, name, 'index.html'), 'utf8'), facts)] as const,
      ),
    ),
  ) as Record<Application, PageHtml>
  return { html, files }
}

/** Whether an Accept-Encoding field takes a coding. RFC 9110 §12.5.3 */
const takes = (field: string, coding: string): boolean =>
  field
    .toLowerCase()
    .split(',')
    .map((one) => one.split(';').map((part) => part.trim()))
    .some(([name, q]) => name === coding && !/^q=0(?:\.0{0,3})?$/.test(q ?? ''))

const send = (
  request: FastifyRequest,
  reply: FastifyReply,
  file: PageFile,
  more: Readonly<Record<string, string>> = {},
): FastifyReply => {
  const accepted = String(request.headers['accept-encoding'] ?? '')
  const { encoding, body } = file.variants.find((one) => one.encoding === 'identity' || takes(accepted, one.encoding))!
  reply.headers({ 'content-type': file.type, vary: 'accept-encoding', ...PAGE_HEADERS, ...more })
  if (encoding !== 'identity') reply.header('content-encoding', encoding)
  return reply.header('content-length', body.length).send(request.method === 'HEAD' ? '' : body)
}

const missing = (reply: FastifyReply): FastifyReply => {
  reply.callNotFound()
  return reply
}

const wantsPage = (request: FastifyRequest): boolean =>
  ['GET', 'HEAD'].includes(request.method) && (request.headers.accept ?? '').includes('text/html')

/** A page of the address that a person typed wrong, where it is a person; otherwise undefined. */
export const notFoundPage = (pages: Pages, request: FastifyRequest, reply: FastifyReply): FastifyReply | undefined => {
  const path = request.url.split('?')[0]!
  if (path.startsWith('/api/') || path.startsWith('/assets/') || !wantsPage(request)) return undefined
  return send(request, reply.code(404).header('cache-control', 'no-store'), pages.html.portal)
}

/** The convention that a page is about: its first question, which over a slow network is a second that a person waits. */
const conventionOf = (request: FastifyRequest): string | undefined => {
  const { code } = request.params as { readonly code?: string }
  if (code !== undefined) return code
  const { codice } = request.query as { readonly codice?: unknown }
  return request.url.startsWith('/attivazione?') && typeof codice === 'string' && codice !== '' ? codice : undefined
}

/** Asks the API what the page would ask, for the same address and under the same limits; nothing where it refuses. */
const earlyAnswer = async (app: FastifyInstance, request: FastifyRequest): Promise<EarlyAnswer | undefined> => {
  const help = helpWanted(request)
  if (help) return earlyHelp(app, request, help)
  const code = conventionOf(request)
  if (code === undefined) return undefined
  const address = `/api/v1/conventions/${encodeURIComponent(code.toUpperCase())}`
  const answer = await app.inject({ url: address, remoteAddress: request.ip })
  return answer.statusCode === 200 ? { address, json: answer.body } : undefined
}

/** A page of the help, by whoever reads it: cookies say whose pages are shown. */
const earlyHelp = async (
  app: FastifyInstance,
  request: FastifyRequest,
  wanted: NonNullable<ReturnType<typeof helpWanted>>,
): Promise<EarlyAnswer | undefined> => {
  const { cookie } = request.headers
  const headers = { 'accept-language': 'it', ...(cookie === undefined ? {} : { cookie }) }
  const ask = (url: string) => app.inject({ url, remoteAddress: request.ip, headers })
  const answer = await ask(wanted.address)
  const { address } = wanted
  if (answer.statusCode !== 200) return answer.statusCode === 404 ? { address: '', json: '{}', status: 404 } : undefined
  const found = wanted.search === undefined ? undefined : await ask(wanted.search)
  const plain = helpHtml(wanted, answer.body, found?.statusCode === 200 ? found.body : undefined)
  return { address, json: answer.body, plain }
}

/** Where the webmail draws what others wrote: web/mail/read/HtmlFrame.tsx. */
const FRAME_PATH = '/posta/cornice'

/** An empty page that may do nothing: it runs nothing, asks for nothing, sends nothing; images come from the message itself. */
const FRAME = htmlOf(
  '<!doctype html><html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>-</title></head><body></body></html>',
)
const FRAME_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'none'",
    "style-src 'unsafe-inline'",
    'img-src data: blob:',
    "frame-ancestors 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    // also where somebody opens it by itself
    'sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox',
  ].join('; '),
  'x-frame-options': 'SAMEORIGIN',
  'x-dns-prefetch-control': 'off',
  'cache-control': 'private, max-age=86400',
}

/** Adds the pages of all applications and the files they are made of. */
export const pageRoutes = (app: FastifyInstance, pages: Pages): void => {
  const page = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const application = applicationOf(request.url.split('?')[0]!)
    if (!application) return missing(reply)
    const html = pages.html[application]
    const early = await earlyAnswer(app, request).catch(() => undefined)
    if (early?.status) reply.code(early.status)
    return send(request, reply.header('cache-control', 'no-store'), early ? html.withAnswer(early) : html, {
      'content-security-policy': policyOf(application, request.host),
    })
  }
  const asset = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const file = pages.files.get(request.url.split('?')[0]!)
    if (!file) return missing(reply)
    // Their names carry the digest of what is in them.
    const hashed = request.url.startsWith('/assets/')
    return send(
      request,
      reply.header('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'public, max-age=3600'),
      file,
    )
  }
  const PATHS = [
    '/',
    '/convenzioni/:code',
    '/aiuto/richiesta',
    ...['attivazione', 'pratica', 'riprendi', 'conferma', 'rinnovo', 'accesso', 'invito', 'sandbox/posta'].flatMap(
      (name) => [`/${name}`, `/${name}/:rest`],
    ),
    ...['nuova-password', 'riferimento', 'recupero', 'collaboratore', 'collega', 'verifica', 'verifica-messaggio'].map(
      (name) => `/${name}`,
    ),
    '/aiuto',
    '/aiuto/:slug',
    ...['ordine', 'operatore', 'casella', 'posta'].flatMap((name) => [`/${name}`, `/${name}/*`]),
  ]
  for (const url of PATHS) app.route({ method: ['GET', 'HEAD'], url, handler: page })
  app.route({
    method: ['GET', 'HEAD'],
    url: FRAME_PATH,
    handler: (request, reply) => send(request, reply, FRAME, FRAME_HEADERS),
  })
  app.route({ method: ['GET', 'HEAD'], url: '/assets/*', handler: asset })
  for (const path of pages.files.keys()) {
    if (!path.startsWith('/assets/')) app.route({ method: ['GET', 'HEAD'], url: path, handler: asset })
  }
}
