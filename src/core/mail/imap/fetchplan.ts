// What one message answers to the items of a FETCH: values at hand, and ranges of its bytes that must be read first.
import type { ContentFacts, PartFacts } from '../facts.ts'
import type { FetchItem, Partial } from './command.ts'
import { binaryName, type FetchValue, sectionName } from './fetchresponse.ts'
import { applyPartial, binarySource, filterHeader, sectionSource } from './section.ts'

/** A message as FETCH sees it: the row of a folder. */
export type FetchedMessage = {
  readonly uid: number
  readonly system: number
  readonly keywords: readonly string[]
  readonly modseq: number
  readonly sizeBytes: number
  readonly receivedAt: number
  readonly savedAt: number
  readonly content: string
  readonly thread: string | undefined
}

/** What FETCH needs of the facts of a content. */
export type FetchFacts = Pick<ContentFacts, 'header' | 'envelope' | 'bodyStructure' | 'body' | 'parts' | 'preview'>

/** Bytes of the message to be read; what is made of them becomes the value. */
export type ReadItem = {
  readonly kind: 'read'
  readonly name: string
  readonly start: number
  readonly end: number
  readonly work:
    | { readonly kind: 'send' }
    | {
        readonly kind: 'filter'
        readonly names: readonly string[]
        readonly except: boolean
        readonly partial?: Partial | undefined
      }
    | { readonly kind: 'decode'; readonly encoding: string; readonly partial?: Partial | undefined }
    /** The size of what is decoded is the value (BINARY.SIZE). */
    | { readonly kind: 'measure'; readonly encoding: string; readonly part: readonly number[] }
}

/** `unknownEncoding`: the item is left out and the command answered NO [UNKNOWN-CTE] (RFC 3516 §4.3). */
export type PlannedItem = FetchValue | ReadItem | { readonly kind: 'unknownEncoding' }

/** Whether an item can be answered without the facts of the content. */
const needsFacts = (item: FetchItem): boolean => {
  switch (item.kind) {
    case 'envelope':
    case 'bodyStructure':
    case 'body':
    case 'preview':
    case 'binary':
    case 'binarySize':
      return true
    case 'section':
      return item.section.part.length > 0 || item.section.text !== 'all'
    default:
      return false
  }
}

/** Whether some of the items need the facts of contents. */
export const fetchNeedsFacts = (items: readonly FetchItem[]): boolean => items.some(needsFacts)

/** Whether some of the items may need bytes of contents. */
export const fetchReads = (items: readonly FetchItem[]): boolean =>
  items.some(({ kind }) => kind === 'section' || kind === 'binary' || kind === 'binarySize')

/** The facts of a message whose structure is not asked for. */
const whole = (sizeBytes: number): PartFacts => ({
  headerStart: 0,
  bodyStart: sizeBytes,
  bodyEnd: sizeBytes,
  type: 'text/plain',
  encoding: '7bit',
  lines: 0,
  children: [],
})

const section = (
  item: Extract<FetchItem, { kind: 'section' }>,
  message: FetchedMessage,
  facts: FetchFacts | undefined,
): PlannedItem => {
  const name = sectionName(item)
  const source = sectionSource(facts?.parts ?? whole(message.sizeBytes), item.section)
  if (source.kind === 'nil') return { kind: 'section', name, wire: undefined }
  const kept = facts?.header
  // The root's header is at hand, as long as it is not absurd.
  const header = kept !== undefined && source.start === 0 && source.end === kept.length ? kept : undefined
  if (source.kind === 'fields') {
    const { names, except, start, end } = source
    if (header === undefined)
      return { kind: 'read', name, start, end, work: { kind: 'filter', names, except, partial: item.partial } }
    return { kind: 'section', name, wire: cut(filterHeader(header, names, except), item.partial) }
  }
  if (header !== undefined) return { kind: 'section', name, wire: cut(header, item.partial) }
  return { kind: 'read', name, ...applyPartial(source, item.partial), work: { kind: 'send' } }
}

/** What a partial leaves of a text of one code unit a byte. */
export const cut = (wire: string, partial: Partial | undefined): string =>
  partial === undefined ? wire : wire.slice(partial.offset, partial.offset + partial.length)

const binary = (item: Extract<FetchItem, { kind: 'binary' }>, facts: FetchFacts): PlannedItem => {
  const name = binaryName(item)
  const source = binarySource(facts.parts, item.part)
  if (source.kind === 'nil') return { kind: 'section', name, wire: undefined }
  if (source.kind === 'unknownEncoding') return source
  if (source.kind === 'range')
    return { kind: 'read', name, ...applyPartial(source, item.partial), work: { kind: 'send' } }
  const { start, end, encoding } = source
  return { kind: 'read', name, start, end, work: { kind: 'decode', encoding, partial: item.partial } }
}

const binarySize = ({ part }: Extract<FetchItem, { kind: 'binarySize' }>, facts: FetchFacts): PlannedItem => {
  const source = binarySource(facts.parts, part)
  if (source.kind === 'unknownEncoding') return source
  if (source.kind === 'nil') return { kind: 'binarySize', part, value: 0 }
  const { start, end } = source
  if (source.kind === 'range') return { kind: 'binarySize', part, value: end - start }
  return { kind: 'read', name: '', start, end, work: { kind: 'measure', encoding: source.encoding, part } }
}

/** What a message answers to an item; `facts` are needed where fetchNeedsFacts says so. */
export const planItem = (item: FetchItem, message: FetchedMessage, facts: FetchFacts | undefined): PlannedItem => {
  switch (item.kind) {
    case 'uid':
      return { kind: 'uid', value: message.uid }
    case 'flags':
      return { kind: 'flags', system: message.system, keywords: message.keywords }
    case 'internalDate':
      return { kind: 'internalDate', at: message.receivedAt }
    case 'size':
      return { kind: 'size', value: message.sizeBytes }
    case 'modseq':
      return { kind: 'modseq', value: message.modseq }
    case 'saveDate':
      return { kind: 'saveDate', at: message.savedAt }
    case 'emailId':
      return { kind: 'emailId', id: message.content }
    case 'threadId':
      return { kind: 'threadId', id: message.thread }
    case 'envelope':
      return { kind: 'envelope', wire: facts!.envelope }
    case 'bodyStructure':
      return { kind: 'bodyStructure', wire: facts!.bodyStructure }
    case 'body':
      return { kind: 'body', wire: facts!.body }
    case 'preview':
      return { kind: 'preview', text: facts!.preview }
    case 'section':
      return section(item, message, facts)
    case 'binary':
      return binary(item, facts!)
    case 'binarySize':
      return binarySize(item, facts!)
  }
}
