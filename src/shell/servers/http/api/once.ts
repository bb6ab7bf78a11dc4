// Runs a request with an Idempotency-Key once: whoever sends it again gets the first answer again.
import { createHash } from 'node:crypto'
import type { Refusal } from '../../../../core/api/problems.ts'
import { answerRequest, beginRequest, dropRequest, type Request } from '../../../idempotency/answers.ts'
import { derivedToken, newToken } from '../../../identity/tokens.ts'
import type { Office } from '../../../office.ts'
import type { CookieName } from './handler.ts'

/** A cookie that an answer sets; its token by the order in which tokens were made, never itself. */
type KeptCookie = { readonly name: CookieName; readonly token: number; readonly maxAgeMs: number }
type Kept = { readonly body: unknown; readonly cookies: readonly KeptCookie[] }

/** What a run makes besides its answer. */
export type Run = {
  readonly newToken: (kind: CookieName) => string
  readonly noteCookie: (name: CookieName, token: string, maxAgeMs: number) => void
}

export type Once = {
  readonly caller: string
  readonly key: string
  readonly endpoint: string
  readonly params: unknown
  readonly query: unknown
  readonly body: unknown
}
export type Outcome = { readonly reply: unknown } | Refusal

const isKey = (key: string, shared: boolean): boolean =>
  key.length >= (shared ? 16 : 8) && key.length <= 200 && /^[\x21-\x7e]+$/.test(key)

/** Whether a key may be used: among those who are nobody in particular it must be one that cannot be guessed. */
export const isUsableKey = (key: unknown, caller: string): key is string =>
  typeof key === 'string' && isKey(key, caller === 'public')

const digest = (value: unknown): Buffer =>
  createHash('sha256')
    .update(JSON.stringify(value) ?? '')
    .digest()

/** A run without a key. */
export const plainRun: Run = { newToken: (kind) => newToken(kind), noteCookie: () => {} }

export type Repeats = {
  readonly run: (
    office: Office,
    once: Once,
    work: (run: Run) => Promise<Outcome>,
    setCookie: SetCookie,
  ) => Promise<Outcome>
}

type SetCookie = (name: CookieName, token: string, maxAgeMs: number) => void

/** Does what has not been done yet, and keeps its answer; or gives the one that is kept. */
const doOnce = async (
  office: Office,
  request: Request,
  tokenAt: (kind: CookieName, n: number) => string,
  work: (run: Run) => Promise<Outcome>,
  setCookie: SetCookie,
): Promise<Outcome> => {
  const standing = await beginRequest(office.db, request, office.clock.now())
  if (standing.kind === 'another') return { refusal: 'keyReused' }
  if (standing.kind === 'underWay') return { refusal: 'inProgress' }
  if (standing.kind === 'answered') {
    const { body, cookies } = standing.reply as Kept
    for (const { name, token, maxAgeMs } of cookies) setCookie(name, tokenAt(name, token), maxAgeMs)
    return { reply: body ?? undefined }
  }
  const tokens: string[] = []
  const cookies: KeptCookie[] = []
  const run: Run = {
    newToken: (kind) => {
      const token = tokenAt(kind, tokens.length)
      tokens.push(token)
      return token
    },
    noteCookie: (name, token, maxAgeMs) => {
      const at = tokens.indexOf(token)
      if (at >= 0) cookies.push({ name, token: at, maxAgeMs })
    },
  }
  // What failed or was refused did nothing: it may be tried again with the same key.
  const drop = (): Promise<void> => dropRequest(office.db, request).catch(() => {})
  const outcome = await work(run).catch(async (error: unknown) => {
    await drop()
    throw error
  })
  if ('refusal' in outcome) await drop()
  else await answerRequest(office.db, request, 200, { body: outcome.reply ?? null, cookies } satisfies Kept)
  return outcome
}

/** Makes the memory of what this process is at: a second request that comes meanwhile waits for the first. */
export const makeRepeats = (secretOf: () => Promise<Uint8Array>): Repeats => {
  const underWay = new Map<string, Promise<unknown>>()
  return {
    run: async (office, once, work, setCookie) => {
      const secret = await secretOf()
      const hash = digest([once.params, once.query, once.body])
      const request: Request = { caller: once.caller, key: once.key, endpoint: once.endpoint, hash }
      const seed = `${once.caller}\n${once.endpoint}\n${hash.toString('hex')}\n${once.key}`
      const place = `${request.caller}\n${request.key}`
      for (let first = underWay.get(place); first !== undefined; first = underWay.get(place))
        await first.catch(() => {})
      const doing = doOnce(office, request, (kind, n) => derivedToken(kind, secret, `${seed}\n${n}`), work, setCookie)
      underWay.set(place, doing)
      return doing.finally(() => underWay.delete(place))
    },
  }
}
