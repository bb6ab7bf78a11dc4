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
import type { StoredFacts } from '../../../core/mailbox/factsRecord.ts'
import { type Box, type BoxFolder, isVisible, type Row } from '../../mailstore/box.ts'
import type { Mailstore } from '../../mailstore/mailstore.ts'
import { Turns } from '../wire/turns.ts'
import { contentOf, joined } from './emails.ts'
import { keep } from './kept.ts'
import { byDate, collapsed, collapsedIn, dateOrder, listFolder } from './order.ts'

/** Emails in some order. */
export type Found = { readonly length: number; readonly rowAt: (place: number) => Row }

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
  (box: Box) =>
  (row: Row): readonly Row[] => {
    const shared = box.shared()
    return (shared.size > 0 ? shared.get(contentOf(row)) : undefined) ?? [row]
  }

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
  const places = placesOf(box)
  const words = new Map<string, ThreadWords>()
  return {
    inFolder: (row, folderId) => row.folder.id === folderId || places(row).some(({ folder }) => folder.id === folderId),
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

const learnWriters = async (mailstore: Mailstore, { length, rowAt }: Found): Promise<void> => {
  if (writers.size > MOST_WRITERS) writers.clear()
  const unknown: ContentId[] = []
  for (let at = 0; at < length; at++) {
    const row = rowAt(at)
    if (row.folder.state.kind(row.index) === null) unknown.push(contentOf(row))
  }
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

/** What is learnt of messages while they are looked for. */
const nothingKnown = ({ address }: Pick<PecAsked, 'address'>) => ({
  address,
  texts: new Map<TextLeaf, ReadonlySet<ContentId>>(),
  sent: new Map<PecStatesLeaf, ReadonlySet<ContentId>>(),
})

/** Learns what the tests of a filter wait for, of messages that the rest of it lets pass. */
const learn = async (
  mailstore: Mailstore,
  box: Box,
  filter: EmailFilter,
  rows: Found,
  { sentIn }: PecAsked,
  { texts, sent }: ReturnType<typeof nothingKnown>,
): Promise<void> => {
  const contents = Array.from({ length: rows.length }, (_, at) => contentOf(rows.rowAt(at)))
  for (const leaf of leavesOf(filter)) {
    if (leaf.kind === 'text' && !texts.has(leaf)) texts.set(leaf, await contentsWith(mailstore, box, contents, leaf))
    if (leaf.kind === 'attachment') await learnAttachments(mailstore, contents)
    if (leaf.kind === 'pecStates') sent.set(leaf, await sentIn(leaf.states))
    if (asksWriters(leaf)) await learnWriters(mailstore, rows)
  }
}

const foundIn = (rows: readonly Row[]): Found => ({ length: rows.length, rowAt: (place) => rows[place]! })

/** The emails that pass a filter, in no order that counts. */
const filtered = async (
  mailstore: Mailstore,
  box: Box,
  filter: EmailFilter,
  pec: PecAsked,
): Promise<readonly Row[]> => {
  const known = nothingKnown(pec)
  const view = viewOf(box, known)
  const first = candidates(box, folderOf(filter)).filter(compileFilter(atOnce(filter), view))
  if (!waits(filter)) return first
  await learn(mailstore, box, filter, foundIn(first), pec, known)
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

type Kept = { readonly signature: string; readonly found: Found }

/** Results of the last queries: who scrolls through one asks for it again and again. They weigh by their emails. */
const MOST_KEPT_ROWS = 1_000_000
const MOST_KEPT = 64
const kept = keep<string, Kept>(MOST_KEPT_ROWS, ({ found }) => found.length + MOST_KEPT_ROWS / MOST_KEPT)

/** The emails of one folder by date: most queries by far. */
const lookIn = async (
  mailstore: Mailstore,
  box: Box,
  folder: BoxFolder,
  { filter, sort, collapseThreads }: EmailSearch,
  pec: PecAsked,
): Promise<Found> => {
  const known = nothingKnown(pec)
  const view = viewOf(box, known)
  const row = { folder, index: 0 } // one for all tests: they keep none
  const testOf = (part: EmailFilter): ((index: number) => boolean) => {
    const test = compileFilter(part, view)
    return (index) => {
      row.index = index
      return test(row)
    }
  }
  const at = (indexes: Uint32Array): Found => ({
    length: indexes.length,
    rowAt: (place) => ({ folder, index: indexes[place]! }),
  })
  let indexes = listFolder(folder, sort[0]!.ascending, testOf(atOnce(filter)))
  if (waits(filter)) {
    await learn(mailstore, box, filter, at(indexes), pec, known)
    indexes = indexes.filter(testOf(filter))
  }
  return at(collapseThreads ? collapsedIn(folder, indexes) : indexes)
}

const look = async (mailstore: Mailstore, box: Box, search: EmailSearch, pec: PecAsked): Promise<Found> => {
  const { filter, sort, collapseThreads } = search
  const folderId = folderOf(filter)
  const folder = box.folders.find(({ id }) => id === folderId)
  if (folder && sort.length === 1 && sort[0]!.property === 'receivedAt')
    return lookIn(mailstore, box, folder, search, pec)
  const found = await sorted(mailstore, box, await filtered(mailstore, box, filter, pec), sort)
  return foundIn(collapseThreads ? collapsed(found) : found)
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
  if (known?.signature === signature) return known.found
  const found = await look(mailstore, box, search, pec)
  kept.put(key, { signature, found })
  return found
}
