// What a search found, shown with marks (RFC 8621 §5).
import { foldText } from '../mail/fold.ts'

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (one) => ESCAPES[one]!)

/** RFC 8621 §5: at most 255 octets; what is shown is cut well before, for marks and escapes are counted too. */
const SHOWN_BYTES = 255
const BEFORE = 40

type Span = { readonly start: number; readonly end: number }

/** Longest text that is looked through. */
const LOOKED_AT = 200_000

/**
 * Where the terms stand in a text. Folding may change lengths: a text is folded piece by piece, so that each place of the
 * folded one is known in the other.
 */
const spansOf = (text: string, terms: readonly string[]): readonly Span[] => {
  let folded = ''
  const origin: number[] = []
  let at = 0
  for (const character of text) {
    let piece = foldText(character)
    if (piece === ' ' && folded.endsWith(' ')) piece = ''
    for (let unit = 0; unit < piece.length; unit++) origin.push(at)
    folded += piece
    at += character.length
  }
  origin.push(text.length)
  const spans: Span[] = []
  for (const term of terms)
    for (
      let found = folded.indexOf(term);
      found >= 0 && spans.length < 100;
      found = folded.indexOf(term, found + term.length)
    )
      spans.push({ start: origin[found]!, end: origin[found + term.length]! })
  return spans.sort((a, b) => a.start - b.start || b.end - a.end)
}

const marked = (text: string, spans: readonly Span[]): string => {
  let out = ''
  let at = 0
  for (const { start, end } of spans) {
    if (start < at || end <= start) continue
    out += `${escapeHtml(text.slice(at, start))}<mark>${escapeHtml(text.slice(start, end))}</mark>`
    at = end
  }
  return out + escapeHtml(text.slice(at))
}

const bytesOf = (text: string): number => {
  let bytes = 0
  for (const character of text) {
    const code = character.codePointAt(0)!
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
  }
  return bytes
}

/** The whole text with the terms marked; null where none is in it. */
export const markedText = (text: string, terms: readonly string[]): string | null => {
  const line = text.slice(0, 1_000)
  const spans = spansOf(line, terms)
  return spans.length > 0 ? marked(line, spans) : null
}

/** A run of a long text around the first term that is in it; null where none is. */
export const markedPreview = (text: string, terms: readonly string[]): string | null => {
  const line = text.slice(0, LOOKED_AT).replace(/\s+/g, ' ').trim()
  const [first] = spansOf(line, terms)
  if (!first) return null
  const from = line.lastIndexOf(' ', Math.max(0, first.start - BEFORE)) + 1
  const start = Math.min(from, first.start)
  for (let length = 200; length > 0; length -= 20) {
    const piece = line.slice(start, Math.max(first.end, start + length)).toWellFormed()
    const shown = marked(piece, spansOf(piece, terms))
    if (bytesOf(shown) <= SHOWN_BYTES || length <= 20) return shown
  }
  return null
}
