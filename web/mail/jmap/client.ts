// The webmail's JMAP client: calls that are made in the same moment travel as one request; what only reads is tried again by
// itself; a lost session is asked for in a dialog, and the call goes on.
import { insist } from '../../account/ask.ts'
import { commonHeaders, Problem, problemOf } from '../../ui/api.ts'
import { answered, rememberAnswer } from '../store/answers.ts'
import { online } from '../store/live.ts'
import type { Session } from './types.ts'

const USING = [
  'urn:ietf:params:jmap:core',
  'urn:ietf:params:jmap:mail',
  'urn:ietf:params:jmap:submission',
  'urn:ietf:params:jmap:quota',
  'urn:ietf:params:jmap:blob',
  'urn:ceralacca:pec',
]
const MAIL = 'urn:ietf:params:jmap:mail'

export type Arguments = Readonly<Record<string, unknown>>
/** A method call: name, arguments, and the name by which others in the request refer to it (`{ '#ids': from('q', '/ids') }`). */
export type Step = readonly [method: string, args: Arguments, name?: string]

/** RFC 8620 §3.7: the result of an earlier step. */
export const from = (name: string, method: string, path: string) => ({ resultOf: name, name: method, path })

/** A method's error (RFC 8620 §3.6.2); `code` of Problem is `jmap` and its type, as in `jmap:stateMismatch`. */
const methodProblem = ({ type, description }: { type?: string; description?: string }): Problem =>
  new Problem(0, { code: `jmap:${type ?? 'serverFail'}`, ...(description ? { detail: description } : {}) })

/** Whether nothing changes if it runs twice. */
const readsOnly = (steps: readonly Step[]): boolean =>
  steps.every(([method]) => /\/(?:get|query|changes|queryChanges|parse|lookup)$/.test(method))

const PAUSES_MS = [300, 1_200, 3_000]
const PASSING = new Set([429, 502, 503, 504])

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** RFC 8620 §3.6.1: more requests at one time than the server takes; in a moment there is room. */
const isCrowded = async (response: Response): Promise<boolean> =>
  response.status === 400 && (await response.clone().text()).includes('"maxConcurrent')

/** One try: an answer, or `undefined` where the way to the server or the server itself fails and may be back in a moment. */
const once = async (url: string, init: RequestInit): Promise<Response | undefined> => {
  try {
    const response = await fetch(url, init)
    return PASSING.has(response.status) || (await isCrowded(response)) ? undefined : response
  } catch (error) {
    if (init.signal?.aborted) throw error
    return undefined
  }
}

const refusalOf = async (response: Response): Promise<Problem> =>
  response.status === 401
    ? new Problem(401, { code: 'accountSignInNeeded' })
    : problemOf(response.status, await response.text())

/** An answer of the server that is none of a refusal. Throws Problem: `offline` where it cannot be reached. */
const fetched = (url: string, init: RequestInit, again: boolean): Promise<Response> =>
  insist(async () => {
    const full = { credentials: 'same-origin' as const, ...init, headers: { ...commonHeaders(), ...init.headers } }
    for (const ms of again ? PAUSES_MS : []) {
      const response = await once(url, full)
      if (response?.ok) return response
      if (response) throw await refusalOf(response)
      await pause(ms)
    }
    const response = await once(url, full)
    if (response?.ok) return response
    throw response ? await refusalOf(response) : new Problem(0, { code: 'offline' })
  })

const isOffline = (error: unknown): boolean => error instanceof Problem && error.code === 'offline'

/**
 * Reads, and remembers what was read; without a line it gives what was read the last time, so that what was opened once can
 * be read again. Throws Problem.
 */
const readAgain = async <T>(question: string, read: (again: boolean) => Promise<T>): Promise<T> => {
  try {
    const answer = await read(false)
    rememberAnswer(question, answer)
    return answer
  } catch (error) {
    if (!isOffline(error)) throw error
    const known = await answered<T>(question)
    if (known !== undefined) {
      online.set(false)
      return known
    }
    const answer = await read(true)
    rememberAnswer(question, answer)
    return answer
  }
}

let opening: Promise<Session> | undefined
let opened: Session | undefined

const openSession = (): Promise<Session> => {
  opening ??= readAgain(
    'session',
    async (again) => (await fetched('/jmap/session', {}, again)).json() as Promise<Session>,
  )
    .then((given) => {
      opened = given
      return given
    })
    .catch((error: unknown) => {
      opening = undefined
      throw error
    })
  return opening
}

/** The session, once it is there: pages are drawn after it. */
export const session = (): Session => opened!
/** Loads the session. Throws Problem. */
export const prepareSession = openSession
/** The account that pages are about: all they ask and change names it, so that a switch of boxes elsewhere misleads nothing. */
export const accountId = (): string => session().primaryAccounts[MAIL]!
/** What a capability says of the account. */
export const capability = (urn: string): Readonly<Record<string, unknown>> =>
  session().accounts[accountId()]?.accountCapabilities[urn] ?? {}
/** Whether anything may be changed. */
export const mayWrite = (): boolean => !session().accounts[accountId()]!.isReadOnly
/** Whether anything may be sent. */
export const maySend = (): boolean =>
  'urn:ietf:params:jmap:submission' in (session().accounts[accountId()]?.accountCapabilities ?? {})

type Response1 = readonly [name: string, args: Readonly<Record<string, unknown>>, id: string]

