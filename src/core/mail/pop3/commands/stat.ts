// STAT (RFC 1939 §5): number and octets of the messages, those marked as deleted not counted.
import { bare, type CommandGrammar } from '../grammar.ts'

export const stat: CommandGrammar = { name: 'STAT', phases: ['transaction'], read: bare('stat') }
