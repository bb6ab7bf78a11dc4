// Flags of a message: the five system flags as bits, and keywords as words (RFC 9051 §2.3.2).

/** System flags as bits. */
export const SEEN = 1
export const ANSWERED = 2
export const FLAGGED = 4
export const DELETED = 8
export const DRAFT = 16
/** Kept with no message: a session of IMAP4rev1 shows it with those of which it was the first to be told. */
export const RECENT = 32

/** Every system flag with its name on the wire, in the order in which they are told. */
export const SYSTEM_FLAGS: readonly (readonly [number, string])[] = [
  [ANSWERED, '\\Answered'],
  [FLAGGED, '\\Flagged'],
  [DELETED, '\\Deleted'],
  [SEEN, '\\Seen'],
  [DRAFT, '\\Draft'],
]

/** Flags of one message: `system` is a mask of the bits above; keywords as first written, each once, sorted. */
export type Flags = {
  readonly system: number
  readonly keywords: readonly string[]
}

export const NO_FLAGS: Flags = { system: 0, keywords: [] }

/** What STORE does to flags: `set` replaces all of them. */
export type FlagChange = { readonly how: 'set' | 'add' | 'remove' } & Flags
