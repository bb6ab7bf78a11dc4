// NOOP (RFC 9051 §6.1.2).
import { ANY_STATE, bare, type CommandGrammar } from '../grammar.ts'

export const noop: CommandGrammar = { name: 'NOOP', states: ANY_STATE, read: bare({ kind: 'noop' }) }
