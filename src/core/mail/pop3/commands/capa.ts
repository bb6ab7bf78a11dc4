// CAPA (RFC 2449 §5): what this server can do, now.
import { bare, type CommandGrammar } from '../grammar.ts'

export const capa: CommandGrammar = {
  name: 'CAPA',
  phases: ['authorization', 'transaction'],
  inClear: true,
  read: bare('capa'),
}
