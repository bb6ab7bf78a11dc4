// Reads the bytes that a FETCH asks for: small ones of many messages at once, large ones as they are sent.
import { toLatin1 } from '../../../core/lib/bytes.ts'
import { type ContentId, type Rope, rangePiece } from '../../../core/lib/rope.ts'
import { cut, type PlannedItem, type ReadItem } from '../../../core/mail/imap/fetchplan.ts'
import { type FetchValue, printFetchParts } from '../../../core/mail/imap/fetchresponse.ts'
import { filterHeader, partialDecoder } from '../../../core/mail/imap/section.ts'
import { Turns } from '../wire/turns.ts'
import type { Session } from './session.ts'

/** Up to this size bytes go out with the text around them; above it they are streamed. */
const INLINE_BYTES = 65_536
/** Bytes that are read at once for several messages. */
const AT_ONCE_BYTES = 1_048_576
/** Longest header section out of which fields are looked for. */
const HEADER_BYTES = 1_048_576

/** A message whose answer is ready but for the bytes. */
export type Answer = { readonly sequence: number; readonly content: ContentId; readonly items: readonly PlannedItem[] }

type Inline = { readonly content: ContentId; readonly read: ReadItem; readonly start: number; readonly end: number }

const sizeOf = ({ start, end }: ReadItem): number => end - start

/** What is read whole: small bodies, and headers to be filtered, of which only so much is looked at. */
const inlineOf = (content: ContentId, read: ReadItem): Inline | undefined => {
  const { start, end, work } = read
  if (work.kind === 'filter') return { content, read, start, end: Math.min(end, start + HEADER_BYTES) }
  return sizeOf(read) <= INLINE_BYTES ? { content, read, start, end } : undefined
}

const made = ({ name, work }: ReadItem, bytes: Uint8Array): FetchValue => {
  switch (work.kind) {
    case 'send':
      return { kind: 'section', name, wire: toLatin1(bytes) }
    case 'filter':
      return { kind: 'section', name, wire: cut(filterHeader(toLatin1(bytes), work.names, work.except), work.partial) }
    case 'decode':
    case 'measure': {
      const decoder = partialDecoder(work.encoding, work.kind === 'decode' ? work.partial : undefined)
      const wire = toLatin1(decoder.push(bytes)) + toLatin1(decoder.finish())
      if (work.kind === 'measure') return { kind: 'binarySize', part: work.part, value: wire.length }
      return { kind: 'section', name, wire }
    }
  }
}

/** Reads the small ranges of several messages in one go. */
const readInline = async (session: Session, wanted: readonly Inline[]): Promise<ReadonlyMap<ReadItem, FetchValue>> => {
  const { contents } = session.context.options
  const values = new Map<ReadItem, FetchValue>()
  const turns = new Turns()
  for (let at = 0; at < wanted.length; ) {
    const rope: Rope[number][] = []
    const batch: Inline[] = []
    let bytes = 0
    do {
      const one = wanted[at++]!
      batch.push(one)
      if (one.end > one.start) rope.push(rangePiece(one.content, one.start, one.end - one.start))
      bytes += one.end - one.start
    } while (at < wanted.length && bytes < AT_ONCE_BYTES)
    const read = await contents.bytes(rope, bytes)
    let from = 0
    for (const one of batch) {
      if (turns.over) await turns.pass()
      values.set(one.read, made(one.read, read.subarray(from, from + one.end - one.start)))
      from += one.end - one.start
    }
  }
  return values
}

/** The decoded bytes of a large body. */
async function* decoded(chunks: AsyncIterable<Uint8Array>, { work }: ReadItem): AsyncGenerator<Uint8Array> {
  if (work.kind === 'send' || work.kind === 'filter') {
    yield* chunks
    return
  }
  const decoder = partialDecoder(work.encoding, work.kind === 'decode' ? work.partial : undefined)
  for await (const chunk of chunks) {
    yield decoder.push(chunk)
    if (decoder.isDone()) return
  }
  yield decoder.finish()
}

const openLarge = (session: Session, content: ContentId, read: ReadItem): AsyncIterable<Uint8Array> =>
  decoded(session.context.options.contents.stream([rangePiece(content, read.start, sizeOf(read))]), read)

/** Bytes that a large body comes to: a decoded one must be read for it, for its size is told before it. */
const measure = async (session: Session, content: ContentId, read: ReadItem): Promise<number> => {
  if (read.work.kind === 'send') return sizeOf(read)
  let bytes = 0
  for await (const chunk of openLarge(session, content, read)) bytes += chunk.length
  return bytes
}

/** Sends one answer, its large bodies as they are read. */
const send = async (
  session: Session,
  { sequence, content, items }: Answer,
  inline: ReadonlyMap<ReadItem, FetchValue>,
): Promise<void> => {
  const { wire, mode } = session
  const values: FetchValue[] = []
  const large: ReadItem[] = []
  for (const item of items) {
    if (item.kind === 'unknownEncoding') continue
    const known = item.kind === 'read' ? inline.get(item) : item
    if (known) {
      values.push(known)
      continue
    }
    const read = item as ReadItem
    const sizeBytes = await measure(session, content, read)
    if (read.work.kind === 'measure') values.push({ kind: 'binarySize', part: read.work.part, value: sizeBytes })
    else {
      // Whether there is a NUL in it is not known before its head is out: BINARY may always be a literal8.
      values.push({ kind: 'stream', name: read.name, sizeBytes, literal8: read.name.startsWith('BINARY') })
      large.push(read)
    }
  }
  const pieces = printFetchParts(sequence, values, mode)
  for (const [at, piece] of pieces.entries()) {
    wire.say(piece)
    const read = large[at]
    if (!read) continue
    for await (const chunk of openLarge(session, content, read)) {
      if (chunk.length > 0) wire.send(chunk)
      await session.drain()
    }
  }
}

/** Sends the answers of several messages in their order, no faster than the client reads. */
export const sendAnswers = async (session: Session, answers: readonly Answer[]): Promise<void> => {
  const turns = new Turns()
  for (let at = 0; at < answers.length; ) {
    const batch: Answer[] = []
    const wanted: Inline[] = []
    let bytes = 0
    while (at < answers.length && bytes < AT_ONCE_BYTES) {
      const answer = answers[at++]!
      batch.push(answer)
      for (const item of answer.items) {
        const inline = item.kind === 'read' ? inlineOf(answer.content, item) : undefined
        if (!inline) continue
        wanted.push(inline)
        bytes += inline.end - inline.start
      }
    }
    const values = wanted.length > 0 ? await readInline(session, wanted) : NONE
    for (const answer of batch) {
      await send(session, answer, values)
      if (turns.over) await turns.pass()
    }
    await session.drain()
  }
}

const NONE: ReadonlyMap<ReadItem, FetchValue> = new Map()
