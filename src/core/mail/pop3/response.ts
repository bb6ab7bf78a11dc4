// POP3 responses: how they are made and printed (RFC 1939 §3, RFC 2449 §8, RFC 3206).

/** What a client may act upon without reading the words. */
export type ResponseCode =
  /** Another session has the mailbox (RFC 2449 §8.1.1). */
  | 'IN-USE'
  /** Come back later: nothing is wrong with the password (RFC 2449 §8.1.1). */
  | 'LOGIN-DELAY'
  /** Name or password (RFC 3206 §5). */
  | 'AUTH'
  /** May pass by itself (RFC 3206 §4). */
  | 'SYS/TEMP'
  /** Wants a person (RFC 3206 §4). */
  | 'SYS/PERM'

export type Response = { readonly ok: boolean; readonly code?: ResponseCode | undefined; readonly text: string }

export const ok = (text: string): Response => ({ ok: true, text })
export const err = (text: string, code?: ResponseCode): Response => ({ ok: false, code, text })

/** RFC 1939 §3: 512 bytes with +OK or -ERR and CRLF. */
const MAX_TEXT = 400

/** The line as it goes over the wire; whatever is not printable ASCII becomes a space, so no text adds a line. */
export const printResponse = ({ ok: good, code, text }: Response): string => {
  const words = text.replace(/[^\x20-\x7e]/g, ' ').slice(0, MAX_TEXT)
  return `${good ? '+OK' : '-ERR'}${code === undefined ? '' : ` [${code}]`} ${words}\r\n`
}
