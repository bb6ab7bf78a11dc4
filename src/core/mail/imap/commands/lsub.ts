// LSUB (RFC 3501 §6.3.9): of IMAP4rev1.
import { AUTHENTICATED, all, type CommandGrammar, spaced } from '../grammar.ts'
import { mailbox, mailboxPattern } from '../values.ts'

export const lsub: CommandGrammar = {
  name: 'LSUB',
  states: AUTHENTICATED,
  read: all([spaced(mailbox), spaced(mailboxPattern)], (reference, pattern) => ({ kind: 'lsub', reference, pattern })),
}
