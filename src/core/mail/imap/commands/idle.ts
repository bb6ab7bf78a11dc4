// IDLE (RFC 9051 §6.3.13).
import { AUTHENTICATED, bare, type CommandGrammar } from '../grammar.ts'

export const idle: CommandGrammar = { name: 'IDLE', states: AUTHENTICATED, read: bare({ kind: 'idle' }) }
