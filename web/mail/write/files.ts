// Attachments on their way to the server: how far each is, stopped and tried again.
import { Problem } from '../../ui/api.ts'
import { upload } from '../jmap/client.ts'
import { type Attachment, type Draft, keptBytes } from './draft.ts'

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

/** Attachments that are all on the server; what is not travels now (`again`: all whose bytes are here). Throws Problem. */
export const uploaded = async (draft: Draft, again: boolean): Promise<readonly Attachment[]> => {
  const out: Attachment[] = []
  for (const one of draft.attachments) {
    if (one.blobId !== null && !again) out.push(one)
    else {
      const bytes = await keptBytes(draft.key, one.id)
      if (!bytes && one.blobId === null) throw new Problem(0, { code: 'jmap:attachmentLost' })
      out.push(bytes ? { ...one, blobId: (await upload(bytes)).blobId } : one)
    }
  }
  return out
}
