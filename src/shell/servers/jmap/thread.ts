// Thread/get and /changes (RFC 8621 §3.1, §3.2): conversations.
import { CHANGES_ARGS, GET_ARGS } from '../../../core/jmap/args.ts'
import { LIMITS, MAIL } from '../../../core/jmap/capabilities.ts'
import { changesOf, parseState, portionOf, printState, type Stay } from '../../../core/jmap/changes.ts'
import { picked, pickProperties } from '../../../core/jmap/emailProperties.ts'
import { isMethodError, methodError } from '../../../core/jmap/errors.ts'
import { emailId, threadId, threadOfId } from '../../../core/jmap/ids.ts'
import type { ContentId } from '../../../core/lib/rope.ts'
import { isVisible, type Row } from '../../mailstore/box.ts'
import { rowsOfThreads, threadsOf } from '../../mailstore/threads.ts'
import { type ChangesArgs, type GetArgs, method } from './method.ts'

type Found = ReadonlyMap<ContentId, readonly Row[]>

const receivedAt = ({ folder, index }: Row): number => folder.state.receivedAt(index)

/** RFC 8621 §3: the oldest first. */
const inOrder = (contents: Found): readonly string[] =>
  [...contents]
    .map(([content, rows]) => [content, receivedAt(rows.at(-1)!)] as const)
    .sort(([a, at], [b, then]) => at - then || (a < b ? -1 : 1))
    .map(([content]) => emailId(content))

const get = method<GetArgs>(
  'Thread/get',
  MAIL,
  GET_ARGS,
  async ({ options, login, accountId }, { ids, properties }) => {
    const wanted = pickProperties(['id', 'emailIds'], properties)
    if (isMethodError(wanted)) return wanted
    const box = await options.mailstore.box(login.mailboxId)
    const all = (): readonly bigint[] =>
      box.folders.flatMap(({ state }) => Array.from({ length: state.count }, (_, at) => state.threadKey(at)))
    const asked = ids ? [...new Set(ids)] : [...new Set(all())].map(threadId)
    if (asked.length > LIMITS.maxObjectsInGet) return methodError('requestTooLarge')
    const keys = new Map(
      asked.flatMap((id) => {
        const key = threadOfId(id)
        return key === undefined ? [] : [[id, key] as const]
      }),
    )
    const found = rowsOfThreads(box, new Set(keys.values()))
    const list = asked.flatMap((id) => {
      const contents = found.get(keys.get(id) ?? 0n)
      return contents && keys.has(id) ? [picked({ id, emailIds: inOrder(contents) }, wanted)] : []
    })
    const isThere = (id: string): boolean => keys.has(id) && found.has(keys.get(id)!)
    return { accountId, state: printState(box), list, notFound: ids ? asked.filter((id) => !isThere(id)) : [] }
  },
)

const changes = method<ChangesArgs>(
  'Thread/changes',
  MAIL,
  CHANGES_ARGS,
  async ({ options, login, accountId }, { sinceState, maxChanges }) => {
    const since = parseState(sinceState)
    const box = await options.mailstore.box(login.mailboxId)
    if (!since || since.modseq > box.modseq || since.modseq < box.changesSince)
      return methodError('cannotCalculateChanges')
    const gone = await options.mailstore.goneSince(login.mailboxId, since.modseq)
    const stays = new Map<bigint, Stay[]>()
    const add = (thread: bigint, stay: Stay): void => void stays.set(thread, [...(stays.get(thread) ?? []), stay])
    for (const { thread, born, modseq } of gone) add(thread, { born, changed: modseq, gone: modseq })
    const touched = new Set(stays.keys())
    for (const { state } of box.folders)
      for (let index = state.count - 1; index >= 0 && state.born(index) > since.modseq; index--)
        touched.add(state.threadKey(index))
    // A thread changes when messages come to it or go: its stays are those of its messages.
    for (const { state } of box.folders) {
      const { indexesOf } = threadsOf(state)
      for (const thread of touched)
        for (const index of indexesOf(thread)) {
          if (!isVisible(state, index)) continue
          const born = state.born(index)
          add(thread, { born, changed: born })
        }
    }
    const all = [...touched].flatMap((thread) => changesOf(threadId(thread), stays.get(thread) ?? [], since.modseq))
    return { accountId, oldState: sinceState, ...portionOf(all, since, box.modseq, maxChanges ?? undefined) }
  },
)

export const threadMethods = [get, changes]
