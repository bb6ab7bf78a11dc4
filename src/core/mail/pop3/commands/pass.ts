// PASS (RFC 1939 §7): all that follows the first space is the password, blanks included.
import { fromLatin1, toUtf8Strict } from '../../../lib/bytes.ts'
import type { CommandGrammar } from '../grammar.ts'
import { err } from '../response.ts'

export const pass: CommandGrammar = {
  name: 'PASS',
  phases: ['authorization'],
  read: (argument) => {
    const password = toUtf8Strict(fromLatin1(argument))
    return password ? { kind: 'pass', password } : err('Say PASS and your password')
  },
}
