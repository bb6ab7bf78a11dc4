// What is done with conversations of a list: which of their messages it is about is asked of the server, then it is done as
// everything is: shown at once, retried, and taken back where that can be.
import { type Arguments, call } from '../jmap/client.ts'
import type { Email, Folder, Got, Queried } from '../jmap/types.ts'
import { destroy, move, setFlagged, setSeen } from '../store/actions.ts'
import { allFolders } from '../store/folders.ts'
import type { ListRow } from '../store/lists.ts'
import { signal, useSignal } from '../store/signal.ts'

type Lying = Pick<Email, 'id' | 'threadId' | 'mailboxIds' | 'keywords'>

/** As many as a method takes (capabilities: maxObjectsInGet and Set); fewer, so that others are not kept waiting. */
const PORTION = 500
const QUERIED = 10_000

const portions = <T>(list: readonly T[]): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(list.length / PORTION) }, (_, at) => list.slice(at * PORTION, (at + 1) * PORTION))

/** What is chosen: rows, or all that a filter finds. */
export type Chosen =
  | { readonly kind: 'rows'; readonly rows: readonly ListRow[] }
  | { readonly kind: 'all'; readonly filter: Arguments; readonly count: number }

export const countOf = (chosen: Chosen): number => (chosen.kind === 'rows' ? chosen.rows.length : chosen.count)

/** Conversations that leave their list before it is known which of their messages do. */
const leaving = signal<ReadonlySet<string>>(new Set())
export const useLeaving = (): ReadonlySet<string> => useSignal(leaving)

const hide = (chosen: Chosen): (() => void) => {
  const ids = chosen.kind === 'rows' ? chosen.rows.map(({ threadId }) => threadId) : ['*']
  leaving.set(new Set([...leaving.get(), ...ids]))
  return () => leaving.set(new Set([...leaving.get()].filter((id) => !ids.includes(id))))
}

const lyingOf = async (ids: readonly string[]): Promise<readonly Lying[]> => {
  const properties = ['id', 'threadId', 'mailboxIds', 'keywords']
  const got = await Promise.all(portions(ids).map((some) => call<Got<Lying>>('Email/get', { ids: some, properties })))
  return got.flatMap(({ list }) => list)
}

/** Ids of all that a filter finds, receipts too where the filter lets them in. */
export const idsOf = async (filter: Arguments): Promise<readonly string[]> => {
  const ids: string[] = []
  for (;;) {
    const found = await call<Queried>('Email/query', { filter, position: ids.length, limit: QUERIED })
    ids.push(...found.ids)
    if (found.ids.length < QUERIED) return ids
  }
}

/** All messages of what is chosen, as they lie. */
const lyingIn = async (chosen: Chosen): Promise<readonly Lying[]> =>
  lyingOf(chosen.kind === 'all' ? await idsOf(chosen.filter) : chosen.rows.flatMap(({ card }) => card.emailIds))

const each = async (ids: readonly string[], act: (some: readonly string[]) => Promise<void>): Promise<void> => {
  await Promise.all(portions(ids).map(act))
}

export const markSeen = async (chosen: Chosen, seen: boolean): Promise<void> => {
  if (!seen && chosen.kind === 'rows') {
    await setSeen(
      chosen.rows.map(({ emailId }) => emailId),
      false,
    )
    return
  }
  if (chosen.kind === 'all') {
    const wrong = { [seen ? 'notKeyword' : 'hasKeyword']: '$seen' }
    const filter = { operator: 'AND', conditions: [chosen.filter, wrong] }
    await each(await idsOf(filter), (some) => setSeen(some, seen))
    return
  }
  // at once what is known, then whatever else of the conversations is not as it should be
  const known = setSeen(
    chosen.rows.flatMap(({ card }) => card.writtenIds),
    seen,
  )
  known.catch(() => {})
  const lying = await lyingIn(chosen)
  await each(
    lying.filter(({ keywords }) => (keywords.$seen === true) !== seen).map(({ id }) => id),
    (some) => setSeen(some, seen),
  )
  await known
}

export const markFlagged = async (chosen: Chosen, flagged: boolean): Promise<void> => {
  if (chosen.kind === 'rows')
    return setFlagged(
      chosen.rows.flatMap(({ emailId, card }) => (flagged ? emailId : card.writtenIds)),
      flagged,
    )
  await each(await idsOf(chosen.filter), (some) => setFlagged(some, flagged))
}

/** Messages by the folder that they leave: the list's, or the one in which what was found lies. */
const byFolder = (
  chosen: Chosen,
  lying: readonly Lying[],
  folder: Folder | undefined,
): ReadonlyMap<Folder, string[]> => {
  const groups = new Map<Folder, string[]>()
  const places = new Map(lying.map(({ id, mailboxIds }) => [id, Object.keys(mailboxIds)]))
  const shown = new Map(
    chosen.kind === 'rows' ? chosen.rows.map(({ threadId, emailId }) => [threadId, places.get(emailId) ?? []]) : [],
  )
  for (const { id, threadId, mailboxIds } of lying) {
    const own = Object.keys(mailboxIds)
    const where = folder?.id ?? (shown.get(threadId) ?? own).find((one) => own.includes(one))
    const out = allFolders().find((one) => one.id === where)
    if (!out || !own.includes(out.id)) continue
    groups.set(out, [...(groups.get(out) ?? []), id])
  }
  return groups
}

export type Taken = { readonly done: Promise<void>; readonly undo: () => Promise<void> }

/** Moves out of the list's folder, or out of where what was found lies. Resolves when it is shown. */
export const moveAll = async (chosen: Chosen, folder: Folder | undefined, to: Folder): Promise<Taken> => {
  const show = hide(chosen)
  try {
    const groups =
      chosen.kind === 'all' && folder
        ? new Map([[folder, await idsOf(chosen.filter)]])
        : byFolder(chosen, await lyingIn(chosen), folder)
    const moves = [...groups].flatMap(([out, ids]) =>
      out.id === to.id ? [] : portions(ids).map((some) => move(some, out, to)),
    )
    const done = Promise.all(moves.map((one) => one.done)).then(() => {})
    return { done, undo: async () => void (await Promise.all(moves.map(({ undo }) => undo()))) }
  } finally {
    show()
  }
}

/** Removes for good what lies in a folder; what lies elsewhere too only leaves it. */
export const destroyAll = async (chosen: Chosen, folder: Folder): Promise<readonly string[]> => {
  const show = hide(chosen)
  try {
    const here = (await lyingIn(chosen)).filter(({ mailboxIds }) => mailboxIds[folder.id])
    await destroyLying(here, folder)
    return here.map(({ id }) => id)
  } finally {
    show()
  }
}

const destroyLying = async (lying: readonly Lying[], folder: Folder): Promise<void> => {
  const alone = lying.filter(({ mailboxIds }) => Object.keys(mailboxIds).length === 1)
  const shared = lying.filter(({ mailboxIds }) => Object.keys(mailboxIds).length > 1)
  await Promise.all([
    each(
      alone.map(({ id }) => id),
      destroy,
    ),
    ...shared.map(({ id }) => call('Email/set', { update: { [id]: { [`mailboxIds/${folder.id}`]: null } } })),
  ])
}

/** Empties a folder for good. */
export const emptyFolder = async (folder: Folder): Promise<void> => {
  await destroyLying(await lyingOf(await idsOf({ inMailbox: folder.id })), folder)
}
