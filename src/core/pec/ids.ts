// Identifiers that are computed, not drawn: Message-IDs of receipts and boundaries of their parts.
import { createHash } from 'node:crypto'
import type { Rope } from '../lib/rope.ts'
import type { PecKind, PecMsgid } from './model.ts'

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
