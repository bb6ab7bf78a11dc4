// What facts take from the fields of a header: values to sort by, identifiers for threads, lines to search.
import { parseMailDate } from '../date.ts'
import type { SortFacts } from '../facts.ts'
import { collationKey, foldText } from '../fold.ts'
import { decodeText } from '../header.ts'
import { type EnvelopeAddress, envelopeAddresses } from '../imap/envelope.ts'
import type { HeaderField, MimePart } from '../structure.ts'
import { baseSubject } from '../subject.ts'

const fieldOf = (fields: readonly HeaderField[], lowerName: string): HeaderField | undefined =>
  fields.find((field) => field.lowerName === lowerName)

/** What is looked at of a text to sort by, in characters: nobody compares further. */
const MAX_SORTED = 1_000
const MAX_FIELD = 8_192

const keyOf = (raw: string): string => collationKey(decodeText(raw.slice(0, MAX_SORTED)))

/** RFC 5256 §3: the addr-mailbox of the first address, which of a group is its name. */
const mailboxOf = (address: EnvelopeAddress | undefined): string => keyOf(address?.mailbox ?? '')

/** RFC 5957 §2: display name of the first address, or name of its group; else the address itself. */
const displayOf = (address: EnvelopeAddress | undefined): string => {
  if (!address) return ''
  const { name, mailbox, host } = address
  const shown = name !== undefined && name !== '' ? name : host ? `${mailbox}@${host}` : (mailbox ?? '')
  return keyOf(shown)
}

/** Values that SORT compares. */
export const sortFacts = (fields: readonly HeaderField[]): SortFacts => {
  const first = (name: string): EnvelopeAddress | undefined => {
    const field = fieldOf(fields, name)
    return field && envelopeAddresses(field.rawValue.slice(0, MAX_FIELD), 1)[0]
  }
  const from = first('from')
  const to = first('to')
  const date = fieldOf(fields, 'date')
  const sent = date && parseMailDate(date.rawValue)
  const subject = baseSubject(decodeText((fieldOf(fields, 'subject')?.rawValue ?? '').slice(0, MAX_FIELD)))
  return {
    sentAt: sent?.at,
    sentDay: sent?.day,
    baseSubject: subject.base,
    isReply: subject.isReply,
    from: mailboxOf(from),
    to: mailboxOf(to),
    cc: mailboxOf(first('cc')),
    displayFrom: displayOf(from),
    displayTo: displayOf(to),
  }
}

const MAX_REFERENCES = 200
const MAX_ID = 995

/** Quotes that a local part does not need are as none (RFC 5256 §3). */
const plainId = (written: string): string =>
  written.replace(/[\s\0]/g, '').replace(/^"((?:[^"\\]|\\.)*)"@/, (_, local: string) => {
    return `${local.replace(/\\(.)/g, '$1')}@`
  })

/** Identifiers in angle brackets, without them; of more than `most` the first and the last. */
const messageIds = (rawValue: string, most: number): string[] => {
  const written = rawValue.match(/<[^<>]{1,1200}>/g) ?? []
  const kept = written.length > most ? [written[0]!, ...written.slice(1 - most)] : written
  return kept.map((id) => plainId(id.slice(1, -1))).filter((id) => id !== '' && id.length <= MAX_ID)
}

/**
 * Message-ID, and what the message answers, oldest first: References, else the first of In-Reply-To (RFC 5256 §3). Of too
 * many the oldest and the latest are kept.
 */
export const threadFacts = (
  fields: readonly HeaderField[],
): { readonly messageId: string | undefined; readonly references: readonly string[] } => {
  const ids = (name: string): string[] => messageIds(fieldOf(fields, name)?.rawValue ?? '', MAX_REFERENCES)
  const references = ids('references')
  return {
    messageId: ids('message-id')[0],
    references: references.length > 0 ? references : ids('in-reply-to').slice(0, 1),
  }
}

/** Text that is gathered up to a limit, in UTF-16 units. */
export type Gathered = { text: string; left: number; complete: boolean }

export const gather = (limit: number): Gathered => ({ text: '', left: limit, complete: true })

/** Adds a line, or what fits of it. */
export const addLine = (to: Gathered, line: string): void => {
  if (line === '') return
  if (line.length + 1 > to.left) to.complete = false
  const kept = line.length + 1 > to.left ? line.slice(0, Math.max(to.left - 1, 0)).toWellFormed() : line
  if (kept === '') return
  to.text += to.text === '' ? kept : `\n${kept}`
  to.left -= kept.length + 1
}

const ADDRESS_FIELDS: ReadonlySet<string> = new Set(['from', 'sender', 'reply-to', 'to', 'cc', 'bcc'])
/** Addresses of a field that are looked at for comments within. */
const MAX_COMMENTED = 50

/** Addresses that comments or blanks cut in pieces (RFC 5322 §3.4.1), whole: so that a search finds them. */
const wholeAddresses = (lowerName: string, rawValue: string, shown: string): string => {
  if (!rawValue.includes('(') || !ADDRESS_FIELDS.has(lowerName)) return ''
  let whole = ''
  for (const { mailbox, host } of envelopeAddresses(rawValue, MAX_COMMENTED)) {
    const address = foldText(decodeText(`${mailbox}@${host}`))
    if (mailbox && host && !shown.includes(address)) whole += ` ${address}`
  }
  return whole
}

/** Adds a line `name: value` a field, decoded and folded. */
export const addFields = (to: Gathered, fields: readonly HeaderField[]): void => {
  for (const { lowerName, rawValue } of fields) {
    if (to.left <= 0) {
      to.complete = false
      return
    }
    const shown = foldText(decodeText(rawValue)).trim()
    addLine(to, `${lowerName}: ${shown}${wholeAddresses(lowerName, rawValue, shown)}`)
  }
}

const HEADER_CHARACTERS = 65_536
const MIME_HEADER_CHARACTERS = 16_384

/**
 * Header text of a message: a line a field; and after an empty line those of its parts, which TEXT looks into as well
 * (RFC 9051 §6.4.4: including MIME header fields).
 */
export const headerText = (root: MimePart, mimeParts: readonly MimePart[]): Gathered => {
  const header = gather(HEADER_CHARACTERS)
  addFields(header, root.fields)
  const mime = gather(MIME_HEADER_CHARACTERS)
  for (const part of mimeParts) addFields(mime, part.fields)
  if (mime.text === '') return header
  return { text: `${header.text}\n\n${mime.text}`, left: 0, complete: header.complete && mime.complete }
}
