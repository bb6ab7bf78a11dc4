// CLOSE (RFC 9051 §6.4.1).
import { bare, type CommandGrammar, SELECTED } from '../grammar.ts'

export const close: CommandGrammar = { name: 'CLOSE', states: SELECTED, read: bare({ kind: 'close' }) }
