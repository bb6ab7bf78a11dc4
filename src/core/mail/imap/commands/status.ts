// STATUS (RFC 9051 §6.3.11), and its items wherever they are asked.
import type { StatusItem } from '../command.ts'
import { AUTHENTICATED, all, type CommandGrammar, list, map, oneOf, spaced } from '../grammar.ts'
import { mailbox } from '../values.ts'

const ITEMS: readonly StatusItem[] = [
  'MESSAGES',
  'RECENT',
  'UIDNEXT',
  'UIDVALIDITY',
  'UNSEEN',
  'DELETED',
  'SIZE',
  'HIGHESTMODSEQ',
  'MAILBOXID',
  'APPENDLIMIT',
  'DELETED-STORAGE',
]

const item = oneOf(new Map(ITEMS.map((one) => [one, one])), 'an item of STATUS')

/** `(MESSAGES UNSEEN)`, each once. */
export const statusItems = map(list(item), (items): readonly StatusItem[] => [...new Set(items)])

export const status: CommandGrammar = {
  name: 'STATUS',
  states: AUTHENTICATED,
  read: all([spaced(mailbox), spaced(statusItems)], (folder, items) => ({ kind: 'status', folder, items })),
}
