// The emails of a folder by date, and the first of each thread among them.

import type { MessageKind } from '../../../core/mailbox/certified.ts'
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
 * All emails of a folder by date, or those of kinds that pass, as most lists are: each once, and of each thread the first where so wanted. The
 * same as the longer way gives, without an object for each message.
 */
export const listFolder = (
  folder: BoxFolder,
  ascending: boolean,
  collapseThreads: boolean,
  passes?: (kind: MessageKind | null) => boolean,
): Uint32Array => {
  const { state } = folder
  const order = dateOrder(state)
  const repeated = folder.repeated()
  const taken = new Set<string>()
  const there = new Uint32Array(order.length)
  let count = 0
  for (const index of order) {
    if (!isVisible(state, index) || (passes && !passes(state.kind(index)))) continue
    if (repeated.size > 0 && repeated.has(state.content(index))) {
      if (taken.has(state.content(index))) continue
      taken.add(state.content(index))
    }
    there[count++] = index
  }
  const listed = there.subarray(0, count)
  if (!ascending) listed.reverse()
  if (!collapseThreads) return listed
  const { numbers, count: threads } = threadsOf(state)
  const seen = new Uint8Array(threads)
  let firsts = 0
  for (const index of listed) {
    const thread = numbers[index]!
    if (seen[thread] === 1) continue
    seen[thread] = 1
    listed[firsts++] = index
  }
  return listed.subarray(0, firsts)
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
