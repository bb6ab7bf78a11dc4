// The messages of a folder in memory: typed arrays by index, in uid order. Some 70 bytes a message.
import type { Instant } from '../../core/lib/instant.ts'
import type { ContentId } from '../../core/lib/rope.ts'
import { readId, writeId } from '../content/id.ts'

/** The 16 bytes of an id where they lie. */
export type ContentBytes = { readonly bytes: Buffer; readonly at: number }

/** A message as it comes into a folder; keywords are one text with a space between them. */
export type Arrived = {
  readonly uid: number
  readonly content: ContentId | ContentBytes
  readonly sizeBytes: number
  readonly receivedAt: Instant
  readonly savedAt: Instant
  readonly thread: bigint
  readonly system: number
  readonly keywords: string
  readonly modseq: number
  /** Number of its kind (core/mailbox/certified.ts). */
  readonly kind: number
}

/** Sets of keywords that messages of a folder have, each kept once. */
export type KeywordSets = {
  /** Number of a set, given as one text. */
  readonly numberOf: (keywords: string) => number
  readonly textOf: (number: number) => string
  readonly wordsOf: (number: number) => readonly string[]
  /** A keyword as it was first written in this folder. */
  readonly asWritten: (keyword: string) => string
  /** Whether so many more were made that those which nobody uses should be forgotten. */
  readonly overgrown: () => boolean
  /** Forgets what is not used, and was not the last time: a number just given may be of flags on their way. */
  readonly forget: (used: ReadonlySet<number>) => void
  readonly characters: () => number
  /** How many keywords were met, used or not. */
  readonly met: () => number
}

/** Characters of sets that may gather. */
const GATHERED = 1_048_576

export const makeKeywordSets = (): KeywordSets => {
  const numbers = new Map<string, number>([['', 0]])
  const sets = new Map<number, { readonly text: string; readonly words: readonly string[] }>()
  const written = new Map<string, string>()
  let idle: ReadonlySet<number> = new Set()
  let next = 1
  let characters = 0
  let most = GATHERED
  const asWritten = (keyword: string): string => {
    const key = keyword.toLowerCase()
    const known = written.get(key)
    if (known !== undefined) return known
    written.set(key, keyword)
    characters += key.length
    return keyword
  }
  return {
    numberOf: (keywords) => {
      const known = numbers.get(keywords)
      if (known !== undefined) return known
      const words = keywords.split(' ')
      for (const word of words) asWritten(word)
      numbers.set(keywords, next)
      sets.set(next, { text: keywords, words })
      characters += keywords.length
      return next++
    },
    textOf: (number) => sets.get(number)?.text ?? '',
    wordsOf: (number) => sets.get(number)?.words ?? NO_WORDS,
    asWritten,
    overgrown: () => characters > most,
    forget: (used) => {
      for (const number of idle) {
        if (used.has(number)) continue
        numbers.delete(sets.get(number)!.text)
        sets.delete(number)
      }
      idle = new Set([...sets.keys()].filter((number) => !used.has(number)))
      const first = [...written.values()]
      written.clear()
      characters = 0
      const kept = new Set([...sets.values()].flatMap(({ words }) => words))
      for (const keyword of first) if (kept.has(keyword)) asWritten(keyword)
      for (const { text } of sets.values()) characters += text.length
      most = characters + GATHERED
    },
    characters: () => characters,
    met: () => written.size,
  }
}

const NO_WORDS: readonly string[] = []

const ID_BYTES = 16
const BYTES_EACH = 4 + 1 + 1 + 4 + 8 + 8 + 8 + 8 + 8 + 8 + ID_BYTES
const FIRST_ROOM = 16

/** The arrays, with room for more at their end. */
const makeArrays = (room: number) => ({
  room,
  uids: new Uint32Array(room),
  system: new Uint8Array(room),
  kinds: new Uint8Array(room),
  sets: new Uint32Array(room),
  modseqs: new Float64Array(room),
  born: new Float64Array(room),
  sizes: new Float64Array(room),
  receivedAt: new Float64Array(room),
  savedAt: new Float64Array(room),
  threads: new BigInt64Array(room),
  contents: Buffer.alloc(room * ID_BYTES),
})
type Arrays = ReturnType<typeof makeArrays>

const copyInto = (target: Arrays, source: Arrays, from: number, to: number, at: number): void => {
  target.uids.set(source.uids.subarray(from, to), at)
  target.system.set(source.system.subarray(from, to), at)
  target.kinds.set(source.kinds.subarray(from, to), at)
  target.sets.set(source.sets.subarray(from, to), at)
  target.modseqs.set(source.modseqs.subarray(from, to), at)
  target.born.set(source.born.subarray(from, to), at)
  target.sizes.set(source.sizes.subarray(from, to), at)
  target.receivedAt.set(source.receivedAt.subarray(from, to), at)
  target.savedAt.set(source.savedAt.subarray(from, to), at)
  target.threads.set(source.threads.subarray(from, to), at)
  target.contents.set(source.contents.subarray(from * ID_BYTES, to * ID_BYTES), at * ID_BYTES)
}

