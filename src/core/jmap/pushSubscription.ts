// PushSubscription (RFC 8620 §7.2): what a client may ask for, and for how long.
import { DAY, type Instant, SECOND } from '../lib/instant.ts'
import { isRecord, isString, isUtcDate, listOf, nullable } from './args.ts'
import { invalidProperties } from './compose.ts'
import type { SetError } from './errors.ts'

/** A client that is still there asks for more time within a week. */
export const LONGEST_MS = 7 * DAY
/** Subscriptions of one sign-in, and those that a box may make within an hour. */
export const MOST_SUBSCRIPTIONS = 16
export const MOST_AN_HOUR = 30
const MOST_TYPES = 100
const MOST_CHARACTERS = 255

/** `url` and `keys` are never told again: they are secrets of the client (RFC 8620 §7.2). */
export const TOLD_PROPERTIES = ['id', 'deviceClientId', 'verificationCode', 'expires', 'types'] as const
export const SECRET_PROPERTIES = ['url', 'keys'] as const

export type WantedSubscription = {
  readonly deviceClientId: string
  readonly url: string
  /** As browsers give them, in base64url; undefined: what is sent is not encrypted. */
  readonly keys: { readonly p256dh: string; readonly auth: string } | undefined
  readonly types: readonly string[] | undefined
  readonly expiresAt: Instant
}

const isTypes = nullable(
  (value) => listOf(isString)(value) && (value as string[]).length <= MOST_TYPES && (value as string[]).every(isShort),
)
const isShort = (text: string): boolean => text.length > 0 && text.length <= MOST_CHARACTERS && text.isWellFormed()
const BASE64URL = /^[A-Za-z0-9_-]{1,200}={0,2}$/
const isKeys = nullable(
  (value) =>
    isRecord(value) &&
    Object.keys(value).every((name) => name === 'p256dh' || name === 'auth') &&
    [value.p256dh, value.auth].every((one) => isString(one) && BASE64URL.test(one)),
)
const absent = (value: unknown): boolean => value === null || value === undefined

/** When a subscription ends of which a client wants that it end then; undefined where that is past. */
export const boundedExpiry = (asked: string | null | undefined, now: Instant): Instant | undefined => {
  const asks = asked === null || asked === undefined ? Number.POSITIVE_INFINITY : Date.parse(asked)
  // In whole seconds, as it is told.
  const at = Math.floor(Math.min(asks, now + LONGEST_MS) / SECOND) * SECOND
  return at > now ? at : undefined
}

const MAY_BE_SET = ['deviceClientId', 'url', 'keys', 'verificationCode', 'expires', 'types']

/** Reads an object that is to be made. */
export const readSubscription = (
  object: Readonly<Record<string, unknown>>,
  now: Instant,
): WantedSubscription | SetError => {
  const { deviceClientId, url, keys, expires, types, verificationCode } = object
  const isExpiry = absent(expires) || (isUtcDate(expires) && boundedExpiry(expires, now) !== undefined)
  const wrong = [
    ...Object.keys(object).filter((name) => !MAY_BE_SET.includes(name)),
    ...(isString(deviceClientId) && isShort(deviceClientId) ? [] : ['deviceClientId']),
    ...(isString(url) ? [] : ['url']),
    ...(absent(keys) || isKeys(keys) ? [] : ['keys']),
    ...(isExpiry ? [] : ['expires']),
    ...(types === undefined || isTypes(types) ? [] : ['types']),
    // It is not known yet.
    ...(absent(verificationCode) ? [] : ['verificationCode']),
  ]
  if (wrong.length > 0) return invalidProperties(wrong)
  return {
    deviceClientId: deviceClientId as string,
    url: url as string,
    keys: absent(keys) ? undefined : (keys as { p256dh: string; auth: string }),
    types: absent(types) ? undefined : (types as readonly string[]),
    expiresAt: boundedExpiry(expires as string | null | undefined, now)!,
  }
}

export type SubscriptionChanges = {
  readonly verificationCode?: string
  readonly expiresAt?: Instant
  readonly types?: readonly string[] | null
}

/** Reads a patch; what else there is of a subscription is never changed. */
export const readSubscriptionPatch = (
  patch: Readonly<Record<string, unknown>>,
  now: Instant,
): SubscriptionChanges | SetError => {
  const { verificationCode, expires, types, ...others } = patch
  const wrong = Object.keys(others)
  if (verificationCode !== undefined && !isString(verificationCode)) wrong.push('verificationCode')
  const expiresAt =
    expires === undefined || expires === null || isUtcDate(expires) ? boundedExpiry(expires, now) : undefined
  if (expiresAt === undefined) wrong.push('expires')
  if (types !== undefined && !isTypes(types)) wrong.push('types')
  if (wrong.length > 0) return invalidProperties(wrong)
  return {
    ...(verificationCode === undefined ? {} : { verificationCode: verificationCode as string }),
    ...(expires === undefined ? {} : { expiresAt: expiresAt! }),
    ...(types === undefined ? {} : { types: types as readonly string[] | null }),
  }
}

/** What is posted first: who hears it tells the code, and has the right to that address (RFC 8620 §7.2.2). */
export const pushVerification = (pushSubscriptionId: string, verificationCode: string) => ({
  '@type': 'PushVerification' as const,
  pushSubscriptionId,
  verificationCode,
})
