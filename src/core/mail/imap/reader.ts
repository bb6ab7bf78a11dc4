// Gathers IMAP commands out of chunks of bytes, literals included, without a socket: waiting and saying "+" are values.
import { toLatin1 } from '../../lib/bytes.ts'
import { tagOf } from './lexer.ts'

export type ReaderLimits = {
  /** Longest line of a command, its end not counted. */
  readonly lineBytes: number
  /** Longest command, its gathered literals included and those of APPEND not. */
  readonly commandBytes: number
  /** Largest literal that is gathered into a command (names, search strings). */
  readonly literalBytes: number
  /** How many literals a command may have, those of APPEND included. */
  readonly literals: number
  /** Largest non-synchronising literal that is taken: `Infinity` for LITERAL+, 4096 for LITERAL- (RFC 7888 §5). */
  readonly nonSyncBytes: number
  /** Bytes of one command that are passed over once it is refused; more than that ends the connection. */
  readonly discardBytes: number
}

export const READER_LIMITS: ReaderLimits = {
  // RFC 2683 §3.2.1.5 asks for 8000; sets of uids from real clients are longer.
  lineBytes: 65_536,
  commandBytes: 262_144,
  literalBytes: 65_536,
  literals: 1_000,
  nonSyncBytes: Number.POSITIVE_INFINITY,
  discardBytes: 134_217_728,
}

/** Before anybody has signed in: room for a long SASL response, a name and a password. */
export const GUEST_LIMITS: ReaderLimits = {
  lineBytes: 16_384,
  commandBytes: 16_384,
  literalBytes: 4_096,
  literals: 8,
  nonSyncBytes: 4_096,
  discardBytes: 65_536,
}

/** Why a command was not taken. */
export type ReadRefusal =
  | 'lineTooLong'
  | 'commandTooLong'
  | 'literalTooLarge'
  | 'tooManyLiterals'
  | 'bareCr'
  | 'nul'
  /** The server itself gave the command up by `discard`: it knows what to answer. */
  | 'discarded'

const REFUSALS: Readonly<Record<ReadRefusal, string>> = {
  lineTooLong: 'The line is too long',
  commandTooLong: 'The command is too long',
  literalTooLarge: 'The literal is too large',
  tooManyLiterals: 'The command has too many literals',
  bareCr: 'A line ends with CR and LF, and has no CR elsewhere',
  nul: 'NUL is allowed in a literal8 only',
  discarded: 'The command was given up',
}

/** The sentence to answer with. */
export const refusalText = (why: ReadRefusal): string => REFUSALS[why]

/** A literal of APPEND whose bytes the server takes itself. */
export type StreamedLiteral = {
  readonly kind: 'literal'
  /** The command so far: gathered literals in place, of streamed ones `{n}` and CRLF only. */
  readonly text: string
  readonly sizeBytes: number
  /** The client waits for "+" before it sends the bytes. */
  readonly sync: boolean
  /** `~{n}`: may hold NUL (RFC 3516 §4.4, RFC 6855 §4). */
  readonly literal8: boolean
}

export type ReadResult =
  /** A whole command without its last CRLF, as text of one code unit a byte; literals stand in it as they came. */
  | { readonly kind: 'command'; readonly text: string }
  /** Nothing whole is there: push more. */
  | { readonly kind: 'more' }
  /** Say "+" now, then ask again. */
  | { readonly kind: 'continue' }
  | StreamedLiteral
  /** The command is over, its bytes are passed: answer it, then ask again. */
  | { readonly kind: 'refused'; readonly tag: string | undefined; readonly why: ReadRefusal }
  /** What follows cannot be told apart: say BYE and close. */
  | { readonly kind: 'broken'; readonly why: 'endless' | 'literalTooLarge' }

