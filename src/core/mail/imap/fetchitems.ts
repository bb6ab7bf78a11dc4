// What FETCH may ask for, read item by item: names, sections of BODY and BINARY, ranges of bytes (RFC 9051 §6.4.5).
import type { FetchItem, Partial, Section } from './command.ts'
import { after, isAhead, list, spaced } from './grammar.ts'
import { astring, type Cursor, FAIL, type Fail, number64, nzNumber, nzNumber64, type Parser } from './lexer.ts'

/** Levels of a part's number. */
const MAX_PART_LEVELS = 100

const WORD = /[A-Za-z0-9.]+/y
const word = (c: Cursor): string => {
  WORD.lastIndex = c.at
  const found = WORD.exec(c.text)
  if (!found) return ''
  c.at = WORD.lastIndex
  return found[0].toUpperCase()
}

const isDigitAhead = (c: Cursor): boolean => c.ahead >= 0x30 && c.ahead <= 0x39

/** `1.2.3`, or nothing; a point is left where no number follows it. */
const part: Parser<readonly number[]> = (c) => {
  const numbers: number[] = []
  while (isDigitAhead(c)) {
    const one = nzNumber(c)
    if (one === FAIL) return FAIL
    if (numbers.push(one) > MAX_PART_LEVELS) return c.fail('fewer levels of parts')
    const next = c.text.charCodeAt(c.at + 1)
    if (c.ahead !== 0x2e || next < 0x30 || next > 0x39) break
    c.at++
  }
  return numbers
}

const TEXTS: ReadonlyMap<string, Section['text']> = new Map([
  ['HEADER', 'header'],
  ['TEXT', 'text'],
  ['MIME', 'mime'],
  ['HEADER.FIELDS', 'headerFields'],
  ['HEADER.FIELDS.NOT', 'headerFieldsNot'],
])
const fieldNames = spaced(list(astring))

/** What stands between the brackets of BODY[…]. */
const section = (c: Cursor): Section | Fail => {
  const numbers = part(c)
  if (numbers === FAIL) return FAIL
  if (c.ahead === 0x5d) return { part: numbers, text: 'all' }
  if (numbers.length > 0 && !c.skip(0x2e)) return c.fail('a point or a closing bracket')
  const start = c.at
  const text = TEXTS.get(word(c))
  if (text === undefined || (text === 'mime' && numbers.length === 0)) {
    c.at = start
    return c.fail('a section of a message')
  }
  if (text !== 'headerFields' && text !== 'headerFieldsNot') return { part: numbers, text }
  const fields = fieldNames(c)
  return fields === FAIL ? FAIL : { part: numbers, text, fields }
}

const bracketed =
  <T>(parser: Parser<T>): Parser<T> =>
  (c) => {
    if (!c.skip(0x5b)) return c.fail('an opening bracket')
    const value = parser(c)
    if (value === FAIL) return FAIL
    return c.skip(0x5d) ? value : c.fail('a closing bracket')
  }
const inBrackets = { section: bracketed(section), part: bracketed(part) }

/** `<offset.length>`, where it is said. */
const partial = (c: Cursor): Partial | undefined | Fail => {
  if (!c.skip(0x3c)) return undefined
  const offset = number64(c)
  if (offset === FAIL) return FAIL
  const length = after('.', nzNumber64)(c)
  if (length === FAIL) return FAIL
  return c.skip(0x3e) ? { offset, length } : c.fail('a closing angle bracket')
}

const body =
  (peek: boolean): Parser<FetchItem> =>
  (c) => {
    if (!peek && c.ahead !== 0x5b) return { kind: 'body' }
    const found = inBrackets.section(c)
    if (found === FAIL) return FAIL
    const range = partial(c)
    return range === FAIL ? FAIL : { kind: 'section', section: found, peek, partial: range }
  }

