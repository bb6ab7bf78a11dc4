// COMPRESS (RFC 4978 §3).
import { AUTHENTICATED, type CommandGrammar, map, spaced } from '../grammar.ts'
import { atom } from '../lexer.ts'

export const compress: CommandGrammar = {
  name: 'COMPRESS',
  states: AUTHENTICATED,
  read: map(spaced(atom), (mechanism) => ({ kind: 'compress', mechanism: mechanism.toUpperCase() })),
}
