// PecThread/get: conversations as cards (docs/flows/jmap-pec.md). Everything is read for all that are asked for at once.
import { GET_ARGS } from '../../../core/jmap/args.ts'
import { LIMITS, PEC } from '../../../core/jmap/capabilities.ts'
import { printState } from '../../../core/jmap/changes.ts'
import { picked, pickProperties } from '../../../core/jmap/emailProperties.ts'
import { isMethodError, methodError } from '../../../core/jmap/errors.ts'
import { threadId, threadOfId } from '../../../core/jmap/ids.ts'
import type { PecSubmission, PecThread } from '../../../core/jmap/pec.ts'
import { isCertified } from '../../../core/jmap/pecLook.ts'
import { type SubmissionRecord, submissionObject } from '../../../core/jmap/pecSubmission.ts'
import { receiptsAmong, type ThreadMessage, threadCard } from '../../../core/jmap/pecThread.ts'
import type { ContentId } from '../../../core/lib/rope.ts'
import type { Box } from '../../mailstore/box.ts'
import { rowsOfThreads } from '../../mailstore/threads.ts'
import { joined } from './emails.ts'
import { type Call, type GetArgs, method } from './method.ts'
import { looksAt } from './pecLooks.ts'

const PROPERTIES: readonly (keyof PecThread)[] = [
  'id',
  'emailIds',
  'writtenIds',
  'subject',
  'people',
  'preview',
  'at',
  'unread',
  'unreadReceipts',
  'flagged',
  'draft',
  'hasAttachment',
  'kind',
  'warning',
  'submissions',
]

/** The messages of threads, the oldest first, and what is seen of each. */
export const messagesOf = async (
  { options }: Pick<Call, 'options'>,
  box: Box,
  threads: ReadonlySet<bigint>,
): Promise<ReadonlyMap<bigint, readonly ThreadMessage[]>> => {
  const lying = new Map(
    [...rowsOfThreads(box, threads)].map(([thread, contents]) => [thread, [...contents.values()].map(joined)] as const),
  )
  const looks = await looksAt(options, [...lying.values()].flat())
  return new Map(
    [...lying].map(([thread, all]) => [
      thread,
      all
        .flatMap((one) => {
          const look = looks.get(one.content)
          return look ? [{ ...one, look }] : []
        })
        .sort((a, b) => a.at - b.at || (a.content < b.content ? -1 : 1)),
    ]),
  )
}

/** What the box wrote among messages: where its own are told from others by what use cases filed. */
const ownAmong = (messages: readonly ThreadMessage[]): readonly ThreadMessage[] =>
  messages.filter(({ kind }) => !isCertified(kind))

/** The copy of a submission among the messages of its thread. */
export const copyOf = (record: SubmissionRecord, messages: readonly ThreadMessage[]): ThreadMessage | undefined => {
  const own = ownAmong(messages)
  const { clientMsgid } = record.message
  if (clientMsgid !== undefined) return own.findLast(({ look }) => `<${look.messageId}>` === clientMsgid)
  const content = record.emailSubmission?.content
  return (
    own.find((one) => one.content === content) ??
    own.find(({ kind, look, at }) => kind === 'submitted' && look.messageId === undefined && at === record.at)
  )
}

/** What the box sent, with what its conversations hold about it. */
export const submissionsAmong = (
  records: readonly SubmissionRecord[],
  messages: readonly ThreadMessage[],
  thread: string,
): readonly PecSubmission[] => {
  const receipts = receiptsAmong(messages)
  return records.map((record) => {
    const copy = copyOf(record, messages)
    return submissionObject(record, {
      threadId: thread,
      content: copy?.content,
      receipts: receipts.get(record.identifier) ?? [],
      people: copy?.look.to ?? [],
    })
  })
}

/** The records of what the box sent in each of the threads. */
const recordsOf = async (
  { options, login }: Call,
  threads: ReadonlyMap<bigint, readonly ThreadMessage[]>,
): Promise<ReadonlyMap<bigint, readonly SubmissionRecord[]>> => {
  const byIdentifier = new Map<string, bigint>()
  const byMessageId = new Map<string, bigint>()
  for (const [thread, messages] of threads) {
    for (const identifier of receiptsAmong(messages).keys()) byIdentifier.set(identifier, thread)
    for (const { look } of ownAmong(messages)) if (look.messageId !== undefined) byMessageId.set(look.messageId, thread)
  }
  const records = await options.sent.find(login.mailboxId, [...byIdentifier.keys()], [...byMessageId.keys()])
  const found = new Map<bigint, SubmissionRecord[]>()
  for (const record of records) {
    const thread =
      byIdentifier.get(record.identifier) ?? byMessageId.get(record.message.clientMsgid?.slice(1, -1) ?? '')
    if (thread === undefined) continue
    const list = found.get(thread) ?? []
    found.set(thread, list)
    list.push(record)
  }
  return found
}

const get = method<GetArgs>('PecThread/get', PEC, GET_ARGS, async (call, { ids, properties }) => {
  const { options, login, accountId } = call
  const wanted = pickProperties(PROPERTIES, properties)
  if (isMethodError(wanted)) return wanted
  // There may be as many as messages: they are found by Email/query.
  if (!ids || ids.length > LIMITS.maxObjectsInGet) return methodError('requestTooLarge')
  const box = await options.mailstore.box(login.mailboxId)
  const asked = [...new Set(ids)]
  const keys = asked.flatMap((id) => threadOfId(id) ?? [])
  const threads = await messagesOf(call, box, new Set(keys))
  const records = wanted.has('submissions') ? await recordsOf(call, threads) : new Map<bigint, never>()
  const signatureFails = (content: ContentId): boolean => options.verdicts.atHand(content)?.verdict === 'fails'
  const cards = new Map(
    [...threads].flatMap(([thread, messages]) => {
      if (messages.length === 0) return []
      const id = threadId(thread)
      const submissions = submissionsAmong(records.get(thread) ?? [], messages, id)
      return [[id, threadCard(id, messages, login.address, submissions, signatureFails)] as const]
    }),
  )
  return {
    accountId,
    state: printState(box),
    list: asked.flatMap((id) => (cards.has(id) ? [picked(cards.get(id)!, wanted)] : [])),
    notFound: asked.filter((id) => !cards.has(id)),
  }
})

export const pecThreadMethods = [get]
