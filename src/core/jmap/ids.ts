// Ids of JMAP and what they stand for: they begin with a letter, as RFC 8620 §1.2 advises.
import type { ContentId } from '../lib/rope.ts'

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'
const EMAIL = new RegExp(`^M(${UUID})$`)
const BLOB = new RegExp(`^B(${UUID})((?:_[1-9]\\d{0,4}){0,70})$`)

/** An Email is a content in a mailbox: one, in however many folders it lies. */
export const emailId = (content: ContentId): string => `M${content}`
export const contentOfEmail = (id: string): ContentId | undefined => EMAIL.exec(id)?.[1]

export const folderJmapId = (folderId: number): string => `F${folderId}`
export const folderOfId = (id: string): number | undefined => {
  const digits = /^F(\d{1,15})$/.exec(id)?.[1]
  return digits === undefined ? undefined : Number(digits)
}

/** As IMAP tells it (RFC 8474 THREADID). */
export const threadId = (key: bigint): string => `T${BigInt.asUintN(64, key).toString(16).padStart(16, '0')}`
export const threadOfId = (id: string): bigint | undefined => {
  const hex = /^T([0-9a-f]{16})$/.exec(id)?.[1]
  return hex === undefined ? undefined : BigInt.asIntN(64, BigInt(`0x${hex}`))
}

/** The bytes of a content, or of a part of the message that it is: the numbers of RFC 9051 §6.4.5. */
export type BlobRef = { readonly content: ContentId; readonly part: readonly number[] }
export const blobId = (content: ContentId, part: readonly number[] = []): string =>
  `B${content}${part.map((number) => `_${number}`).join('')}`
export const blobOfId = (id: string): BlobRef | undefined => {
  const found = BLOB.exec(id)
  if (!found) return undefined
  const part = found[2] === '' ? [] : found[2]!.slice(1).split('_').map(Number)
  return { content: found[1]!, part }
}

export const pushSubscriptionId = (id: string): string => `P${id}`

export const accountIdOf = (mailboxId: number): string => `A${mailboxId}`
