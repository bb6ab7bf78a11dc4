// The messages that a command names, out of those that the client knows.
import { type Indexes, indexesBySequence, indexesByUid } from '../../../core/mail/imap/sets.ts'
import { badStatus, type Status } from '../../../core/mail/imap/status.ts'
import type { NumberSet } from '../../../core/mail/query.ts'
import type { Session } from './session.ts'

export type Named = {
  /** Indexes in the session's view, ascending. */
  readonly indexes: Indexes
  /** Ascending. */
  readonly uids: readonly number[]
}

const NO_SUCH = badStatus('There is no message of this number')

/** The messages of a set; BAD where a sequence number is beyond what there is (RFC 9051 §9 seq-number). */
export const messagesOf = (session: Session, set: NumberSet, uid: boolean): Named | Status => {
  const { known } = session
  const found = uid ? { indexes: indexesByUid(set, known), beyond: false } : indexesBySequence(set, known)
  if (found.beyond) return NO_SUCH
  const { indexes } = found
  const uids = new Array<number>(indexes.length)
  for (let at = 0; at < indexes.length; at++) uids[at] = known.uids[indexes[at]!]!
  return { indexes, uids }
}
