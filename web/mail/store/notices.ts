// What is told at the edge of the page: it stays until it is put away or the next one comes, and may offer to take back what was done.
import { signal, useSignal } from './signal.ts'

export type Notice = {
  readonly id: number
  readonly text: string
  /** Takes back what the notice tells of. */
  readonly undo?: (() => Promise<void>) | undefined
  /** What the button says, where "undo" says too little. */
  readonly undoLabel?: string | undefined
  readonly kind: 'done' | 'failed'
}

/** Thrown by what an `undo` does: words for the person who asked for it. */
export class Told extends Error {}

const notice = signal<Notice | undefined>(undefined)
let last = 0

export const useNotice = (): Notice | undefined => useSignal(notice)
export const closeNotice = (): void => notice.set(undefined)

export const noticeNow = (): Notice | undefined => notice.get()

/** Tells what was done, and offers to take it back. Gives the id of the notice. */
export const tell = (text: string, undo?: () => Promise<void>, undoLabel?: string): number => {
  last += 1
  notice.set({ id: last, text, undo, undoLabel, kind: 'done' })
  return last
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
    (error: unknown) => tellFailure(error instanceof Told ? error.message : said.failed),
  )
}
