// Finds and sorts the emails of a box: in memory by what is at hand of each, then by the texts and facts of what is left.
import { hasAttachment } from '../../../core/jmap/bodies.ts'
import {
  asksStates,
  asksWriters,
  atOnce,
  compileFilter,
  type EmailFilter,
  type EmailSort,
  type FilterView,
  folderOf,
  leavesOf,
  type PecStatesLeaf,
  type TextLeaf,
  waits,
} from '../../../core/jmap/emailFilter.ts'
import { addressesForm } from '../../../core/jmap/header.ts'
import { keywordsOf, maskOf } from '../../../core/jmap/keywords.ts'
import type { PecMessageKind, PecRecipientState } from '../../../core/jmap/pec.ts'
import { isCertified } from '../../../core/jmap/pecLook.ts'
import { isWritten, messageKind } from '../../../core/jmap/pecThread.ts'
import { fromLatin1 } from '../../../core/lib/bytes.ts'
import type { ContentId } from '../../../core/lib/rope.ts'
import { addressKey } from '../../../core/mail/address.ts'
import { headerHas } from '../../../core/mail/evaluate.ts'
import { SEEN } from '../../../core/mail/flags.ts'
import { compareKeys } from '../../../core/mail/fold.ts'
import { fieldValues, parseHeader } from '../../../core/mail/header.ts'
import type { MessageKind } from '../../../core/mailbox/certified.ts'
import type { StoredFacts } from '../../../core/mailbox/factsRecord.ts'
import { type Box, isVisible, type Row } from '../../mailstore/box.ts'
import type { Mailstore } from '../../mailstore/mailstore.ts'
import { Turns } from '../wire/turns.ts'
import { contentOf, joined } from './emails.ts'
import { byDate, collapsed, dateOrder, listFolder } from './order.ts'

/** Messages whose facts are in memory at one time. */
const FACTS_BATCH = 250

/** Whether contents have attachments, told once: a content never changes. */
const attached = new Map<ContentId, boolean>()
const MOST_ATTACHED = 500_000

/** One row for each email, by date within a folder: the first of those that lie in several places. */
const candidates = (box: Box, folderId: number | undefined): Row[] => {
  const shared = box.shared()
  const taken = new Set<ContentId>()
  const out: Row[] = []
  for (const folder of box.folders) {
    if (folderId !== undefined && folder.id !== folderId) continue
    const { state } = folder
    for (const index of dateOrder(state)) {
      if (!isVisible(state, index)) continue
      if (shared.size > 0) {
        const content = state.content(index)
        if (shared.has(content)) {
          if (taken.has(content)) continue
          taken.add(content)
        }
      }
      out.push({ folder, index })
    }
  }
  return out
}

/** Where an email lies: nearly always there alone. */
const placesOf =
  (shared: ReadonlyMap<ContentId, readonly Row[]>) =>
  (row: Row): readonly Row[] =>
    (shared.size > 0 ? shared.get(contentOf(row)) : undefined) ?? [row]

const rowHas = ({ folder, index }: Row, keyword: string, mask: number | undefined): boolean => {
  const { state } = folder
  if (mask !== undefined) return (state.system(index) & mask) !== 0
  return keywordsOf(0, state.keywords(index)).includes(keyword)
}

type Places = ReturnType<typeof placesOf>

const hasKeyword = (places: Places, row: Row, keyword: string): boolean => {
  const mask = maskOf(keyword)
  const rows = places(row)
  // Read it is only where it is so everywhere.
  return mask === SEEN
    ? rows.every((one) => rowHas(one, keyword, mask))
    : rows.some((one) => rowHas(one, keyword, mask))
}

type ThreadWords = { readonly some: ReadonlySet<bigint>; readonly lacking: ReadonlySet<bigint> }

/** Threads of which some message has a keyword, and those of which some has not. */
const threadWords = (box: Box, places: Places, keyword: string): ThreadWords => {
  const some = new Set<bigint>()
  const lacking = new Set<bigint>()
  for (const row of candidates(box, undefined))
    (hasKeyword(places, row, keyword) ? some : lacking).add(row.folder.state.threadKey(row.index))
  return { some, lacking }
}

