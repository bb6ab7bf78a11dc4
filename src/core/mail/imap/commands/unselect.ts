// UNSELECT (RFC 9051 §6.4.2).
import { bare, type CommandGrammar, SELECTED } from '../grammar.ts'

export const unselect: CommandGrammar = { name: 'UNSELECT', states: SELECTED, read: bare({ kind: 'unselect' }) }
