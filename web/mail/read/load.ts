// A conversation as it is read: one request for all of it, made already while a finger or the mouse comes near.
import type { PecMessage, PecSubmission, PecThread, PecVerification } from '../../../src/core/jmap/pec.ts'
import { call, from, request } from '../jmap/client.ts'
import type { Email, Got } from '../jmap/types.ts'
import { onChange } from '../store/live.ts'

/** What is read of a message: of an envelope the original within. */
export type Content = Pick<
  Email,
  | 'from'
  | 'to'
  | 'cc'
  | 'replyTo'
  | 'subject'
  | 'sentAt'
  | 'preview'
  | 'textBody'
  | 'htmlBody'
  | 'attachments'
  | 'bodyValues'
>

/** A message that a person wrote (or a receipt that stands alone). */
export type Letter = {
  readonly id: string
  readonly email: Email
  readonly message: PecMessage
  readonly content: Content
  /** Of what the box sent: what became of it. */
  readonly submission: PecSubmission | undefined
}

/** Where a message of the conversation lies, receipts too. */
export type Lying = Pick<Email, 'id' | 'mailboxIds' | 'keywords'>

export type Conversation = {
  readonly thread: PecThread
  readonly letters: readonly Letter[]
  readonly lying: readonly Lying[]
}

const HEAD = ['from', 'to', 'cc', 'replyTo', 'subject', 'sentAt', 'preview'] as const
const BODY = ['textBody', 'htmlBody', 'attachments', 'bodyValues'] as const
/** More of a text is fetched when it is wanted. */
export const FIRST_BYTES = 200_000
const FETCHED = {
  fetchTextBodyValues: true,
  fetchHTMLBodyValues: true,
  maxBodyValueBytes: FIRST_BYTES,
  bodyProperties: ['partId', 'blobId', 'size', 'name', 'type', 'charset', 'disposition', 'cid', 'header:Content-Type'],
}

/** A text that was cut, in full; even so not without measure. */
export const WHOLE = { ...FETCHED, maxBodyValueBytes: 5_000_000, properties: [...HEAD, ...BODY] } as const

/** What a message inside of another is made of. */
export const loadInside = async (blobId: string): Promise<Content | undefined> => {
  const { parsed } = await call<{ readonly parsed: Readonly<Record<string, Content>> | null }>('Email/parse', {
    blobIds: [blobId],
    ...FETCHED,
    properties: [...HEAD, ...BODY],
  })
  return parsed?.[blobId]
}

/** A box that was opened yesterday has conversations of hundreds of messages too: the last ones come first. */
const messages = (ids: object) =>
  [
    [
      'PecMessage/get',
      {
        ...ids,
        properties: ['id', 'threadId', 'kind', 'identifier', 'data', 'subject', 'from', 'inner', 'blobs'],
        innerProperties: [...HEAD, ...BODY, 'blobId', 'size'],
        ...FETCHED,
      },
      'm',
    ],
    [
      'Email/get',
      {
        ...ids,
        properties: ['id', 'blobId', 'threadId', 'mailboxIds', 'keywords', 'size', 'receivedAt', ...HEAD, ...BODY],
        ...FETCHED,
      },
      'e',
    ],
  ] as const

const lettersOf = (
  ids: readonly string[],
  thread: PecThread,
  told: readonly PecMessage[],
  emails: readonly Email[],
): readonly Letter[] =>
  ids.flatMap((id) => {
    const message = told.find((one) => one.id === id)
    const email = emails.find((one) => one.id === id)
    if (!message || !email) return []
    const submission =
      thread.submissions.find((one) => one.emailId === id) ??
      (message.kind === 'sent' ? thread.submissions.find((one) => one.identifier === message.identifier) : undefined)
    return [{ id, email, message, content: (message.inner as Content | null) ?? email, submission }]
  })

/** Loads a conversation; undefined where it is not there any more. Throws Problem. */
const load = async (threadId: string, signal?: AbortSignal): Promise<Conversation | undefined> => {
  const written = { '#ids': from('t', 'PecThread/get', '/list/*/writtenIds') }
  const [threads, told, emails, lying] = await request<[Got<PecThread>, Got<PecMessage>, Got<Email>, Got<Lying>]>(
    [
      ['PecThread/get', { ids: [threadId] }, 't'],
      ...messages(written),
      [
        'Email/get',
        { '#ids': from('t', 'PecThread/get', '/list/*/emailIds'), properties: ['id', 'mailboxIds', 'keywords'] },
        'l',
      ],
    ],
    signal,
  )
  const thread = threads.list[0]
  if (!thread || thread.emailIds.length === 0) return undefined
  if (thread.writtenIds.length > 0)
    return { thread, letters: lettersOf(thread.writtenIds, thread, told.list, emails.list), lying: lying.list }
  // receipts whose message is not here
  const [alone, receipts] = await request<[Got<PecMessage>, Got<Email>]>(messages({ ids: thread.emailIds }), signal)
  return { thread, letters: lettersOf(thread.emailIds, thread, alone.list, receipts.list), lying: lying.list }
}

const FRESH_MS = 20_000
const MOST = 12
type Ahead = { readonly at: number; readonly loading: Promise<Conversation | undefined> }
const ahead = new Map<string, Ahead>()
let follows = false

/** Loads a conversation that will probably be opened: the list calls it when the mouse or a finger comes near. */
export const prefetchConversation = (threadId: string): void => {
  if (!follows) {
    follows = true
    onChange(['Email', 'Thread', 'PecSubmission'], () => ahead.clear())
  }
  const known = ahead.get(threadId)
  if (known && Date.now() - known.at < FRESH_MS) return
  const loading = load(threadId)
  loading.catch(() => ahead.delete(threadId))
  ahead.delete(threadId)
  ahead.set(threadId, { at: Date.now(), loading })
  for (const oldest of ahead.keys()) {
    if (ahead.size <= MOST) break
    ahead.delete(oldest)
  }
}

/** The conversation, from what was fetched ahead where that is fresh. Throws Problem. */
export const loadConversation = (threadId: string, signal: AbortSignal): Promise<Conversation | undefined> => {
  const known = ahead.get(threadId)
  ahead.delete(threadId)
  if (known && Date.now() - known.at < FRESH_MS) return known.loading.catch(() => load(threadId, signal))
  return load(threadId, signal)
}

const verdicts = new Map<string, Promise<PecVerification | undefined>>()

/** The verdict on a message, asked once: messages do not change. Throws Problem. */
export const loadVerdict = (id: string): Promise<PecVerification | undefined> => {
  const known = verdicts.get(id)
  if (known) return known
  const asked = call<Got<PecMessage>>('PecMessage/get', { ids: [id], properties: ['id', 'verification'] }).then(
    ({ list }) => list[0]?.verification ?? undefined,
  )
  asked.catch(() => verdicts.delete(id))
  verdicts.set(id, asked)
  return asked
}
