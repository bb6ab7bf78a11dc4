// The service worker of who uses a box: shows what is pushed, and opens the page when that is pressed. It keeps nothing,
// answers no request of the pages and knows nothing of what a push is about (src/core/identity/pushTexts.ts writes it).

type Waits = { readonly waitUntil: (promise: Promise<unknown>) => void }
type PushEvent = Waits & { readonly data: { readonly json: () => unknown } | null }
type ClickEvent = Waits & { readonly notification: { readonly data: unknown; readonly close: () => void } }
type Client = {
  readonly url: string
  readonly focus: () => Promise<Client>
  readonly navigate: (url: string) => Promise<Client | null>
}
type Scope = {
  readonly location: { readonly origin: string }
  readonly registration: { readonly showNotification: (title: string, options: object) => Promise<void> }
  readonly clients: {
    readonly claim: () => Promise<void>
    readonly matchAll: (options: object) => Promise<readonly Client[]>
    readonly openWindow: (url: string) => Promise<Client | null>
  }
  readonly skipWaiting: () => Promise<void>
  readonly addEventListener: {
    (kind: 'install' | 'activate', listener: (event: Waits) => void): void
    (kind: 'push', listener: (event: PushEvent) => void): void
    (kind: 'notificationclick', listener: (event: ClickEvent) => void): void
  }
}

export {}

const scope = self as unknown as Scope
const HOME = '/casella'

type Shown = {
  readonly title: string
  readonly body?: string
  readonly lang?: string
  readonly tag?: string
  readonly url: string
}

/** What was pushed; of what cannot be read a word all the same: browsers want one for each push. */
const read = (event: PushEvent): Shown => {
  try {
    const { title, body, lang, tag, url } = (event.data?.json() ?? {}) as Partial<Record<keyof Shown, unknown>>
    if (typeof title !== 'string' || title === '') return { title: 'Casella PEC', url: HOME }
    const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
    return { title, body: text(body), lang: text(lang), tag: text(tag), url: text(url) ?? HOME }
  } catch {
    return { title: 'Casella PEC', url: HOME }
  }
}

/** Only pages of ours are opened, whatever was pushed. */
const ours = (url: unknown): string => {
  const { origin } = scope.location
  const full = typeof url === 'string' && URL.canParse(url, origin) ? new URL(url, origin) : undefined
  return full?.origin === origin ? full.href : origin + HOME
}

const show = async (url: string): Promise<void> => {
  const windows = await scope.clients.matchAll({ type: 'window', includeUncontrolled: true })
  const application = new URL(url).pathname.split('/')[1]
  const here =
    windows.find((one) => one.url === url) ??
    windows.find((one) => new URL(one.url).pathname.split('/')[1] === application)
  if (!here) {
    await scope.clients.openWindow(url)
    return
  }
  const window = await here.focus()
  // What somebody is writing there is not thrown away: the page that is open is shown as it is.
  if (window.url !== url && window.url === scope.location.origin + HOME)
    await window.navigate(url).catch(() => scope.clients.openWindow(url))
}

scope.addEventListener('install', (event) => event.waitUntil(scope.skipWaiting()))
scope.addEventListener('activate', (event) => event.waitUntil(scope.clients.claim()))
scope.addEventListener('push', (event) => {
  const { title, url, ...options } = read(event)
  event.waitUntil(scope.registration.showNotification(title, { ...options, icon: '/casella-192.png', data: ours(url) }))
})
scope.addEventListener('notificationclick', (event) => {
  event.notification.close()
  event.waitUntil(show(ours(event.notification.data)))
})
