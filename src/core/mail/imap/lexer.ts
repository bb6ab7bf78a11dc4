// The words of the IMAP grammar (RFC 9051 §9) and a cursor over the text of one command.
import { fromLatin1, toUtf8Strict } from '../../lib/bytes.ts'

/** What a session has agreed upon, as far as reading and printing depend on it. */
export type ImapMode = {
  /** ENABLE IMAP4rev2 was said. */
  readonly rev2: boolean
  /** ENABLE UTF8=ACCEPT was said (RFC 6855 §3). */
  readonly utf8Accept: boolean
}

export const REV1: ImapMode = { rev2: false, utf8Accept: false }
export const REV2: ImapMode = { rev2: true, utf8Accept: false }

/** Whether names and quoted strings are in UTF-8 (RFC 9051 §5.1, RFC 6855 §3). */
export const isUtf8 = (mode: ImapMode): boolean => mode.rev2 || mode.utf8Accept

/** What a parser gives that cannot go on; the cursor knows why. */
export const FAIL: unique symbol = Symbol('fail')
export type Fail = typeof FAIL
export type Parser<T> = (c: Cursor) => T | Fail

/** Deepest nesting of parentheses, NOT and OR in a command. */
export const MAX_DEPTH = 200

/** A place in the text of one command, and what was expected where it failed. */
export class Cursor {
  readonly text: string
  readonly mode: ImapMode
  at: number
  depth = 0
  /** Number of literals of APPEND met so far. */
  streamed = 0
  /** Number of search keys met so far. */
  keys = 0
  /** Charset of search strings, in upper case. */
  charset = 'UTF-8'
  /** Set by a search whose result is to be kept (RFC 5182). */
  saves = false
  /** Set by a command whose CHARSET is not known. */
  badCharset = false
  #failedAt = -1
  #expected = ''

  constructor(text: string, mode: ImapMode = REV1, at = 0) {
    this.text = text
    this.mode = mode
    this.at = at
  }

  get ended(): boolean {
    return this.at >= this.text.length
  }

  /** The code unit ahead, or NaN at the end. */
  get ahead(): number {
    return this.text.charCodeAt(this.at)
  }

  /** Notes what was expected; of several failures that one counts which came furthest, and the last of those. */
  fail(expected: string, at = this.at): Fail {
    if (at >= this.#failedAt) {
      this.#failedAt = at
      this.#expected = expected
    }
    return FAIL
  }

  /** A sentence for BAD. It repeats nothing of the client's, which may be a password. */
  get problem(): string {
    const where = this.#failedAt >= this.text.length ? 'the end' : `byte ${this.#failedAt + 1}`
    return `Expected ${this.#expected} at ${where} of the command`
  }

  /** Takes the character, if it is ahead. */
  skip(code: number): boolean {
    if (this.text.charCodeAt(this.at) !== code) return false
    this.at++
    return true
  }
}

const ATOM = 1
const ASTRING = 2
const LIST = 4
const TAG = 8
/** Which classes a byte belongs to (RFC 9051 §9: ATOM-CHAR, ASTRING-CHAR, list-char, and tag). */
const CLASS = new Uint8Array(256)
for (let code = 0x21; code < 0x7f; code++) {
  const char = String.fromCharCode(code)
  const special = '(){"\\%*]'.includes(char)
  if (!special) CLASS[code]! |= ATOM
  if (!special || char === ']') CLASS[code]! |= ASTRING
  if (!special || ']%*'.includes(char)) CLASS[code]! |= LIST
  if ((!special || char === ']') && char !== '+') CLASS[code]! |= TAG
}

const run = (text: string, from: number, mask: number): number => {
  let at = from
  while (at < text.length && (CLASS[text.charCodeAt(at)]! & mask) !== 0) at++
  return at
}

const word =
  (mask: number, expected: string): Parser<string> =>
  (c) => {
    const end = run(c.text, c.at, mask)
    if (end === c.at) return c.fail(expected)
    const found = c.text.slice(c.at, end)
    c.at = end
    return found
  }

export const atom = word(ATOM, 'an atom')
export const tag = word(TAG, 'a tag')

const MAX_TAG = 200
/** The tag of a command that cannot be read: undefined where even that is none, or too long to be repeated. */
export const tagOf = (text: string): string | undefined => {
  const end = run(text, 0, TAG)
  return end > 0 && end <= MAX_TAG && (end === text.length || text.charCodeAt(end) === 0x20)
    ? text.slice(0, end)
    : undefined
}

/** Exactly one space: RFC 9051 §9 forbids to take more. */
export const space: Parser<true> = (c) => (c.skip(0x20) ? true : c.fail('a space'))

/** The end of the command. */
export const end: Parser<true> = (c) => (c.ended ? true : c.fail('the end of the command', c.at))

