// MOVE and UID MOVE (RFC 9051 §6.4.8).
import { all, type CommandGrammar, SELECTED, spaced } from '../grammar.ts'
import { mailbox, sequenceSet } from '../values.ts'

const args = (uid: boolean) =>
  all([spaced(sequenceSet), spaced(mailbox)], (set, folder) => ({ kind: 'move' as const, uid, set, folder }))
const forms = { plain: args(false), uid: args(true) }

export const move: CommandGrammar = {
  name: 'MOVE',
  states: SELECTED,
  uid: 'also',
  read: (c, uid) => (uid ? forms.uid : forms.plain)(c),
}
