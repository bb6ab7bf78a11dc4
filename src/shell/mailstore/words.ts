// The words of many messages in memory: tells at once which have a text within a word, and which cannot have one of
// several words. A word is what stands between blanks and line ends of folded text, so that nothing of it is lost.
import { Buffer } from 'node:buffer'
import type { ContentId } from '../../core/lib/rope.ts'
import { Turns } from '../servers/wire/turns.ts'

export type Where = 'header' | 'body' | 'text'

export type Looked = {
  /** They have the text. */
  readonly found: readonly ContentId[]
  /** Of these it is not known; those in neither lack it. */
  readonly open: readonly ContentId[]
}

export type Words = {
  readonly knows: (content: ContentId) => boolean
  /** Takes in a message by its texts in UTF-8; `complete`: they are all there is of it. */
  readonly add: (content: ContentId, header: Uint8Array, body: Uint8Array, complete: boolean) => void
  /** Others have their turn in between; what is added meanwhile stays open. */
  readonly look: (contents: readonly ContentId[], where: Where, folded: string) => Promise<Looked>
  readonly memoryBytes: () => number
}

const BLANK = 0x20
const LF = 0x0a
/** Longer words (there are such: encoded data) are not kept: of a message with one, what is not found stays open. */
const LONGEST = 128
/** Words of a sought text that are looked at; a bit each. */
const MOST_PIECES = 8
/** Messages looked at before the time is. */
const LOOKED_AT_ONCE = 256
/** What an entry of a map costs. */
const ENTRY_BYTES = 40

type Growing = { readonly length: number; set: (from: never) => void }

/** The array, or a larger one with the same at its start. */
const larger = <A extends Growing>(make: (length: number) => A, array: A, needed: number): A => {
  if (needed <= array.length) return array
  const grown = make(Math.max(needed, Math.ceil(array.length * 1.5)))
  grown.set(array as never)
  return grown
}
const numbers = (length: number): Uint32Array => new Uint32Array(length)
const bytes = (length: number): Buffer => Buffer.alloc(length)

/** All words once, by number: their bytes one after the other with a line end between, and a table by hash. */
const makeVocabulary = () => {
  let text = bytes(64 * 1024)
  let ends = numbers(8 * 1024)
  let hashes = numbers(8 * 1024)
  let slots = numbers(16 * 1024)
  let count = 0

  const startOf = (word: number): number => (word === 0 ? 0 : ends[word - 1]! + 1)
  const slotOf = (hash: number, from: Uint8Array, start: number, end: number): number => {
    const mask = slots.length - 1
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const word = slots[slot]! - 1
      if (word < 0) return slot
      if (hashes[word] !== hash) continue
      let at = startOf(word)
      if (ends[word]! - at !== end - start) continue
      let same = true
      for (let next = start; next < end && same; next++) same = from[next] === text[at++]
      if (same) return slot
    }
  }
  const rehash = (): void => {
    slots = numbers(slots.length * 2)
    const mask = slots.length - 1
    for (let word = 0; word < count; word++) {
      let slot = hashes[word]! & mask
      while (slots[slot] !== 0) slot = (slot + 1) & mask
      slots[slot] = word + 1
    }
  }
  return {
    count: () => count,
    /** Number of the word that stands in `from`; a new one where it is new. */
    numberOf: (hash: number, from: Uint8Array, start: number, end: number): number => {
      const slot = slotOf(hash, from, start, end)
      if (slots[slot] !== 0) return slots[slot]! - 1
      const word = count++
      const at = startOf(word)
      text = larger(bytes, text, at + end - start + 1)
      ends = larger(numbers, ends, count)
      hashes = larger(numbers, hashes, count)
      for (let next = start; next < end; next++) text[at + next - start] = from[next]!
      ends[word] = at + end - start
      text[ends[word]!] = LF
      hashes[word] = hash
      slots[slot] = count
      if (count * 2 > slots.length) rehash()
      return word
    },
    /** Sets a bit of every word that has the piece: at its start, at its end, or anywhere. Gives whether any has. */
    mark: (marks: Uint8Array, bit: number, piece: Buffer, atStart: boolean, atEnd: boolean): boolean => {
      const used = text.subarray(0, startOf(count))
      let any = false
      for (let at = used.indexOf(piece); at >= 0; ) {
        let low = 0
        let high = count - 1
        while (low < high) {
          const middle = (low + high) >> 1
          if (ends[middle]! < at) low = middle + 1
          else high = middle
        }
        const fits = (!atStart || at === startOf(low)) && (!atEnd || at + piece.length === ends[low])
        if (fits) {
          marks[low]! |= bit
          any = true
        }
        at = used.indexOf(piece, fits ? ends[low]! + 1 : at + 1)
      }
      return any
    },
    memoryBytes: () => text.length + 4 * (ends.length + hashes.length + slots.length),
  }
}

