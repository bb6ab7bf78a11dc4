// Sends what was written: once, whatever happens to the line. The Message-ID is fixed before anything leaves. Whoever tries
// again asks first whether an Email with it is there, and whether it was submitted.
import { draftOfMessageId, emailOf } from '../../../src/core/jmap/writing/draftEmail.ts'
import { everybody } from '../../../src/core/jmap/writing/lastLook.ts'
import { Problem } from '../../ui/api.ts'
import { accountId, from, request, requestFresh } from '../jmap/client.ts'
import type { Done, Queried, SetError } from '../jmap/types.ts'
import { folderByRole } from '../store/folders.ts'
import { forget, isKeeping, keep, kept } from '../store/kept.ts'
import { tellChange } from '../store/live.ts'
import { carryOut, enqueue, withdraw } from '../store/outbox.ts'
import { signal } from '../store/signal.ts'
import { type Draft, forgetDraft, keepDraft, writtenOf } from './draft.ts'
import { uploaded } from './files.ts'
import { draftsFolder, mayBeDone, savesOf } from './saving.ts'

export type Sending = {
  readonly draft: Draft
  /** When it is to leave; null: at once, but for the seconds in which it may be called back. */
  readonly at: number | null
  readonly undoSeconds: number
}

/** What became of what was sent from this page, by the key of its draft. */
export type Fate =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'held'; readonly submissionId: string; readonly emailId: string; readonly until: number }
  | { readonly kind: 'left' }
  | { readonly kind: 'calledBack' }
  | { readonly kind: 'refused'; readonly code: string }

export const fates = signal<ReadonlyMap<string, Fate>>(new Map())
const decide = (key: string, fate: Fate): void => fates.set(new Map([...fates.get(), [key, fate]]))

/** Keys of what was called back before it was submitted. */
const calledBack = new Set<string>()

/** Keys of what this page has given to the outbox: it may be at work before it is kept. */
const begunHere = new Set<string>()

/** After a submission without an answer: so long the server may still be at it, and it is only asked. */
const UNSURE_MS = 30_000
const triedPlace = (key: string): string => `t:${accountId()}:${key}`

const refusal = (error: SetError | undefined): Problem =>
  new Problem(0, { code: `jmap:${error?.type ?? 'serverFail'}` })

/** The Email of this very message, where an earlier try has made it, and the saves that it follows. */
const findEmail = async ({
  key,
  pen,
  revision,
  emailId,
}: Draft): Promise<{ readonly emailId: string | undefined; readonly former: readonly string[] }> => {
  const drafts = draftsFolder()
  const sent = folderByRole('sent')?.id
  const found = await savesOf(key, sent ? [drafts, sent] : [drafts])
  const isThis = (ids: readonly string[] | null): boolean => {
    const of = draftOfMessageId(ids)
    return of?.pen === pen && of.revision === revision
  }
  const one = found.find(({ messageId }) => isThis(messageId))
  // what this page has saved of it; what others have is theirs
  const own = found.filter(({ id, messageId }) => id === emailId || draftOfMessageId(messageId)?.pen === pen)
  const former = own.filter((other) => other !== one && other.mailboxIds[drafts]).map(({ id }) => id)
  return { emailId: one?.id, former }
}

/** The submission of an Email, unless it was called back. */
const findSubmission = async (emailId: string) => {
  const [, { list }] = await requestFresh<
    [Queried, { list: readonly { id: string; undoStatus: string; sendAt: string }[] }]
  >([
    ['EmailSubmission/query', { filter: { emailIds: [emailId] } }, 'q'],
    [
      'EmailSubmission/get',
      { '#ids': from('q', 'EmailSubmission/query', '/ids'), properties: ['id', 'undoStatus', 'sendAt'] },
      's',
    ],
  ])
  return list.find(({ undoStatus }) => undoStatus !== 'canceled')
}

