// ENABLE (RFC 9051 §6.3.1): capabilities in upper case; those not known are for the server to pass over.
import { AUTHENTICATED, type CommandGrammar, many, map, spaced } from '../grammar.ts'
import { atom } from '../lexer.ts'

export const enable: CommandGrammar = {
  name: 'ENABLE',
  states: AUTHENTICATED,
  read: map(spaced(many(atom)), (names) => ({
    kind: 'enable',
    capabilities: [...new Set(names.map((name) => name.toUpperCase()))],
  })),
}
