// Mail addresses: what header fields hold (RFC 5322 §3.4, read leniently) and what SMTP carries (RFC 5321, strict).
import { cleanLine, decodeText, encodedWordEnd, rawToText } from './words.ts'

export type Address = {
  /** Decoded; empty where there is none. */
  readonly displayName: string
  /** `local@domain`: the local part as written, quoted only where it must be, the domain in lower case. */
  readonly spec: string
  readonly local: string
  /** In lower case; A-labels stay as they are; an address literal keeps its brackets. */
  readonly domain: string
}

const MAX_LOCAL = 64
const MAX_DOMAIN = 255
/** RFC 5321 §4.5.3.1.3 (256 with the angle brackets). */
const MAX_SPEC = 254
const MAX_PROBLEMS = 50

export type AddressLimits = { readonly characters: number; readonly addresses: number }
export const ADDRESS_LIMITS: AddressLimits = { characters: 256 * 1024, addresses: 10_000 }

const isAscii = (text: string): boolean => !/[^\x00-\x7f]/.test(text)
/** Lower case; beyond ASCII only A-Z change, so that no other letter (a Kelvin sign) turns into an ASCII one. */
const lower = (text: string): string =>
  isAscii(text) ? text.toLowerCase() : text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())

const ATEXT = "-A-Za-z0-9!#$%&'*+/=?^_`{|}~"
const DOT_ATOM = new RegExp(`^[${ATEXT}]+(?:\\.[${ATEXT}]+)*$`)
const DOT_ATOM_UTF8 = new RegExp(`^[${ATEXT}\\x80-\\u{10ffff}]+(?:\\.[${ATEXT}\\x80-\\u{10ffff}]+)*$`, 'u')
const LABEL = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/
const LITERAL = /^\[(?:\d{1,3}(?:\.\d{1,3}){3}|IPv6:[0-9A-Fa-f:.]{2,45})\]$/i

/** Whether the text is a Domain of RFC 5321 §4.1.2 (any case; A-labels, no U-labels). */
const isDomain = (text: string): boolean =>
  text.length <= MAX_DOMAIN && text.split('.').every((label) => LABEL.test(label))

/** Content of a quoted local part, or undefined where it is not quoted as RFC 5321 asks. */
const unquote = (text: string): string | undefined => {
  if (text.length < 2 || text[0] !== '"' || text[text.length - 1] !== '"') return undefined
  let out = ''
  for (let at = 1; at < text.length - 1; at++) {
    let unit = text[at]!
    if (unit === '"') return undefined
    if (unit === '\\') {
      at++
      if (at === text.length - 1) return undefined
      unit = text[at]!
    }
    if (unit < ' ' || unit === '\x7f') return undefined
    out += unit
  }
  return out
}

/** A local part as it is printed: quoted where it is not a dot-atom. */
const printLocal = (content: string): string =>
  DOT_ATOM_UTF8.test(content) ? content : `"${content.replace(/["\\]/g, '\\$&')}"`

const make = (displayName: string, local: string, domain: string): Address => ({
  displayName,
  spec: `${local}@${domain}`,
  local,
  domain,
})

/**
 * A Mailbox of RFC 5321 §4.1.2: ASCII, no white space or comments, at most 64 characters of local part, 255 of domain,
 * 254 in all (§4.5.3.1). Undefined where it is not one. The display name is empty.
 */
export const parseAddrSpec = (text: string): Address | undefined => {
  const at = text.lastIndexOf('@')
  if (at < 1 || text.length > MAX_SPEC || !isAscii(text)) return undefined
  const written = text.slice(0, at)
  const domain = text.slice(at + 1)
  if (written.length > MAX_LOCAL || !(isDomain(domain) || LITERAL.test(domain))) return undefined
  if (DOT_ATOM.test(written)) return make('', written, domain.toLowerCase())
  const content = unquote(written)
  return content === undefined ? undefined : make('', printLocal(content), domain.toLowerCase())
}

/** Domain of an address in lower case; empty where there is none. */
export const domainOf = (spec: string): string => {
  const at = spec.lastIndexOf('@')
  return at < 0 ? '' : lower(spec.slice(at + 1))
}

/** What two spellings of one address share: lower case, needless quotes removed. */
export const addressKey = (spec: string): string => {
  if (!spec.startsWith('"')) return lower(spec)
  const at = spec.lastIndexOf('@')
  const content = unquote(spec.slice(0, at))
  return lower(content === undefined ? spec : `${printLocal(content)}${spec.slice(at)}`)
}

