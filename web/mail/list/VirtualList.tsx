// A list of which only the rows in sight are drawn; it stays under the finger when rows come above.
import {
  type CSSProperties,
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from 'react'
import type { List, ListRow } from '../store/lists.ts'

/** Height of a row in rem, as _list.scss has it: it grows with the text. */
const ROW_REM = 5.75
/** Rows drawn beyond the edges. */
const BEYOND = 6
/** Rows that are read before one comes to them. */
const AHEAD = 20
/** The range drawn moves by so many rows at once. */
const STEP = 4

const rootSize = (): number => Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16

/** Place in the list of what is shown at a place, where some rows are not shown. */
export const placeOf = (shownAt: number, hidden: readonly number[]): number => {
  let at = shownAt
  for (const one of hidden) {
    if (one > at) break
    at += 1
  }
  return at
}

/** Where a row is shown; of a hidden one, where it would be. */
export const shownAt = (place: number, hidden: readonly number[]): number =>
  place - hidden.filter((one) => one < place).length

export type Drawn = {
  readonly at: number
  readonly shown: number
  readonly top: number
  readonly row: ListRow | undefined
}

type Props = {
  readonly list: List
  readonly rows: ReadonlyMap<number, ListRow>
  readonly total: number
  readonly hidden: readonly number[]
  readonly label: string
  readonly describedBy?: string
  readonly active: number
  readonly onActive: (at: number) => void
  readonly onTop: (atTop: boolean) => void
  readonly onToggle: (at: number) => void
  readonly handle: RefObject<ListHandle | null>
  readonly header?: ReactNode
  readonly children: (drawn: Drawn) => ReactNode
}

export type ListHandle = {
  /** Moves the focus by so many rows. */
  readonly step: (by: number) => void
  readonly toTop: () => void
  readonly show: (at: number) => void
  /** Gives the focus to a row. */
  readonly focus: (at: number) => void
}

export const VirtualList = (given: Props) => {
  const { list, rows, total, hidden, label, active, children, handle, header } = given
  const scroller = useRef<HTMLDivElement>(null)
  const above = useRef<HTMLDivElement>(null)
  const items = useRef<HTMLUListElement>(null)
  const [rowPx, setRowPx] = useState(() => Math.round(ROW_REM * rootSize()))
  const [range, setRange] = useState({ first: 0, last: 20 })
  const anchor = useRef<{ threadId: string; offset: number } | undefined>(undefined)
  const wantFocus = useRef(false)
  const inSight = useRef(false)
  /** Height of what stands above the rows. */
  const abovePx = useRef(0)
  const count = Math.max(0, total - hidden.length)
  const latest = useRef({ rows, hidden, count, rowPx, range })
  latest.current = { rows, hidden, count, rowPx, range }

  /** The range in sight, the row that the eye is on, and what must be read. */
  const measure = useCallback(() => {
    const box = scroller.current
    if (!box || box.clientHeight === 0) {
      inSight.current = false
      return
    }
    // it was out of sight (a conversation was over it): back to where it was
    if (!inSight.current) box.scrollTop = list.scrollTop
    inSight.current = true
    const now = latest.current
    const here = box.scrollTop
    const scrollTop = here - abovePx.current
    list.scrollTop = here
    const first = Math.max(0, Math.floor(scrollTop / now.rowPx))
    const last = Math.max(0, Math.ceil((scrollTop + box.clientHeight) / now.rowPx))
    const drawn = {
      first: Math.max(0, Math.floor((first - BEYOND) / STEP) * STEP),
      last: Math.ceil((last + BEYOND) / STEP) * STEP,
    }
    if (drawn.first !== now.range.first || drawn.last !== now.range.last) setRange(drawn)
    const seen = now.rows.get(placeOf(first, now.hidden))
    anchor.current =
      seen && here > now.rowPx / 2 ? { threadId: seen.threadId, offset: scrollTop - first * now.rowPx } : undefined
    given.onTop(here < now.rowPx)
    list.look(placeOf(Math.max(0, first - BEYOND), now.hidden), placeOf(last + AHEAD, now.hidden))
  }, [list, given.onTop])

  // One measurement for each frame at most.
  useEffect(() => {
    const box = scroller.current!
    let frame = 0
    const scrolled = (): void => {
      if (frame === 0)
        frame = requestAnimationFrame(() => {
          frame = 0
          measure()
        })
    }
    box.addEventListener('scroll', scrolled, { passive: true })
    const observer = new ResizeObserver(() => {
      const grown = (above.current?.offsetHeight ?? 0) - abovePx.current
      abovePx.current += grown
      // what grows above moves nothing that is read
      if (inSight.current && box.scrollTop > abovePx.current) box.scrollTop += grown
      setRowPx(Math.round(ROW_REM * rootSize()))
      measure()
    })
    observer.observe(box)
    observer.observe(above.current!)
    return () => {
      box.removeEventListener('scroll', scrolled)
      observer.disconnect()
      cancelAnimationFrame(frame)
    }
  }, [measure])

  // Another list begins where it was left.
  useLayoutEffect(() => {
    anchor.current = undefined
    if (scroller.current) scroller.current.scrollTop = list.scrollTop
    measure()
  }, [list, measure])

  // Rows came or went above: what the eye is on stays where it is.
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever what is shown changed
  useLayoutEffect(() => {
    const box = scroller.current
    const kept = anchor.current
    if (box && kept && box.clientHeight > 0) {
      const top = abovePx.current
      for (const [at, row] of rows)
        if (row.threadId === kept.threadId) {
          const wanted = shownAt(at, hidden) * rowPx + kept.offset + top
          if (Math.abs(wanted - box.scrollTop) >= 1) box.scrollTop = wanted
          break
        }
    }
    measure()
  }, [rows, hidden, rowPx, total])

  const giveFocus = (at: number): void => {
    if (!wantFocus.current) return
    const link = items.current?.querySelector<HTMLElement>(`[data-at="${at}"]`)
    if (!link) return
    wantFocus.current = false
    link.focus({ preventScroll: true })
  }
  useLayoutEffect(() => giveFocus(active))

  const show = useCallback((at: number): void => {
    const box = scroller.current
    if (!box) return
    const { hidden: gone, rowPx: px } = latest.current
    const top = shownAt(at, gone) * px + abovePx.current
    if (top < box.scrollTop) box.scrollTop = top
    else if (top + px > box.scrollTop + box.clientHeight) box.scrollTop = top + px - box.clientHeight
  }, [])

  const go = (toShown: number): void => {
    measure()
    const shown = Math.max(0, Math.min(count - 1, toShown))
    const at = placeOf(shown, hidden)
    wantFocus.current = true
    given.onActive(at)
    show(at)
    measure()
    giveFocus(at)
  }
  handle.current = {
    step: (by) => go(shownAt(active, hidden) + by),
    toTop: () => {
      if (scroller.current) scroller.current.scrollTop = 0
    },
    show,
    focus: (at) => go(shownAt(at, hidden)),
  }

  const press = (event: KeyboardEvent<HTMLUListElement>): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const here = shownAt(active, hidden)
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowPx) - 1)
    const moves: Record<string, number> = {
      ArrowDown: here + 1,
      ArrowUp: here - 1,
      PageDown: here + page,
      PageUp: here - page,
      Home: 0,
      End: count - 1,
    }
    const to = moves[event.key]
    if (to !== undefined) go(to)
    else if (event.key === ' ' && (event.target as HTMLElement).matches('a')) given.onToggle(active)
    else return
    event.preventDefault()
  }

  const drawn: Drawn[] = []
  const draw = (shown: number): void => {
    const at = placeOf(shown, hidden)
    drawn.push({ at, shown, top: shown * rowPx, row: rows.get(at) })
  }
  const activeShown = shownAt(active, hidden)
  // the row that has the focus is drawn wherever it is
  if (activeShown < range.first && activeShown < count) draw(activeShown)
  for (let shown = range.first; shown <= Math.min(range.last, count - 1); shown++) draw(shown)
  if (activeShown > range.last && activeShown < count) draw(activeShown)
  return (
    <div ref={scroller} className="cm-scroller">
      <div ref={above}>{header}</div>
      <ul
        ref={items}
        className="cm-rows"
        aria-label={label}
        aria-describedby={given.describedBy}
        style={{ height: `${count * rowPx}px`, '--cm-row': `${rowPx}px` } as CSSProperties}
        onKeyDown={press}
      >
        {drawn.map(children)}
      </ul>
    </div>
  )
}
