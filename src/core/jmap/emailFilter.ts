// Filters and sorts of Email/query (RFC 8621 §4.4.1, §4.4.2): read, and made into tests of one message.
import type { ContentId } from '../lib/rope.ts'
import { foldText } from '../mail/fold.ts'
import type { MessageKind } from '../mailbox/certified.ts'
import {
  type Comparator,
  isBoolean,
  isId,
  isRecord,
  isString,
  isUnsignedInt,
  isUtcDate,
  type Kind,
  listOf,
} from './args.ts'
import { EMAIL_SORTS, isCollation } from './capabilities.ts'
import { type MethodError, methodError } from './errors.ts'
import { folderOfId } from './ids.ts'
import { isKeyword } from './keywords.ts'
import { isPecMessageKind, isRecipientState, type PecMessageKind, type PecRecipientState } from './pec.ts'

/** A text that must be looked for in contents. `header`: in the field of that name; an empty term: the field is there. */
export type TextLeaf = {
  readonly kind: 'text'
  readonly where: 'text' | 'body' | 'header'
  /** Of the field, in lower case. */
  readonly field: string
  /** Folded; all of them must be there. */
  readonly terms: readonly string[]
}

/** `has`: there is a signature; it holds as it is looked at, or did when the message came (RFC 9219 §4.2). */
export type SmimeWhat = 'has' | 'verified' | 'atDelivery'

/** `passes`: told by whoever has looked at the signatures. */
export type SmimeLeaf = {
  readonly kind: 'smime'
  readonly what: SmimeWhat
  readonly passes?: ((content: ContentId, kind: MessageKind | null) => boolean) | undefined
}

export type EmailFilter =
  | { readonly kind: 'and' | 'or' | 'not'; readonly of: readonly EmailFilter[] }
  | { readonly kind: 'inFolder'; readonly folderId: number | undefined }
  | { readonly kind: 'inOther'; readonly than: ReadonlySet<number> }
  | { readonly kind: 'received'; readonly from?: number; readonly before?: number }
  | { readonly kind: 'size'; readonly from?: number; readonly below?: number }
  | { readonly kind: 'keyword'; readonly keyword: string }
  | { readonly kind: 'threadKeyword'; readonly keyword: string; readonly how: 'all' | 'some' }
  | { readonly kind: 'attachment' }
  | { readonly kind: 'pecKinds'; readonly kinds: ReadonlySet<PecMessageKind> }
  | { readonly kind: 'pecWritten'; readonly written: boolean }
  | PecStatesLeaf
  | SmimeLeaf
  | TextLeaf

/** Messages that the box sent, one of whose recipients is in one of the states. */
export type PecStatesLeaf = { readonly kind: 'pecStates'; readonly states: readonly PecRecipientState[] }

const MOST_TERMS = 20
const MOST_NODES = 500
const DEEPEST = 30

