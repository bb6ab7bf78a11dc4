// COPY and MOVE (RFC 9051 §6.4.7, §6.4.8), with COPYUID.
import type { Command } from '../../../../core/mail/imap/command.ts'
import { ok, type ResponseCode, type Status } from '../../../../core/mail/imap/status.ts'
import type { Copied } from '../../../mailstore/mailstore.ts'
import { messagesOf } from '../messages.ts'
import { isRefusal, refusedTarget } from '../refusals.ts'
import type { Session } from '../session.ts'
import { READ_ONLY } from './expunge.ts'

type CopyCommand = Extract<Command, { readonly kind: 'copy' | 'move' }>

const copyUid = ({ uidValidity, from, uids }: Copied): ResponseCode => ({
  kind: 'COPYUID',
  uidValidity,
  from,
  to: uids,
})

/** Does the one or the other; gives what was copied, or the answer. */
const transfer = async (session: Session, { kind, uid, set, folder: name }: CopyCommand): Promise<Copied | Status> => {
  const messages = messagesOf(session, set, uid)
  if ('condition' in messages) return messages
  const { mailstore } = session.context.options
  const target = await mailstore.folder(session.login!.id, name)
  if (!target) return refusedTarget({ refusal: 'nonexistent' })
  if (messages.uids.length === 0) return ok('There is none of these messages')
  const copied = await mailstore[kind](session.selected!.folderId, messages.uids, target.id)
  if (isRefusal(copied)) return refusedTarget(copied)
  return copied.from.length === 0 ? ok('There is none of these messages any more', { kind: 'EXPUNGEISSUED' }) : copied
}

export const copy = async (session: Session, command: CopyCommand): Promise<Status> => {
  const copied = await transfer(session, command)
  return 'condition' in copied ? copied : ok('COPY done', copyUid(copied))
}

export const move = async (session: Session, command: CopyCommand): Promise<Status> => {
  if (session.selected!.readOnly) return READ_ONLY
  const moved = await transfer(session, command)
  if ('condition' in moved) return moved
  // RFC 6851 §4.3: COPYUID comes before the EXPUNGE responses.
  session.note(ok('Moved', copyUid(moved)))
  return ok(
    'MOVE done',
    session.qresync ? { kind: 'HIGHESTMODSEQ', value: session.selected!.open.state().highestModseq } : undefined,
  )
}
