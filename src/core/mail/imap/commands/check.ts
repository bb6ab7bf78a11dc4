// CHECK (RFC 3501 §6.4.1: of IMAP4rev1).
import { bare, type CommandGrammar, SELECTED } from '../grammar.ts'

export const check: CommandGrammar = { name: 'CHECK', states: SELECTED, read: bare({ kind: 'check' }) }
