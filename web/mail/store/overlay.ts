// What a person did and the server does not show yet, laid over what it shows: intents of the outbox, and those that it has
// just heard until a list was read again.
import { followQueue, type Intent, type Patch, type Queued, queued } from './outbox.ts'
import { signal, useSignal } from './signal.ts'

/** Of one message: what is said of it. */
export type Changed = {
  readonly seen?: boolean
  readonly flagged?: boolean
  readonly gone?: boolean
  readonly out: readonly string[]
  readonly into: readonly string[]
}
export type Overlay = ReadonlyMap<string, Changed>

const NOTHING: Changed = { out: [], into: [] }

const apply = (before: Changed, patch: Patch): Changed => {
  let now = before
  for (const [path, value] of Object.entries(patch)) {
    const folder = /^mailboxIds\/(.+)$/.exec(path)?.[1]
    if (path === 'keywords/$seen') now = { ...now, seen: value === true }
    else if (path === 'keywords/$flagged') now = { ...now, flagged: value === true }
    else if (folder !== undefined) {
      const without = (list: readonly string[]): readonly string[] => list.filter((id) => id !== folder)
      now =
        value === true
          ? { ...now, into: [...without(now.into), folder], out: without(now.out) }
          : { ...now, out: [...without(now.out), folder], into: without(now.into) }
    }
  }
  return now
}

/** What intents say, the oldest first. */
export const overlayOf = (intents: readonly Intent[]): Overlay => {
  const said = new Map<string, Changed>()
  for (const intent of intents) {
    if (intent.kind === 'send') continue
    for (const id of intent.emailIds) {
      const before = said.get(id) ?? NOTHING
      said.set(id, intent.kind === 'destroy' ? { ...before, gone: true } : apply(before, intent.patch))
    }
  }
  return said
}

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
