// SELECT and EXAMINE (RFC 9051 §6.3.2, §6.3.3), with CONDSTORE and QRESYNC (RFC 7162 §3.1.8, §3.2.5).
import type { QresyncParameter } from '../command.ts'
import { AUTHENTICATED, all, type CommandGrammar, ifAhead, list, oneOf, parenthesised, spaced } from '../grammar.ts'
import { type Cursor, FAIL, nzNumber, nzNumber64, type Parser } from '../lexer.ts'
import { fixedSet, mailbox } from '../values.ts'

const match = parenthesised(all([fixedSet, spaced(fixedSet)], (sequences, uids) => ({ sequences, uids })))
const isMatchAhead = (c: Cursor): boolean => c.text.startsWith(' (', c.at)

const knownUids: Parser<QresyncParameter['knownUids']> = (c) =>
  c.ahead === 0x20 && !isMatchAhead(c) ? spaced(fixedSet)(c) : undefined

const qresync: Parser<QresyncParameter> = parenthesised(
  all([nzNumber, spaced(nzNumber64), knownUids, ifAhead(' (', spaced(match))], (uidValidity, modseq, uids, pairs) => ({
    uidValidity,
    modseq,
    knownUids: uids,
    match: pairs,
  })),
)

type Parameter = 'condstore' | QresyncParameter
const words = oneOf(
  new Map([
    ['CONDSTORE', 'condstore'],
    ['QRESYNC', 'qresync'],
  ] as const),
  'CONDSTORE or QRESYNC',
)
const parameter: Parser<Parameter> = (c) => {
  const word = words(c)
  return word === FAIL || word === 'condstore' ? word : spaced(qresync)(c)
}

const read = (readOnly: boolean) =>
  all([spaced(mailbox), ifAhead(' ', spaced(list(parameter)))], (folder, parameters = []) => ({
    kind: 'select' as const,
    folder,
    readOnly,
    condstore: parameters.includes('condstore'),
    qresync: parameters.find((one) => one !== 'condstore'),
  }))

export const select: CommandGrammar = { name: 'SELECT', states: AUTHENTICATED, read: read(false) }
export const examine: CommandGrammar = { name: 'EXAMINE', states: AUTHENTICATED, read: read(true) }
