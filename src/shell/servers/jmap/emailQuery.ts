// Email/query and /queryChanges (RFC 8621 §4.4, §4.5).
import { type Comparator, isBoolean, QUERY_ARGS, QUERY_CHANGES_ARGS } from '../../../core/jmap/args.ts'
import { MAIL, MOST_QUERIED, SMIME } from '../../../core/jmap/capabilities.ts'
import { portionOf, printState } from '../../../core/jmap/changes.ts'
import {
  asksStates,
  asksThreads,
  parseEmailFilter,
  parseEmailSort,
  smimeIn,
  withSmime,
} from '../../../core/jmap/emailFilter.ts'
import { type MethodError, methodError } from '../../../core/jmap/errors.ts'
import { emailId } from '../../../core/jmap/ids.ts'
import { listChanges, type Window, windowOf } from '../../../core/jmap/query.ts'
import type { Box } from '../../mailstore/box.ts'
import { rowsOfThreads } from '../../mailstore/threads.ts'
import { emailChangesSince } from './emailChanges.ts'
import { contentOf } from './emails.ts'
import { type EmailSearch, findEmails, type PecAsked } from './find.ts'
import { type Call, method } from './method.ts'
import { learnSmime } from './smime.ts'

type SearchArgs = {
  readonly filter?: unknown
  readonly sort?: readonly Comparator[] | null
  readonly collapseThreads?: boolean
  readonly calculateTotal?: boolean
}

const searchOf = (
  { using }: Call,
  { filter, sort, collapseThreads = false }: SearchArgs,
): EmailSearch | MethodError => {
  const read = parseEmailFilter(filter, using.has(SMIME))
  if ('methodError' in read) return read
  const order = parseEmailSort(sort)
  return 'methodError' in order ? order : { filter: read, sort: order, collapseThreads }
}

/** What filters of certified mail are told. */
const askedOf = ({ options, login }: Call): PecAsked => ({
  address: login.address,
  sentIn: (states) => options.sent.contentsIn(login.mailboxId, states),
})
/** The search with what it asks of signatures found out. */
const prepared = async ({ options }: Call, box: Box, search: EmailSearch): Promise<EmailSearch | MethodError> => {
  const asked = smimeIn(search.filter)
  if (asked.size === 0) return search
  const passes = await learnSmime(options, box, asked)
  return typeof passes === 'function'
    ? { ...search, filter: withSmime(search.filter, passes), asOf: options.now() }
    : passes
}

const query = method<SearchArgs & Window>(
  'Email/query',
  MAIL,
  { ...QUERY_ARGS, collapseThreads: isBoolean },
  async (call, args) => {
    const { options, login, accountId } = call
    const asked = searchOf(call, args)
    if ('methodError' in asked) return asked
    const box = await options.mailstore.box(login.mailboxId)
    const search = await prepared(call, box, asked)
    if ('methodError' in search) return search
    const found = await findEmails(options.mailstore, box, search, askedOf(call))
    const idAt = (at: number): string => emailId(contentOf(found.rowAt(at)))
    const window = windowOf({ length: found.length, idAt }, args, MOST_QUERIED)
    if ('methodError' in window) return window
    return {
      accountId,
      queryState: printState(box),
      canCalculateChanges: !asksStates(search.filter),
      ...window,
      ...(args.calculateTotal ? { total: found.length } : {}),
    }
  },
)

/** Ids of all messages of the threads. */
const idsOfThreads = (box: Box, threads: ReadonlySet<bigint>): readonly string[] =>
  [...rowsOfThreads(box, threads).values()].flatMap((contents) => [...contents.keys()].map(emailId))

type ChangesOfQuery = SearchArgs & { readonly sinceQueryState: string; readonly maxChanges?: number | null }

const queryChanges = method<ChangesOfQuery>(
  'Email/queryChanges',
  MAIL,
  { ...QUERY_CHANGES_ARGS, collapseThreads: isBoolean },
  async (call, args) => {
    const asked = searchOf(call, args)
    if ('methodError' in asked) return asked
    // What becomes of a message that was sent changes none of the box.
    if (asksStates(asked.filter)) return methodError('cannotCalculateChanges')
    const { mailstore } = call.options
    const box = await mailstore.box(call.login.mailboxId)
    const search = await prepared(call, box, asked)
    if ('methodError' in search) return search
    const changed = await emailChangesSince(call, box, args.sinceQueryState)
    if ('methodError' in changed) return changed
    if (changed.since.within) return methodError('cannotCalculateChanges')
    const portion = portionOf(changed.changes, changed.since, box.modseq, undefined)
    const touched = new Set([...portion.created, ...portion.updated, ...portion.destroyed])
    // Another message of its thread may now stand for it, or pass or fail by it.
    if (search.collapseThreads || asksThreads(search.filter, search.sort))
      for (const id of idsOfThreads(box, changed.threads)) touched.add(id)
    const rows = await findEmails(mailstore, box, search, askedOf(call))
    const found = Array.from({ length: rows.length }, (_, at) => emailId(contentOf(rows.rowAt(at))))
    const created = new Set(portion.created)
    const told = listChanges(found, touched, (id) => created.has(id))
    if (args.maxChanges && told.removed.length + told.added.length > args.maxChanges)
      return methodError('tooManyChanges')
    return {
      accountId: call.accountId,
      oldQueryState: args.sinceQueryState,
      newQueryState: printState(box),
      ...(args.calculateTotal ? { total: found.length } : {}),
      ...told,
    }
  },
)

export const emailQueryMethods = [query, queryChanges]
