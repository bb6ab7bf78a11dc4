// CREATE (RFC 9051 §6.3.4), with USE (RFC 6154 §3).
import {
  AUTHENTICATED,
  after,
  all,
  type CommandGrammar,
  ifAhead,
  list,
  map,
  parenthesised,
  spaced,
} from '../grammar.ts'
import { mailbox, useAttribute } from '../values.ts'

const parameters = parenthesised(after('USE', spaced(list(useAttribute, 'empty'))))

/** A delimiter at the end says that folders will be created below: it is no part of the name (RFC 9051 §6.3.4). */
const folder = map(mailbox, (name) => (name.length > 1 && name.endsWith('/') ? name.slice(0, -1) : name))

export const create: CommandGrammar = {
  name: 'CREATE',
  states: AUTHENTICATED,
  read: all([spaced(folder), ifAhead(' ', spaced(parameters))], (name, specialUse = []) => ({
    kind: 'create',
    folder: name,
    specialUse,
  })),
}
