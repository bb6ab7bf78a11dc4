// The keys of SEARCH, SORT and THREAD (RFC 9051 §6.4.4 and extensions), read into a Query.
import { ANSWERED, DELETED, DRAFT, FLAGGED, SEEN } from '../flags.ts'
import type { Query } from '../query.ts'
import { isAhead, map, nested, oneOf, spaced } from './grammar.ts'
import {
  astring,
  atom,
  type Cursor,
  decodeUtf8,
  FAIL,
  type Fail,
  number64,
  nzNumber,
  type Parser,
  quoted,
  space,
} from './lexer.ts'
import { date, sequenceSet } from './values.ts'

/** Keys that one command may have, all levels counted. */
const MAX_KEYS = 2_000

/** Charsets in which search strings may come; the names that BADCHARSET tells. */
export const CHARSETS: readonly string[] = ['US-ASCII', 'UTF-8', 'ISO-8859-1']

/** A search string, in the charset that was said. Without one it is UTF-8 (RFC 9051 §6.4.4), as US-ASCII is part of it. */
const searchText: Parser<string> = (c) => {
  const start = c.at
  const wire = astring(c)
  if (wire === FAIL || c.charset === 'ISO-8859-1') return wire
  return decodeUtf8(wire) ?? c.fail('text in UTF-8', start)
}

const just =
  (query: Query): Parser<Query> =>
  () =>
    query
const not = (of: Query): Query => ({ kind: 'not', of })
const flag = (system: number): Query => ({ kind: 'flag', system })
const field = (name: string): Parser<Query> =>
  map(spaced(searchText), (text): Query => ({ kind: 'header', name, text }))
const day = (of: 'received' | 'sent' | 'saved', than: 'before' | 'on' | 'since'): Parser<Query> =>
  map(spaced(date), (found): Query => ({ kind: 'date', of, than, day: found }))
const size = (than: 'larger' | 'smaller'): Parser<Query> =>
  map(spaced(number64), (bytes): Query => ({ kind: 'size', than, bytes }))
const age = (than: 'older' | 'younger'): Parser<Query> =>
  map(spaced(nzNumber), (seconds): Query => ({ kind: 'age', than, seconds }))
const keyword: Parser<Query> = map(spaced(atom), (word): Query => ({ kind: 'keyword', keyword: word }))

const header: Parser<Query> = (c) => {
  const name = spaced(searchText)(c)
  if (name === FAIL) return FAIL
  const text = spaced(searchText)(c)
  return text === FAIL ? FAIL : { kind: 'header', name: name.toLowerCase(), text }
}

const entryTypes = oneOf(new Map(['PRIV', 'SHARED', 'ALL'].map((word) => [word, word])), 'priv, shared or all')

/** RFC 7162 §3.1.5: the entry is read and not heeded, as flags have one mod-sequence for all here. */
const modseq: Parser<Query> = (c) => {
  if (space(c) === FAIL) return FAIL
  if (c.ahead === 0x22 && (quoted(c) === FAIL || spaced(entryTypes)(c) === FAIL || space(c) === FAIL)) return FAIL
  const atLeast = number64(c)
  return atLeast === FAIL ? FAIL : { kind: 'modseq', atLeast }
}

// RFC 8474 §7
const OBJECT_ID = /^[A-Za-z0-9_-]{1,255}$/
const objectId = (kind: 'emailId' | 'threadId'): Parser<Query> =>
  spaced((c) => {
    const start = c.at
    const id = astring(c)
    if (id !== FAIL && OBJECT_ID.test(id)) return { kind, id }
    c.at = start
    return c.fail('an object id')
  })

const or: Parser<Query> = nested((c) => {
  const left = spaced(key)(c)
  if (left === FAIL) return FAIL
  const right = spaced(key)(c)
  return right === FAIL ? FAIL : { kind: 'or', left, right }
})

