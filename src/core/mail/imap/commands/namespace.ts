// NAMESPACE (RFC 9051 §6.3.10).
import { AUTHENTICATED, bare, type CommandGrammar } from '../grammar.ts'

export const namespaces: CommandGrammar = {
  name: 'NAMESPACE',
  states: AUTHENTICATED,
  read: bare({ kind: 'namespace' }),
}
