// Strings of IMAP on the wire (RFC 9051 §4.3): quoted where that is possible, literals else. One code unit a byte.

/** Longer strings are literals: clients read lines into buffers of their own size. */
const MAX_QUOTED = 1_000

/**
 * A string for any bytes. NUL, which no string of IMAP may hold (RFC 9051 §4.3.1), is dropped; 8-bit goes in a literal,
 * which every client understands whatever was enabled.
 */
export const wireString = (raw: string): string => {
  if (raw.length <= MAX_QUOTED && /^[\t\x20-\x7e]*$/.test(raw))
    return raw.includes('"') || raw.includes('\\') ? `"${raw.replace(/["\\]/g, '\\$&')}"` : `"${raw}"`
  const bytes = raw.includes('\0') ? raw.replaceAll('\0', '') : raw
  return `{${bytes.length}}\r\n${bytes}`
}

/** A string, or NIL where there is none. */
export const wireNString = (raw: string | undefined): string => (raw === undefined ? 'NIL' : wireString(raw))
