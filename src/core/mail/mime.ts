// The structure scanner: reads a message in chunks and tells its MIME tree as byte offsets, touching nothing.
import { toLatin1 } from '../lib/bytes.ts'
import type { HeaderLimits } from './header.ts'
import { firstValue, HEADER_LIMITS, MAX_PROBLEMS, parseFields, searchable } from './header.ts'
import { isMediaType, parseParameterised } from './parameters.ts'
import type { HeaderField, MimePart } from './structure.ts'
import { trimBlank } from './words.ts'

export type MimeLimits = HeaderLimits & {
  /** Levels of nesting below the root. */
  readonly depth: number
  /** Entities of a message, the root included. */
  readonly parts: number
  /** Fields of all header sections together; a long one counts as several. */
  readonly totalFields: number
}

export const MIME_LIMITS: MimeLimits = { ...HEADER_LIMITS, depth: 64, parts: 5_000, totalFields: 20_000 }

export type MimeScan = {
  readonly root: MimePart
  /** The root header section, blank line included: a copy. */
  readonly head: Uint8Array
  readonly sizeBytes: number
  readonly problems: readonly string[]
}

type Writable<T> = { -readonly [K in keyof T]: T[K] }
type Node = Writable<Omit<MimePart, 'children'>> & { children: Node[] }

type Frame = {
  readonly node: Node
  /** Boundary of a multipart that may still have parts. */
  boundary: string | undefined
  /** Frame whose equal boundary this one hides. */
  hidden: Frame | undefined
  /** LFs of the message before the body. */
  lfBeforeBody: number
  /** Type of a part that does not say its own (RFC 2046 §5.1.5). */
  readonly defaultType: string
}

/** What ends a header section: its blank line, a delimiter or the end of the message, or the limit. */
type HeaderEnd = 'blankLine' | 'cut' | 'tooLong'

const LF = 0x0a
const CR = 0x0d
const DASH = 0x2d
/** Longest line that can be a delimiter: 2 + 70 + 2 and padding, with room for boundaries beyond the rules. */
const KEPT = 1_000
const MAX_BOUNDARY = 256
/** What fields cost is in their bytes: with 20,000 fields, a megabyte of header sections is looked at. */
const FIELD_BYTES = 52
const NONE = new Uint8Array(0)

const newNode = (headerStart: number): Node => ({
  headerStart,
  bodyStart: headerStart,
  bodyEnd: headerStart,
  fields: [],
  type: 'text/plain',
  parameters: {},
  disposition: undefined,
  filename: undefined,
  encoding: '7bit',
  lines: 0,
  children: [],
  closed: true,
})

/** Writes into the node what its fields say of it. */
const describe = (node: Node, fields: readonly HeaderField[], defaultType: string): void => {
  node.fields = fields
  node.type = defaultType
  let typed = false
  for (const field of fields) {
    if (field.lowerName === 'content-type' && !typed) {
      typed = true
      const { value, parameters } = parseParameterised(field.rawValue)
      node.type = isMediaType(value) ? value : 'text/plain'
      node.parameters = parameters
    } else if (field.lowerName === 'content-disposition' && node.disposition === undefined) {
      const { value, parameters } = parseParameterised(field.rawValue)
      node.disposition = value
      node.filename = parameters.filename
    }
  }
  const encoding = firstValue(fields, 'content-transfer-encoding')
  if (encoding !== undefined) node.encoding = parseParameterised(encoding).value || '7bit'
}

const isIdentity = (encoding: string): boolean => encoding === '7bit' || encoding === '8bit' || encoding === 'binary'

/**
 * Scans one message (RFC 2045, 2046, 2183, 2231). Any split into chunks gives the same result; chunks are not kept.
 * Lines may end in CRLF or LF. It never throws on content: what breaks a rule or exceeds a limit becomes a problem, and
 * what lies beyond a limit is a leaf that is not looked into. Linear in the bytes.
 */
export class MimeScanner {
  readonly #limits: MimeLimits
  readonly #problems: string[] = []
  readonly #root: Frame
  readonly #frames: Frame[]
  readonly #boundaries = new Map<string, Frame>()
  #head: Uint8Array = NONE
  #parts = 1
  #fieldsLeft: number
  #inHeader = true
  /** Bytes of the chunks before the current one, and LFs of all lines so far. */
  #base = 0
  #lfs = 0
  /** Header section so far, of earlier chunks; and where it goes on in the current one. */
  #section: Uint8Array = NONE
  #sectionLength = 0
  #sectionFrom = 0
  /** First bytes of a line that began in an earlier chunk, and its length so far. */
  #kept: Uint8Array = NONE
  #keptLength = 0
  /** Length of the line end before the current line; last byte of the chunk before. */
  #eol = 0
  #lastByte = 0

