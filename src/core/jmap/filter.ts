// Filters of queries whose conditions are told at once of each object: operators over a table of conditions (RFC 8620 §5.5).
import { isRecord } from './args.ts'
import type { MethodError } from './errors.ts'

const DEEPEST = 30
const WRONG: MethodError = { methodError: 'invalidArguments', arguments: ['filter'] }

/** The test that a filter means; `condition`: the test of one property of a FilterCondition. */
export const readFilter = <T>(
  filter: unknown,
  condition: (name: string, value: unknown) => ((one: T) => boolean) | MethodError,
  depth = 0,
): ((one: T) => boolean) | MethodError => {
  if (!isRecord(filter) || depth > DEEPEST) return WRONG
  const { operator, conditions } = filter
  const isOperator = operator !== undefined || conditions !== undefined
  const known = operator === 'AND' || operator === 'OR' || operator === 'NOT'
  if (isOperator && (!known || !Array.isArray(conditions) || Object.keys(filter).length !== 2)) return WRONG
  const read = isOperator
    ? (conditions as unknown[]).map((one) => readFilter(one, condition, depth + 1))
    : Object.entries(filter).map(([name, value]) => condition(name, value))
  const tests: ((one: T) => boolean)[] = []
  for (const test of read) {
    if (typeof test !== 'function') return test
    tests.push(test)
  }
  if (operator === 'OR') return (one) => tests.some((test) => test(one))
  if (operator === 'NOT') return (one) => !tests.some((test) => test(one))
  return (one) => tests.every((test) => test(one))
}
