// A folder as this process knows it: its cells, how far it knows, and the state that sessions read.
import { type Arrived, type Cells, type KeywordSets, makeCells, makeKeywordSets } from './cells.ts'
import type { FolderState } from './mailstore.ts'

export type Flagged = {
  readonly uid: number
  readonly system: number
  readonly keywords: string
  readonly modseq: number
}

/** What happened to a folder: messages that came, flags that are others now, uids that went. */
export type Happened = {
  readonly arrived?: readonly Arrived[]
  readonly flagged?: readonly Flagged[]
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
const threadName = (thread: bigint): string => `T${BigInt.asUintN(64, thread).toString(16).padStart(16, '0')}`

/** An empty folder of which nothing is known yet; `room` messages are expected. */
export const makeLive = (identity: FolderIdentity, room: number): Live => {
  const sets = makeKeywordSets()
  let cells = makeCells(room)
  let uidNext = 1
  let highestModseq = 0
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
    modseq: own.modseq,
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
  const allKeywords = (): readonly string[] => {
    const used = new Set<number>()
    for (let index = 0; index < cells.count(); index++) used.add(cells.set(index))
    return [...new Set([...used].flatMap(sets.wordsOf))].sort()
  }
  let state = stateOver(cells)

  const expunge = (uids: readonly number[]): void => {
    const indexes = uids.map(cells.indexOf).filter((index) => index >= 0)
    if (indexes.length === 0) return
    indexes.sort((a, b) => a - b)
    cells = cells.without(indexes)
    state = stateOver(cells)
  }
  return {
    ...identity,
    sets,
    cells: () => cells,
    uidNext: () => uidNext,
    highestModseq: () => highestModseq,
    take: ({ arrived = [], flagged = [], expunged = [], uidNext: next = 0 }, modseq) => {
      for (const message of arrived) {
        if (message.uid < uidNext) continue
        cells.add(message, sets.numberOf(message.keywords))
        uidNext = message.uid + 1
      }
      for (const { uid, system, keywords: words, modseq: at } of flagged) {
        const index = cells.indexOf(uid)
        if (index >= 0 && at >= cells.modseq(index)) cells.flag(index, system, sets.numberOf(words), at)
      }
      expunge(expunged)
      keywords = undefined
      uidNext = Math.max(uidNext, next)
      highestModseq = Math.max(highestModseq, modseq)
    },
    state: () => state,
    memoryBytes: () => cells.memoryBytes() + 1_000,
  }
}
