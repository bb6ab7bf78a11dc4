// Back-off of failed logins, as pure functions over instants: who must wait, and for how long.
//
// Failures are counted for three things: the pair of account and address, the address, the account. A pair that has
// lately logged in rightly is familiar: only its own failures slow it, and never by much. So whoever guesses is
// stopped at his address, and slowed everywhere, while the holder gets in from wherever he was before, and from a new
// address after some seconds at the most: nobody can lock him out.
import { DAY, type Instant, MINUTE, SECOND } from '../../lib/instant.ts'

/** Failures as they were at the last of them; they leak away with time. */
export type Tally = { readonly level: number; readonly at: Instant }

/** What is known of an attempt before it is looked at. */
export type LoginStanding = {
  readonly pair?: Tally | undefined
  readonly address?: Tally | undefined
  readonly account?: Tally | undefined
  /** When the account last logged in rightly from the address. */
  readonly familiarAt?: Instant | undefined
}

export type LoginVerdict =
  | { readonly kind: 'go' }
  /** Look at it, after so long. */
  | { readonly kind: 'slow'; readonly ms: number }
  /** Do not look at it: whether the password is right is not to be told before then. */
  | { readonly kind: 'refuse'; readonly ms: number }

export type Rule = {
  /** Failures that cost nothing. */
  readonly free: number
  /** What the next one costs; it doubles with each. */
  readonly firstMs: number
  readonly longestMs: number
  /** Time in which one failure is forgotten. */
  readonly leakMs: number
}

export const LOGIN_RULES = {
  /** A person mistypes; a program keeps trying an old password, which counts once. */
  pair: { free: 3, firstMs: SECOND, longestMs: 15 * MINUTE, leakMs: 10 * MINUTE },
  /** Someone else at the holder's own address must not keep him out for long. */
  familiar: { free: 3, firstMs: SECOND, longestMs: MINUTE, leakMs: 10 * MINUTE },
  /** Many people may share an address. */
  address: { free: 20, firstMs: SECOND, longestMs: 15 * MINUTE, leakMs: MINUTE },
  /** Guesses from many addresses slow each other; refusing them would let them lock out the holder. */
  account: { free: 10, firstMs: SECOND / 4, longestMs: 8 * SECOND, leakMs: MINUTE },
} as const satisfies Record<string, Rule>

const FAMILIAR_MS = 30 * DAY

/** Failures that still count. */
const leaked = (tally: Tally | undefined, rule: Rule, now: Instant): number =>
  tally === undefined ? 0 : Math.max(0, tally.level - Math.max(0, now - tally.at) / rule.leakMs)

/** What so many failures cost, in milliseconds. */
export const waitAfter = (level: number, rule: Rule): number =>
  level < rule.free ? 0 : Math.min(rule.firstMs * 2 ** Math.min(Math.floor(level) - rule.free, 30), rule.longestMs)

/** What is left of the wait; a clock that was set back adds nothing to it. */
const remaining = (tally: Tally | undefined, rule: Rule, now: Instant): number => {
  if (tally === undefined) return 0
  const wait = waitAfter(tally.level, rule)
  return Math.max(0, wait - Math.max(0, now - tally.at))
}

const isFamiliar = ({ familiarAt }: LoginStanding, now: Instant): boolean =>
  familiarAt !== undefined && now - familiarAt < FAMILIAR_MS

/** What is to happen to an attempt. */
export const judgeLogin = (standing: LoginStanding, now: Instant): LoginVerdict => {
  const familiar = isFamiliar(standing, now)
  const own = remaining(standing.pair, familiar ? LOGIN_RULES.familiar : LOGIN_RULES.pair, now)
  const wait = familiar ? own : Math.max(own, remaining(standing.address, LOGIN_RULES.address, now))
  if (wait > 0) return { kind: 'refuse', ms: wait }
  if (familiar) return { kind: 'go' }
  // Each attempt waits by itself from when it comes, or the one that comes after a pause would not be slowed.
  const ms = waitAfter(leaked(standing.account, LOGIN_RULES.account, now), LOGIN_RULES.account)
  return ms > 0 ? { kind: 'slow', ms } : { kind: 'go' }
}

/** One more failure. Beyond what reaches the longest wait it is not counted, so that it can be forgotten. */
const more = (tally: Tally | undefined, rule: Rule, now: Instant): Tally => {
  const most = rule.free + Math.ceil(Math.log2(rule.longestMs / rule.firstMs)) + 1
  return { level: Math.min(leaked(tally, rule, now) + 1, most), at: now }
}

/** The standing after a wrong password or proof. A familiar pair's failures say nothing of an attack on the account. */
export const afterFailure = (standing: LoginStanding, now: Instant): LoginStanding => ({
  ...standing,
  pair: more(standing.pair, LOGIN_RULES.pair, now),
  address: more(standing.address, LOGIN_RULES.address, now),
  account: isFamiliar(standing, now) ? standing.account : more(standing.account, LOGIN_RULES.account, now),
})

/**
 * The standing after a right one. The address keeps its count: one account of one's own must not pay for guesses at
 * others.
 */
export const afterSuccess = (standing: LoginStanding, now: Instant): LoginStanding => ({
  ...standing,
  pair: undefined,
  familiarAt: now,
})

/** What addresses share a count: an IPv4 address, or the /64 of an IPv6 one. */
export const networkOf = (address: string): string => {
  const mapped = /^::ffff:([0-9.]+)$/i.exec(address)
  if (mapped) return mapped[1]!
  if (!address.includes(':')) return address
  const [head = '', tail] = address.split('%')[0]!.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? 0 : Math.max(8 - left.length - right.length, 0)
  const groups = [...left, ...Array<string>(zeros).fill('0'), ...right]
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')
}
