// What a person did and the server does not show yet, laid over what it shows: intents of the outbox, and those that it has
// just heard until a list was read again.
import { type Overlay, overlayOf } from './changed.ts'
import { followQueue, type Queued, queued } from './outbox.ts'
import { signal, useSignal } from './signal.ts'

let lingering: readonly Queued[] = []
let before: readonly Queued[] = []
const overlay = signal<Overlay>(new Map())

const tell = (): void => {
  if (lingering.length + before.length > 0 || overlay.get().size > 0)
    overlay.set(overlayOf([...lingering, ...before].map(({ intent }) => intent)))
}

followQueue(() => {
  const now = queued()
  const waiting = new Set(now.map(({ id }) => id))
  lingering = [...lingering, ...before.filter(({ id }) => !waiting.has(id))]
  before = now
  tell()
})

/** What the server has heard by now: what is read from here on shows it. Give it to `settle` when it was read. */
export const heard = (): ReadonlySet<string> => new Set(lingering.map(({ id }) => id))

export const settle = (ids: ReadonlySet<string>): void => {
  if (ids.size === 0) return
  lingering = lingering.filter(({ id }) => !ids.has(id))
  tell()
}

export const useOverlay = (): Overlay => useSignal(overlay)
export const overlayNow = (): Overlay => overlay.get()
