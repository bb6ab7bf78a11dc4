// The sandbox's scanner: it knows one thing, the test file that every antivirus agrees to find. No protection at all.
import type { Scanner, ScanVerdict } from '../../core/ports.ts'

/** The EICAR test string, in halves so that no antivirus takes this file for it. */
export const EICAR = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR', '-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join('')
const NEEDLE = Buffer.from(EICAR, 'latin1')

const FOUND: ScanVerdict = { kind: 'infected', signature: 'Eicar-Test-File' }
/** A line longer than this is worked on in pieces: nothing grows with the message. */
const LINE_LIMIT = 64 * 1024
/** Of a header, only so much before its blank line is looked at. */
const HEADER_LIMIT = 16 * 1024

const LF = 10
const CR = 13
const EQUALS = 61
const BLANK_LINE = Buffer.from('\n\r\n')
const BLANK_LINE_LF = Buffer.from('\n\n')
const DASHES = Buffer.from('\n--')
/** No text without one of these announces base64. */
const HINTS = [Buffer.from('ase64'), Buffer.from('ASE64')]
const HINTED = /ase64|ASE64/

/** A search over a stream: finds the needle across the borders of chunks too. */
const needleFinder = (): ((chunk: Buffer) => boolean) => {
  let tail: Buffer = Buffer.alloc(0)
  const keep = NEEDLE.length - 1
  return (chunk) => {
    const border = Buffer.concat([tail, chunk.subarray(0, keep)])
    if (border.includes(NEEDLE) || chunk.includes(NEEDLE)) return true
    tail = chunk.length >= keep ? Buffer.from(chunk.subarray(-keep)) : border.subarray(-keep)
    return false
  }
}

const isBase64 = (byte: number): boolean =>
  (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122) || (byte >= 48 && byte <= 57) || byte === 43 || byte === 47

const countBase64 = (lines: Buffer): number => {
  let count = 0
  for (let i = 0; i < lines.length; i++) if (isBase64(lines[i]!)) count += 1
  return count
}

/** Base64 characters in whole lines, computed from their number where all are equally long, which is nearly always. */
const countByLines = (lines: Buffer): number | undefined => {
  const step = lines.indexOf(LF) + 1
  if (step === 0) return undefined
  const whole = Math.floor(lines.length / step)
  for (let i = 1; i <= whole; i++) if (lines[i * step - 1] !== LF) return undefined
  const width = step - (lines[step - 2] === CR ? 2 : 1)
  return whole * width + countBase64(lines.subarray(whole * step))
}

const decodedLength = (characters: number): number => Math.floor((characters * 3) / 4)

type Base64Decoder = {
  readonly decode: (lines: Buffer) => Buffer
  /** The bytes of the characters that still wait: a last group of two or three. */
  readonly flush: () => Buffer
}

/** Decodes base64 that comes in pieces; up to three characters wait for the next piece. */
const base64Decoder = (): Base64Decoder => {
  let waiting = ''
  const decode = (lines: Buffer): Buffer => {
    const text = waiting + lines.toString('latin1')
    const decoded = Buffer.from(text, 'base64')
    let count = waiting.length + (countByLines(lines) ?? countBase64(lines))
    if (decodedLength(count) !== decoded.length) count = waiting.length + countBase64(lines)
    waiting = ''
    for (let i = text.length - 1; i >= 0 && waiting.length < count % 4; i--) {
      if (isBase64(text.charCodeAt(i))) waiting = text[i] + waiting
    }
    return decoded.subarray(0, Math.floor(count / 4) * 3)
  }
  return { decode, flush: () => Buffer.from(waiting, 'base64') }
}

const hexDigit = (byte: number | undefined): number => {
  if (byte === undefined) return -1
  if (byte >= 48 && byte <= 57) return byte - 48
  const letter = byte | 32
  return letter >= 97 && letter <= 102 ? letter - 87 : -1
}

/** Copies a run of bytes; gives where it ends in `out`. The runs between marks are mostly a few bytes. */
const copyRun = (lines: Buffer, from: number, end: number, out: Buffer, to: number): number => {
  if (end - from > 64) return to + lines.copy(out, to, from, end)
  let at = to
  for (let i = from; i < end; i++) out[at++] = lines[i]!
  return at
}