/** What filters of certified mail ask beyond the box. */
export type PecAsked = {
  /** Of the box. */
  readonly address: string
  /** Copies of what was sent, by states of the recipients. */
  readonly sentIn: (states: readonly PecRecipientState[]) => Promise<ReadonlySet<ContentId>>
}

type Known = {
  readonly address: string
  readonly sent: ReadonlyMap<PecStatesLeaf, ReadonlySet<ContentId>>
  /** Of each text, the contents that have it. */
  readonly texts: ReadonlyMap<TextLeaf, ReadonlySet<ContentId>>
}

/** What a message is by where it lies; who wrote it was learnt where that counts. */
const kindOf = (rows: readonly Row[], address: string): PecMessageKind => {
  const [first] = rows
  if (rows.length === 1 && first) {
    const kind = first.folder.state.kind(first.index)
    if (isCertified(kind)) return kind
  }
  const { content, kind, system, inSent } = joined(rows)
  return messageKind(kind, system, inSent, () => writers.get(content)?.includes(addressKey(address)) ?? false)
}

const viewOf = (box: Box, { address, sent, texts }: Known): FilterView<Row> => {
  const places = placesOf(box.shared())
  const words = new Map<string, ThreadWords>()
  return {
    inFolder: (row, folderId) => places(row).some(({ folder }) => folder.id === folderId),
    inOther: (row, than) => places(row).some(({ folder }) => !than.has(folder.id)),
    receivedAt: ({ folder, index }) => folder.state.receivedAt(index),
    sizeBytes: ({ folder, index }) => folder.state.sizeBytes(index),
    hasKeyword: (row, keyword) => hasKeyword(places, row, keyword),
    threadHas: ({ folder, index }, keyword, how) => {
      const known = words.get(keyword) ?? threadWords(box, places, keyword)
      words.set(keyword, known)
      const thread = folder.state.threadKey(index)
      return known.some.has(thread) && (how === 'some' || !known.lacking.has(thread))
    },
    hasAttachment: (row) => attached.get(contentOf(row)) ?? false,
    hasSmime: ({ folder: { state }, index }, { passes }) => passes?.(state.content(index), state.kind(index)) ?? false,
    hasText: (row, leaf) => texts.get(leaf)?.has(contentOf(row)) ?? false,
    isPecKind: (row, kinds) => kinds.has(kindOf(places(row), address)),
    isWritten: ({ folder, index }) => isWritten(folder.state.kind(index)),
    hasPecState: (row, leaf) => sent.get(leaf)?.has(contentOf(row)) ?? false,
  }
}

/** Facts of contents, some at a time. */
export const eachFacts = async (
  mailstore: Mailstore,
  contents: readonly ContentId[],
  use: (content: ContentId, facts: StoredFacts) => void,
): Promise<void> => {
  const turns = new Turns()
  for (let at = 0; at < contents.length; at += FACTS_BATCH) {
    const batch = contents.slice(at, at + FACTS_BATCH)
    for (const [content, facts] of await mailstore.facts(batch)) use(content, facts)
    await turns.pass()
  }
}

/** The contents that have a text. */
const contentsWith = async (
  mailstore: Mailstore,
  { mailboxId }: Box,
  given: readonly ContentId[],
  { where, field, terms }: TextLeaf,
): Promise<ReadonlySet<ContentId>> => {
  let left = given
  for (const term of terms) {
    // A field that is there has its name in the header.
    const sieve = where === 'header' && term === '' ? `${field}:` : term
    const found = await mailstore.search(mailboxId, left, where, sieve)
    left = left.filter((content) => found.has(content))
  }
  if (where !== 'header') return new Set(left)
  const sure = new Set<ContentId>()
  await eachFacts(mailstore, left, (content, { search }) => {
    if (terms.every((term) => headerHas(search.header, field, term))) sure.add(content)
  })
  return sure
}

/** Keys of who wrote what no use case has filed: told once, for contents never change. */
const writers = new Map<ContentId, readonly string[]>()
const MOST_WRITERS = 200_000

