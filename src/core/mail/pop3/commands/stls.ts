// STLS (RFC 2595 §4): begins TLS.
import { bare, type CommandGrammar } from '../grammar.ts'

export const stls: CommandGrammar = {
  name: 'STLS',
  phases: ['authorization'],
  inClear: true,
  read: bare('stls'),
}
