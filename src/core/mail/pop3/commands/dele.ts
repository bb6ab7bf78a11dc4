// DELE (RFC 1939 §5): marks a message as deleted; it goes at QUIT.
import { aboutOne, type CommandGrammar } from '../grammar.ts'

export const dele: CommandGrammar = { name: 'DELE', phases: ['transaction'], read: aboutOne('dele') }
