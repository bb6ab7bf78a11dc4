// The emails of a folder by date, and the first of each thread among them.
import { type BoxFolder, isVisible, type Row } from '../../mailstore/box.ts'
import type { FolderState } from '../../mailstore/mailstore.ts'
import { threadsOf } from '../../mailstore/threads.ts'

type Order = { readonly count: number; readonly indexes: Uint32Array }

/** Messages of folders by when they were received, as far as they were put in order. */
const orders = new WeakMap<FolderState, Order>()

/** New messages that are put into an order one by one; more are sorted with all. */
const FEW = 200

/** Indexes of a folder by receivedAt, rising; what came in between is put where it belongs. */
export const dateOrder = (state: FolderState): Uint32Array => {
  const { count } = state
  const known = orders.get(state)
  if (known?.count === count) return known.indexes
  const indexes = new Uint32Array(count)
  const at = (place: number): number => state.receivedAt(indexes[place]!)
  if (known && count - known.count <= FEW && known.count < count) {
    indexes.set(known.indexes)
    for (let index = known.count; index < count; index++) {
      const date = state.receivedAt(index)
      let low = 0
      let high = index
      while (low < high) {
        const middle = (low + high) >> 1
        if (at(middle) <= date) low = middle + 1
        else high = middle
      }
      indexes.copyWithin(low + 1, low, index)
      indexes[low] = index
    }
  } else {
    const dates = Float64Array.from({ length: count }, (_, index) => state.receivedAt(index))
    for (let index = 0; index < count; index++) indexes[index] = index
    if (dates.some((date, index) => index > 0 && date < dates[index - 1]!))
      indexes.sort((a, b) => dates[a]! - dates[b]! || a - b)
  }
  orders.set(state, { count, indexes })
  return indexes
}

/**
 * Emails of a folder that pass a test, by date, each once: what the longer way gives, without an object for each.
 * `passes` is asked of the first place of each.
 */
export const listFolder = (folder: BoxFolder, ascending: boolean, passes: (index: number) => boolean): Uint32Array => {
  const { state } = folder
  const order = dateOrder(state)
  const repeated = folder.repeated()
  const taken = new Set<string>()
  const listed = new Uint32Array(order.length)
  let count = 0
  for (const index of order) {
    if (!isVisible(state, index)) continue
    if (repeated.size > 0 && repeated.has(state.content(index))) {
      if (taken.has(state.content(index))) continue
      taken.add(state.content(index))
    }
    if (passes(index)) listed[count++] = index
  }
  const found = listed.subarray(0, count)
  return ascending ? found : found.reverse()
}

/** The first of each thread, in a folder. */
export const collapsedIn = (folder: BoxFolder, indexes: Uint32Array): Uint32Array => {
  const { numbers, count } = threadsOf(folder.state)
  const seen = new Uint8Array(count)
  return indexes.filter((index) => {
    const thread = numbers[index]!
    if (seen[thread] === 1) return false
    seen[thread] = 1
    return true
  })
}

/** The usual order: what came one after the other is nearly in it already, and the keys are numbers at hand. */
export const byDate = (rows: readonly Row[], ascending: boolean): readonly Row[] => {
  const at = new Float64Array(rows.length)
  const order = new Uint32Array(rows.length)
  let isRising = true
  for (const [place, { folder, index }] of rows.entries()) {
    at[place] = folder.state.receivedAt(index)
    order[place] = place
    if (place > 0 && at[place]! < at[place - 1]!) isRising = false
  }
  if (!isRising) order.sort((a, b) => at[a]! - at[b]! || a - b)
  if (!ascending) order.reverse()
  return Array.from(order, (place) => rows[place]!)
}

/** The first of each thread (RFC 8621 §4.4.3). */
export const collapsed = (rows: readonly Row[]): readonly Row[] => {
  const seen = new Set<bigint>()
  return rows.filter(({ folder, index }) => {
    const thread = folder.state.threadKey(index)
    if (seen.has(thread)) return false
    seen.add(thread)
    return true
  })
}
