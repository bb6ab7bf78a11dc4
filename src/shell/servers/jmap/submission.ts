// EmailSubmission (RFC 8621 §7): what is sent, by the rules of the access point, and what became of it.
import { randomUUID } from 'node:crypto'
import {
  CHANGES_ARGS,
  type Comparator,
  GET_ARGS,
  isId,
  isIdOrCreation,
  isRecord,
  isString,
  isUtcDate,
  listOf,
  mapOf,
  nullable,
  QUERY_ARGS,
  QUERY_CHANGES_ARGS,
  SET_ARGS,
} from '../../../core/jmap/args.ts'
import { LIMITS, MOST_QUERIED, SUBMISSION } from '../../../core/jmap/capabilities.ts'
import { changesOf, parseState, portionOf, printState } from '../../../core/jmap/changes.ts'
import { invalidProperties } from '../../../core/jmap/compose.ts'
import { picked, pickProperties } from '../../../core/jmap/emailProperties.ts'
import { isMethodError, type MethodError, methodError, type SetError } from '../../../core/jmap/errors.ts'
import { addressesForm, type EmailAddress } from '../../../core/jmap/header.ts'
import { contentOfEmail, emailId, threadId } from '../../../core/jmap/ids.ts'
import { listChanges, type Window, windowOf } from '../../../core/jmap/query.ts'
import { DAY } from '../../../core/lib/instant.ts'
import { addressKey, parseAddrSpec, sameAddress } from '../../../core/mail/address.ts'
import { fieldValues } from '../../../core/mail/header.ts'
import type { EnvelopeValue, SubmissionRow } from '../../mailstore/outgoing.ts'
import { rootFields } from './emailBody.ts'
import { setEmails } from './emailCreate.ts'
import { utcDate } from './emails.ts'
import { identitiesOf, identityId } from './identity.ts'
import { type Call, type ChangesArgs, type GetArgs, method, type Outcome, realId, type SetArgs } from './method.ts'
import { DONE, type Done, NOT_FOUND, runSet } from './set.ts'

const PROPERTIES = [
  'id',
  'identityId',
  'emailId',
  'threadId',
  'envelope',
  'sendAt',
  'undoStatus',
  'deliveryStatus',
  'dsnBlobIds',
  'mdnBlobIds',
]

const submissionId = (id: string): string => `S${id}`

/** RFC 8621 §7: what the states of a recipient come to. */
const DELIVERED: Readonly<Record<string, string>> = {
  pending: 'queued',
  taken: 'queued',
  warned: 'queued',
  delivered: 'yes',
  failed: 'no',
  expired: 'no',
}

const statusOf = ({ envelope, states, accepted }: SubmissionRow) =>
  Object.fromEntries(
    envelope.rcptTo.map(({ email }) => {
      const key = addressKey(email)
      const state = Object.entries(states).find(([address]) => addressKey(address) === key)?.[1]
      const smtpReply = accepted ? '250 2.0.0 Accepted' : '554 5.6.0 Not accepted: see the notice of non-acceptance'
      const delivered = accepted ? (DELIVERED[state ?? ''] ?? 'unknown') : 'no'
      return [email, { smtpReply, delivered, displayed: 'unknown' }]
    }),
  )

const shown = (row: SubmissionRow) => ({
  id: submissionId(row.id),
  identityId: identityId(row.identityId),
  emailId: emailId(row.content),
  threadId: threadId(row.thread),
  envelope: row.envelope,
  sendAt: utcDate(row.sendAt),
  // What is handed to the access point is certified at once.
  undoStatus: 'final',
  deliveryStatus: statusOf(row),
  dsnBlobIds: [],
  mdnBlobIds: [],
})
type Shown = ReturnType<typeof shown>

const rowsOf = ({ options, login }: Call) => options.outgoing.submissions(login.mailboxId)
const there = (rows: readonly SubmissionRow[]): readonly SubmissionRow[] => rows.filter(({ gone }) => gone === null)

