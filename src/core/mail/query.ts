// What a search asks for, whoever asks it (IMAP SEARCH and SORT, later JMAP): a tree of criteria over one folder.

/** One run of numbers, both ends included; `*` is the highest in use, and the ends may come in either order. */
export type NumberRange = { readonly from: number | '*'; readonly to: number | '*' }

/** Numbers as a client writes them (RFC 9051 §9 sequence-set); `saved` is the `$` of SEARCHRES. */
export type NumberSet =
  | { readonly kind: 'ranges'; readonly ranges: readonly NumberRange[] }
  | { readonly kind: 'saved' }

/** A day without a zone, as the number of days since 1970-01-01. */
export type Day = number

export type Query =
  | { readonly kind: 'all' }
  | { readonly kind: 'and'; readonly of: readonly Query[] }
  | { readonly kind: 'or'; readonly left: Query; readonly right: Query }
  | { readonly kind: 'not'; readonly of: Query }
  | { readonly kind: 'sequence'; readonly set: NumberSet }
  | { readonly kind: 'uid'; readonly set: NumberSet }
  /** All the bits of the mask are set. */
  | { readonly kind: 'flag'; readonly system: number }
  /** Compared without regard to case. */
  | { readonly kind: 'keyword'; readonly keyword: string }
  /** `\Recent`, OLD, NEW (RFC 3501 §6.4.4). */
  | { readonly kind: 'recent' }
  | { readonly kind: 'size'; readonly than: 'larger' | 'smaller'; readonly bytes: number }
  /** INTERNALDATE, the Date field, SAVEDATE (RFC 8514), by day. */
  | {
      readonly kind: 'date'
      readonly of: 'received' | 'sent' | 'saved'
      readonly than: 'before' | 'on' | 'since'
      readonly day: Day
    }
  /** RFC 8514 SAVEDATESUPPORTED: true here. */
  | { readonly kind: 'saveDateSupported' }
  /** RFC 5032 OLDER and YOUNGER, in seconds before now. */
  | { readonly kind: 'age'; readonly than: 'older' | 'younger'; readonly seconds: number }
  /** A header field has the text in its decoded value; empty text: the field is there. Name in lower case. */
  | { readonly kind: 'header'; readonly name: string; readonly text: string }
  /** In the decoded text of the body, or of body and header. Case does not count. */
  | { readonly kind: 'body'; readonly text: string }
  | { readonly kind: 'text'; readonly text: string }
  /** RFC 7162 MODSEQ. */
  | { readonly kind: 'modseq'; readonly atLeast: number }
  /** RFC 8474 EMAILID and THREADID. */
  | { readonly kind: 'emailId' | 'threadId'; readonly id: string }

/** RFC 5256 sort keys, and RFC 5957 display keys. */
export type SortKey = 'arrival' | 'cc' | 'date' | 'from' | 'size' | 'subject' | 'to' | 'displayFrom' | 'displayTo'
export type SortCriterion = { readonly key: SortKey; readonly reverse: boolean }

export type ThreadAlgorithm = 'references' | 'orderedSubject'
