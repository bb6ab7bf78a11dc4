// ENVELOPE (RFC 9051 §7.5.2): the fields of a header as IMAP tells them, not decoded.
import type { Reader, Token } from '../address.ts'
import { isSpecial, readToken } from '../address.ts'
import { unfold } from '../header.ts'
import type { HeaderField } from '../structure.ts'
import { wireNString } from './wire.ts'

/** An address of ENVELOPE; its texts are raw. Host undefined: begin (with mailbox) or end (without) of a group. */
export type EnvelopeAddress = {
  readonly name: string | undefined
  /** Obsolete source route. */
  readonly route: string | undefined
  readonly mailbox: string | undefined
  readonly host: string | undefined
}

const MAX_CHARACTERS = 256 * 1024
/** Addresses of a list that are told: a byte of a header can become thirty of an envelope. */
const MAX_ADDRESSES = 2_000
const GROUP_END: EnvelopeAddress = { name: undefined, route: undefined, mailbox: undefined, host: undefined }

/** Tokens as text, with single spaces where they were apart. */
const textOf = (tokens: readonly Token[]): string => {
  let out = ''
  for (const token of tokens) out += out !== '' && token.spaced ? ` ${token.text}` : token.text
  return out
}

/** Tokens of an address, of which obsolete blanks around dots are no part (RFC 5322 §4.4). */
const specText = (tokens: readonly Token[]): string => {
  let out = ''
  for (const [at, token] of tokens.entries()) {
    const apart = token.spaced && at > 0 && token.kind !== 'special' && tokens[at - 1]!.kind !== 'special'
    out += apart ? ` ${token.text}` : token.text
  }
  return out
}

/** Tokens after `<` up to `>`; a route (`@a,@b:`, RFC 5322 §4.4) apart. A comment in it is nobody's name. */
const readAngle = (reader: Reader): { spec: Token[]; route: string | undefined } => {
  const { comment } = reader
  let spec: Token[] = []
  let route: string | undefined
  for (;;) {
    const token = readToken(reader)
    if (token.kind === 'end' || isSpecial(token, '>')) {
      reader.comment = comment
      return { spec, route }
    }
    if (isSpecial(token, ':') && spec.length > 0 && isSpecial(spec[0]!, '@')) {
      route = specText(spec)
      spec = []
    } else spec.push(token)
  }
}

/**
 * What has no domain gets an empty one: NIL would make it a group (RFC 9051 §7.5.2), and an invented name, as some
 * servers give, would be taken for one.
 */
const addressOf = (name: string | undefined, spec: readonly Token[], route: string | undefined): EnvelopeAddress => {
  const at = spec.findLastIndex((token) => isSpecial(token, '@'))
  if (at < 0) return { name, route, mailbox: specText(spec), host: '' }
  return { name, route, mailbox: specText(spec.slice(0, at)), host: specText(spec.slice(at + 1)) }
}

/** The addresses of a raw field value in order, with marks around groups; at least the first `most`. Lenient, linear. */
export const envelopeAddresses = (rawValue: string, most = Number.POSITIVE_INFINITY): EnvelopeAddress[] => {
  const reader: Reader = { text: unfold(rawValue).slice(0, MAX_CHARACTERS), at: 0, comment: '', problem: () => {} }
  const out: EnvelopeAddress[] = []
  let phrase: Token[] = []
  let angle: ReturnType<typeof readAngle> | undefined
  let inGroup = false
  const close = (): void => {
    const comment = reader.comment === '' ? undefined : reader.comment
    if (angle) out.push(addressOf(phrase.length > 0 ? textOf(phrase) : comment, angle.spec, angle.route))
    else if (phrase.length > 0) out.push(addressOf(comment, phrase, undefined))
    phrase = []
    angle = undefined
    reader.comment = ''
  }
  for (;;) {
    const token = readToken(reader)
    if (token.kind === 'end' || isSpecial(token, ',')) close()
    else if (isSpecial(token, ';')) {
      close()
      if (inGroup) out.push(GROUP_END)
      inGroup = false
    } else if (angle) continue
    else if (isSpecial(token, '<')) angle = readAngle(reader)
    else if (isSpecial(token, ':')) {
      if (!inGroup) out.push({ ...GROUP_END, mailbox: textOf(phrase) })
      inGroup = true
      phrase = []
    } else phrase.push(token)
    if (token.kind === 'end' || out.length >= most) break
  }
  if (inGroup) out.push(GROUP_END)
  return out
}

const printAddress = (address: EnvelopeAddress): string =>
  `(${wireNString(address.name)} ${wireNString(address.route)} ${wireNString(address.mailbox)} ${wireNString(address.host)})`

const printAddresses = (addresses: readonly EnvelopeAddress[]): string =>
  addresses.length === 0 ? 'NIL' : `(${addresses.map(printAddress).join('')})`

/** ENVELOPE of a message without header fields. */
export const EMPTY_ENVELOPE = '(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)'

type Envelope = {
  date?: string
  subject?: string
  inReplyTo?: string
  messageId?: string
  readonly lists: Record<'from' | 'sender' | 'reply-to' | 'to' | 'cc' | 'bcc', EnvelopeAddress[]>
}

const addTo = (list: EnvelopeAddress[], rawValue: string): void => {
  const most = MAX_ADDRESSES - list.length
  if (most > 0) for (const address of envelopeAddresses(rawValue, most)) list.push(address)
}

const read = (fields: readonly HeaderField[]): Envelope => {
  const envelope: Envelope = { lists: { from: [], sender: [], 'reply-to': [], to: [], cc: [], bcc: [] } }
  for (const { lowerName, rawValue } of fields) {
    switch (lowerName) {
      // RFC 5322 §3.6 allows each once: the first of several counts.
      case 'date':
        envelope.date ??= unfold(rawValue)
        break
      case 'subject':
        envelope.subject ??= unfold(rawValue)
        break
      case 'in-reply-to':
        envelope.inReplyTo ??= unfold(rawValue)
        break
      case 'message-id':
        envelope.messageId ??= unfold(rawValue)
        break
      // Lists that were written in several fields are one.
      case 'from':
      case 'sender':
      case 'reply-to':
      case 'to':
      case 'cc':
      case 'bcc':
        addTo(envelope.lists[lowerName], rawValue)
    }
  }
  return envelope
}

/**
 * The wire text of ENVELOPE for the fields of a message, parentheses included. Fields that are absent are NIL, texts
 * that are empty `""`, lists that are empty NIL; Sender and Reply-To are From where absent or empty (RFC 9051 §7.5.2).
 */
export const printEnvelope = (fields: readonly HeaderField[]): string => {
  const { date, subject, inReplyTo, messageId, lists } = read(fields)
  const from = printAddresses(lists.from)
  const sender = lists.sender.length > 0 ? printAddresses(lists.sender) : from
  const replyTo = lists['reply-to'].length > 0 ? printAddresses(lists['reply-to']) : from
  const receivers = `${printAddresses(lists.to)} ${printAddresses(lists.cc)} ${printAddresses(lists.bcc)}`
  const ids = `${wireNString(inReplyTo)} ${wireNString(messageId)}`
  return `(${wireNString(date)} ${wireNString(subject)} ${from} ${sender} ${replyTo} ${receivers} ${ids})`
}
