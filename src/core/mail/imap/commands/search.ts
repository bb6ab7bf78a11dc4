// SEARCH and UID SEARCH (RFC 9051 §6.4.4), RETURN (RFC 4731), SAVE (RFC 5182), CHARSET.
import type { ReturnOption } from '../command.ts'
import { after, all, type CommandGrammar, ifAhead, list, map, oneOf, SELECTED, spaced } from '../grammar.ts'
import { FAIL, type Parser } from '../lexer.ts'
import { charsetIfSaid, searchKeys } from '../searchkeys.ts'

const option = oneOf(
  new Map((['min', 'max', 'all', 'count', 'save'] as const).map((one) => [one.toUpperCase(), one])),
  'MIN, MAX, ALL, COUNT or SAVE',
)

/** RFC 9051 §6.4.4: `RETURN ()` is `RETURN (ALL)`. */
const options = map(list(option, 'empty'), (found): readonly ReturnOption[] =>
  found.length === 0 ? ['all'] : [...new Set(found)],
)

const returned = ifAhead(' RETURN ', after(' RETURN ', options))

/** ` RETURN (…)`, of SORT too. */
export const returning: Parser<readonly ReturnOption[] | undefined> = (c) => {
  const found = returned(c)
  if (found !== FAIL && found?.includes('save')) c.saves = true
  return found
}

const args = (uid: boolean) =>
  all([returning, spaced(charsetIfSaid), searchKeys], (options, _charset, query) => ({
    kind: 'search' as const,
    uid,
    returning: options,
    query,
  }))
const forms = { plain: args(false), uid: args(true) }

export const search: CommandGrammar = {
  name: 'SEARCH',
  states: SELECTED,
  uid: 'also',
  read: (c, uid) => (uid ? forms.uid : forms.plain)(c),
}
