// PecSubmission/get, /query and /changes: what the box sent, however it was sent (docs/flows/jmap-pec.md).
import {
  CHANGES_ARGS,
  type Comparator,
  GET_ARGS,
  isRecord,
  isString,
  isUtcDate,
  listOf,
  QUERY_ARGS,
} from '../../../core/jmap/args.ts'
import { LIMITS, MOST_QUERIED, PEC } from '../../../core/jmap/capabilities.ts'
import { type Change, portionOf, printState } from '../../../core/jmap/changes.ts'
import { termsOf } from '../../../core/jmap/emailFilter.ts'
import { picked, pickProperties } from '../../../core/jmap/emailProperties.ts'
import { isMethodError, type MethodError, methodError } from '../../../core/jmap/errors.ts'
import { contentOfEmail, threadId } from '../../../core/jmap/ids.ts'
import { isRecipientState, type PecRecipientState, type PecSubmission } from '../../../core/jmap/pec.ts'
import { isCertified } from '../../../core/jmap/pecLook.ts'
import { identifierOfId, isAccess, submissionId } from '../../../core/jmap/pecSubmission.ts'
import { isWritten } from '../../../core/jmap/pecThread.ts'
import { type Window, windowOf } from '../../../core/jmap/query.ts'
import { DAY } from '../../../core/lib/instant.ts'
import { foldText } from '../../../core/mail/fold.ts'
import type { PecKind } from '../../../core/pec/model.ts'
import type { Box } from '../../mailstore/box.ts'
import type { SentEntry, SentFilter } from '../../pec/submissions.ts'
import { emailChangesSince } from './emailChanges.ts'
import { type Call, type ChangesArgs, type GetArgs, method } from './method.ts'
import { looksAt } from './pecLooks.ts'
import { messagesOf, submissionsAmong } from './pecThread.ts'
import { stateOf } from './submissionRows.ts'

const PROPERTIES: readonly (keyof PecSubmission)[] = [
  'id',
  'threadId',
  'emailId',
  'emailSubmissionId',
  'identifier',
  'subject',
  'sentAt',
  'accepted',
  'refusedBecause',
  'receiptType',
  'access',
  'recipients',
]

/** What the box sent under these PEC msgids, by their ids. */
const readSubmissions = async (
  call: Call,
  box: Box,
  identifiers: readonly string[],
): Promise<ReadonlyMap<string, PecSubmission>> => {
  const { options, login } = call
  const records = await options.sent.find(login.mailboxId, identifiers, [])
  const threads = await options.sent.threads(
    login.mailboxId,
    records.map(({ identifier }) => identifier),
  )
  const messages = await messagesOf(call, box, new Set(threads.values()))
  return new Map(
    [...Map.groupBy(records, ({ identifier }) => threads.get(identifier)!)].flatMap(([thread, own]) =>
      submissionsAmong(own, messages.get(thread) ?? [], threadId(thread)).map((one) => [one.id, one] as const),
    ),
  )
}

const get = method<GetArgs>('PecSubmission/get', PEC, GET_ARGS, async (call, { ids, properties }) => {
  const wanted = pickProperties(PROPERTIES, properties)
  if (isMethodError(wanted)) return wanted
  // There may be as many as were ever sent: they are found by PecSubmission/query.
  if (!ids || ids.length > LIMITS.maxObjectsInGet) return methodError('requestTooLarge')
  const state = printState({ modseq: await stateOf(call) })
  const box = await call.options.mailstore.box(call.login.mailboxId)
  const asked = [...new Set(ids)]
  const found = await readSubmissions(
    call,
    box,
    asked.flatMap((id) => identifierOfId(id) ?? []),
  )
  return {
    accountId: call.accountId,
    state,
    list: asked.flatMap((id) => (found.has(id) ? [picked(found.get(id)!, wanted)] : [])),
    notFound: asked.filter((id) => !found.has(id)),
  }
})

type Filter = SentFilter & { readonly terms: readonly string[] }
type Condition = readonly [(value: unknown) => boolean, (value: never) => Partial<Filter>]

const CONDITIONS: Readonly<Record<string, Condition>> = {
  states: [listOf(isRecipientState), (states: readonly PecRecipientState[]) => ({ states })],
  after: [isUtcDate, (date: string) => ({ from: Date.parse(date) })],
  before: [isUtcDate, (date: string) => ({ before: Date.parse(date) })],
  text: [isString, (text: string) => ({ terms: termsOf(text) })],
}

