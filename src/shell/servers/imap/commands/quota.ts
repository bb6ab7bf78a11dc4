// GETQUOTA and GETQUOTAROOT (RFC 9208): one root, the mailbox, whose name is empty.
import { no, ok, type Status } from '../../../../core/mail/imap/status.ts'
import type { Session } from '../session.ts'

const KIBIBYTE = 1024

const tell = async (session: Session): Promise<void> => {
  const { usedBytes, limitBytes, messages, messageLimit } = await session.context.options.mailstore.quota(
    session.login!.id,
  )
  session.say({
    kind: 'quota',
    root: '',
    resources: [
      { resource: 'STORAGE', usage: Math.ceil(usedBytes / KIBIBYTE), limit: Math.floor(limitBytes / KIBIBYTE) },
      { resource: 'MESSAGE', usage: messages, limit: messageLimit },
    ],
  })
}

export const quota = async (session: Session, root: string): Promise<Status> => {
  if (root !== '') return no('There is no such quota root', { kind: 'NONEXISTENT' })
  await tell(session)
  return ok('GETQUOTA done')
}

export const quotaRoot = async (session: Session, folder: string): Promise<Status> => {
  // RFC 9208 §4.2: the folder need not exist; one that is made will count here too.
  session.say({ kind: 'quotaRoot', folder, roots: [''] })
  await tell(session)
  return ok('GETQUOTAROOT done')
}
