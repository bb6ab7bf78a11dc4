// Exponential back-off of failed logins from one address, as a pure function over instants.
import { type Instant, MINUTE, SECOND } from '../../lib/instant.ts'

/** Failed logins of one address. */
export type LoginFailures = { readonly count: number; readonly lastAt: Instant }

/** Failures that cost nothing: a person mistypes. */
const FREE = 3
const LONGEST = 15 * MINUTE

/** How long the address must wait after its last failure, in milliseconds. */
export const waitAfter = (count: number): number =>
  count < FREE ? 0 : Math.min(SECOND * 2 ** Math.min(count - FREE, 20), LONGEST)

/** Whether the address must still wait. */
export const isThrottled = (failures: LoginFailures | undefined, now: Instant): boolean =>
  failures !== undefined && now < failures.lastAt + waitAfter(failures.count)

/** Counts one more failure; what lies back longer than twice the longest wait is forgotten. */
export const afterFailure = (failures: LoginFailures | undefined, now: Instant): LoginFailures => ({
  count: failures === undefined || isForgotten(failures, now) ? 1 : failures.count + 1,
  lastAt: now,
})

/** Whether the failures no longer count. */
export const isForgotten = (failures: LoginFailures, now: Instant): boolean => now > failures.lastAt + 2 * LONGEST

/** What addresses share a count: an IPv4 address, or the /64 of an IPv6 one. */
export const throttleKey = (address: string): string => {
  const mapped = /^::ffff:([0-9.]+)$/i.exec(address)
  if (mapped) return mapped[1]!
  if (!address.includes(':')) return address
  const [head = '', tail] = address.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? 0 : Math.max(8 - left.length - right.length, 0)
  const groups = [...left, ...Array<string>(zeros).fill('0'), ...right]
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')
}
