// The browser's side of alerts on devices: whether it can, asking for leave, subscribing, finding itself in the list.
import { registerWorker } from '../ui/worker.ts'
import { thisDevice } from './programParts.tsx'

export type PushAbility =
  | 'able'
  /** On Apple's phones only what was put on the home screen may. */
  | 'homeScreen'
  | 'unable'
  /** The person has said no, to the browser. */
  | 'blocked'

export const pushAbility = (): PushAbility => {
  if (!('serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window)) {
    const kind = thisDevice()
    return kind === 'iphone' || kind === 'ipad' ? 'homeScreen' : 'unable'
  }
  return Notification.permission === 'denied' ? 'blocked' : 'able'
}

const toText = (bytes: ArrayBuffer): string =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '')

const toBytes = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (sign) => sign.charCodeAt(0))

const hashOf = async ({ endpoint }: PushSubscription): Promise<string> =>
  toText(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(endpoint)))

/** By what this browser is known in the list of devices; undefined where it is not subscribed. */
export const ownHash = async (): Promise<string | undefined> => {
  if (pushAbility() !== 'able') return undefined
  const registration = await navigator.serviceWorker.getRegistration('/casella')
  const subscription = await registration?.pushManager.getSubscription()
  return subscription ? hashOf(subscription) : undefined
}

export type Subscribed = {
  readonly endpoint: string
  readonly p256dh: string
  readonly auth: string
}

/** Asks for leave and subscribes; `blocked` where the person or the browser says no, `failed` where its service does. */
export const subscribe = async (serverKey: string): Promise<Subscribed | 'blocked' | 'failed'> => {
  if ((await Notification.requestPermission()) !== 'granted') return 'blocked'
  try {
    await registerWorker('/worker.js')
    const { pushManager } = await navigator.serviceWorker.ready
    const old = await pushManager.getSubscription()
    const oldKey = old?.options.applicationServerKey
    // One made with another key of the provider's takes nothing of ours.
    if (old && oldKey && toText(oldKey) !== serverKey) await old.unsubscribe()
    const made = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: toBytes(serverKey) })
    const { p256dh = '', auth = '' } = made.toJSON().keys ?? {}
    return { endpoint: made.endpoint, p256dh, auth }
  } catch (error) {
    console.info(error)
    return (error as Error).name === 'NotAllowedError' ? 'blocked' : 'failed'
  }
}