/** Makes the Email of the message. Throws Problem. */
const makeEmail = async (draft: Draft, former: readonly string[], again = false): Promise<string> => {
  const attachments = await uploaded(draft, again)
  const email = {
    ...emailOf(writtenOf({ ...draft, attachments })),
    mailboxIds: { [draftsFolder()]: true },
    keywords: { $draft: true, $seen: true },
  }
  const [done] = await request<[Done]>([['Email/set', { create: { m: email }, destroy: former }, 's']])
  const id = done.created?.m?.id
  if (id !== undefined) return id
  const error = done.notCreated?.m
  // uploads of a day ago are forgotten; the bytes are here
  if (error?.type === 'blobNotFound' && !again) return makeEmail({ ...draft, attachments }, former, true)
  throw refusal(error)
}

/** RFC 4865: how long it is held. A time that has passed meanwhile is now. */
const holdOf = ({ at, undoSeconds }: Sending): Readonly<Record<string, string>> | null => {
  if (at !== null && at > Date.now() + 1_000) return { HOLDUNTIL: new Date(at).toISOString().replace(/\.\d+Z$/, 'Z') }
  return undoSeconds > 0 ? { HOLDFOR: String(undoSeconds) } : null
}

type Submitted = { readonly id: string; readonly undoStatus: string; readonly sendAt: string }

const submit = async (sending: Sending, emailId: string): Promise<Submitted> => {
  const { draft } = sending
  const sent = folderByRole('sent')?.id
  const drafts = draftsFolder()
  const moved = sent ? { [`mailboxIds/${drafts}`]: null, [`mailboxIds/${sent}`]: true } : {}
  const submission = {
    identityId: draft.identityId,
    emailId,
    envelope: {
      mailFrom: { email: draft.from.email, parameters: holdOf(sending) },
      rcptTo: everybody(draft).map(({ email }) => ({ email, parameters: null })),
    },
  }
  const [{ created, notCreated }] = await request<[Done]>([
    [
      'EmailSubmission/set',
      {
        create: { s: submission },
        onSuccessUpdateEmail: { '#s': { ...moved, 'keywords/$draft': null } },
      },
      's',
    ],
  ])
  const made = created?.s as Submitted | undefined
  if (!made) throw refusal(notCreated?.s)
  return made
}

const settle = async ({ draft }: Sending, emailId: string, { id, undoStatus, sendAt }: Submitted): Promise<void> => {
  const { key, about } = draft
  if (undoStatus === 'pending') decide(key, { kind: 'held', submissionId: id, emailId, until: Date.parse(sendAt) })
  else decide(key, { kind: 'left' })
  await forget('drafts', triedPlace(key))
  await forgetDraft(key)
  if (about)
    void enqueue({ kind: 'update', emailIds: [about.emailId], patch: { [`keywords/${about.keyword}`]: true } }).catch(
      () => {},
    )
  tellChange(['Email', 'Mailbox', 'Thread', 'EmailSubmission', 'PecSubmission'])
}

/** Brings a message back to where it can be written on. */
const bringBack = async (draft: Draft, emailId: string | null): Promise<void> => {
  await keepDraft({ ...draft, emailId, isAhead: true })
  await forget('drafts', triedPlace(draft.key))
}

/** What has not been answered for as long as the server may be at it. */
const isUnsure = async (key: string): Promise<boolean> => {
  const at = await kept<number>('drafts', triedPlace(key))
  return at !== undefined && Math.abs(Date.now() - at) < UNSURE_MS
}

/** One try. Throws Problem `offline` where it must be tried again. */
const attempt = async (sending: Sending): Promise<void> => {
  const { draft } = sending
  const { key } = draft
  const { emailId: there, former } = await findEmail(draft)
  const done = there === undefined ? undefined : await findSubmission(there)
  if (there !== undefined && done) return settle(sending, there, done)
  if (calledBack.has(key)) {
    await bringBack(draft, there ?? draft.emailId)
    return decide(key, { kind: 'calledBack' })
  }
  if (await isUnsure(key)) throw new Problem(0, { code: 'offline' })
  const emailId = there ?? (await makeEmail(draft, former))
  await keep('drafts', triedPlace(key), Date.now())
  try {
    await settle(sending, emailId, await submit(sending, emailId))
  } catch (error) {
    // whatever is answered, even a refusal, is an answer: nothing is under way
    if (!mayBeDone(error)) await forget('drafts', triedPlace(key))
    throw error
  }
}

