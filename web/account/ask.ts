// Calls of who uses a box: a lost session, or a proof that is wanted first, is dealt with in a dialog, and the call goes on.
import { call, newKey, Problem } from '../ui/api.ts'

/** What the person is asked for before a call goes on. */
export type Wanted = 'signIn' | 'proof'
type Gate = (wanted: Wanted) => Promise<boolean>
let gate: Gate | undefined
let waiting: Promise<boolean> | undefined

/** The part of the pages that shows the dialog; gives what takes it away. */
export const setGate = (given: Gate): (() => void) => {
  gate = given
  return () => {
    gate = undefined
  }
}

/** The address of the sign-in, which leads back here. */
export const signInAddress = (): string =>
  `/casella/accesso?poi=${encodeURIComponent(location.pathname + location.search)}`

const wantedBy = (error: unknown): Wanted | undefined => {
  if (!(error instanceof Problem)) return undefined
  if (error.code === 'accountSignInNeeded') return 'signIn'
  return error.code === 'proofNeeded' ? 'proof' : undefined
}

/** Calls that find the same thing wanting at the same time share one dialog. */
const askFor = async (wanted: Wanted): Promise<boolean> => {
  if (!gate) return false
  waiting ??= gate(wanted).finally(() => {
    waiting = undefined
  })
  return waiting
}

/** Does something; where sign-in or proof is wanted it is tried once more after them. */
export const insist = async <T>(attempt: () => Promise<T>): Promise<T> => {
  try {
    return await attempt()
  } catch (error) {
    // The provider requires a second factor from today on: it is set up at the sign-in.
    if (error instanceof Problem && error.code === 'factorNeeded') location.assign(signInAddress())
    const wanted = wantedBy(error)
    if (wanted === undefined || !(await askFor(wanted))) throw error
    return attempt()
  }
}

/** Like `call`; the second try carries the same key, so that nothing is done twice. */
export const ask = (async (route: never, given?: object) => {
  const options = { idempotencyKey: newKey(), ...given } as never
  return insist(() => (call as (route: never, given: never) => Promise<unknown>)(route, options))
}) as typeof call
