// The words of many messages in memory: tells at once which have a text within a word, and which cannot have one of
// several words. A word is what stands between blanks and line ends of folded text, so that nothing of it is lost.
import { Buffer } from 'node:buffer'
import type { ContentId } from '../../core/lib/rope.ts'
import { Turns } from '../servers/wire/turns.ts'

export type Where = 'header' | 'body' | 'text'

/** What is known of contents and a text; those in none of the lists lack it, those in several may have it in either. */
export type Looked = {
  /** They have the text. */
  readonly found: readonly ContentId[]
  /** They have its words in the header, or in the body, that are known whole. */
  readonly header: readonly ContentId[]
  readonly body: readonly ContentId[]
  /** Not all of their words are kept. */
  readonly loose: readonly ContentId[]
  /** They were not added. */
  readonly unknown: readonly ContentId[]
}

export type Words = {
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
/** Words whose messages are read before the time is looked at. */
const WORDS_AT_ONCE = 64
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
const FNV_START = 0x811c9dc5
const FNV_PRIME = 0x01000193

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
    /** Numbers of the words that have the piece: at their start, at their end, or anywhere. */
    wordsWith: (piece: Buffer, atStart: boolean, atEnd: boolean): readonly number[] => {
      const used = text.subarray(0, startOf(count))
      const words: number[] = []
      for (let at = used.indexOf(piece); at >= 0; ) {
        let low = 0
        let high = count - 1
        while (low < high) {
          const middle = (low + high) >> 1
          if (ends[middle]! < at) low = middle + 1
          else high = middle
        }
        const fits = (!atStart || at === startOf(low)) && (!atEnd || at + piece.length === ends[low])
        if (fits) words.push(low)
        at = used.indexOf(piece, fits ? ends[low]! + 1 : at + 1)
      }
      return words
    },
    memoryBytes: () => text.length + 4 * (ends.length + hashes.length + slots.length),
  }
}

/** Each list begins with so little, and goes on in pieces twice as long up to the most. */
const FIRST_PIECE = 8
const LAST_PIECE = 256
const LINK_BYTES = 4

