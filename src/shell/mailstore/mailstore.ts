// The mailstore as its servers see it: folders, their live state, and the verbs that change them.
import type { Instant } from '../../core/lib/instant.ts'
import type { ContentId } from '../../core/lib/rope.ts'
import type { ContentFacts } from '../../core/mail/facts.ts'
import type { FlagChange, Flags } from '../../core/mail/flags.ts'
import type { MessageKind } from '../../core/mailbox/certified.ts'
import type { StoredFacts } from '../../core/mailbox/factsRecord.ts'
import type { ContentRow } from '../content/store.ts'
import type { Box, BoxStates, Gone, GoneFolder } from './box.ts'
import type { RemovedPlace, RemovedRow } from './removed.ts'
import type { Upload } from './uploads.ts'

/** RFC 6154 special uses that folders may have here; the inbox is one of them, under the name INBOX. */
export type FolderRole = 'inbox' | 'sent' | 'drafts' | 'trash' | 'archive' | 'junk'

export type Folder = {
  readonly id: number
  /** RFC 8474 MAILBOXID: stays when the folder is renamed. */
  readonly objectId: string
  /** Unicode, `/` between levels; INBOX is written so. */
  readonly name: string
  readonly role: FolderRole | undefined
  readonly subscribed: boolean
  readonly uidValidity: number
  readonly uidNext: number
  readonly highestModseq: number
  readonly messages: number
  readonly unseen: number
  readonly deleted: number
  readonly sizeBytes: number
  readonly deletedBytes: number
  /** First uid of which no session has been told that may change the folder; see OpenFolder.recent. */
  readonly recentFrom: number
  /** Modseq of the mailbox when the folder was made, and when its name, use, order or subscription changed last. */
  readonly createdModseq: number
  readonly changedModseq: number
  /** RFC 8621 §2: lower ones come first. */
  readonly sortOrder: number
}

/** The rules say no. Each has its RFC 5530 code in the IMAP server's table. */
export type StoreRefusal = {
  readonly refusal:
    | 'nonexistent'
    | 'alreadyExists'
    | 'badName'
    | 'inbox'
    | 'hasChildren'
    | 'useTaken'
    | 'overQuota'
    | 'limit'
    | 'tooLarge'
    | 'gone'
}

/** A message to be put into a folder. */
export type NewMessage = {
  readonly content: ContentRow
  readonly flags: Flags
  readonly receivedAt: Instant
  /** Facts where they are at hand already; else they are computed soon after. */
  readonly facts?: ContentFacts | undefined
}

export type Placed = { readonly uidValidity: number; readonly uids: readonly number[]; readonly modseq: number }
export type Copied = Placed & { readonly from: readonly number[] }

/** What STORE comes to: who has changed since `unchangedSince`, and the modseq of the others. */
export type Stored = {
  readonly changed: readonly number[]
  readonly failed: readonly number[]
  readonly modseq: number
}

/**
 * A folder as this process knows it: one object shared by all sessions that look at it, kept up to date by commits here
 * and by notifications from other processes. Messages are known by their index in uid order. Rows are only added at the
 * end, or all arrays replaced at an expunge: whoever keeps `uids` and `count` keeps a consistent old view.
 */
export type FolderState = {
  readonly folderId: number
  readonly mailboxId: number
  readonly uidValidity: number
  readonly uidNext: number
  readonly highestModseq: number
  readonly count: number
  /** Ascending; only the first `count` are in use. */
  readonly uids: Uint32Array
  /** Mask of system flags, and what else is known of the message at an index. */
  readonly system: (index: number) => number
  readonly keywords: (index: number) => readonly string[]
  /** What it is in the network; null for what a mail program has put there. */
  readonly kind: (index: number) => MessageKind | null
  readonly modseq: (index: number) => number
  /** Modseq with which the message came into the folder. */
  readonly born: (index: number) => number
  readonly sizeBytes: (index: number) => number
  readonly receivedAt: (index: number) => Instant
  readonly savedAt: (index: number) => Instant
  readonly content: (index: number) => ContentId
  /** Thread that the message belongs to, for RFC 8474 THREADID; undefined where it is not known yet. */
  readonly thread: (index: number) => string | undefined
  /** The same as 64 bits: to compare. */
  readonly threadKey: (index: number) => bigint
  /** Index of a uid, or -1. */
  readonly indexOf: (uid: number) => number
  /** Every keyword that some message has. */
  readonly allKeywords: () => readonly string[]
}

/** A session's hold on a folder: while it lasts, the state stays in memory and `changed` is told of every change. */
export type OpenFolder = {
  readonly state: () => FolderState
  /**
   * First uid of which no session has been told that may change the folder (RFC 3501 §2.3.2 `\Recent`); uidNext where
   * there is none. `take`: this session is such, and is told of all that there are now.
   */
  readonly recent: (take: boolean) => number
  readonly close: () => void
}

export type Quota = {
  readonly usedBytes: number
  readonly limitBytes: number
  readonly messages: number
  readonly messageLimit: number
}

