// EmailSubmission/get, /changes, /query, /queryChanges (RFC 8621 §7): what was sent, and what became of it.
import {
  CHANGES_ARGS,
  type Comparator,
  GET_ARGS,
  isId,
  isString,
  isUtcDate,
  listOf,
  QUERY_ARGS,
  QUERY_CHANGES_ARGS,
} from '../../../core/jmap/args.ts'
import { LIMITS, MOST_QUERIED, SUBMISSION } from '../../../core/jmap/capabilities.ts'
import { parseState, portionOf, printState } from '../../../core/jmap/changes.ts'
import { picked, pickProperties } from '../../../core/jmap/emailProperties.ts'
import { isMethodError, type MethodError, methodError } from '../../../core/jmap/errors.ts'
import { readFilter } from '../../../core/jmap/filter.ts'
import { listChanges, type Window, windowOf } from '../../../core/jmap/query.ts'
import type { SubmissionRow } from '../../mailstore/outgoing.ts'
import { mdnsFor } from './mdnsFor.ts'
import { type ChangesArgs, type GetArgs, method } from './method.ts'
import {
  changesIn,
  PROPERTIES,
  receiptsFor,
  rowsOf,
  type Shown,
  shown,
  stateOf,
  submissionId,
  there,
} from './submissionRows.ts'
import { submissionSet } from './submissionSet.ts'

const get = method<GetArgs>('EmailSubmission/get', SUBMISSION, GET_ARGS, async (call, { ids, properties }) => {
  const wanted = pickProperties(PROPERTIES, properties)
  if (isMethodError(wanted)) return wanted
  const state = String(await stateOf(call))
  const all = new Map(there(await rowsOf(call)).map((row) => [submissionId(row.id), row]))
  const asked = ids ? [...new Set(ids)] : [...all.keys()]
  if (asked.length > LIMITS.maxObjectsInGet) return methodError('requestTooLarge')
  const rows = asked.flatMap((id) => all.get(id) ?? [])
  const receipts = wanted.has('dsnBlobIds') ? await receiptsFor(call, rows) : NONE
  const mdns = wanted.has('mdnBlobIds') ? await mdnsFor(call, rows) : undefined
  return {
    accountId: call.accountId,
    state,
    list: rows.map((row) => picked(shown(row, receipts.get(row.identifier ?? ''), mdns?.get(row.content)), wanted)),
    notFound: asked.filter((id) => !all.has(id)),
  }
})

const NONE: Awaited<ReturnType<typeof receiptsFor>> = new Map()

const changes = method<ChangesArgs>(
  'EmailSubmission/changes',
  SUBMISSION,
  CHANGES_ARGS,
  async (call, { sinceState, maxChanges }) => {
    const since = parseState(sinceState)
    const now = await stateOf(call)
    if (!since || since.modseq > now) return methodError('cannotCalculateChanges')
    const all = changesIn(call, await rowsOf(call), since.modseq, now)
    return { accountId: call.accountId, oldState: sinceState, ...portionOf(all, since, now, maxChanges ?? undefined) }
  },
)

const ids = listOf(isId)

/** RFC 8621 §7.3 */
const CONDITIONS: Readonly<
  Record<string, readonly [(value: unknown) => boolean, (one: Shown, value: never) => boolean]>
> = {
  identityIds: [ids, (one, value: string[]) => value.includes(one.identityId)],
  emailIds: [ids, (one, value: string[]) => value.includes(one.emailId)],
  threadIds: [ids, (one, value: string[]) => value.includes(one.threadId)],
  undoStatus: [isString, (one, value: string) => one.undoStatus === value],
  before: [isUtcDate, (one, value: string) => Date.parse(one.sendAt) < Date.parse(value)],
  after: [isUtcDate, (one, value: string) => Date.parse(one.sendAt) >= Date.parse(value)],
}

const condition = (name: string, value: unknown): ((one: Shown) => boolean) | MethodError => {
  const known = Object.hasOwn(CONDITIONS, name) ? CONDITIONS[name] : undefined
  if (!known) return methodError('unsupportedFilter', `Not known here: ${name.slice(0, 60)}`)
  const [kind, test] = known
  return kind(value) ? (one) => test(one, value as never) : { methodError: 'invalidArguments', arguments: ['filter'] }
}

const SORTS: Readonly<Record<string, keyof Shown>> = {
  emailId: 'emailId',
  threadId: 'threadId',
  sentAt: 'sendAt',
  sendAt: 'sendAt',
}

type QueryArgs = Window & {
  readonly filter?: unknown
  readonly sort?: readonly Comparator[] | null
  readonly calculateTotal?: boolean
}

const find = (rows: readonly SubmissionRow[], { filter, sort }: QueryArgs): readonly string[] | MethodError => {
  const test = readFilter(filter ?? {}, condition)
  if (typeof test !== 'function') return test
  const order = sort ?? []
  if (order.some(({ property }) => !Object.hasOwn(SORTS, property))) return methodError('unsupportedSort')
  return there(rows)
    .map((row) => shown(row))
    .filter(test)
    .sort((a, b) => {
      for (const { property, isAscending = true } of order) {
        const [x, y] = [String(a[SORTS[property]!]), String(b[SORTS[property]!])]
        if (x !== y) return x < y === isAscending ? -1 : 1
      }
      return 0 // the last sent first, as the rows come
    })
    .map(({ id }) => id)
}

const query = method<QueryArgs>('EmailSubmission/query', SUBMISSION, QUERY_ARGS, async (call, args) => {
  const queryState = printState({ modseq: await stateOf(call) })
  const found = find(await rowsOf(call), args)
  if ('methodError' in found) return found
  const window = windowOf({ length: found.length, idAt: (at) => found[at]! }, args, MOST_QUERIED)
  if (isMethodError(window)) return window
  const total = args.calculateTotal ? { total: found.length } : {}
  return { accountId: call.accountId, queryState, canCalculateChanges: true, ...window, ...total }
})

type QueryChangesArgs = QueryArgs & { readonly sinceQueryState: string; readonly maxChanges?: number | null }

const queryChanges = method<QueryChangesArgs>(
  'EmailSubmission/queryChanges',
  SUBMISSION,
  QUERY_CHANGES_ARGS,
  async (call, args) => {
    const since = parseState(args.sinceQueryState)
    const now = await stateOf(call)
    if (!since || since.within || since.modseq > now) return methodError('cannotCalculateChanges')
    const rows = await rowsOf(call)
    const found = find(rows, args)
    if ('methodError' in found) return found
    const portion = portionOf(changesIn(call, rows, since.modseq, now), since, now, undefined)
    const created = new Set(portion.created)
    // What is updated may have left, or been called back: in another place now, or in none.
    const touched = new Set([...portion.created, ...portion.updated, ...portion.destroyed])
    const told = listChanges(found, touched, (id) => created.has(id))
    if (args.maxChanges && told.removed.length + told.added.length > args.maxChanges)
      return methodError('tooManyChanges')
    return {
      accountId: call.accountId,
      oldQueryState: args.sinceQueryState,
      newQueryState: String(now),
      ...(args.calculateTotal ? { total: found.length } : {}),
      ...told,
    }
  },
)

export const submissionMethods = [get, changes, query, queryChanges, submissionSet]
