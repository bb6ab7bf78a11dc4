// Members selected for an invitation: across filters and pages, for as long as the window is open.
import { useSyncExternalStore } from 'react'

/** Ids with names. */
export type Selection = ReadonlyMap<number, string>

/** What the API takes at once. */
export const MOST_SELECTED = 5_000

const listeners = new Set<() => void>()
const kept = new Map<string, Selection>()
const EMPTY: Selection = new Map()

const keyOf = (order: string): string => `ceralacca.selection.${order}`

const read = (order: string): Selection => {
  const known = kept.get(order)
  if (known) return known
  let stored: Selection = EMPTY
  try {
    stored = new Map(JSON.parse(sessionStorage.getItem(keyOf(order)) ?? '[]') as [number, string][])
  } catch {
    // no storage here: the selection lives with the page
  }
  kept.set(order, stored)
  return stored
}

const write = (order: string, selection: Selection): void => {
  kept.set(order, selection)
  try {
    sessionStorage.setItem(keyOf(order), JSON.stringify([...selection]))
  } catch {
    // see above
  }
  for (const listener of listeners) listener()
}

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export type Selecting = {
  readonly selection: Selection
  readonly add: (members: Iterable<readonly [number, string]>) => void
  readonly remove: (ids: Iterable<number>) => void
  readonly clear: () => void
}

export const useSelection = (order: string): Selecting => {
  const selection = useSyncExternalStore(subscribe, () => read(order))
  return {
    selection,
    add: (members) => write(order, new Map([...read(order), ...members].slice(0, MOST_SELECTED))),
    remove: (ids) => {
      const next = new Map(read(order))
      for (const id of ids) next.delete(id)
      write(order, next)
    },
    clear: () => write(order, EMPTY),
  }
}