/** The verbs. All may throw a Fault. Every change is durable when its promise resolves, and told to all who look. */
export type Mailstore = {
  readonly folders: (mailboxId: number) => Promise<readonly Folder[]>
  readonly folder: (mailboxId: number, name: string) => Promise<Folder | undefined>
  readonly createFolder: (mailboxId: number, name: string, role?: FolderRole) => Promise<Folder | StoreRefusal>
  readonly deleteFolder: (mailboxId: number, name: string) => Promise<StoreRefusal | undefined>
  /** Renaming INBOX moves its messages (RFC 9051 §6.3.6). Folders below go along. */
  readonly renameFolder: (mailboxId: number, from: string, to: string) => Promise<StoreRefusal | undefined>
  /** Gives a folder a use, which no other may have, and a place in the order. */
  readonly arrangeFolder: (
    mailboxId: number,
    folderId: number,
    how: { readonly role: FolderRole | undefined; readonly sortOrder: number },
  ) => Promise<StoreRefusal | undefined>
  /** A name may be subscribed that is no folder (any more); then it is listed as nonexistent. */
  readonly subscribe: (mailboxId: number, name: string, subscribed: boolean) => Promise<StoreRefusal | undefined>
  /** How many messages of a folder no session has been told of. */
  readonly recent: (folder: Folder) => Promise<number>
  readonly subscriptions: (mailboxId: number) => Promise<readonly string[]>

  /** Opens a folder; `changed` is called after each change, in this process or another. */
  readonly open: (folderId: number, changed: () => void) => Promise<OpenFolder | undefined>
  /** Told of changes to any folder of a mailbox (for NOTIFY, JMAP, waiting clients). Gives the way out. */
  readonly watch: (mailboxId: number, changed: (folderId: number) => void) => () => void

  /** Wakes who watches a mailbox: something of it has changed that lies in no folder. */
  readonly touch: (mailboxId: number) => Promise<void>

  readonly append: (
    mailboxId: number,
    folderId: number,
    messages: readonly NewMessage[],
  ) => Promise<Placed | StoreRefusal>
  /** The same into the folder that has the name. */
  readonly appendTo: (
    mailboxId: number,
    name: string,
    messages: readonly NewMessage[],
  ) => Promise<Placed | StoreRefusal>
  /** Lets the copies of messages go that submission has filed beside them: what was sent is in Sent once. */
  readonly dropCopies: (folderId: number, uids: readonly number[]) => Promise<void>
  /** Changes the flags of messages by uid, in one transaction; unknown uids are passed over. */
  readonly store: (
    folderId: number,
    uids: readonly number[],
    change: FlagChange,
    unchangedSince?: number,
  ) => Promise<Stored | StoreRefusal>
  readonly copy: (fromId: number, uids: readonly number[], toId: number) => Promise<Copied | StoreRefusal>
  /** Copies and expunges in one transaction (RFC 6851). */
  readonly move: (fromId: number, uids: readonly number[], toId: number) => Promise<Copied | StoreRefusal>
  /** Removes messages, which can be brought back for 30 days. Gives the uids that went, and the modseq of it. */
  readonly expunge: (
    folderId: number,
    uids: readonly number[],
  ) => Promise<{ readonly uids: readonly number[]; readonly modseq: number }>
  /** Uids removed after a modseq, ascending; undefined where the memory does not reach so far back (RFC 7162 §3.2.5.2). */
  readonly expungedSince: (folderId: number, modseq: number) => Promise<readonly number[] | undefined>
  /** Brings back what was removed since an instant, with new uids, to its folder or to INBOX. Gives how many. */
  readonly restore: (mailboxId: number, since: Instant) => Promise<number | StoreRefusal>
  /** What was removed and can be brought back, the last first; and brings back what lay in some of the places. */
  readonly removed: (mailboxId: number) => Promise<readonly RemovedRow[]>
  readonly restoreOnly: (mailboxId: number, only: readonly RemovedPlace[]) => Promise<number | StoreRefusal>

  readonly quota: (mailboxId: number) => Promise<Quota>

  /** All folders of a mailbox at one moment, for who sees messages and not folders. */
  readonly box: (mailboxId: number) => Promise<Box>
  /** How far a mailbox has come: any change counts it up. */
  readonly modseq: (mailboxId: number) => Promise<number>
  /** The same by kind of what changes, at one moment. */
  readonly states: (mailboxId: number) => Promise<BoxStates>
  /** What was removed from a mailbox after a modseq: messages, and folders. */
  readonly goneSince: (mailboxId: number, modseq: number) => Promise<readonly Gone[]>
  readonly goneFolders: (mailboxId: number, modseq: number) => Promise<readonly GoneFolder[]>
  /** Keeps bytes that were uploaded for a day or so, and finds those that are kept. */
  readonly upload: (mailboxId: number, content: ContentRow, type: string) => Promise<void>
  readonly uploads: (mailboxId: number, contents: readonly ContentId[]) => Promise<ReadonlyMap<ContentId, Upload>>

  /** Facts of contents, from memory, from the database, or computed now. */
  readonly facts: (contents: readonly ContentId[]) => Promise<ReadonlyMap<ContentId, StoredFacts>>
  /**
   * Of the given contents of a box those whose SearchText has the folded text in `body`, in `header`, or (`text`) in either.
   * Never leaves out one that has it.
   */
  readonly search: (
    mailboxId: number,
    contents: readonly ContentId[],
    where: 'header' | 'body' | 'text',
    folded: string,
  ) => Promise<ReadonlySet<ContentId>>
}
