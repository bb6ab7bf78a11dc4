// NOOP (RFC 1939 §5): nothing, but a sign of life.
import { bare, type CommandGrammar } from '../grammar.ts'

export const noop: CommandGrammar = { name: 'NOOP', phases: ['transaction'], read: bare('noop') }
