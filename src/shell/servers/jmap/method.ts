// A method of JMAP as a row of the table in methods.ts.
//
// To add one: write `method(name, capability, arguments, run)` in the file of its type, and name it in methods.ts.
// `run` is given the call and the arguments, checked and with all references resolved; it gives the arguments of the
// response, or an error, or several responses.
import { type ArgsShape, checkArgs } from '../../../core/jmap/args.ts'
import type { Capability } from '../../../core/jmap/capabilities.ts'
import type { MethodError } from '../../../core/jmap/errors.ts'
import type { JmapOptions, Login } from './options.ts'

export type Call = {
  readonly options: JmapOptions
  readonly login: Login
  readonly accountId: string
  /** Capabilities that the client uses. */
  readonly using: ReadonlySet<string>
  /** Ids of what was created in this request, by the ids that the client gave; methods add theirs. */
  readonly createdIds: Map<string, string>
}

/** Responses of one call: what the method is, and what it does besides (RFC 8620 §3.4: an implicit call). */
export type Several = { readonly several: readonly (readonly [name: string, args: object])[] }
export type Outcome = MethodError | Several | Readonly<Record<string, unknown>>

export type Method = {
  readonly name: string
  readonly capability: Capability
  readonly shape: ArgsShape
  readonly run: (call: Call, args: never) => Promise<Outcome>
}

/** The shape of arguments that may be any. */
export const ANY_ARGS: ArgsShape = {}

/** A row of the table. */
export const method = <Args>(
  name: string,
  capability: Capability,
  shape: ArgsShape,
  run: (call: Call, args: Args) => Promise<Outcome>,
): Method => ({ name, capability, shape, run: run as Method['run'] })

/** Checks the arguments and runs the method. */
export const runMethod = async (
  { shape, run }: Method,
  call: Call,
  args: Readonly<Record<string, unknown>>,
): Promise<Outcome> => {
  const wrong = shape === ANY_ARGS ? undefined : checkArgs(shape, args)
  if (wrong) return wrong
  if ('accountId!' in shape && args.accountId !== call.accountId) return { methodError: 'accountNotFound' }
  // What was created before in this request may be asked for by its creation id.
  const ids = 'ids' in shape && Array.isArray(args.ids) ? { ids: args.ids.map((id) => realId(call, id)) } : {}
  return run(call, { ...args, ...ids } as never)
}

/** The arguments that most methods share, as they are once checked. */
export type GetArgs = { readonly ids?: readonly string[] | null; readonly properties?: readonly string[] | null }
export type ChangesArgs = { readonly sinceState: string; readonly maxChanges?: number | null }
export type SetArgs = {
  readonly ifInState?: string | null
  readonly create?: Readonly<Record<string, Readonly<Record<string, unknown>>>> | null
  readonly update?: Readonly<Record<string, Readonly<Record<string, unknown>>>> | null
  readonly destroy?: readonly string[] | null
}

/** An id that may be one of an object created before in this request. */
export const realId = ({ createdIds }: Pick<Call, 'createdIds'>, id: string): string =>
  id.startsWith('#') ? (createdIds.get(id.slice(1)) ?? id) : id
