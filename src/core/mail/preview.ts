// PREVIEW (RFC 8970): the first words of a message, for lists of messages.
import { firstValue } from './header.ts'
import type { MimePart } from './structure.ts'

/** RFC 8970 §3.1: at most 200 characters. */
export const PREVIEW_CHARACTERS = 200

/** Of a longer text only the beginning is looked at. */
const LOOKED_AT = 8_192

/** Characters that take no room: mailings fill their hidden first lines with them. */
const INVISIBLE = /\u034f|[\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g

/** What is not quoted and not a signature (RFC 3676 §4.3); all of it where nothing would be left. */
const ownLines = (text: string): string => {
  const lines = text.split(/\r?\n/)
  const end = lines.indexOf('-- ')
  const own = (end < 0 ? lines : lines.slice(0, end)).filter((line) => !line.startsWith('>'))
  return own.some((line) => line.trim() !== '') ? own.join('\n') : text
}

/** A receipt repeats its subject in a first line of its own: the length of that and of the blank lines after it, or 0. */
const titleLength = (text: string): number => {
  const title = text.trimStart()
  const end = title.indexOf('\n')
  if (end < 0 || end > 81 || title.slice(0, end).includes('.')) return 0
  const rest = title.slice(end + 1)
  const shown = rest.trimStart()
  const blank = rest.slice(0, rest.length - shown.length)
  return shown === '' || !blank.includes('\n') ? 0 : text.length - shown.length
}

/** The preview of one text: white space collapsed, at most 200 code points. */
export const previewOf = (text: string, isReceipt: boolean): string => {
  const start = text.slice(0, LOOKED_AT)
  const shown = isReceipt ? start.slice(titleLength(start)) : ownLines(start)
  const line = shown
    .toWellFormed()
    .replace(INVISIBLE, '')
    .replace(/[\s\0-\x1f\x7f-\x9f]+/g, ' ')
    .trim()
  const points = [...line.slice(0, 2 * PREVIEW_CHARACTERS + 2)]
  return points.length <= PREVIEW_CHARACTERS ? line : points.slice(0, PREVIEW_CHARACTERS).join('').trimEnd()
}

/** The texts of an entity in the order in which they would stand for it; attachments are none. */
const candidates = (part: MimePart, out: MimePart[], others: MimePart[]): void => {
  if (part.disposition === 'attachment') return
  if (part.type === 'text/plain') out.push(part)
  else if (part.type.startsWith('text/')) others.push(part)
  else if (part.type.startsWith('multipart/')) for (const child of part.children) candidates(child, out, others)
}

const textsOf = (entity: MimePart): MimePart[] => {
  const plain: MimePart[] = []
  const others: MimePart[] = []
  candidates(entity, plain, others)
  return [...plain, ...others]
}

const firstMessage = (part: MimePart): MimePart | undefined => {
  if (part.type === 'message/rfc822' || part.type === 'message/global') return part.children[0]
  for (const child of part.children) {
    const found = firstMessage(child)
    if (found) return found
  }
  return undefined
}

/** Whether a message says to be a receipt of certified mail. */
export const isReceipt = (root: MimePart): boolean => firstValue(root.fields, 'x-ricevuta') !== undefined

/**
 * The parts whose text may be the preview, best first: the first that has any text is. Of an envelope of certified mail
 * it is the original's, for its own text is the same in all; of a receipt its own.
 */
export const previewParts = (root: MimePart): MimePart[] => {
  const own = textsOf(root)
  const message = firstMessage(root)
  const inner = message ? textsOf(message) : []
  const isEnvelope = firstValue(root.fields, 'x-trasporto') !== undefined
  return isEnvelope && !isReceipt(root) ? [...inner, ...own] : [...own, ...inner]
}