/** A quoted string, unquoted: bytes as code units. Its 8-bit text is judged by who decodes it. */
export const quoted: Parser<string> = (c) => {
  if (!c.skip(0x22)) return c.fail('a quoted string')
  const start = c.at
  let from = start
  let found = ''
  for (;;) {
    const code = c.text.charCodeAt(c.at)
    if (code === 0x22) break
    if (Number.isNaN(code) || code === 0x0d || code === 0x0a) return c.fail('the closing quote of a string')
    if (code === 0x5c) {
      const next = c.text.charCodeAt(c.at + 1)
      if (next !== 0x22 && next !== 0x5c) return c.fail('a quote or a backslash after a backslash', c.at + 1)
      found += c.text.slice(from, c.at)
      from = c.at + 1
      c.at++
    }
    c.at++
  }
  found += c.text.slice(from, c.at)
  c.at++
  return found
}

const LITERAL = /(~?)\{(\d{1,15})\+?\}\r\n/y
type LiteralHead = { readonly sizeBytes: number; readonly literal8: boolean }

/** What announces a literal, up to its CRLF; the bytes are not taken. */
export const literalHead: Parser<LiteralHead> = (c) => {
  LITERAL.lastIndex = c.at
  const found = LITERAL.exec(c.text)
  if (!found) return c.fail('a literal')
  c.at = LITERAL.lastIndex
  return { sizeBytes: Number(found[2]), literal8: found[1] !== '' }
}

const literal: Parser<string> = (c) => {
  const head = literalHead(c)
  if (head === FAIL) return FAIL
  const stop = c.at + head.sizeBytes
  if (stop > c.text.length) return c.fail('the bytes of a literal', c.text.length)
  const found = c.text.slice(c.at, stop)
  c.at = stop
  return found
}

/** string = quoted / literal. */
export const string: Parser<string> = (c) => {
  if (c.ahead === 0x22) return quoted(c)
  return c.ahead === 0x7b ? literal(c) : c.fail('a string')
}

const stringOr =
  (mask: number, expected: string): Parser<string> =>
  (c) => {
    const stop = run(c.text, c.at, mask)
    if (stop === c.at) return c.ahead === 0x22 || c.ahead === 0x7b ? string(c) : c.fail(expected)
    const found = c.text.slice(c.at, stop)
    c.at = stop
    return found
  }

export const astring = stringOr(ASTRING, 'an atom or a string')
/** list-mailbox: `*` and `%` may stand in it without quotes. */
export const listMailbox = stringOr(LIST, 'a mailbox pattern')

/** nstring: NIL gives null. */
export const nstring: Parser<string | null> = (c) => {
  if (c.ahead === 0x22 || c.ahead === 0x7b) return string(c)
  const stop = run(c.text, c.at, ATOM)
  if (c.text.slice(c.at, stop).toUpperCase() !== 'NIL') return c.fail('a string or NIL')
  c.at = stop
  return null
}

/** A number between the bounds, in decimal digits. */
const numberIn =
  (min: number, max: number, expected: string): Parser<number> =>
  (c) => {
    let value = 0
    let at = c.at
    for (let code = c.text.charCodeAt(at); code >= 0x30 && code <= 0x39; code = c.text.charCodeAt(++at)) {
      value = value * 10 + (code - 0x30)
      if (value > max) return c.fail(expected)
    }
    if (at === c.at || value < min) return c.fail(expected)
    c.at = at
    return value
  }

export const MAX_U32 = 4_294_967_295
export const number = numberIn(0, MAX_U32, 'a number')
export const nzNumber = numberIn(1, MAX_U32, 'a number from 1 to 4294967295')
const DIGITS = /0*(\d*)/y
const MAX_NUMBER64 = '9223372036854775807'
/**
 * number64 and mod-sequences, to 2^63-1 (RFC 9051 §9, RFC 7162 §7). What is above 2^53-1 is given as that: no size and
 * no mod-sequence here ever comes so far, so comparisons come out the same.
 */
const number64From =
  (min: number, expected: string): Parser<number> =>
  (c) => {
    DIGITS.lastIndex = c.at
    const [all = '', digits = ''] = DIGITS.exec(c.text) ?? []
    const tooLarge = digits.length > 19 || (digits.length === 19 && digits > MAX_NUMBER64)
    if (all === '' || tooLarge || Number(digits) < min) return c.fail(expected)
    c.at += all.length
    return Math.min(Number(digits), Number.MAX_SAFE_INTEGER)
  }
export const number64 = number64From(0, 'a number of at most 2^63-1')
export const nzNumber64 = number64From(1, 'a number from 1 to 2^63-1')

const SEVEN_BIT = /^[\0-\x7f]*$/
/** Text in UTF-8 out of bytes as code units; undefined where they are not. */
export const decodeUtf8 = (wire: string): string | undefined =>
  SEVEN_BIT.test(wire) ? wire : toUtf8Strict(fromLatin1(wire))
