// Looks for a folded text in a text part that is too long for its facts, in pieces, holding little at a time.
import { transferDecoder } from '../encoding.ts'
import type { PartFacts } from '../facts.ts'
import { foldText } from '../fold.ts'
import { htmlText } from './html.ts'

/** Whether a part's bytes are text that SEARCH looks into. */
export const isSearched = ({ type, children }: PartFacts): boolean =>
  type.startsWith('text/') || (type.startsWith('message/') && children.length === 0)

/** Longest text held back for the rest of its word or tag, in UTF-16 units. */
const HELD = 16_384

const decoderOf = (charset: string | undefined): InstanceType<typeof TextDecoder> => {
  const named = charset?.trim() ?? ''
  try {
    return new TextDecoder(/^(?:us-ascii)?$/i.test(named) ? 'utf-8' : named)
  } catch {
    return new TextDecoder('utf-8')
  }
}

/** Where a piece may be cut: after the last blank, and in HTML not within a tag. */
const cutOf = (text: string, html: boolean): number => {
  const open = html ? text.lastIndexOf('<') : -1
  const end = open > text.lastIndexOf('>') ? open : text.length
  const blank = Math.max(text.lastIndexOf(' ', end - 1), text.lastIndexOf('\n', end - 1))
  return text.length - blank > HELD || blank < 0 ? text.length : blank + 1
}

export type TextFinder = {
  /** The next encoded bytes of the part; true once the text has been found. */
  readonly push: (encoded: Uint8Array) => boolean
  /** At the end of the part. */
  readonly finish: () => boolean
}

/** Looks for a text as foldText gives it in the encoded bytes of a part. */
export const textFinder = (part: PartFacts, folded: string): TextFinder => {
  const transfer = transferDecoder(part.encoding)
  const decoder = decoderOf(part.charset)
  const html = part.type === 'text/html'
  let held = ''
  let tail = ''
  let found = false
  const look = (text: string): void => {
    let piece = foldText(html ? htmlText(text) : text)
    // White space counts once, at the seam too.
    if (tail.endsWith(' ') && piece.startsWith(' ')) piece = piece.slice(1)
    const whole = tail + piece
    found ||= whole.includes(folded)
    tail = whole.slice(Math.max(0, whole.length - folded.length))
  }
  const take = (bytes: Uint8Array): boolean => {
    held += decoder.decode(bytes, { stream: true })
    const cut = cutOf(held, html)
    if (cut > 0) look(held.slice(0, cut))
    held = held.slice(cut)
    return found
  }
  return {
    push: (encoded) => take(transfer.push(encoded)),
    finish: () => {
      take(transfer.finish())
      look(held + decoder.decode())
      return found
    },
  }
}
