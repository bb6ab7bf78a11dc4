// The bytes of a message as RETR and TOP send them: dots stuffed, cut after so many lines, ended by a dot.
import { concat } from '../../lib/bytes.ts'

const LF = 10
const CR = 13
const DOT = 46
const DOUBLE = Uint8Array.of(DOT)

/**
 * Doubles each dot that begins a line (RFC 1939 §3), in whatever chunks the message comes. A bare LF begins a line here
 * too: many clients take it as a line's end, and must not be made to see the end of the message within it.
 */
export class DotStuffer {
  #last = LF
  #beforeLast = CR

  /** The chunk, stuffed; the very same array where no dot begins a line. */
  push(chunk: Uint8Array): Uint8Array {
    if (chunk.length === 0) return chunk
    const parts: Uint8Array[] = []
    let from = 0
    for (let at = chunk.indexOf(DOT); at >= 0; at = chunk.indexOf(DOT, at + 1)) {
      if ((at === 0 ? this.#last : chunk[at - 1]) !== LF) continue
      parts.push(chunk.subarray(from, at), DOUBLE)
      from = at
    }
    this.#beforeLast = chunk.length > 1 ? chunk[chunk.length - 2]! : this.#last
    this.#last = chunk[chunk.length - 1]!
    if (parts.length === 0) return chunk
    parts.push(chunk.subarray(from))
    return concat(parts)
  }

  /** Whether the message so far ends in CRLF, or is empty. */
  get #ended(): boolean {
    return this.#last === LF && this.#beforeLast === CR
  }

  /** What ends the message: a CRLF where it has none, and the final line. */
  end(): string {
    return this.#ended ? '.\r\n' : '\r\n.\r\n'
  }
}

/** Octets that a message has on the wire beyond its own: the CRLF that it lacks at its end. */
export const missingEnd = (sizeBytes: number, lastTwo: Uint8Array): number =>
  sizeBytes === 0 || (lastTwo.length === 2 && lastTwo[0] === CR && lastTwo[1] === LF) ? 0 : 2

/** Lets the header, the empty line and so many lines of the body pass (RFC 1939 §7 TOP). */
export class TopCutter {
  #left: number
  #inBody = false
  /** Bytes of the line under way, and the last of them. */
  #lineBytes = 0
  #last = 0
  #done = false

  constructor(lines: number) {
    this.#left = lines
  }

  /** Whether nothing more passes. */
  get done(): boolean {
    return this.#done
  }

  /** What of the chunk passes. */
  push(chunk: Uint8Array): Uint8Array {
    if (this.#done) return chunk.subarray(0, 0)
    let from = 0
    for (let lf = chunk.indexOf(LF); lf >= 0; lf = chunk.indexOf(LF, from)) {
      this.#grow(chunk, from, lf)
      from = lf + 1
      const empty = this.#lineBytes === 0 || (this.#lineBytes === 1 && this.#last === CR)
      this.#lineBytes = 0
      if (this.#inBody) this.#left -= 1
      else if (empty) this.#inBody = true
      if (!this.#inBody || this.#left > 0) continue
      this.#done = true
      return chunk.subarray(0, from)
    }
    this.#grow(chunk, from, chunk.length)
    return chunk
  }

  #grow(chunk: Uint8Array, from: number, to: number): void {
    if (to === from) return
    this.#lineBytes += to - from
    this.#last = chunk[to - 1]!
  }
}
