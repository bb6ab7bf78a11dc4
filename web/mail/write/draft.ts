// What is being written, as this device keeps it: each change at once, the bytes of attachments beside it.
import type { EmailAddress } from '../../../src/core/jmap/header.ts'
import type { Written, WrittenAttachment } from '../../../src/core/jmap/writing/draftEmail.ts'
import type { ReceiptType } from '../../../src/core/pec/model.ts'
import { accountId } from '../jmap/client.ts'
import { forget, keep, kept, keptKeys } from '../store/kept.ts'

export type Attachment = {
  readonly id: string
  readonly name: string
  readonly type: string
  readonly size: number
  /** On the server; null until it is there. */
  readonly blobId: string | null
  /** Whether its bytes are on this device. */
  readonly isHere: boolean
}

export type Draft = {
  readonly key: string
  readonly pen: string
  readonly revision: number
  readonly identityId: string | null
  readonly from: EmailAddress
  readonly to: readonly EmailAddress[]
  readonly cc: readonly EmailAddress[]
  /** What was typed there and is no address: kept until it is mended. */
  readonly wrongTo: readonly string[]
  readonly wrongCc: readonly string[]
  readonly subject: string
  readonly text: string
  readonly receiptType: ReceiptType
  readonly attachments: readonly Attachment[]
  readonly inReplyTo: readonly string[]
  readonly references: readonly string[]
  /** What it answers or forwards: marked when it is sent. */
  readonly about: { readonly emailId: string; readonly keyword: '$answered' | '$forwarded' } | null
  /** The last save on the server. */
  readonly emailId: string | null
  /** Whether there is more here than on the server. */
  readonly isAhead: boolean
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789'
const letters = (count: number): string =>
  [...crypto.getRandomValues(new Uint8Array(count))].map((byte) => LETTERS[byte % LETTERS.length]).join('')
export const newKey = (): string => letters(16)
export const newPen = (): string => letters(6)

export const emptyDraft = (from: EmailAddress, identityId: string | null): Draft => ({
  key: newKey(),
  pen: newPen(),
  revision: 0,
  identityId,
  from,
  to: [],
  cc: [],
  wrongTo: [],
  wrongCc: [],
  subject: '',
  text: '',
  receiptType: 'complete',
  attachments: [],
  inReplyTo: [],
  references: [],
  about: null,
  emailId: null,
  isAhead: false,
})

/** Whether this device has more of a draft than the server: changes, or bytes that are not there yet. */
export const isMoreHere = ({ isAhead, attachments }: Draft): boolean =>
  isAhead || attachments.some(({ blobId }) => blobId === null)

/** As the core writes it; attachments that are not on the server yet are left out. */
export const writtenOf = ({ attachments, ...draft }: Draft): Written => ({
  ...draft,
  attachments: attachments.filter((one): one is Attachment & WrittenAttachment => one.blobId !== null),
})

const place = (key: string): string => `d:${accountId()}:${key}`
const bytesPlace = (key: string, id: string): string => `b:${accountId()}:${key}:${id}`

/** Keeps a draft on this device. */
export const keepDraft = (draft: Draft): Promise<void> => keep('drafts', place(draft.key), draft)
export const keptDraft = (key: string): Promise<Draft | undefined> => kept<Draft>('drafts', place(key))

/** Keeps the bytes of an attachment; tells whether they are kept. */
export const keepBytes = async (key: string, id: string, bytes: Blob): Promise<boolean> => {
  await keep('drafts', bytesPlace(key, id), bytes)
  return (await keptKeys('drafts')).includes(bytesPlace(key, id))
}
export const keptBytes = (key: string, id: string): Promise<Blob | undefined> =>
  kept<Blob>('drafts', bytesPlace(key, id))
export const forgetBytes = (key: string, id: string): Promise<void> => forget('drafts', bytesPlace(key, id))

/** All drafts of the box on this device. */
export const draftsHere = async (): Promise<readonly Draft[]> => {
  const keys = (await keptKeys('drafts')).filter((one) => one.startsWith(place('')))
  const all = await Promise.all(keys.map((one) => kept<Draft>('drafts', one)))
  return all.filter((one) => one !== undefined)
}

/** Forgets a draft and the bytes of its attachments: it was sent, or thrown away. */
export const forgetDraft = async (key: string): Promise<void> => {
  await forget('drafts', place(key))
  const bytes = (await keptKeys('drafts')).filter((one) => one.startsWith(bytesPlace(key, '')))
  for (const one of bytes) await forget('drafts', one)
}
