// Mailbox/get, /changes, /query, /queryChanges (RFC 8621 §2.1-2.4): folders.
import {
  CHANGES_ARGS,
  type Comparator,
  GET_ARGS,
  isBoolean,
  isId,
  isString,
  nullable,
  QUERY_ARGS,
  QUERY_CHANGES_ARGS,
} from '../../../core/jmap/args.ts'
import { isCollation, LIMITS, MAIL, MOST_QUERIED } from '../../../core/jmap/capabilities.ts'
import { changesOf, parseState, portionOf, printState } from '../../../core/jmap/changes.ts'
import { picked, pickProperties } from '../../../core/jmap/emailProperties.ts'
import { isMethodError, type MethodError, methodError } from '../../../core/jmap/errors.ts'
import { readFilter } from '../../../core/jmap/filter.ts'
import { folderJmapId } from '../../../core/jmap/ids.ts'
import { listChanges, type Window, windowOf } from '../../../core/jmap/query.ts'
import { DRAFT, SEEN } from '../../../core/mail/flags.ts'
import { collationKey, compareKeys, foldText } from '../../../core/mail/fold.ts'
import { DELIMITER } from '../../../core/mailbox/folderName.ts'
import { type Box, type BoxFolder, isVisible } from '../../mailstore/box.ts'
import { threadsOf } from '../../mailstore/threads.ts'
import { type ChangesArgs, type GetArgs, method } from './method.ts'
import type { Login } from './options.ts'

const PROPERTIES = [
  'id',
  'name',
  'parentId',
  'role',
  'sortOrder',
  'totalEmails',
  'unreadEmails',
  'totalThreads',
  'unreadThreads',
  'myRights',
  'isSubscribed',
] as const
const COUNTS = ['totalEmails', 'unreadEmails', 'totalThreads', 'unreadThreads'] as const

type Counts = Readonly<Record<(typeof COUNTS)[number], number>>

/** Counted once for each modseq of a folder. */
const counted = new Map<number, { readonly modseq: number; readonly counts: Counts }>()
const MOST_COUNTED = 50_000

/** What is known of a thread while its folder is counted. */
const MET = 1
const UNREAD = 2

/** RFC 8621 §2: a message is unread that is neither seen nor a draft; a thread, where one of its messages here is. */
const countsOf = ({ id, state }: BoxFolder): Counts => {
  const known = counted.get(id)
  if (known?.modseq === state.highestModseq) return known.counts
  const threads = threadsOf(state)
  const met = new Uint8Array(threads.count)
  let totalEmails = 0
  let unreadEmails = 0
  let totalThreads = 0
  let unreadThreads = 0
  for (let index = 0; index < state.count; index++) {
    if (!isVisible(state, index)) continue
    const thread = threads.numbers[index]!
    totalEmails++
    if (met[thread] === 0) totalThreads++
    met[thread]! |= MET
    if ((state.system(index) & (SEEN | DRAFT)) !== 0) continue
    unreadEmails++
    if ((met[thread]! & UNREAD) === 0) unreadThreads++
    met[thread]! |= UNREAD
  }
  const counts = { totalEmails, unreadEmails, totalThreads, unreadThreads }
  if (counted.size >= MOST_COUNTED) counted.clear()
  counted.set(id, { modseq: state.highestModseq, counts })
  return counts
}

const parentOf = ({ name }: BoxFolder): string | undefined => {
  const at = name.lastIndexOf(DELIMITER)
  return at < 0 ? undefined : name.slice(0, at)
}

/** The last level of its name; the inbox as people write it. */
const shownName = ({ name, role }: BoxFolder): string =>
  role === 'inbox' ? 'Inbox' : name.slice(name.lastIndexOf(DELIMITER) + 1)

export const rightsOf = ({ role }: Pick<BoxFolder, 'role'>, { rights }: Pick<Login, 'rights'>) => {
  const changes = rights !== 'read'
  const isOwn = role !== 'inbox' && changes
  return {
    mayReadItems: true,
    mayAddItems: changes,
    mayRemoveItems: changes,
    maySetSeen: changes,
    maySetKeywords: changes,
    mayCreateChild: changes,
    mayRename: isOwn,
    mayDelete: isOwn,
    maySubmit: rights !== 'read',
  }
}

