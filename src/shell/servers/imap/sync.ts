// What a client that comes back is told: uids that vanished and flags that changed since a mod-sequence (RFC 7162).
import type { QresyncParameter } from '../../../core/mail/imap/command.ts'
import { printFetchFlags } from '../../../core/mail/imap/fetchresponse.ts'
import { inRuns, type Runs, toRuns } from '../../../core/mail/imap/sets.ts'
import { lowerBound } from '../../../core/mail/numberSet.ts'
import type { FolderState } from '../../mailstore/mailstore.ts'
import type { Selected, Session } from './session.ts'

/** Messages told in one go before the client must have read them. */
const BATCH = 2_000

/** The uids of which the client wants to hear: those that it says it knows, or all. */
export const wantedRuns = ({ knownUids }: QresyncParameter, state: FolderState): Runs => {
  const last = state.uidNext - 1
  if (knownUids) return toRuns(knownUids, last)
  return last > 0 ? [{ from: 1, to: last }] : []
}

/**
 * The highest uid that is still at the sequence number at which the client knew it: nothing up to it has vanished
 * (RFC 7162 §3.2.5.2). 0 where there is none.
 */
const unshifted = ({ match }: QresyncParameter, { count, uids, uidNext }: FolderState): number => {
  if (!match) return 0
  const sequences = toRuns(match.sequences, count)
  const known = toRuns(match.uids, uidNext - 1)
  let found = 0
  let [run, number] = [0, known[0]?.from ?? 0]
  for (const { from, to } of sequences) {
    for (let sequence = from; sequence <= to && run < known.length; sequence++) {
      if (sequence > count || uids[sequence - 1] !== number) return found
      found = number
      if (++number > known[run]!.to) number = known[++run]?.from ?? 0
    }
  }
  return found
}

const printRuns = (runs: Runs): string =>
  runs.map(({ from, to }) => (from === to ? `${from}` : `${from}:${to}`)).join(',')

/** Of given runs, those uids above `above` that no message has (any more). */
const absent = (runs: Runs, state: FolderState, above: number): Runs => {
  const { uids, count, uidNext } = state
  const out: Runs[number][] = []
  for (const run of runs) {
    let from = Math.max(run.from, above + 1)
    // Uids that have not been given to a message yet cannot have vanished.
    const to = Math.min(run.to, uidNext - 1)
    for (let index = lowerBound(state, from); index < count && uids[index]! <= to; index++) {
      if (uids[index]! > from) out.push({ from, to: uids[index]! - 1 })
      from = uids[index]! + 1
    }
    if (from <= to) out.push({ from, to })
  }
  return out
}

/** VANISHED (EARLIER): of the uids in the runs those removed after the mod-sequence. */
export const tellVanished = async (
  session: Session,
  { folderId, open }: Selected,
  modseq: number,
  runs: Runs,
  parameter?: QresyncParameter,
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
  const state = open.state()
  const gone = printRuns(absent(runs, state, parameter ? unshifted(parameter, state) : 0))
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
    const keywords = folder.keywords(index)
    session.tellKeywords(keywords)
    session.wire.say(printFetchFlags(index + 1, uid, session.shownFlags(folder.system(index), uid), keywords, at))
    if (++told % BATCH === 0) await session.drain()
  }
}
