// What changed on the server, told as it happens (RFC 8620 §7.3): stores listen by type. Of several windows one listens to the
// server and tells the others, because a browser opens few connections to one place. While the line is down the browser comes
// back by itself and is told of what it missed.
import { signal } from './signal.ts'

export type Type =
  | 'Email'
  | 'Mailbox'
  | 'Thread'
  | 'EmailDelivery'
  | 'EmailSubmission'
  | 'PecSubmission'
  | 'PecSettings'
  | 'Identity'
  | 'Quota'

const listeners = new Map<Type, Set<() => void>>()

/** Whether the server can be heard: `false` is told to people as "no connection". */
export const online = signal(true)

/** Calls `listener` when something of a type changed, here or elsewhere. Gives what ends it. */
export const onChange = (types: readonly Type[], listener: () => void): (() => void) => {
  for (const type of types) {
    const set = listeners.get(type) ?? new Set()
    listeners.set(type, set.add(listener))
  }
  return () => {
    for (const type of types) listeners.get(type)?.delete(listener)
  }
}

/** Tells that something changed; a listener of several types is called once. */
export const tellChange = (types: readonly Type[]): void => {
  const called = new Set(types.flatMap((type) => [...(listeners.get(type) ?? [])]))
  for (const listener of called) listener()
}

/** What may have changed while nobody listened. */
const MISSED: readonly Type[] = ['Email', 'Mailbox', 'Thread', 'EmailSubmission', 'PecSubmission', 'Quota']

type Heard = { readonly up: boolean; readonly changed: readonly Type[] }
type StateChange = { readonly changed?: Readonly<Record<string, Readonly<Record<string, string>>>> }

const take = ({ up, changed }: Heard): void => {
  online.set(up)
  if (changed.length > 0) tellChange(changed)
}

const RETRY_MS = 5_000
/** How often the server says that it is there; a line that is silent for three times as long is dead. */
const PING_SECONDS = 30

/** Listens to the server itself until it is ended; `hear` is told of all. */
const listenHere = (address: string, accountId: string, hear: (heard: Heard) => void): (() => void) => {
  let source: EventSource | undefined
  let timer: number | undefined
  let last = Date.now()
  let opened = false
  const alive = (changed: readonly Type[] = []): void => {
    last = Date.now()
    hear({ up: true, changed })
  }
  const open = (): void => {
    source?.close()
    clearTimeout(timer)
    source = new EventSource(address)
    source.onopen = () => {
      alive(opened ? MISSED : [])
      opened = true
    }
    source.addEventListener('ping', () => alive())
    source.addEventListener('state', (event) => {
      const { changed = {} } = JSON.parse((event as MessageEvent<string>).data) as StateChange
      alive(Object.keys(changed[accountId] ?? {}) as Type[])
    })
    source.onerror = () => {
      hear({ up: false, changed: [] })
      // a refusal ends an EventSource for good
      if (source?.readyState === EventSource.CLOSED) timer = window.setTimeout(open, RETRY_MS)
    }
  }
  const watch = window.setInterval(() => {
    if (Date.now() - last > 3 * PING_SECONDS * 1_000) open()
  }, PING_SECONDS * 1_000)
  const down = (): void => hear({ up: false, changed: [] })
  window.addEventListener('offline', down)
  window.addEventListener('online', open)
  open()
  return () => {
    source?.close()
    clearTimeout(timer)
    clearInterval(watch)
    window.removeEventListener('offline', down)
    window.removeEventListener('online', open)
  }
}

/** Listens at an address (a template of RFC 8620 §7.3) for the changes of an account, until the page is left. */
export const listen = (eventSourceUrl: string, accountId: string): (() => void) => {
  const address = eventSourceUrl
    .replace('{types}', '*')
    .replace('{closeafter}', 'no')
    .replace('{ping}', String(PING_SECONDS))
    .replace(/^https?:\/\/[^/]+/, '')
  const name = `ceralacca-posta-${accountId}`
  const others = 'BroadcastChannel' in window ? new BroadcastChannel(name) : undefined
  others?.addEventListener('message', ({ data }: MessageEvent<Heard>) => take(data))
  const hear = (heard: Heard): void => {
    take(heard)
    others?.postMessage(heard)
  }
  const begin = (): (() => void) => listenHere(address, accountId, hear)
  const leave = new AbortController()
  if (!('locks' in navigator) || !others) {
    const end = begin()
    leave.signal.addEventListener('abort', end)
  } else {
    // whoever has the lock listens, for as long as its window is there
    navigator.locks
      .request(name, { signal: leave.signal }, () => {
        const end = begin()
        // the one that listened before may have missed something on its way out
        tellChange(MISSED)
        return new Promise<void>((resolve) =>
          leave.signal.addEventListener('abort', () => {
            end()
            resolve()
          }),
        )
      })
      .catch(() => {}) // left while waiting for it
  }
  return () => {
    leave.abort()
    others?.close()
  }
}