const KEYS: ReadonlyMap<string, Parser<Query>> = new Map([
  ['ALL', just({ kind: 'all' })],
  ['ANSWERED', just(flag(ANSWERED))],
  ['DELETED', just(flag(DELETED))],
  ['DRAFT', just(flag(DRAFT))],
  ['FLAGGED', just(flag(FLAGGED))],
  ['SEEN', just(flag(SEEN))],
  ['UNANSWERED', just(not(flag(ANSWERED)))],
  ['UNDELETED', just(not(flag(DELETED)))],
  ['UNDRAFT', just(not(flag(DRAFT)))],
  ['UNFLAGGED', just(not(flag(FLAGGED)))],
  ['UNSEEN', just(not(flag(SEEN)))],
  // RFC 3501 §6.4.4
  ['NEW', just({ kind: 'and', of: [{ kind: 'recent' }, not(flag(SEEN))] })],
  ['OLD', just(not({ kind: 'recent' }))],
  ['RECENT', just({ kind: 'recent' })],
  ['KEYWORD', keyword],
  ['UNKEYWORD', map(keyword, not)],
  ['BCC', field('bcc')],
  ['CC', field('cc')],
  ['FROM', field('from')],
  ['SUBJECT', field('subject')],
  ['TO', field('to')],
  ['HEADER', header],
  ['BODY', map(spaced(searchText), (text): Query => ({ kind: 'body', text }))],
  ['TEXT', map(spaced(searchText), (text): Query => ({ kind: 'text', text }))],
  ['BEFORE', day('received', 'before')],
  ['ON', day('received', 'on')],
  ['SINCE', day('received', 'since')],
  ['SENTBEFORE', day('sent', 'before')],
  ['SENTON', day('sent', 'on')],
  ['SENTSINCE', day('sent', 'since')],
  // RFC 8514 §4.3
  ['SAVEDBEFORE', day('saved', 'before')],
  ['SAVEDON', day('saved', 'on')],
  ['SAVEDSINCE', day('saved', 'since')],
  ['SAVEDATESUPPORTED', just({ kind: 'saveDateSupported' })],
  ['LARGER', size('larger')],
  ['SMALLER', size('smaller')],
  // RFC 5032 §3
  ['OLDER', age('older')],
  ['YOUNGER', age('younger')],
  ['MODSEQ', modseq],
  ['EMAILID', objectId('emailId')],
  ['THREADID', objectId('threadId')],
  ['UID', map(spaced(sequenceSet), (set): Query => ({ kind: 'uid', set }))],
  [
    'NOT',
    nested(
      map(
        spaced((c: Cursor) => key(c)),
        not,
      ),
    ),
  ],
  ['OR', (c) => or(c)],
])
const named = oneOf(KEYS, 'a search key')

/** `1:3`, `*` and `$` stand for themselves. */
const isSetAhead = (code: number): boolean => (code >= 0x30 && code <= 0x39) || code === 0x2a || code === 0x24

const key = (c: Cursor): Query | Fail => {
  if (++c.keys > MAX_KEYS) return c.fail('fewer search keys')
  if (c.ahead === 0x28) return group(c)
  if (isSetAhead(c.ahead)) {
    const set = sequenceSet(c)
    return set === FAIL ? FAIL : { kind: 'sequence', set }
  }
  const read = named(c)
  return read === FAIL ? FAIL : read(c)
}

const keysUntilNoSpace = (c: Cursor): Query | Fail => {
  const of: Query[] = []
  do {
    const one = key(c)
    if (one === FAIL) return FAIL
    of.push(one)
  } while (c.skip(0x20))
  return of.length === 1 ? of[0]! : { kind: 'and', of }
}

const group: Parser<Query> = nested((c) => {
  c.at++
  const of = keysUntilNoSpace(c)
  if (of === FAIL) return FAIL
  return c.skip(0x29) ? of : c.fail('a space or a closing parenthesis')
})

/** One or more keys: all of them are to be met. */
export const searchKeys: Parser<Query> = keysUntilNoSpace

/** The name of a charset. One that is not known is noted, and everything after it is left unread. */
export const charset: Parser<true> = (c) => {
  const name = astring(c)
  if (name === FAIL) return FAIL
  const upper = name.toUpperCase()
  c.charset = upper === 'LATIN1' ? 'ISO-8859-1' : upper
  if (CHARSETS.includes(c.charset)) return true
  c.badCharset = true
  return FAIL
}

/** `CHARSET name` and a space, where it is said. */
export const charsetIfSaid: Parser<true> = (c) => {
  if (!isAhead(c, 'CHARSET ')) return true
  // RFC 6855 §3: with UTF8=ACCEPT everything is UTF-8, and a charset is an error.
  if (c.mode.utf8Accept) return c.fail('no CHARSET after ENABLE UTF8=ACCEPT')
  c.at += 8
  return charset(c) === FAIL ? FAIL : space(c)
}

/** Whether a query has a MODSEQ key: the answer then tells the highest mod-sequence (RFC 7162 §3.1.5). */
export const asksModseq = (query: Query): boolean => {
  switch (query.kind) {
    case 'modseq':
      return true
    case 'and':
      return query.of.some(asksModseq)
    case 'or':
      return asksModseq(query.left) || asksModseq(query.right)
    case 'not':
      return asksModseq(query.of)
    default:
      return false
  }
}
