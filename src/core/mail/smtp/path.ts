// Reverse-paths, forward-paths and xtext of the SMTP commands (RFC 5321 §4.1.2, RFC 3461 §4).

/** RFC 5321 §4.5.3.1: local part 64, domain 255, path 256 with its brackets. */
const MAX_LOCAL = 64
const MAX_DOMAIN = 255
const MAX_PATH = 256

const LABEL = /^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/
const DOT_STRING = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/
const LITERAL = /^\[(?:[0-9.]{7,15}|IPv6:[0-9A-Fa-f:.]{2,45})\]$/
const XTEXT = /^(?:[\x21-\x2a\x2c-\x3c\x3e-\x7e]|\+[0-9A-F]{2})*$/

/** Whether the text is a host name of labels of at most 63 letters, digits and inner hyphens. */
export const isDomain = (text: string): boolean =>
  text.length > 0 &&
  text.length <= MAX_DOMAIN &&
  text.split('.').every((label) => label.length < 64 && LABEL.test(label))

/** Whether the text is an address in brackets, `[192.0.2.1]` or `[IPv6:2001:db8::1]`. */
export const isAddressLiteral = (text: string): boolean => LITERAL.test(text)

/** Index after the quoted string that begins at `from`, or -1 where it does not end or holds what it may not. */
const quotedEnd = (text: string, from: number): number => {
  for (let at = from + 1; at < text.length; at++) {
    const c = text.charCodeAt(at)
    if (c === 0x22) return at + 1
    if (c < 0x20 || c > 0x7e) return -1
    if (c === 0x5c) {
      at++
      const escaped = text.charCodeAt(at)
      if (!(escaped >= 0x20 && escaped <= 0x7e)) return -1
    }
  }
  return -1
}

/** An SMTP mailbox as it was written, its domain in lower case; undefined where it is none (RFC 5321 §4.1.2). */
export const parseMailbox = (text: string): string | undefined => {
  const at = text.startsWith('"') ? quotedEnd(text, 0) : text.indexOf('@')
  if (at <= 0 || at > MAX_LOCAL || text[at] !== '@') return undefined
  const local = text.slice(0, at)
  const domain = text.slice(at + 1)
  if (local[0] !== '"' && !DOT_STRING.test(local)) return undefined
  if (isAddressLiteral(domain)) return text
  return isDomain(domain) ? `${local}@${domain.toLowerCase()}` : undefined
}

/** A path and what follows it. `address` is null for `<>`. */
export type ParsedPath = { readonly address: string | null; readonly rest: string }

/** Index of the `>` that closes the path begun by `<` at 0, quoted strings passed over; -1 where there is none. */
const closingBracket = (text: string): number => {
  for (let at = 1; at < text.length && at <= MAX_PATH * 2; at++) {
    if (text[at] === '>') return at
    if (text[at] === '"') {
      at = quotedEnd(text, at) - 1
      if (at < 0) return -1
    }
  }
  return -1
}

/**
 * Reads `<mailbox>` at the start of the text, and what follows it. A source route is read and dropped
 * (RFC 5321 §4.1.1.3). Undefined where the text does not begin with a path.
 */
export const parsePath = (text: string): ParsedPath | undefined => {
  if (text[0] !== '<') return undefined
  const end = closingBracket(text)
  if (end < 0) return undefined
  let inner = text.slice(1, end)
  const rest = text.slice(end + 1)
  if (inner === '') return { address: null, rest }
  if (inner[0] === '@') {
    const colon = inner.indexOf(':')
    const hops = inner.slice(0, Math.max(colon, 0)).split(',')
    if (!hops.every((hop) => hop[0] === '@' && isDomain(hop.slice(1)))) return undefined
    inner = inner.slice(colon + 1)
  }
  if (inner.length > MAX_PATH - 2) return undefined
  // RFC 5321 §4.5.1: <Postmaster> is taken without a domain, in any case of letters.
  const address = inner.toLowerCase() === 'postmaster' ? inner : parseMailbox(inner)
  return address === undefined ? undefined : { address, rest }
}

/** Decodes xtext (RFC 3461 §4); undefined where it is none. */
export const parseXtext = (text: string): string | undefined =>
  XTEXT.test(text)
    ? text.replace(/\+([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    : undefined
