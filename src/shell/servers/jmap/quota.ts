// Quota/get, /changes, /query, /queryChanges (RFC 9425): how much a box holds, and may hold.
import {
  CHANGES_ARGS,
  type Comparator,
  GET_ARGS,
  isRecord,
  isString,
  QUERY_ARGS,
  QUERY_CHANGES_ARGS,
} from '../../../core/jmap/args.ts'
import { MOST_QUERIED, QUOTA } from '../../../core/jmap/capabilities.ts'
import { picked, pickProperties } from '../../../core/jmap/emailProperties.ts'
import { isMethodError, methodError } from '../../../core/jmap/errors.ts'
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

const changes = method<ChangesArgs>('Quota/changes', QUOTA, CHANGES_ARGS, async (call, { sinceState }) => {
  if (!isQuotaState(sinceState)) return methodError('cannotCalculateChanges')
  const now = await stateOf(call)
  return {
    accountId: call.accountId,
    oldState: sinceState,
    newState: now,
    hasMoreChanges: false,
    created: [],
    updated: sinceState === now ? [] : IDS,
    destroyed: [],
    updatedProperties: ['used'],
  }
})

type QueryArgs = Window & {
  readonly filter?: Readonly<Record<string, unknown>> | null
  readonly sort?: readonly Comparator[] | null
  readonly calculateTotal?: boolean
}

const query = method<QueryArgs>('Quota/query', QUOTA, QUERY_ARGS, async (call, args) => {
  const filter = args.filter ?? {}
  for (const [name, value] of Object.entries(filter)) {
    if (!['name', 'scope', 'resourceType', 'type'].includes(name)) return methodError('unsupportedFilter')
    if (!isString(value)) return { methodError: 'invalidArguments', arguments: ['filter'] }
  }
  const sort = args.sort ?? []
  if (sort.some(({ property }) => property !== 'name' && property !== 'used')) return methodError('unsupportedSort')
  const { name, scope, resourceType, type } = filter as Readonly<Record<string, string>>
  const found = (await all(call))
    .filter(
      (one) =>
        isRecord(one) &&
        (name === undefined || String(one.name).includes(name)) &&
        (scope === undefined || one.scope === scope) &&
        (resourceType === undefined || one.resourceType === resourceType) &&
        (type === undefined || (one.types as readonly string[]).includes(type)),
    )
    .sort((a, b) => {
      const used = sort.find(({ property }) => property === 'used')
      return used ? (Number(a.used) - Number(b.used)) * (used.isAscending === false ? -1 : 1) : 0
    })
  const window = windowOf({ length: found.length, idAt: (at) => String(found[at]!.id) }, args, MOST_QUERIED)
  if (isMethodError(window)) return window
  const total = args.calculateTotal ? { total: found.length } : {}
  return { accountId: call.accountId, queryState: '0', canCalculateChanges: false, ...window, ...total }
})

const queryChanges = method<object>('Quota/queryChanges', QUOTA, QUERY_CHANGES_ARGS, async () =>
  methodError('cannotCalculateChanges'),
)

export const quotaMethods = [get, changes, query, queryChanges]
