// GETQUOTA (RFC 9208 §4.1.1).
import { AUTHENTICATED, type CommandGrammar, map, spaced } from '../grammar.ts'
import { text } from '../values.ts'

export const getQuota: CommandGrammar = {
  name: 'GETQUOTA',
  states: AUTHENTICATED,
  read: map(spaced(text), (root) => ({ kind: 'getQuota', root })),
}