// RFC 3516 §4.2
const binary =
  (peek: boolean): Parser<FetchItem> =>
  (c) => {
    const found = inBrackets.part(c)
    if (found === FAIL) return FAIL
    const range = partial(c)
    return range === FAIL ? FAIL : { kind: 'binary', part: found, peek, partial: range }
  }
const binarySize: Parser<FetchItem> = (c) => {
  const found = inBrackets.part(c)
  return found === FAIL ? FAIL : { kind: 'binarySize', part: found }
}

// RFC 8970 §3.2
const lazy = after(' (LAZY)', () => true)
const preview: Parser<FetchItem> = (c) => {
  const isLazy = isAhead(c, ' (LAZY') ? lazy(c) : false
  return isLazy === FAIL ? FAIL : { kind: 'preview', lazy: isLazy }
}

type Simple = Exclude<FetchItem, { readonly kind: 'section' | 'binary' | 'binarySize' | 'preview' }>['kind']
const simple = (kind: Simple): Parser<FetchItem> => {
  const item: FetchItem = { kind }
  return () => item
}
const rfc822 = (
  answerAs: 'RFC822' | 'RFC822.HEADER' | 'RFC822.TEXT',
  text: Section['text'],
  peek: boolean,
): Parser<FetchItem> => {
  const item: FetchItem = { kind: 'section', section: { part: [], text }, peek, answerAs }
  return () => item
}

const ITEMS: ReadonlyMap<string, Parser<FetchItem>> = new Map([
  ['BINARY', binary(false)],
  ['BINARY.PEEK', binary(true)],
  ['BINARY.SIZE', binarySize],
  ['BODY', body(false)],
  ['BODY.PEEK', body(true)],
  ['BODYSTRUCTURE', simple('bodyStructure')],
  ['EMAILID', simple('emailId')],
  ['ENVELOPE', simple('envelope')],
  ['FLAGS', simple('flags')],
  ['INTERNALDATE', simple('internalDate')],
  ['MODSEQ', simple('modseq')],
  ['PREVIEW', preview],
  // RFC 3501 §6.4.5
  ['RFC822', rfc822('RFC822', 'all', false)],
  ['RFC822.HEADER', rfc822('RFC822.HEADER', 'header', true)],
  ['RFC822.SIZE', simple('size')],
  ['RFC822.TEXT', rfc822('RFC822.TEXT', 'text', false)],
  ['SAVEDATE', simple('saveDate')],
  ['THREADID', simple('threadId')],
  ['UID', simple('uid')],
])

const FAST: readonly FetchItem[] = [{ kind: 'flags' }, { kind: 'internalDate' }, { kind: 'size' }]
const MACROS: ReadonlyMap<string, readonly FetchItem[]> = new Map([
  ['FAST', FAST],
  ['ALL', [...FAST, { kind: 'envelope' }]],
  ['FULL', [...FAST, { kind: 'envelope' }, { kind: 'body' }]],
])

const itemNamed = (c: Cursor, name: string, start: number): FetchItem | Fail => {
  const read = ITEMS.get(name)
  if (read) return read(c)
  c.at = start
  return c.fail('an item of FETCH')
}

const item: Parser<FetchItem> = (c) => {
  const start = c.at
  return itemNamed(c, word(c), start)
}
const items = list(item)

/** Items that one FETCH may ask for: each may be a whole message. */
const MAX_ITEMS = 200

/** Items in parentheses. */
export const fetchItemList: Parser<readonly FetchItem[]> = (c) => {
  const start = c.at
  const found = items(c)
  return found !== FAIL && found.length > MAX_ITEMS ? c.fail('fewer items', start) : found
}

/** One item, a list of items, or a macro, which stands alone. */
export const fetchItems: Parser<readonly FetchItem[]> = (c) => {
  if (c.ahead === 0x28) return fetchItemList(c)
  const start = c.at
  const name = word(c)
  const macro = MACROS.get(name)
  if (macro) return macro
  const found = itemNamed(c, name, start)
  return found === FAIL ? FAIL : [found]
}