/** A folder as JMAP tells it; counts are made where they are wanted. */
const mailboxOf = (folder: BoxFolder, byName: ReadonlyMap<string, BoxFolder>, login: Login, withCounts: boolean) => {
  const above = parentOf(folder)
  const parent = above === undefined ? undefined : byName.get(above)
  return {
    id: folderJmapId(folder.id),
    name: shownName(folder),
    parentId: parent ? folderJmapId(parent.id) : null,
    role: folder.role ?? null,
    sortOrder: folder.sortOrder,
    ...(withCounts ? countsOf(folder) : {}),
    myRights: rightsOf(folder, login),
    isSubscribed: folder.subscribed,
  }
}
/** One folder, whole. */
export const shownMailbox = (box: Box, folder: BoxFolder, login: Login): Shown =>
  mailboxOf(folder, new Map(box.folders.map((one) => [one.name, one])), login, true)

type Shown = ReturnType<typeof mailboxOf>

const shownAll = (box: Box, login: Login, withCounts: boolean): readonly Shown[] => {
  const byName = new Map(box.folders.map((folder) => [folder.name, folder]))
  return box.folders.map((folder) => mailboxOf(folder, byName, login, withCounts))
}

const get = method<GetArgs>(
  'Mailbox/get',
  MAIL,
  GET_ARGS,
  async ({ options, login, accountId }, { ids, properties }) => {
    const wanted = pickProperties(PROPERTIES, properties)
    if (isMethodError(wanted)) return wanted
    if (ids && ids.length > LIMITS.maxObjectsInGet) return methodError('requestTooLarge')
    const box = await options.mailstore.box(login.mailboxId)
    const all = shownAll(
      box,
      login,
      COUNTS.some((name) => wanted.has(name)),
    )
    const found = new Map(all.map((one) => [one.id, one]))
    const asked = ids ? [...new Set(ids)] : [...found.keys()]
    return {
      accountId,
      state: printState(box),
      list: asked.flatMap((id) => (found.has(id) ? [picked(found.get(id)!, wanted)] : [])),
      notFound: asked.filter((id) => !found.has(id)),
    }
  },
)

/** What became of the folders of a box since a modseq. */
const folderChanges = (box: Box, gone: Awaited<ReturnType<typeof goneOf>>, since: number) => [
  ...box.folders.flatMap((folder) => {
    const changed = Math.max(folder.changedModseq, folder.highestModseq)
    return changesOf(folderJmapId(folder.id), [{ born: folder.createdModseq, changed }], since)
  }),
  ...gone.flatMap(({ folderId, createdModseq, modseq }) =>
    changesOf(folderJmapId(folderId), [{ born: createdModseq, changed: modseq, gone: modseq }], since),
  ),
]
const goneOf = ({ options, login }: Parameters<(typeof get)['run']>[0], since: number) =>
  options.mailstore.goneFolders(login.mailboxId, since)

const changes = method<ChangesArgs>('Mailbox/changes', MAIL, CHANGES_ARGS, async (call, { sinceState, maxChanges }) => {
  const since = parseState(sinceState)
  const box = await call.options.mailstore.box(call.login.mailboxId)
  if (!since || since.modseq > box.modseq) return methodError('cannotCalculateChanges')
  const portion = portionOf(
    folderChanges(box, await goneOf(call, since.modseq), since.modseq),
    since,
    box.modseq,
    maxChanges ?? undefined,
  )
  const updated = new Set(portion.updated)
  const onlyCounts = box.folders
    .filter((folder) => updated.has(folderJmapId(folder.id)))
    .every((folder) => folder.changedModseq <= since.modseq)
  return {
    accountId: call.accountId,
    oldState: sinceState,
    ...portion,
    updatedProperties: portion.updated.length > 0 && onlyCounts ? COUNTS : null,
  }
})

/** RFC 8621 §2.3 */
const CONDITIONS: Readonly<
  Record<string, readonly [(value: unknown) => boolean, (one: Shown, value: never) => boolean]>
> = {
  parentId: [nullable(isId), (one, value: string | null) => one.parentId === value],
  name: [isString, (one, value: string) => foldText(one.name).includes(foldText(value).trim())],
  role: [nullable(isString), (one, value: string | null) => one.role === value],
  hasAnyRole: [isBoolean, (one, value: boolean) => (one.role !== null) === value],
  isSubscribed: [isBoolean, (one, value: boolean) => one.isSubscribed === value],
}

const condition = (name: string, value: unknown): ((one: Shown) => boolean) | MethodError => {
  const known = Object.hasOwn(CONDITIONS, name) ? CONDITIONS[name] : undefined
  if (!known) return methodError('unsupportedFilter', `Not known here: ${name.slice(0, 60)}`)
  const [kind, test] = known
  return kind(value) ? (one) => test(one, value as never) : { methodError: 'invalidArguments', arguments: ['filter'] }
}

