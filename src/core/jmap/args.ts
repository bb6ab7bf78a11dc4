// Arguments of method calls: which there are, of what type, and which are wrong (RFC 8620 §1.2-1.4, §3.6.2).
import type { MethodError } from './errors.ts'

/** Whether a value is of a type. */
export type Kind = (value: unknown) => boolean

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** RFC 8620 §1.2 */
export const isId = (value: unknown): value is string =>
  typeof value === 'string' && /^[A-Za-z0-9_-]{1,255}$/.test(value)
/** An id, or `#` and the id by which an object is created in this request. */
export const isIdOrCreation = (value: unknown): value is string =>
  isId(value) || (typeof value === 'string' && value.startsWith('#') && isId(value.slice(1)))
export const isString = (value: unknown): value is string => typeof value === 'string'
export const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean'
export const isInt = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value)
export const isUnsignedInt = (value: unknown): value is number => isInt(value) && value >= 0
export const isPositiveInt = (value: unknown): value is number => isInt(value) && value > 0

const UTC_DATE = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d*[1-9])?Z$/
const LENIENT_DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/
/**
 * UTCDate of RFC 8620 §1.4. A fraction of zeros, which should be left out, is let through: many programs write one.
 */
export const isUtcDate = (value: unknown): value is string =>
  typeof value === 'string' &&
  value.length <= 40 &&
  (UTC_DATE.test(value) || LENIENT_DATE.test(value)) &&
  !Number.isNaN(Date.parse(value))
/** Date of RFC 8620 §1.4: with any offset. */
export const isDate = (value: unknown): value is string =>
  typeof value === 'string' &&
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/.test(value) &&
  !Number.isNaN(Date.parse(value))

export const nullable =
  (kind: Kind): Kind =>
  (value) =>
    value === null || kind(value)
export const listOf =
  (kind: Kind): Kind =>
  (value) =>
    Array.isArray(value) && value.every(kind)
export const mapOf =
  (key: Kind, kind: Kind): Kind =>
  (value) =>
    isRecord(value) && Object.entries(value).every(([name, one]) => key(name) && kind(one))
export const anything: Kind = () => true

/** Arguments by name; a name that ends in `!` must be there. */
export type ArgsShape = Readonly<Record<string, Kind>>

/** The arguments in order, or which are wrong. A null is as if it were absent where it is allowed. */
export const checkArgs = (shape: ArgsShape, args: Readonly<Record<string, unknown>>): MethodError | undefined => {
  const known = new Map(Object.entries(shape).map(([name, kind]) => [name.replace(/!$/, ''), kind] as const))
  const wrong = new Set<string>()
  for (const name of Object.keys(shape))
    if (name.endsWith('!') && !Object.hasOwn(args, name.slice(0, -1))) wrong.add(name.slice(0, -1))
  for (const [name, value] of Object.entries(args)) {
    const kind = known.get(name)
    if (!kind?.(value)) wrong.add(name)
  }
  if (wrong.size === 0) return undefined
  const names = [...wrong]
  const shown = names.slice(0, 10).map((name) => name.slice(0, 60))
  return {
    methodError: 'invalidArguments',
    arguments: shown,
  }
}

const ACCOUNT: ArgsShape = { 'accountId!': isId }

/** RFC 8620 §5.1 */
export const GET_ARGS: ArgsShape = {
  ...ACCOUNT,
  ids: nullable(listOf(isIdOrCreation)),
  properties: nullable(listOf(isString)),
}
/** RFC 8620 §5.2 */
export const CHANGES_ARGS: ArgsShape = { ...ACCOUNT, 'sinceState!': isString, maxChanges: nullable(isPositiveInt) }
/** RFC 8620 §5.3 */
export const SET_ARGS: ArgsShape = {
  ...ACCOUNT,
  ifInState: nullable(isString),
  create: nullable(mapOf(isId, isRecord)),
  update: nullable(mapOf(isIdOrCreation, isRecord)),
  destroy: nullable(listOf(isIdOrCreation)),
}
/** RFC 8620 §5.4 */
export const COPY_ARGS: ArgsShape = {
  'fromAccountId!': isId,
  ifFromInState: nullable(isString),
  ...ACCOUNT,
  ifInState: nullable(isString),
  'create!': mapOf(isId, isRecord),
  onSuccessDestroyOriginal: isBoolean,
  destroyFromIfInState: nullable(isString),
}
const COMPARATOR: Kind = (value) =>
  isRecord(value) &&
  typeof value.property === 'string' &&
  (value.isAscending === undefined || typeof value.isAscending === 'boolean') &&
  (value.collation === undefined || typeof value.collation === 'string')
/** RFC 8620 §5.5 */
export const QUERY_ARGS: ArgsShape = {
  ...ACCOUNT,
  filter: nullable(isRecord),
  sort: nullable(listOf(COMPARATOR)),
  position: isInt,
  anchor: nullable(isId),
  anchorOffset: isInt,
  limit: nullable(isUnsignedInt),
  calculateTotal: isBoolean,
}
/** RFC 8620 §5.6 */
export const QUERY_CHANGES_ARGS: ArgsShape = {
  ...ACCOUNT,
  filter: nullable(isRecord),
  sort: nullable(listOf(COMPARATOR)),
  'sinceQueryState!': isString,
  maxChanges: nullable(isPositiveInt),
  upToId: nullable(isId),
  calculateTotal: isBoolean,
}

export type Comparator = {
  readonly property: string
  readonly isAscending?: boolean
  readonly collation?: string
  readonly [more: string]: unknown
}
