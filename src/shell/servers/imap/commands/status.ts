// STATUS (RFC 9051 §6.3.11), here and in LIST.
import type { Command, StatusItem } from '../../../../core/mail/imap/command.ts'
import type { StatusValue } from '../../../../core/mail/imap/response.ts'
import { ok, type Status } from '../../../../core/mail/imap/status.ts'
import type { Folder } from '../../../mailstore/mailstore.ts'
import { refused } from '../refusals.ts'
import type { Session } from '../session.ts'

type Asked = { readonly appendLimit: number; readonly recent: number }

const itemValue = (folder: Folder, item: StatusItem, { appendLimit, recent }: Asked): number | string => {
  switch (item) {
    case 'MESSAGES':
      return folder.messages
    case 'RECENT':
      return recent
    case 'UIDNEXT':
      return folder.uidNext
    case 'UIDVALIDITY':
      return folder.uidValidity
    case 'UNSEEN':
      return folder.unseen
    case 'DELETED':
      return folder.deleted
    case 'SIZE':
      return folder.sizeBytes
    case 'HIGHESTMODSEQ':
      return folder.highestModseq
    case 'MAILBOXID':
      return folder.objectId
    case 'APPENDLIMIT':
      return appendLimit
    case 'DELETED-STORAGE':
      return folder.deletedBytes
  }
}

/** Tells the items of a folder. */
export const tellStatus = async (session: Session, folder: Folder, items: readonly StatusItem[]): Promise<void> => {
  // RFC 7162 §3.1: to ask for HIGHESTMODSEQ turns mod-sequences on.
  if (items.includes('HIGHESTMODSEQ')) session.enableCondstore()
  const { limits, options } = session.context
  const recent = items.includes('RECENT') ? await options.mailstore.recent(folder) : 0
  const asked: Asked = { appendLimit: limits.maxMessageBytes, recent }
  const values = items.map((item): StatusValue => [item, itemValue(folder, item, asked)])
  session.say({ kind: 'folderStatus', name: folder.name, values })
}

export const status = async (
  session: Session,
  { folder: name, items }: Extract<Command, { readonly kind: 'status' }>,
): Promise<Status> => {
  const folder = await session.context.options.mailstore.folder(session.login!.id, name)
  if (!folder) return refused({ refusal: 'nonexistent' })
  await tellStatus(session, folder, items)
  return ok('STATUS done')
}
