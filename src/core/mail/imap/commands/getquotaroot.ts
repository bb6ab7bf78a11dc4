// GETQUOTAROOT (RFC 9208 §4.1.2).
import { AUTHENTICATED, type CommandGrammar, map, spaced } from '../grammar.ts'
import { mailbox } from '../values.ts'

export const getQuotaRoot: CommandGrammar = {
  name: 'GETQUOTAROOT',
  states: AUTHENTICATED,
  read: map(spaced(mailbox), (folder) => ({ kind: 'getQuotaRoot', folder })),
}
