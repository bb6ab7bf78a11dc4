// Opens the mailstore: puts its verbs together over one database and the live folders of this process.
import { type Instant, SECOND } from '../../core/lib/instant.ts'
import type { ContentId } from '../../core/lib/rope.ts'
import type { FlagChange } from '../../core/mail/flags.ts'
import { numberOfKind } from '../../core/mailbox/certified.ts'
import { folderName } from '../../core/mailbox/folderName.ts'
import type { Clock } from '../../core/ports.ts'
import type { ContentRow, ContentStore } from '../content/store.ts'
import type { Database } from '../db/pool.ts'
import type { Filed, Filing } from '../pec/changes.ts'
import type { Committer } from '../pec/commit.ts'
import { flagsAtArrival, keptMsgid } from '../pec/filings.ts'
import type { StandingFolder } from '../pec/places.ts'
import {
  type Appender,
  isOver,
  type MessageNames,
  makeAppender,
  makeIdsByName,
  namesOf,
  readDestination,
  readQuota,
  type Target,
} from './append.ts'
import { boxModseq, boxStates, goneFolders, goneSince, makeBoxes } from './box.ts'
import { openBoxWords } from './boxWords.ts'
import type { Arrived } from './cells.ts'
import { type Facts, openFacts } from './facts.ts'
import { isWritable, storeFlags } from './flagging.ts'
import {
  arrangeFolder,
  countFrom,
  createFolder,
  findFolder,
  listFolders,
  makeStandingFolder,
  renameFolder,
  subscribe,
  subscriptions,
} from './folders.ts'
import { openIndexer } from './indexer.ts'
import type { Folder, Mailstore, NewMessage, Placed, StoreRefusal } from './mailstore.ts'
import { copyMessages, deleteFolder, expungeMessages } from './moving.ts'
import { expungedSince, forgetExpunged, KEPT_MS, listRemoved, type RemovedPlace, restoreMessages } from './removed.ts'
import { searchContents } from './search.ts'
import { openStates, type States } from './states.ts'
import { findUploads, keepUpload } from './uploads.ts'

export type MailstoreOptions = {
  readonly db: Database
  readonly contents: ContentStore
  readonly committer: Committer
  readonly clock: Clock
  /** Memory for folders that nobody has open, in bytes (64 MiB where not said). */
  readonly idleFolderBytes?: number
  /** Memory for facts of contents, in bytes (128 MiB where not said). */
  readonly factsBytes?: number
  /** Memory for the words of boxes that are searched, in bytes (160 MiB), and messages from which on one is large (2,000). */
  readonly wordsBytes?: number
  readonly wordsFrom?: number
  /** New contents that wait for their facts at the most. */
  readonly queueLimit?: number
  /** Told of failures that nobody waits for. */
  readonly onError?: (what: string, error: unknown) => void
}

/** The mailstore, and what the committer and the daily upkeep tell it. */
export type OpenMailstore = Mailstore & {
  /** For the committer's `onFiled`. */
  readonly filed: (filed: readonly Filed[], unseen: readonly Filing[]) => void
  /** For the committer's `makeFolders`. */
  readonly makeFolders: (wanted: readonly StandingFolder[]) => Promise<void>
  /** Looks, once, for messages whose facts are missing: after a start. */
  readonly catchUp: () => Promise<void>
  /** Resolves when the words of no box are being learned. */
  readonly learned: () => Promise<void>
  /** Forgets what was removed more than thirty days ago. */
  readonly upkeep: () => Promise<void>
  readonly close: () => Promise<void>
}

const IDLE_FOLDER_BYTES = 64 * 1024 * 1024
/** Times that an append is tried while others bring the mailbox to its limits. */
const APPEND_TRIES = 3
const FACTS_BYTES = 128 * 1024 * 1024
const WORDS_BYTES = 160 * 1024 * 1024
const WORDS_FROM = 2_000
/** Open folders are compared with the database this often, in case that a notification was lost. */
const LOOK_AGAIN_MS = 30 * SECOND

const arrivedOf = (one: Filed): Arrived => {
  const { system, keywords } = flagsAtArrival(one.filing)
  return {
    uid: one.uid,
    content: one.filing.content,
    sizeBytes: one.filing.sizeBytes,
    receivedAt: one.filing.at,
    savedAt: one.savedAt,
    thread: one.thread,
    system,
    keywords: keywords.join(' '),
    modseq: one.modseq,
    kind: numberOfKind(one.filing.kind),
  }
}

