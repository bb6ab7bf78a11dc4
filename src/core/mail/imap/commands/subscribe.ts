// SUBSCRIBE (RFC 9051 §6.3.7).
import { AUTHENTICATED, type CommandGrammar, map, spaced } from '../grammar.ts'
import { mailbox } from '../values.ts'

export const subscribe: CommandGrammar = {
  name: 'SUBSCRIBE',
  states: AUTHENTICATED,
  read: map(spaced(mailbox), (folder) => ({ kind: 'subscribe', folder })),
}