/** A line outside commands: of AUTHENTICATE, or the DONE of IDLE. */
export type ReadLine =
  | Extract<ReadResult, { kind: 'more' | 'broken' }>
  | { readonly kind: 'line'; readonly text: string }
  | { readonly kind: 'refused'; readonly tag: undefined; readonly why: ReadRefusal }

const MORE = { kind: 'more' } as const
const CONTINUE = { kind: 'continue' } as const
const ENDLESS = { kind: 'broken', why: 'endless' } as const
const LITERAL_TOO_LARGE = { kind: 'broken', why: 'literalTooLarge' } as const
const EMPTY = new Uint8Array(0)
/** `~{`, 20 digits, `+}`, CR: what must be kept of an over-long line to see a literal at its end. */
const TAIL = 25
/** What is kept of a command that is refused: enough for its tag. */
const HEAD = 256
/** A line longer than this is not passed over any more. */
const MAX_LINE = 1_048_576

/**
 * Reader of commands over a queue of chunks. After `literal` the server takes the bytes with `take` and `giveBack`,
 * then calls `resume`; or `refuse` before it has said "+"; or `discard` with the number of bytes still to come.
 */
export class CommandReader {
  #limits: ReaderLimits
  #chunks: Uint8Array[] = []
  #first = 0
  #offset = 0
  #pending = 0
  /** The command up to the line that is being read. */
  #text = ''
  #line = ''
  /** Length of the line so far; where it is above the limit, `#line` is its beginning and `#tail` its end. */
  #length = 0
  #tail = ''
  #tooLong = false
  /** Bytes of a literal still to be gathered or passed over, and where it began in the text. */
  #remaining = 0
  #literalStart = 0
  #literal8 = false
  #literals = 0
  #isAppend = false
  #discarded = 0
  /** Set once the command is refused: its rest is passed over. */
  #doom: ReadRefusal | undefined
  #streaming = false

  constructor(limits: ReaderLimits = READER_LIMITS) {
    this.#limits = limits
  }

  /** Other limits from the next line on: a client that has signed in may say more. */
  set limits(limits: ReaderLimits) {
    this.#limits = limits
  }

  /** Bytes pushed and not read yet. */
  get pendingBytes(): number {
    return this.#pending
  }

  /** Whether a command has begun and not ended: pushed bytes count. */
  get inCommand(): boolean {
    return this.#text !== '' || this.#length > 0 || this.#pending > 0 || this.#doom !== undefined
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
    this.#advance(rest.length)
    return rest
  }

