// EXPUNGE, UID EXPUNGE, CLOSE and UNSELECT.
import { DELETED } from '../../../../core/mail/flags.ts'
import { indexesByUid } from '../../../../core/mail/imap/sets.ts'
import { no, ok, type Status } from '../../../../core/mail/imap/status.ts'
import type { NumberSet } from '../../../../core/mail/query.ts'
import type { Session } from '../session.ts'

/** What a folder that was opened for reading only answers to every change. */
export const READ_ONLY = no("La cartella e' aperta in sola lettura. The folder is open for reading only", {
  kind: 'NOPERM',
})

/** Uids of the messages that are marked as deleted, all or those of a set. */
const deletedUids = (session: Session, set: NumberSet | undefined): readonly number[] => {
  const { open, saved } = session.selected!
  const state = open.state()
  const { count, uids } = state
  const uidsOf: number[] = []
  if (set === undefined) {
    for (let index = 0; index < count; index++) if ((state.system(index) & DELETED) !== 0) uidsOf.push(uids[index]!)
    return uidsOf
  }
  for (const index of indexesByUid(set, { uids, count, saved }))
    if ((state.system(index) & DELETED) !== 0) uidsOf.push(uids[index]!)
  return uidsOf
}

const removeDeleted = async (session: Session, set?: NumberSet): Promise<number | undefined> => {
  const { folderId } = session.selected!
  const uids = deletedUids(session, set)
  if (uids.length === 0) return undefined
  const { modseq } = await session.context.options.mailstore.expunge(folderId, uids)
  return modseq
}

/** Removes what is marked as deleted, all or by uid (RFC 4315 §2.1). */
export const expunge = async (session: Session, set: NumberSet | undefined): Promise<Status> => {
  if (session.selected!.readOnly) return READ_ONLY
  const modseq = await removeDeleted(session, set)
  const text = `${set === undefined ? 'EXPUNGE' : 'UID EXPUNGE'} done`
  // RFC 7162 §3.2.7
  return ok(text, session.qresync && modseq !== undefined ? { kind: 'HIGHESTMODSEQ', value: modseq } : undefined)
}

/** RFC 9051 §6.4.1: removes what is marked without saying so; from a folder that may be read only, nothing. */
export const closeFolder = async (session: Session): Promise<Status> => {
  const modseq = session.selected!.readOnly ? undefined : await removeDeleted(session)
  session.deselect()
  return ok(
    'CLOSE done',
    session.qresync && modseq !== undefined ? { kind: 'HIGHESTMODSEQ', value: modseq } : undefined,
  )
}

export const unselect = (session: Session): Status => {
  session.deselect()
  return ok('UNSELECT done')
}
