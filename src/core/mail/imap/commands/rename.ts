// RENAME (RFC 9051 §6.3.6).
import { AUTHENTICATED, all, type CommandGrammar, spaced } from '../grammar.ts'
import { mailbox } from '../values.ts'

export const rename: CommandGrammar = {
  name: 'RENAME',
  states: AUTHENTICATED,
  read: all([spaced(mailbox), spaced(mailbox)], (from, to) => ({ kind: 'rename', from, to })),
}
