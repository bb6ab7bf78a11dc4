// The last answers of the server, kept on this device: what was opened can be read again without a line.
import { forget, keep, kept, keptKeys } from './kept.ts'

type Answer = { readonly at: number; readonly answer: unknown }

/** Answers kept at the most, and the longest one in characters of its JSON (or bytes of a blob). */
const MOST = 400
const LONGEST = 4 * 1024 * 1024

/** Keys sort by nothing: this is the order in which answers were used, oldest first. */
const used = new Map<string, true>()
let loading: Promise<void> | undefined

const load = (): Promise<void> => {
  loading ??= keptKeys('answers').then((keys) => {
    const fresh = [...used.keys()]
    used.clear()
    for (const key of [...keys, ...fresh]) {
      used.delete(key)
      used.set(key, true)
    }
  })
  return loading
}

const keyOf = async (question: string): Promise<string> => {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(question))
  return Array.from(new Uint8Array(digest, 0, 16), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

const lengthOf = (answer: unknown): number => (answer instanceof Blob ? answer.size : JSON.stringify(answer).length)

const remember = async (question: string, answer: unknown): Promise<void> => {
  if (lengthOf(answer) > LONGEST) return
  await load()
  const key = await keyOf(question)
  used.delete(key)
  used.set(key, true)
  await keep('answers', key, { at: Date.now(), answer } satisfies Answer)
  for (const oldest of used.keys()) {
    if (used.size <= MOST) break
    used.delete(oldest)
    await forget('answers', oldest)
  }
}

/** Keeps an answer, when the page has nothing better to do. Browsers without secure context keep none. */
export const rememberAnswer = (question: string, answer: unknown): void => {
  if (globalThis.crypto?.subtle === undefined) return
  const idle = window.requestIdleCallback ?? ((then: () => void) => window.setTimeout(then, 200))
  idle(() => void remember(question, answer).catch(() => {}))
}

/** What was answered the last time; undefined where that is not known. */
export const answered = async <T>(question: string): Promise<T | undefined> => {
  if (globalThis.crypto?.subtle === undefined) return undefined
  return (await kept<Answer>('answers', await keyOf(question)))?.answer as T | undefined
}
