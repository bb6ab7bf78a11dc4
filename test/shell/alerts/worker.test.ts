// The service worker of the account's pages, with a browser's scope that only remembers: what it shows, what it opens.
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'

type Listener = (event: object) => void
type Window = {
  readonly url: string
  readonly focus: () => Promise<Window>
  readonly navigate: (url: string) => Promise<void>
}

const listeners = new Map<string, Listener>()
let shown: unknown[] = []
let done: string[] = []
let windows: Window[] = []

const windowAt = (url: string): Window => {
  const window: Window = {
    url,
    focus: async () => {
      done.push(`focus ${url}`)
      return window
    },
    navigate: async (to) => void done.push(`navigate ${to}`),
  }
  return window
}

/** Has something happen, and waits for what it set going. */
const happen = async (kind: string, event: object): Promise<void> => {
  let wait: Promise<unknown> | undefined
  listeners.get(kind)?.({
    ...event,
    waitUntil: (promise: Promise<unknown>) => {
      wait = promise
    },
  })
  await wait
}

const HERE = 'https://prova.example'

beforeAll(async () => {
  Object.assign(globalThis, {
    self: {
      location: { origin: HERE },
      registration: {
        showNotification: async (title: string, options: object) => void shown.push({ title, ...options }),
      },
      clients: {
        claim: async () => {},
        matchAll: async () => windows,
        openWindow: async (url: string) => void done.push(`open ${url}`),
      },
      skipWaiting: async () => {},
      addEventListener: (kind: string, listener: Listener) => listeners.set(kind, listener),
    },
  })
  await import(new URL('../../../web/worker/worker.ts', import.meta.url).href)
  // Files of tests share a process.
  Reflect.deleteProperty(globalThis, 'self')
})
beforeEach(() => {
  shown = []
  done = []
  windows = []
})

const push = (json: unknown) => happen('push', { data: { json: () => json } })

describe('a push', () => {
  it('is shown as it says, and remembers where it leads', async () => {
    await push({ title: 'Nuovo messaggio PEC', body: 'anna@pec.example', lang: 'it', tag: 'one', url: '/casella/x' })
    expect(shown).toEqual([
      {
        title: 'Nuovo messaggio PEC',
        body: 'anna@pec.example',
        lang: 'it',
        tag: 'one',
        icon: '/casella-192.png',
        data: `${HERE}/casella/x`,
      },
    ])
  })
  it.each(['https://elsewhere.example/', 'javascript:alert(1)', '//elsewhere.example/casella', 7, undefined])(
    'that leads to %s leads to the box',
    async (url) => {
      await push({ title: 'x', url })
      expect(shown).toMatchObject([{ data: `${HERE}/casella` }])
    },
  )
  it('that cannot be read is shown all the same: browsers want a word for each', async () => {
    for (const json of [null, 'text', {}, { title: 5 }]) await push(json)
    await happen('push', { data: null })
    await happen('push', {
      data: {
        json: () => {
          throw new SyntaxError('no JSON')
        },
      },
    })
    expect(shown).toHaveLength(6)
    expect(shown.every((one) => (one as { title: string }).title === 'Casella PEC')).toBe(true)
  })
})

describe('pressed', () => {
  const press = (data: unknown) =>
    happen('notificationclick', { notification: { data, close: () => void done.push('close') } })

  it('opens the page where none is open', async () => {
    await press(`${HERE}/casella`)
    expect(done).toEqual(['close', `open ${HERE}/casella`])
  })
  it('comes back to a page of the box, and leaves what is being done there', async () => {
    windows = [windowAt(`${HERE}/attivazione`), windowAt(`${HERE}/casella/avvisi`)]
    await press(`${HERE}/casella`)
    expect(done).toEqual(['close', `focus ${HERE}/casella/avvisi`])
  })
  it('leads on from the first page', async () => {
    windows = [windowAt(`${HERE}/casella`)]
    await press(`${HERE}/casella/x`)
    expect(done).toEqual(['close', `focus ${HERE}/casella`, `navigate ${HERE}/casella/x`])
  })
  it('opens nothing of others', async () => {
    await press('https://elsewhere.example/')
    expect(done).toEqual(['close', `open ${HERE}/casella`])
  })
})
