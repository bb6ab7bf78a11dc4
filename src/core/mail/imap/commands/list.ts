// LIST (RFC 9051 §6.3.9), extended (RFC 5258), with STATUS (RFC 5819) and special uses (RFC 6154).
import type { ListCommand, StatusItem } from '../command.ts'
import { AUTHENTICATED, after, all, type CommandGrammar, ifAhead, list, map, oneOf, spaced } from '../grammar.ts'
import { type Cursor, FAIL, type Fail, type Parser } from '../lexer.ts'
import { mailbox, mailboxPattern } from '../values.ts'
import { statusItems } from './status.ts'

type Select = ListCommand['select']
type Returning = ListCommand['returning']

const NO_SELECT: Select = { subscribed: false, remote: false, recursiveMatch: false, specialUse: false }
const NO_RETURN: Returning = { subscribed: false, children: false, specialUse: false }

const selectOption = oneOf(
  new Map<string, keyof Select>([
    ['SUBSCRIBED', 'subscribed'],
    ['REMOTE', 'remote'],
    ['RECURSIVEMATCH', 'recursiveMatch'],
    ['SPECIAL-USE', 'specialUse'],
  ]),
  'an option of LIST',
)
const selectOptions = list(selectOption, 'empty')

const select = (c: Cursor): Select | Fail => {
  const start = c.at
  const options = selectOptions(c)
  if (options === FAIL) return FAIL
  const found: Select = Object.assign({}, NO_SELECT, ...options.map((one) => ({ [one]: true })))
  // RFC 5258 §3.1: RECURSIVEMATCH needs something to match, and REMOTE is nothing of that kind.
  const alone = found.recursiveMatch && !found.subscribed && !found.specialUse
  return alone ? c.fail('another option with RECURSIVEMATCH', start) : found
}

const returnWord = oneOf(
  new Map<string, keyof Returning>([
    ['SUBSCRIBED', 'subscribed'],
    ['CHILDREN', 'children'],
    ['SPECIAL-USE', 'specialUse'],
    ['STATUS', 'status'],
  ]),
  'a RETURN option of LIST',
)
const statusOption = spaced(statusItems)
type ReturnOption = { readonly [K in keyof Returning]?: boolean | readonly StatusItem[] }
const returnOption: Parser<ReturnOption> = (c) => {
  const word = returnWord(c)
  if (word === FAIL) return FAIL
  if (word !== 'status') return { [word]: true }
  const status = statusOption(c)
  return status === FAIL ? FAIL : { status }
}
const returning = map(list(returnOption, 'empty'), (options): Returning => Object.assign({}, NO_RETURN, ...options))

const patternList = list(mailboxPattern)
const patterns: Parser<{ readonly patterns: readonly string[]; readonly several: boolean }> = (c) => {
  const several = c.ahead === 0x28
  const found = several ? patternList(c) : mailboxPattern(c)
  return found === FAIL ? FAIL : { patterns: typeof found === 'string' ? [found] : found, several }
}

export const listFolders: CommandGrammar = {
  name: 'LIST',
  states: AUTHENTICATED,
  read: all(
    [ifAhead(' (', spaced(select)), spaced(mailbox), spaced(patterns), ifAhead(' ', after(' RETURN ', returning))],
    (selected, reference, wanted, returned) => ({
      kind: 'list',
      reference,
      patterns: wanted.patterns,
      select: selected ?? NO_SELECT,
      returning: returned ?? NO_RETURN,
      extended: selected !== undefined || returned !== undefined || wanted.several,
    }),
  ),
}
