// Splits what a client sends into command lines, in whatever chunks it comes. Only CRLF ends a line, unless told else.
import { toLatin1 } from '../../lib/bytes.ts'

export type LineResult =
  | { readonly kind: 'line'; readonly text: string }
  /** Nothing whole is there: push more. */
  | { readonly kind: 'more' }
  /** A line above the limit has passed; the next one may be read. */
  | { readonly kind: 'long' }
  /** Bare CR, bare LF, or a line without end: what follows cannot be told apart, so nothing more may be read. */
  | { readonly kind: 'broken'; readonly why: 'bareCr' | 'bareLf' | 'endless' }

const MORE: LineResult = { kind: 'more' }
const LONG: LineResult = { kind: 'long' }
/** Bytes of one over-long line that are passed over before it counts as endless. */
const ENDLESS = 65_536

/** Reader of lines over a queue of chunks; `take` hands the bytes behind a line to another reader (DATA, BDAT). */
export class LineReader {
  #chunks: Uint8Array[] = []
  #first = 0
  #offset = 0
  #pending = 0
  #partial = ''
  #passed = 0
  #sawCr = false
  readonly #bareLfEnds: boolean

  /** `bareLfEnds`: LF alone ends a line too, where nothing can be smuggled by it. */
  constructor(bareLfEnds = false) {
    this.#bareLfEnds = bareLfEnds
  }

  /** Bytes pushed and not read yet. */
  get pendingBytes(): number {
    return this.#pending
  }

  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return
    this.#chunks.push(chunk)
    this.#pending += chunk.length
  }

  /** The unread rest of the oldest chunk, or undefined where nothing is there. The reader lets go of it. */
  take(): Uint8Array | undefined {
    const chunk = this.#chunks[this.#first]
    if (!chunk) return undefined
    const rest = this.#offset === 0 ? chunk : chunk.subarray(this.#offset)
    this.#drop()
    this.#pending -= rest.length
    return rest
  }

  /** Gives back the unread end of what `take` gave last. */
  giveBack(rest: Uint8Array): void {
    if (rest.length === 0) return
    if (this.#first > 0) this.#chunks[--this.#first] = rest
    else this.#chunks.unshift(rest)
    this.#pending += rest.length
  }

  /** The next line of at most `limit` bytes, CRLF included. */
  next(limit: number): LineResult {
    for (let chunk = this.#chunks[this.#first]; chunk; chunk = this.#chunks[this.#first]) {
      const result = this.#scan(chunk, limit)
      if (result) return result
      this.#drop()
    }
    return MORE
  }

  #drop(): void {
    this.#offset = 0
    this.#chunks[this.#first++] = EMPTY
    if (this.#first === this.#chunks.length) {
      this.#chunks = []
      this.#first = 0
    }
  }

  /** Reads on in one chunk; undefined where it ends within a line. */
  #scan(chunk: Uint8Array, limit: number): LineResult | undefined {
    const from = this.#offset
    let at = from
    while (at < chunk.length) {
      const byte = chunk[at]!
      if (this.#sawCr) {
        if (byte !== 10) return { kind: 'broken', why: 'bareCr' }
        return this.#finish(chunk, from, at - 1, at, limit)
      }
      if (byte === 10) {
        if (!this.#bareLfEnds) return { kind: 'broken', why: 'bareLf' }
        return this.#finish(chunk, from, at, at, limit)
      }
      if (byte === 13) this.#sawCr = true
      at++
    }
    this.#keep(chunk, from, this.#sawCr ? at - 1 : at, limit)
    this.#pending -= at - from
    return this.#passed > ENDLESS ? { kind: 'broken', why: 'endless' } : undefined
  }

  #finish(chunk: Uint8Array, from: number, end: number, lf: number, limit: number): LineResult {
    this.#keep(chunk, from, end, limit)
    const text = this.#partial
    const long = this.#passed > 0 || text.length + 2 > limit
    this.#pending -= lf + 1 - from
    this.#offset = lf + 1
    this.#partial = ''
    this.#passed = 0
    this.#sawCr = false
    if (this.#offset === chunk.length) this.#drop()
    return long ? LONG : { kind: 'line', text }
  }

  /** Adds to the line begun; what is above the limit is counted and forgotten. */
  #keep(chunk: Uint8Array, from: number, end: number, limit: number): void {
    if (end <= from) return
    if (this.#passed > 0 || this.#partial.length + end - from > limit) this.#passed += end - from
    else this.#partial += toLatin1(chunk, from, end)
  }
}

const EMPTY = new Uint8Array(0)
