// Where the bytes of a message come from: memory or a file, as they are or with the CRLF line ends that a copy lost.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

/** Bytes that can be gone through more than once. Offsets in bytes. */
export type MessageSource = {
  /** The bytes from `start` to `end` (or to the last one) in chunks; a chunk may be overwritten by the next. */
  readonly chunks: (start: number, end: number) => Iterable<Uint8Array>
}

const CHUNK_BYTES = 256 * 1024
const LF = 0x0a
const CR = 0x0d

export const sourceOfBytes = (bytes: Uint8Array): MessageSource => ({
  chunks: (start, end) => [bytes.subarray(start, end)],
})

/** Opens a file; to be closed. Throws the error of the system, or Error where it is no file. */
export const openFileSource = (path: string): MessageSource & { readonly close: () => void } => {
  const file = openSync(path, 'r')
  const stat = fstatSync(file)
  if (!stat.isFile()) {
    closeSync(file)
    throw new Error(`${path}: not a file`)
  }
  const chunks = function* (start: number, end: number): Iterable<Uint8Array> {
    const buffer = new Uint8Array(Math.min(CHUNK_BYTES, Math.max(1, stat.size)))
    for (let at = start; at < end; ) {
      const wanted = Math.min(buffer.length, end - at)
      const read = readSync(file, buffer, 0, wanted, at)
      if (read === 0) return
      yield buffer.subarray(0, read)
      at += read
    }
  }
  return { chunks, close: () => closeSync(file) }
}

/** Whether a line of the source ends in LF without CR. */
export const hasBareLf = (source: MessageSource): boolean => {
  let last = 0
  for (const chunk of source.chunks(0, Number.POSITIVE_INFINITY)) {
    for (let at = chunk.indexOf(LF); at >= 0; at = chunk.indexOf(LF, at + 1)) {
      if ((at === 0 ? last : chunk[at - 1]) !== CR) return true
    }
    last = chunk.at(-1) ?? last
  }
  return false
}

/** A chunk with CRLF for each bare LF; `last` is the byte before it. */
const restore = (chunk: Uint8Array, last: number): Uint8Array => {
  const out = new Uint8Array(chunk.length * 2)
  let length = 0
  let before = last
  for (const byte of chunk) {
    if (byte === LF && before !== CR) out[length++] = CR
    out[length++] = byte
    before = byte
  }
  return out.subarray(0, length)
}

/** The source with CRLF in place of each bare LF; offsets are those of the restored bytes. */
export const withCrlf = (source: MessageSource): MessageSource => ({
  chunks: function* (start, end) {
    let last = 0
    let at = 0
    for (const chunk of source.chunks(0, Number.POSITIVE_INFINITY)) {
      const restored = restore(chunk, last)
      last = chunk.at(-1) ?? last
      const from = Math.max(0, start - at)
      const to = Math.min(restored.length, end - at)
      if (from < to) yield restored.subarray(from, to)
      at += restored.length
      if (at >= end) return
    }
  },
})

/** The bytes of a range in one array; at most `limitBytes` of them. */
export const readRange = (source: MessageSource, start: number, end: number, limitBytes: number): Uint8Array => {
  const parts: Uint8Array[] = []
  const stop = Math.min(end, start + limitBytes)
  for (const chunk of source.chunks(start, stop)) parts.push(chunk.slice())
  return Buffer.concat(parts)
}
