// The papers in an e-mail: which of its parts are scans, and what the message says of itself.
import { firstValue } from '../mail/header.ts'
import type { MimePart } from '../mail/structure.ts'
import { decodeText } from '../mail/words.ts'

export type MailedPaper = {
  readonly part: MimePart
  /** Its place in the message: the same for ever, so that a paper is taken once. */
  readonly place: string
  readonly fileName: string
}

export type MailedPapers = {
  readonly from: string
  readonly subject: string
  readonly papers: readonly MailedPaper[]
}

/** Papers that are taken of one message; a fax is one. */
const MOST_PAPERS = 20

const SCAN_NAME = /\.(?:pdf|tiff?|jpe?g|png|webp|heic)$/i
const SCAN_TYPE = /^(?:application\/(?:pdf|octet-stream|x-pdf)|image\/(?:jpe?g|png|webp|tiff|tiff-fx|heic|heif))$/

/** A scan is attached or has the name of one. Pictures of a signature's logo are neither: they stand in the text. */
const isScan = (part: MimePart, related: boolean): boolean => {
  if (part.children.length > 0 || part.type.startsWith('multipart/')) return false
  if (SCAN_NAME.test(part.filename ?? '')) return !(related && part.type.startsWith('image/'))
  return SCAN_TYPE.test(part.type) && part.type !== 'application/octet-stream' && !related
}

const text = (value: string | undefined): string =>
  decodeText(value ?? '')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 200)

/** The innermost message: an envelope's own words are the provider's, not the sender's. */
const innermost = (part: MimePart): MimePart => {
  for (const child of part.children) {
    const inner = innermost(child)
    if (inner !== child || part.type === 'message/rfc822') return inner
  }
  return part
}

/** The papers in a message, inside its envelope if it has one. */
export const mailedPapers = (root: MimePart): MailedPapers => {
  const papers: MailedPaper[] = []
  const walk = (part: MimePart, place: string, related: boolean): void => {
    if (papers.length === MOST_PAPERS) return
    if (isScan(part, related)) papers.push({ part, place, fileName: (part.filename ?? '').slice(0, 200) })
    const inside = related || part.type === 'multipart/related'
    for (const [i, child] of part.children.entries()) walk(child, `${place}.${i + 1}`, inside)
  }
  walk(root, '0', false)
  const message = innermost(root)
  return {
    from: text(firstValue(message.fields, 'from')),
    subject: text(firstValue(message.fields, 'subject')),
    papers,
  }
}
