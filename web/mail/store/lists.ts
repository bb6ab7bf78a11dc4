// Lists of conversations, read in windows: what was read stays while it is read again, and while the list is out of sight.
import type { PecThread } from '../../../src/core/jmap/pec.ts'
import type { Problem } from '../../ui/api.ts'
import { asProblem } from '../../ui/hooks.ts'
import { type Arguments, from, request, type Step } from '../jmap/client.ts'
import type { Got, Queried } from '../jmap/types.ts'
import { onChange } from './live.ts'
import { heard, settle } from './overlay.ts'
import { type Signal, signal } from './signal.ts'

/** RFC 8621 §5 */
export type Snippet = { readonly emailId: string; readonly subject: string | null; readonly preview: string | null }

export type ListRow = {
  /** The message that stands for the conversation in this list. */
  readonly emailId: string
  readonly threadId: string
  readonly card: PecThread
  readonly snippet: Snippet | undefined
}

/** What a list is of. */
export type Question = {
  readonly key: string
  readonly filter: Arguments
  /** What is to be marked in the rows. */
  readonly marks: Arguments | undefined
}

export type ListState = {
  readonly total: number | undefined
  /** By their place in the list; what was not read is not there. */
  readonly rows: ReadonlyMap<number, ListRow>
  readonly problem: Problem | undefined
  /** Conversations that came since `seeArrived` was called. */
  readonly arrived: number
}

export type List = {
  readonly question: Question
  readonly state: Signal<ListState>
  /** Says which rows are looked at: they are read, and what was to be read elsewhere is not. */
  readonly look: (first: number, last: number) => void
  /** Reads again what is looked at. */
  readonly refresh: () => void
  readonly seeArrived: () => void
  /** Kept for when the list is shown again. */
  scrollTop: number
}

/** Rows that are read at once. */
export const WINDOW = 50
/** Most windows that one look reads. */
const MOST_WINDOWS = 3

type Answer = { readonly position: number; readonly total: number; readonly rows: readonly ListRow[] }

type Cards = Got<PecThread>
type Threads = Got<{ readonly id: string; readonly threadId: string }>

const NEWEST_FIRST = [{ property: 'receivedAt', isAscending: false }]

const read = async (
  { filter, marks }: Question,
  position: number,
  limit: number,
  signal: AbortSignal,
): Promise<Answer> => {
  const query: Arguments = {
    filter,
    sort: NEWEST_FIRST,
    collapseThreads: true,
    calculateTotal: true,
    position,
    limit,
  }
  const ids = { '#ids': from('q', 'Email/query', '/ids') }
  const steps: Step[] = [
    ['Email/query', query, 'q'],
    ['Email/get', { ...ids, properties: ['id', 'threadId'] }, 'e'],
    ['PecThread/get', { '#ids': from('e', 'Email/get', '/list/*/threadId') }, 't'],
  ]
  if (marks) steps.push(['SearchSnippet/get', { '#emailIds': from('q', 'Email/query', '/ids'), filter: marks }, 's'])
  const [queried, emails, cards, snippets] = await request<[Queried, Threads, Cards, { list: readonly Snippet[] }?]>(
    steps,
    signal,
  )
  const threadOf = new Map(emails.list.map(({ id, threadId }) => [id, threadId]))
  const cardOf = new Map(cards.list.map((card) => [card.id, card]))
  const snippetOf = new Map(snippets?.list.map((one) => [one.emailId, one]))
  return {
    position: queried.position,
    total: queried.total ?? 0,
    rows: queried.ids.flatMap((emailId) => {
      const threadId = threadOf.get(emailId)
      const card = threadId === undefined ? undefined : cardOf.get(threadId)
      return card ? [{ emailId, threadId: card.id, card, snippet: snippetOf.get(emailId) }] : []
    }),
  }
}

/** How many of the first rows are not those that were first: they came or have something new that is unread. */
const newAtTop = (rows: readonly ListRow[], known: ReadonlyMap<string, string>): number => {
  let count = 0
  for (const { threadId, emailId, card } of rows) {
    if (known.get(threadId) === emailId) break
    if (card.unread > 0) count += 1
  }
  return count
}

