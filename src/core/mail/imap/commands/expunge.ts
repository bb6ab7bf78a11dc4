// EXPUNGE, and UID EXPUNGE (RFC 9051 §6.4.3, §6.4.9).
import { bare, type CommandGrammar, map, SELECTED, spaced } from '../grammar.ts'
import { sequenceSet } from '../values.ts'

export const expunge: CommandGrammar = { name: 'EXPUNGE', states: SELECTED, read: bare({ kind: 'expunge' }) }

export const uidExpunge: CommandGrammar = {
  name: 'EXPUNGE',
  states: SELECTED,
  uid: 'only',
  read: map(spaced(sequenceSet), (uids) => ({ kind: 'uidExpunge', uids })),
}
