// What a person did and the server has not heard yet: kept on this device, shown at once as if it were done, and told to the
// server in order, again and again until it answers. Each intent may run twice and does its work once.
import { Problem } from '../../ui/api.ts'
import { accountId, call } from '../jmap/client.ts'
import type { Done } from '../jmap/types.ts'
import { allKept, forget, keep } from './kept.ts'
import { onChange, online, tellChange } from './live.ts'
import { signal, useSignal } from './signal.ts'

/** A patch of RFC 8620 §5.3: `{ 'keywords/$seen': true }`. It says what shall be, so that twice is once. */
export type Patch = Readonly<Record<string, unknown>>

export type Intent =
  | { readonly kind: 'update'; readonly emailIds: readonly string[]; readonly patch: Patch }
  | { readonly kind: 'destroy'; readonly emailIds: readonly string[] }
  /** A message that is written: `send.ts` of write/ knows how. */
  | { readonly kind: 'send'; readonly message: unknown }

export type Queued = { readonly id: string; readonly accountId: string; readonly intent: Intent }

const queue = signal<readonly Queued[]>([])

/** What the server has not heard yet, oldest first. */
export const useQueue = (): readonly Queued[] => useSignal(queue)
export const queued = (): readonly Queued[] => queue.get()
export const followQueue = queue.subscribe

type Run = (intent: never, id: string) => Promise<void>
const isGone = (type: string): boolean => type === 'notFound'

const setEmails = async (args: Readonly<Record<string, unknown>>): Promise<void> => {
  const { notUpdated, notDestroyed } = await call<Done>('Email/set', args)
  const wrong = Object.values({ ...notUpdated, ...notDestroyed }).filter(({ type }) => !isGone(type))
  if (wrong[0]) throw new Problem(0, { code: `jmap:${wrong[0].type}` })
}

const RUNS: { [K in Intent['kind']]?: Run } = {
  update: (({ emailIds, patch }: Extract<Intent, { kind: 'update' }>) =>
    setEmails({ update: Object.fromEntries(emailIds.map((id) => [id, patch])) })) as Run,
  destroy: (({ emailIds }: Extract<Intent, { kind: 'destroy' }>) => setEmails({ destroy: emailIds })) as Run,
}

/** Says how intents of a kind are carried out: parts that come later add theirs. */
export const carryOut = <K extends Intent['kind']>(
  kind: K,
  run: (intent: Extract<Intent, { kind: K }>, id: string) => Promise<void>,
): void => {
  RUNS[kind] = run as Run
  void drain()
}

type Waiter = { readonly resolve: () => void; readonly reject: (error: unknown) => void }
const waiting = new Map<string, Waiter>()

const RETRY_MS = 4_000
let draining = false
/** What is being told to the server in this moment. */
let running: string | undefined
let timer: number | undefined

const remove = async (id: string): Promise<void> => {
  queue.set(queue.get().filter((one) => one.id !== id))
  await forget('outbox', id)
}

/** Tells the server everything that it has not heard; stops where it cannot be reached, and begins again later. */
const drain = async (): Promise<void> => {
  if (draining) return
  draining = true
  clearTimeout(timer)
  try {
    for (;;) {
      const next = queue.get().find(({ intent }) => RUNS[intent.kind] !== undefined)
      if (!next) return
      running = next.id
      try {
        await RUNS[next.intent.kind]!(next.intent as never, next.id)
      } catch (error) {
        const passing = error instanceof Problem && (error.code === 'offline' || error.status === 401)
        if (passing) {
          timer = window.setTimeout(() => void drain(), RETRY_MS)
          return
        }
        await remove(next.id)
        waiting.get(next.id)?.reject(error)
        waiting.delete(next.id)
        // what was shown as done is not
        tellChange(['Email', 'Mailbox', 'Thread'])
        continue
      }
      await remove(next.id)
      waiting.get(next.id)?.resolve()
      waiting.delete(next.id)
      tellChange(['Email', 'Mailbox', 'Thread'])
    }
  } finally {
    draining = false
    running = undefined
  }
}

/** Takes back something that nobody has begun to tell the server; undefined where there is none. */
export const withdraw = async (which: (one: Queued) => boolean): Promise<Queued | undefined> => {
  const one = queue.get().find((each) => each.id !== running && which(each))
  if (!one) return undefined
  await remove(one.id)
  waiting.get(one.id)?.resolve()
  waiting.delete(one.id)
  return one
}

let count = 0
/** Ids sort as they were made, also across visits. */
const newId = (): string => `${Date.now().toString(36).padStart(10, '0')}-${(count++).toString(36).padStart(6, '0')}`

/** Keeps what is to be done, then does it. Resolves when the server has done it; rejects with what it refused. */
export const enqueue = async (intent: Intent): Promise<void> => {
  const one: Queued = { id: newId(), accountId: accountId(), intent }
  queue.set([...queue.get(), one])
  await keep('outbox', one.id, one)
  const done = new Promise<void>((resolve, reject) => waiting.set(one.id, { resolve, reject }))
  void drain()
  return done
}

/** Takes up what an earlier visit left undone. */
export const startOutbox = async (): Promise<() => void> => {
  const mine = (await allKept<Queued>('outbox')).filter((one) => one.accountId === accountId())
  const here = new Set(queue.get().map(({ id }) => id))
  queue.set([...mine.filter(({ id }) => !here.has(id)), ...queue.get()].sort((a, b) => (a.id < b.id ? -1 : 1)))
  void drain()
  const ends = [online.subscribe(() => online.get() && void drain()), onChange(['Mailbox'], () => void drain())]
  return () => {
    for (const end of ends) end()
    clearTimeout(timer)
  }
}
