// Facts of a content as one record of bytes, read lazily: a folder of 10,000 is listed without looking at most of it.
//
// Format 2: the byte 02, six lengths of four bytes (big-endian), then header (ff ff ff ff: not kept), envelope,
// bodyStructure and body as they go over the wire, preview and header text for search in UTF-8, the rest as JSON.
import { concat, fromLatin1, fromUtf8, toLatin1, toUtf8 } from '../lib/bytes.ts'
import type { ContentFacts, PartFacts, SearchText, SortFacts } from '../mail/facts.ts'

/** Facts as they are kept. The body's text is searched where it is stored. */
export type StoredFacts = Omit<ContentFacts, 'search'> & {
  readonly search: Pick<SearchText, 'header' | 'complete'>
}

/** Facts, and where in the record the header text lies, in UTF-8, so that it can be looked into as bytes. */
export type FactsRecord = StoredFacts & {
  readonly headerText: () => Uint8Array
  readonly recordBytes: number
}

const FORMAT = 2
const FIELDS = 6
const FIXED_BYTES = 1 + FIELDS * 4
const ABSENT = 0xffff_ffff

type Part = readonly [
  headerStart: number,
  bodyStart: number,
  bodyEnd: number,
  type: string,
  encoding: string,
  charset: string | null,
  filename: string | null,
  lines: number,
  disposition: string | null,
  contentId: string | null,
  languages: readonly string[] | null,
  location: string | null,
  children: readonly Part[],
]
type Rest = {
  readonly s: number
  readonly p: Part
  readonly o: readonly [number | null, number | null, string, boolean, string, string, string, string, string]
  readonly m: string | null
  readonly r: readonly string[]
  readonly c: boolean
}

const partOf = (part: PartFacts): Part => [
  part.headerStart,
  part.bodyStart,
  part.bodyEnd,
  part.type,
  part.encoding,
  part.charset ?? null,
  part.filename ?? null,
  part.lines,
  part.disposition ?? null,
  part.contentId ?? null,
  part.languages ?? null,
  part.location ?? null,
  part.children.map(partOf),
]
const readPart = (part: Part): PartFacts => {
  const [headerStart, bodyStart, bodyEnd, type, encoding, charset, filename] = part
  const [lines, disposition, contentId, languages, location, children] = part.slice(7) as SecondHalf
  return {
    headerStart,
    bodyStart,
    bodyEnd,
    type,
    encoding,
    charset: charset ?? undefined,
    filename: filename ?? undefined,
    lines,
    disposition: disposition ?? undefined,
    contentId: contentId ?? undefined,
    languages: languages ?? undefined,
    location: location ?? undefined,
    children: children.map(readPart),
  }
}
type SecondHalf = [number, string | null, string | null, readonly string[] | null, string | null, readonly Part[]]

const restOf = ({ sizeBytes, parts, sort, messageId, references, search }: ContentFacts): Rest => ({
  s: sizeBytes,
  p: partOf(parts),
  o: [
    sort.sentAt ?? null,
    sort.sentDay ?? null,
    sort.baseSubject,
    sort.isReply,
    sort.from,
    sort.to,
    sort.cc,
    sort.displayFrom,
    sort.displayTo,
  ],
  m: messageId ?? null,
  r: references,
  c: search.complete,
})
const readSort = ([
  sentAt,
  sentDay,
  baseSubject,
  isReply,
  from,
  to,
  cc,
  displayFrom,
  displayTo,
]: Rest['o']): SortFacts => ({
  sentAt: sentAt ?? undefined,
  sentDay: sentDay ?? undefined,
  baseSubject,
  isReply,
  from,
  to,
  cc,
  displayFrom,
  displayTo,
})

/** The record of facts. */
export const writeFacts = (facts: ContentFacts): Uint8Array => {
  const fields = [
    fromLatin1(facts.header ?? ''),
    fromLatin1(facts.envelope),
    fromLatin1(facts.bodyStructure),
    fromLatin1(facts.body),
    fromUtf8(facts.preview),
    fromUtf8(facts.search.header),
  ]
  const fixed = new Uint8Array(FIXED_BYTES)
  const view = new DataView(fixed.buffer)
  fixed[0] = FORMAT
  for (const [at, field] of fields.entries()) view.setUint32(1 + at * 4, field.length)
  if (facts.header === undefined) view.setUint32(1, ABSENT)
  return concat([fixed, ...fields, fromUtf8(JSON.stringify(restOf(facts)))])
}

/** Reads what `writeFacts` wrote. Throws an Error for what is none: such a row is damaged. */
export const readFacts = (record: Uint8Array): FactsRecord => {
  if (record.length < FIXED_BYTES || record[0] !== FORMAT) throw new Error('a damaged record of facts')
  const view = new DataView(record.buffer, record.byteOffset, record.byteLength)
  const headerLength = view.getUint32(1)
  const ends: number[] = []
  let end = FIXED_BYTES
  for (let field = 0; field < FIELDS; field++) {
    const length = view.getUint32(1 + field * 4)
    end += field === 0 && length === ABSENT ? 0 : length
    ends.push(end)
  }
  if (end > record.length) throw new Error('a damaged record of facts: it ends early')
  const wire = (field: number): string => toLatin1(record, ends[field - 1] ?? FIXED_BYTES, ends[field]!)
  const text = (field: number): string => toUtf8(record.subarray(ends[field - 1], ends[field]))
  let rest: Rest | undefined
  const readRest = (): Rest => {
    rest ??= JSON.parse(toUtf8(record.subarray(end))) as Rest
    return rest
  }
  let parts: PartFacts | undefined
  let sort: SortFacts | undefined
  return {
    recordBytes: record.length,
    headerText: () => record.subarray(ends[4], ends[5]),
    get sizeBytes() {
      return readRest().s
    },
    get header() {
      return headerLength === ABSENT ? undefined : wire(0)
    },
    get envelope() {
      return wire(1)
    },
    get bodyStructure() {
      return wire(2)
    },
    get body() {
      return wire(3)
    },
    get preview() {
      return text(4)
    },
    search: {
      get header() {
        return text(5)
      },
      get complete() {
        return readRest().c
      },
    },
    get parts() {
      parts ??= readPart(readRest().p)
      return parts
    },
    get sort() {
      sort ??= readSort(readRest().o)
      return sort
    },
    get messageId() {
      return readRest().m ?? undefined
    },
    get references() {
      return readRest().r
    },
  }
}
