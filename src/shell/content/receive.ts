// Takes in the bytes of a message: small ones in memory, large ones in a durable blob.
import { concat } from '../../core/lib/bytes.ts'
import { Fault } from '../../core/lib/refusal.ts'
import type { BlobStore, BlobWriter } from '../../core/ports.ts'
import { newContentId } from './id.ts'
import type { ContentRow, StoredPiece } from './pieces.ts'

/** More bytes came than are allowed; nothing of them is kept. */
export class TooLarge extends Error {
  readonly limitBytes: number
  /** Whether the stream was read to its end all the same (at most as much again as the limit is thrown away). */
  readonly drained: boolean
  constructor(limitBytes: number, drained: boolean) {
    super(`more than ${limitBytes} bytes`)
    this.name = 'TooLarge'
    this.limitBytes = limitBytes
    this.drained = drained
  }
}

export type ReceiveOptions = {
  /** Most bytes of the stream, without the head. */
  readonly limitBytes: number
  /** Bytes put before those of the stream (a Received line). */
  readonly head?: Uint8Array
  /** Sees every chunk as it comes, the head first; it must not keep or change it. */
  readonly tap?: (chunk: Uint8Array) => void
}

/** Reads a stream to its end without keeping it; gives up after `allowance` bytes. */
const drain = async (chunks: AsyncIterator<Uint8Array>, allowance: number): Promise<boolean> => {
  let left = allowance
  for (;;) {
    const next = await chunks.next()
    if (next.done) return true
    left -= next.value.length
    if (left < 0) {
      await chunks.return?.()
      return false
    }
  }
}

/** Stores a stream. Throws TooLarge, Fault('blobs'), or what the stream throws; then nothing is kept. */
export const receiveContent = async (
  blobs: BlobStore,
  inlineLimitBytes: number,
  stream: AsyncIterable<Uint8Array>,
  options: ReceiveOptions,
): Promise<ContentRow> => {
  const kept: Uint8Array[] = []
  let keptBytes = 0
  let streamBytes = 0
  let writer: BlobWriter | undefined
  const keep = async (chunk: Uint8Array): Promise<void> => {
    options.tap?.(chunk)
    keptBytes += chunk.length
    if (writer !== undefined) return writer.write(chunk)
    kept.push(chunk)
    if (keptBytes <= inlineLimitBytes) return
    writer = await blobs.create()
    for (const early of kept.splice(0)) await writer.write(early)
  }
  const chunks = stream[Symbol.asyncIterator]()
  try {
    if (options.head !== undefined) await keep(options.head)
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) {
      streamBytes += next.value.length
      if (streamBytes > options.limitBytes)
        throw new TooLarge(options.limitBytes, await drain(chunks, options.limitBytes))
      await keep(next.value)
    }
    return { id: newContentId(), sizeBytes: keptBytes, pieces: [await settle(writer, kept)] }
  } catch (error) {
    await writer?.abandon()
    // the sender may still be talking: let the server answer when it has finished
    if (error instanceof Fault) await drain(chunks, options.limitBytes).catch(() => {})
    throw error
  }
}

const settle = async (writer: BlobWriter | undefined, kept: readonly Uint8Array[]): Promise<StoredPiece> => {
  if (writer === undefined) return { kind: 'bytes', bytes: concat(kept) }
  const { sha256, sizeBytes } = await writer.finish()
  return { kind: 'blob', sha256, offset: 0, length: sizeBytes }
}
