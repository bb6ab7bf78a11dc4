// Finds the messages that a query means, among those that the client knows.
import { type Known, planQuery, type SearchView, sift, utcDayStart } from '../../../core/mail/evaluate.ts'
import { placeOf } from '../../../core/mail/imap/view.ts'
import type { Query } from '../../../core/mail/query.ts'
import type { StoredFacts } from '../../../core/mailbox/factsRecord.ts'
import type { FolderState } from '../../mailstore/mailstore.ts'
import type { Session } from './session.ts'

/** Messages whose facts are asked for at once. */
export const FACTS_BATCH = 500

/** The folder as the client knows it: messages it has not been told of are not there. */
export const searchView = (session: Session): SearchView => {
  const { view, open } = session.selected!
  const state = open.state()
  const { folder, count } = view
  if (folder === state)
    return {
      count,
      uids: folder.uids,
      system: folder.system,
      keywords: folder.keywords,
      modseq: folder.modseq,
      sizeBytes: folder.sizeBytes,
      receivedAt: folder.receivedAt,
      savedAt: folder.savedAt,
      content: folder.content,
      thread: folder.thread,
    }
  const through =
    <T>(read: (of: FolderState, index: number) => T) =>
    (index: number): T => {
      const place = placeOf(view, state, index)
      return read(place.folder, place.index)
    }
  return {
    count,
    uids: folder.uids,
    system: through((of, index) => of.system(index)),
    keywords: through((of, index) => of.keywords(index)),
    modseq: through((of, index) => of.modseq(index)),
    sizeBytes: folder.sizeBytes,
    receivedAt: folder.receivedAt,
    savedAt: folder.savedAt,
    content: folder.content,
    thread: folder.thread,
  }
}

/** Asks for the facts of messages by batches; `use` is given each with its index. */
export const eachFacts = async (
  session: Session,
  view: SearchView,
  indexes: readonly number[],
  use: (index: number, facts: StoredFacts | undefined) => void,
): Promise<void> => {
  const { mailstore } = session.context.options
  for (let at = 0; at < indexes.length; at += FACTS_BATCH) {
    const batch = indexes.slice(at, at + FACTS_BATCH)
    const facts = await mailstore.facts(batch.map(view.content))
    for (const index of batch) use(index, facts.get(view.content(index)))
  }
}

/** Indexes of the messages that match, ascending. */
export const findMessages = async (session: Session, query: Query, view: SearchView): Promise<readonly number[]> => {
  const { mailstore } = session.context.options
  const saved = new Set(session.selected!.saved)
  const plan = planQuery(query, view, { now: session.context.now(), saved, dayStart: utcDayStart })
  const first = sift(plan, view.count)
  if (first.open.length === 0) return first.matching
  const matching = [first.matching]
  let open = first.open
  let known: Known = {}
  if (plan.texts.length > 0) {
    const contents = open.map(view.content)
    const found = await Promise.all(plan.texts.map(({ where, folded }) => mailstore.search(contents, where, folded)))
    known = { found }
    const second = sift(plan, open, known)
    matching.push(second.matching)
    open = second.open
  }
  for (let at = 0; at < open.length; at += FACTS_BATCH) {
    const batch = open.slice(at, at + FACTS_BATCH)
    const facts = await mailstore.facts(batch.map(view.content))
    matching.push(sift(plan, batch, { ...known, facts: (content) => facts.get(content) }).matching)
  }
  return matching.filter((one) => one.length > 0).length === 1
    ? matching.find((one) => one.length > 0)!
    : matching.flat().sort((a, b) => a - b)
}