  constructor(limits: Partial<MimeLimits> = {}) {
    this.#limits = { ...MIME_LIMITS, ...limits }
    this.#fieldsLeft = this.#limits.totalFields
    this.#root = this.#newFrame(0, 'text/plain')
    this.#frames = [this.#root]
  }

  /** The next bytes of the message. */
  push(chunk: Uint8Array): void {
    const search = searchable(chunk)
    this.#sectionFrom = 0
    for (let at = 0; at < chunk.length; ) {
      if (!this.#inHeader && this.#keptLength === 0) at = this.#skip(chunk, search, at)
      const lf = search.indexOf(LF, at)
      if (lf < 0) {
        this.#keep(chunk, at)
        break
      }
      this.#line(chunk, at, lf + 1, true)
      at = lf + 1
    }
    if (this.#inHeader) this.#keepSection(chunk)
    if (chunk.length > 0) this.#lastByte = chunk[chunk.length - 1]!
    this.#base += chunk.length
  }

  /** The tree, when all bytes have been pushed. To be called once. */
  finish(): MimeScan {
    this.#sectionFrom = 0
    if (this.#keptLength > 0) this.#line(NONE, 0, 0, false)
    if (this.#inHeader) this.#endHeader(NONE, this.#base, this.#base, 'cut')
    for (const frame of this.#frames) if (frame.boundary !== undefined) this.#unclosed(frame)
    this.#endFrames(0, this.#base, this.#lfs)
    return { root: this.#root.node, head: this.#head, sizeBytes: this.#base, problems: this.#problems }
  }

  #problem(text: string): void {
    if (this.#problems.length < MAX_PROBLEMS) this.#problems.push(text)
  }

  #unclosed(frame: Frame): void {
    this.#problem(`multipart at byte ${frame.node.headerStart} is not closed`)
  }

  #newFrame(headerStart: number, defaultType: string): Frame {
    return { node: newNode(headerStart), boundary: undefined, hidden: undefined, lfBeforeBody: 0, defaultType }
  }

  /** Passes over lines of a body; gives the start of one that may be a delimiter, or of the chunk's incomplete last. */
  #skip(chunk: Uint8Array, search: ReturnType<typeof searchable>, from: number): number {
    const delimited = this.#boundaries.size > 0
    let at = from
    let lfs = 0
    for (;;) {
      if (delimited && chunk[at] === DASH && (at + 1 === chunk.length || chunk[at + 1] === DASH)) break
      const lf = search.indexOf(LF, at)
      if (lf < 0) break
      lfs++
      at = lf + 1
    }
    if (at > from) this.#eol = chunk[at - 2] === CR ? 2 : 1
    this.#lfs += lfs
    return at
  }

  /** Notes a line that goes on in the next chunk. */
  #keep(chunk: Uint8Array, at: number): void {
    if (this.#kept === NONE) this.#kept = new Uint8Array(KEPT)
    if (this.#keptLength < KEPT) {
      this.#kept.set(chunk.subarray(at, Math.min(chunk.length, at + KEPT - this.#keptLength)), this.#keptLength)
    }
    this.#keptLength += chunk.length - at
  }

  /** Notes the header section that goes on in the next chunk, or ends it where its last line is too long already. */
  #keepSection(chunk: Uint8Array): void {
    const end = this.#base + chunk.length
    const start = this.#frames.at(-1)!.node.headerStart
    if (this.#keptLength >= 2 && end - start > this.#limits.headerBytes) {
      this.#endHeader(chunk, end - this.#keptLength, end - this.#keptLength, 'tooLong')
      return
    }
    const more = chunk.subarray(this.#sectionFrom)
    const length = this.#sectionLength + more.length
    if (length > this.#section.length) {
      const larger = new Uint8Array(length * 2)
      larger.set(this.#section.subarray(0, this.#sectionLength))
      this.#section = larger
    }
    this.#section.set(more, this.#sectionLength)
    this.#sectionLength = length
  }

  /** The first `length` bytes of the current header section; a view. */
  #sectionBytes(chunk: Uint8Array, length: number): Uint8Array {
    if (this.#sectionLength === 0) return chunk.subarray(this.#sectionFrom, this.#sectionFrom + length)
    if (length <= this.#sectionLength) return this.#section.subarray(0, length)
    const whole = new Uint8Array(length)
    whole.set(this.#section.subarray(0, this.#sectionLength))
    whole.set(chunk.subarray(this.#sectionFrom, this.#sectionFrom + length - this.#sectionLength), this.#sectionLength)
    return whole
  }

  /** A whole line: what is kept of it and the chunk from `at` to `end`. */
  #line(chunk: Uint8Array, at: number, end: number, hasLf: boolean): void {
    const start = this.#base + at - this.#keptLength
    const stop = this.#base + end
    const crBefore = end - at >= 2 ? chunk[end - 2] === CR : this.#keptLength > 0 && this.#lastByte === CR
    const eol = hasLf ? (crBefore ? 2 : 1) : 0
    if (hasLf) this.#lfs++
    if (this.#inHeader && hasLf && stop - start === eol) {
      this.#keptLength = 0
      this.#eol = eol
      this.#endHeader(chunk, start, stop, 'blankLine')
      return
    }
    if (this.#inHeader && stop - this.#frames.at(-1)!.node.headerStart > this.#limits.headerBytes) {
      this.#lfs -= hasLf ? 1 : 0
      this.#endHeader(chunk, start, start, 'tooLong')
      this.#lfs += hasLf ? 1 : 0
    }
    if (this.#boundaries.size > 0 && stop - start <= KEPT) this.#delimiter(chunk, at, end, start, hasLf)
    this.#keptLength = 0
    this.#eol = eol
  }

  /** Acts on the line if it is a delimiter (RFC 2046 §5.1.1): the boundary in full, then only blanks. */
  #delimiter(chunk: Uint8Array, at: number, end: number, start: number, hasLf: boolean): void {
    let bytes = chunk
    let from = at
    let to = end
    if (this.#keptLength > 0) {
      this.#kept.set(chunk.subarray(at, end), this.#keptLength)
      bytes = this.#kept
      from = 0
      to = this.#keptLength + end - at
    }
    if (bytes[from] !== DASH || bytes[from + 1] !== DASH) return
    if (hasLf) to--
    if (hasLf && bytes[to - 1] === CR) to--
    while (bytes[to - 1] === 0x20 || bytes[to - 1] === 0x09) to--
    const text = toLatin1(bytes, from + 2, to)
    const opens = this.#boundaries.get(text)
    const frame = opens ?? (text.endsWith('--') ? this.#boundaries.get(text.slice(0, -2)) : undefined)
    if (!frame) return
    const lfsBefore = this.#lfs - (hasLf ? 1 : 0)
    // The line end before a delimiter belongs to it: RFC 2046 §5.1.1.
    const contentEnd = start - this.#eol
    if (this.#inHeader)
      this.#endHeader(chunk, Math.max(contentEnd, this.#frames.at(-1)!.node.headerStart), start, 'cut')
    const index = this.#frames.indexOf(frame)
    for (const inner of this.#frames.slice(index + 1)) if (inner.boundary !== undefined) this.#unclosed(inner)
    this.#endFrames(index + 1, contentEnd, lfsBefore - (this.#eol > 0 ? 1 : 0))
    if (opens) this.#startPart(frame, start, this.#base + end)
    else {
      this.#deactivate(frame)
      frame.node.closed = true
    }
  }

  #startPart(parent: Frame, at: number, headerStart: number): void {
    if (++this.#parts > this.#limits.parts) {
      this.#problem(`more than ${this.#limits.parts} parts at byte ${at}`)
      for (const frame of this.#frames) if (frame.boundary !== undefined) this.#unclosed(frame)
      for (const frame of this.#frames) frame.boundary = undefined
      this.#boundaries.clear()
    }
    this.#startEntity(parent, headerStart, parent.node.type === 'multipart/digest' ? 'message/rfc822' : 'text/plain')
  }

  #startEntity(parent: Frame, headerStart: number, defaultType: string): void {
    const frame = this.#newFrame(headerStart, defaultType)
    parent.node.children.push(frame.node)
    this.#frames.push(frame)
    this.#inHeader = true
    this.#sectionLength = 0
    this.#sectionFrom = headerStart - this.#base
  }

  #deactivate(frame: Frame): void {
    if (frame.boundary === undefined) return
    if (frame.hidden) this.#boundaries.set(frame.boundary, frame.hidden)
    else this.#boundaries.delete(frame.boundary)
    frame.boundary = undefined
  }

  /** Ends the frames from the innermost to that of `index`, their content ending at `end`. */
  #endFrames(index: number, end: number, lfs: number): void {
    while (this.#frames.length > index) {
      const frame = this.#frames.pop()!
      const { node } = frame
      this.#deactivate(frame)
      // A blank line or a delimiter whose line end belongs to the next delimiter leaves an entity without a byte.
      node.lines = node.bodyStart > end ? 0 : lfs - frame.lfBeforeBody
      node.headerStart = Math.min(node.headerStart, end)
      node.bodyStart = Math.min(node.bodyStart, end)
      node.bodyEnd = end
    }
  }

  /** The header section of the innermost entity ends at `end`, its body begins at `bodyStart`. */
  #endHeader(chunk: Uint8Array, end: number, bodyStart: number, by: HeaderEnd): void {
    const frame = this.#frames.at(-1)!
    const { node } = frame
    const bytes = this.#sectionBytes(chunk, bodyStart - node.headerStart)
    // Not slice(): of a Buffer it would be a view.
    if (frame === this.#root) this.#head = new Uint8Array(bytes)
    const text = toLatin1(bytes, 0, end - node.headerStart)
    const maxFields = Math.min(this.#limits.fields, this.#fieldsLeft)
    const fields = parseFields(text, node.headerStart, maxFields, (problem) => this.#problem(problem))
    this.#fieldsLeft -= Math.max(fields.length, Math.floor(text.length / FIELD_BYTES))
    this.#inHeader = false
    this.#sectionLength = 0
    node.bodyStart = bodyStart
    frame.lfBeforeBody = this.#lfs
    describe(node, fields, frame.defaultType)
    if (fields.filter((field) => field.lowerName === 'content-type').length > 1) {
      this.#problem(`more than one Content-Type at byte ${node.headerStart}`)
    }
    if (by === 'tooLong')
      this.#problem(`header longer than ${this.#limits.headerBytes} bytes at byte ${node.headerStart}`)
    if (node.type.startsWith('multipart/')) this.#enterMultipart(frame, by)
    // RFC 6532 §3.7: message/global is message/rfc822 with UTF-8.
    else if (/^message\/(?:rfc822|global)$/.test(node.type) && by === 'blankLine') this.#enterMessage(frame)
  }

  #mayNest(node: Node): boolean {
    if (this.#parts > this.#limits.parts) return false
    if (this.#frames.length <= this.#limits.depth) return true
    this.#problem(`more than ${this.#limits.depth} levels at byte ${node.headerStart}`)
    return false
  }

  #enterMultipart(frame: Frame, by: HeaderEnd): void {
    const { node } = frame
    node.closed = false
    const boundary = trimBlank(node.parameters.boundary ?? '')
    if (boundary === '' || boundary.length > MAX_BOUNDARY) this.#problem(`no boundary at byte ${node.headerStart}`)
    else if (by === 'blankLine' && this.#mayNest(node)) {
      if (!isIdentity(node.encoding))
        this.#problem(`multipart in ${node.encoding.slice(0, 40)} at byte ${node.headerStart}`)
      frame.boundary = boundary
      frame.hidden = this.#boundaries.get(boundary)
      this.#boundaries.set(boundary, frame)
    }
  }

  #enterMessage(frame: Frame): void {
    if (!isIdentity(frame.node.encoding) || !this.#mayNest(frame.node)) return
    if (++this.#parts > this.#limits.parts) {
      this.#problem(`more than ${this.#limits.parts} parts at byte ${frame.node.headerStart}`)
      return
    }
    this.#startEntity(frame, frame.node.bodyStart, 'text/plain')
  }
}

/** Scans a message that is all in memory. */
export const parseMime = (bytes: Uint8Array, limits: Partial<MimeLimits> = {}): MimeScan => {
  const scanner = new MimeScanner(limits)
  scanner.push(bytes)
  return scanner.finish()
}

/** The entities of a tree in the order of the message, the root first. */
export const allParts = (root: MimePart): MimePart[] => {
  const parts: MimePart[] = []
  const visit = (part: MimePart): void => {
    parts.push(part)
    for (const child of part.children) visit(child)
  }
  visit(root)
  return parts
}

/** File name of a part: of its disposition, else `name` of its type. */
export const partName = (part: MimePart): string | undefined => part.filename ?? part.parameters.name
