// Filters that live in the address: they can be shared, and Back undoes them; lists that grow page by page.
import { useCallback, useEffect, useEffectEvent, useRef, useState } from 'react'
import { useSearchParams } from 'wouter'
import type { Problem } from '../ui/api.ts'
import { asProblem } from '../ui/hooks.ts'

/** Values of filters by name; empty where none is set. */
export type Filters<Name extends string> = Readonly<Record<Name, string>>

/** The filters of the address, and what puts others there: as a new entry of the history. */
export const useFilters = <Name extends string>(
  names: readonly Name[],
): readonly [Filters<Name>, (change: Partial<Filters<Name>>) => void] => {
  const [params, setParams] = useSearchParams()
  const filters = Object.fromEntries(names.map((name) => [name, params.get(name) ?? ''])) as Filters<Name>
  const change = (given: Partial<Filters<Name>>): void => {
    const next = { ...filters, ...given }
    setParams(new URLSearchParams(names.filter((name) => next[name] !== '').map((name) => [name, next[name]])))
  }
  return [filters, change]
}

/** A value that an enumeration of the contract has; undefined of anything else that stands in the address. */
export const oneOf = <T extends string>(value: string, words: readonly T[]): T | undefined =>
  words.find((word) => word === value)

type PageOf<T> = { readonly items: readonly T[]; readonly next?: string | undefined }

export type Pages<T, P extends PageOf<T>> = {
  readonly items: readonly T[] | undefined
  /** The first page whole, with what it tells beside the rows. */
  readonly first: P | undefined
  readonly problem: Problem | undefined
  readonly loading: boolean
  readonly hasMore: boolean
  readonly more: () => void
  readonly reload: () => void
}

const PAGE = 50
const MOST = 200
/** How many rows a list had when it was left, so that Back shows as many. */
const shownOf = new Map<string, number>()

type State<T, P> = {
  readonly key: string
  readonly items?: readonly T[]
  readonly first?: P
  readonly next?: string | undefined
  readonly problem?: Problem | undefined
  readonly loading: boolean
}

/** A list by pages, for as long as `key` stays the same. */
export const usePages = <T, P extends PageOf<T>>(
  key: string,
  load: (page: { readonly cursor?: string; readonly limit: number }, signal: AbortSignal) => Promise<P>,
): Pages<T, P> => {
  const [state, setState] = useState<State<T, P>>({ key, loading: true })
  const [turn, setTurn] = useState(0)
  const loadNow = useEffectEvent(load)
  const running = useRef<AbortController>(undefined)
  // biome-ignore lint/correctness/useExhaustiveDependencies: `turn` asks for it again
  useEffect(() => {
    const controller = new AbortController()
    running.current = controller
    const limit = Math.min(MOST, Math.max(PAGE, shownOf.get(key) ?? 0))
    setState((old) => (old.key === key ? { ...old, loading: true } : { key, loading: true }))
    loadNow({ limit }, controller.signal).then(
      (page) =>
        !controller.signal.aborted &&
        setState({ key, items: page.items, first: page, next: page.next, loading: false }),
      (error: unknown) =>
        !controller.signal.aborted && setState((old) => ({ ...old, problem: asProblem(error), loading: false })),
    )
    return () => controller.abort()
  }, [key, turn])
  const { items, next } = state.key === key ? state : { items: undefined, next: undefined }
  useEffect(() => {
    if (items) shownOf.set(key, items.length)
  }, [key, items])
  const more = async (): Promise<void> => {
    const signal = running.current?.signal
    if (!next || !signal || state.loading) return
    setState((old) => ({ ...old, loading: true, problem: undefined }))
    try {
      const page = await load({ cursor: next, limit: PAGE }, signal)
      if (!signal.aborted) {
        setState((old) => ({ ...old, items: [...(old.items ?? []), ...page.items], next: page.next, loading: false }))
      }
    } catch (error) {
      if (!signal.aborted) setState((old) => ({ ...old, problem: asProblem(error), loading: false }))
    }
  }
  const here = state.key === key
  return {
    items,
    first: here ? state.first : undefined,
    problem: here ? state.problem : undefined,
    loading: here ? state.loading : true,
    hasMore: next !== undefined,
    more: () => void more(),
    reload: useCallback(() => setTurn((old) => old + 1), []),
  }
}
