// What is told at the edge of the page: it stays until it is put away or the next one comes, and may offer to take back what was done.
import { signal, useSignal } from './signal.ts'

export type Notice = {
  readonly id: number
  readonly text: string
  /** Takes back what the notice tells of. */
  readonly undo?: (() => Promise<void>) | undefined
  readonly kind: 'done' | 'failed'
}

const notice = signal<Notice | undefined>(undefined)
let last = 0

export const useNotice = (): Notice | undefined => useSignal(notice)
export const closeNotice = (): void => notice.set(undefined)

/** Tells what was done, and offers to take it back. */
export const tell = (text: string, undo?: () => Promise<void>): void => {
  last += 1
  notice.set({ id: last, text, undo, kind: 'done' })
}

/** Tells what could not be done. */
export const tellFailure = (text: string): void => {
  last += 1
  notice.set({ id: last, text, kind: 'failed' })
}

/** Takes back what the notice of the moment tells of, where that can be. */
export const undoNotice = (said: { readonly undone: string; readonly failed: string }): void => {
  const undo = notice.get()?.undo
  if (!undo) return
  closeNotice()
  undo().then(
    () => tell(said.undone),
    () => tellFailure(said.failed),
  )
}
