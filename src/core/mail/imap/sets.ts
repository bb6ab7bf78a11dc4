// Sets of numbers against what a folder has: runs without overlaps, and indexes of messages, never absurd ranges spelled out.
import type { NumberSet } from '../query.ts'

/** Runs, both ends included, ascending, apart by more than one: `[1, 3, 7, 7]` is 1:3,7. */
export type Runs = readonly number[]

const NO_RUNS: Runs = []

/**
 * A set as runs, `*` being `highest` (nothing where that is 0). With `*`, the ends may come in either order, so that
 * `9:*` has the highest even where that is below 9 (RFC 9051 §9). The `$` of a set is not known here: no runs.
 */
export const toRuns = (set: NumberSet, highest: number): Runs => {
  if (set.kind === 'saved') return NO_RUNS
  const pairs: [number, number][] = []
  for (const { from, to } of set.ranges) {
    const a = from === '*' ? highest : from
    const b = to === '*' ? highest : to
    if (a > 0 && b > 0) pairs.push(a <= b ? [a, b] : [b, a])
  }
  if (pairs.length === 1) return pairs[0]!
  pairs.sort((a, b) => a[0] - b[0])
  const runs: number[] = []
  for (const [from, to] of pairs) {
    const last = runs.length - 1
    if (last > 0 && from <= runs[last]! + 1) runs[last] = Math.max(runs[last]!, to)
    else runs.push(from, to)
  }
  return runs
}

/** Whether a number is in runs. */
export const inRuns = (runs: Runs, number: number): boolean => {
  let low = 0
  let high = runs.length >> 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (runs[middle * 2 + 1]! < number) low = middle + 1
    else high = middle
  }
  return low * 2 < runs.length && runs[low * 2]! <= number
}

/** How many numbers runs have. */
export const countRuns = (runs: Runs): number => {
  let count = 0
  for (let at = 0; at < runs.length; at += 2) count += runs[at + 1]! - runs[at]! + 1
  return count
}

/** Index of the first of ascending numbers that is at least `value`; `count` where all are less. */
export const lowerBound = (numbers: ArrayLike<number>, count: number, value: number): number => {
  let low = 0
  let high = count
  while (low < high) {
    const middle = (low + high) >> 1
    if (numbers[middle]! < value) low = middle + 1
    else high = middle
  }
  return low
}

/** What is at hand to make a set into messages: uids ascending, of which the first `count` are in use. */
export type Messages = {
  readonly uids: ArrayLike<number>
  readonly count: number
  /** What SEARCH RETURN (SAVE) has kept, as ascending uids (RFC 5182). */
  readonly saved: ArrayLike<number>
}

/** Messages as ascending indexes (sequence number less one). */
export type Indexes = Uint32Array

/** The messages of a set of uids. Uids that no message has are passed over (RFC 9051 §6.4.9). */
export const indexesByUid = (set: NumberSet, { uids, count, saved }: Messages): Indexes => {
  if (set.kind === 'saved') return indexesOf(saved, uids, count)
  const runs = toRuns(set, count === 0 ? 0 : uids[count - 1]!)
  const spans: number[] = []
  for (let at = 0; at < runs.length; at += 2) {
    const from = lowerBound(uids, count, runs[at]!)
    spans.push(from, lowerBound(uids, count, runs[at + 1]! + 1))
  }
  return spread(spans)
}

/**
 * The messages of a set of sequence numbers; `beyond` tells that one was named which does not exist: an error in a
 * command (RFC 9051 §9 seq-number), but not in a range to `*`, where Dovecot and others take the last.
 */
export const indexesBySequence = (
  set: NumberSet,
  { uids, count, saved }: Messages,
): { readonly indexes: Indexes; readonly beyond: boolean } => {
  if (set.kind === 'saved') return { indexes: indexesOf(saved, uids, count), beyond: false }
  let beyond = count === 0
  for (const { from, to } of set.ranges) {
    const open = from === '*' || to === '*'
    if (!open && Math.max(from, to) > count) beyond = true
  }
  const runs = toRuns(set, count)
  const spans: number[] = []
  for (let at = 0; at < runs.length; at += 2) {
    const from = Math.min(runs[at]! - 1, count)
    spans.push(from, Math.min(runs[at + 1]!, count))
  }
  return { indexes: spread(spans), beyond }
}

/** Every index of the spans `[from, end)`. */
const spread = (spans: readonly number[]): Indexes => {
  let total = 0
  for (let at = 0; at < spans.length; at += 2) total += spans[at + 1]! - spans[at]!
  const indexes = new Uint32Array(total)
  let into = 0
  for (let at = 0; at < spans.length; at += 2) {
    for (let index = spans[at]!; index < spans[at + 1]!; index++) indexes[into++] = index
  }
  return indexes
}

/** Indexes of those uids that are there; both ascending. */
const indexesOf = (wanted: ArrayLike<number>, uids: ArrayLike<number>, count: number): Indexes => {
  const found: number[] = []
  for (let i = 0, at = 0; i < wanted.length && at < count; i++) {
    while (at < count && uids[at]! < wanted[i]!) at++
    if (at < count && uids[at] === wanted[i]) found.push(at++)
  }
  return Uint32Array.from(found)
}
