// Quota/get, /changes, /query, /queryChanges (RFC 9425): how much a box holds, and may hold.
import {
  CHANGES_ARGS,
  type Comparator,
  GET_ARGS,
  isString,
  QUERY_ARGS,
  QUERY_CHANGES_ARGS,
} from '../../../core/jmap/args.ts'
import { LIMITS, MOST_QUERIED, QUOTA } from '../../../core/jmap/capabilities.ts'
import { picked, pickProperties } from '../../../core/jmap/emailProperties.ts'
import { isMethodError, type MethodError, methodError } from '../../../core/jmap/errors.ts'
import { readFilter } from '../../../core/jmap/filter.ts'
import { isQuotaState, quotaState } from '../../../core/jmap/pushStates.ts'
import { type Window, windowOf } from '../../../core/jmap/query.ts'
import { type Call, type ChangesArgs, type GetArgs, method } from './method.ts'

const PROPERTIES = [
  'id',
  'resourceType',
  'used',
  'hardLimit',
  'warnLimit',
  'softLimit',
  'scope',
  'name',
  'description',
  'types',
]
const IDS = ['Qspace', 'Qmessages']

const all = async ({ options, login }: Call): Promise<readonly Readonly<Record<string, unknown>>[]> => {
  const { usedBytes, limitBytes, messages, messageLimit } = await options.mailstore.quota(login.mailboxId)
  const common = { scope: 'account', softLimit: null, description: null, types: ['Email'] }
  return [
    // Holders are told from 85 in a hundred on.
    {
      id: 'Qspace',
      resourceType: 'octets',
      used: usedBytes,
      hardLimit: limitBytes,
      warnLimit: Math.floor(limitBytes * 0.85),
      name: login.address,
      ...common,
    },
    {
      id: 'Qmessages',
      resourceType: 'count',
      used: messages,
      hardLimit: messageLimit,
      warnLimit: null,
      name: login.address,
      ...common,
    },
  ]
}

const stateOf = async ({ options, login }: Call): Promise<string> =>
  quotaState(await options.mailstore.states(login.mailboxId))

const get = method<GetArgs>('Quota/get', QUOTA, GET_ARGS, async (call, { ids, properties }) => {
  const wanted = pickProperties(PROPERTIES, properties)
  if (isMethodError(wanted)) return wanted
  if (ids && ids.length > LIMITS.maxObjectsInGet) return methodError('requestTooLarge')
  const state = await stateOf(call)
  const found = new Map((await all(call)).map((one) => [one.id as string, one]))
  const asked = ids ? [...new Set(ids)] : IDS
  return {
    accountId: call.accountId,
    state,
    list: asked.flatMap((id) => (found.has(id) ? [picked(found.get(id)!, wanted)] : [])),
    notFound: asked.filter((id) => !found.has(id)),
  }
})

/** Whatever has changed may have changed what is used of both: told one by one where the client wants no more. */
const changes = method<ChangesArgs>('Quota/changes', QUOTA, CHANGES_ARGS, async (call, { sinceState, maxChanges }) => {
  const now = await stateOf(call)
  // `first/`: the client has heard of the first already, and this is the state that it had before.
  const [, known, since] = /^(first\/)?(.*)$/s.exec(sinceState)!
  if (!isQuotaState(since!)) return methodError('cannotCalculateChanges')
  const left = since === now ? [] : known === undefined ? IDS : IDS.slice(1)
  const updated = left.slice(0, maxChanges ?? left.length)
  const hasMoreChanges = updated.length < left.length
  return {
    accountId: call.accountId,
    oldState: sinceState,
    newState: hasMoreChanges ? `first/${since}` : now,
    hasMoreChanges,
    created: [],
    updated,
    destroyed: [],
    updatedProperties: updated.length > 0 ? ['used'] : null,
  }
})

type QueryArgs = Window & {
  readonly filter?: Readonly<Record<string, unknown>> | null
  readonly sort?: readonly Comparator[] | null
  readonly calculateTotal?: boolean
}

type Quota = Readonly<Record<string, unknown>>
type Test = (one: Quota) => boolean

/** RFC 9425 §4.3.1 */
const CONDITIONS: Readonly<Record<string, (one: Quota, value: string) => boolean>> = {
  name: ({ name }, value) => String(name).includes(value),
  scope: ({ scope }, value) => scope === value,
  resourceType: ({ resourceType }, value) => resourceType === value,
  type: ({ types }, value) => (types as readonly string[]).includes(value),
}

const condition = (name: string, value: unknown): Test | MethodError => {
  const known = Object.hasOwn(CONDITIONS, name) ? CONDITIONS[name] : undefined
  if (!known) return methodError('unsupportedFilter', `Not known here: ${name.slice(0, 60)}`)
  return isString(value) ? (one) => known(one, value) : { methodError: 'invalidArguments', arguments: ['filter'] }
}

const SORTS: readonly string[] = ['name', 'used']

const sorter =
  (sort: readonly Comparator[]) =>
  (a: Quota, b: Quota): number => {
    for (const { property, isAscending = true } of sort) {
      const order = property === 'used' ? Number(a.used) - Number(b.used) : String(a.name) < String(b.name) ? -1 : 0
      if (order !== 0) return isAscending ? order : -order
    }
    return 0
  }

const query = method<QueryArgs>('Quota/query', QUOTA, QUERY_ARGS, async (call, args) => {
  const test = readFilter(args.filter ?? {}, condition)
  if (typeof test !== 'function') return test
  const sort = args.sort ?? []
  if (sort.some(({ property }) => !SORTS.includes(property))) return methodError('unsupportedSort')
  const found = (await all(call)).filter(test).sort(sorter(sort))
  const window = windowOf({ length: found.length, idAt: (at) => String(found[at]!.id) }, args, MOST_QUERIED)
  if (isMethodError(window)) return window
  const total = args.calculateTotal ? { total: found.length } : {}
  return { accountId: call.accountId, queryState: '0', canCalculateChanges: false, ...window, ...total }
})

const queryChanges = method<object>('Quota/queryChanges', QUOTA, QUERY_CHANGES_ARGS, async () =>
  methodError('cannotCalculateChanges'),
)

export const quotaMethods = [get, changes, query, queryChanges]