/** Whether two addresses are the same box; local parts too are compared without regard to case. */
export const sameAddress = (a: string, b: string): boolean => a === b || addressKey(a) === addressKey(b)

// --- lists ---------------------------------------------------------------------------------------------------------

/** A token of a structured field (RFC 5322 §3.2). */
export type Token = {
  readonly kind: 'atom' | 'quoted' | 'literal' | 'special' | 'end'
  /** Content: without quotes and backslashes. */
  readonly text: string
  /** Whether white space or a comment comes before. */
  readonly spaced: boolean
}

/** Where one is in the text of a structured field. */
export type Reader = {
  readonly text: string
  at: number
  /** Last comment read: the obsolete place of a display name. */
  comment: string
  readonly problem: (text: string) => void
}

const SPECIALS = '<>:;,@.'

const isBlank = (unit: string): boolean => unit === ' ' || unit === '\t' || unit === '\r' || unit === '\n'

/** Reads up to the closing character, taking backslashes away; nested where `open` is given. */
const readUntil = (reader: Reader, close: string, open: string): string => {
  const { text } = reader
  let out = ''
  let depth = 1
  let at = reader.at + 1
  for (; at < text.length; at++) {
    const unit = text[at]!
    if (unit === '\\' && at + 1 < text.length) out += text[++at]!
    else if (unit === close && --depth === 0) break
    else {
      if (unit === open) depth++
      out += unit
    }
  }
  if (at >= text.length) reader.problem(`no ${close} for what begins at character ${reader.at}`)
  reader.at = at + 1
  return out
}

const skipBlank = (reader: Reader): boolean => {
  const start = reader.at
  while (reader.at < reader.text.length) {
    const unit = reader.text[reader.at]!
    if (unit === '(') reader.comment = readUntil(reader, ')', '(')
    else if (isBlank(unit)) reader.at++
    else break
  }
  return reader.at > start
}

