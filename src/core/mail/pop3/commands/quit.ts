// QUIT (RFC 1939 §4, §6): the only way in which what was marked is deleted.
import { bare, type CommandGrammar } from '../grammar.ts'

export const quit: CommandGrammar = {
  name: 'QUIT',
  phases: ['authorization', 'transaction'],
  inClear: true,
  read: bare('quit'),
}