/** One condition is understood: all that it says must hold. */
const readFilter = (given: unknown): Filter | MethodError => {
  const filter: Filter = { terms: [] }
  if (given === undefined || given === null) return filter
  if (!isRecord(given)) return { methodError: 'invalidArguments', arguments: ['filter'] }
  for (const [name, value] of Object.entries(given)) {
    const known = Object.hasOwn(CONDITIONS, name) ? CONDITIONS[name] : undefined
    if (!known) return methodError('unsupportedFilter', `Not known here: ${name.slice(0, 60)}`)
    if (value === null) continue
    if (!known[0](value)) return { methodError: 'invalidArguments', arguments: ['filter'] }
    Object.assign(filter, known[1](value as never))
  }
  return filter
}

/** Subject, msgid and recipients hold every term. */
const holds = ({ identifier, message }: SentEntry, terms: readonly string[]): boolean => {
  if (terms.length === 0 || !message) return terms.length === 0
  const text = foldText([identifier, message.subject ?? '', ...message.recipients.map((one) => one.address)].join('\n'))
  return terms.every((term) => text.includes(term))
}

type QueryArgs = Window & {
  readonly filter?: unknown
  readonly sort?: readonly Comparator[] | null
  readonly calculateTotal?: boolean
}

const query = method<QueryArgs>('PecSubmission/query', PEC, QUERY_ARGS, async (call, args) => {
  const filter = readFilter(args.filter)
  if ('methodError' in filter) return filter
  const [first, ...more] = args.sort ?? []
  if (more.length > 0 || (first && first.property !== 'sentAt')) return methodError('unsupportedSort')
  const modseq = await stateOf(call)
  const all = await call.options.sent.list(call.login.mailboxId, { ...filter, told: filter.terms.length > 0 })
  const found = all.filter((one) => holds(one, filter.terms))
  // The last first, where nothing else is said: RFC 8620 §5.5 leaves it to the server.
  if (first && first.isAscending !== false) found.reverse()
  const window = windowOf(
    { length: found.length, idAt: (at) => submissionId(found[at]!.identifier) },
    args,
    MOST_QUERIED,
  )
  if (isMethodError(window)) return window
  return {
    accountId: call.accountId,
    queryState: printState({ modseq }),
    canCalculateChanges: false,
    ...window,
    ...(args.calculateTotal ? { total: found.length } : {}),
  }
})

/** A message is followed for a day; what is on its way may have been taken in charge at any time of it. */
const FOLLOWED_MS = 2 * DAY

/** What receipts tell: the access point's that something was sent, the others that something became of it. */
const changesOf = async (
  call: Call,
  box: Box,
  sinceState: string,
  now: number,
): Promise<readonly Change[] | MethodError> => {
  const { options, login } = call
  const changed = await emailChangesSince(call, box, sinceState)
  if ('methodError' in changed) return changed
  // In portions the take-in-charge of a message, which nothing in the box dates, would be told again and again.
  if (changed.since.within) return methodError('cannotCalculateChanges')
  const came = changed.changes.flatMap(({ id, modseq, what }) => {
    const content = what === 'created' ? contentOfEmail(id) : undefined
    const row = content === undefined ? undefined : box.rowsOf(content)[0]
    const kind = row?.folder.state.kind(row.index) ?? null
    return content !== undefined && isCertified(kind) && !isWritten(kind) ? [{ content, kind, modseq }] : []
  })
  const looks = await looksAt(options, came)
  const changes = came.flatMap(({ content, kind, modseq }): readonly Change[] => {
    const data = looks.get(content)?.data
    if (!data) return []
    return [{ id: submissionId(data.identifier), modseq, what: isAccess(kind as PecKind) ? 'created' : 'updated' }]
  })
  if (changed.since.modseq === now) return changes
  const taken = await options.sent.taken(login.mailboxId, options.now() - FOLLOWED_MS)
  return [...changes, ...taken.map((one): Change => ({ id: submissionId(one), modseq: now, what: 'updated' }))]
}

const changes = method<ChangesArgs>(
  'PecSubmission/changes',
  PEC,
  CHANGES_ARGS,
  async (call, { sinceState, maxChanges }) => {
    const now = await stateOf(call)
    const box = await call.options.mailstore.box(call.login.mailboxId)
    const found = await changesOf(call, box, sinceState, now)
    if ('methodError' in found) return found
    const since = { modseq: Number(sinceState) }
    const told = portionOf(found, since, now, undefined)
    const count = told.created.length + told.updated.length + told.destroyed.length
    if (maxChanges && count > maxChanges) return methodError('cannotCalculateChanges')
    return { accountId: call.accountId, oldState: sinceState, ...told }
  },
)

export const pecSubmissionMethods = [get, query, changes]
