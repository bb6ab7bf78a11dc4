// Which conversations of a list are chosen: some of those that were read, or all that there are.
import { useCallback, useRef, useState } from 'react'
import type { List, ListRow } from '../store/lists.ts'
import type { Chosen } from './rowActions.ts'

export type Selection = {
  readonly chosen: Chosen | undefined
  readonly has: (threadId: string) => boolean
  readonly all: boolean
  readonly count: number
  /** `range`: all from the one chosen before to this one. */
  readonly toggle: (at: number, range: boolean) => void
  readonly pickLoaded: () => void
  readonly pickAll: () => void
  readonly clear: () => void
}

type Picked = { readonly rows: ReadonlyMap<string, ListRow>; readonly all: boolean; readonly list: List | undefined }
const NONE: Picked = { rows: new Map(), all: false, list: undefined }

export const useSelection = (
  list: List,
  rows: ReadonlyMap<number, ListRow>,
  total: number,
  isHidden: (row: ListRow) => boolean,
): Selection => {
  const [kept, setPicked] = useState<Picked>(NONE)
  // of another list: nothing is chosen here
  const picked = kept.list === list ? kept : NONE
  const last = useRef<number | undefined>(undefined)
  const toggle = useCallback(
    (at: number, range: boolean) => {
      const row = rows.get(at)
      if (!row) return
      setPicked((old) => {
        const before = old.list === list && !old.all ? old.rows : new Map<string, ListRow>()
        const after = new Map(before)
        const adding = !before.has(row.threadId)
        const from = range && last.current !== undefined ? last.current : at
        for (let one = Math.min(from, at); one <= Math.max(from, at); one++) {
          const other = rows.get(one)
          if (!other || isHidden(other)) continue
          if (adding || range) after.set(other.threadId, other)
          else after.delete(other.threadId)
        }
        return { rows: after, all: false, list }
      })
      last.current = at
    },
    [rows, list, isHidden],
  )
  const clear = useCallback(() => setPicked(NONE), [])
  const count = picked.all ? total : picked.rows.size
  const chosen: Chosen | undefined = picked.all
    ? { kind: 'all', filter: list.question.filter, count: total }
    : picked.rows.size > 0
      ? { kind: 'rows', rows: [...picked.rows.values()] }
      : undefined
  return {
    chosen,
    has: (threadId) => picked.all || picked.rows.has(threadId),
    all: picked.all,
    count,
    toggle,
    pickLoaded: () => {
      const shown = [...rows.values()].filter((row) => !isHidden(row))
      setPicked({ rows: new Map(shown.map((row) => [row.threadId, row])), all: false, list })
    },
    pickAll: () => setPicked({ rows: new Map(), all: true, list }),
    clear,
  }
}
