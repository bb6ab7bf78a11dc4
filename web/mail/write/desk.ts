// A desk on which one message is written: what it says now, where it is saved, how far its attachments are. Each change is
// kept on this device at once and on the server within two seconds; without a line it is saved when the line is back.
import { move } from '../store/actions.ts'
import { folderByRole } from '../store/folders.ts'
import { onChange, online } from '../store/live.ts'
import { type Signal, signal } from '../store/signal.ts'
import { onDesk } from './desks.ts'
import {
  type Attachment,
  type Draft,
  forgetBytes,
  forgetDraft,
  keepBytes,
  keepDraft,
  keptBytes,
  newPen,
} from './draft.ts'
import { uploads, type Way } from './files.ts'
import { isSaved, saveDraft, savesOf } from './saving.ts'

export type SaveState =
  | { readonly kind: 'fresh' }
  /** Only on this device; on the server with the next save. */
  | { readonly kind: 'here' }
  | { readonly kind: 'saved'; readonly at: number }
  /** The server refused it, the code says why. */
  | { readonly kind: 'refused'; readonly code: string }

export type Desk = {
  readonly draft: Signal<Draft>
  readonly saved: Signal<SaveState>
  readonly ways: Signal<ReadonlyMap<string, Way>>
  /** Another page or device has changed it: the Email of that version, where there is one. */
  readonly elsewhere: Signal<{ readonly emailId: string | undefined } | undefined>
  readonly change: (patch: Partial<Draft>) => void
  readonly attach: (files: readonly File[]) => void
  readonly retry: (id: string) => void
  readonly detach: (id: string) => void
  /** Saves what is not saved. */
  readonly flush: () => Promise<void>
  /** Takes the draft away, here and there. `undo` of what it gives brings it back. */
  readonly discard: () => Promise<{ readonly undo: () => Promise<void> }>
  /** Takes the message away to be sent: nothing is saved after it. */
  readonly take: () => Promise<Draft>
  /** The page is left: what is not saved is saved. */
  readonly leave: () => Promise<void>
}

const HERE_MS = 200
const THERE_MS = 1_500
const RETRY_MS = 5_000

