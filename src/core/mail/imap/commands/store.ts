// STORE and UID STORE (RFC 9051 §6.4.6), with UNCHANGEDSINCE (RFC 7162 §3.1.3).
import type { FlagChange } from '../../flags.ts'
import { after, all, type CommandGrammar, ifAhead, oneOf, parenthesised, SELECTED, spaced } from '../grammar.ts'
import { number64 } from '../lexer.ts'
import { sequenceSet, storeFlags } from '../values.ts'

const modifier = parenthesised(after('UNCHANGEDSINCE', spaced(number64)))

type Item = { readonly how: FlagChange['how']; readonly silent: boolean }
const item = oneOf(
  new Map<string, Item>(
    (['set', 'add', 'remove'] as const).flatMap((how, i) =>
      ['FLAGS', 'FLAGS.SILENT'].map(
        (name, silent) => [['', '+', '-'][i] + name, { how, silent: silent === 1 }] as const,
      ),
    ),
  ),
  'FLAGS, +FLAGS or -FLAGS',
)

const args = (uid: boolean) =>
  all(
    [spaced(sequenceSet), ifAhead(' (', spaced(modifier)), spaced(item), spaced(storeFlags)],
    (set, unchangedSince, { how, silent }, flags) => ({
      kind: 'store' as const,
      uid,
      set,
      change: { how, ...flags },
      silent,
      unchangedSince,
    }),
  )
const forms = { plain: args(false), uid: args(true) }

export const store: CommandGrammar = {
  name: 'STORE',
  states: SELECTED,
  uid: 'also',
  read: (c, uid) => (uid ? forms.uid : forms.plain)(c),
}