const ATOM_END = /[ \t\r\n()<>[\]:;@\\,."]/g

/** The next token, blanks and comments before it passed over. */
export const readToken = (reader: Reader): Token => {
  const spaced = skipBlank(reader)
  const { text, at } = reader
  const unit = text[at]
  if (unit === undefined) return { kind: 'end', text: '', spaced }
  if (unit === '"') return { kind: 'quoted', text: readUntil(reader, '"', ''), spaced }
  if (unit === '[') return { kind: 'literal', text: `[${readUntil(reader, ']', '')}]`, spaced }
  if (SPECIALS.includes(unit)) {
    reader.at++
    return { kind: 'special', text: unit, spaced }
  }
  ATOM_END.lastIndex = at
  // Many programs leave specials inside encoded words (against RFC 2047 §5): they are taken whole.
  const end = encodedWordEnd(text, at) ?? ATOM_END.exec(text)?.index ?? text.length
  reader.at = Math.max(end, at + 1)
  return { kind: 'atom', text: text.slice(at, reader.at), spaced }
}

export const isSpecial = (token: Token, unit: string): boolean => token.kind === 'special' && token.text === unit

/** Tokens as text with single spaces where they were apart: a display name, before decoding. */
const phraseOf = (tokens: readonly Token[]): string => {
  let out = ''
  for (const token of tokens) out += out !== '' && token.spaced ? ` ${token.text}` : token.text
  return decodeText(out)
}

/** Words joined by dots (obs-local-part included), or undefined where the tokens are anything else. */
const dotted = (tokens: readonly Token[], quoted: boolean): string | undefined => {
  if (tokens.length % 2 === 0) return undefined
  let out = ''
  for (const [i, token] of tokens.entries()) {
    const word = token.kind === 'atom' ? DOT_ATOM_UTF8.test(token.text) : quoted && token.kind === 'quoted'
    const fits = i % 2 === 1 ? isSpecial(token, '.') : word
    if (!fits) return undefined
    out += token.text
  }
  return out
}

/** The addr-spec (RFC 5322 §3.4.1) that the tokens are, or the reason why they are none. */
const specOf = (tokens: readonly Token[], reader: Reader): { local: string; domain: string } | string => {
  const at = tokens.findLastIndex((token) => isSpecial(token, '@'))
  if (at < 0) return 'no @'
  const content = dotted(tokens.slice(0, at), true)
  const literal = tokens.length === at + 2 && tokens[at + 1]!.kind === 'literal' ? tokens[at + 1]!.text : undefined
  const domain = lower(literal ?? dotted(tokens.slice(at + 1), false) ?? '')
  if (content === undefined || cleanLine(content) !== content) return 'bad local part'
  const local = printLocal(content)
  const ascii = isAscii(local) && isAscii(domain)
  if (ascii && !(isDomain(domain) || LITERAL.test(domain))) return 'bad domain'
  if (!ascii && !DOT_ATOM_UTF8.test(domain)) return 'bad domain'
  if (local.length > MAX_LOCAL || domain.length > MAX_DOMAIN || local.length + domain.length >= MAX_SPEC)
    return 'too long'
  if (!ascii) reader.problem(`address beyond ASCII: ${shorten(`${local}@${domain}`)}`)
  return { local, domain }
}

const shorten = (text: string): string => {
  const clean = cleanLine(text)
  return clean.length > 80 ? `${clean.slice(0, 80).toWellFormed()}…` : clean
}

/** Tokens after `<` up to `>`, an obsolete route (`@a,@b:`) left out. */
const readAngle = (reader: Reader): Token[] => {
  let tokens: Token[] = []
  for (;;) {
    const token = readToken(reader)
    if (token.kind === 'end') {
      reader.problem('no > at the end of an address')
      return tokens
    }
    if (isSpecial(token, '>')) return tokens
    if (isSpecial(token, ':') && tokens.length > 0 && isSpecial(tokens[0]!, '@')) tokens = []
    else tokens.push(token)
  }
}

type Element = { phrase: Token[]; angle: Token[] | undefined; after: number }

const addressOf = (element: Element, reader: Reader): Address | undefined => {
  const { phrase, angle, after } = element
  const spec = specOf(angle ?? phrase, reader)
  if (typeof spec === 'string' || after > 0) {
    const why = typeof spec === 'string' ? spec : 'text after the address'
    reader.problem(`not an address (${why}): ${shorten(`${phraseOf(phrase)}${angle ? ` <${phraseOf(angle)}>` : ''}`)}`)
    return undefined
  }
  const displayName = angle ? phraseOf(phrase) || decodeText(reader.comment) : decodeText(reader.comment)
  return make(displayName, spec.local, spec.domain)
}

/**
 * The addresses of an address list (From, To, Cc, Reply-To … as fieldValues gives them): groups opened (RFC 5322 §3.4),
 * comments passed over, quoted strings, obsolete routes and blanks understood, display names decoded. What is not an
 * address is left out and becomes a problem; so does what is kept though doubtful (beyond ASCII, an unclosed group).
 * Linear; text and addresses beyond the limits are left out with a problem.
 */
export const parseAddressList = (
  raw: string,
  limits: AddressLimits = ADDRESS_LIMITS,
): { readonly addresses: readonly Address[]; readonly problems: readonly string[] } => {
  const addresses: Address[] = []
  const problems: string[] = []
  const problem = (text: string): void => {
    if (problems.length < MAX_PROBLEMS) problems.push(text)
  }
  if (raw.length > limits.characters) problem(`longer than ${limits.characters} characters`)
  const reader: Reader = { text: rawToText(raw.slice(0, limits.characters)), at: 0, comment: '', problem }
  let element: Element = { phrase: [], angle: undefined, after: 0 }
  let inGroup = false
  const close = (): void => {
    if (element.phrase.length > 0 || element.angle) {
      const address = addressOf(element, reader)
      if (address) addresses.push(address)
    }
    element = { phrase: [], angle: undefined, after: 0 }
    reader.comment = ''
  }
  for (;;) {
    const token = readToken(reader)
    if (token.kind === 'end' || isSpecial(token, ',')) {
      close()
      if (token.kind === 'end') break
      if (addresses.length >= limits.addresses) {
        problem(`more than ${limits.addresses} addresses`)
        break
      }
    } else if (isSpecial(token, ';')) {
      close()
      if (!inGroup) problem('a ; outside a group')
      inGroup = false
    } else if (element.angle) element.after++
    else if (isSpecial(token, '<')) element.angle = readAngle(reader)
    else if (isSpecial(token, ':')) {
      if (inGroup || element.phrase.length === 0) problem('a : that opens no group')
      inGroup = true
      element = { phrase: [], angle: undefined, after: 0 }
    } else element.phrase.push(token)
  }
  if (inGroup) problem('a group is not closed')
  return { addresses, problems }
}