  /** Gives back the unread end of what `take` gave last. */
  giveBack(rest: Uint8Array): void {
    if (rest.length === 0) return
    if (this.#first > 0) this.#chunks[--this.#first] = rest
    else this.#chunks.unshift(rest)
    this.#pending += rest.length
  }

  /** Goes on with the command once the bytes of a streamed literal are taken. */
  resume(): void {
    this.#streaming = false
  }

  /** Ends the command at a synchronising literal for which "+" has not been said: the client sends none of it. */
  refuse(): void {
    this.#reset()
  }

  /** Passes over `sizeBytes` of a streamed literal and the rest of the command; `refused` (`discarded`) tells its end. */
  discard(sizeBytes: number): void {
    this.#streaming = false
    this.#doom = 'discarded'
    this.#remaining = sizeBytes
    this.#discarded += sizeBytes
  }

  /** Reads on to what the server must act upon. */
  next(): ReadResult {
    if (this.#streaming) return MORE
    for (;;) {
      if (this.#discarded > this.#limits.discardBytes) return LITERAL_TOO_LARGE
      if (this.#remaining > 0 && !this.#readLiteral()) return MORE
      const ended = this.#readLine(this.#limits.lineBytes)
      if (ended !== true) return ended
      const result = this.#endLine()
      if (result) return result
    }
  }

  /** The next line as it is, of at most `limitBytes`: for AUTHENTICATE and IDLE. */
  nextLine(limitBytes: number): ReadLine {
    const ended = this.#readLine(limitBytes)
    if (ended !== true) return ended
    const why = this.#lineRefusal()
    const text = this.#line
    this.#reset()
    return why === undefined ? { kind: 'line', text } : { kind: 'refused', tag: undefined, why }
  }

  #advance(bytes: number): void {
    this.#offset += bytes
    this.#pending -= bytes
    if (this.#offset < this.#chunks[this.#first]!.length) return
    this.#offset = 0
    this.#chunks[this.#first++] = EMPTY
    if (this.#first === this.#chunks.length) {
      this.#chunks = []
      this.#first = 0
    }
  }

  /** Whether the literal is whole now. */
  #readLiteral(): boolean {
    for (let chunk = this.#chunks[this.#first]; chunk; chunk = this.#chunks[this.#first]) {
      const bytes = Math.min(this.#remaining, chunk.length - this.#offset)
      if (this.#doom === undefined) this.#text += toLatin1(chunk, this.#offset, this.#offset + bytes)
      this.#remaining -= bytes
      this.#advance(bytes)
      if (this.#remaining > 0) continue
      if (this.#doom === undefined && !this.#literal8 && this.#text.includes('\0', this.#literalStart))
        this.#doom = 'nul'
      return true
    }
    return false
  }

  /** Whether a line has ended; it is then in `#line`, with the CR before its LF taken off. */
  #readLine(limit: number): true | typeof MORE | typeof ENDLESS {
    for (let chunk = this.#chunks[this.#first]; chunk; chunk = this.#chunks[this.#first]) {
      // Bare LF ends a line too, as in the other servers: nothing is relayed from here that could be smuggled.
      const lf = chunk.indexOf(10, this.#offset)
      const end = lf < 0 ? chunk.length : lf
      this.#keep(chunk, end, limit)
      if (this.#length > MAX_LINE) return ENDLESS
      this.#advance(lf < 0 ? end - this.#offset : end + 1 - this.#offset)
      if (lf < 0) continue
      const hasCr = this.#tail.endsWith('\r') || (this.#tail === '' && this.#line.endsWith('\r'))
      this.#tooLong = this.#length - (hasCr ? 1 : 0) > limit
      if (hasCr && this.#tail !== '') this.#tail = this.#tail.slice(0, -1)
      else if (hasCr) this.#line = this.#line.slice(0, -1)
      return true
    }
    return MORE
  }

  /** Adds to the line begun; of an over-long one only its beginning and its end are kept. */
  #keep(chunk: Uint8Array, end: number, limit: number): void {
    const from = this.#offset
    if (end <= from) return
    // One more than the limit, for the CR.
    if (this.#length + end - from <= limit + 1) {
      this.#line += toLatin1(chunk, from, end)
    } else {
      const before = this.#tail === '' ? this.#line.slice(-TAIL) : this.#tail
      this.#tail = (before + toLatin1(chunk, Math.max(from, end - TAIL), end)).slice(-TAIL)
      const missing = HEAD - this.#line.length
      if (missing > 0) this.#line += toLatin1(chunk, from, Math.min(end, from + missing))
    }
    this.#length += end - from
  }

  #lineRefusal(): ReadRefusal | undefined {
    if (this.#tooLong) return 'lineTooLong'
    if (this.#line.includes('\r')) return 'bareCr'
    return this.#line.includes('\0') ? 'nul' : undefined
  }

  /** At the end of a line: the command has ended, or a literal is opened; undefined: read on. */
  #endLine(): ReadResult | undefined {
    this.#doom ??= this.#lineRefusal()
    const line = this.#line
    const literal = literalAt(this.#tail === '' ? line : this.#tail)
    const text = this.#text + line
    if (!literal || (this.#doom === undefined && endsInQuotes(line))) {
      if (text.length > this.#limits.commandBytes) this.#doom ??= 'commandTooLong'
      if (this.#doom !== undefined) return this.#refused(text)
      this.#reset()
      return { kind: 'command', text }
    }
    return this.#open(literal, text)
  }

  #open(literal: LiteralSpec, text: string): ReadResult | undefined {
    const { sizeBytes, sync, literal8 } = literal
    const append = this.#literals === 0 ? APPEND.exec(text.slice(0, HEAD)) : undefined
    if (append !== undefined) this.#isAppend = append !== null
    // In APPEND every literal is a message, but the one that is its first argument: the folder's name.
    const streamed = this.#isAppend && !append?.[1]
    this.#literals++
    this.#doom ??= this.#literalRefusal(text, literal, streamed)
    if (this.#doom !== undefined) {
      // RFC 9051 §4.3: at a synchronising literal the client waits, so the answer ends the command.
      if (sync) return this.#refused(text)
      this.#discarded += sizeBytes + this.#length
    }
    this.#text = this.#doom === undefined ? `${text}\r\n` : text.slice(0, HEAD)
    this.#clearLine()
    if (streamed && this.#doom === undefined) {
      this.#streaming = true
      return { kind: 'literal', text: this.#text, sizeBytes, sync, literal8 }
    }
    this.#remaining = sizeBytes
    this.#literalStart = this.#text.length
    this.#literal8 = literal8
    return sync ? CONTINUE : undefined
  }

  #literalRefusal(text: string, literal: LiteralSpec, streamed: boolean): ReadRefusal | undefined {
    const limits = this.#limits
    if (this.#literals > limits.literals) return 'tooManyLiterals'
    if (!literal.sync && literal.sizeBytes > limits.nonSyncBytes) return 'literalTooLarge'
    if (streamed) return text.length > limits.commandBytes ? 'commandTooLong' : undefined
    if (literal.sizeBytes > limits.literalBytes) return 'literalTooLarge'
    return text.length + 2 + literal.sizeBytes > limits.commandBytes ? 'commandTooLong' : undefined
  }

  #refused(text: string): ReadResult {
    const why = this.#doom!
    this.#reset()
    return { kind: 'refused', tag: tagOf(text), why }
  }

  #clearLine(): void {
    this.#line = ''
    this.#length = 0
    this.#tail = ''
    this.#tooLong = false
  }

  #reset(): void {
    this.#clearLine()
    this.#text = ''
    this.#remaining = 0
    this.#literals = 0
    this.#discarded = 0
    this.#doom = undefined
    this.#streaming = false
  }
}

type LiteralSpec = { readonly sizeBytes: number; readonly sync: boolean; readonly literal8: boolean }

/** The literal that a line opens at its end: `{n}`, `{n+}`, `~{n}`, `~{n+}` (RFC 9051 §9, RFC 7888 §8). */
const literalAt = (line: string): LiteralSpec | undefined => {
  if (line.charCodeAt(line.length - 1) !== 0x7d) return undefined
  const sync = line.charCodeAt(line.length - 2) !== 0x2b
  const end = line.length - (sync ? 1 : 2)
  let at = end
  while (at > 0 && end - at < 20 && isDigit(line.charCodeAt(at - 1))) at--
  if (at === end || line.charCodeAt(at - 1) !== 0x7b) return undefined
  return { sizeBytes: Number(line.slice(at, end)), sync, literal8: line.charCodeAt(at - 2) === 0x7e }
}

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39

/** Whether the end of a line is inside a quoted string, where `{5}` is text. Asked only where a literal seems to open. */
const endsInQuotes = (line: string): boolean => {
  let quoted = false
  for (let at = 0; at < line.length; at++) {
    const code = line.charCodeAt(at)
    if (code === 0x22) quoted = !quoted
    else if (quoted && code === 0x5c) at++
  }
  return quoted
}

/** The name of a command and what it has before its first literal. An APPEND with nothing there opens the folder's name. */
const APPEND = /^[^ ]+ APPEND (~?\{)?/i
