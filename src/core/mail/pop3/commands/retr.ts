// RETR (RFC 1939 §5): a message, whole.
import { aboutOne, type CommandGrammar } from '../grammar.ts'

export const retr: CommandGrammar = { name: 'RETR', phases: ['transaction'], read: aboutOne('retr') }