const learnWriters = async (mailstore: Mailstore, rows: readonly Row[]): Promise<void> => {
  if (writers.size > MOST_WRITERS) writers.clear()
  const unknown = rows.filter(({ folder, index }) => folder.state.kind(index) === null).map(contentOf)
  await eachFacts(
    mailstore,
    unknown.filter((content) => !writers.has(content)),
    (content, { header = '' }) => {
      const { fields } = parseHeader(fromLatin1(header))
      const from = fieldValues(fields, 'from').flatMap(addressesForm)
      writers.set(
        content,
        from.map(({ email }) => addressKey(email)),
      )
    },
  )
}

const learnAttachments = async (mailstore: Mailstore, contents: readonly ContentId[]): Promise<void> => {
  if (attached.size > MOST_ATTACHED) attached.clear()
  const unknown = contents.filter((content) => !attached.has(content))
  await eachFacts(mailstore, unknown, (content, { parts }) => void attached.set(content, hasAttachment(parts)))
}

/** The emails that pass a filter, in no order that counts. */
const filtered = async (
  mailstore: Mailstore,
  box: Box,
  filter: EmailFilter,
  { address, sentIn }: PecAsked,
): Promise<readonly Row[]> => {
  const texts = new Map<TextLeaf, ReadonlySet<ContentId>>()
  const sent = new Map<PecStatesLeaf, ReadonlySet<ContentId>>()
  const view = viewOf(box, { texts, sent, address })
  const first = candidates(box, folderOf(filter)).filter(compileFilter(atOnce(filter), view))
  if (!waits(filter)) return first
  const contents = first.map(contentOf)
  for (const leaf of leavesOf(filter)) {
    if (leaf.kind === 'text' && !texts.has(leaf)) texts.set(leaf, await contentsWith(mailstore, box, contents, leaf))
    if (leaf.kind === 'attachment') await learnAttachments(mailstore, contents)
    if (leaf.kind === 'pecStates') sent.set(leaf, await sentIn(leaf.states))
    if (asksWriters(leaf)) await learnWriters(mailstore, first)
  }
  return first.filter(compileFilter(filter, view))
}

type Key = number | string
type KeyOf = (row: Row) => Key

/** What each property sorts by; those of the header are read from facts beforehand. */
const keyOf = async (mailstore: Mailstore, box: Box, rows: readonly Row[], sort: EmailSort): Promise<KeyOf> => {
  const view = viewOf(box, { texts: new Map(), sent: new Map(), address: '' })
  const { keyword } = sort
  switch (sort.property) {
    case 'receivedAt':
      return view.receivedAt
    case 'size':
      return view.sizeBytes
    // RFC 8621 §4.4.2: those that have the keyword come after those that have not.
    case 'hasKeyword':
      return (row) => Number(view.hasKeyword(row, keyword))
    case 'allInThreadHaveKeyword':
      return (row) => Number(view.threadHas(row, keyword, 'all'))
    case 'someInThreadHaveKeyword':
      return (row) => Number(view.threadHas(row, keyword, 'some'))
  }
  const { property } = sort
  const keys = new Map<ContentId, Key>()
  const received = new Map(rows.map((row) => [contentOf(row), view.receivedAt(row)]))
  await eachFacts(mailstore, [...received.keys()], (content, facts) => {
    const { sentAt, baseSubject, displayFrom, displayTo } = facts.sort
    if (property === 'sentAt') keys.set(content, sentAt ?? received.get(content)!)
    else keys.set(content, property === 'subject' ? baseSubject : property === 'from' ? displayFrom : displayTo)
  })
  return (row) => keys.get(contentOf(row)) ?? ''
}

const compare = (a: Key, b: Key): number =>
  typeof a === 'number' && typeof b === 'number' ? a - b : compareKeys(String(a), String(b))

/** Always in the same order, whatever order they come in. */
const byPlace = (a: Row, b: Row): number => a.folder.id - b.folder.id || a.index - b.index

