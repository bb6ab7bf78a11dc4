// What one client knows of the folder it has selected, and what it must be told once the folder has changed.

/** A folder at one moment. Once messages have gone, another one takes its place: this one stays as it was. */
export type ViewedFolder = {
  readonly count: number
  /** Ascending; only the first `count` are in use. */
  readonly uids: ArrayLike<number>
  readonly highestModseq: number
  readonly modseq: (index: number) => number
  readonly indexOf: (uid: number) => number
}

/** The messages that the client has been told of: those of `folder` below `count`, as they were at `modseq`. */
export type View<F extends ViewedFolder> = { readonly folder: F; readonly count: number; readonly modseq: number }

/** The view of a client that selects the folder now. */
export const viewOf = <F extends ViewedFolder>(folder: F): View<F> => ({
  folder,
  count: folder.count,
  modseq: folder.highestModseq,
})

/** What is to be told, in this order. */
export type News = {
  /** Indexes in the old view of messages that have gone, ascending. */
  readonly gone: readonly number[]
  /** How many messages there are now, where some have come. */
  readonly exists: number | undefined
  /** Indexes in the new view of messages whose flags are others now. */
  readonly changed: readonly number[]
}

const NOTHING: News = { gone: [], exists: undefined, changed: [] }

/**
 * What a view must be told of the folder as it is now, and the view after that. While no message may go (RFC 9051
 * §7.5.1: numbers must not shift under FETCH, STORE and SEARCH), those that are gone stay in the view, and those that
 * have come wait with them, for they would get numbers that are not theirs.
 */
export const renewView = <F extends ViewedFolder>(
  view: View<F>,
  now: F,
  mayGo: boolean,
): { readonly news: News; readonly view: View<F> } => {
  if (view.folder === now) {
    if (view.modseq === now.highestModseq && view.count === now.count) return { news: NOTHING, view }
    return {
      news: { gone: [], exists: countIfMore(now, view.count), changed: changedIn(view, now) },
      view: viewOf(now),
    }
  }
  if (!mayGo) {
    const modseq = now.highestModseq
    return modseq === view.modseq
      ? { news: NOTHING, view }
      : { news: { ...NOTHING, changed: changedOf(view, now) }, view: { ...view, modseq } }
  }
  const gone = goneOf(view, now)
  const left = view.count - gone.length
  const changed = changedIn({ count: left, modseq: view.modseq }, now)
  return { news: { gone, exists: countIfMore(now, left), changed }, view: viewOf(now) }
}

const countIfMore = (now: ViewedFolder, told: number): number | undefined => (now.count > told ? now.count : undefined)

const changedIn = (view: { readonly count: number; readonly modseq: number }, now: ViewedFolder): number[] => {
  const changed: number[] = []
  if (now.highestModseq === view.modseq) return changed
  for (let index = 0; index < view.count; index++) if (now.modseq(index) > view.modseq) changed.push(index)
  return changed
}

/** The same by indexes of the view, where some of its messages are gone. */
const changedOf = <F extends ViewedFolder>({ folder, count, modseq }: View<F>, now: F): number[] => {
  const { uids } = folder
  const changed: number[] = []
  for (let index = 0, at = 0; index < count; index++) {
    while (at < now.count && now.uids[at]! < uids[index]!) at++
    if (at < now.count && now.uids[at] === uids[index] && now.modseq(at) > modseq) changed.push(index)
  }
  return changed
}

const goneOf = <F extends ViewedFolder>({ folder, count }: View<F>, now: F): number[] => {
  const { uids } = folder
  const gone: number[] = []
  for (let index = 0, at = 0; index < count; index++) {
    while (at < now.count && now.uids[at]! < uids[index]!) at++
    if (at >= now.count || now.uids[at] !== uids[index]) gone.push(index)
  }
  return gone
}

/** Where a message of a view is to be read: in the folder as it is, or, once it is gone, as it was. */
export const placeOf = <F extends ViewedFolder>(
  view: View<F>,
  now: F,
  index: number,
): { readonly folder: F; readonly index: number } => {
  if (view.folder === now) return { folder: now, index }
  const found = now.indexOf(view.folder.uids[index]!)
  return found < 0 ? { folder: view.folder, index } : { folder: now, index: found }
}

/** Whether a message of a view is in the folder no more. */
export const isGone = <F extends ViewedFolder>(view: View<F>, now: F, index: number): boolean =>
  view.folder !== now && now.indexOf(view.folder.uids[index]!) < 0