/** Tells the live folders what was filed; a batch has one modseq for each folder. */
const takeFiled = (states: States, filed: readonly Filed[]): void => {
  for (const [folderId, group] of Map.groupBy(filed, (one) => one.folderId)) {
    const { modseq, modseqBefore, filing } = group[0]!
    const arrived = group.map(arrivedOf).sort((a, b) => a.uid - b.uid)
    void states.done({ folderId, mailboxId: filing.mailboxId, modseqBefore, modseq, happened: { arrived } })
  }
}

/** The verbs over folders. */
const folderVerbs = ({ db, clock }: MailstoreOptions, states: States) => {
  const listChanged = <T>(mailboxId: number, outcome: T): T => {
    void states.touched({ mailboxId, folderId: 0 })
    return outcome
  }
  const create: Mailstore['createFolder'] = async (mailboxId, name, role) =>
    listChanged(mailboxId, await states.inTurn(mailboxId, () => createFolder(db, mailboxId, name, role, clock.now())))

  const remove: Mailstore['deleteFolder'] = async (mailboxId, name) => {
    const folder = await findFolder(db, mailboxId, name)
    const live = folder && (await states.known(folder.id))
    if (!folder || !live) return { refusal: 'nonexistent' }
    if (folder.role === 'inbox') return { refusal: 'inbox' }
    const refused = await deleteFolder(db, states, live, folder.name, clock.now())
    if (refused) return refused
    await states.touched({ mailboxId, folderId: folder.id })
    return listChanged(mailboxId, undefined)
  }

  /** RFC 9051 §6.3.6: the messages of INBOX go to a new folder, INBOX stays, and what is below it too. */
  const moveInbox = async (mailboxId: number, to: string): Promise<StoreRefusal | undefined> => {
    const inbox = await findFolder(db, mailboxId, 'INBOX')
    const made = await create(mailboxId, to)
    if ('refusal' in made) return made
    const live = inbox && (await states.current(inbox.id))
    if (!live) return { refusal: 'nonexistent' }
    const uids = [...live.cells().uids().subarray(0, live.cells().count())]
    const moved = await copyMessages(db, states, { fromId: inbox.id, uids, toId: made.id, away: true }, clock.now())
    return 'refusal' in moved ? moved : undefined
  }
  const rename: Mailstore['renameFolder'] = async (mailboxId, from, to) => {
    const [fromName, toName] = [folderName(from), folderName(to)]
    if (fromName === undefined) return { refusal: 'nonexistent' }
    if (toName === undefined) return { refusal: 'badName' }
    if (fromName === 'INBOX') return moveInbox(mailboxId, toName)
    const renamed = await states.inTurn(mailboxId, () => renameFolder(db, mailboxId, fromName, toName, clock.now()))
    return listChanged(mailboxId, renamed)
  }
  return {
    folders: (mailboxId: number) => listFolders(db, mailboxId),
    folder: (mailboxId: number, name: string) => findFolder(db, mailboxId, name),
    createFolder: create,
    deleteFolder: remove,
    renameFolder: rename,
    arrangeFolder: async (mailboxId: number, folderId: number, how: Parameters<typeof arrangeFolder>[3]) =>
      listChanged(mailboxId, await states.inTurn(mailboxId, () => arrangeFolder(db, mailboxId, folderId, how))),
    subscribe: async (mailboxId: number, name: string, subscribed: boolean) =>
      listChanged(mailboxId, await subscribe(db, mailboxId, name, subscribed)),
    subscriptions: (mailboxId: number) => subscriptions(db, mailboxId),
    recent: (folder: Folder) => countFrom(db, folder, Math.max(folder.recentFrom, states.recentFrom(folder.id))),
  }
}

