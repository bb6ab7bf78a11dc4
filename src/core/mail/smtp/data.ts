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
    if (this.#state !== 'start') this.#hand(END_OF_LINE, END_OF_LINE.length, [], emit)
    this.#state = 'start'
    this.done = true
  }

  /** Reads a chunk up to its end or the content's; hands on what it holds of it; gives the number of bytes read. */
  push(chunk: Uint8Array, emit: (piece: Uint8Array) => void): number {
    const length = chunk.length
    let state = this.#state
    let at = 0
    let lineStart = -this.#lineBytes
    /** Dots of this chunk that are not content, and where the last one stood: content ends there if it was the end. */
    const dropped: number[] = []
    let lastDot = 0
    while (at < length) {
      if (state === 'start') {
        if (this.#dots && chunk[at] === DOT) {
          lastDot = at++
          dropped.push(lastDot)
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
        this.#hand(chunk, lastDot, dropped, emit)
        return at + 1
      } else {
        this.fault ??= 'bareCr'
        state = 'text'
      }
    }
    if (length - lineStart > this.#maxLine) this.fault ??= 'longLine'
    this.#hand(chunk, state === 'dot' || state === 'dotCr' ? lastDot : length, dropped, emit)
    this.#lineBytes = length - lineStart
    this.#state = state
    return length
  }

  /** Hands on the bytes before `end` without the dots. */
  #hand(chunk: Uint8Array, end: number, dropped: number[], emit: (piece: Uint8Array) => void): void {
    if (this.fault) return
    if (dropped.at(-1) === end) dropped.pop()
    const piece =
      dropped.length > 0 ? withoutBytes(chunk, end, dropped) : end < chunk.length ? chunk.subarray(0, end) : chunk
    if (piece.length === 0) return
    this.sizeBytes += piece.length
    emit(piece)
  }
}

/** Copies a run of bytes; gives where it ends in `out`. */
const copyRun = (out: Uint8Array, to: number, chunk: Uint8Array, from: number, end: number): number => {
  if (end - from > 64) {
    out.set(chunk.subarray(from, end), to)
    return to + end - from
  }
  let at = to
  for (let i = from; i < end; i++) out[at++] = chunk[i]!
  return at
}

/** The bytes before `end` but those at the places, which ascend. One new array, however many there are. */
const withoutBytes = (chunk: Uint8Array, end: number, places: readonly number[]): Uint8Array => {
  const out = new Uint8Array(end - places.length)
  let from = 0
  let to = 0
  for (const place of places) {
    to = copyRun(out, to, chunk, from, place)
    from = place + 1
  }
  copyRun(out, to, chunk, from, end)
  return out
}

/** The bytes with a dot put before each of the places, which ascend. */
const withDots = (chunk: Uint8Array, places: readonly number[]): Uint8Array => {
  const out = new Uint8Array(chunk.length + places.length)
  let from = 0
  let to = 0
  for (const place of places) {
    to = copyRun(out, to, chunk, from, place)
    out[to++] = DOT
    from = place
  }
  copyRun(out, to, chunk, from, chunk.length)
  return out
}

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
    let at = 0
    const dotted: number[] = []
    while (at < length && !this.fault) {
      if (state === 'start') {
        if (this.#dots && chunk[at] === DOT) dotted.push(at)
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
    if (!this.fault && length > 0) emit(dotted.length > 0 ? withDots(chunk, dotted) : chunk)
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
