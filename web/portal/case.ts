// The case on this device: what the server has of it, and what was typed since; nothing typed is ever dropped.
import { useSyncExternalStore } from 'react'
import { call, isSessionLost, type Problem } from '../ui/api.ts'
import type { Draft, EnrolmentView } from '../ui/contract.ts'
import { asProblem } from '../ui/hooks.ts'

export type CaseState = {
  /** `none`: no case is open on this device. */
  readonly status: 'unknown' | 'loading' | 'none' | 'failed' | 'ready'
  readonly view: EnrolmentView | undefined
  /** Why it could not be loaded. */
  readonly problem: Problem | undefined
  /** Typed and not yet kept by the server. */
  readonly typed: Draft
  readonly saving: 'idle' | 'saving' | 'failed'
  /** The case was open here and no longer is: what was typed waits. */
  readonly lost: boolean
}

const INITIAL: CaseState = {
  status: 'unknown',
  view: undefined,
  problem: undefined,
  typed: {},
  saving: 'idle',
  lost: false,
}
/** While the tab lives: what a reload without a network would lose. Never a password. */
const BACKUP = 'ceralacca.typed'
const PAUSE_MS = 700
const RETRY_MS = 5_000

let state = INITIAL
let timer: ReturnType<typeof setTimeout> | undefined
let running: Promise<unknown> | undefined
const listeners = new Set<() => void>()

const set = (change: Partial<CaseState>): void => {
  state = { ...state, ...change }
  for (const listener of listeners) listener()
}

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export const useCase = (): CaseState => useSyncExternalStore(subscribe, () => state)
export const caseState = (): CaseState => state

const isEmpty = (typed: Draft): boolean => Object.keys(typed).length === 0

const backUp = (): void => {
  try {
    if (isEmpty(state.typed)) sessionStorage.removeItem(BACKUP)
    else sessionStorage.setItem(BACKUP, JSON.stringify({ case: state.view?.caseNumber, typed: state.typed }))
  } catch {
    // storage is forbidden or full: the server has all but the last words
  }
}

const backedUp = (caseNumber: string): Draft => {
  try {
    const kept = JSON.parse(sessionStorage.getItem(BACKUP) ?? 'null') as { case?: string; typed?: Draft } | null
    return kept?.case === caseNumber ? (kept.typed ?? {}) : {}
  } catch {
    return {}
  }
}

/** Takes the case as an answer brought it; what was typed meanwhile stays on top. */
export const adopt = (view: EnrolmentView): void => {
  const same = state.view?.caseNumber === view.caseNumber
  const typed = same ? state.typed : backedUp(view.caseNumber)
  set({ status: 'ready', view, problem: undefined, typed, lost: false })
  if (!same && !isEmpty(typed)) later(0)
}

/** Loads the case of this device, if there is one. */
export const loadCase = async (): Promise<EnrolmentView | undefined> => {
  if (state.status !== 'ready') set({ status: 'loading' })
  try {
    const view = await call('GET /enrolment')
    adopt(view)
    return view
  } catch (error) {
    if (isSessionLost(error)) {
      if (state.view) set({ lost: true })
      else set({ status: 'none' })
    } else if (!state.view) set({ status: 'failed', problem: asProblem(error) })
    return undefined
  }
}

/** Whether an error says that the case is no longer open here; then all pages are told. */
export const noteLost = (error: unknown): boolean => {
  const lost = isSessionLost(error)
  if (lost && state.view) set({ lost: true })
  return lost
}

const later = (ms: number): void => {
  clearTimeout(timer)
  timer = setTimeout(() => void flush().catch(() => {}), ms)
}

/** Something was typed: it is kept here at once and by the server in a moment. */
export const type = (change: Draft): void => {
  set({ typed: { ...state.typed, ...change } })
  backUp()
  later(PAUSE_MS)
}

const without = (typed: Draft, sent: Draft): Draft =>
  Object.fromEntries(Object.entries(typed).filter(([field, text]) => sent[field as keyof Draft] !== text))

const saveOnce = async (): Promise<void> => {
  const sent = state.typed
  set({ saving: 'saving' })
  try {
    const view = await call('PATCH /enrolment', { body: sent })
    set({ typed: without(state.typed, sent), saving: 'idle' })
    adopt(view)
    backUp()
  } catch (error) {
    const problem = asProblem(error)
    set({ saving: 'failed' })
    if (isSessionLost(problem)) set({ lost: true })
    else if (problem.code === 'notInThisState') {
      // Sent, or decided, on another device: there is nothing to type any more.
      set({ typed: {}, saving: 'idle' })
      backUp()
      await loadCase()
    } else if (problem.code === 'offline' || problem.status >= 500 || problem.status === 429) later(RETRY_MS)
    throw problem
  }
}

/** Has the server keep all that was typed; the case as it then stands. Throws Problem. */
export const flush = async (): Promise<EnrolmentView | undefined> => {
  clearTimeout(timer)
  while (running || !isEmpty(state.typed)) {
    if (running) await running.catch(() => {})
    else {
      running = saveOnce()
      try {
        await running
      } finally {
        running = undefined
      }
    }
  }
  return state.view
}

/** Forgets the case on this device, here and at the server. */
export const leave = async (): Promise<void> => {
  await flush().catch(() => {})
  await call('DELETE /enrolment/session').catch((error: unknown) => {
    if (!isSessionLost(error)) throw error
  })
  set({ ...INITIAL, status: 'none' })
  backUp()
}

/** A field as it stands: typed, or kept. */
export const fieldOf = ({ typed, view }: CaseState, field: keyof Draft): string =>
  typed[field] ?? view?.draft[field] ?? ''

export const isEditable = (view: EnrolmentView): boolean => view.state === 'draft' || view.state === 'awaitingDocument'

document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'hidden' && !isEmpty(state.typed)) void flush().catch(() => {})
})
window.addEventListener('online', () => {
  if (!isEmpty(state.typed)) later(0)
})
