// Drafts on the server: each save is a new Email and the end of the one before, in one request.
import {
  DRAFT_PROPERTIES,
  draftOfMessageId,
  emailOf,
  messageIdStem,
} from '../../../src/core/jmap/writing/draftEmail.ts'
import { Problem } from '../../ui/api.ts'
import { from, request, requestFresh } from '../jmap/client.ts'
import type { Done, Email, Got, Queried } from '../jmap/types.ts'
import { folderByRole } from '../store/folders.ts'
import { type Attachment, type Draft, writtenOf } from './draft.ts'

/** The folder of drafts. Throws Problem where the box has none. */
export const draftsFolder = (): string => {
  const folder = folderByRole('drafts')
  if (!folder) throw new Problem(0, { code: 'jmap:noDrafts' })
  return folder.id
}

export type Found = Pick<Email, 'id' | 'messageId' | 'mailboxIds' | 'receivedAt'>

/** The saves of a draft that are on the server, in whichever folder, the newest first. */
export const savesOf = async (
  key: string,
  inFolders: readonly string[] = [draftsFolder()],
): Promise<readonly Found[]> => {
  const header = { header: ['Message-ID', messageIdStem(key)] }
  const places = inFolders.map((inMailbox) => ({ inMailbox }))
  const where = places.length === 1 ? places[0]! : { operator: 'OR', conditions: places }
  const [, { list }] = await requestFresh<[Queried, Got<Found>]>([
    [
      'Email/query',
      {
        filter: { operator: 'AND', conditions: [where, header] },
        sort: [{ property: 'receivedAt', isAscending: false }],
        limit: 20,
      },
      'q',
    ],
    [
      'Email/get',
      { '#ids': from('q', 'Email/query', '/ids'), properties: ['id', 'messageId', 'mailboxIds', 'receivedAt'] },
      'e',
    ],
  ])
  return list.filter(({ messageId }) => draftOfMessageId(messageId)?.key === key)
}

/** Whether a save is a draft still. */
export const isSaved = async (emailId: string): Promise<boolean> => {
  const [{ list }] = await requestFresh<[Got<Pick<Email, 'mailboxIds'>>]>([
    ['Email/get', { ids: [emailId], properties: ['mailboxIds'] }, 'e'],
  ])
  return list[0]?.mailboxIds[draftsFolder()] === true
}

export type Saved = {
  readonly emailId: string
  readonly revision: number
  readonly attachments: readonly Attachment[]
  /** The save before was gone: another page or device has changed, sent or removed it. */
  readonly isElsewhere: boolean
}

/** What the server said of a create. Throws Problem. */
const createdId = ({ created, notCreated }: Done): string => {
  const id = created?.m?.id
  if (id !== undefined) return id
  throw new Problem(0, { code: `jmap:${notCreated?.m?.type ?? 'serverFail'}` })
}

/** Attachments as parts of the saved Email: uploads are forgotten after a day, these stay. */
const attachmentsOf = async (emailId: string, attachments: readonly Attachment[]): Promise<readonly Attachment[]> => {
  const there = attachments.filter(({ blobId }) => blobId !== null)
  if (there.length === 0) return attachments
  const [{ list }] = await request<[Got<Email>]>([
    ['Email/get', { ids: [emailId], properties: ['id', 'attachments'] }, 'e'],
  ])
  const parts = list[0]?.attachments ?? []
  if (parts.length !== there.length) return attachments
  return attachments.map((one) => {
    const part = parts[there.indexOf(one)]
    return part?.blobId ? { ...one, blobId: part.blobId } : one
  })
}

/** Whether an answer may have been lost on its way: what was asked may be done. */
export const mayBeDone = (error: unknown): boolean => error instanceof Problem && error.code === 'offline'

/** Keys of drafts whose last save was asked for and never answered. */
const unanswered = new Set<string>()

/** Saves a draft. Throws Problem; after one that lost the answer the next save looks for what it has made. */
export const saveDraft = async (draft: Draft): Promise<Saved> => {
  const { key, pen, emailId } = draft
  let former = emailId === null ? [] : [emailId]
  let isElsewhere = false
  if (unanswered.has(key)) {
    const found = await savesOf(key)
    const own = found.filter(({ messageId }) => draftOfMessageId(messageId)?.pen === pen)
    isElsewhere = found.length > own.length && !found.some(({ id }) => id === emailId)
    former = [...new Set([...own.map(({ id }) => id), ...former.filter((id) => found.some((one) => one.id === id))])]
  }
  const revision = draft.revision + 1
  try {
    const email = {
      ...emailOf(writtenOf({ ...draft, revision })),
      mailboxIds: { [draftsFolder()]: true },
      keywords: { $draft: true, $seen: true },
    }
    const [done] = await request<[Done]>([['Email/set', { create: { m: email }, destroy: former }, 's']])
    const made = createdId(done)
    unanswered.delete(key)
    const gone = former.some((id) => done.notDestroyed?.[id]?.type === 'notFound')
    const attachments = await attachmentsOf(made, draft.attachments).catch(() => draft.attachments)
    return { emailId: made, revision, attachments, isElsewhere: isElsewhere || gone }
  } catch (error) {
    if (mayBeDone(error)) unanswered.add(key)
    throw error
  }
}

/** An Email with all that a draft is read from. Throws Problem: `jmap:notFound`. */
export const emailForDraft = async (emailId: string): Promise<Email & Readonly<Record<string, unknown>>> => {
  const [{ list }] = await request<[Got<Email & Readonly<Record<string, unknown>>>]>([
    [
      'Email/get',
      {
        ids: [emailId],
        properties: DRAFT_PROPERTIES,
        fetchTextBodyValues: true,
        maxBodyValueBytes: 1_000_000,
      },
      'e',
    ],
  ])
  if (!list[0]) throw new Problem(0, { code: 'jmap:notFound' })
  return list[0]
}
