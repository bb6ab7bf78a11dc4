// What has changed since a state (RFC 8620 §5.2), told in the order of modseqs and in portions.

/** What happened to a record, and the modseq with which it did. */
export type Change = {
  readonly id: string
  readonly modseq: number
  readonly what: 'created' | 'updated' | 'destroyed'
}

/** How far a client knows: all up to a modseq, and of the next ones those up to an id. */
export type State = { readonly modseq: number; readonly within?: { readonly modseq: number; readonly id: string } }

/** A state as it is told. */
export const printState = ({ modseq, within }: State): string =>
  within ? `${modseq}.${within.modseq}.${within.id}` : String(modseq)

/** Reads a state that may be ours; undefined where it is not. */
export const parseState = (text: string): State | undefined => {
  const found = /^(0|[1-9]\d{0,14})(?:\.([1-9]\d{0,14})\.([A-Za-z0-9_-]{1,255}))?$/.exec(text)
  if (!found) return undefined
  const modseq = Number(found[1])
  return found[2] === undefined ? { modseq } : { modseq, within: { modseq: Number(found[2]), id: found[3]! } }
}

export type Portion = {
  readonly newState: string
  readonly hasMoreChanges: boolean
  readonly created: readonly string[]
  readonly updated: readonly string[]
  readonly destroyed: readonly string[]
}

const compare = (a: Change, b: Change): number => a.modseq - b.modseq || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)

/** Whether a state has a change in it already. */
const isKnown = ({ modseq, within }: State, change: Change): boolean =>
  change.modseq <= modseq ||
  (within !== undefined &&
    (change.modseq < within.modseq || (change.modseq === within.modseq && change.id <= within.id)))

/** The first changes that a state does not have, at most so many; `now`: the modseq up to which they are all. */
export const portionOf = (all: readonly Change[], since: State, now: number, most: number | undefined): Portion => {
  const news: Change[] = []
  for (const changes of Map.groupBy(all, ({ id }) => id).values()) {
    const unknown = changes.filter((change) => !isKnown(since, change)).sort(compare)
    const [first] = unknown
    const last = unknown.at(-1)
    // What came and went in between nobody needs to hear of.
    if (!first || !last || (first.what === 'created' && last.what === 'destroyed')) continue
    news.push(first.what === 'created' ? first : last)
  }
  news.sort(compare)
  const told = most === undefined ? news : news.slice(0, most)
  const hasMoreChanges = told.length < news.length
  const last = told.at(-1)
  const newState: State =
    hasMoreChanges && last ? { modseq: since.modseq, within: { modseq: last.modseq, id: last.id } } : { modseq: now }
  const of = (what: Change['what']): readonly string[] => told.filter((one) => one.what === what).map((one) => one.id)
  return {
    newState: printState(newState),
    hasMoreChanges,
    created: of('created'),
    updated: of('updated'),
    destroyed: of('destroyed'),
  }
}

/** One place where a record lies or lay: since when, and until when where it lies there no more. */
export type Stay = { readonly born: number; readonly changed: number; readonly gone?: number | undefined }

/**
 * What became of a record with these stays since a modseq: its coming, and its last change or its going where there was
 * one after that. Who is told in portions may know the first already.
 */
export const changesOf = (id: string, stays: readonly Stay[], since: number): readonly Change[] => {
  const latest = Math.max(...stays.map(({ changed, gone }) => gone ?? changed))
  if (latest <= since) return []
  const was = stays.some(({ born, gone }) => born <= since && (gone === undefined || gone > since))
  const isHere = stays.some(({ gone }) => gone === undefined)
  const last: Change = { id, modseq: latest, what: isHere ? 'updated' : 'destroyed' }
  if (was) return [last]
  const born = Math.max(since + 1, Math.min(...stays.map((stay) => stay.born)))
  const created: Change = { id, modseq: born, what: 'created' }
  return isHere && latest <= born ? [created] : [created, last]
}
