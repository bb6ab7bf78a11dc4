// What a client that comes back is told: uids that vanished and flags that changed since a mod-sequence (RFC 7162).
import type { QresyncParameter } from '../../../core/mail/imap/command.ts'
import { printFetchFlags } from '../../../core/mail/imap/fetchresponse.ts'
import { inRuns, lowerBound, type Runs, toRuns } from '../../../core/mail/imap/sets.ts'
import type { FolderState } from '../../mailstore/mailstore.ts'
import type { Selected, Session } from './session.ts'

/** Messages told in one go before the client must have read them. */
const BATCH = 2_000

/**
 * The uids of which the client wants to hear. Where it says how its sequence numbers were (RFC 7162 §3.2.5.2), those up
 * to the last that is still in its place have not vanished.
 */
export const changedRuns = ({ knownUids }: QresyncParameter, state: FolderState): Runs =>
  knownUids ? toRuns(knownUids, state.uidNext - 1) : state.uidNext > 1 ? [1, state.uidNext - 1] : []

const printRuns = (runs: readonly number[]): string => {
  let out = ''
  for (let at = 0; at < runs.length; at += 2) {
    const [from, to] = [runs[at]!, runs[at + 1]!]
    out += `${at === 0 ? '' : ','}${from === to ? from : `${from}:${to}`}`
  }
  return out
}

/** Of given runs, those uids that no message has (any more). */
const absent = (runs: Runs, state: FolderState): number[] => {
  const { uids, count, uidNext } = state
  const out: number[] = []
  for (let at = 0; at < runs.length; at += 2) {
    let from = runs[at]!
    // Uids that have not been given to a message yet cannot have vanished.
    const to = Math.min(runs[at + 1]!, uidNext - 1)
    for (let index = lowerBound(uids, count, from); index < count && uids[index]! <= to; index++) {
      if (uids[index]! > from) out.push(from, uids[index]! - 1)
      from = uids[index]! + 1
    }
    if (from <= to) out.push(from, to)
  }
  return out
}

/** VANISHED (EARLIER): of the uids in the runs those removed after the mod-sequence. */
export const tellVanished = async (
  session: Session,
  { folderId, open }: Selected,
  modseq: number,
  runs: Runs,
): Promise<void> => {
  if (runs.length === 0) return
  const { mailstore } = session.context.options
  const expunged = await mailstore.expungedSince(folderId, modseq)
  if (expunged) {
    const uids = expunged.filter((uid) => inRuns(runs, uid))
    if (uids.length > 0) session.say({ kind: 'vanished', earlier: true, uids })
    return
  }
  // The memory does not reach so far back: whatever is not there is told (RFC 7162 §3.2.5.2).
  const gone = printRuns(absent(runs, open.state()))
  if (gone !== '') session.wire.say(`* VANISHED (EARLIER) ${gone}\r\n`)
}

/** FETCH with UID, FLAGS and MODSEQ of the messages in the runs that changed after the mod-sequence. */
export const tellChanges = async (session: Session, selected: Selected, modseq: number, runs: Runs): Promise<void> => {
  const { folder, count } = selected.view
  let told = 0
  for (let index = 0; index < count; index++) {
    const at = folder.modseq(index)
    const uid = folder.uids[index]!
    if (at <= modseq || !inRuns(runs, uid)) continue
    session.wire.say(printFetchFlags(index + 1, uid, folder.system(index), folder.keywords(index), at))
    if (++told % BATCH === 0) await session.drain()
  }
}
