// LIST (RFC 1939 §5): the octets of each message, or of one.
import { aboutSome, type CommandGrammar } from '../grammar.ts'

export const list: CommandGrammar = { name: 'LIST', phases: ['transaction'], read: aboutSome('list') }
