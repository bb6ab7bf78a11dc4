// What a stored content is made of, and the compact bytes that say it in the database.
//
// Format 1: the byte 01, then each piece as a letter and its fields (numbers as LEB128):
//   00 length bytes…            bytes in place
//   01 sha256(32) offset length a range of a blob
//   02 id(16) offset length     a range of another content
import type { ContentId } from '../../core/lib/rope.ts'
import { readId, writeId } from './id.ts'

export type StoredPiece =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'blob'; readonly sha256: string; readonly offset: number; readonly length: number }
  | { readonly kind: 'range'; readonly content: ContentId; readonly offset: number; readonly length: number }

/** A content as the database keeps it. */
export type ContentRow = {
  readonly id: ContentId
  readonly sizeBytes: number
  readonly pieces: readonly StoredPiece[]
}

const FORMAT = 1

export const storedLength = (piece: StoredPiece): number => (piece.kind === 'bytes' ? piece.bytes.length : piece.length)

/** Addresses of the blobs that a row names, each once. */
export const blobsOf = (row: ContentRow): readonly string[] => {
  const found = new Set<string>()
  for (const piece of row.pieces) if (piece.kind === 'blob') found.add(piece.sha256)
  return [...found]
}

/** The bytes from `start` to `end` (exclusive) of the pieces. Throws RangeError beyond their end. */
export const sliceStored = (pieces: readonly StoredPiece[], start: number, end: number): readonly StoredPiece[] => {
  const out: StoredPiece[] = []
  let at = 0
  for (const piece of pieces) {
    const length = storedLength(piece)
    const from = Math.max(start - at, 0)
    const to = Math.min(end - at, length)
    if (from < to) {
      if (from === 0 && to === length) out.push(piece)
      else if (piece.kind === 'bytes') out.push({ kind: 'bytes', bytes: piece.bytes.subarray(from, to) })
      else out.push({ ...piece, offset: piece.offset + from, length: to - from })
    }
    at += length
  }
  if (end > at) throw new RangeError('a range beyond the end of its content')
  return out
}

const numberLength = (value: number): number => {
  let length = 1
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) length++
  return length
}

const writeNumber = (value: number, target: Buffer, at: number): number => {
  let rest = value
  let to = at
  for (; rest >= 128; rest = Math.floor(rest / 128)) target[to++] = (rest % 128) | 128
  target[to++] = rest
  return to
}

const pieceBytes = (piece: StoredPiece): number => {
  if (piece.kind === 'bytes') return 1 + numberLength(piece.bytes.length) + piece.bytes.length
  const address = piece.kind === 'blob' ? 32 : 16
  return 1 + address + numberLength(piece.offset) + numberLength(piece.length)
}

/** How many bytes `writePieces` writes. */
export const encodedLength = (pieces: readonly StoredPiece[]): number =>
  pieces.reduce((sum, piece) => sum + pieceBytes(piece), 1)

/** Writes the pieces into `target`; gives the position after them. */
export const writePieces = (pieces: readonly StoredPiece[], target: Buffer, start: number): number => {
  let at = start
  target[at++] = FORMAT
  for (const piece of pieces) {
    if (piece.kind === 'bytes') {
      target[at++] = 0
      at = writeNumber(piece.bytes.length, target, at)
      target.set(piece.bytes, at)
      at += piece.bytes.length
      continue
    }
    if (piece.kind === 'blob') {
      target[at++] = 1
      if (target.write(piece.sha256, at, 32, 'hex') !== 32) throw new RangeError('not the address of a blob')
      at += 32
    } else {
      target[at++] = 2
      writeId(piece.content, target, at)
      at += 16
    }
    at = writeNumber(piece.offset, target, at)
    at = writeNumber(piece.length, target, at)
  }
  return at
}

/** Reads what `writePieces` wrote. Throws an Error for anything else: such a row is damaged. */
export const readPieces = (encoded: Uint8Array): readonly StoredPiece[] => {
  const source = Buffer.from(encoded.buffer, encoded.byteOffset, encoded.byteLength)
  let at = 0
  const take = (length: number): number => {
    const from = at
    at += length
    if (at > source.length) throw new Error('a damaged content: it ends early')
    return from
  }
  const number = (): number => {
    let value = 0
    for (let factor = 1; factor < 2 ** 53; factor *= 128) {
      const byte = source[take(1)]!
      value += (byte & 127) * factor
      if (byte < 128 && value <= Number.MAX_SAFE_INTEGER) return value
    }
    throw new Error('a damaged content: a number without end')
  }
  if (source[take(1)] !== FORMAT) throw new Error(`a damaged content: format ${source[0]} is unknown`)
  const pieces: StoredPiece[] = []
  while (at < source.length) {
    const letter = source[take(1)]!
    if (letter === 0) {
      const length = number()
      const from = take(length)
      pieces.push({ kind: 'bytes', bytes: source.subarray(from, from + length) })
    } else if (letter === 1) {
      const from = take(32)
      pieces.push({ kind: 'blob', sha256: source.toString('hex', from, from + 32), offset: number(), length: number() })
    } else if (letter === 2) {
      const from = take(16)
      pieces.push({ kind: 'range', content: readId(source, from), offset: number(), length: number() })
    } else throw new Error(`a damaged content: letter ${letter} is unknown`)
  }
  return pieces
}