/** The verbs over messages. */
const messageVerbs = (options: MailstoreOptions, states: States, appender: Appender, facts: Facts) => {
  const { db, clock, contents } = options

  /** Where the answer was lost that said where messages came to lie, the folder itself says it. */
  const findPlaced = async (folderId: number, messages: readonly NewMessage[]): Promise<Placed | StoreRefusal> => {
    const live = await states.refreshed(folderId)
    if (!live) return { refusal: 'gone' }
    const cells = live.cells()
    const uids = messages.map(({ content }) => {
      for (let index = cells.count() - 1; index >= 0; index--)
        if (cells.content(index) === content.id) return cells.uids()[index]!
      throw new Error(`content ${content.id} is not where it was put`)
    })
    return { uidValidity: live.uidValidity, uids, modseq: live.highestModseq() }
  }
  /** The copy that submission has filed goes where a mail program files its own: the message is there once. */
  const dropSubmitted = async (folderId: number, messageIds: readonly string[]): Promise<void> => {
    const rows = await db.query<{ uid: number }>(
      'submitted-find',
      `select uid from message where folder_id = $1 and msgid = any($2::text[]) and kind = 'submitted' order by uid`,
      [folderId, messageIds],
    )
    const uids = rows.map((row) => row.uid)
    if (uids.length > 0) await expungeMessages(db, states, folderId, uids, clock.now(), false)
  }
  /** The same where a message comes to Sent from another folder. */
  const dropCopies: Mailstore['dropCopies'] = async (folderId, uids) => {
    const rows = await db.query<{ uid: number }>(
      'submitted-copies',
      `select distinct s.uid from message m
       join message s on s.folder_id = m.folder_id and s.msgid = m.msgid and s.kind = 'submitted' and s.uid <> m.uid
       where m.folder_id = $1 and m.uid = any($2::bigint[]) and m.kind is null and m.msgid <> '' order by s.uid`,
      [folderId, uids],
    )
    const copies = rows.map((row) => row.uid)
    if (copies.length > 0) await expungeMessages(db, states, folderId, copies, clock.now(), false)
  }
  const keepFacts = async (messages: readonly NewMessage[]): Promise<void> => {
    const given = messages.flatMap(({ content, facts: one }) => (one ? [[content.id, one] as const] : []))
    await facts.keep(new Map(given)).catch(() => {}) // computed again by who asks
  }
  /** Written first and looked into where that fails: the commit itself is guarded. */
  const appendIn = async (
    mailboxId: number,
    target: Target,
    messages: readonly NewMessage[],
  ): Promise<Placed | StoreRefusal> => {
    if (!messages.every(({ flags }) => isWritable(flags))) return { refusal: 'limit' }
    // The names are read from rows that are in no table yet: they must not have left the cache meanwhile.
    for (const { content } of messages) contents.remember(content)
    const names = await Promise.all(messages.map(({ content }) => namesOf(contents, content)))
    for (let tries = 0; tries < APPEND_TRIES; tries++) {
      const { outcome, filed } = await appender.append(mailboxId, target, messages, names)
      if (outcome === 'committed') return appended(mailboxId, target.id, messages, names, filed)
      const there = await readDestination(db, mailboxId, target.id)
      if (!there || (target.name !== undefined && there.name !== target.name)) return { refusal: 'nonexistent' }
      const bytes = messages.reduce((sum, { content }) => sum + content.sizeBytes, 0)
      if (isOver(there.quota, messages.length, bytes)) break
    }
    return { refusal: 'overQuota' } // or next to it, with others appending too
  }
  const appended = async (
    mailboxId: number,
    folderId: number,
    messages: readonly NewMessage[],
    names: readonly MessageNames[],
    filed: readonly Filed[],
  ): Promise<Placed | StoreRefusal> => {
    void keepFacts(messages)
    const first = filed.length < messages.length ? undefined : filed[0]
    const placed: Placed | StoreRefusal = first
      ? { uidValidity: first.uidValidity, uids: filed.map((one) => one.uid), modseq: first.modseq }
      : await findPlaced(folderId, messages)
    const role = first ? first.role : (await readDestination(db, mailboxId, folderId))?.role
    const messageIds = names.map((one) => keptMsgid(one.messageId)).filter((id) => id !== '')
    if (role === 'sent' && messageIds.length > 0) await dropSubmitted(folderId, messageIds)
    return placed
  }
  const append: Mailstore['append'] = (mailboxId, id, messages) => appendIn(mailboxId, { id }, messages)
  const restore = async (mailboxId: number, since: Instant, only?: readonly RemovedPlace[]) => {
    const restored = await states.inTurn(mailboxId, () => restoreMessages(db, mailboxId, since, clock.now(), only))
    if ('refusal' in restored) return restored
    await Promise.all(restored.folderIds.map((folderId) => states.touched({ mailboxId, folderId })))
    return restored.count
  }
  const idsByName = makeIdsByName()
  const appendTo: Mailstore['appendTo'] = async (mailboxId, given, messages) => {
    const name = folderName(given)
    if (name === undefined) return { refusal: 'nonexistent' }
    const remembered = idsByName.get(mailboxId, name)
    if (remembered !== undefined) {
      const placed = await appendIn(mailboxId, { id: remembered, name }, messages)
      if (!('refusal' in placed) || placed.refusal !== 'nonexistent') return placed
    }
    const folder = await findFolder(db, mailboxId, name)
    idsByName.set(mailboxId, name, folder?.id)
    return folder ? appendIn(mailboxId, { id: folder.id, name }, messages) : { refusal: 'nonexistent' }
  }
  return {
    append,
    appendTo,
    dropCopies,
    store: (folderId: number, uids: readonly number[], change: FlagChange, unchangedSince?: number) =>
      storeFlags(db, states, folderId, uids, change, unchangedSince),
    copy: (fromId: number, uids: readonly number[], toId: number) =>
      copyMessages(db, states, { fromId, uids, toId, away: false }, clock.now()),
    move: (fromId: number, uids: readonly number[], toId: number) =>
      copyMessages(db, states, { fromId, uids, toId, away: true }, clock.now()),
    expunge: (folderId: number, uids: readonly number[]) =>
      expungeMessages(db, states, folderId, uids, clock.now(), true),
    expungedSince: (folderId: number, modseq: number) => expungedSince(db, folderId, modseq),
    restore: (mailboxId: number, since: Instant) => restore(mailboxId, since),
    removed: (mailboxId: number) => listRemoved(db, mailboxId, clock.now() - KEPT_MS),
    restoreOnly: (mailboxId: number, only: readonly RemovedPlace[]) => restore(mailboxId, clock.now() - KEPT_MS, only),
    quota: (mailboxId: number) => readQuota(db, mailboxId),
    ...boxVerbs(options, states),
  }
}

