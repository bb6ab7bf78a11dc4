// THREAD and UID THREAD (RFC 5256 §3).
import { all, type CommandGrammar, oneOf, SELECTED, spaced } from '../grammar.ts'
import { charset, searchKeys } from '../searchkeys.ts'

const algorithm = oneOf(
  new Map([
    ['ORDEREDSUBJECT', 'orderedSubject'],
    ['REFERENCES', 'references'],
  ] as const),
  'ORDEREDSUBJECT or REFERENCES',
)

const args = (uid: boolean) =>
  all([spaced(algorithm), spaced(charset), spaced(searchKeys)], (by, _charset, query) => ({
    kind: 'thread' as const,
    uid,
    algorithm: by,
    query,
  }))
const forms = { plain: args(false), uid: args(true) }

export const thread: CommandGrammar = {
  name: 'THREAD',
  states: SELECTED,
  uid: 'also',
  read: (c, uid) => (uid ? forms.uid : forms.plain)(c),
}
