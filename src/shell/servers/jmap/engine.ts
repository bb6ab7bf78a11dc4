// Runs the method calls of a request, one after the other (RFC 8620 §3.3-3.7).
import { randomUUID } from 'node:crypto'
import { CORE, SMIME, VAPID, WEBSOCKET } from '../../../core/jmap/capabilities.ts'
import { isMethodError, type MethodError, methodError, printMethodError } from '../../../core/jmap/errors.ts'
import { accountIdOf } from '../../../core/jmap/ids.ts'
import { type Response, resolveReferences } from '../../../core/jmap/reference.ts'
import type { Invocation, JmapRequest } from '../../../core/jmap/request.ts'
import { Fault } from '../../../core/lib/refusal.ts'
import { type Call, type Outcome, runMethod } from './method.ts'
import { METHODS } from './methods.ts'
import type { JmapOptions, Login } from './options.ts'

const isSeveral = (outcome: Outcome): outcome is Extract<Outcome, { several: unknown }> => 'several' in outcome

/** A fault of the world may pass; anything else is a bug of ours, told by a reference (RFC 8620 §3.6.2). */
const failure = (options: JmapOptions, name: string, error: unknown): MethodError => {
  if (error instanceof Fault) return methodError('serverUnavailable', 'Try again later')
  const reference = randomUUID()
  options.onBug(name, reference, error)
  return methodError('serverFail', `An error of this server: ${reference}`)
}

const outcomeOf = async (
  call: Call,
  using: ReadonlySet<string>,
  [name, given]: Invocation,
  responses: readonly Response[],
): Promise<Outcome> => {
  const known = METHODS.get(name)
  if (!known || !using.has(known.capability)) return methodError('unknownMethod')
  const args = resolveReferences(given, responses)
  if (isMethodError(args)) return args
  const started = performance.now()
  try {
    return await runMethod(known, call, args)
  } catch (error) {
    return failure(call.options, name, error)
  } finally {
    call.options.measure?.(name, (performance.now() - started) / 1000)
  }
}

/** The responses to a request, and the ids of what it created where the client wants them. */
export const runRequest = async (options: JmapOptions, login: Login, request: JmapRequest) => {
  const responses: Response[] = []
  const createdIds = new Map(Object.entries(request.createdIds ?? {}))
  const accountId = accountIdOf(login.mailboxId)
  const call: Call = { options, login, accountId, using: request.using, createdIds }
  for (const invocation of request.calls) {
    const [name, , callId] = invocation
    const outcome = await outcomeOf(call, request.using, invocation, responses)
    if (isMethodError(outcome)) responses.push(['error', printMethodError(outcome), callId])
    else if (isSeveral(outcome))
      for (const [other, args] of outcome.several) responses.push([other, args as Response[1], callId])
    else responses.push([name, outcome, callId])
  }
  return {
    methodResponses: responses,
    ...(request.createdIds === undefined ? {} : { createdIds: Object.fromEntries(createdIds) }),
  }
}

const WITHOUT_METHODS: readonly string[] = [CORE, WEBSOCKET, VAPID, SMIME]

/** Whether a capability is one of this server's: most have methods. */
export const hasCapability = (capability: string): boolean =>
  WITHOUT_METHODS.includes(capability) || [...METHODS.values()].some((one) => one.capability === capability)
