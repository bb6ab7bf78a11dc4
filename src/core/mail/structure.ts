// The shape of a message as byte offsets: what MIME says of it, without touching a byte.

/** One header field of a section. Offsets are absolute in the message, in bytes. */
export type HeaderField = {
  /** As written. */
  readonly name: string
  readonly lowerName: string
  /** Value as written, one code unit a byte, folding kept, without the final CRLF. */
  readonly rawValue: string
  readonly start: number
  /** After the field's last CRLF. */
  readonly end: number
}

/** One entity of the MIME tree (RFC 2045-2046). Offsets are absolute in the message, in bytes. */
export type MimePart = {
  readonly headerStart: number
  /** After the blank line. */
  readonly bodyStart: number
  /** End of the body; in a multipart the CRLF before the next delimiter belongs to the delimiter, not to the body. */
  readonly bodyEnd: number
  readonly fields: readonly HeaderField[]
  /** `type/subtype` in lower case; `text/plain` where absent or unreadable (`message/rfc822` inside a digest). */
  readonly type: string
  /** Parameters of Content-Type: lower-case names, values decoded (RFC 2231 and, leniently, RFC 2047). */
  readonly parameters: Readonly<Record<string, string>>
  /** Content-Disposition in lower case, and its filename decoded. */
  readonly disposition?: string | undefined
  readonly filename?: string | undefined
  /** Content-Transfer-Encoding in lower case, `7bit` where absent. */
  readonly encoding: string
  /** Lines of the body (number of CRLF), as IMAP wants. */
  readonly lines: number
  /** Parts of a multipart; the one inner message of a message/rfc822 that is not itself encoded. */
  readonly children: readonly MimePart[]
  /** A multipart whose closing delimiter is present, and everything that is not a multipart. */
  readonly closed: boolean
}