const post = async (steps: readonly Step[], signal?: AbortSignal, isFresh = false): Promise<readonly Response1[]> => {
  await openSession()
  const known = new Set(Object.keys(session().capabilities))
  const calls = steps.map(([method, args, name], at) => [
    method,
    { accountId: accountId(), ...args },
    name ?? String(at),
  ])
  const body = JSON.stringify({ using: USING.filter((one) => known.has(one)), methodCalls: calls })
  const ask = async (again: boolean): Promise<readonly Response1[]> => {
    const headers = { 'content-type': 'application/json' }
    const response = await fetched('/jmap', { method: 'POST', headers, body, ...(signal ? { signal } : {}) }, again)
    return ((await response.json()) as { methodResponses: readonly Response1[] }).methodResponses
  }
  return readsOnly(steps) && !isFresh ? readAgain(body, ask) : ask(false)
}

const resultsOf = <T extends readonly unknown[]>(steps: readonly Step[], responses: readonly Response1[]): T =>
  steps.map(([, , name], at) => {
    const found = responses.find(([, , id]) => id === (name ?? String(at)))
    if (!found) throw methodProblem({})
    if (found[0] === 'error') throw methodProblem(found[1])
    return found[1]
  }) as unknown as T

/**
 * Several steps in one request, each by its name; gives what each answered, in their order (what a step does besides, an
 * implicit Email/set, is left out). Throws Problem where one of them fails.
 */
export const request = async <T extends readonly unknown[]>(
  steps: readonly Step[],
  signal?: AbortSignal,
): Promise<T> => {
  return resultsOf<T>(steps, await post(steps, signal))
}

/** As `request`, but what was read the last time is no answer: for who decides by it what to do. Throws Problem. */
export const requestFresh = async <T extends readonly unknown[]>(steps: readonly Step[]): Promise<T> =>
  resultsOf<T>(steps, await post(steps, undefined, true))

type Waiting = {
  readonly step: Step
  readonly resolve: (args: never) => void
  readonly reject: (error: unknown) => void
}
let gathering: Waiting[] = []

/** As many as one request takes (the server's limit is higher). */
const MOST_CALLS = 32

const flush = async (): Promise<void> => {
  const all = gathering
  gathering = []
  for (let start = 0; start < all.length; start += MOST_CALLS) {
    const some = all.slice(start, start + MOST_CALLS)
    post(some.map(({ step: [method, args] }) => [method, args] as const)).then(
      (responses) => {
        for (const [at, { resolve, reject }] of some.entries()) {
          const found = responses.find(([, , id]) => id === String(at))
          if (found && found[0] !== 'error') resolve(found[1] as never)
          else reject(methodProblem(found?.[1] ?? {}))
        }
      },
      (error: unknown) => {
        for (const { reject } of some) reject(error)
      },
    )
  }
}

/** One method; what is called in the same moment travels along. Throws Problem. */
export const call = <T>(method: string, args: Arguments = {}): Promise<T> =>
  new Promise<T>((resolve, reject) => {
    if (gathering.length === 0) queueMicrotask(() => void flush())
    gathering.push({ step: [method, args], resolve, reject })
  })

const fill = (template: string, values: Readonly<Record<string, string>>): string =>
  template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ''))

/** The path of an address that the session gives: pages speak to where they come from. */
const here = (address: string): string => address.replace(/^https?:\/\/[^/]+/, '')

/** Where the bytes of a blob are: for links, images and `fetch`. */
export const downloadUrl = (blobId: string, name: string, type = 'application/octet-stream'): string =>
  here(fill(session().downloadUrl, { accountId: accountId(), blobId, name: name || 'file', type }))

/** The bytes of a blob. Throws Problem. */
export const download = (blobId: string, signal?: AbortSignal): Promise<Blob> =>
  readAgain(`${accountId()} ${blobId}`, async (again) =>
    (await fetched(downloadUrl(blobId, 'file'), signal ? { signal } : {}, again)).blob(),
  )

export type Uploaded = { readonly blobId: string; readonly type: string; readonly size: number }

/** Uploads bytes; `onProgress` is told which share has left, 0 to 1. Throws Problem. */
export const upload = (
  bytes: Blob,
  { onProgress, signal }: { readonly onProgress?: (share: number) => void; readonly signal?: AbortSignal } = {},
): Promise<Uploaded> =>
  insist(
    () =>
      new Promise<Uploaded>((resolve, reject) => {
        const sending = new XMLHttpRequest() // fetch does not tell what has left
        sending.open('POST', here(fill(session().uploadUrl, { accountId: accountId() })))
        for (const [name, value] of Object.entries(commonHeaders())) sending.setRequestHeader(name, value)
        sending.setRequestHeader('content-type', bytes.type || 'application/octet-stream')
        sending.upload.onprogress = ({ loaded, total }) => onProgress?.(total > 0 ? loaded / total : 0)
        sending.onerror = () => reject(new Problem(0, { code: 'offline' }))
        sending.onabort = () => reject(signal?.reason ?? new DOMException('aborted', 'AbortError'))
        sending.onload = () => {
          if (sending.status === 201) resolve(JSON.parse(sending.responseText) as Uploaded)
          else if (sending.status === 401) reject(new Problem(401, { code: 'accountSignInNeeded' }))
          else
            reject(
              PASSING.has(sending.status)
                ? new Problem(0, { code: 'offline' })
                : problemOf(sending.status, sending.responseText),
            )
        }
        signal?.addEventListener('abort', () => sending.abort())
        sending.send(bytes)
      }),
  )
