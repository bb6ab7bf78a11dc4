// What a person writes, as an Email (RFC 8621 §4) and back. Each save of a draft is an Email of its own: its Message-ID names
// the draft and the save, so that a save, or a submission, whose answer was lost is found again and never made twice.
import type { ReceiptType } from '../../pec/model.ts'
import { FIELD, parseReceiptType, RECEIPT_TYPE_WORD } from '../../pec/vocabulary.ts'
import type { EmailAddress } from '../header.ts'

export type WrittenAttachment = {
  readonly name: string
  readonly type: string
  readonly size: number
  readonly blobId: string
}

export type Written = {
  /** Of the draft: letters and digits. */
  readonly key: string
  /** Of who writes it on this page: another page, another pen. */
  readonly pen: string
  /** Counts the saves of a pen. */
  readonly revision: number
  readonly from: EmailAddress
  readonly to: readonly EmailAddress[]
  readonly cc: readonly EmailAddress[]
  readonly subject: string
  readonly text: string
  readonly receiptType: ReceiptType
  readonly inReplyTo: readonly string[]
  readonly references: readonly string[]
  readonly attachments: readonly WrittenAttachment[]
}

const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1)

/** Before the key in each Message-ID of ours. */
const MARK = 'w.'

/** Message-ID of a save. */
export const messageIdOf = ({ key, pen, revision, from }: Pick<Written, 'key' | 'pen' | 'revision' | 'from'>): string =>
  `${MARK}${key}.${pen}.${revision}@${domainOf(from.email)}`

/** What all saves of a draft have in their Message-ID. */
export const messageIdStem = (key: string): string => `${MARK}${key}.`

/** The draft, the pen and the save that a Message-ID names; undefined where another program has made it. */
export const draftOfMessageId = (
  messageIds: readonly string[] | null | undefined,
): Pick<Written, 'key' | 'pen' | 'revision'> | undefined => {
  const found = /^w\.([a-z0-9]{8,40})\.([a-z0-9]{4,20})\.(\d{1,9})@/.exec(messageIds?.[0] ?? '')
  return found ? { key: found[1]!, pen: found[2]!, revision: Number(found[3]) } : undefined
}

/** The property by which the kind of receipt is asked for. */
export const RECEIPT_PROPERTY = `header:${FIELD.receiptType}:asText`

/** RFC 5322 §2.1.1 and what lists show: a subject is one line. */
const MOST_SUBJECT = 900
const oneLine = (subject: string): string =>
  subject
    .replace(/[\0-\x1f\x7f]+/g, ' ')
    .trim()
    .slice(0, MOST_SUBJECT)
    .toWellFormed()

/** The Email to be made of it, but for its folder and keywords. */
export const emailOf = (written: Written): Readonly<Record<string, unknown>> => {
  const { from, to, cc, subject, text, receiptType, inReplyTo, references, attachments } = written
  return {
    messageId: [messageIdOf(written)],
    from: [from],
    ...(to.length > 0 ? { to } : {}),
    ...(cc.length > 0 ? { cc } : {}),
    subject: oneLine(subject),
    ...(inReplyTo.length > 0 ? { inReplyTo } : {}),
    ...(references.length > 0 ? { references } : {}),
    // no field means the complete one
    ...(receiptType === 'complete' ? {} : { [RECEIPT_PROPERTY]: RECEIPT_TYPE_WORD[receiptType] }),
    bodyValues: { text: { value: text.toWellFormed().replace(/\0/g, '') } },
    textBody: [{ partId: 'text', type: 'text/plain' }],
    ...(attachments.length > 0
      ? {
          attachments: attachments.map(({ blobId, type, name }) => ({ blobId, type, name, disposition: 'attachment' })),
        }
      : {}),
  }
}

/** The properties of an Email that a draft is read from. */
export const DRAFT_PROPERTIES = [
  'id',
  'blobId',
  'size',
  'sentAt',
  'threadId',
  'mailboxIds',
  'keywords',
  'receivedAt',
  'messageId',
  'inReplyTo',
  'references',
  'from',
  'replyTo',
  'to',
  'cc',
  'subject',
  'textBody',
  'attachments',
  'bodyValues',
  RECEIPT_PROPERTY,
] as const

/** The kind of receipt that an Email asks for. */
export const receiptTypeOf = (email: Readonly<Record<string, unknown>>): ReceiptType => {
  const word = email[RECEIPT_PROPERTY]
  return (typeof word === 'string' ? parseReceiptType(word) : undefined) ?? 'complete'
}

type BodyPart = { readonly partId: string | null; readonly type: string }

/** The text of an Email for who goes on writing, or quotes: its parts of text, HTML without its marks. */
export const textOf = (
  parts: readonly BodyPart[],
  values: Readonly<Record<string, { readonly value: string }>>,
): string =>
  parts
    .map(({ partId, type }) => {
      const value = (partId === null ? undefined : values[partId]?.value) ?? ''
      return type === 'text/html' ? plainText(value) : value
    })
    .filter((text) => text !== '')
    .join('\n')
    .replace(/\r\n?/g, '\n')

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  agrave: 'à',
  egrave: 'è',
  eacute: 'é',
  igrave: 'ì',
  ograve: 'ò',
  ugrave: 'ù',
  euro: '€',
}

const entity = (whole: string, name: string): string => {
  const number = /^#(?:x([0-9a-f]{1,6})|(\d{1,7}))$/i.exec(name)
  if (!number) return ENTITIES[name.toLowerCase()] ?? whole
  const code = number[1] ? Number.parseInt(number[1], 16) : Number(number[2])
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code).toWellFormed() : ''
}

/** More of an HTML text than this is not read for a quotation. */
const MOST_HTML = 500_000

/** HTML as text: lines where it has lines. It is only ever shown as text. */
export const plainText = (html: string): string =>
  html
    .slice(0, MOST_HTML)
    .replace(/<(style|script|head|title)\b[^>]*>[\s\S]*?(?:<\/\1\s*>|$)/gi, '')
    .replace(/<!--[\s\S]*?(?:-->|$)/g, '')
    .replace(/\s+/g, ' ')
    .replace(/<br\s*\/?>\s*/gi, '\n')
    .replace(/<li\b[^>]*>\s*/gi, '\n- ')
    .replace(/<\/?(?:p|div|tr|h[1-6]|ul|ol|table|blockquote|pre|section|article)\b[^>]*>\s*/gi, '\n')
    .replace(/<[^<>]*>/g, '')
    .replace(/&(#?\w{1,10});/g, entity)
    .replace(/[ \t]+\n/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
