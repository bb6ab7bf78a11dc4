// LOGOUT (RFC 9051 §6.1.3).
import { ANY_STATE, bare, type CommandGrammar } from '../grammar.ts'

export const logout: CommandGrammar = { name: 'LOGOUT', states: ANY_STATE, read: bare({ kind: 'logout' }) }
