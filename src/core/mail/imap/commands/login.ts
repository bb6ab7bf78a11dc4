// LOGIN (RFC 9051 §6.2.3): name and password in UTF-8.
import { all, type CommandGrammar, NOT_AUTHENTICATED, spaced } from '../grammar.ts'
import { text } from '../values.ts'

export const login: CommandGrammar = {
  name: 'LOGIN',
  states: NOT_AUTHENTICATED,
  read: all([spaced(text), spaced(text)], (user, password) => ({ kind: 'login', user, password })),
}
