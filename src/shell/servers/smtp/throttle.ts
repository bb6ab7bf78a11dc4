// Remembers failed logins by address, for a bounded number of addresses.
import {
  afterFailure,
  isForgotten,
  isThrottled,
  type LoginFailures,
  throttleKey,
} from '../../../core/mail/smtp/backoff.ts'

/** Addresses remembered at most; beyond them the ones that failed longest ago go first. */
const MAX_ADDRESSES = 50_000

export type LoginThrottle = {
  readonly throttled: (address: string) => boolean
  readonly failed: (address: string) => void
  readonly succeeded: (address: string) => void
}

/** Makes a throttle over the clock. */
export const createLoginThrottle = (now: () => number): LoginThrottle => {
  const failures = new Map<string, LoginFailures>()
  return {
    throttled: (address) => isThrottled(failures.get(throttleKey(address)), now()),
    failed: (address) => {
      const key = throttleKey(address)
      const next = afterFailure(failures.get(key), now())
      failures.delete(key)
      failures.set(key, next)
      for (const [oldest, record] of failures) {
        if (failures.size <= MAX_ADDRESSES && !isForgotten(record, now())) break
        failures.delete(oldest)
      }
    },
    succeeded: (address) => {
      failures.delete(throttleKey(address))
    },
  }
}
