// The request of JMAP (RFC 8620 §3.3): read from its bytes, or refused as a whole.
import { toUtf8Strict } from '../lib/bytes.ts'
import { isId, isRecord } from './args.ts'
import { hasDuplicates } from './duplicates.ts'
import type { RequestError, RequestErrorType } from './errors.ts'

export type Invocation = readonly [name: string, args: Readonly<Record<string, unknown>>, callId: string]

export type JmapRequest = {
  readonly using: ReadonlySet<string>
  readonly calls: readonly Invocation[]
  /** Where the client wants to be told of created ids, those that it knows. */
  readonly createdIds: Readonly<Record<string, string>> | undefined
}

export type RequestLimits = { readonly maxSizeRequest: number; readonly maxCallsInRequest: number }

const refuse = (requestError: RequestErrorType, detail: string, limit?: string): RequestError => ({
  requestError,
  detail,
  limit,
})

/** Levels of arrays and objects that are looked into. */
const DEEPEST = 100

/** Whether a value is I-JSON (RFC 7493 §2.1: no lone surrogates; for members given twice see duplicates.ts) and no deeper than anybody means. */
const isPlain = (root: unknown): boolean => {
  const open: { readonly value: unknown; readonly depth: number }[] = [{ value: root, depth: 0 }]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, depth } = next
    if (typeof value === 'string' && !value.isWellFormed()) return false
    if (typeof value !== 'object' || value === null) continue
    if (depth >= DEEPEST) return false
    for (const [name, one] of Object.entries(value)) {
      if (!name.isWellFormed()) return false
      open.push({ value: one, depth: depth + 1 })
    }
  }
  return true
}

const isInvocation = (value: unknown): value is Invocation =>
  Array.isArray(value) &&
  value.length === 3 &&
  typeof value[0] === 'string' &&
  isRecord(value[1]) &&
  typeof value[2] === 'string'

/** The I-JSON that bytes are, within a limit. */
export const parseBody = (bytes: Uint8Array, limits: RequestLimits): { readonly body: unknown } | RequestError => {
  if (bytes.length > limits.maxSizeRequest) return refuse('limit', 'The request is too large', 'maxSizeRequest')
  const text = toUtf8Strict(bytes)
  if (text === undefined) return refuse('notJSON', 'The request is not UTF-8')
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    return refuse('notJSON', 'The request is not JSON')
  }
  return isPlain(body) && !hasDuplicates(text) ? { body } : refuse('notJSON', 'The request is not I-JSON')
}

/** Reads a request. `known`: the capabilities of this server. */
export const readRequest = (
  body: unknown,
  limits: RequestLimits,
  known: (capability: string) => boolean,
): JmapRequest | RequestError => {
  if (!isRecord(body)) return refuse('notRequest', 'The request is not an object')
  const { using, methodCalls, createdIds } = body
  if (!Array.isArray(using) || !using.every((one) => typeof one === 'string'))
    return refuse('notRequest', '"using" must be an array of strings')
  if (!Array.isArray(methodCalls) || !methodCalls.every(isInvocation))
    return refuse('notRequest', '"methodCalls" must be an array of [name, arguments, id]')
  const areIds = isRecord(createdIds) && Object.entries(createdIds).every(([id, made]) => isId(id) && isId(made))
  if (createdIds !== undefined && !areIds) return refuse('notRequest', '"createdIds" must be a map of ids')
  const unknown = using.find((one) => !known(one))
  if (unknown !== undefined) return refuse('unknownCapability', `Not known here: ${unknown.slice(0, 200)}`)
  if (methodCalls.length > limits.maxCallsInRequest)
    return refuse('limit', 'Too many method calls in one request', 'maxCallsInRequest')
  return {
    using: new Set(using),
    calls: methodCalls,
    createdIds: createdIds as Readonly<Record<string, string>> | undefined,
  }
}

/** Reads a request from its bytes. */
export const parseRequest = (
  bytes: Uint8Array,
  limits: RequestLimits,
  known: (capability: string) => boolean,
): JmapRequest | RequestError => {
  const parsed = parseBody(bytes, limits)
  return 'body' in parsed ? readRequest(parsed.body, limits, known) : parsed
}
