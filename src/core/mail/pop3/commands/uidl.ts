// UIDL (RFC 1939 §7): the identifier of each message, or of one, the same in every session.
import { aboutSome, type CommandGrammar } from '../grammar.ts'

export const uidl: CommandGrammar = { name: 'UIDL', phases: ['transaction'], read: aboutSome('uidl') }
