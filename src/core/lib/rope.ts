// A rope: the content of a message as a short list of pieces, so that what is already stored is named, not copied.

/** Names one stored content: a UUID in lower case. */
export type ContentId = string

/** A run of bytes given in place, or a range (in bytes) of a content that is stored already. */
export type Piece =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'range'; readonly content: ContentId; readonly offset: number; readonly length: number }

export type Rope = readonly Piece[]

/** A piece of the given bytes. */
export const bytesPiece = (bytes: Uint8Array): Piece => ({ kind: 'bytes', bytes })

/** A piece that names `length` bytes from `offset` of a stored content. */
export const rangePiece = (content: ContentId, offset: number, length: number): Piece => ({
  kind: 'range',
  content,
  offset,
  length,
})

/** Length of a piece, in bytes. */
export const pieceLength = (piece: Piece): number => (piece.kind === 'bytes' ? piece.bytes.length : piece.length)

/** Length of a rope, in bytes. */
export const ropeLength = (rope: Rope): number => rope.reduce((sum, piece) => sum + pieceLength(piece), 0)

/** The bytes from `start` to `end` (exclusive) of a rope, as a rope. */
export const sliceRope = (rope: Rope, start: number, end: number): Rope => {
  const out: Piece[] = []
  let at = 0
  for (const piece of rope) {
    const length = pieceLength(piece)
    const from = Math.max(start - at, 0)
    const to = Math.min(end - at, length)
    if (from < to) {
      out.push(
        piece.kind === 'bytes'
          ? bytesPiece(piece.bytes.subarray(from, to))
          : rangePiece(piece.content, piece.offset + from, to - from),
      )
    }
    at += length
  }
  return out
}
