// RSET (RFC 1939 §5): takes back every mark of deletion.
import { bare, type CommandGrammar } from '../grammar.ts'

export const rset: CommandGrammar = { name: 'RSET', phases: ['transaction'], read: bare('rset') }
