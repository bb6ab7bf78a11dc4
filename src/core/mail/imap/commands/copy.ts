// COPY and UID COPY (RFC 9051 §6.4.7).
import { all, type CommandGrammar, SELECTED, spaced } from '../grammar.ts'
import { mailbox, sequenceSet } from '../values.ts'

const args = (uid: boolean) =>
  all([spaced(sequenceSet), spaced(mailbox)], (set, folder) => ({ kind: 'copy' as const, uid, set, folder }))
const forms = { plain: args(false), uid: args(true) }

export const copy: CommandGrammar = {
  name: 'COPY',
  states: SELECTED,
  uid: 'also',
  read: (c, uid) => (uid ? forms.uid : forms.plain)(c),
}
