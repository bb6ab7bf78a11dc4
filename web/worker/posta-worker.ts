// The service worker of the webmail: its pages open without a line. It keeps what pages are made of, never a message:
// those are the page's own (web/mail/store/answers.ts), and go when the person leaves.

type Waits = { readonly waitUntil: (promise: Promise<unknown>) => void }
type FetchEvent = Waits & { readonly request: Request; readonly respondWith: (response: Promise<Response>) => void }
type Scope = {
  readonly location: { readonly origin: string }
  readonly clients: { readonly claim: () => Promise<void> }
  readonly skipWaiting: () => Promise<void>
  readonly addEventListener: {
    (kind: 'install' | 'activate', listener: (event: Waits) => void): void
    (kind: 'fetch', listener: (event: FetchEvent) => void): void
  }
}

export {}

const scope = self as unknown as Scope
const CACHE = 'posta-1'
const PAGE = '/posta'
/** A line that says nothing for so long is none, where the page is at hand. */
const PATIENCE_MS = 4_000

/** What a page names in its head: its script, its style, what the script begins with. */
const named = (html: string): readonly string[] =>
  [...html.matchAll(/(?:src|href)="(\/(?:assets\/[^"]+|[\w.-]+\.(?:svg|png|webmanifest|js)))"/g)].map(
    (found) => found[1]!,
  )

const keepPage = async (response: Response): Promise<void> => {
  const cache = await caches.open(CACHE)
  const html = await response.clone().text()
  await cache.put(PAGE, response)
  const there = new Set((await cache.keys()).map(({ url }) => new URL(url).pathname))
  await Promise.all(named(html).map((path) => (there.has(path) ? undefined : cache.add(path).catch(() => {}))))
}

/** The page as it is now; where the server does not answer, as it was. */
const page = async (event: FetchEvent): Promise<Response> => {
  const cache = await caches.open(CACHE)
  const known = await cache.match(PAGE)
  const asked = fetch(event.request).then((response) => {
    if (response.ok && !response.redirected) event.waitUntil(keepPage(response.clone()).catch(() => {}))
    return response
  })
  if (!known) return asked
  const patience = new Promise<undefined>((resolve) => setTimeout(resolve, PATIENCE_MS))
  return (await Promise.race([asked.catch(() => undefined), patience])) ?? known
}

/** Files whose names carry the digest of what is in them never change. */
const file = async (request: Request): Promise<Response> => {
  const cache = await caches.open(CACHE)
  const known = await cache.match(request)
  if (known) return known
  const response = await fetch(request)
  if (response.ok) await cache.put(request, response.clone()).catch(() => {})
  return response
}

/** Files that the page of today does not name and nobody asked for since are left to the browser; only a new page counts. */
const begin = async (): Promise<void> => {
  const response = await fetch(PAGE, { headers: { accept: 'text/html' } })
  if (response.ok) await keepPage(response)
}

scope.addEventListener('install', (event) => {
  event.waitUntil(Promise.all([begin().catch(() => {}), scope.skipWaiting()]))
})
scope.addEventListener('activate', (event) => {
  const old = caches
    .keys()
    .then((keys) => Promise.all(keys.filter((key) => key !== CACHE).map((key) => caches.delete(key))))
  event.waitUntil(Promise.all([old, scope.clients.claim()]))
})
scope.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== scope.location.origin) return
  // theme.js holds up the page until it is there, and a dead line would hold it up for minutes
  const isKept = url.pathname.startsWith('/assets/') || ['/posta/cornice', '/theme.js'].includes(url.pathname)
  if (isKept) event.respondWith(file(request))
  else if (request.mode === 'navigate' && /^\/posta(?:\/|$)/.test(url.pathname)) event.respondWith(page(event))
})