/** Lists of rising numbers, by number of the list: differences of seven bits a byte, in pieces with a link at their end. */
const makeLists = () => {
  let pool = bytes(64 * 1024)
  let used = 0
  let heads = numbers(8 * 1024)
  let ats = numbers(8 * 1024)
  let ends = numbers(8 * 1024)
  let lasts = numbers(8 * 1024)
  let lengths = numbers(8 * 1024)

  const piece = (list: number, length: number): number => {
    const start = used
    used += length
    pool = larger(bytes, pool, used)
    ats[list] = start
    ends[list] = used - LINK_BYTES
    lengths[list] = length
    return start
  }
  const putByte = (list: number, byte: number): void => {
    if (ats[list] === ends[list]) {
      const link = ends[list]!
      const next = piece(list, Math.min(LAST_PIECE, lengths[list]! * 2))
      pool.writeUInt32LE(next, link)
    }
    pool[ats[list]!++] = byte
  }
  return {
    /** Adds a number to a list, above those in it; gives false where it is its last already. Numbers begin at one. */
    add: (list: number, value: number): boolean => {
      heads = larger(numbers, heads, list + 1)
      ats = larger(numbers, ats, list + 1)
      ends = larger(numbers, ends, list + 1)
      lasts = larger(numbers, lasts, list + 1)
      lengths = larger(numbers, lengths, list + 1)
      if (lasts[list] === value) return false
      if (lasts[list] === 0) heads[list] = piece(list, FIRST_PIECE)
      let rest = value - lasts[list]!
      lasts[list] = value
      for (; rest >= 0x80; rest >>>= 7) putByte(list, (rest & 0x7f) | 0x80)
      putByte(list, rest)
      return true
    },
    each: (list: number, use: (value: number) => void): void => {
      const last = lasts[list]!
      let at = heads[list]!
      let length = FIRST_PIECE
      let end = at + length - LINK_BYTES
      for (let value = 0; value < last; ) {
        let shift = 0
        for (let byte = 0x80; byte >= 0x80; shift += 7) {
          if (at === end) {
            at = pool.readUInt32LE(end)
            length = Math.min(LAST_PIECE, length * 2)
            end = at + length - LINK_BYTES
          }
          byte = pool[at++]!
          value += (byte & 0x7f) << shift
        }
        use(value)
      }
    },
    memoryBytes: () => pool.length + 4 * (heads.length + ats.length + ends.length + lasts.length + lengths.length),
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
  /** Of each word the texts that have it: of message n the header is 2n + 1, the body 2n + 2. */
  const lists = makeLists()
  const messages = new Map<ContentId, number>()
  let loose = bytes(1024)

  /** Takes the words of a text; gives whether all were taken. */
  const take = (number: number, text: Uint8Array): boolean => {
    let all = true
    let start = 0
    let hash = FNV_START
    for (let at = 0; at <= text.length; at++) {
      const byte = at < text.length ? text[at]! : LF
      if (byte !== BLANK && byte !== LF) {
        hash = Math.imul(hash ^ byte, FNV_PRIME)
        continue
      }
      if (at - start > LONGEST) all = false
      // The lower bits, that the table is entered by, are to depend on the whole word.
      else if (at > start) lists.add(vocabulary.numberOf((hash ^ (hash >>> 15)) >>> 0, text, start, at), number)
      start = at + 1
      hash = FNV_START
    }
    return all
  }
  /** Of each message below, which pieces its header has, and its body: a bit each. */
  const piecesOf = async ({ pieces, leading, trailing }: Sought, upTo: number, turns: Turns) => {
    const texts = new Uint8Array(2 * upTo + 1)
    for (const [place, piece] of pieces.slice(0, MOST_PIECES).entries()) {
      if (piece.length > LONGEST) break
      const bit = 1 << place
      const atStart = place > 0 || leading
      const atEnd = place < pieces.length - 1 || trailing
      for (const [count, word] of vocabulary.wordsWith(piece, atStart, atEnd).entries()) {
        if (count % WORDS_AT_ONCE === 0) await turns.pass()
        lists.each(word, (number) => {
          texts[number]! |= bit // beyond the end it is lost: that message came later
        })
      }
    }
    return texts
  }
  return {
    add: (content, header, body, complete) => {
      if (messages.has(content)) return
      const message = messages.size
      loose = larger(bytes, loose, message + 1)
      const headerWhole = take(2 * message + 1, header)
      const bodyWhole = take(2 * message + 2, body)
      loose[message] = complete && headerWhole && bodyWhole ? 0 : 1
      messages.set(content, message)
    },
    look: async (contents, where, folded) => {
      const looked = { found: [], header: [], body: [], loose: [], unknown: [] } as Lists
      const sought = soughtOf(folded)
      if (sought.pieces.length === 0) return { ...looked, loose: contents }
      const upTo = messages.size
      const turns = new Turns()
      const texts = await piecesOf(sought, upTo, turns)
      const isSure = sought.pieces.length === 1 && !sought.leading && !sought.trailing
      const wanted = (1 << Math.min(sought.pieces.length, MOST_PIECES)) - 1
      for (const [place, content] of contents.entries()) {
        if (place % LOOKED_AT_ONCE === 0) await turns.pass()
        const message = messages.get(content)
        if (message === undefined || message >= upTo) {
          looked.unknown.push(content)
          continue
        }
        const inHeader = where !== 'body' && texts[2 * message + 1] === wanted
        const inBody = where !== 'header' && texts[2 * message + 2] === wanted
        if (isSure && (inHeader || inBody)) looked.found.push(content)
        else if (loose[message] === 1) looked.loose.push(content)
        else {
          if (inHeader) looked.header.push(content)
          if (inBody) looked.body.push(content)
        }
      }
      return looked
    },
    memoryBytes: () => vocabulary.memoryBytes() + lists.memoryBytes() + loose.length + messages.size * ENTRY_BYTES,
  }
}

type Lists = { [List in keyof Looked]: ContentId[] }
