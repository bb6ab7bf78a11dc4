// CAPABILITY (RFC 9051 §6.1.1).
import { ANY_STATE, bare, type CommandGrammar } from '../grammar.ts'

export const capability: CommandGrammar = { name: 'CAPABILITY', states: ANY_STATE, read: bare({ kind: 'capability' }) }
