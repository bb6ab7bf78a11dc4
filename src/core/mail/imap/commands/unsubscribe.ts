// UNSUBSCRIBE (RFC 9051 §6.3.8).
import { AUTHENTICATED, type CommandGrammar, map, spaced } from '../grammar.ts'
import { mailbox } from '../values.ts'

export const unsubscribe: CommandGrammar = {
  name: 'UNSUBSCRIBE',
  states: AUTHENTICATED,
  read: map(spaced(mailbox), (folder) => ({ kind: 'unsubscribe', folder })),
}
