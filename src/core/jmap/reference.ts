// References to results of earlier calls of the same request (RFC 8620 §3.7).
import { isRecord } from './args.ts'
import { type MethodError, methodError } from './errors.ts'

/** A response as it was given: its name, its arguments, the id of its call. */
export type Response = readonly [name: string, args: Readonly<Record<string, unknown>>, callId: string]

/** Values that a `*` may bring together. */
const MOST_VALUES = 100_000

const tokenOf = (token: string): string => token.replaceAll('~1', '/').replaceAll('~0', '~')

const NOTHING = Symbol('nothing')

/** The value at a JSON pointer (RFC 6901), in which `*` stands for every element of an array. */
const evaluate = (value: unknown, tokens: readonly string[]): unknown => {
  const [token, ...rest] = tokens
  if (token === undefined) return value
  if (Array.isArray(value)) {
    if (token === '*') {
      const out: unknown[] = []
      for (const one of value) {
        const found = evaluate(one, rest)
        if (found === NOTHING) return NOTHING
        // Arrays in arrays are one.
        if (Array.isArray(found)) for (const inner of found) out.push(inner)
        else out.push(found)
        if (out.length > MOST_VALUES) return NOTHING
      }
      return out
    }
    return /^(?:0|[1-9]\d{0,8})$/.test(token) && Number(token) < value.length
      ? evaluate(value[Number(token)], rest)
      : NOTHING
  }
  return isRecord(value) && Object.hasOwn(value, token) ? evaluate(value[token], rest) : NOTHING
}

const resolve = (reference: unknown, responses: readonly Response[]): unknown => {
  if (!isRecord(reference)) return NOTHING
  const { resultOf, name, path } = reference
  if (typeof path !== 'string' || !(path === '' || path.startsWith('/'))) return NOTHING
  const found = responses.find(([, , callId]) => callId === resultOf)
  if (!found || found[0] !== name) return NOTHING
  return evaluate(found[1], path === '' ? [] : path.slice(1).split('/').map(tokenOf))
}

/** The arguments of a call with its references (`#name`) put in their places. */
export const resolveReferences = (
  args: Readonly<Record<string, unknown>>,
  responses: readonly Response[],
): Readonly<Record<string, unknown>> | MethodError => {
  if (!Object.keys(args).some((name) => name.startsWith('#'))) return args
  const out: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(args)) {
    if (!name.startsWith('#')) {
      out[name] = value
      continue
    }
    const plain = name.slice(1)
    if (Object.hasOwn(args, plain))
      return {
        methodError: 'invalidArguments',
        description: `Both "${plain}" and "${name}" are given`,
        arguments: [plain],
      }
    const found = resolve(value, responses)
    if (found === NOTHING) return methodError('invalidResultReference', `"${name}" refers to nothing`)
    out[plain] = found
  }
  return out
}
