// A folder as this process knows it: its cells, how far it knows, and the state that sessions read.
import { kindOfNumber } from '../../core/mailbox/certified.ts'
import { type Arrived, type Cells, type KeywordSets, makeCells, makeKeywordSets } from './cells.ts'
import type { FolderState } from './mailstore.ts'

export type Flagged = {
  readonly uid: number
  readonly system: number
  readonly keywords: string
  readonly modseq: number
}

/** Messages of some cells, by index; their masks and the numbers of their sets lie at the same indexes. */
export type Reflagged = {
  readonly cells: Cells
  readonly indexes: readonly number[]
  readonly system: Uint8Array
  readonly sets: Uint32Array
  readonly modseq: number
}

/** What happened to a folder: messages that came, flags that are others now, uids that went. */
export type Happened = {
  readonly arrived?: Iterable<Arrived>
  readonly flagged?: readonly Flagged[]
  /** The same by index, in this process: of messages that nobody has removed since. */
  readonly reflagged?: Reflagged
  readonly expunged?: readonly number[]
  readonly uidNext?: number
}

export type Live = {
  readonly folderId: number
  readonly mailboxId: number
  readonly uidValidity: number
  readonly sets: KeywordSets
  readonly cells: () => Cells
  readonly uidNext: () => number
  /** Everything up to this modseq is known. */
  readonly highestModseq: () => number
  /** First uid of which no session has been told; see OpenFolder. */
  readonly recentFrom: () => number
  /** Takes in that sessions have been told of all below a uid. */
  readonly takeRecent: (below: number) => void
  /** Takes in what happened up to `modseq`; what is known already does no harm. */
  readonly take: (happened: Happened, modseq: number) => void
  readonly state: () => FolderState
  readonly memoryBytes: () => number
}

export type FolderIdentity = {
  readonly folderId: number
  readonly mailboxId: number
  readonly uidValidity: number
}

/** RFC 8474 §4: letters, digits, `-` and `_`. */
export const threadName = (thread: bigint): string => `T${BigInt.asUintN(64, thread).toString(16).padStart(16, '0')}`

/** Keywords of a folder that are told; clients that need more than some hundreds would not show them. */
export const MOST_KEYWORDS_TOLD = 1_000

/** An empty folder of which nothing is known yet; `room` messages are expected. */
export const makeLive = (identity: FolderIdentity, room: number): Live => {
  const sets = makeKeywordSets()
  let cells = makeCells(room)
  let uidNext = 1
  let highestModseq = 0
  let recentFrom = 1
  let keywords: readonly string[] | undefined

  const stateOver = (own: Cells): FolderState => ({
    ...identity,
    get uidNext() {
      return uidNext
    },
    get highestModseq() {
      return highestModseq
    },
    get count() {
      return own.count()
    },
    get uids() {
      return own.uids()
    },
    system: own.system,
    keywords: (index) => sets.wordsOf(own.set(index)),
    kind: (index) => kindOfNumber(own.kind(index)),
    modseq: own.modseq,
    born: own.born,
    threadKey: own.thread,
    sizeBytes: own.sizeBytes,
    receivedAt: own.receivedAt,
    savedAt: own.savedAt,
    content: own.content,
    thread: (index) => threadName(own.thread(index)),
    indexOf: own.indexOf,
    allKeywords: () => {
      keywords ??= allKeywords()
      return keywords
    },
  })
  const usedSets = (): ReadonlySet<number> => {
    const used = new Set<number>()
    for (let index = 0; index < cells.count(); index++) used.add(cells.set(index))
    return used
  }
  const allKeywords = (): readonly string[] => {
    const words = new Set<string>()
    for (const set of usedSets()) {
      for (const word of sets.wordsOf(set)) words.add(word)
      if (words.size >= MOST_KEYWORDS_TOLD) break
    }
    return [...words].sort().slice(0, MOST_KEYWORDS_TOLD)
  }
  let state = stateOver(cells)

  const expunge = (uids: readonly number[]): void => {
    const indexes = cells.indexesOf(uids)
    if (indexes.length === 0) return
    indexes.sort((a, b) => a - b)
    cells = cells.without(indexes)
    state = stateOver(cells)
  }
  const reflag = ({ cells: then, indexes, system, sets: after, modseq }: Reflagged): void => {
    for (const index of indexes) {
      const at = then === cells ? index : cells.indexOf(then.uids()[index]!)
      if (at >= 0 && modseq >= cells.modseq(at)) cells.flag(at, system[index]!, after[index]!, modseq)
    }
  }
  return {
    ...identity,
    sets,
    cells: () => cells,
    uidNext: () => uidNext,
    highestModseq: () => highestModseq,
    recentFrom: () => recentFrom,
    takeRecent: (below) => {
      recentFrom = Math.max(recentFrom, below)
    },
    take: ({ arrived = [], flagged = [], reflagged, expunged = [], uidNext: next = 0 }, modseq) => {
      for (const message of arrived) {
        if (message.uid < uidNext) continue
        cells.add(message, sets.numberOf(message.keywords))
        uidNext = message.uid + 1
      }
      let walk = 0
      for (const { uid, system, keywords: words, modseq: at } of flagged) {
        const index = walk < cells.count() && cells.uids()[walk] === uid ? walk : cells.indexOf(uid)
        walk = index + 1
        if (index >= 0 && at >= cells.modseq(index)) cells.flag(index, system, sets.numberOf(words), at)
      }
      if (reflagged) reflag(reflagged)
      expunge(expunged)
      keywords = undefined
      if (sets.overgrown()) sets.forget(usedSets())
      uidNext = Math.max(uidNext, next)
      highestModseq = Math.max(highestModseq, modseq)
    },
    state: () => state,
    memoryBytes: () => cells.memoryBytes() + 2 * sets.characters() + 1_000,
  }
}