/** What was sent lately may have got receipts with any change of the box (RFC 6109 §3.3: within 24 hours). */
const SETTLING_MS = 2 * DAY
const stateOf = ({ options, login }: Call): Promise<number> => options.mailstore.modseq(login.mailboxId)

const get = method<GetArgs>('EmailSubmission/get', SUBMISSION, GET_ARGS, async (call, { ids, properties }) => {
  const wanted = pickProperties(PROPERTIES, properties)
  if (isMethodError(wanted)) return wanted
  const state = String(await stateOf(call))
  const all = new Map(there(await rowsOf(call)).map((row) => [submissionId(row.id), shown(row)]))
  const asked = ids ? [...new Set(ids)] : [...all.keys()]
  if (asked.length > LIMITS.maxObjectsInGet) return methodError('requestTooLarge')
  return {
    accountId: call.accountId,
    state,
    list: asked.flatMap((id) => (all.has(id) ? [picked(all.get(id)!, wanted)] : [])),
    notFound: asked.filter((id) => !all.has(id)),
  }
})

const changesIn = (call: Call, rows: readonly SubmissionRow[], since: number, now: number) =>
  rows.flatMap(({ id, born, changed, gone, sendAt }) => {
    const mayHave = gone === null && call.options.now() - sendAt < SETTLING_MS ? now : 0
    const last = Math.max(changed, gone ?? 0, mayHave)
    return changesOf(submissionId(id), [{ born, changed: last, gone: gone ?? undefined }], since)
  })

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

type Filter = Readonly<Record<string, unknown>>
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

const readFilter = (filter: Filter, depth = 0): ((one: Shown) => boolean) | MethodError => {
  const wrong: MethodError = { methodError: 'invalidArguments', arguments: ['filter'] }
  if (!isRecord(filter) || depth > 30) return wrong
  const { operator, conditions, ...others } = filter
  if (operator !== undefined || conditions !== undefined) {
    if (!Array.isArray(conditions) || Object.keys(others).length > 0) return wrong
    const tests: ((one: Shown) => boolean)[] = []
    for (const one of conditions) {
      const test = readFilter(one, depth + 1)
      if (typeof test !== 'function') return test
      tests.push(test)
    }
    if (operator === 'AND') return (one) => tests.every((test) => test(one))
    if (operator === 'OR') return (one) => tests.some((test) => test(one))
    return operator === 'NOT' ? (one) => !tests.some((test) => test(one)) : wrong
  }
  for (const [name, value] of Object.entries(others)) {
    if (!Object.hasOwn(CONDITIONS, name)) return methodError('unsupportedFilter', name.slice(0, 60))
    if (!CONDITIONS[name]![0](value)) return wrong
  }
  return (one) => Object.entries(others).every(([name, value]) => CONDITIONS[name]![1](one, value as never))
}

const SORTS: Readonly<Record<string, keyof Shown>> = {
  emailId: 'emailId',
  threadId: 'threadId',
  sentAt: 'sendAt',
  sendAt: 'sendAt',
}

type QueryArgs = Window & {
  readonly filter?: Filter | null
  readonly sort?: readonly Comparator[] | null
  readonly calculateTotal?: boolean
}

