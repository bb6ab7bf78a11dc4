// Identifiers: PEC msgids of random bits, Message-IDs of receipts and boundaries of their parts computed.
import { createHash } from 'node:crypto'
import { type Instant, legalTime } from '../lib/instant.ts'
import type { Rope } from '../lib/rope.ts'
import type { PecKind, PecMsgid } from './model.ts'

/**
 * PEC msgid (without angle brackets): `ce<date>.<random>@<provider's domain>`, alphanumeric but for one dot. `random`:
 * hexadecimal, enough of it that nobody can guess another's. RFC 6109 §2.2.1
 */
export const pecMsgid = (at: Instant, random: string, domain: string): PecMsgid => {
  const { year, month, day, hour, minute, second } = legalTime(at)
  const time = [year, month, day, hour, minute, second].map((n) => String(n).padStart(2, '0')).join('')
  return `ce${time}.${random}@${domain}`
}

/**
 * Message-ID (without angle brackets) of the receipt of a kind about a message and a recipient: the same consequence
 * always has the same id, so that a retried operation cannot speak twice. `recipient` is empty, or all the recipients
 * joined, where the receipt is about more than one.
 */
// RFC 6109 §2.2.1
export const receiptId = (identifier: PecMsgid, kind: PecKind, recipient: string, domain: string): string => {
  const seed = JSON.stringify([identifier, kind, recipient.toLowerCase()])
  return `${createHash('sha256').update(seed).digest('hex').slice(0, 40)}@${domain}`
}

export type Boundaries = {
  /** Of the multipart/mixed that is signed. */
  readonly mixed: string
  /** Of the multipart/alternative of the text. */
  readonly alternative: string
  /** Of the multipart/signed. */
  readonly signed: string
}

/**
 * Boundaries for a message that carries `attached`. They depend on what the sender of the attached message cannot know
 * when he writes it (the name of the stored content, a hash of the whole), so that he cannot place a delimiter in it
 * and forge a part of what we sign.
 */
export const boundaries = (messageId: string, attached: Rope): Boundaries => {
  const hash = createHash('sha256').update(messageId)
  for (const piece of attached) {
    if (piece.kind === 'bytes') hash.update(piece.bytes)
    else hash.update(`\0${piece.content}:${piece.offset}:${piece.length}`)
  }
  const hex = hash.digest('hex')
  return { mixed: `=_m${hex.slice(0, 24)}`, alternative: `=_a${hex.slice(24, 40)}`, signed: `=_s${hex.slice(40, 64)}` }
}
