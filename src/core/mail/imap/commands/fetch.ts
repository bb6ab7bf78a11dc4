// FETCH and UID FETCH (RFC 9051 §6.4.5), with CHANGEDSINCE and VANISHED (RFC 7162 §3.1.4.1, §3.2.6).
import type { FetchModifiers } from '../command.ts'
import { fetchItems } from '../fetchitems.ts'
import { all, type CommandGrammar, ifAhead, list, oneOf, SELECTED, spaced } from '../grammar.ts'
import { type Cursor, FAIL, type Fail, number64 } from '../lexer.ts'
import { sequenceSet } from '../values.ts'

const word = oneOf(
  new Map([
    ['CHANGEDSINCE', 'changedSince'],
    ['VANISHED', 'vanished'],
  ] as const),
  'CHANGEDSINCE or VANISHED',
)

const modifier = (c: Cursor): FetchModifiers | Fail => {
  const found = word(c)
  if (found === FAIL) return FAIL
  if (found === 'vanished') return { vanished: true }
  const changedSince = spaced(number64)(c)
  return changedSince === FAIL ? FAIL : { changedSince }
}
const modifiers = list(modifier)

const read = (uid: boolean) => (c: Cursor) => {
  const start = c.at
  const found = modifiers(c)
  if (found === FAIL) return FAIL
  const merged: FetchModifiers = Object.assign({}, ...found)
  // RFC 7162 §3.2.6
  if (merged.vanished && !uid) return c.fail('VANISHED with UID FETCH only', start)
  if (merged.vanished && merged.changedSince === undefined) return c.fail('CHANGEDSINCE with VANISHED', start)
  return merged
}

const NONE: FetchModifiers = {}
const args = (uid: boolean) =>
  all([spaced(sequenceSet), spaced(fetchItems), ifAhead(' (', spaced(read(uid)))], (set, items, merged = NONE) => ({
    kind: 'fetch' as const,
    uid,
    set,
    items,
    modifiers: merged,
  }))
const forms = { plain: args(false), uid: args(true) }

export const fetchMessages: CommandGrammar = {
  name: 'FETCH',
  states: SELECTED,
  uid: 'also',
  read: (c, uid) => (uid ? forms.uid : forms.plain)(c),
}