/** One page at a time: the outbox is read by every one that is open. */
const alone = <T>(key: string, act: () => Promise<T>): Promise<T> =>
  'locks' in navigator ? navigator.locks.request(`ceralacca-send-${key}`, act) : act()

const run = async (sending: Sending, id: string): Promise<void> => {
  const { draft } = sending
  try {
    await alone(draft.key, async () => {
      // another page has taken it back, or sent it
      if (!begunHere.has(draft.key) && (await isKeeping()) && (await kept('outbox', id)) === undefined) return
      await attempt(sending)
    })
  } catch (error) {
    const problem = error instanceof Problem ? error : new Problem(0, { code: 'unexpected' })
    if (problem.code === 'offline' || problem.status === 401) throw problem
    await bringBack(draft, draft.emailId)
    decide(draft.key, { kind: 'refused', code: problem.code })
  }
}

/** From now on what waits in the outbox is sent. */
export const startSending = (): void => carryOut('send', ({ message }, id) => run(message as Sending, id))

/** Gives a message to the outbox. Resolves when the server has it, or has refused it: `fates` tells which. */
export const send = async (sending: Omit<Sending, 'draft'> & { readonly draft: Draft }): Promise<void> => {
  const { draft } = sending
  calledBack.delete(draft.key)
  begunHere.add(draft.key)
  decide(draft.key, { kind: 'waiting' })
  // a save of its own: its Message-ID is fixed from here on
  const fixed = { ...draft, revision: draft.revision + 1 }
  startSending()
  await enqueue({ kind: 'send', message: { ...sending, draft: fixed } satisfies Sending })
}

/** Takes a message back while it can be; gives the draft to open, or why not. Throws Problem. */
export const callBack = async (key: string): Promise<{ readonly open: string } | 'left'> => {
  const fate = fates.get().get(key)
  if (fate?.kind === 'left') return 'left'
  if (fate?.kind === 'held') {
    const outcome = await cancelHeld(fate.submissionId)
    if (outcome === 'canceled') decide(key, { kind: 'calledBack' })
    return outcome === 'canceled' ? { open: fate.emailId } : 'left'
  }
  calledBack.add(key)
  const taken = await withdraw(({ intent }) => intent.kind === 'send' && (intent.message as Sending).draft.key === key)
  if (taken?.intent.kind === 'send') {
    const { draft } = taken.intent.message as Sending
    await bringBack(draft, draft.emailId)
    decide(key, { kind: 'calledBack' })
    return { open: `~${key}` }
  }
  // it is being sent in this moment: what becomes of it is known soon
  const end = await new Promise<Fate>((resolve) => {
    const look = (): void => {
      const now = fates.get().get(key)
      if (now === undefined || now.kind === 'waiting') return
      stop()
      resolve(now)
    }
    const stop = fates.subscribe(look)
    look()
  })
  if (end.kind === 'calledBack') return { open: `~${key}` }
  return end.kind === 'held' ? callBack(key) : 'left'
}

/** Calls back a submission that waits; its Email is a draft again. Throws Problem. */
export const cancelHeld = async (submissionId: string): Promise<'canceled' | 'left'> => {
  const sent = folderByRole('sent')?.id
  const moved = sent ? { [`mailboxIds/${sent}`]: null, [`mailboxIds/${draftsFolder()}`]: true } : {}
  const [{ notUpdated }] = await request<[Done]>([
    [
      'EmailSubmission/set',
      {
        update: { [submissionId]: { undoStatus: 'canceled' } },
        onSuccessUpdateEmail: { [submissionId]: { ...moved, 'keywords/$draft': true } },
      },
      's',
    ],
  ])
  const error = notUpdated?.[submissionId]
  tellChange(['Email', 'Mailbox', 'Thread', 'EmailSubmission', 'PecSubmission'])
  if (!error) return 'canceled'
  if (error.type === 'cannotUnsend' || error.type === 'notFound') return 'left'
  throw refusal(error)
}
