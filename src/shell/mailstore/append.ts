// Puts messages into a folder through the group commit of the filings, so that concurrent ones share a transaction.
import { concat } from '../../core/lib/bytes.ts'
import { type ContentId, rangePiece } from '../../core/lib/rope.ts'
import { conversationNames } from '../../core/mail/conversation.ts'
import { decodeText, firstValue, parseHeader } from '../../core/mail/header.ts'
import type { ContentReader } from '../../core/ports.ts'
import type { ContentRow } from '../content/store.ts'
import type { Queries } from '../db/pool.ts'
import { type Filed, type Filing, noChanges } from '../pec/changes.ts'
import type { CommitOutcome, Committer } from '../pec/commit.ts'
import { MESSAGE_LIMIT } from '../pec/filings.ts'
import type { NewMessage, Quota } from './mailstore.ts'

type QuotaRow = { readonly used_bytes: number; readonly quota_bytes: number; readonly messages: number }

const quotaOf = (row: QuotaRow | undefined): Quota => ({
  usedBytes: row?.used_bytes ?? 0,
  limitBytes: row?.quota_bytes ?? 0,
  messages: row?.messages ?? 0,
  messageLimit: MESSAGE_LIMIT,
})

/** How much a mailbox holds, and may hold. */
export const readQuota = async (db: Queries, mailboxId: number): Promise<Quota> => {
  const [row] = await db.query<QuotaRow>(
    'mailbox-quota',
    'select used_bytes, quota_bytes, messages from mailbox where id = $1',
    [mailboxId],
  )
  return quotaOf(row)
}

/** A folder to which messages could not be appended, and the quota of its mailbox; undefined where it has no such folder. */
export const readDestination = async (
  db: Queries,
  mailboxId: number,
  folderId: number,
): Promise<{ readonly name: string; readonly role: string | null; readonly quota: Quota } | undefined> => {
  const [row] = await db.query<QuotaRow & { readonly name: string; readonly role: string | null }>(
    'folder-destination',
    `select f.name, f.role, used_bytes, quota_bytes, b.messages from folder f join mailbox b on b.id = f.mailbox_id
     where f.id = $1 and b.id = $2`,
    [folderId, mailboxId],
  )
  return row && { name: row.name, role: row.role, quota: quotaOf(row) }
}

/** Whether so much more goes beyond the quota. */
export const isOver = (quota: Quota, messages: number, bytes: number): boolean =>
  quota.usedBytes + bytes > quota.limitBytes || quota.messages + messages > quota.messageLimit

/** A header section beyond this is looked at no further. */
const HEADER_BYTES = 64 * 1024
/** Longest subject that is kept beside a message, for lists. */
const SUBJECT_LENGTH = 1_000

/** The first bytes of a content: of the row itself where they are in it. */
const headOf = async (contents: ContentReader, row: ContentRow): Promise<Uint8Array> => {
  const [first] = row.pieces
  if (first === undefined) return new Uint8Array()
  if (first?.kind === 'bytes') return first.bytes.subarray(0, HEADER_BYTES)
  const chunks: Uint8Array[] = []
  const rope = [rangePiece(row.id, 0, Math.min(row.sizeBytes, HEADER_BYTES))]
  for await (const chunk of contents.stream(rope)) chunks.push(chunk)
  return concat(chunks)
}

export type MessageNames = {
  /** Message-ID without brackets; empty where there is none. */
  readonly messageId: string
  /** What names its thread: the first reference, or its own Message-ID. */
  readonly thread: string
  /** Other names by which later messages may refer to it. */
  readonly names: readonly string[]
  readonly subject: string | undefined
}

/** Message-ID and thread of a message, from its header. */
export const namesOf = async (contents: ContentReader, row: ContentRow): Promise<MessageNames> => {
  const { fields } = parseHeader(await headOf(contents, row))
  const { messageId = '', answered } = conversationNames(fields)
  const subject = firstValue(fields, 'subject')
  return {
    messageId,
    // a message without any name is a thread of its own
    thread: answered ?? (messageId === '' ? row.id : messageId),
    names: answered === undefined || messageId === '' ? [] : [messageId],
    subject: subject === undefined ? undefined : decodeText(subject).slice(0, SUBJECT_LENGTH),
  }
}

/** A folder by its id, and the name that it must have where one is given. */
export type Target = { readonly id: number; readonly name?: string | undefined }

export type Appending = { readonly outcome: CommitOutcome; readonly filed: readonly Filed[] }

/** Appends wait here to be told where their messages came to lie. */
export type Appender = {
  readonly append: (
    mailboxId: number,
    target: Target,
    messages: readonly NewMessage[],
    names: readonly MessageNames[],
  ) => Promise<Appending>
  /** Told by the committer of all that was filed. */
  readonly filed: (filed: readonly Filed[]) => void
}

export const makeAppender = (committer: Committer): Appender => {
  const waiting = new Map<Filing, Filed[]>()
  return {
    append: async (mailboxId, target, messages, names) => {
      const changes = noChanges()
      const filed: Filed[] = []
      const stored = new Set<ContentId>()
      for (const [index, { content, flags, receivedAt }] of messages.entries()) {
        if (!stored.has(content.id)) changes.contents.push(content)
        stored.add(content.id)
        const filing: Filing = {
          mailboxId,
          folder: target.id,
          folderName: target.name,
          limited: true,
          content: content.id,
          kind: null,
          msgid: names[index]!.messageId,
          thread: names[index]!.thread,
          names: names[index]!.names,
          subject: names[index]!.subject,
          sizeBytes: content.sizeBytes,
          at: receivedAt,
          flags,
        }
        changes.filings.push(filing)
        waiting.set(filing, filed)
      }
      try {
        return { outcome: await committer.commit(changes), filed }
      } finally {
        for (const filing of changes.filings) waiting.delete(filing)
      }
    },
    filed: (all) => {
      if (waiting.size === 0) return
      for (const one of all) waiting.get(one.filing)?.push(one)
    },
  }
}

/** Names remembered at the most. */
const MOST_NAMES = 10_000

/** Ids that folders had by their names. What is remembered may be wrong: the commit is guarded by the name. */
export const makeIdsByName = () => {
  const ids = new Map<string, number>()
  const keyOf = (mailboxId: number, name: string): string => `${mailboxId} ${name}`
  return {
    get: (mailboxId: number, name: string): number | undefined => ids.get(keyOf(mailboxId, name)),
    set: (mailboxId: number, name: string, id: number | undefined): void => {
      ids.delete(keyOf(mailboxId, name))
      if (id !== undefined) ids.set(keyOf(mailboxId, name), id)
      for (const oldest of ids.keys()) {
        if (ids.size <= MOST_NAMES) break
        ids.delete(oldest)
      }
    },
  }
}
