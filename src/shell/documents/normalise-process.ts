// A process that makes page images of one file and then ends: what a hostile file could break is only this.
import type { RefusedDocument } from '../../core/enrolment/documentKinds.ts'
import { type NormalDocument, normalise } from './normalise.ts'

export type NormaliseRequest = { readonly bytes: Uint8Array; readonly wantQr: boolean }
export type NormaliseReply =
  | { readonly kind: 'done'; readonly outcome: NormalDocument | RefusedDocument }
  | { readonly kind: 'failed'; readonly reason: string }

const answer = (reply: NormaliseReply): void => void process.send?.(reply)

process.once('message', ({ bytes, wantQr }: NormaliseRequest) => {
  normalise(bytes, wantQr).then(
    (outcome) => answer({ kind: 'done', outcome }),
    (error: unknown) =>
      answer({ kind: 'failed', reason: error instanceof Error ? (error.stack ?? '') : String(error) }),
  )
})
// who asked is gone
process.once('disconnect', () => process.exit())