/** The terms of a text: words, each to be found somewhere, and phrases in quotes (RFC 8621 §4.4.1). */
export const termsOf = (text: string): readonly string[] => {
  const terms: string[] = []
  for (const found of text.matchAll(/"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'(?=\s|$)|(\S+)/g)) {
    const written = (found[1] ?? found[2] ?? found[3]!).replace(/\\(["'\\])/g, '$1')
    const term = foldText(written).trim()
    if (term !== '' && !terms.includes(term)) terms.push(term)
  }
  return terms.slice(0, MOST_TERMS)
}

const not = (of: EmailFilter): EmailFilter => ({ kind: 'not', of: [of] })
const inField =
  (field: string) =>
  (value: string): EmailFilter => ({ kind: 'text', where: 'header', field, terms: termsOf(value) })

type Condition = { readonly kind: Kind; readonly read: (value: never) => EmailFilter }

const at = (value: string): number => Date.parse(value)
const keyword: Kind = (value) => isKeyword(value)
const headerKind: Kind = (value) =>
  Array.isArray(value) && (value.length === 1 || value.length === 2) && value.every(isString) && value[0] !== ''

const condition = <T>(kind: Kind, read: (value: T) => EmailFilter): Condition => ({
  kind,
  read: read as (value: never) => EmailFilter,
})

/** RFC 8621 §4.4.1, a row for each. */
const CONDITIONS: Readonly<Record<string, Condition>> = {
  inMailbox: condition<string>(isId, (id) => ({ kind: 'inFolder', folderId: folderOfId(id) })),
  inMailboxOtherThan: condition<string[]>(listOf(isId), (ids) => ({
    kind: 'inOther',
    than: new Set(ids.flatMap((id) => folderOfId(id) ?? [])),
  })),
  before: condition<string>(isUtcDate, (date) => ({ kind: 'received', before: at(date) })),
  after: condition<string>(isUtcDate, (date) => ({ kind: 'received', from: at(date) })),
  minSize: condition<number>(isUnsignedInt, (from) => ({ kind: 'size', from })),
  maxSize: condition<number>(isUnsignedInt, (below) => ({ kind: 'size', below })),
  allInThreadHaveKeyword: condition<string>(keyword, (one) => ({
    kind: 'threadKeyword',
    keyword: one.toLowerCase(),
    how: 'all',
  })),
  someInThreadHaveKeyword: condition<string>(keyword, (one) => ({
    kind: 'threadKeyword',
    keyword: one.toLowerCase(),
    how: 'some',
  })),
  noneInThreadHaveKeyword: condition<string>(keyword, (one) =>
    not({ kind: 'threadKeyword', keyword: one.toLowerCase(), how: 'some' }),
  ),
  hasKeyword: condition<string>(keyword, (one) => ({ kind: 'keyword', keyword: one.toLowerCase() })),
  notKeyword: condition<string>(keyword, (one) => not({ kind: 'keyword', keyword: one.toLowerCase() })),
  hasAttachment: condition<boolean>(isBoolean, (has) => (has ? { kind: 'attachment' } : not({ kind: 'attachment' }))),
  text: condition<string>(isString, (text) => ({ kind: 'text', where: 'text', field: '', terms: termsOf(text) })),
  body: condition<string>(isString, (text) => ({ kind: 'text', where: 'body', field: '', terms: termsOf(text) })),
  from: condition(isString, inField('from')),
  to: condition(isString, inField('to')),
  cc: condition(isString, inField('cc')),
  bcc: condition(isString, inField('bcc')),
  subject: condition(isString, inField('subject')),
  header: condition<string[]>(headerKind, ([name, value]) => ({
    kind: 'text',
    where: 'header',
    field: name!.toLowerCase(),
    terms: value === undefined || foldText(value).trim() === '' ? [''] : [foldText(value).trim()],
  })),
}

/** What `urn:ceralacca:pec` adds: docs/flows/jmap-pec.md. */
const PEC_CONDITIONS: Readonly<Record<string, Condition>> = {
  pecKinds: condition<PecMessageKind[]>(listOf(isPecMessageKind), (kinds) => ({
    kind: 'pecKinds',
    kinds: new Set(kinds),
  })),
  pecStates: condition<PecRecipientState[]>(listOf(isRecipientState), (states) => ({ kind: 'pecStates', states })),
  pecWritten: condition<boolean>(isBoolean, (written) => ({ kind: 'pecWritten', written })),
}
const ALL_CONDITIONS = { ...CONDITIONS, ...PEC_CONDITIONS }
const smime = (what: SmimeWhat): Condition =>
  condition<boolean>(isBoolean, (has) => (has ? { kind: 'smime', what } : not({ kind: 'smime', what })))

/** Known where the client uses the capability of S/MIME (RFC 9219 §4.2). */
const SMIME_CONDITIONS: Readonly<Record<string, Condition>> = {
  hasSmime: smime('has'),
  hasVerifiedSmime: smime('verified'),
  hasVerifiedSmimeAtDelivery: smime('atDelivery'),
}

type Conditions = Readonly<Record<string, Condition>>

const unknownName = (name: string): string => name.slice(0, 60)

/** Reads a filter; `nodes` counts what it is made of. */
const readFilter = (
  value: unknown,
  known: Conditions,
  depth: number,
  nodes: { count: number },
): EmailFilter | MethodError => {
  if (++nodes.count > MOST_NODES || depth > DEEPEST) return methodError('unsupportedFilter', 'The filter is too large')
  if (!isRecord(value)) return { methodError: 'invalidArguments', arguments: ['filter'] }
  const { operator, conditions } = value
  if (operator !== undefined || conditions !== undefined) {
    const isOperator = operator === 'AND' || operator === 'OR' || operator === 'NOT'
    if (!isOperator || !Array.isArray(conditions) || Object.keys(value).length !== 2)
      return { methodError: 'invalidArguments', description: 'Not a FilterOperator', arguments: ['filter'] }
    const of: EmailFilter[] = []
    for (const one of conditions) {
      const read = readFilter(one, known, depth + 1, nodes)
      if ('methodError' in read) return read
      of.push(read)
    }
    return { kind: operator === 'AND' ? 'and' : operator === 'OR' ? 'or' : 'not', of }
  }
  const of: EmailFilter[] = []
  for (const [name, one] of Object.entries(value)) {
    const found = Object.hasOwn(known, name) ? known[name] : undefined
    if (!found) return methodError('unsupportedFilter', `Not known here: ${unknownName(name)}`)
    if (one === null) continue // as if it were not there
    if (!found.kind(one))
      return { methodError: 'invalidArguments', description: `filter: ${unknownName(name)}`, arguments: ['filter'] }
    of.push(found.read(one as never))
  }
  return of.length === 1 ? of[0]! : { kind: 'and', of }
}

/** The filter of a query; null and nothing mean all. */
export const parseEmailFilter = (value: unknown, usesSmime = false): EmailFilter | MethodError => {
  if (value === undefined || value === null) return { kind: 'and', of: [] }
  return readFilter(value, usesSmime ? { ...ALL_CONDITIONS, ...SMIME_CONDITIONS } : ALL_CONDITIONS, 0, { count: 0 })
}

/** The conditions on signatures in a filter. */
export const smimeIn = (filter: EmailFilter): ReadonlySet<SmimeWhat> =>
  new Set(leavesOf(filter).flatMap((leaf) => (leaf.kind === 'smime' ? [leaf.what] : [])))

/** The filter with what was found out of signatures. */
export const withSmime = (
  filter: EmailFilter,
  passes: (content: ContentId, kind: MessageKind | null, what: SmimeWhat) => boolean,
): EmailFilter => {
  if ('of' in filter) return { ...filter, of: filter.of.map((one) => withSmime(one, passes)) }
  if (filter.kind !== 'smime') return filter
  return { ...filter, passes: (content, kind) => passes(content, kind, filter.what) }
}

/** The leaves of a filter. */
export const leavesOf = (filter: EmailFilter): readonly EmailFilter[] =>
  'of' in filter ? filter.of.flatMap(leavesOf) : [filter]

/** Whether kinds cannot be told by place alone: who wrote a message tells what was sent from what came. */
export const asksWriters = (leaf: EmailFilter): boolean =>
  leaf.kind === 'pecKinds' && leaf.kinds.has('sent') !== leaf.kinds.has('ordinary')

/** Whether a test of the filter must wait for texts, facts of contents, or what became of what was sent. */
export const waits = (filter: EmailFilter): boolean =>
  leavesOf(filter).some(
    (leaf) => leaf.kind === 'text' || leaf.kind === 'attachment' || leaf.kind === 'pecStates' || asksWriters(leaf),
  )

/** Whether what passes may change though no message of the box does. */
export const asksStates = (filter: EmailFilter): boolean => leavesOf(filter).some(({ kind }) => kind === 'pecStates')

/** The part of a filter that can be told at once; what passes it may still fail the rest. */
export const atOnce = (filter: EmailFilter): EmailFilter => {
  if (!waits(filter)) return filter
  return filter.kind === 'and' ? { kind: 'and', of: filter.of.map(atOnce) } : { kind: 'and', of: [] }
}

/** The folder that every match lies in, where the filter says so. */
export const folderOf = (filter: EmailFilter): number | undefined => {
  if (filter.kind === 'inFolder') return filter.folderId ?? -1
  if (filter.kind !== 'and') return undefined
  for (const one of filter.of) {
    const found = folderOf(one)
    if (found !== undefined) return found
  }
  return undefined
}

/** What a filter asks of a message. */
export type FilterView<E> = {
  readonly inFolder: (email: E, folderId: number | undefined) => boolean
  readonly inOther: (email: E, than: ReadonlySet<number>) => boolean
  readonly receivedAt: (email: E) => number
  readonly sizeBytes: (email: E) => number
  readonly hasKeyword: (email: E, keyword: string) => boolean
  readonly threadHas: (email: E, keyword: string, how: 'all' | 'some') => boolean
  readonly hasAttachment: (email: E) => boolean
  readonly hasText: (email: E, leaf: TextLeaf) => boolean
  readonly isPecKind: (email: E, kinds: ReadonlySet<PecMessageKind>) => boolean
  readonly isWritten: (email: E) => boolean
  readonly hasPecState: (email: E, leaf: PecStatesLeaf) => boolean
  readonly hasSmime: (email: E, leaf: SmimeLeaf) => boolean
}

/** A test of one message. */
export const compileFilter = <E>(filter: EmailFilter, view: FilterView<E>): ((email: E) => boolean) => {
  switch (filter.kind) {
    case 'and': {
      const tests = filter.of.map((one) => compileFilter(one, view))
      if (tests.length === 1) return tests[0]!
      return (email) => tests.every((test) => test(email))
    }
    case 'or': {
      const tests = filter.of.map((one) => compileFilter(one, view))
      return (email) => tests.some((test) => test(email))
    }
    case 'not': {
      const tests = filter.of.map((one) => compileFilter(one, view))
      return (email) => !tests.some((test) => test(email))
    }
    case 'inFolder':
      return (email) => view.inFolder(email, filter.folderId)
    case 'inOther':
      return (email) => view.inOther(email, filter.than)
    case 'received': {
      const { from = Number.NEGATIVE_INFINITY, before = Number.POSITIVE_INFINITY } = filter
      return (email) => view.receivedAt(email) >= from && view.receivedAt(email) < before
    }
    case 'size': {
      const { from = 0, below = Number.POSITIVE_INFINITY } = filter
      return (email) => view.sizeBytes(email) >= from && view.sizeBytes(email) < below
    }
    case 'keyword':
      return (email) => view.hasKeyword(email, filter.keyword)
    case 'threadKeyword':
      return (email) => view.threadHas(email, filter.keyword, filter.how)
    case 'attachment':
      return view.hasAttachment
    case 'smime':
      return (email) => view.hasSmime(email, filter)
    case 'text':
      return (email) => view.hasText(email, filter)
    case 'pecKinds':
      return (email) => view.isPecKind(email, filter.kinds)
    case 'pecWritten':
      return (email) => view.isWritten(email) === filter.written
    case 'pecStates':
      return (email) => view.hasPecState(email, filter)
  }
}

/** Whether what passes may change with another message of its thread. */
export const asksThreads = (filter: EmailFilter, sort: readonly EmailSort[]): boolean =>
  leavesOf(filter).some(({ kind }) => kind === 'threadKeyword') ||
  sort.some(({ property }) => property === 'allInThreadHaveKeyword' || property === 'someInThreadHaveKeyword')

export type EmailSort = {
  readonly property: (typeof EMAIL_SORTS)[number]
  readonly ascending: boolean
  /** Of the properties about a keyword; else empty. */
  readonly keyword: string
}

/** The newest first, where nothing is said. */
export const DEFAULT_SORT: readonly EmailSort[] = [{ property: 'receivedAt', ascending: false, keyword: '' }]

const MOST_SORTS = 10

export const parseEmailSort = (given: readonly Comparator[] | null | undefined): readonly EmailSort[] | MethodError => {
  if (!given || given.length === 0) return DEFAULT_SORT
  if (given.length > MOST_SORTS) return methodError('unsupportedSort', 'Too many properties')
  const out: EmailSort[] = []
  for (const { property, isAscending = true, collation, keyword: word } of given) {
    const known = EMAIL_SORTS.find((one) => one === property)
    if (!known) return methodError('unsupportedSort', `Not known here: ${unknownName(property)}`)
    if (collation !== undefined && !isCollation(collation))
      return methodError('unsupportedSort', `Not known here: ${unknownName(collation)}`)
    const needsWord = known.endsWith('Keyword')
    if (needsWord !== (word !== undefined) || (needsWord && !isKeyword(word)))
      return { methodError: 'invalidArguments', description: 'sort: keyword', arguments: ['sort'] }
    out.push({ property: known, ascending: isAscending, keyword: needsWord ? String(word).toLowerCase() : '' })
  }
  return out
}
