// What a use case wants written: values that one transaction makes true together.
import type { Instant } from '../../core/lib/instant.ts'
import type { ContentId } from '../../core/lib/rope.ts'
import type { Flags } from '../../core/mail/flags.ts'
import type {
  ArrivalState,
  JournalEntry,
  MessageFacts,
  PecKind,
  ReceiptType,
  RecipientEvent,
  RecipientState,
} from '../../core/pec/model.ts'
import type { ContentRow } from '../content/store.ts'

/** A message put into a mailbox. */
export type Filing = {
  readonly mailboxId: number
  /** A folder by its id, or by its role; INBOX where neither is said, or the folder of receipts where they go apart. */
  readonly folder?: number | 'sent' | undefined
  readonly content: ContentId
  /** `submitted`: the copy of a message that was sent from here; null: put there by a mail program. */
  readonly kind: PecKind | 'submitted' | null
  /** PEC msgid of the certified message that it is or is about; of other mail its Message-ID. */
  readonly msgid: string
  /** What names its thread; `msgid` where not said. */
  readonly thread?: string | undefined
  /** Other names by which messages yet to come may refer to that thread. */
  readonly names?: readonly string[] | undefined
  readonly subject?: string | undefined
  readonly sizeBytes: number
  readonly at: Instant
  /** Flags at arrival besides the keywords of the kind. */
  readonly flags?: Flags | undefined
  /** Guards of a filing into a folder by its id: the unit is lost where the folder has another name … */
  readonly folderName?: string | undefined
  /** … or where the mailbox would hold more than it may. */
  readonly limited?: boolean
}

/** A filing as it was written. */
export type Filed = {
  readonly filing: Filing
  readonly folderId: number
  /** The folder's role, null where it has none. */
  readonly role: string | null
  readonly uidValidity: number
  readonly uid: number
  readonly modseq: number
  /** The folder's highest modseq before. */
  readonly modseqBefore: number
  /** Half a digest of what names its thread. */
  readonly thread: bigint
  readonly savedAt: Instant
}

export type NewSubmission = {
  readonly message: MessageFacts
  readonly mailboxId: number
  readonly receiptType: ReceiptType
  readonly postacert?: ContentId | undefined
  readonly envelope?: ContentId | undefined
  readonly state: 'accepted' | 'refused'
  readonly at: Instant
}

/** An arrow of the recipient's machine to walk; `from` makes the whole unit depend on that state still holding. */
export type Transition = {
  readonly identifier: string
  readonly address: string
  readonly event: RecipientEvent
  readonly from?: RecipientState | undefined
  readonly at: Instant
}

export type NewArrival = {
  readonly identifier: string
  readonly address: string
  readonly signer: string
  readonly state: ArrivalState
  readonly content: ContentId
  readonly at: Instant
}

/** Jobs of certified mail (`send`: a message that waited for its time), and those of the office: ordinary mail, boxes to be made, duties of a day. */
export type JobKind = 'arrive' | 'transfer' | 'timeout' | 'send' | 'notice' | 'provision' | 'duty' | 'alert'

export type NewJob = {
  readonly id: string
  readonly kind: JobKind
  readonly payload: unknown
  readonly dueAt: Instant
  /** Born under this node's lease: the node starts on it at once, and only its death frees it for others. */
  readonly leased: boolean
}

/** A message that waited for its time, and has left: its row of JMAP's submissions (mailstore/held.ts). */
export type Released = { readonly id: string; readonly identifier: string; readonly at: Instant }

export type NewQuarantine = {
  readonly content: ContentId
  readonly identifier: string
  readonly signature: string
  readonly direction: 'access' | 'incoming'
  readonly at: Instant
  readonly keepUntil: Instant
}

/** Everything that one use case changes. `arrivals`, `seen`, `done` and transitions with `from` are guards. */
export type Changes = {
  readonly contents: ContentRow[]
  readonly submissions: NewSubmission[]
  readonly transitions: Transition[]
  readonly arrivals: NewArrival[]
  readonly seen: { readonly key: string; readonly at: Instant }[]
  readonly filings: Filing[]
  readonly jobs: NewJob[]
  /** Ids of the jobs that this finishes. */
  readonly done: string[]
  readonly journal: JournalEntry[]
  readonly quarantine: NewQuarantine[]
  readonly released: Released[]
}

/** No change yet: use cases push into the lists. */
export const noChanges = (): Changes => ({
  contents: [],
  submissions: [],
  transitions: [],
  arrivals: [],
  seen: [],
  filings: [],
  jobs: [],
  done: [],
  journal: [],
  quarantine: [],
  released: [],
})
