// DELETE (RFC 9051 §6.3.5).
import { AUTHENTICATED, type CommandGrammar, map, spaced } from '../grammar.ts'
import { mailbox } from '../values.ts'

export const deleteFolder: CommandGrammar = {
  name: 'DELETE',
  states: AUTHENTICATED,
  read: map(spaced(mailbox), (folder) => ({ kind: 'delete', folder })),
}
