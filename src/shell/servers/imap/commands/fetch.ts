// FETCH (RFC 9051 §6.4.5), with CHANGEDSINCE and VANISHED (RFC 7162 §3.1.4, §3.2.6).
import { SEEN } from '../../../../core/mail/flags.ts'
import type { Command, FetchItem } from '../../../../core/mail/imap/command.ts'
import {
  type FetchedMessage,
  type FetchFacts,
  fetchNeedsFacts,
  fetchReads,
  planItem,
} from '../../../../core/mail/imap/fetchplan.ts'
import { type FetchValue, printFetch, printFetchFlags } from '../../../../core/mail/imap/fetchresponse.ts'
import { toRuns } from '../../../../core/mail/imap/sets.ts'
import { badStatus, no, ok, type Status } from '../../../../core/mail/imap/status.ts'
import { isGone, placeOf } from '../../../../core/mail/imap/view.ts'
import type { Stored } from '../../../mailstore/mailstore.ts'
import { Turns } from '../../wire/turns.ts'
import { type Answer, sendAnswers } from '../bodies.ts'
import { FACTS_BATCH, factsBatches } from '../find.ts'
import { messagesOf } from '../messages.ts'
import { isRefusal } from '../refusals.ts'
import { marksSeen, type Session } from '../session.ts'
import { tellVanished } from '../sync.ts'

type FetchCommand = Extract<Command, { readonly kind: 'fetch' }>

/** Messages answered before the client must have read them, where nothing is read for them. */
const FLAGS_BATCH = 1_000
/** Items of messages that are held at one time: a command may ask for two hundred of each. */
const ITEMS_BATCH = 10_000

function* flagBatches(indexes: Uint32Array): Generator<Uint32Array> {
  for (let at = 0; at < indexes.length; at += FLAGS_BATCH) yield indexes.subarray(at, at + FLAGS_BATCH)
}

const UNKNOWN_ENCODING = no('A part has an encoding that is not known', { kind: 'UNKNOWN-CTE' })
const VANISHED_UNKNOWN = badStatus('VANISHED wants QRESYNC, UID FETCH and CHANGEDSINCE')

const UID_ITEM: FetchItem = { kind: 'uid' }
const MODSEQ_ITEM: FetchItem = { kind: 'modseq' }
const FLAGS_ITEM: FetchItem = { kind: 'flags' }

const has = (items: readonly FetchItem[], kind: FetchItem['kind']): boolean => items.some((item) => item.kind === kind)

/** The items as they are answered: UID where the command is by uid (RFC 9051 §6.4.9), MODSEQ where it is asked for. */
const itemsOf = (session: Session, { uid, items, modifiers }: FetchCommand): readonly FetchItem[] => {
  const all: FetchItem[] = []
  if (uid && !has(items, 'uid')) all.push(UID_ITEM)
  all.push(...items)
  const modseq = modifiers.changedSince !== undefined || (session.condstore && has(items, 'flags'))
  if (modseq && !has(items, 'modseq')) all.push(MODSEQ_ITEM)
  return all
}

/** The message at an index of the session's view, as it is now. */
const messageAt = (session: Session, index: number): FetchedMessage => {
  const { view, open } = session.selected!
  const { folder, index: at } = placeOf(view, open.state(), index)
  const uid = folder.uids[at]!
  return {
    uid,
    system: session.shownFlags(folder.system(at), uid),
    keywords: folder.keywords(at),
    modseq: folder.modseq(at),
    sizeBytes: folder.sizeBytes(at),
    receivedAt: folder.receivedAt(at),
    savedAt: folder.savedAt(at),
    content: folder.content(at),
    thread: folder.thread(at),
  }
}

/** Marks what is going to be read as seen, in one go. */
const markSeen = async (session: Session, indexes: ArrayLike<number>): Promise<Stored | undefined> => {
  const { view, open, readOnly, folderId } = session.selected!
  if (readOnly) return undefined
  const state = open.state()
  const uids: number[] = []
  for (let at = 0; at < indexes.length; at++) {
    const place = placeOf(view, state, indexes[at]!)
    if ((place.folder.system(place.index) & SEEN) === 0) uids.push(view.folder.uids[indexes[at]!]!)
  }
  if (uids.length === 0) return undefined
  const change = { how: 'add', system: SEEN, keywords: [] } as const
  const stored = await session.context.options.mailstore.store(folderId, uids, change)
  return isRefusal(stored) ? undefined : stored
}

const NO_FACTS: ReadonlyMap<string, FetchFacts> = new Map()

