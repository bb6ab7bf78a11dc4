// What mail programs ask of a message again and again, computed once when its bytes are known: the facts of a content.
import type { Instant } from '../lib/instant.ts'

/** One entity of the MIME tree with all that BODY[…] and BINARY[…] need: byte offsets in the message. */
export type PartFacts = {
  readonly headerStart: number
  readonly bodyStart: number
  readonly bodyEnd: number
  /** `type/subtype` in lower case. */
  readonly type: string
  /** Content-Transfer-Encoding in lower case. */
  readonly encoding: string
  /** Charset parameter of Content-Type. */
  readonly charset?: string | undefined
  /** Decoded. */
  readonly filename?: string | undefined
  /** Lines of the body (number of LF). */
  readonly lines: number
  /** In lower case. */
  readonly disposition?: string | undefined
  /** Content-ID without brackets. */
  readonly contentId?: string | undefined
  /** Tags of Content-Language. */
  readonly languages?: readonly string[] | undefined
  /** Content-Location. */
  readonly location?: string | undefined
  /** Parts of a multipart; the one inner message of a message/rfc822. */
  readonly children: readonly PartFacts[]
}

/** Everything that is kept of one content. Texts named `wire` are one code unit a byte, ready to be sent. */
export type ContentFacts = {
  readonly sizeBytes: number
  /** The root header section as it stands (it may hold any byte, NUL too), where it is at most HEADER_KEPT long. */
  readonly header: string | undefined
  /** Wire text of ENVELOPE, BODYSTRUCTURE and BODY (RFC 9051 §7.5.2), parentheses included. */
  readonly envelope: string
  readonly bodyStructure: string
  readonly body: string
  readonly parts: PartFacts
  /** RFC 8970: at most 200 characters of Unicode text; empty where there is none. */
  readonly preview: string
  readonly sort: SortFacts
  /** Folded text of header and body, for SEARCH. */
  readonly search: SearchText
  /** Message-ID without brackets; those of References, else the first of In-Reply-To, oldest first (RFC 5256 §3). */
  readonly messageId: string | undefined
  readonly references: readonly string[]
}

/** Longest header section that facts carry, in bytes. */
export const HEADER_KEPT = 16_384

/** RFC 5256 §2.1, §2.2 and RFC 5957: values that SORT compares; texts are keys of i;unicode-casemap (collationKey). */
export type SortFacts = {
  /** The Date field as an instant; undefined where absent or unreadable: INTERNALDATE then stands for it. */
  readonly sentAt: Instant | undefined
  /** The Date field's day as written, without regard to zones, for SENTBEFORE and the like (days since 1970). */
  readonly sentDay: number | undefined
  readonly baseSubject: string
  /** Whether the subject was a reply or a forward (RFC 5256 §2.1 step 7). */
  readonly isReply: boolean
  readonly from: string
  readonly to: string
  readonly cc: string
  readonly displayFrom: string
  readonly displayTo: string
}

/**
 * Text that SEARCH looks into: decoded and folded (foldText), without controls but LF. `header` has one line a field of
 * the root, `name: value`, names in lower case; then, after an empty line, those of the parts, which only TEXT looks into.
 * `body` has the text parts, the headers of messages within and the names of attachments. `complete` is false where
 * limits cut something off.
 */
export type SearchText = {
  readonly header: string
  readonly body: string
  readonly complete: boolean
  /** Bloom filter over the trigrams of both: tells most messages that lack a text without looking at it. */
  readonly signature: Uint8Array
}
