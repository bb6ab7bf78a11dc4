// Content-Transfer-Encodings (RFC 2045 §6): quoted-printable written, all of them read in chunks.
import { fromLatin1, toLatin1 } from '../lib/bytes.ts'

/** Text with `?` for each code point that ISO-8859-1 does not hold. */
export const toLatin1Lossy = (text: string): string => text.replace(/[^\x00-\xff]/gu, '?')

const hexOf = (code: number): string => `=${code < 16 ? '0' : ''}${code.toString(16).toUpperCase()}`

const MAX_LINE = 76

/** One line without its line end, as one or more lines of quoted-printable of at most 76 characters. */
const encodeLine = (line: string): string => {
  // What old mail boxes would alter at the start of a line (`From `, a lone dot) is encoded too (RFC 2049 §3).
  const guarded = line === '.' || line.startsWith('From ')
  if (line.length <= MAX_LINE && !guarded && !/[^\t\x20-\x3c\x3e-\x7e]|[ \t]$/.test(line)) return line
  let out = ''
  let length = 0
  for (let at = 0; at < line.length; at++) {
    const code = line.charCodeAt(at) & 0xff
    const last = at === line.length - 1
    const blank = code === 0x20 || code === 0x09
    const plain = blank ? !last : code > 0x20 && code < 0x7f && code !== 0x3d && !(guarded && at === 0)
    const unit = plain ? line[at]! : hexOf(code)
    if (length + unit.length > (last ? MAX_LINE : MAX_LINE - 1)) {
      out += '=\r\n'
      length = 0
    }
    out += unit
    length += unit.length
  }
  return out
}

/**
 * Quoted-printable (RFC 2045 §6.7) of text in a single-byte charset: code units below 256, one byte each (see
 * toLatin1Lossy). CRLF and LF are line ends and become CRLF; whether the last line has one is kept. ASCII.
 */
export const encodeQuotedPrintable = (text: string): string => text.split(/\r?\n/).map(encodeLine).join('\r\n')

/** Decodes a body in chunks. The arrays that it gives are new or are the chunks themselves. */
export type TransferDecoder = {
  readonly push: (chunk: Uint8Array) => Uint8Array
  /** What was held back; nothing may be pushed after. */
  readonly finish: () => Uint8Array
}

const EMPTY = new Uint8Array(0)

const base64Values = (): Int8Array => {
  const values = new Int8Array(256).fill(-1)
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
  for (let i = 0; i < 64; i++) values[alphabet.charCodeAt(i)] = i
  return values
}
const BASE64 = base64Values()

/** RFC 2045 §6.8: what is not of the alphabet is passed over; `=` ends a run, after which another may begin. */
const base64Decoder = (): TransferDecoder => {
  let bits = 0
  let count = 0
  const push = (chunk: Uint8Array): Uint8Array => {
    const out = new Uint8Array(Math.ceil(chunk.length / 4) * 3 + 3)
    let to = 0
    for (let at = 0; at < chunk.length; ) {
      if (count === 0 && at + 4 <= chunk.length) {
        const quad =
          (BASE64[chunk[at]!]! << 18) |
          (BASE64[chunk[at + 1]!]! << 12) |
          (BASE64[chunk[at + 2]!]! << 6) |
          BASE64[chunk[at + 3]!]!
        if (quad >= 0) {
          out[to++] = quad >> 16
          out[to++] = quad >> 8
          out[to++] = quad
          at += 4
          continue
        }
      }
      const byte = chunk[at++]!
      const value = BASE64[byte]!
      if (value >= 0) {
        bits = (bits << 6) | value
        if (++count < 4) continue
        out[to++] = bits >> 16
        out[to++] = bits >> 8
        out[to++] = bits
      } else if (byte !== 0x3d) continue
      else to = flush(out, to)
      bits = 0
      count = 0
    }
    return out.subarray(0, to)
  }
  /** Whole bytes of an incomplete group of four. */
  const flush = (out: Uint8Array, to: number): number => {
    if (count === 2) out[to++] = bits >> 4
    if (count === 3) {
      out[to++] = bits >> 10
      out[to++] = bits >> 2
    }
    return to
  }
  const finish = (): Uint8Array => {
    const out = new Uint8Array(2)
    return out.subarray(0, flush(out, 0))
  }
  return { push, finish }
}

const hexValue = (byte: number): number => {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const letter = byte | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1
}

// What the reader of quoted-printable may be amid.
const TEXT = 0
const AFTER_CR = 1
const AFTER_EQUALS = 2
const AFTER_DIGIT = 3
/** Blanks after `=`: a soft line break if the line ends here. */
const SOFT_BLANKS = 4
const SOFT_CR = 5

