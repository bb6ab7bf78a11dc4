// STARTTLS (RFC 9051 §6.2.1).
import { bare, type CommandGrammar, NOT_AUTHENTICATED } from '../grammar.ts'

export const startTls: CommandGrammar = {
  name: 'STARTTLS',
  states: NOT_AUTHENTICATED,
  read: bare({ kind: 'startTls' }),
}
