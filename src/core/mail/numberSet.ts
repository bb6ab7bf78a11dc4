// Sets of sequence numbers and uids, resolved over a folder (RFC 9051 §9 sequence-set).
import type { NumberRange, NumberSet } from './query.ts'

type Numbered = { readonly count: number; readonly uids: ArrayLike<number> }
/** A run of numbers, both ends included. */
export type Span = { readonly from: number; readonly to: number }

/** Ranges in ascending order, joined where they meet; `*` is `highest`. */
export const joined = (ranges: readonly NumberRange[], highest: number): readonly Span[] => {
  const spans = ranges.map(({ from, to }): Span => {
    const [a, b] = [from === '*' ? highest : from, to === '*' ? highest : to]
    return { from: Math.min(a, b), to: Math.max(a, b) }
  })
  if (spans.length === 1) return spans
  spans.sort((a, b) => a.from - b.from)
  const out: { from: number; to: number }[] = []
  for (const span of spans) {
    const last = out.at(-1)
    if (last && span.from <= last.to + 1) last.to = Math.max(last.to, span.to)
    else out.push({ from: span.from, to: span.to })
  }
  return out
}

/** First index whose uid is at least the given one. */
export const lowerBound = (view: Numbered, uid: number): number => {
  let low = 0
  let high = view.count
  while (low < high) {
    const middle = (low + high) >>> 1
    if (view.uids[middle]! < uid) low = middle + 1
    else high = middle
  }
  return low
}

/**
 * One byte a message, 1 for those in the set, in uid order. `*` is the last message: in an empty folder it is none, and
 * `9:*` has the last message even where its number is lower (RFC 9051 §6.4.9). `saved` are the uids that `$` stands for.
 */
export const indexSet = (
  set: NumberSet,
  kind: 'sequence' | 'uid',
  view: Numbered,
  saved: ReadonlySet<number>,
): Uint8Array => {
  const { count, uids } = view
  const has = new Uint8Array(count)
  if (count === 0) return has
  if (set.kind === 'saved') {
    for (let index = 0; index < count; index++) if (saved.has(uids[index]!)) has[index] = 1
    return has
  }
  for (const { from, to } of joined(set.ranges, kind === 'uid' ? uids[count - 1]! : count)) {
    if (kind === 'uid') has.fill(1, lowerBound(view, from), lowerBound(view, to + 1))
    else has.fill(1, Math.max(from - 1, 0), Math.max(to, 0))
  }
  return has
}
