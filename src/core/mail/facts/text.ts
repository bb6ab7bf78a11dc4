// Text parts: which bytes of them are wanted, and their decoded text.
import { toLatin1 } from '../../lib/bytes.ts'
import { decodeTransfer } from '../encoding.ts'
import type { ByteRange } from '../imap/section.ts'
import type { MimePart } from '../structure.ts'
import { decodeCharset, rawToText } from '../words.ts'
import { htmlText } from './html.ts'

/** What is looked into: bytes of decoded text of a part and of all parts of a message, and so many parts. */
export const TEXT_LIMITS = { partBytes: 256 * 1024, totalBytes: 1024 * 1024, parts: 500 } as const

/** A text part whose bytes are wanted. */
export type WantedText = {
  readonly part: MimePart
  readonly range: ByteRange
}

/** Whether a part is text to search: text of any kind, and the notices in `message/…` that are not messages. */
const isText = (part: MimePart): boolean =>
  part.type.startsWith('text/') || (part.type.startsWith('message/') && part.children.length === 0)

/** Encoded bytes that hold so many decoded ones, about. */
const encodedLength = (encoding: string, decodedBytes: number): number => {
  if (encoding === 'base64') return Math.ceil((decodedBytes / 57) * 78)
  return encoding === 'quoted-printable' ? Math.ceil(decodedBytes * 1.5) : decodedBytes
}

/** The text parts among these, in order, each up to its limit; `complete` is false where any lost something. */
export const wantedTexts = (parts: readonly MimePart[]): { wanted: WantedText[]; complete: boolean } => {
  const wanted: WantedText[] = []
  let complete = true
  let left: number = TEXT_LIMITS.totalBytes
  for (const part of parts) {
    const size = part.bodyEnd - part.bodyStart
    if (size === 0 || !isText(part)) continue
    const taken = Math.min(size, encodedLength(part.encoding, Math.min(left, TEXT_LIMITS.partBytes)))
    if (taken < size) complete = false
    if (taken === 0) continue
    if (wanted.length === TEXT_LIMITS.parts) {
      complete = false
      break
    }
    wanted.push({ part, range: { start: part.bodyStart, end: part.bodyStart + taken } })
    left -= part.encoding === 'base64' ? Math.min(left, (taken * 3) >> 2) : Math.min(left, taken)
  }
  return { wanted, complete }
}

/** The text of a part's encoded bytes: in its charset, else as UTF-8 or windows-1252; of HTML what is seen. */
export const decodeTextPart = (part: MimePart, encoded: Uint8Array): string => {
  const bytes = decodeTransfer(part.encoding, encoded).subarray(0, TEXT_LIMITS.partBytes)
  const { charset } = part.parameters
  const known = charset === undefined || /^us-ascii$/i.test(charset) ? undefined : decodeCharset(charset.trim(), bytes)
  const text = known ?? rawToText(toLatin1(bytes))
  return part.type === 'text/html' ? htmlText(text) : text
}