/** Whole lines with the marks of quoted-printable undone (RFC 2045 §6.7); text without any comes back as it is. */
const unquote = (lines: Buffer): Buffer => {
  let mark = lines.indexOf(EQUALS)
  if (mark < 0) return lines
  const out = Buffer.allocUnsafe(lines.length)
  let length = 0
  let from = 0
  while (mark >= 0) {
    length = copyRun(lines, from, mark, out, length)
    const high = hexDigit(lines[mark + 1])
    const low = hexDigit(lines[mark + 2])
    if (high >= 0 && low >= 0) {
      out[length++] = high * 16 + low
      from = mark + 3
    } else if (lines[mark + 1] === LF) from = mark + 2
    else if (lines[mark + 1] === CR && lines[mark + 2] === LF) from = mark + 3
    else {
      out[length++] = EQUALS
      from = mark + 1
    }
    mark = lines.indexOf(EQUALS, from)
  }
  length = copyRun(lines, from, lines.length, out, length)
  return out.subarray(0, length)
}

/** First place at or after `from` that a search gives; the end where it gives none. */
const orEnd = (at: number, end: number): number => (at < 0 ? end : at)

/** Start of the line with the first hint from `from`, or -1. */
const firstHint = (lines: Buffer, from: number): number => {
  const places = HINTS.map((hint) => lines.indexOf(hint, from)).filter((at) => at >= 0)
  return places.length === 0 ? -1 : Math.max(lines.lastIndexOf(LF, Math.min(...places)) + 1, from)
}

/** End of the first blank line from `from`, or -1. `from` is the start of a line. */
const afterBlankLine = (lines: Buffer, from: number): number => {
  if (lines[from] === LF) return from + 1
  if (lines[from] === CR && lines[from + 1] === LF) return from + 2
  const crlf = lines.indexOf(BLANK_LINE, from)
  const lf = lines.subarray(0, orEnd(crlf, lines.length)).indexOf(BLANK_LINE_LF, from)
  if (lf >= 0) return lf + BLANK_LINE_LF.length
  return crlf < 0 ? -1 : crlf + BLANK_LINE.length
}

/** Start of the first line from `from` that may be a boundary, or the end. */
const beforeBoundary = (lines: Buffer, from: number): number => {
  if (lines[from] === 45 && lines[from + 1] === 45) return from
  const at = lines.indexOf(DASHES, from)
  return at < 0 ? lines.length : at + 1
}

/**
 * Follows a message line by line through two states: text, where each blank line may end a header that announces
 * base64; and base64, until a line that may be a boundary. It takes whole lines, and tells whether it has found.
 */
const messageSearch = (): { readonly take: (lines: Buffer) => boolean; readonly end: () => boolean } => {
  const inRaw = needleFinder()
  let inUnquoted = needleFinder()
  let inDecoded = needleFinder()
  let decoder: Base64Decoder | undefined
  let header = ''

  const text = (lines: Buffer, from: number): number | undefined => {
    const hint = HINTED.test(header) ? from : firstHint(lines, from)
    const end = hint < 0 ? -1 : afterBlankLine(lines, hint)
    const piece = lines.subarray(from, orEnd(end, lines.length))
    if (inUnquoted(unquote(piece))) return undefined
    header = (header + piece.toString('latin1', Math.max(piece.length - HEADER_LIMIT, 0))).slice(-HEADER_LIMIT)
    if (end < 0) return lines.length
    if (/^content-transfer-encoding:\s*base64/im.test(header)) {
      decoder = base64Decoder()
      inDecoded = needleFinder()
    }
    header = ''
    return end
  }
  const base64 = (lines: Buffer, from: number, { decode, flush }: Base64Decoder): number | undefined => {
    const end = beforeBoundary(lines, from)
    if (inDecoded(decode(lines.subarray(from, end)))) return undefined
    if (end === lines.length) return end
    decoder = undefined
    inUnquoted = needleFinder()
    return inDecoded(flush()) ? undefined : end
  }

  return {
    take: (lines) => {
      if (inRaw(lines)) return true
      let at: number | undefined = 0
      while (at !== undefined && at < lines.length) at = decoder ? base64(lines, at, decoder) : text(lines, at)
      return at === undefined
    },
    end: () => decoder !== undefined && inDecoded(decoder.flush()),
  }
}

const scan = async (content: AsyncIterable<Uint8Array>): Promise<ScanVerdict> => {
  const search = messageSearch()
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of content) {
    const view = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    const bytes: Buffer = rest.length > 0 ? Buffer.concat([rest, view]) : view
    const lastLine = bytes.lastIndexOf(LF) + 1
    const end = bytes.length - lastLine > LINE_LIMIT ? bytes.length : lastLine
    if (search.take(bytes.subarray(0, end))) return FOUND
    rest = Buffer.from(bytes.subarray(end))
  }
  return search.take(rest) || search.end() ? FOUND : { kind: 'clean' }
}

/** A scanner for the sandbox only: raw, base64 and quoted-printable EICAR, nothing else. */
export const eicarScanner = (): Scanner => ({ name: 'EICAR only: no protection, sandbox', scan })