const find = (rows: readonly SubmissionRow[], { filter, sort }: QueryArgs): readonly string[] | MethodError => {
  const test = readFilter(filter ?? {})
  if (typeof test !== 'function') return test
  const order = sort ?? []
  if (order.some(({ property }) => !Object.hasOwn(SORTS, property))) return methodError('unsupportedSort')
  return there(rows)
    .map(shown)
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
    // Nothing that can be filtered or sorted by ever changes.
    const told = listChanges(found, new Set([...portion.created, ...portion.destroyed]), (id) => created.has(id))
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

const isPath = (value: unknown): value is { readonly email: string; readonly parameters?: unknown } =>
  isRecord(value) && isString(value.email) && (value.parameters === undefined || nullable(isRecord)(value.parameters))

type Header = { readonly from: readonly EmailAddress[]; readonly to: readonly EmailAddress[] }

/** From, and everybody whom a message is for. */
const headerOf = async (call: Call, content: string): Promise<Header> => {
  const facts = (await call.options.mailstore.facts([content])).get(content)
  if (!facts) return { from: [], to: [] }
  const fields = await rootFields(call.options.contents, { content, root: facts.parts, within: [], facts })
  const of = (name: string): readonly EmailAddress[] => fieldValues(fields, name).flatMap(addressesForm)
  return { from: of('from'), to: [...of('to'), ...of('cc'), ...of('bcc')] }
}

/** The envelope that a client gives, or that the message itself means; or why it will not do. */
const envelopeOf = (given: unknown, { to }: Header, address: string, most: number): EnvelopeValue | SetError => {
  if (given !== undefined && given !== null) {
    if (!isRecord(given) || !isPath(given.mailFrom) || !Array.isArray(given.rcptTo) || !given.rcptTo.every(isPath))
      return invalidProperties(['envelope'])
    if (!sameAddress(given.mailFrom.email, address)) return { type: 'forbiddenMailFrom' }
  }
  const wanted = isRecord(given) ? (given.rcptTo as { email: string; parameters?: unknown }[]) : to
  const mailFrom = isRecord(given) ? (given.mailFrom as { email: string; parameters?: unknown }) : { email: address }
  const paths = [...new Map(wanted.map((one) => [addressKey(one.email), one])).values()]
  if (paths.length === 0) return { type: 'noRecipients' }
  if (paths.length > most) return { type: 'tooManyRecipients', maxRecipients: most }
  const wrong = paths.filter(({ email }) => !parseAddrSpec(email)).map(({ email }) => email)
  if (wrong.length > 0) return { type: 'invalidRecipients', invalidRecipients: wrong }
  const path = (one: { readonly email: string; readonly parameters?: unknown }) => ({
    email: one.email,
    parameters: one.parameters ?? null,
  })
  return { mailFrom: path(mailFrom), rcptTo: paths.map(path) }
}

const NOT_SENDING: SetError = { type: 'forbiddenToSend', description: 'this box, or this password, does not send' }

const create = async (call: Call, given: Readonly<Record<string, unknown>>): Promise<Done> => {
  const { options, login } = call
  const unknown = Object.keys(given).filter(
    (name) => !['identityId', 'emailId', 'envelope', 'sendAt', 'undoStatus'].includes(name),
  )
  if (unknown.length > 0) return invalidProperties(unknown)
  if (!options.submit || !login.sends) return NOT_SENDING
  const wantedIdentity = isString(given.identityId) ? realId(call, given.identityId) : ''
  const identity = (await identitiesOf(call)).find((row) => identityId(row.id) === wantedIdentity)
  if (!identity) return invalidProperties(['identityId'])
  const content = isString(given.emailId) ? contentOfEmail(realId(call, given.emailId)) : undefined
  const box = await options.mailstore.box(login.mailboxId)
  const row = content === undefined ? undefined : box.rowsOf(content)[0]
  if (content === undefined || !row) return invalidProperties(['emailId'], 'there is no such email')
  const header = await headerOf(call, content)
  if (header.from.length === 0) return { type: 'invalidEmail', properties: ['from'] }
  if (!header.from.every(({ email }) => sameAddress(email, login.address))) return { type: 'forbiddenFrom' }
  const envelope = envelopeOf(given.envelope, header, login.address, options.maxRecipients)
  if ('type' in envelope) return envelope
  const id = randomUUID()
  const { state } = row.folder
  const thread = state.threadKey(row.index)
  const sent = await options.submit({
    address: login.address,
    by: login.by,
    content,
    sizeBytes: state.sizeBytes(row.index),
    forwardPaths: envelope.rcptTo.map(({ email }) => email),
    id,
    remoteAddress: login.remoteAddress,
  })
  if ('refusal' in sent) return NOT_SENDING
  const kept = { id, identityId: identity.id, content, thread, envelope, identifier: sent.identifier, sendAt: sent.at }
  await options.outgoing.keepSubmission(login.mailboxId, kept)
  const made = (await rowsOf(call)).find((one) => one.id === id)
  if (!made) return { type: 'serverFail' }
  const { emailId: _, identityId: __, ...told } = shown(made)
  return { done: told }
}

type SubmissionSet = SetArgs & {
  readonly onSuccessUpdateEmail?: Readonly<Record<string, Readonly<Record<string, unknown>>>> | null
  readonly onSuccessDestroyEmail?: readonly string[] | null
}

/** The Email/set that follows for the emails of what succeeded (RFC 8621 §7.5). */
const follow = async (
  call: Call,
  args: SubmissionSet,
  succeeded: ReadonlySet<string>,
  before: readonly SubmissionRow[],
) => {
  const rows = new Map([...before, ...(await rowsOf(call))].map((row) => [submissionId(row.id), row]))
  const emailOf = (key: string): string | undefined => {
    const id = realId(call, key)
    const row = rows.get(id)
    return row && succeeded.has(id) ? emailId(row.content) : undefined
  }
  const update: Record<string, Readonly<Record<string, unknown>>> = {}
  for (const [key, patch] of Object.entries(args.onSuccessUpdateEmail ?? {})) {
    const email = emailOf(key)
    if (email !== undefined) update[email] = patch
  }
  const destroy = (args.onSuccessDestroyEmail ?? []).flatMap((key) => emailOf(key) ?? [])
  if (Object.keys(update).length === 0 && destroy.length === 0) return undefined
  return setEmails(call, { update, destroy })
}

const set = method<SubmissionSet>(
  'EmailSubmission/set',
  SUBMISSION,
  {
    ...SET_ARGS,
    onSuccessUpdateEmail: nullable(mapOf(isIdOrCreation, isRecord)),
    onSuccessDestroyEmail: nullable(listOf(isIdOrCreation)),
  },
  async (call, args): Promise<Outcome> => {
    const before = await rowsOf(call)
    const known = new Set(there(before).map(({ id }) => submissionId(id)))
    const done = await runSet(call, args, {
      state: async () => String(await stateOf(call)),
      create: (object) => create(call, object),
      update: async (patches) => {
        const out = new Map<string, Done>()
        for (const [id, patch] of patches) {
          const isNothing = Object.entries(patch).every(([name, value]) => name === 'undoStatus' && value === 'final')
          const refused: SetError = Object.hasOwn(patch, 'undoStatus')
            ? { type: 'cannotUnsend' }
            : invalidProperties(Object.keys(patch))
          out.set(id, !known.has(id) ? NOT_FOUND : isNothing ? DONE : refused)
        }
        return out
      },
      destroy: async (gone) => {
        const out = new Map<string, Done>()
        for (const id of gone) {
          if (known.has(id)) await call.options.outgoing.removeSubmission(call.login.mailboxId, id.slice(1))
          out.set(id, known.has(id) ? DONE : NOT_FOUND)
        }
        return out
      },
    })
    if (isMethodError(done)) return done
    const succeeded = new Set([
      ...Object.values((done.created ?? {}) as Record<string, { id: string }>).map(({ id }) => id),
      ...Object.keys(done.updated ?? {}),
      ...((done.destroyed as readonly string[] | null) ?? []),
    ])
    const followed = await follow(call, args, succeeded, before)
    if (!followed) return done
    return {
      several: [
        ['EmailSubmission/set', done],
        isMethodError(followed) ? ['error', { type: followed.methodError }] : ['Email/set', followed],
      ],
    }
  },
)

export const submissionMethods = [get, changes, query, queryChanges, set]
