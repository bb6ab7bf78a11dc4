// Reads and writes the content of a message on the wire: dots, the end, and strict line discipline (RFC 5321 §4.5.2).

/** Why a content is not taken. */
export type DataFault = 'bareLf' | 'bareCr' | 'nul' | 'longLine'

type State = 'start' | 'text' | 'cr' | 'dot' | 'dotCr'

const CR = 13
const LF = 10
const DOT = 46

export type DataReaderOptions = {
  /** DATA: undo the stuffing and find the end. BDAT: the bytes are counted by the caller, dots mean nothing. */
  readonly dots: boolean
  /** Bytes of a line, CRLF included (RFC 5321 §4.5.3.1.6: 1000). */
  readonly maxLineBytes: number
}

/**
 * Reader of a content, in whatever chunks it comes. Only CRLF.CRLF ends it. From the first fault on nothing is handed
 * on, but the end is still looked for, so that no byte of the content can become a command (SMTP smuggling).
 */
export class DataReader {
  /** The end was read. */
  done = false
  fault: DataFault | undefined
  /** Bytes of content so far, without stuffed dots. */
  sizeBytes = 0
  readonly #dots: boolean
  readonly #maxLine: number
  #state: State = 'start'
  /** Bytes of the current line in earlier chunks. */
  #lineBytes = 0

  constructor(options: DataReaderOptions) {
    this.#dots = options.dots
    this.#maxLine = options.maxLineBytes
  }

  /** Ends a content whose length was told (BDAT); a last line without its CRLF gets one, since content is lines. */
  finish(emit: (piece: Uint8Array) => void): void {
    if (this.#state === 'cr') this.fault ??= 'bareCr'
    if (this.#state !== 'start') this.#hand(END_OF_LINE, 0, END_OF_LINE.length, emit)
    this.#state = 'start'
    this.done = true
  }

  /** Reads a chunk up to its end or the content's; hands on pieces of it; gives the number of bytes read. */
  push(chunk: Uint8Array, emit: (piece: Uint8Array) => void): number {
    const length = chunk.length
    let state = this.#state
    let from = 0
    let at = 0
    let lineStart = -this.#lineBytes
    while (at < length) {
      if (state === 'start') {
        if (this.#dots && chunk[at] === DOT) {
          this.#hand(chunk, from, at, emit)
          at++
          from = at
          lineStart++
          state = 'dot'
          continue
        }
        state = 'text'
      }
      if (state === 'text') {
        while (at < length && chunk[at]! > CR) at++
        if (at === length) break
        const byte = chunk[at++]
        if (byte === CR) state = 'cr'
        else if (byte === LF) this.fault ??= 'bareLf'
        else if (byte === 0) this.fault ??= 'nul'
      } else if (state === 'cr') {
        if (chunk[at] === LF) {
          at++
          if (at - lineStart > this.#maxLine) this.fault ??= 'longLine'
          lineStart = at
          state = 'start'
        } else {
          this.fault ??= 'bareCr'
          state = 'text'
        }
      } else if (state === 'dot') {
        if (chunk[at] === CR) {
          at++
          state = 'dotCr'
        } else state = 'text'
      } else if (chunk[at] === LF) {
        this.done = true
        this.#state = 'start'
        return at + 1
      } else {
        this.fault ??= 'bareCr'
        state = 'text'
      }
    }
    if (length - lineStart > this.#maxLine) this.fault ??= 'longLine'
    if (state !== 'dotCr') this.#hand(chunk, from, length, emit)
    this.#lineBytes = length - lineStart
    this.#state = state
    return length
  }

  #hand(chunk: Uint8Array, from: number, end: number, emit: (piece: Uint8Array) => void): void {
    if (end <= from || this.fault) return
    this.sizeBytes += end - from
    emit(from === 0 && end === chunk.length ? chunk : chunk.subarray(from, end))
  }
}

const ONE_DOT = Uint8Array.of(DOT)
const END_OF_LINE = Uint8Array.of(CR, LF)
const END = Uint8Array.of(DOT, CR, LF)

/**
 * Writer of a content: stuffs dots and ends it. It refuses what would not arrive as it is (`fault`): from then on
 * nothing is handed on, and the caller must close the connection without an end.
 */
export class DataWriter {
  fault: DataFault | undefined
  readonly #dots: boolean
  #state: 'start' | 'text' | 'cr' = 'start'

  /** `dots`: for DATA; false for BDAT, where only the line discipline is looked at. */
  constructor(dots: boolean) {
    this.#dots = dots
  }

  push(chunk: Uint8Array, emit: (piece: Uint8Array) => void): void {
    const length = chunk.length
    let state = this.#state
    let from = 0
    let at = 0
    while (at < length && !this.fault) {
      if (state === 'start') {
        if (this.#dots && chunk[at] === DOT) {
          if (at > from) emit(chunk.subarray(from, at))
          emit(ONE_DOT)
          from = at
        }
        state = 'text'
      }
      if (state === 'text') {
        while (at < length && chunk[at]! > CR) at++
        if (at === length) break
        const byte = chunk[at++]
        if (byte === CR) state = 'cr'
        else if (byte === LF) this.fault = 'bareLf'
        else if (byte === 0) this.fault = 'nul'
      } else if (chunk[at] === LF) {
        at++
        state = 'start'
      } else this.fault = 'bareCr'
    }
    this.#state = state
    if (!this.fault && from < length) emit(from === 0 ? chunk : chunk.subarray(from))
  }

  /** Ends the content: a CRLF where it lacks its last one, and in DATA the final dot. */
  finish(emit: (piece: Uint8Array) => void): void {
    if (this.#state === 'cr') this.fault ??= 'bareCr'
    if (this.fault) return
    if (this.#state !== 'start') emit(END_OF_LINE)
    if (this.#dots) emit(END)
    this.#state = 'start'
  }
}
