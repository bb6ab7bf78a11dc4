// A small strict reader of XML without a document type: elements, attributes, text, CDATA, comments; and escaping.

export type XmlElement = {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
  readonly children: readonly XmlElement[]
  /** Character data directly inside the element, joined. */
  readonly text: string
}

export type XmlResult =
  | { readonly kind: 'ok'; readonly root: XmlElement }
  | { readonly kind: 'refused'; readonly reason: string }

export type XmlLimits = {
  readonly maxDepth: number
  readonly maxElements: number
  /** Names may have a prefix, which stays in them: what it stands for is not looked up. */
  readonly prefixes?: boolean
}

const DEFAULT_LIMITS: XmlLimits = { maxDepth: 16, maxElements: 20_000 }

class XmlError extends Error {}
const fail = (reason: string): never => {
  throw new XmlError(reason)
}

// XML 1.0 §2.2: what no document may hold. A lone surrogate is no character either.
const INVALID =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/
const INVALID_ALL = new RegExp(INVALID.source, 'g')
const NAME = /[A-Za-z_][A-Za-z0-9_.-]*/y
const PREFIXED_NAME = /[A-Za-z_][A-Za-z0-9_.-]*(?::[A-Za-z_][A-Za-z0-9_.-]*)?/y
const SPACE = /[ \t\r\n]*/y
const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
])

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
}

/** Text as XML character data or a double-quoted attribute value; what XML cannot say becomes U+FFFD. */
export const escapeXml = (text: string): string => {
  const clean = INVALID.test(text) ? text.replace(INVALID_ALL, '\ufffd') : text
  return /[&<>"\r]/.test(clean) ? clean.replace(/[&<>"\r]/g, (c) => ESCAPES[c]!) : clean
}

const characterReference = (digits: string): string => {
  const code = /^x[0-9a-fA-F]{1,6}$/.test(digits)
    ? Number.parseInt(digits.slice(1), 16)
    : /^[0-9]{1,7}$/.test(digits)
      ? Number.parseInt(digits, 10)
      : Number.NaN
  if (!(code <= 0x10ffff)) return fail('malformed character reference')
  const char = String.fromCodePoint(code)
  return INVALID.test(char) ? fail('reference to a character that XML forbids') : char
}

/** Replaces the five entities and character references; any other entity is refused. */
const unescapeXml = (text: string): string => {
  if (!text.includes('&')) return text
  return text.replace(/&([^;&]{0,10})(;?)/g, (_, name: string, end: string) => {
    if (end === '') return fail('& that begins no entity')
    if (name.startsWith('#')) return characterReference(name.slice(1))
    return ENTITIES.get(name) ?? fail('entity that is not one of the five')
  })
}

type Reader = { readonly text: string; at: number; elements: number; readonly limits: XmlLimits }
type OpenElement = {
  name: string
  attributes: Map<string, string>
  children: XmlElement[]
  text: string
}

const skipSpace = (r: Reader): void => {
  SPACE.lastIndex = r.at
  SPACE.test(r.text)
  r.at = SPACE.lastIndex
}

const readName = (r: Reader): string => {
  const pattern = r.limits.prefixes ? PREFIXED_NAME : NAME
  pattern.lastIndex = r.at
  const match = pattern.exec(r.text)
  if (match === null) return fail('name expected')
  r.at = pattern.lastIndex
  return match[0]
}

/** Moves after the next `mark` and returns what was before it. */
const readUntil = (r: Reader, mark: string, what: string): string => {
  const end = r.text.indexOf(mark, r.at)
  if (end < 0) return fail(`${what} without an end`)
  const inside = r.text.slice(r.at, end)
  r.at = end + mark.length
  return inside
}

const readAttribute = (r: Reader, attributes: Map<string, string>): void => {
  const name = readName(r)
  skipSpace(r)
  if (r.text[r.at] !== '=') fail('attribute without a value')
  r.at++
  skipSpace(r)
  const quote = r.text[r.at] === "'" ? "'" : '"'
  if (r.text[r.at] !== quote) fail('attribute value without quotes')
  r.at++
  const raw = readUntil(r, quote, 'attribute value')
  if (raw.includes('<')) fail('< in an attribute value')
  if (attributes.has(name)) fail('attribute given twice')
  attributes.set(name, unescapeXml(raw.replace(/\r\n|[\t\r\n]/g, ' ')))
}

