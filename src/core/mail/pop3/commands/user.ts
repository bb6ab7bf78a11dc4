// USER (RFC 1939 §7): the name; whether there is such a mailbox is not told.
import { fromLatin1, toUtf8Strict } from '../../../lib/bytes.ts'
import type { CommandGrammar } from '../grammar.ts'
import { err } from '../response.ts'

export const user: CommandGrammar = {
  name: 'USER',
  phases: ['authorization'],
  read: (argument) => {
    const name = toUtf8Strict(fromLatin1(argument.trim()))
    return name ? { kind: 'user', name } : err('Say USER and your address')
  },
}
