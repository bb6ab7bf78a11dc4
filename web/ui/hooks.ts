// Hooks that pages share: the title and the focus of a page, something loaded, something done once at a time.
import { useCallback, useEffect, useEffectEvent, useId, useRef, useState } from 'react'
import { Problem } from './api.ts'

/** Whether a page was shown before in this window: the first one leaves the focus where the browser puts it. */
let shownBefore = false

/** Sets the title of the window, and moves the focus to the heading when a page follows another. */
export const usePage = (title: string, key: string = title) => {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = title
  }, [title])
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says when it is another page
  useEffect(() => {
    if (shownBefore) {
      heading.current?.focus({ preventScroll: true })
      window.scrollTo(0, 0)
    }
    shownBefore = true
  }, [key])
  return heading
}

/** Any error as a problem with a code. */
export const asProblem = (error: unknown): Problem => {
  if (error instanceof Problem) return error
  console.error(error)
  return new Problem(0, { code: 'unexpected' })
}

export type Resource<T> = {
  readonly data: T | undefined
  readonly problem: Problem | undefined
  readonly loading: boolean
  /** Loads it again; what was there stays meanwhile. */
  readonly reload: () => void
  /** Puts what an answer brought in its place. */
  readonly set: (data: T) => void
}

/** Something loaded for as long as `key` stays the same. */
export const useResource = <T>(key: string, load: (signal: AbortSignal) => Promise<T>): Resource<T> => {
  const [state, setState] = useState<{ key: string; data?: T; problem?: Problem; loading: boolean }>({
    key,
    loading: true,
  })
  const [turn, setTurn] = useState(0)
  const loadNow = useEffectEvent(load)
  // biome-ignore lint/correctness/useExhaustiveDependencies: `turn` asks for it again
  useEffect(() => {
    const controller = new AbortController()
    setState((old) => (old.key === key ? { ...old, loading: true } : { key, loading: true }))
    loadNow(controller.signal).then(
      (data) => !controller.signal.aborted && setState({ key, data, loading: false }),
      (error: unknown) =>
        !controller.signal.aborted && setState((old) => ({ ...old, problem: asProblem(error), loading: false })),
    )
    return () => controller.abort()
  }, [key, turn])
  const reload = useCallback(() => setTurn((old) => old + 1), [])
  const set = useCallback((data: T) => setState({ key, data, loading: false }), [key])
  const here = state.key === key
  return {
    data: here ? state.data : undefined,
    problem: here ? state.problem : undefined,
    loading: here ? state.loading : true,
    reload,
    set,
  }
}

export type Action<A extends unknown[], T> = {
  readonly run: (...args: A) => Promise<T | undefined>
  readonly busy: boolean
  readonly problem: Problem | undefined
  readonly clear: () => void
}

/** Something that a person does: a second press while it is under way does nothing; a refusal is kept to be shown. */
export const useAction = <A extends unknown[], T>(act: (...args: A) => Promise<T>): Action<A, T> => {
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem>()
  const running = useRef(false)
  const latest = useRef(act)
  latest.current = act
  const run = useCallback(async (...args: A): Promise<T | undefined> => {
    if (running.current) return undefined
    running.current = true
    setBusy(true)
    setProblem(undefined)
    try {
      return await latest.current(...args)
    } catch (error) {
      setProblem(asProblem(error))
      return undefined
    } finally {
      running.current = false
      setBusy(false)
    }
  }, [])
  const clear = useCallback(() => setProblem(undefined), [])
  return { run, busy, problem, clear }
}

/** Identifiers of a field and of what describes it. */
export const useFieldIds = (given?: string): { id: string; hint: string; error: string } => {
  const made = useId()
  const id = given ?? made
  return { id, hint: `${id}-hint`, error: `${id}-error` }
}