const SORTS: Readonly<Record<string, (a: Shown, b: Shown) => number>> = {
  sortOrder: (a, b) => a.sortOrder - b.sortOrder,
  name: (a, b) => compareKeys(collationKey(a.name), collationKey(b.name)),
}

const sorter = (sort: readonly Comparator[]): ((a: Shown, b: Shown) => number) | MethodError => {
  for (const { property, collation } of sort)
    if (!Object.hasOwn(SORTS, property) || (collation !== undefined && !isCollation(collation)))
      return methodError('unsupportedSort')
  return (a, b) => {
    for (const { property, isAscending = true } of sort) {
      const order = SORTS[property]!(a, b)
      if (order !== 0) return isAscending ? order : -order
    }
    return SORTS.sortOrder!(a, b) || SORTS.name!(a, b) || (a.id < b.id ? -1 : 1)
  }
}

/** Children after their parents, in the order of these (RFC 8621 §2.3: sortAsTree). */
const asTree = (sorted: readonly Shown[]): readonly Shown[] => {
  const below = Map.groupBy(sorted, ({ parentId }) => parentId)
  const from = (parentId: string | null): readonly Shown[] =>
    (below.get(parentId) ?? []).flatMap((one) => [one, ...from(one.id)])
  return from(null)
}

type QueryArgs = Window & {
  readonly filter?: unknown
  readonly sort?: readonly Comparator[] | null
  readonly calculateTotal?: boolean
  readonly sortAsTree?: boolean
  readonly filterAsTree?: boolean
}

const find = (box: Box, login: Login, args: QueryArgs): readonly string[] | MethodError => {
  const test = readFilter(args.filter ?? {}, condition)
  if (typeof test !== 'function') return test
  const order = sorter(args.sort ?? [])
  if (typeof order !== 'function') return order
  const all = shownAll(box, login, false).toSorted(order)
  const byId = new Map(all.map((one) => [one.id, one]))
  const passes = (one: Shown): boolean => {
    if (!test(one)) return false
    if (!args.filterAsTree || one.parentId === null) return true
    const parent = byId.get(one.parentId)
    return parent !== undefined && passes(parent)
  }
  return (args.sortAsTree ? asTree(all) : all).filter(passes).map(({ id }) => id)
}

/** One folder that moves takes those below along: what has changed is not told then. */
const isTree = ({ sortAsTree, filterAsTree }: QueryArgs): boolean => sortAsTree === true || filterAsTree === true
const TREE = { sortAsTree: isBoolean, filterAsTree: isBoolean }

const query = method<QueryArgs>(
  'Mailbox/query',
  MAIL,
  { ...QUERY_ARGS, ...TREE },
  async ({ options, login, accountId }, args) => {
    const box = await options.mailstore.box(login.mailboxId)
    const found = find(box, login, args)
    if ('methodError' in found) return found
    const window = windowOf({ length: found.length, idAt: (at) => found[at]! }, args, MOST_QUERIED)
    if (isMethodError(window)) return window
    return {
      accountId,
      queryState: printState(box),
      canCalculateChanges: !isTree(args),
      ...window,
      ...(args.calculateTotal ? { total: found.length } : {}),
    }
  },
)

const queryChanges = method<QueryArgs & { readonly sinceQueryState: string; readonly maxChanges?: number | null }>(
  'Mailbox/queryChanges',
  MAIL,
  { ...QUERY_CHANGES_ARGS, ...TREE },
  async (call, args) => {
    const since = parseState(args.sinceQueryState)
    const box = await call.options.mailstore.box(call.login.mailboxId)
    if (!since || since.within || since.modseq > box.modseq || isTree(args))
      return methodError('cannotCalculateChanges')
    const found = find(box, call.login, args)
    if ('methodError' in found) return found
    const portion = portionOf(
      folderChanges(box, await goneOf(call, since.modseq), since.modseq),
      since,
      box.modseq,
      undefined,
    )
    const touched = new Set([...portion.created, ...portion.updated, ...portion.destroyed])
    const created = new Set(portion.created)
    const told = listChanges(found, touched, (id) => created.has(id))
    const isTooMuch = args.maxChanges && told.removed.length + told.added.length > args.maxChanges
    if (isTooMuch) return methodError('tooManyChanges')
    return {
      accountId: call.accountId,
      oldQueryState: args.sinceQueryState,
      newQueryState: printState(box),
      ...(args.calculateTotal ? { total: found.length } : {}),
      ...told,
    }
  },
)

export const mailboxMethods = [get, changes, query, queryChanges]
