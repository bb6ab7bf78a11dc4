// What becomes of an alert that was posted to a browser's push service or to a webhook, by what the other server answered.
import { DAY, HOUR, type Instant, MINUTE, SECOND } from '../lib/instant.ts'

/** What came of a request to an address that somebody gave us. */
export type PostAnswer =
  | { readonly kind: 'answered'; readonly status: number; readonly retryAfterMs?: number | undefined }
  /** Nothing was sent: the address is not one that we send to. */
  | { readonly kind: 'refused'; readonly why: 'notHttps' | 'notPublic' }
  | { readonly kind: 'silent'; readonly why: 'name' | 'connection' | 'tls' | 'time' }

export type DeliveryFacts = {
  /** Times it was tried, this one too. */
  readonly attempts: number
  readonly createdAt: Instant
  readonly now: Instant
}

export type DeliveryStep =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'again'; readonly at: Instant }
  | { readonly kind: 'failed' }
  /** There is nobody any more: nothing is sent there again. */
  | { readonly kind: 'gone' }

const isSuccess = (answer: PostAnswer): boolean =>
  answer.kind === 'answered' && answer.status >= 200 && answer.status < 300

// --- push ------------------------------------------------------------------------------------------------------------

/** What a phone that was off for longer than this is not told any more (RFC 8030 §5.2). */
export const PUSH_TTL_MS = DAY

/** 30 s, doubled each time, at most an hour; longer where the service says so, as far as it makes sense. */
const pushWait = (attempts: number, retryAfterMs = 0): number =>
  Math.min(Math.max(Math.min(30 * SECOND * 2 ** Math.min(attempts - 1, 10), HOUR), retryAfterMs), PUSH_TTL_MS)

/** RFC 8030 §7.3: a subscription that the service does not know any more is removed. */
export const afterPush = (answer: PostAnswer, { attempts, createdAt, now }: DeliveryFacts): DeliveryStep => {
  if (isSuccess(answer)) return { kind: 'delivered' }
  if (answer.kind === 'refused') return { kind: 'failed' }
  if (answer.kind === 'answered') {
    const { status } = answer
    if (status === 404 || status === 410) return { kind: 'gone' }
    if (status !== 429 && status < 500) return { kind: 'failed' }
  }
  const at = now + pushWait(attempts, answer.kind === 'answered' ? answer.retryAfterMs : undefined)
  return at > createdAt + PUSH_TTL_MS ? { kind: 'failed' } : { kind: 'again', at }
}

// --- webhooks --------------------------------------------------------------------------------------------------------

/** Waits between tries: with the last one three days have gone by. */
export const WEBHOOK_WAITS_MS: readonly number[] = [
  30 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  18 * HOUR,
  22 * HOUR + 24 * MINUTE + 30 * SECOND,
]

/** Whatever is not a success is tried again; `gone` and what failed to the last switch the webhook off. */
export const afterWebhook = (answer: PostAnswer, { attempts, now }: DeliveryFacts): DeliveryStep => {
  if (isSuccess(answer)) return { kind: 'delivered' }
  if (answer.kind === 'answered' && answer.status === 410) return { kind: 'gone' }
  const wait = WEBHOOK_WAITS_MS[attempts - 1]
  if (wait === undefined) return { kind: 'failed' }
  const asked = answer.kind === 'answered' ? (answer.retryAfterMs ?? 0) : 0
  return { kind: 'again', at: now + Math.max(wait, Math.min(asked, DAY)) }
}

/** How long the secret before the last goes on signing, so that the receiver changes it in peace. */
export const OLD_SECRET_MS = DAY

// --- addresses -------------------------------------------------------------------------------------------------------

export const MOST_URL_CHARACTERS = 2_048

/** An address that somebody gives us to send to, as it is kept; undefined where it can be none. */
export const postUrl = (typed: string, plainToo = false): string | undefined => {
  const text = typed.trim()
  if (text.length > MOST_URL_CHARACTERS || !URL.canParse(text)) return undefined
  const url = new URL(text)
  if (url.protocol !== 'https:' && !(plainToo && url.protocol === 'http:')) return undefined
  if (url.username !== '' || url.password !== '' || url.hostname === '') return undefined
  url.hash = ''
  return url.href
}
