// What changed on the server, told as it happens (RFC 8620 §7.3): stores listen by type. While the line is down the browser
// comes back by itself and is told of what it missed; what this page did itself it tells here too.
import { signal } from './signal.ts'

export type Type =
  | 'Email'
  | 'Mailbox'
  | 'Thread'
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

type StateChange = { readonly changed?: Readonly<Record<string, Readonly<Record<string, string>>>> }

const RETRY_MS = 5_000
/** How often the server says that it is there; a line that is silent for longer is dead. */
const PING_SECONDS = 30

/** Listens at an address (a template of RFC 8620 §7.3) for the changes of an account, until the page is left. */
export const listen = (eventSourceUrl: string, accountId: string): (() => void) => {
  let source: EventSource | undefined
  let timer: number | undefined
  let heard = Date.now()
  const open = (): void => {
    source?.close()
    const address = eventSourceUrl.replace('{types}', '*').replace('{closeafter}', 'no')
    source = new EventSource(address.replace('{ping}', String(PING_SECONDS)).replace(/^https?:\/\/[^/]+/, ''))
    const alive = (): void => {
      heard = Date.now()
      online.set(true)
    }
    let first = true
    source.onopen = () => {
      alive()
      // what happened while nobody listened
      if (!first) tellChange(['Email', 'Mailbox', 'PecSubmission'])
      first = false
    }
    source.addEventListener('ping', alive)
    source.addEventListener('state', (event) => {
      alive()
      const { changed = {} } = JSON.parse((event as MessageEvent<string>).data) as StateChange
      tellChange(Object.keys(changed[accountId] ?? {}) as Type[])
    })
    source.onerror = () => {
      online.set(navigator.onLine && source?.readyState !== EventSource.CLOSED)
      // a refusal ends an EventSource for good
      if (source?.readyState === EventSource.CLOSED) {
        clearTimeout(timer)
        timer = window.setTimeout(reopen, RETRY_MS)
      }
    }
  }
  const reopen = (): void => {
    open()
    tellChange(['Email', 'Mailbox', 'PecSubmission'])
  }
  const watch = window.setInterval(() => {
    if (Date.now() - heard > 3 * PING_SECONDS * 1_000) reopen()
  }, PING_SECONDS * 1_000)
  const down = (): void => online.set(false)
  window.addEventListener('offline', down)
  window.addEventListener('online', reopen)
  open()
  return () => {
    source?.close()
    clearTimeout(timer)
    clearInterval(watch)
    window.removeEventListener('offline', down)
    window.removeEventListener('online', reopen)
  }
}
