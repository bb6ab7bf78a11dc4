// Remembers logins that failed and that were right, for a bounded number of accounts and addresses, in this process.
import type { Instant } from '../../core/lib/instant.ts'
import {
  afterFailure,
  afterSuccess,
  judgeLogin,
  type LoginStanding,
  type LoginVerdict,
  networkOf,
  type Tally,
} from '../../core/mail/sasl/backoff.ts'
import type { Clock } from '../../core/ports.ts'

/** Entries of a memory at most; beyond them the ones untouched for longest go first. */
const MOST = 50_000
/** Pairs that are familiar: no attack makes them, so they may be as many as the users of a large provider. */
const MOST_FAMILIAR = 200_000
/** Longest account and address in a key, in characters. */
const NAME_LIMIT = 320
const ADDRESS_LIMIT = 64
/** Wrong passwords of a pair that are known again. */
const GUESSES = 4

export type LoginThrottle = {
  /** What is to happen to an attempt, asked before each look at a password. */
  readonly judge: (account: string, remoteAddress: string) => LoginVerdict
  /** Whether this very guess was wrong lately: it is no new one. `guess` is a digest that depends on the account. */
  readonly isRepeated: (account: string, remoteAddress: string, guess: string) => boolean
  readonly failed: (account: string, remoteAddress: string, guess?: string) => void
  readonly succeeded: (account: string, remoteAddress: string) => void
}

/** A map that forgets what was set longest ago. */
class Memory<V> {
  readonly #entries = new Map<string, V>()
  readonly #most: number

  constructor(most = MOST) {
    this.#most = most
  }

  get(key: string): V | undefined {
    return this.#entries.get(key)
  }

  set(key: string, value: V | undefined): void {
    this.#entries.delete(key)
    if (value === undefined) return
    this.#entries.set(key, value)
    if (this.#entries.size > this.#most) this.#entries.delete(this.#entries.keys().next().value!)
  }
}

/** Makes a throttle over the clock; `account` is always the key of an address, whether it exists or not. */
export const createLoginThrottle = (clock: Clock): LoginThrottle => {
  const pairs = new Memory<{ readonly tally: Tally; readonly guesses: readonly string[] }>()
  const addresses = new Memory<Tally>()
  const accounts = new Memory<Tally>()
  const familiar = new Memory<Instant>(MOST_FAMILIAR)

  const keysOf = (account: string, remoteAddress: string) => {
    const address = networkOf(remoteAddress.slice(0, ADDRESS_LIMIT))
    const name = account.slice(0, NAME_LIMIT)
    return { address, name, pair: `${address} ${name}` }
  }
  type Keys = ReturnType<typeof keysOf>
  const standingOf = (keys: Keys): LoginStanding => ({
    pair: pairs.get(keys.pair)?.tally,
    address: addresses.get(keys.address),
    account: accounts.get(keys.name),
    familiarAt: familiar.get(keys.pair),
  })
  const keep = (keys: Keys, { pair, address, account, familiarAt }: LoginStanding, guesses: readonly string[]) => {
    pairs.set(keys.pair, pair && { tally: pair, guesses })
    addresses.set(keys.address, address)
    accounts.set(keys.name, account)
    familiar.set(keys.pair, familiarAt)
  }

  return {
    judge: (account, remoteAddress) => judgeLogin(standingOf(keysOf(account, remoteAddress)), clock.now()),
    isRepeated: (account, remoteAddress, guess) =>
      pairs.get(keysOf(account, remoteAddress).pair)?.guesses.includes(guess) ?? false,
    failed: (account, remoteAddress, guess) => {
      const keys = keysOf(account, remoteAddress)
      const known = pairs.get(keys.pair)?.guesses ?? []
      const guesses = guess === undefined ? known : [...known, guess].slice(-GUESSES)
      keep(keys, afterFailure(standingOf(keys), clock.now()), guesses)
    },
    succeeded: (account, remoteAddress) => {
      const keys = keysOf(account, remoteAddress)
      keep(keys, afterSuccess(standingOf(keys), clock.now()), [])
    },
  }
}
