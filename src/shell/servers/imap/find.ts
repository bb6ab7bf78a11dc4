// Finds the messages that a query means, among those that the client knows.
import {
  type Known,
  planQuery,
  type QueryPlan,
  type SearchView,
  sift,
  utcDayStart,
} from '../../../core/mail/evaluate.ts'
import { placeOf } from '../../../core/mail/imap/view.ts'
import type { Query } from '../../../core/mail/query.ts'
import type { StoredFacts } from '../../../core/mailbox/factsRecord.ts'
import type { FolderState } from '../../mailstore/mailstore.ts'
import { Turns } from '../wire/turns.ts'
import type { Session } from './session.ts'

/** Messages whose facts are asked for at once, at most. */
export const FACTS_BATCH = 500

/** Messages of that size have facts as large as facts may be. */
const LARGEST_FACTS = 262_144
/** Sizes of the messages of one batch together, counted up to that. */
const BATCH_BYTES = 128 * LARGEST_FACTS
/** Messages that a query is held against before the time is looked at. */
const SIFTED = 16

/** Batches of indexes whose facts may be in memory at one time. */
export function* factsBatches<Indexes extends readonly number[] | Uint32Array>(
  indexes: Indexes,
  sizeBytes: (index: number) => number,
  most = FACTS_BATCH,
): Generator<Indexes> {
  for (let from = 0; from < indexes.length; ) {
    let to = from
    for (let bytes = 0; to < indexes.length && to - from < most && bytes < BATCH_BYTES; to++)
      bytes += Math.min(sizeBytes(indexes[to]!), LARGEST_FACTS)
    yield indexes.slice(from, to) as Indexes
    from = to
  }
}

/** Sifts with others having their turn in between: thousands of keys against a million messages take minutes. */
const siftInTurns = async (
  plan: QueryPlan,
  among: number | readonly number[],
  known?: Known,
): Promise<ReturnType<typeof sift>> => {
  const turns = new Turns()
  const matching: number[] = []
  const open: number[] = []
  const count = typeof among === 'number' ? among : among.length
  for (let from = 0; from < count; from += SIFTED) {
    const to = Math.min(from + SIFTED, count)
    const some =
      typeof among === 'number' ? Array.from({ length: to - from }, (_, at) => from + at) : among.slice(from, to)
    const found = sift(plan, some, known)
    for (const index of found.matching) matching.push(index)
    for (const index of found.open) open.push(index)
    if (turns.over) await turns.pass()
  }
  return { matching, open }
}

/** The folder as the client knows it: messages it has not been told of are not there. */
export const searchView = (session: Session): SearchView => {
  const { view, open, recent } = session.selected!
  const state = open.state()
  const { folder, count } = view
  const isRecent = (index: number): boolean => !session.mode.rev2 && recent.has(folder.uids[index]!)
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
      isRecent,
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
    isRecent,
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
  for (const batch of factsBatches(indexes, view.sizeBytes)) {
    const facts = await mailstore.facts(batch.map(view.content))
    for (const index of batch) use(index, facts.get(view.content(index)))
  }
}

/** Indexes of the messages that match, ascending. */
export const findMessages = async (session: Session, query: Query, view: SearchView): Promise<readonly number[]> => {
  const { mailstore } = session.context.options
  const saved = new Set(session.selected!.saved)
  const plan = planQuery(query, view, { now: session.context.now(), saved, dayStart: utcDayStart })
  const first = await siftInTurns(plan, view.count)
  if (first.open.length === 0) return first.matching
  const matching = [first.matching]
  let open = first.open
  let known: Known = {}
  if (plan.texts.length > 0) {
    const contents = open.map(view.content)
    const { mailboxId } = session.selected!.open.state()
    const found: ReadonlySet<string>[] = []
    // One after the other: a query may look for two thousand.
    for (const { where, folded } of plan.texts) found.push(await mailstore.search(mailboxId, contents, where, folded))
    known = { found }
    const second = await siftInTurns(plan, open, known)
    matching.push(second.matching)
    open = second.open
  }
  for (const batch of factsBatches(open, view.sizeBytes)) {
    const facts = await mailstore.facts(batch.map(view.content))
    matching.push((await siftInTurns(plan, batch, { ...known, facts: (content) => facts.get(content) })).matching)
  }
  return matching.filter((one) => one.length > 0).length === 1
    ? matching.find((one) => one.length > 0)!
    : matching.flat().sort((a, b) => a - b)
}
