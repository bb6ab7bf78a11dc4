// What an open connection is told of a box: states that have changed, gathered, and as long as who is there may know.
import {
  changedStates,
  printPushState,
  readPushState,
  type TypeStates,
  typeStates,
} from '../../../core/jmap/pushStates.ts'
import type { JmapOptions, Login } from './options.ts'

/** Changes that come together are told together. */
const GATHER_MS = 50
/** How often it is asked whether who has signed in is still let in, where nothing changes meanwhile. */
const RECHECK_MS = 60_000

export type FeedOptions = {
  /** Undefined: all types. */
  readonly wanted: ReadonlySet<string> | undefined
  /** What the client says that it knows: told at once of what has changed since. */
  readonly since?: string | undefined
  readonly tell: (changed: Readonly<Partial<TypeStates>>, pushState: string) => void
  /** The right to look at the box has ended, or the database is away: the connection is over. */
  readonly ended: (why: 'revoked' | 'failed') => void
}

/** The states of the types at this moment. */
export const statesOf = async ({ mailstore }: JmapOptions, mailboxId: number): Promise<TypeStates> =>
  typeStates(await mailstore.states(mailboxId))

export type Feed = { readonly close: () => void }

/**
 * Tells of changes until it is closed. Resolves once it is known what is now: from then on no change is missed, so who
 * looks at the box after that knows all. Nothing is told before.
 */
export const openFeed = async (options: JmapOptions, login: Login, feed: FeedOptions): Promise<Feed> => {
  let told: Readonly<Partial<TypeStates>> = {}
  let began = false
  let gathering: NodeJS.Timeout | undefined
  let telling: Promise<void> | undefined
  let again = false
  let closed = false

  const close = (): void => {
    if (closed) return
    closed = true
    clearTimeout(gathering)
    clearInterval(rechecking)
    leave()
  }
  const end = (why: 'revoked' | 'failed'): void => {
    if (closed) return
    close()
    feed.ended(why)
  }
  const stillThere = async (): Promise<boolean> => {
    if (await login.mayGoOn()) return !closed
    end('revoked')
    return false
  }
  const tell = async (): Promise<void> => {
    if (!(await stillThere())) return
    const states = await statesOf(options, login.mailboxId)
    const changed = changedStates(told, states, feed.wanted)
    told = states
    if (!closed && Object.keys(changed).length > 0) feed.tell(changed, printPushState(states))
  }
  /** One at a time: what changes meanwhile is told after it. */
  const run = (): void => {
    gathering = undefined
    if (telling) {
      again = true
      return
    }
    telling = tell()
      .catch(() => end('failed'))
      .finally(() => {
        telling = undefined
        if (again && !closed) later()
        again = false
      })
  }
  const later = (): void => {
    if (!closed && began) gathering ??= setTimeout(run, GATHER_MS)
  }
  const leave = options.mailstore.watch(login.mailboxId, later)
  const rechecking = setInterval(() => void stillThere().catch(() => end('failed')), RECHECK_MS)
  rechecking.unref()
  try {
    const states = await statesOf(options, login.mailboxId)
    // Who says nothing begins with what is now; who says what is no word of ours is told everything.
    told = feed.since === undefined ? states : (readPushState(feed.since) ?? {})
  } catch (error) {
    close()
    throw error
  }
  began = true
  later()
  return { close }
}
