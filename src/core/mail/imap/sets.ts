// Sets of numbers of a command against the folder: indexes of messages, and runs, never absurd ranges spelled out.
import { joined, lowerBound, type Span } from '../numberSet.ts'
import type { NumberSet } from '../query.ts'

/** Runs of numbers that ascend and do not touch. */
export type Runs = readonly Span[]

/** A set as runs, `*` being `highest`. The `$` of a set is not known here: no runs. */
export const toRuns = (set: NumberSet, highest: number): Runs =>
  set.kind === 'saved' ? [] : joined(set.ranges, highest)

/** Whether a number is in runs. */
export const inRuns = (runs: Runs, number: number): boolean => {
  let low = 0
  let high = runs.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (runs[middle]!.to < number) low = middle + 1
    else high = middle
  }
  return low < runs.length && runs[low]!.from <= number
}

/** How many numbers runs have. */
export const countRuns = (runs: Runs): number => runs.reduce((count, { from, to }) => count + to - from + 1, 0)

/** What is at hand to make a set into messages: uids ascending, of which the first `count` are in use. */
export type Messages = {
  readonly uids: ArrayLike<number>
  readonly count: number
  /** What SEARCH RETURN (SAVE) has kept, as ascending uids (RFC 5182). */
  readonly saved: ArrayLike<number>
}

/** Messages as ascending indexes (sequence number less one). */
export type Indexes = Uint32Array

/**
 * The messages of a set of uids. Uids that no message has are passed over, and `9:*` has the last message even where its
 * uid is lower (RFC 9051 §6.4.9).
 */
export const indexesByUid = (set: NumberSet, messages: Messages): Indexes => {
  const { uids, count, saved } = messages
  if (count === 0) return new Uint32Array(0)
  if (set.kind === 'saved') return indexesOf(saved, uids, count)
  const bounds: number[] = []
  for (const { from, to } of joined(set.ranges, uids[count - 1]!)) {
    bounds.push(lowerBound(messages, from), lowerBound(messages, to + 1))
  }
  return spread(bounds)
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
  if (count === 0) return { indexes: new Uint32Array(0), beyond: true }
  let beyond = false
  for (const { from, to } of set.ranges) if (from !== '*' && to !== '*' && Math.max(from, to) > count) beyond = true
  const bounds: number[] = []
  for (const { from, to } of joined(set.ranges, count)) bounds.push(Math.min(from - 1, count), Math.min(to, count))
  return { indexes: spread(bounds), beyond }
}

/** Every index from each first bound to before its second. */
const spread = (bounds: readonly number[]): Indexes => {
  let total = 0
  for (let at = 0; at < bounds.length; at += 2) total += bounds[at + 1]! - bounds[at]!
  const indexes = new Uint32Array(total)
  let into = 0
  for (let at = 0; at < bounds.length; at += 2) {
    for (let index = bounds[at]!; index < bounds[at + 1]!; index++) indexes[into++] = index
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
