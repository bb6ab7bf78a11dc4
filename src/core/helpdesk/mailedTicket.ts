// What an e-mail to the help desk says: its inner message, text, files, and who it says that wrote it.
import { parseAddressList } from '../mail/address.ts'
import { decodeTextPart } from '../mail/facts/text.ts'
import { decodeText, firstValue } from '../mail/header.ts'
import { partName } from '../mail/mime.ts'
import type { HeaderField, MimePart } from '../mail/structure.ts'
import { TICKET_LIMITS } from './ticket.ts'

export type MailedFile = { readonly part: MimePart; readonly fileName: string }

export type MailedTicket = {
  readonly fields: readonly HeaderField[]
  /** The address of From; undefined where it is none, or several. */
  readonly from: string | undefined
  readonly subject: string
  readonly messageId: string
  readonly text: string
  readonly files: readonly MailedFile[]
}

/** The message that somebody wrote: inside its envelope if it has one, but not one that is attached to it. */
const written = (root: MimePart, enveloped: boolean): MimePart => {
  if (!enveloped) return root
  const inner = (part: MimePart): MimePart | undefined => {
    if (part.type === 'message/rfc822') return part.children[0]
    for (const child of part.children) {
      const found = inner(child)
      if (found) return found
    }
    return undefined
  }
  return inner(root) ?? root
}

type Found = { plain: MimePart | undefined; html: MimePart | undefined; files: MailedFile[] }

const walk = (part: MimePart, found: Found, number: number): void => {
  if (part.type.startsWith('multipart/')) {
    for (const [i, child] of part.children.entries()) walk(child, found, i)
    return
  }
  const attached = part.disposition === 'attachment' || partName(part) !== undefined
  if (!attached && part.type === 'text/plain' && !found.plain) found.plain = part
  else if (!attached && part.type === 'text/html' && !found.html) found.html = part
  else if (attached || !part.type.startsWith('text/')) {
    const fallback = part.type === 'message/rfc822' ? 'messaggio.eml' : `allegato-${number + 1}`
    found.files.push({ part, fileName: partName(part) ?? fallback })
  }
}

const oneLine = (text: string): string => text.replace(/[\s\0-\x1f\x7f]+/g, ' ').trim()

/** Lines of a text that came as HTML: white space of the source is none. */
const linesOfHtml = (text: string): string =>
  text
    .split(/\n/)
    .map((line) => line.replace(/\s+/g, ' ').trim())
    .filter((line, i, all) => line !== '' || all[i - 1] !== '')
    .join('\n')

/** Reads an e-mail; `bytes` are those that `root` was scanned from. */
export const mailedTicket = (root: MimePart, bytes: Uint8Array, enveloped: boolean): MailedTicket => {
  const message = written(root, enveloped)
  const found: Found = { plain: undefined, html: undefined, files: [] }
  walk(message, found, 0)
  const part = found.plain ?? found.html
  const decoded = part ? decodeTextPart(part, bytes.subarray(part.bodyStart, part.bodyEnd)) : ''
  const text = part === found.html ? linesOfHtml(decoded) : decoded
  const senders = parseAddressList(firstValue(message.fields, 'from') ?? '').addresses
  return {
    fields: message.fields,
    from: senders.length === 1 ? senders[0]!.spec : undefined,
    subject: oneLine(decodeText(firstValue(message.fields, 'subject') ?? '')).slice(0, TICKET_LIMITS.subject),
    messageId: (firstValue(message.fields, 'message-id') ?? '').trim().slice(0, 400),
    text: text.replace(/\0/g, ''),
    files: found.files.slice(0, TICKET_LIMITS.attachments),
  }
}