const sorted = async (
  mailstore: Mailstore,
  box: Box,
  rows: readonly Row[],
  sort: readonly EmailSort[],
): Promise<readonly Row[]> => {
  const [first] = sort
  if (sort.length === 1 && first?.property === 'receivedAt') return byDate(rows, first.ascending)
  const keys: { readonly of: KeyOf; readonly sign: number }[] = []
  for (const one of sort) keys.push({ of: await keyOf(mailstore, box, rows, one), sign: one.ascending ? 1 : -1 })
  const keyed = rows.map((row) => ({ row, keys: keys.map(({ of }) => of(row)) }))
  keyed.sort((a, b) => {
    for (let at = 0; at < keys.length; at++) {
      const order = compare(a.keys[at]!, b.keys[at]!)
      if (order !== 0) return order * keys[at]!.sign
    }
    return byPlace(a.row, b.row)
  })
  return keyed.map(({ row }) => row)
}

export type EmailSearch = {
  readonly filter: EmailFilter
  readonly sort: readonly EmailSort[]
  readonly collapseThreads: boolean
  /** Where more is asked than the box itself tells: when. */
  readonly asOf?: number | undefined
}

/** The emails of a query in its order. */
export type Found = { readonly length: number; readonly rowAt: (place: number) => Row }

type Kept = { readonly signature: string; readonly found: Found }

/** Results of the last queries: who scrolls through one asks for it again and again. */
const kept = new Map<string, Kept>()
const MOST_KEPT = 64
const MOST_KEPT_ROWS = 1_000_000

const keep = (key: string, results: Kept): void => {
  kept.delete(key)
  kept.set(key, results)
  let rows = 0
  for (const one of kept.values()) rows += one.found.length
  for (const [oldest, { found: gone }] of kept) {
    if (kept.size <= MOST_KEPT && rows <= MOST_KEPT_ROWS) break
    kept.delete(oldest)
    rows -= gone.length
  }
}

/** A folder that a query lists by date alone, whole or without receipts; undefined where it asks more. */
const folderListed = (box: Box, { filter, sort }: EmailSearch) => {
  if (sort.length !== 1 || sort[0]!.property !== 'receivedAt') return undefined
  const parts = filter.kind === 'and' ? filter.of : [filter]
  const [inFolder, ...more] = parts.filter(({ kind }) => kind === 'inFolder')
  const written = parts.flatMap((part) => (part.kind === 'pecWritten' ? [part.written] : []))
  if (inFolder?.kind !== 'inFolder' || more.length > 0 || parts.length > 1 + written.length) return undefined
  const folder = box.folders.find(({ id }) => id === inFolder.folderId)
  return folder && { folder, passes: written.length === 0 ? undefined : passesWritten(written) }
}

const passesWritten =
  (wanted: readonly boolean[]) =>
  (kind: MessageKind | null): boolean =>
    wanted.every((written) => isWritten(kind) === written)

const look = async (mailstore: Mailstore, box: Box, search: EmailSearch, pec: PecAsked): Promise<Found> => {
  const { filter, sort, collapseThreads } = search
  const listed = folderListed(box, search)
  if (listed) {
    const { folder, passes } = listed
    const indexes = listFolder(folder, sort[0]!.ascending, collapseThreads, passes)
    return { length: indexes.length, rowAt: (place) => ({ folder, index: indexes[place]! }) }
  }
  const found = await sorted(mailstore, box, await filtered(mailstore, box, filter, pec), sort)
  const rows = collapseThreads ? collapsed(found) : found
  return { length: rows.length, rowAt: (place) => rows[place]! }
}

/** The emails of a box that a query means, in its order. */
export const findEmails = async (
  mailstore: Mailstore,
  box: Box,
  search: EmailSearch,
  pec: PecAsked,
): Promise<Found> => {
  const key = `${box.mailboxId} ${JSON.stringify(search, (_, value) => (value instanceof Set ? [...value] : value))}`
  const signature = asksStates(search.filter) ? `${box.signature} ${box.modseq}` : box.signature
  const known = kept.get(key)
  if (known?.signature === signature) {
    keep(key, known)
    return known.found
  }
  const found = await look(mailstore, box, search, pec)
  keep(key, { signature, found })
  return found
}
