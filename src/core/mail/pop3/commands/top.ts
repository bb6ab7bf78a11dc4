// TOP (RFC 1939 §7): the header of a message and so many lines of its body.
import { type CommandGrammar, readNumber, words } from '../grammar.ts'
import { err } from '../response.ts'

export const top: CommandGrammar = {
  name: 'TOP',
  phases: ['transaction'],
  read: (argument) => {
    const [first = '', second = '', ...more] = words(argument)
    const message = readNumber(first)
    const lines = readNumber(second)
    return message === undefined || lines === undefined || more.length > 0
      ? err('Say TOP, the number of a message and how many lines')
      : { kind: 'top', message, lines }
  },
}