/** Rows are added at the end or flagged in place; to remove some gives other cells, so that who holds these keeps them. */
export type Cells = {
  readonly count: () => number
  readonly uids: () => Uint32Array
  readonly system: (index: number) => number
  readonly kind: (index: number) => number
  readonly set: (index: number) => number
  readonly modseq: (index: number) => number
  /** Modseq with which the message came into the folder. */
  readonly born: (index: number) => number
  readonly sizeBytes: (index: number) => number
  readonly receivedAt: (index: number) => Instant
  readonly savedAt: (index: number) => Instant
  readonly thread: (index: number) => bigint
  readonly content: (index: number) => ContentId
  readonly indexOf: (uid: number) => number
  /** Indexes of those of the uids that are there; given by rising uid they are found by walking on. */
  readonly indexesOf: (uids: readonly number[]) => number[]
  /** Copies of the masks and of the numbers of sets, by index. */
  readonly flags: () => { readonly system: Uint8Array; readonly sets: Uint32Array }
  readonly add: (message: Arrived, set: number) => void
  readonly flag: (index: number, system: number, set: number, modseq: number) => void
  /** Cells without the given indexes, which rise. */
  readonly without: (indexes: readonly number[]) => Cells
  readonly memoryBytes: () => number
}

/** Cells over the given arrays, of which the first `count` are in use. */
const cellsOver = (given: Arrays, used: number): Cells => {
  let arrays = given
  let count = used
  const ids: ContentId[] = [] // made when asked for

  const grow = (): void => {
    const larger = makeArrays(Math.max(FIRST_ROOM, arrays.room * 2))
    copyInto(larger, arrays, 0, count, 0)
    arrays = larger
  }
  const indexOf = (uid: number): number => {
    const { uids } = arrays
    let low = 0
    let high = count - 1
    while (low <= high) {
      const middle = (low + high) >> 1
      const found = uids[middle]!
      if (found === uid) return middle
      if (found < uid) low = middle + 1
      else high = middle - 1
    }
    return -1
  }
  return {
    count: () => count,
    uids: () => arrays.uids,
    system: (index) => arrays.system[index]!,
    kind: (index) => arrays.kinds[index]!,
    set: (index) => arrays.sets[index]!,
    modseq: (index) => arrays.modseqs[index]!,
    born: (index) => arrays.born[index]!,
    sizeBytes: (index) => arrays.sizes[index]!,
    receivedAt: (index) => arrays.receivedAt[index]!,
    savedAt: (index) => arrays.savedAt[index]!,
    thread: (index) => arrays.threads[index]!,
    content: (index) => {
      ids[index] ??= readId(arrays.contents, index * ID_BYTES)
      return ids[index]
    },
    indexOf,
    indexesOf: (wanted) => {
      const { uids } = arrays
      const indexes: number[] = []
      let next = 0
      for (const uid of wanted) {
        // Mostly the neighbour of the last one.
        const index = next < count && uids[next] === uid ? next : indexOf(uid)
        if (index < 0) continue
        indexes.push(index)
        next = index + 1
      }
      return indexes
    },
    flags: () => ({ system: arrays.system.slice(0, count), sets: arrays.sets.slice(0, count) }),
    add: (message, set) => {
      if (count === arrays.room) grow()
      arrays.uids[count] = message.uid
      arrays.system[count] = message.system
      arrays.kinds[count] = message.kind
      arrays.sets[count] = set
      arrays.modseqs[count] = message.modseq
      arrays.born[count] = message.modseq
      arrays.sizes[count] = message.sizeBytes
      arrays.receivedAt[count] = message.receivedAt
      arrays.savedAt[count] = message.savedAt
      arrays.threads[count] = message.thread
      if (typeof message.content === 'string') writeId(message.content, arrays.contents, count * ID_BYTES)
      else {
        const { bytes, at } = message.content
        bytes.copy(arrays.contents, count * ID_BYTES, at, at + ID_BYTES)
      }
      count++
    },
    flag: (index, system, set, modseq) => {
      arrays.system[index] = system
      arrays.sets[index] = set
      arrays.modseqs[index] = modseq
    },
    without: (indexes) => {
      const rest = makeArrays(Math.max(FIRST_ROOM, count - indexes.length))
      let at = 0
      let from = 0
      for (const index of [...indexes, count]) {
        copyInto(rest, arrays, from, index, at)
        at += index - from
        from = index + 1
      }
      return cellsOver(rest, at)
    },
    memoryBytes: () => arrays.room * BYTES_EACH + ids.length * 60,
  }
}

/** Empty cells with room for so many messages. */
export const makeCells = (room: number): Cells => cellsOver(makeArrays(room), 0)