/** RFC 2045 §6.7: blanks at line ends go, soft breaks join, a malformed `=` stays as it is. */
const quotedPrintableDecoder = (): TransferDecoder => {
  let state = TEXT
  let digit = 0
  let blanks = new Uint8Array(64)
  let blankCount = 0
  let out = EMPTY
  let to = 0

  const reserve = (extra: number): void => {
    if (to + extra <= out.length) return
    const larger = new Uint8Array((to + extra) * 2)
    larger.set(out.subarray(0, to))
    out = larger
  }
  const hold = (byte: number): void => {
    if (blankCount === blanks.length) {
      const larger = new Uint8Array(blanks.length * 2)
      larger.set(blanks)
      blanks = larger
    }
    blanks[blankCount++] = byte
  }
  const emitBlanks = (): void => {
    if (blankCount === 0) return
    reserve(blankCount)
    out.set(blanks.subarray(0, blankCount), to)
    to += blankCount
    blankCount = 0
  }
  const emit = (byte: number): void => {
    if (to === out.length) reserve(1)
    out[to++] = byte
  }
  const text = (byte: number): void => {
    if (byte === 0x20 || byte === 0x09) hold(byte)
    else if (byte === 0x0d) state = AFTER_CR
    else if (byte === 0x0a) {
      blankCount = 0
      emit(byte)
    } else {
      emitBlanks()
      if (byte === 0x3d) state = AFTER_EQUALS
      else emit(byte)
    }
  }
  /** What was taken for the beginning of something, and was not, is text; then the byte that showed it. */
  const literally = (bytes: readonly number[], next: number): void => {
    state = TEXT
    if (bytes[0] === 0x0d) emitBlanks()
    for (const byte of bytes) emit(byte)
    emitBlanks()
    text(next)
  }
  const afterCr = (byte: number): void => {
    if (byte === 0x0a) {
      state = TEXT
      blankCount = 0
      emit(0x0d)
      emit(0x0a)
    } else literally([0x0d], byte)
  }
  const afterDigit = (byte: number): void => {
    const low = hexValue(byte)
    if (low >= 0) {
      state = TEXT
      emit((hexValue(digit) << 4) | low)
    } else literally([0x3d, digit], byte)
  }
  const afterSoftCr = (byte: number): void => {
    if (byte === 0x0a) {
      state = TEXT
      blankCount = 0
    } else {
      emit(0x3d)
      emitBlanks()
      literally([0x0d], byte)
    }
  }
  const afterEquals = (byte: number): void => {
    if (byte === 0x0a) {
      state = TEXT
      blankCount = 0
    } else if (byte === 0x0d) state = SOFT_CR
    else if (byte === 0x20 || byte === 0x09) {
      state = SOFT_BLANKS
      hold(byte)
    } else if (state === AFTER_EQUALS && hexValue(byte) >= 0) {
      state = AFTER_DIGIT
      digit = byte
    } else literally([0x3d], byte)
  }
  const special = (byte: number): void => {
    if (state === AFTER_CR) afterCr(byte)
    else if (state === AFTER_DIGIT) afterDigit(byte)
    else if (state === SOFT_CR) afterSoftCr(byte)
    else afterEquals(byte)
  }

  const push = (chunk: Uint8Array): Uint8Array => {
    out = new Uint8Array(chunk.length + blankCount + 8)
    to = 0
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at]!
      if (state !== TEXT) special(byte)
      else if (blankCount === 0 && byte > 0x20 && byte !== 0x3d) out[to++] = byte
      else text(byte)
    }
    return out.subarray(0, to)
  }
  const finish = (): Uint8Array => {
    out = new Uint8Array(4)
    to = 0
    if (state === AFTER_CR) emit(0x0d)
    if (state === AFTER_DIGIT) {
      emit(0x3d)
      emit(digit)
    }
    return out.subarray(0, to)
  }
  return { push, finish }
}

/** A decoder for a Content-Transfer-Encoding (any case); what is not base64 or quoted-printable passes unchanged. */
export const transferDecoder = (encoding: string): TransferDecoder => {
  const name = encoding.trim().toLowerCase()
  if (name === 'base64') return base64Decoder()
  if (name === 'quoted-printable') return quotedPrintableDecoder()
  return { push: (chunk) => chunk, finish: () => EMPTY }
}

/** A whole body decoded at once. */
export const decodeTransfer = (encoding: string, bytes: Uint8Array): Uint8Array => {
  const decoder = transferDecoder(encoding)
  const body = decoder.push(bytes)
  const rest = decoder.finish()
  if (rest.length === 0) return body
  const whole = new Uint8Array(body.length + rest.length)
  whole.set(body)
  whole.set(rest, body.length)
  return whole
}

/** Text of quoted-printable, one code unit a byte. */
export const decodeQuotedPrintable = (text: string): string =>
  toLatin1(decodeTransfer('quoted-printable', fromLatin1(text)))
