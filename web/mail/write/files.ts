// Attachments on their way to the server: how far each is, stopped and tried again.
import { upload } from '../jmap/client.ts'
import type { Attachment } from './draft.ts'

export type Way = { readonly kind: 'going'; readonly share: number } | { readonly kind: 'failed' }

/** What arrived, or why it did not. */
export type Arrival = { readonly blobId: string } | 'failed' | 'stopped'

export type Uploads = {
  readonly start: (attachment: Attachment, bytes: Blob) => void
  readonly stop: (id: string) => void
  readonly stopAll: () => void
}

/** So many travel at a time. */
const MOST_AT_ONCE = 2

/** Uploads, a few at a time; `tell` hears how far each is, `arrived` how it ended. */
export const uploads = (
  tell: (id: string, way: Way | undefined) => void,
  arrived: (id: string, arrival: Arrival) => void,
): Uploads => {
  const waiting: { readonly id: string; readonly bytes: Blob }[] = []
  const going = new Map<string, AbortController>()
  const next = (): void => {
    while (going.size < MOST_AT_ONCE) {
      const one = waiting.shift()
      if (!one) return
      const controller = new AbortController()
      going.set(one.id, controller)
      const end = (arrival: Arrival): void => {
        going.delete(one.id)
        tell(one.id, arrival === 'failed' ? { kind: 'failed' } : undefined)
        arrived(one.id, arrival)
        next()
      }
      upload(one.bytes, {
        signal: controller.signal,
        onProgress: (share) => tell(one.id, { kind: 'going', share }),
      }).then(
        ({ blobId }) => end({ blobId }),
        () => end(controller.signal.aborted ? 'stopped' : 'failed'),
      )
    }
  }
  return {
    start: ({ id }, bytes) => {
      tell(id, { kind: 'going', share: 0 })
      waiting.push({ id, bytes })
      next()
    },
    stop: (id) => {
      const at = waiting.findIndex((one) => one.id === id)
      if (at >= 0) waiting.splice(at, 1)
      going.get(id)?.abort()
    },
    stopAll: () => {
      waiting.length = 0
      for (const controller of going.values()) controller.abort()
    },
  }
}
