// SORT and UID SORT (RFC 5256 §3, RFC 5957).
import type { SortCriterion, SortKey } from '../../query.ts'
import { all, type CommandGrammar, isAhead, list, oneOf, SELECTED, spaced } from '../grammar.ts'
import { type Cursor, FAIL, type Fail } from '../lexer.ts'
import { charset, searchKeys } from '../searchkeys.ts'
import { returning } from './search.ts'

const KEYS: readonly SortKey[] = ['arrival', 'cc', 'date', 'from', 'size', 'subject', 'to', 'displayFrom', 'displayTo']
const key = oneOf(new Map(KEYS.map((one) => [one.toUpperCase(), one])), 'a sort key')

const criterion = (c: Cursor): SortCriterion | Fail => {
  const reverse = isAhead(c, 'REVERSE ')
  if (reverse) c.at += 8
  const found = key(c)
  return found === FAIL ? FAIL : { key: found, reverse }
}

const args = (uid: boolean) =>
  all([returning, spaced(list(criterion)), spaced(charset), spaced(searchKeys)], (options, by, _charset, query) => ({
    kind: 'sort' as const,
    uid,
    returning: options,
    by,
    query,
  }))
const forms = { plain: args(false), uid: args(true) }

export const sort: CommandGrammar = {
  name: 'SORT',
  states: SELECTED,
  uid: 'also',
  read: (c, uid) => (uid ? forms.uid : forms.plain)(c),
}