/** Answers of a batch of messages. */
const answer = async (
  session: Session,
  indexes: Uint32Array,
  itemsFor: (uid: number) => readonly FetchItem[],
  reads: { readonly facts: boolean; readonly bytes: boolean },
): Promise<boolean> => {
  const { wire, mode, context } = session
  const messages = Array.from(indexes, (index) => messageAt(session, index))
  const facts = reads.facts
    ? await context.options.mailstore.facts([...new Set(messages.map(({ content }) => content))])
    : NO_FACTS
  const answers: Answer[] = []
  let known = true
  const turns = new Turns()
  for (const [at, message] of messages.entries()) {
    if (turns.over) await turns.pass()
    const own = facts.get(message.content)
    // What is there no more, not even for those who still see it, is passed over.
    if (reads.facts && own === undefined) continue
    const items = itemsFor(message.uid).map((item) => planItem(item, message, own))
    for (const item of items) {
      if (item.kind === 'unknownEncoding') known = false
      else if (item.kind === 'flags') session.tellKeywords(item.keywords)
    }
    const sequence = indexes[at]! + 1
    if (reads.bytes) answers.push({ sequence, content: message.content, items })
    else wire.say(printFetch(sequence, items as readonly FetchValue[], mode))
  }
  if (reads.bytes) await sendAnswers(session, answers)
  else await session.drain()
  return known
}

/** What programs ask of a whole folder again and again: flags, in the order in which they are printed. */
const FLAGS_ONLY = /^(?:uid )?flags(?: modseq)?$/

/** Answers a batch of which only flags are asked. */
const answerFlags = async (session: Session, indexes: Uint32Array, kinds: string): Promise<void> => {
  const { view, open } = session.selected!
  const state = open.state()
  const [withUid, withModseq] = [kinds.startsWith('uid'), kinds.endsWith('modseq')]
  for (const index of indexes) {
    const { folder, index: at } = view.folder === state ? { folder: state, index } : placeOf(view, state, index)
    const uid = folder.uids[at]!
    const keywords = folder.keywords(at)
    if (keywords.length > 0) session.tellKeywords(keywords)
    const system = session.shownFlags(folder.system(at), uid)
    const modseq = withModseq ? folder.modseq(at) : undefined
    session.wire.say(printFetchFlags(index + 1, withUid ? uid : undefined, system, keywords, modseq))
  }
  await session.drain()
}

/** Indexes of messages that changed after the mod-sequence. */
const changedSince = (session: Session, indexes: Uint32Array, modseq: number): Uint32Array => {
  const { view, open } = session.selected!
  const state = open.state()
  return indexes.filter((index) => {
    const place = placeOf(view, state, index)
    return place.folder.modseq(place.index) > modseq
  })
}

export const fetchMessages = async (session: Session, command: FetchCommand): Promise<Status> => {
  const { uid, set, modifiers } = command
  const { changedSince: since, vanished } = modifiers
  if (vanished && !(uid && session.qresync && since !== undefined)) return VANISHED_UNKNOWN
  if (since !== undefined || has(command.items, 'modseq')) session.enableCondstore()
  const messages = messagesOf(session, set, uid)
  if ('condition' in messages) return messages
  const selected = session.selected!
  const indexes = since === undefined ? messages.indexes : changedSince(session, messages.indexes, since)
  if (vanished) await tellVanished(session, selected, since!, toRuns(set, selected.open.state().uidNext - 1))
  const items = itemsOf(session, command)
  const seen = items.some(marksSeen) ? await markSeen(session, indexes) : undefined
  const marked = new Set(seen?.changed)
  const withFlags = [
    ...items.filter(({ kind }) => kind !== 'flags' && kind !== 'modseq'),
    FLAGS_ITEM,
    ...(session.condstore ? [MODSEQ_ITEM] : []),
  ]
  const itemsFor = (of: number): readonly FetchItem[] => (marked.has(of) ? withFlags : items)
  const reads = { facts: fetchNeedsFacts(items), bytes: fetchReads(items) }
  const { sizeBytes } = selected.view.folder
  const most = Math.max(1, Math.min(FACTS_BATCH, Math.floor(ITEMS_BATCH / items.length)))
  const batches = reads.facts || reads.bytes ? factsBatches(indexes, sizeBytes, most) : flagBatches(indexes)
  const kinds = items.map(({ kind }) => kind).join(' ')
  let known = true
  for (const batch of batches) {
    if (FLAGS_ONLY.test(kinds)) await answerFlags(session, batch, kinds)
    else if (!(await answer(session, batch, itemsFor, reads))) known = false
  }
  session.tellNews({ mayGo: uid, uid, told: seen?.modseq })
  if (!known) return UNKNOWN_ENCODING
  const state = selected.open.state()
  const gone = !uid && selected.view.folder !== state && indexes.some((index) => isGone(selected.view, state, index))
  return ok('FETCH done', gone ? { kind: 'EXPUNGEISSUED' } : undefined)
}
