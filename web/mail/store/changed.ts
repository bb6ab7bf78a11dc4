// What intents say of messages, laid one over the other: pure.

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

type Patch = Readonly<Record<string, unknown>>
/** An intent of the outbox, as far as it changes messages. */
export type Change =
  | { readonly kind: 'update'; readonly emailIds: readonly string[]; readonly patch: Patch }
  | { readonly kind: 'destroy'; readonly emailIds: readonly string[] }
  | { readonly kind: 'send' }

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
export const overlayOf = (intents: readonly Change[]): Overlay => {
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