type Sought = { readonly pieces: readonly Buffer[]; readonly leading: boolean; readonly trailing: boolean }

const soughtOf = (folded: string): Sought => ({
  pieces: folded
    .split(/[ \n]+/)
    .filter((piece) => piece !== '')
    .map((piece) => Buffer.from(piece, 'utf8')),
  leading: /^[ \n]/.test(folded),
  trailing: /[ \n]$/.test(folded),
})

export const makeWords = (): Words => {
  const vocabulary = makeVocabulary()
  const messages = new Map<ContentId, number>()
  /** Numbers of the words of all messages, seven bits a byte; of each message those of the header, then of the body. */
  let stream = bytes(64 * 1024)
  let length = 0
  let starts = numbers(1024)
  let bodies = numbers(1024)
  let loose = bytes(1024)
  /** In which text each word was met last: each is kept once a text. */
  let met = numbers(8 * 1024)
  let texts = 0

  const put = (word: number): void => {
    stream = larger(bytes, stream, length + 5)
    let rest = word
    while (rest >= 0x80) {
      stream[length++] = (rest & 0x7f) | 0x80
      rest >>>= 7
    }
    stream[length++] = rest
  }
  /** Takes the words of a text; gives whether all were taken. */
  const take = (text: Uint8Array): boolean => {
    texts++
    let all = true
    let start = 0
    let hash = 0x811c9dc5
    for (let at = 0; at <= text.length; at++) {
      const byte = at < text.length ? text[at]! : LF
      if (byte !== BLANK && byte !== LF) {
        hash = Math.imul(hash ^ byte, 0x01000193)
        continue
      }
      if (at - start > LONGEST) all = false
      else if (at > start) {
        // The lower bits, that the table is entered by, are to depend on the whole word.
        const word = vocabulary.numberOf((hash ^ (hash >>> 15)) >>> 0, text, start, at)
        met = larger(numbers, met, word + 1)
        if (met[word] !== texts) {
          met[word] = texts
          put(word)
        }
      }
      start = at + 1
      hash = 0x811c9dc5
    }
    return all
  }
  /** Whether the words between have among them all of the bits. */
  const hasAll = (marks: Uint8Array, wanted: number, from: number, to: number): boolean => {
    let seen = 0
    for (let at = from; at < to; ) {
      let byte = stream[at++]!
      let word = byte & 0x7f
      for (let shift = 7; byte >= 0x80; shift += 7) {
        byte = stream[at++]!
        word |= (byte & 0x7f) << shift
      }
      seen |= marks[word]!
      if ((seen & wanted) === wanted) return true
    }
    return false
  }
  return {
    knows: (content) => messages.has(content),
    add: (content, header, body, complete) => {
      if (messages.has(content)) return
      const message = messages.size
      starts = larger(numbers, starts, message + 2)
      bodies = larger(numbers, bodies, message + 1)
      loose = larger(bytes, loose, message + 1)
      const headerWhole = take(header)
      bodies[message] = length
      const bodyWhole = take(body)
      starts[message + 1] = length
      loose[message] = complete && headerWhole && bodyWhole ? 0 : 1
      messages.set(content, message)
    },
    look: async (contents, where, folded) => {
      const { pieces, leading, trailing } = soughtOf(folded)
      if (pieces.length === 0) return { found: [], open: contents }
      const marks = new Uint8Array(vocabulary.count())
      const looked = pieces.slice(0, MOST_PIECES)
      let some = true
      for (const [place, piece] of looked.entries()) {
        const atStart = place > 0 || leading
        const atEnd = place < pieces.length - 1 || trailing
        if (piece.length > LONGEST || !vocabulary.mark(marks, 1 << place, piece, atStart, atEnd)) some = false
      }
      const isSure = pieces.length === 1 && !leading && !trailing
      const wanted = (1 << looked.length) - 1
      const found: ContentId[] = []
      const open: ContentId[] = []
      const upTo = messages.size
      const turns = new Turns()
      for (const [place, content] of contents.entries()) {
        if (place % LOOKED_AT_ONCE === 0) await turns.pass()
        const message = messages.get(content)
        if (message === undefined || message >= upTo) {
          open.push(content)
          continue
        }
        const from = where === 'body' ? bodies[message]! : starts[message]!
        const to = where === 'header' ? bodies[message]! : starts[message + 1]!
        if (some && hasAll(marks, wanted, from, to)) (isSure ? found : open).push(content)
        else if (loose[message] === 1) open.push(content)
      }
      return { found, open }
    },
    memoryBytes: () =>
      vocabulary.memoryBytes() +
      stream.length +
      4 * (starts.length + bodies.length + met.length) +
      loose.length +
      messages.size * ENTRY_BYTES,
  }
}
