// The commands of IMAP as values: what the grammars of ./commands read, and what the server does.
import type { FlagChange, Flags } from '../flags.ts'
import type { NumberSet, Query, SortCriterion, ThreadAlgorithm } from '../query.ts'

/** States in which a command is allowed (RFC 9051 §3). */
export type ImapState = 'notAuthenticated' | 'authenticated' | 'selected'

/** What FETCH may ask of a message (RFC 9051 §6.4.5 and the extensions named). */
export type FetchItem =
  | { readonly kind: 'uid' | 'flags' | 'internalDate' | 'size' | 'envelope' | 'bodyStructure' }
  /** BODY without section: the structure without extension data. */
  | { readonly kind: 'body' }
  /** RFC 7162 MODSEQ, RFC 8474 EMAILID and THREADID, RFC 8514 SAVEDATE. */
  | { readonly kind: 'modseq' | 'emailId' | 'threadId' | 'saveDate' }
  /** RFC 8970 PREVIEW; `lazy`: only where it is at hand. */
  | { readonly kind: 'preview'; readonly lazy: boolean }
  | BodyItem
  | {
      readonly kind: 'binary'
      readonly part: readonly number[]
      readonly peek: boolean
      readonly partial?: Partial | undefined
    }
  | { readonly kind: 'binarySize'; readonly part: readonly number[] }

/** BODY[section]<partial>, and RFC822, RFC822.HEADER, RFC822.TEXT, which answer under their own names. */
export type BodyItem = {
  readonly kind: 'section'
  readonly section: Section
  readonly peek: boolean
  readonly partial?: Partial | undefined
  readonly answerAs?: 'RFC822' | 'RFC822.HEADER' | 'RFC822.TEXT' | undefined
}

export type Partial = { readonly offset: number; readonly length: number }

/** RFC 9051 §6.4.5.1: `part` is empty for the message itself. */
export type Section = {
  readonly part: readonly number[]
  /** `all`: everything (of a part: its body). `mime` wants a part. */
  readonly text: 'all' | 'header' | 'text' | 'mime' | 'headerFields' | 'headerFieldsNot'
  /** Field names as the client wrote them. */
  readonly fields?: readonly string[] | undefined
}

export type FetchModifiers = { readonly changedSince?: number | undefined; readonly vanished?: boolean | undefined }

/** RFC 9051 §6.3.11 STATUS items; RFC 8438 SIZE, RFC 7162 HIGHESTMODSEQ, RFC 8474 MAILBOXID, RFC 7889 APPENDLIMIT, RFC 9208 DELETED. */
export type StatusItem =
  | 'MESSAGES'
  | 'RECENT'
  | 'UIDNEXT'
  | 'UIDVALIDITY'
  | 'UNSEEN'
  | 'DELETED'
  | 'SIZE'
  | 'HIGHESTMODSEQ'
  | 'MAILBOXID'
  | 'APPENDLIMIT'
  | 'DELETED-STORAGE'

/** RFC 4466 RETURN options of ESEARCH; `save` is SEARCHRES. */
export type ReturnOption = 'min' | 'max' | 'all' | 'count' | 'save'

/** RFC 5258, RFC 5819, RFC 6154, RFC 8440 (MYRIGHTS is not offered). */
export type ListCommand = {
  readonly kind: 'list'
  readonly reference: string
  readonly patterns: readonly string[]
  readonly select: {
    readonly subscribed: boolean
    readonly remote: boolean
    readonly recursiveMatch: boolean
    readonly specialUse: boolean
  }
  readonly returning: {
    readonly subscribed: boolean
    readonly children: boolean
    readonly specialUse: boolean
    readonly status?: readonly StatusItem[] | undefined
  }
  /** Whether the client used the extended form, which changes what is answered. */
  readonly extended: boolean
}

export type QresyncParameter = {
  readonly uidValidity: number
  readonly modseq: number
  readonly knownUids?: NumberSet | undefined
  readonly match?: { readonly sequences: NumberSet; readonly uids: NumberSet } | undefined
}

export type SelectCommand = {
  readonly kind: 'select'
  readonly folder: string
  readonly readOnly: boolean
  readonly condstore: boolean
  readonly qresync?: QresyncParameter | undefined
}

/** A message of APPEND: its flags and date; the bytes come as literals, in order. `utf8`: RFC 6855 UTF8 (~{…}). */
export type AppendMessage = {
  readonly flags: Flags
  /** Milliseconds since 1970. */
  readonly receivedAt?: number | undefined
  readonly utf8: boolean
  /** Number of the literal among those of the command that are streamed. */
  readonly literal: number
}

export type SearchCommand = {
  readonly kind: 'search'
  readonly uid: boolean
  /** Undefined: the plain answer of IMAP4rev1 (in rev2 that of `RETURN (ALL)`). */
  readonly returning?: readonly ReturnOption[] | undefined
  readonly query: Query
}

/** Folder names are decoded: Unicode, `/` between levels; `inbox` in any case is `INBOX`. */
export type Command =
  | {
      readonly kind:
        | 'capability'
        | 'noop'
        | 'logout'
        | 'startTls'
        | 'check'
        | 'close'
        | 'unselect'
        | 'expunge'
        | 'idle'
        | 'namespace'
    }
  | { readonly kind: 'id'; readonly fields?: readonly (readonly [string, string | undefined])[] | undefined }
  | { readonly kind: 'authenticate'; readonly mechanism: string; readonly initial?: string | undefined }
  | { readonly kind: 'login'; readonly user: string; readonly password: string }
  | { readonly kind: 'enable'; readonly capabilities: readonly string[] }
  | { readonly kind: 'compress'; readonly mechanism: string }
  | SelectCommand
  | { readonly kind: 'create'; readonly folder: string; readonly specialUse: readonly string[] }
  | { readonly kind: 'delete' | 'subscribe' | 'unsubscribe'; readonly folder: string }
  | { readonly kind: 'rename'; readonly from: string; readonly to: string }
  | ListCommand
  | { readonly kind: 'lsub'; readonly reference: string; readonly pattern: string }
  | { readonly kind: 'status'; readonly folder: string; readonly items: readonly StatusItem[] }
  | { readonly kind: 'append'; readonly folder: string; readonly messages: readonly AppendMessage[] }
  | { readonly kind: 'uidExpunge'; readonly uids: NumberSet }
  | SearchCommand
  | {
      readonly kind: 'sort'
      readonly uid: boolean
      readonly returning?: readonly ReturnOption[] | undefined
      readonly by: readonly SortCriterion[]
      readonly query: Query
    }
  | { readonly kind: 'thread'; readonly uid: boolean; readonly algorithm: ThreadAlgorithm; readonly query: Query }
  | {
      readonly kind: 'fetch'
      readonly uid: boolean
      readonly set: NumberSet
      readonly items: readonly FetchItem[]
      readonly modifiers: FetchModifiers
    }
  | {
      readonly kind: 'store'
      readonly uid: boolean
      readonly set: NumberSet
      readonly change: FlagChange
      readonly silent: boolean
      readonly unchangedSince?: number | undefined
    }
  | { readonly kind: 'copy' | 'move'; readonly uid: boolean; readonly set: NumberSet; readonly folder: string }
  | { readonly kind: 'getQuota'; readonly root: string }
  | { readonly kind: 'getQuotaRoot'; readonly folder: string }
