// Answering and forwarding: to whom, about what, and what of the first message stands in the new one.
import { addressKey } from '../../mail/address.ts'
import type { EmailAddress } from '../header.ts'

/** What is answered: of certified mail the original that was inside, not the envelope. */
export type Answered = {
  readonly from: readonly EmailAddress[]
  readonly replyTo: readonly EmailAddress[]
  readonly to: readonly EmailAddress[]
  readonly cc: readonly EmailAddress[]
  readonly subject: string | null
  readonly messageId: readonly string[]
  readonly references: readonly string[]
}

/** Marks of replies and forwards in the languages that come here, one or more. */
const MARKS = /^(?:\s*(?:re|r|ris|rif|risp|aw|fwd?|i|inoltro|fw|tr)(?:\[\d+\])?\s*:)+\s*/i

/** What providers put before a subject: it belongs to the envelope. */
const ENVELOPE = /^(?:\s*(?:posta certificata|anomalia messaggio)\s*:)+\s*/i

/** A subject as its writer gave it. */
export const plainSubject = (subject: string | null): string => {
  let text = (subject ?? '').trim()
  for (let before = ''; before !== text; ) {
    before = text
    text = text.replace(ENVELOPE, '').replace(MARKS, '')
  }
  return text
}

/** RFC 5322 §3.6.5: `Re: ` once. */
export const replySubject = (subject: string | null): string => `Re: ${plainSubject(subject)}`.trim()
export const forwardSubject = (subject: string | null): string => `I: ${plainSubject(subject)}`.trim()

/** Whom an answer goes to. An answer to what one wrote oneself goes on to those whom it was for. */
export const replyRecipients = (
  { from, replyTo, to, cc }: Pick<Answered, 'from' | 'replyTo' | 'to' | 'cc'>,
  own: string,
  all: boolean,
): { readonly to: readonly EmailAddress[]; readonly cc: readonly EmailAddress[] } => {
  const isOwn = ({ email }: EmailAddress): boolean => addressKey(email) === addressKey(own)
  const seen = new Set<string>()
  const once = (list: readonly EmailAddress[]): readonly EmailAddress[] =>
    list.filter(({ email }) => {
      const key = addressKey(email)
      return !seen.has(key) && Boolean(seen.add(key))
    })
  const mine = from.length > 0 && from.every(isOwn)
  const first = mine ? to : replyTo.length > 0 ? replyTo : from
  // who writes to himself gets the answer himself
  const others = mine && first.some((one) => !isOwn(one)) ? first.filter((one) => !isOwn(one)) : first
  const wanted = once(others)
  if (!all) return { to: wanted, cc: [] }
  return { to: wanted, cc: once([...(mine ? [] : to), ...cc].filter((one) => !isOwn(one))) }
}

/** So many ancestors are named at most. */
const MOST_REFERENCES = 40

/** RFC 5322 §3.6.4. `envelope`: Message-IDs of the envelope in which it came, so that both ends find the conversation. */
export const replyReferences = (
  { messageId, references }: Pick<Answered, 'messageId' | 'references'>,
  envelope: readonly string[],
): { readonly inReplyTo: readonly string[]; readonly references: readonly string[] } => {
  const all = [...new Set([...references, ...envelope, ...messageId])]
  const last = messageId.length > 0 ? messageId : envelope
  return { inReplyTo: last, references: [...all.slice(0, 1), ...all.slice(1).slice(-(MOST_REFERENCES - 1))] }
}

/** Longer texts are quoted as far as this. */
const MOST_QUOTED = 60_000

/** A text as it is quoted, line by line (RFC 3676 §4.5); what was quoted gets one mark more. */
export const quoteText = (text: string): string =>
  text
    .slice(0, MOST_QUOTED)
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(/\s+$/, '')
    .split('\n')
    .map((line) => (line.startsWith('>') ? `>${line}` : `> ${line}`.trimEnd()))
    .join('\n')

/** The mark under which a signature stands (RFC 3676 §4.3). */
export const SIGNATURE_MARK = '-- '

/** A new text: room to write in, the signature, and what is quoted below it. */
export const startText = (signature: string, quoted: string): string => {
  const signed = signature.trim() === '' ? '' : `\n\n${SIGNATURE_MARK}\n${signature.trim()}`
  return `${signed}${quoted === '' ? '' : `\n\n${quoted}`}`
}

/** What a person wrote: without the signature and what is quoted. */
export const ownText = (text: string): string =>
  text
    .replace(/\r\n?/g, '\n')
    .replace(/(?:^|\n)-- \n[\s\S]*$/, '')
    .split('\n')
    .filter((line) => !line.startsWith('>'))
    .join('\n')
    .trim()
