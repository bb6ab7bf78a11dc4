// What every /set has in common (RFC 8620 §5.3): states, limits, ids of what is created, one outcome for each object.
import { LIMITS } from '../../../core/jmap/capabilities.ts'
import { type MethodError, methodError, type SetError } from '../../../core/jmap/errors.ts'
import { type Call, realId, type SetArgs } from './method.ts'

type Objects = Readonly<Record<string, Readonly<Record<string, unknown>>>>

/** What became of one object: what is told of it, or why not. */
export type Done = { readonly done: object | null } | SetError
const isError = (outcome: Done): outcome is SetError => 'type' in outcome

export type SetWork = {
  /** The state of the type now. */
  readonly state: () => Promise<string>
  /** Whether a collaborator who only reads may do it; usually not. */
  readonly reads?: boolean
  /** Makes an object; gives what the server has set of it, its id among that. */
  readonly create?: (object: Readonly<Record<string, unknown>>, key: string) => Promise<Done>
  /** Changes objects, all of a request together; each id has its outcome. */
  readonly update?: (
    patches: ReadonlyMap<string, Readonly<Record<string, unknown>>>,
  ) => Promise<ReadonlyMap<string, Done>>
  readonly destroy?: (ids: readonly string[]) => Promise<ReadonlyMap<string, Done>>
}

const orNull = <T extends object>(value: T): T | null => (Object.keys(value).length > 0 ? value : null)

const FORBIDDEN: SetError = { type: 'forbidden' }

/** Names of creations that an object refers to as ids. */
const references = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return value.startsWith('#') ? [value.slice(1)] : []
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, one]) => [
    ...(name.startsWith('#') ? [name.slice(1)] : []),
    ...references(one),
  ])
}

/** Creations in an order in which each comes after those that it refers to. */
export const inOrder = (objects: Objects): readonly (readonly [string, Readonly<Record<string, unknown>>])[] => {
  const out: [string, Readonly<Record<string, unknown>>][] = []
  const seen = new Set<string>()
  const put = (key: string): void => {
    if (seen.has(key) || !Object.hasOwn(objects, key)) return
    seen.add(key)
    const { parentId, data } = objects[key]!
    for (const other of references([parentId, data])) put(other)
    out.push([key, objects[key]!])
  }
  for (const key of Object.keys(objects)) put(key)
  return out
}

/** Checks what must be checked before anything is done. */
export const checkSet = async (
  { login }: Call,
  args: SetArgs,
  work: Pick<SetWork, 'state' | 'reads'>,
): Promise<{ readonly oldState: string } | MethodError> => {
  const count = [args.create, args.update].reduce(
    (sum, one) => sum + Object.keys(one ?? {}).length,
    args.destroy?.length ?? 0,
  )
  if (count > LIMITS.maxObjectsInSet) return methodError('requestTooLarge')
  if (login.rights === 'read' && !work.reads) return methodError('accountReadOnly')
  const oldState = await work.state()
  if (args.ifInState !== undefined && args.ifInState !== null && args.ifInState !== oldState)
    return methodError('stateMismatch')
  return { oldState }
}

/** Runs a /set; gives the arguments of its response. */
export const runSet = async (
  call: Call,
  args: SetArgs,
  work: SetWork,
): Promise<MethodError | Record<string, unknown>> => {
  const checked = await checkSet(call, args, work)
  if ('methodError' in checked) return checked
  const created: Record<string, object | null> = {}
  const notCreated: Record<string, SetError> = {}
  for (const [key, object] of inOrder(args.create ?? {})) {
    const outcome = work.create ? await work.create(object, key) : FORBIDDEN
    if (isError(outcome)) notCreated[key] = outcome
    else {
      created[key] = outcome.done
      const { id } = (outcome.done ?? {}) as { id?: string }
      if (id !== undefined) call.createdIds.set(key, id)
    }
  }
  const updated: Record<string, object | null> = {}
  const notUpdated: Record<string, SetError> = {}
  const destroyed: string[] = []
  const notDestroyed: Record<string, SetError> = {}
  const willGo = new Set((args.destroy ?? []).map((id) => realId(call, id)))
  const patches = new Map<string, Readonly<Record<string, unknown>>>()
  for (const [id, patch] of Object.entries(args.update ?? {})) {
    const real = realId(call, id)
    if (willGo.has(real)) notUpdated[real] = { type: 'willDestroy' }
    else patches.set(real, patch)
  }
  const outcomes = patches.size === 0 ? NONE : work.update ? await work.update(patches) : NONE
  for (const id of patches.keys()) {
    const outcome = outcomes.get(id) ?? (work.update ? NOT_FOUND : FORBIDDEN)
    if (isError(outcome)) notUpdated[id] = outcome
    else updated[id] = outcome.done
  }
  const gone = willGo.size === 0 ? NONE : work.destroy ? await work.destroy([...willGo]) : NONE
  for (const id of willGo) {
    const outcome = gone.get(id) ?? (work.destroy ? NOT_FOUND : FORBIDDEN)
    if (isError(outcome)) notDestroyed[id] = outcome
    else destroyed.push(id)
  }
  return {
    accountId: call.accountId,
    oldState: checked.oldState,
    newState: await work.state(),
    created: orNull(created),
    updated: orNull(updated),
    destroyed: orNull(destroyed),
    notCreated: orNull(notCreated),
    notUpdated: orNull(notUpdated),
    notDestroyed: orNull(notDestroyed),
  }
}

const NONE: ReadonlyMap<string, Done> = new Map()
export const NOT_FOUND: SetError = { type: 'notFound' }
export const DONE: Done = { done: null }