/** The verbs over a whole mailbox. */
const boxVerbs = ({ db, clock, contents }: MailstoreOptions, states: States) => ({
  box: makeBoxes(db, states),
  modseq: (mailboxId: number) => boxModseq(db, mailboxId),
  states: (mailboxId: number) => boxStates(db, mailboxId),
  goneSince: (mailboxId: number, modseq: number) => goneSince(db, mailboxId, modseq),
  goneFolders: (mailboxId: number, modseq: number) => goneFolders(db, mailboxId, modseq),
  upload: (mailboxId: number, content: ContentRow, type: string) =>
    keepUpload(db, contents, mailboxId, content, type, clock.now()),
  uploads: (mailboxId: number, ids: readonly ContentId[]) => findUploads(db, mailboxId, ids),
})

/** Opens the mailstore of a database for this process. */
export const openMailstore = async (options: MailstoreOptions): Promise<OpenMailstore> => {
  const { db, clock } = options
  const states = await openStates({
    db,
    idleBytes: options.idleFolderBytes ?? IDLE_FOLDER_BYTES,
    lookAgainMs: LOOK_AGAIN_MS,
  })
  const appender = makeAppender(options.committer)
  const onError = options.onError ?? (() => {})
  const facts = openFacts({
    db,
    contents: options.contents,
    cacheBytes: options.factsBytes ?? FACTS_BYTES,
    onBug: (content, error) => onError(`facts of content ${content}`, error),
  })
  const boxWords = openBoxWords({
    db,
    memoryBytes: options.wordsBytes ?? WORDS_BYTES,
    largeFrom: options.wordsFrom ?? WORDS_FROM,
    onError: (error) => onError('words of a box', error),
  })
  const indexer = openIndexer({
    db,
    facts,
    onError: (error) => onError('facts of new contents', error),
    ...(options.queueLimit === undefined ? {} : { queueLimit: options.queueLimit }),
  })
  /** Filed, but where is not known: whoever looks at the folders of these mailboxes looks again. */
  const touchAll = async (unseen: readonly Filing[]): Promise<void> => {
    for (const mailboxId of new Set(unseen.map((one) => one.mailboxId)))
      for (const { id } of await listFolders(db, mailboxId)) await states.touched({ mailboxId, folderId: id })
  }
  return {
    ...folderVerbs(options, states),
    ...messageVerbs(options, states, appender, facts),
    open: states.open,
    watch: states.watch,
    touch: (mailboxId) => states.touched({ mailboxId, folderId: 0 }),
    facts: facts.of,
    search: (mailboxId, contents, where, folded) =>
      searchContents({ db, facts, contents: options.contents, boxWords }, mailboxId, contents, where, folded),
    learned: boxWords.settled,
    filed: (filed, unseen) => {
      appender.filed(filed)
      takeFiled(states, filed)
      indexer.filed(
        filed.map(({ filing }) => filing.content),
        filed.some(({ filing }) => filing.kind !== null),
      )
      // Open folders find it by themselves where the database is away.
      if (unseen.length > 0) void touchAll(unseen).catch(() => {})
    },
    makeFolders: async (wanted) => {
      for (const { mailboxId, kind } of wanted) await makeStandingFolder(db, mailboxId, kind, clock.now())
    },
    upkeep: async () => void (await forgetExpunged(db, clock.now() - KEPT_MS)),
    catchUp: indexer.catchUp,
    close: async () => {
      await indexer.close()
      await boxWords.close()
      await states.close()
    },
  }
}
