// STORE (RFC 9051 §6.4.6), with UNCHANGEDSINCE (RFC 7162 §3.1.3).
import type { Command } from '../../../../core/mail/imap/command.ts'
import { ok, type Status } from '../../../../core/mail/imap/status.ts'
import { isGone } from '../../../../core/mail/imap/view.ts'
import { messagesOf } from '../messages.ts'
import { isRefusal, refused } from '../refusals.ts'
import type { Session } from '../session.ts'
import { READ_ONLY } from './expunge.ts'

type StoreCommand = Extract<Command, { readonly kind: 'store' }>

export const store = async (session: Session, command: StoreCommand): Promise<Status> => {
  const { uid, set, change, silent, unchangedSince } = command
  const selected = session.selected!
  if (selected.readOnly) return READ_ONLY
  if (unchangedSince !== undefined) session.enableCondstore()
  const messages = messagesOf(session, set, uid)
  if ('condition' in messages) return messages
  const { uids, indexes } = messages
  if (uids.length === 0) return ok('STORE: there is none of these messages')
  const stored = await session.context.options.mailstore.store(selected.folderId, uids, change, unchangedSince)
  if (isRefusal(stored)) return refused(stored)
  const failed = new Set(stored.failed)
  const also = failed.size === 0 ? uids : uids.filter((one) => !failed.has(one))
  session.tellNews({ mayGo: uid, uid, ...(silent ? { silent: stored.modseq } : { also }) })
  if (failed.size > 0) {
    const { view } = selected
    const numbers = uid
      ? stored.failed
      : [...indexes].filter((index) => failed.has(view.folder.uids[index]!)).map((index) => index + 1)
    return ok('STORE: some had changed, and are as they were', { kind: 'MODIFIED', numbers })
  }
  const state = selected.open.state()
  const gone = !uid && selected.view.folder !== state && indexes.some((index) => isGone(selected.view, state, index))
  return ok('STORE done', gone ? { kind: 'EXPUNGEISSUED' } : undefined)
}