/** Sets a desk with a draft on it. */
export const openDesk = (first: Draft): Desk => {
  const draft = signal(first)
  const saved = signal<SaveState>(first.isAhead ? { kind: 'here' } : { kind: 'fresh' })
  const ways = signal<ReadonlyMap<string, Way>>(new Map())
  const elsewhere = signal<{ readonly emailId: string | undefined } | undefined>(undefined)
  let timerHere: number | undefined
  let timerThere: number | undefined
  let saving: Promise<void> | undefined
  let isClosed = false
  /** Counts changes, so that a save knows whether it saved all. */
  let turn = 0

  const keepNow = (): Promise<void> => {
    clearTimeout(timerHere)
    timerHere = undefined
    return keepDraft(draft.get())
  }

  const put = (patch: Partial<Draft>): void => {
    draft.set({ ...draft.get(), ...patch })
    timerHere ??= window.setTimeout(() => void keepNow(), HERE_MS)
  }

  const later = (ms: number): void => {
    timerThere ??= window.setTimeout(() => {
      timerThere = undefined
      void saveThere()
    }, ms)
  }

  const saveOnce = async (): Promise<void> => {
    const before = turn
    try {
      const done = await saveDraft(draft.get())
      if (isClosed) return
      const isWhole = before === turn
      const blobs = new Map(done.attachments.map((one) => [one.id, one.blobId]))
      put({
        emailId: done.emailId,
        revision: done.revision,
        isAhead: !isWhole,
        attachments: draft.get().attachments.map((one) => ({ ...one, blobId: blobs.get(one.id) ?? one.blobId })),
      })
      saved.set({ kind: 'saved', at: Date.now() })
      if (done.isElsewhere) await tellElsewhere()
      if (!isWhole) later(THERE_MS)
    } catch (error) {
      const { code = '' } = error as { code?: string }
      // without a line, or signed out: it is here, and tried again
      const isPassing = code === 'offline' || code === 'accountSignInNeeded'
      saved.set(isPassing ? { kind: 'here' } : { kind: 'refused', code })
      if (isPassing && !isClosed) later(RETRY_MS)
    }
  }

  const saveThere = async (): Promise<void> => {
    if (saving) {
      await saving
      if (!draft.get().isAhead || isClosed) return
    }
    if (saving || isClosed || !draft.get().isAhead) return
    clearTimeout(timerThere)
    timerThere = undefined
    saving = saveOnce().finally(() => {
      saving = undefined
    })
    await saving
  }

  const tellElsewhere = async (): Promise<void> => {
    const { key, emailId } = draft.get()
    const others = await savesOf(key).catch(() => [])
    elsewhere.set({ emailId: others.find(({ id }) => id !== emailId)?.id })
  }

  /** Whether our last save is there still: if not, somebody else has saved, sent or removed the draft. */
  const watch = async (): Promise<void> => {
    const { emailId, key } = draft.get()
    if (saving || emailId === null || elsewhere.get() || isClosed) return
    const found = await isSaved(emailId)
      .then((there) => (there ? undefined : savesOf(key)))
      .catch(() => undefined)
    if (!found || saving || isClosed || draft.get().emailId !== emailId) return
    if (found.some(({ id }) => id === emailId)) return
    elsewhere.set({ emailId: found[0]?.id })
    // what is here becomes a draft of its own with the next change
    put({ emailId: null })
  }

  const change = (patch: Partial<Draft>): void => {
    turn += 1
    put({ ...patch, isAhead: true })
    later(THERE_MS)
  }

  const changeAttachment = (id: string, patch: Partial<Attachment>): void => {
    const { attachments } = draft.get()
    if (attachments.some((one) => one.id === id))
      change({ attachments: attachments.map((one) => (one.id === id ? { ...one, ...patch } : one)) })
  }

  const way = (id: string, is: Way | undefined): void => {
    const next = new Map(ways.get())
    if (is) next.set(id, is)
    else next.delete(id)
    ways.set(next)
  }
  const traffic = uploads(way, (id, arrival) => {
    if (typeof arrival === 'object') changeAttachment(id, { blobId: arrival.blobId })
  })

  const attach = (files: readonly File[]): void => {
    const added = files.map((file) => ({
      file,
      attachment: {
        id: newPen(),
        name: file.name || 'allegato',
        type: file.type || 'application/octet-stream',
        size: file.size,
        blobId: null,
        isHere: false,
      },
    }))
    change({ attachments: [...draft.get().attachments, ...added.map(({ attachment }) => attachment)] })
    for (const { file, attachment } of added) {
      traffic.start(attachment, file)
      void keepBytes(draft.get().key, attachment.id, file).then(
        (isHere) => isHere && changeAttachment(attachment.id, { isHere }),
      )
    }
  }

  const retry = (id: string): void => {
    const attachment = draft.get().attachments.find((one) => one.id === id)
    if (!attachment) return
    void keptBytes(draft.get().key, id).then((bytes) => {
      if (bytes) traffic.start(attachment, bytes)
      else way(id, { kind: 'failed' })
    })
  }

  const retryFailed = (): void => {
    for (const [id, { kind }] of ways.get()) if (kind === 'failed') retry(id)
  }

  const ends = [
    onDesk(first.key),
    onChange(['Email'], () => void watch()),
    online.subscribe(() => {
      if (!online.get()) return
      retryFailed()
      if (draft.get().isAhead) void saveThere()
    }),
  ]
  const close = (): void => {
    isClosed = true
    clearTimeout(timerThere)
    for (const end of ends) end()
    traffic.stopAll()
  }
  // what did not arrive the last time
  for (const one of first.attachments) if (one.blobId === null) retry(one.id)
  if (first.isAhead) later(THERE_MS)

  return {
    draft,
    saved,
    ways,
    elsewhere,
    change,
    attach,
    retry,
    detach: (id) => {
      traffic.stop(id)
      way(id, undefined)
      change({ attachments: draft.get().attachments.filter((one) => one.id !== id) })
      void forgetBytes(draft.get().key, id)
    },
    flush: async () => {
      await keepNow()
      await saveThere()
    },
    discard: async () => {
      await keepNow()
      await saveThere()
      close()
      clearTimeout(timerHere)
      const before = draft.get()
      const bytes = await Promise.all(
        before.attachments.map(async ({ id }) => [id, await keptBytes(before.key, id)] as const),
      )
      const [drafts, bin] = [folderByRole('drafts'), folderByRole('trash')]
      const moved = before.emailId && drafts && bin ? move([before.emailId], drafts, bin) : undefined
      moved?.done.catch(() => {}) // it lies where it was
      await forgetDraft(before.key)
      const undo = async (): Promise<void> => {
        for (const [id, one] of bytes) if (one) await keepBytes(before.key, id, one)
        await keepDraft(before)
        await moved?.undo()
      }
      return { undo }
    },
    take: async () => {
      await saving
      close()
      await keepNow()
      return draft.get()
    },
    leave: async () => {
      if (isClosed) return
      if (turn === 0 && !first.isAhead) {
        close()
        return
      }
      await keepNow()
      await saveThere()
      close()
      const { key, isAhead, about, attachments } = draft.get()
      // what is on the server is read from there the next time
      const isThere = !isAhead && about === null && attachments.every(({ blobId }) => blobId !== null)
      clearTimeout(timerHere)
      await (isThere ? forgetDraft(key) : keepNow())
    },
  }
}
