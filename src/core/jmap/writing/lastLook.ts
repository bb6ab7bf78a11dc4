// The last look before a message leaves: what it weighs, what is missing, what of it will have legal value.
import { addressKey } from '../../mail/address.ts'
import type { EmailAddress } from '../header.ts'
import { ownText } from './reply.ts'

/** What a file weighs in a message: base64 in lines of 76 (RFC 2045 §6.8), and the head of its part. */
const PART_HEAD_BYTES = 400
export const weightOf = ({ size, type }: { readonly size: number; readonly type: string }): number =>
  PART_HEAD_BYTES + (type === 'message/rfc822' ? size : Math.ceil(size / 57) * 78)

/** The head of a message, the trace of its way in, and room for the rest. */
const HEAD_BYTES = 2_000
const PERSON_BYTES = 120

export type Weighed = {
  readonly text: string
  readonly recipients: number
  readonly attachments: readonly { readonly size: number; readonly type: string }[]
}

const utf8Length = (text: string): number => {
  let bytes = 0
  for (const unit of text) bytes += unit <= '\x7f' ? 1 : unit <= '\u07ff' ? 2 : unit <= '\uffff' ? 3 : 4
  return bytes
}

/** About what a message will weigh; rather more than less. Text beyond ASCII travels quoted: three bytes for one. */
export const messageBytes = ({ text, recipients, attachments }: Weighed): number => {
  const ascii = text.length - text.replace(/[ -~\n\r\t]/g, '').length
  const written = ascii + (utf8Length(text) - ascii) * 3
  return attachments.reduce((sum, one) => sum + weightOf(one), HEAD_BYTES + recipients * PERSON_BYTES + written)
}

export type Room = {
  /** Size times recipients (DM 2 Nov 2005 art. 12). */
  readonly product: number
  readonly limit: number
  /** 0 to 1, and above where it is too much. */
  readonly share: number
  readonly isTooMuch: boolean
  /** How much a message to these recipients may weigh. */
  readonly mostBytes: number
  /** To how many recipients this message may go. */
  readonly mostRecipients: number
}

/** How much of what the law lets through a message takes. */
export const roomOf = (weighed: Weighed, limit: number): Room => {
  const bytes = messageBytes(weighed)
  const many = Math.max(1, weighed.recipients)
  const product = bytes * many
  return {
    product,
    limit,
    share: product / limit,
    isTooMuch: product > limit,
    mostBytes: Math.floor(limit / many),
    mostRecipients: Math.floor(limit / bytes),
  }
}

/** Words by which people say that something is attached, in Italian and English. */
const ATTACHED =
  /\b(?:allegat[oaie]|allego|alleghiamo|in allegato|allegati|attached|attachment|attachments|enclosed|i attach)\b/i
/** `senza allegati`, `non allego`: nothing is missing there. */
const NOT_ATTACHED = /\b(?:senza|nessun|non|without|no)\s+(?:\p{L}+\s+)?(?:alleg\p{L}+|attach\p{L}+)/giu

/** Whether what a person wrote speaks of an attachment. */
export const speaksOfAttachment = (subject: string, text: string): boolean =>
  ATTACHED.test(`${subject}\n${ownText(text)}`.replace(NOT_ATTACHED, ''))

/** Endings of files that providers and programs of others hold for dangerous: many do not let them through. */
const DANGEROUS =
  /\.(?:exe|com|scr|pif|bat|cmd|vbs?|vbe|jse?|wsf|wsh|msi|msp|hta|cpl|jar|lnk|ps1|reg|dll|iso|img|vhdx?|docm|xlsm|pptm|one)$/i

/** Whether a file is of a kind by which viruses travel. */
export const isDangerousName = (name: string): boolean => DANGEROUS.test(name.trim().replace(/[. ]+$/, ''))

export type Value = 'delivery' | 'acceptanceOnly' | 'unknown'

/** What a recipient's proof will be: `undefined` where the directory was not asked. */
export const valueFor = (certified: boolean | undefined): Value =>
  certified === undefined ? 'unknown' : certified ? 'delivery' : 'acceptanceOnly'

export type Finding =
  | { readonly kind: 'noRecipient' }
  | { readonly kind: 'onlyCc' }
  | { readonly kind: 'unread'; readonly text: string }
  | { readonly kind: 'tooLarge'; readonly room: Room }
  | { readonly kind: 'tooMany'; readonly most: number }
  | { readonly kind: 'uploading' }
  | { readonly kind: 'noSubject' }
  | { readonly kind: 'noText' }
  | { readonly kind: 'attachmentForgotten' }
  | { readonly kind: 'dangerous'; readonly names: readonly string[] }
  | { readonly kind: 'nearlyFull' }

/** What keeps a message from leaving; the rest is only told. */
const STOPS: ReadonlySet<Finding['kind']> = new Set([
  'noRecipient',
  'onlyCc',
  'unread',
  'tooLarge',
  'tooMany',
  'uploading',
])
export const stops = ({ kind }: Finding): boolean => STOPS.has(kind)

export type Looked = {
  readonly to: readonly EmailAddress[]
  readonly cc: readonly EmailAddress[]
  /** What stands in the fields of recipients and is no address. */
  readonly unread: readonly string[]
  readonly subject: string
  readonly text: string
  readonly attachments: readonly { readonly name: string; readonly size: number; readonly type: string }[]
  /** Attachments that are still on their way, and cannot leave with it. */
  readonly underWay: number
  readonly limit: number
  readonly mostRecipients: number
}

/** All recipients, each once. */
export const everybody = ({ to, cc }: Pick<Looked, 'to' | 'cc'>): readonly EmailAddress[] => [
  ...new Map([...cc, ...to].map((one) => [addressKey(one.email), one])).values(),
]

/** What is to be said before a message leaves: first what keeps it from leaving. */
export const lastLook = (look: Looked): readonly Finding[] => {
  const { to, cc, unread, subject, text, attachments, underWay, limit, mostRecipients } = look
  const found: Finding[] = []
  const recipients = everybody(look).length
  for (const one of unread) found.push({ kind: 'unread', text: one })
  if (recipients === 0) found.push({ kind: 'noRecipient' })
  // a message has a To, or core/pec/access refuses it
  else if (to.length === 0 && cc.length > 0) found.push({ kind: 'onlyCc' })
  if (recipients > mostRecipients) found.push({ kind: 'tooMany', most: mostRecipients })
  const room = roomOf({ text, recipients, attachments }, limit)
  if (room.isTooMuch) found.push({ kind: 'tooLarge', room })
  if (underWay > 0) found.push({ kind: 'uploading' })
  if (subject.trim() === '') found.push({ kind: 'noSubject' })
  if (ownText(text) === '' && attachments.length === 0) found.push({ kind: 'noText' })
  if (attachments.length === 0 && underWay === 0 && speaksOfAttachment(subject, text))
    found.push({ kind: 'attachmentForgotten' })
  const dangerous = attachments.map(({ name }) => name).filter(isDangerousName)
  if (dangerous.length > 0) found.push({ kind: 'dangerous', names: dangerous })
  if (!room.isTooMuch && room.share > 0.85) found.push({ kind: 'nearlyFull' })
  return found
}