/** Reads a start tag after its `<`; `empty` where it ends in `/>`. */
const readStartTag = (r: Reader): { readonly element: OpenElement; readonly empty: boolean } => {
  if (++r.elements > r.limits.maxElements) fail('too many elements')
  const element: OpenElement = { name: readName(r), attributes: new Map(), children: [], text: '' }
  for (;;) {
    const before = r.at
    skipSpace(r)
    if (r.text[r.at] === '>') {
      r.at++
      return { element, empty: false }
    }
    if (r.text.startsWith('/>', r.at)) {
      r.at += 2
      return { element, empty: true }
    }
    if (r.at === before) fail('malformed tag')
    readAttribute(r, element.attributes)
  }
}

/** Passes over a comment or a processing instruction; false where there is none. */
const skipMisc = (r: Reader): boolean => {
  if (r.text.startsWith('<!--', r.at)) {
    r.at += 4
    if (readUntil(r, '-->', 'comment').includes('--')) fail('-- in a comment')
    return true
  }
  if (!r.text.startsWith('<?', r.at)) return false
  r.at += 2
  if (readName(r).toLowerCase() === 'xml') fail('XML declaration that is not at the start')
  readUntil(r, '?>', 'processing instruction')
  return true
}

const readText = (r: Reader): string => {
  const next = r.text.indexOf('<', r.at)
  if (next < 0) return fail('element without an end')
  const raw = r.text.slice(r.at, next)
  if (raw.includes(']]>')) fail(']]> in text')
  r.at = next
  return unescapeXml(raw)
}

const readEndTag = (r: Reader, name: string): void => {
  r.at += 2
  if (readName(r) !== name) fail('end tag of another element')
  skipSpace(r)
  if (r.text[r.at] !== '>') fail('malformed end tag')
  r.at++
}

/** Reads one element from its `<`, with all it holds. A stack of its own: depth cannot exhaust ours. */
const readElement = (r: Reader): XmlElement => {
  r.at++
  const first = readStartTag(r)
  if (first.empty) return first.element
  const open: OpenElement[] = [first.element]
  for (;;) {
    const inside = open[open.length - 1]!
    if (r.text[r.at] !== '<') inside.text += readText(r)
    else if (r.text.startsWith('</', r.at)) {
      readEndTag(r, inside.name)
      open.pop()
      if (open.length === 0) return inside
    } else if (r.text.startsWith('<![CDATA[', r.at)) {
      r.at += 9
      inside.text += readUntil(r, ']]>', 'CDATA section')
    } else if (!skipMisc(r)) {
      if (r.text.startsWith('<!', r.at)) fail('declaration inside an element')
      r.at++
      const { element, empty } = readStartTag(r)
      inside.children.push(element)
      if (!empty) open.push(element)
      if (open.length > r.limits.maxDepth) fail('elements nested too deep')
    }
  }
}

const skipSpaceAndMisc = (r: Reader): void => {
  do skipSpace(r)
  while (skipMisc(r))
}

const DECLARATION = /^<\?xml[ \t\r\n]+version[ \t\r\n]*=[ \t\r\n]*(?:"1\.[0-9]"|'1\.[0-9]')([^?>]{0,100})\?>/

/**
 * Reads a document. Refused: a DOCTYPE of any form, entities other than the five, what is not well-formed, what
 * exceeds the limits. Namespaces are not known: a name with a colon is refused, unless the limits allow it.
 */
export const parseXml = (source: string, limits: XmlLimits = DEFAULT_LIMITS): XmlResult => {
  try {
    if (INVALID.test(source)) fail('character that XML forbids')
    const text = source.includes('\r') ? source.replace(/\r\n?/g, '\n') : source
    const r: Reader = { text, at: text.charCodeAt(0) === 0xfeff ? 1 : 0, elements: 0, limits }
    const declaration = DECLARATION.exec(text.slice(r.at, r.at + 200))
    if (declaration !== null) r.at += declaration[0].length
    skipSpaceAndMisc(r)
    if (r.text.startsWith('<!DOCTYPE', r.at)) fail('document type declaration')
    if (r.text[r.at] !== '<') fail('no root element')
    const root = readElement(r)
    skipSpaceAndMisc(r)
    if (r.at !== r.text.length) fail('content after the root element')
    return { kind: 'ok', root }
  } catch (error) {
    if (error instanceof XmlError) return { kind: 'refused', reason: error.message }
    throw error
  }
}

/** The encoding that an XML declaration names, in lower case; undefined where it names none. */
export const declaredEncoding = (start: string): string | undefined => {
  const declaration = DECLARATION.exec(start)
  return /encoding[ \t\r\n]*=[ \t\r\n]*["']([A-Za-z][A-Za-z0-9._-]{0,40})["']/
    .exec(declaration?.[1] ?? '')?.[1]
    ?.toLowerCase()
}