const openList = (question: Question): List => {
  const state = signal<ListState>({ total: undefined, rows: new Map(), problem: undefined, arrived: 0 })
  /** Windows that are as the server has them, and those that are under way. */
  let fresh = new Set<number>()
  const underWay = new Map<number, AbortController>()
  let looked = { first: 0, last: WINDOW - 1 }
  let turn = 0
  let refreshing: AbortController | undefined
  /** Something changed while it was read. */
  let again = false

  const fail = (error: unknown, signal: AbortSignal): void => {
    if (!signal.aborted) state.set({ ...state.get(), problem: asProblem(error) })
  }

  const readWindow = async (page: number): Promise<void> => {
    const controller = new AbortController()
    underWay.set(page, controller)
    const mine = turn
    try {
      const { position, total, rows } = await read(question, page * WINDOW, WINDOW, controller.signal)
      if (mine !== turn || controller.signal.aborted) return
      const all = new Map(state.get().rows)
      for (const [at, row] of rows.entries()) all.set(position + at, row)
      fresh.add(page)
      state.set({ ...state.get(), total, rows: all, problem: undefined })
    } catch (error) {
      fail(error, controller.signal)
    } finally {
      if (underWay.get(page) === controller) underWay.delete(page)
    }
  }

  const look = (first: number, last: number): void => {
    looked = { first, last }
    if (refreshing) return
    const { total } = state.get()
    const end = total === undefined ? 0 : Math.max(0, Math.min(last, total - 1))
    const pages: number[] = []
    for (let page = Math.floor(Math.max(0, first) / WINDOW); page <= Math.floor(end / WINDOW); page++) pages.push(page)
    for (const [page, controller] of underWay)
      if (!pages.includes(page)) {
        controller.abort()
        underWay.delete(page)
      }
    for (const page of pages.slice(0, MOST_WINDOWS)) if (!fresh.has(page) && !underWay.has(page)) void readWindow(page)
  }

  /** Takes over what was read around the place looked at; all else moves with it and is read again when it is seen. */
  const take = ({ position, total, rows }: Answer): void => {
    const old = state.get()
    const places = new Map([...old.rows].map(([at, row]) => [row.threadId, at]))
    const emails = new Map([...old.rows.values()].map((row) => [row.threadId, row.emailId]))
    const shifts = rows.flatMap(({ threadId }, at) => {
      const before = places.get(threadId)
      return before !== undefined && before >= looked.first ? [position + at - before] : []
    })
    const shift = shifts[0] ?? 0
    const all = new Map<number, ListRow>()
    const here = new Set(rows.map(({ threadId }) => threadId))
    for (const [at, row] of old.rows)
      if (!here.has(row.threadId) && at + shift >= 0 && at + shift < total) all.set(at + shift, row)
    for (let at = 0; at < rows.length; at++) all.set(position + at, rows[at]!)
    fresh = new Set()
    for (let page = Math.ceil(position / WINDOW); (page + 1) * WINDOW <= position + rows.length; page++) fresh.add(page)
    if (position + rows.length >= total) fresh.add(Math.floor(Math.max(0, total - 1) / WINDOW))
    const came = old.total === undefined ? 0 : position === 0 ? newAtTop(rows, emails) : Math.max(0, shift)
    state.set({ total, rows: all, problem: undefined, arrived: old.arrived + came })
  }

  const refresh = (): void => {
    if (refreshing) {
      again = true
      return
    }
    again = false
    turn += 1
    for (const [, controller] of underWay) controller.abort()
    underWay.clear()
    const controller = new AbortController()
    refreshing = controller
    const position = Math.max(0, (Math.floor(looked.first / WINDOW) - 1) * WINDOW)
    const limit = Math.min(MOST_WINDOWS * WINDOW, Math.ceil((looked.last + 1 - position) / WINDOW) * WINDOW + WINDOW)
    const told = heard()
    read(question, position, limit, controller.signal)
      .then((answer) => {
        refreshing = undefined
        take(answer)
        settle(told)
        look(looked.first, looked.last)
      })
      .catch((error: unknown) => {
        refreshing = undefined
        fail(error, controller.signal)
      })
      .finally(() => {
        if (again) refresh()
      })
  }

  return {
    question,
    state,
    look,
    refresh,
    seeArrived: () => {
      if (state.get().arrived > 0) state.set({ ...state.get(), arrived: 0 })
    },
    scrollTop: 0,
  }
}

const KEPT = 8
const lists = new Map<string, List>()

/** The list of a question, as it was left. */
export const listOf = (question: Question): List => {
  const known = lists.get(question.key)
  const list = known && JSON.stringify(known.question) === JSON.stringify(question) ? known : openList(question)
  lists.delete(question.key)
  lists.set(question.key, list)
  for (const key of lists.keys()) {
    if (lists.size <= KEPT) break
    lists.delete(key)
  }
  return list
}

const QUIET_MS = 120

/** Reads a list that is shown again when something changed, until it is ended. */
export const followList = (list: List): (() => void) => {
  let timer: number | undefined
  const end = onChange(['Email', 'Mailbox', 'Thread', 'PecSubmission'], () => {
    clearTimeout(timer)
    timer = window.setTimeout(list.refresh, QUIET_MS)
  })
  list.refresh()
  return () => {
    end()
    clearTimeout(timer)
  }
}
