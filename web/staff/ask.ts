// Calls of people who are signed in: where the session is lost they sign in again in a dialog, and the call goes on.
import { addressOf, call, newKey, Problem } from '../ui/api.ts'
import { keepFile } from '../ui/file.ts'
import { type Upload, upload } from '../ui/upload.ts'

/** Asks for the sign-in again; whether it was given. */
type Gate = () => Promise<boolean>
let gate: Gate | undefined
let waiting: Promise<boolean> | undefined

/** The part of the pages that shows the dialog; gives what takes it away. */
export const setGate = (given: Gate): (() => void) => {
  gate = given
  return () => {
    gate = undefined
  }
}

const isLost = (error: unknown): boolean => error instanceof Problem && error.code === 'signInNeeded'

/** Calls that find the session lost at the same time share one dialog. */
const signInAgain = async (): Promise<boolean> => {
  if (!gate) return false
  waiting ??= gate().finally(() => {
    waiting = undefined
  })
  return waiting
}

const insist = async <T>(attempt: () => Promise<T>): Promise<T> => {
  try {
    return await attempt()
  } catch (error) {
    if (!isLost(error) || !(await signInAgain())) throw error
    return attempt()
  }
}

/** Like `call`; the second try carries the same key, so that nothing is done twice. */
export const ask = (async (route: never, given?: object) => {
  const options = { idempotencyKey: newKey(), ...given } as never
  return insist(() => (call as (route: never, given: never) => Promise<unknown>)(route, options))
}) as typeof call

/** Sends a file by POST with progress. `path` may carry a query. */
export const sendFile = <T>(
  path: string,
  params: Readonly<Record<string, string | number>>,
  blob: Blob,
  onProgress: (part: number) => void,
): Upload<T> => {
  let running: Upload<T> | undefined
  const done = insist(() => {
    running = upload<T>(path, params, blob, onProgress, 'POST')
    return running.done
  })
  return { done, stop: () => running?.stop() }
}

/** A path with the name of a file in its query. */
export const withFileName = (path: string, name: string): string =>
  `${path}?fileName=${encodeURIComponent(name.slice(0, 200))}`

export { addressOf, keepFile }
