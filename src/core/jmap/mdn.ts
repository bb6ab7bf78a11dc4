// Disposition notifications (RFC 8098) as objects of JMAP (RFC 9007 §2): read, never made.
import type { PartFacts } from '../mail/facts.ts'
import { parseHeader, unfold } from '../mail/header.ts'
import type { HeaderField } from '../mail/structure.ts'
import { rawForm, textForm } from './header.ts'

export const DISPOSITION_TYPE = 'message/disposition-notification'

/** The parts of a notification that count: what it says to people, what it says to programs, what it is about. */
export type MdnParts = {
  readonly text: PartFacts | undefined
  readonly notification: PartFacts
  readonly original: PartFacts | undefined
}

const firstText = (part: PartFacts): PartFacts | undefined =>
  part.type === 'text/plain'
    ? part
    : part.type.startsWith('multipart/')
      ? part.children.map(firstText).find((one) => one !== undefined)
      : undefined

/** RFC 8098 §3: multipart/report of two or three parts; undefined where a message is no notification. */
export const mdnParts = (root: PartFacts): MdnParts | undefined => {
  if (root.type !== 'multipart/report') return undefined
  const [human, notification, original] = root.children
  if (!human || notification?.type !== DISPOSITION_TYPE) return undefined
  return { text: firstText(human), notification, original }
}

export type Mdn = {
  readonly forEmailId: string | null
  readonly subject: string | null
  readonly textBody: string | null
  readonly includeOriginalMessage: boolean
  readonly reportingUA: string | null
  readonly disposition: { readonly actionMode: string; readonly sendingMode: string; readonly type: string }
  readonly mdnGateway: string | null
  readonly originalRecipient: string | null
  readonly finalRecipient: string | null
  readonly originalMessageId: string | null
  readonly error: readonly string[] | null
  readonly extensionFields: Readonly<Record<string, string>> | null
}

/** `manual-action/MDN-sent-manually; displayed/error`, in whatever letters (RFC 8098 §3.2.6). */
const DISPOSITION =
  /^\s*(manual-action|automatic-action)\s*\/\s*(mdn-sent-manually|mdn-sent-automatically)\s*;\s*(deleted|dispatched|displayed|processed)\b/i

/** Of these the object has properties of its own; the last two have none (RFC 9007 §2). */
const KNOWN = [
  'reporting-ua',
  'mdn-gateway',
  'original-recipient',
  'final-recipient',
  'original-message-id',
  'disposition',
  'error',
  'failure',
  'warning',
]

type Given = {
  /** The body of the part that programs read, decoded. */
  readonly notification: Uint8Array
  readonly fields: readonly HeaderField[]
  readonly text: string | null
  readonly hasOriginal: boolean
  readonly forEmailId: string | null
}

const fieldText = (fields: readonly HeaderField[], name: string): string | null => {
  const found = fields.find(({ lowerName }) => lowerName === name)
  return found ? rawForm(unfold(found.rawValue)).trim() : null
}

/** Message-ID of what a notification is about, as it stands there: with brackets. */
export const originalMessageId = (notification: Uint8Array): string | null =>
  fieldText(parseHeader(notification).fields, 'original-message-id')

/** The object; undefined where the part says nothing that RFC 8098 knows. */
export const readMdn = ({ notification, fields, text, hasOriginal, forEmailId }: Given): Mdn | undefined => {
  const all = parseHeader(notification).fields
  const found = DISPOSITION.exec(fieldText(all, 'disposition') ?? '')
  if (!found) return undefined
  const errors = all
    .filter(({ lowerName }) => lowerName === 'error')
    .map(({ rawValue }) => rawForm(unfold(rawValue)).trim())
  const others = all
    .filter(({ lowerName }) => !KNOWN.includes(lowerName))
    .map(({ name, rawValue }) => [name, rawForm(unfold(rawValue)).trim()] as const)
  const subject = fields.findLast(({ lowerName }) => lowerName === 'subject')
  return {
    forEmailId,
    subject: subject ? textForm(subject.rawValue) : null,
    textBody: text,
    includeOriginalMessage: hasOriginal,
    reportingUA: fieldText(all, 'reporting-ua'),
    disposition: {
      actionMode: found[1]!.toLowerCase(),
      sendingMode: found[2]!.toLowerCase(),
      type: found[3]!.toLowerCase(),
    },
    mdnGateway: fieldText(all, 'mdn-gateway'),
    originalRecipient: fieldText(all, 'original-recipient'),
    finalRecipient: fieldText(all, 'final-recipient'),
    originalMessageId: fieldText(all, 'original-message-id'),
    error: errors.length > 0 ? errors : null,
    extensionFields: others.length > 0 ? Object.fromEntries(others) : null,
  }
}
