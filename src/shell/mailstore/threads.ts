// The threads of a folder in memory: made when first asked for, then kept up with what comes.
import type { ContentId } from '../../core/lib/rope.ts'
import { type Box, isVisible, type Row } from './box.ts'
import type { FolderState } from './mailstore.ts'

export type Threads = {
  /** Of the message at each index, a number that stands for its thread in this folder: below `count`. */
  readonly numbers: Uint32Array
  readonly count: number
  /** Indexes of the messages of a thread, the first last. */
  readonly indexesOf: (thread: bigint) => Generator<number>
}

type Built = {
  readonly known: Map<bigint, number>
  numbers: Uint32Array
  /** Of each message the one before it in its thread, and of each thread its last: one more, 0 where there is none. */
  before: Uint32Array
  last: Uint32Array
  upTo: number
}

/** A state is another one where messages were removed: its indexes are others. */
const builtOf = new WeakMap<FolderState, Built>()

const grown = (array: Uint32Array, length: number): Uint32Array => {
  if (array.length >= length) return array
  const larger = new Uint32Array(Math.max(length, array.length * 2))
  larger.set(array)
  return larger
}

const built = (state: FolderState): Built => {
  const known = builtOf.get(state)
  if (known?.upTo === state.count) return known
  const none = new Uint32Array(state.count)
  const it: Built = known ?? { known: new Map(), numbers: none, before: none.slice(), last: none.slice(), upTo: 0 }
  builtOf.set(state, it)
  it.numbers = grown(it.numbers, state.count)
  it.before = grown(it.before, state.count)
  it.last = grown(it.last, state.count)
  for (; it.upTo < state.count; it.upTo++) {
    const thread = state.threadKey(it.upTo)
    let number = it.known.get(thread)
    if (number === undefined) {
      number = it.known.size
      it.known.set(thread, number)
    }
    it.numbers[it.upTo] = number
    it.before[it.upTo] = it.last[number]!
    it.last[number] = it.upTo + 1
  }
  return it
}

/** The threads of a folder as it is now. */
export const threadsOf = (state: FolderState): Threads => {
  const it = built(state)
  return {
    numbers: it.numbers,
    count: it.known.size,
    indexesOf: function* (thread) {
      const number = it.known.get(thread)
      if (number === undefined) return
      for (let next = it.last[number]!; next > 0; next = it.before[next - 1]!) yield next - 1
    },
  }
}

/** Where the messages of threads lie, by content: a message may lie in several folders. */
export const rowsOfThreads = (
  box: Box,
  threads: ReadonlySet<bigint>,
): ReadonlyMap<bigint, ReadonlyMap<ContentId, readonly Row[]>> => {
  const found = new Map<bigint, Map<ContentId, Row[]>>()
  for (const folder of box.folders) {
    const { state } = folder
    const { indexesOf } = threadsOf(state)
    for (const thread of threads) {
      for (const index of [...indexesOf(thread)].reverse()) {
        if (!isVisible(state, index)) continue
        const contents = found.get(thread) ?? new Map<ContentId, Row[]>()
        found.set(thread, contents)
        const content = state.content(index)
        const rows = contents.get(content) ?? []
        contents.set(content, rows)
        rows.push({ folder, index })
      }
    }
  }
  return found
}
