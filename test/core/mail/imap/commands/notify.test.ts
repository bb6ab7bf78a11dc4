// NOTIFY: the RFC's examples, and what must not be asked together.
import { describe, expect, it } from 'vitest'
import { notifyArguments } from '../../../../../src/core/mail/imap/commands/notify.ts'
import { Cursor, end, FAIL } from '../../../../../src/core/mail/imap/lexer.ts'

const read = (text: string) => {
  const c = new Cursor(` ${text}`)
  const found = notifyArguments(c)
  return found === FAIL || end(c) === FAIL ? 'bad' : found
}
const NEW_AND_GONE = { messageNew: [], events: ['messageExpunge'] }

describe('NOTIFY (RFC 5465)', () => {
  it.each([
    ['NONE', false, undefined],
    ['set (selected (MessageNew MessageExpunge))', false, [{ filter: { kind: 'selected' }, ...NEW_AND_GONE }]],
    [
      'SET STATUS (selected-delayed (MessageNew (uid body.peek[header]) MessageExpunge FlagChange)) (mailboxes (a "b c") (MessageNew MessageExpunge)) (subtree Lists NONE)',
      true,
      [
        {
          filter: { kind: 'selectedDelayed' },
          messageNew: [{ kind: 'uid' }, { kind: 'section', section: { part: [], text: 'header' }, peek: true }],
          events: ['messageExpunge', 'flagChange'],
        },
        { filter: { kind: 'mailboxes', folders: ['a', 'b c'] }, ...NEW_AND_GONE },
        { filter: { kind: 'subtree', folders: ['Lists'] }, messageNew: undefined, events: [] },
      ],
    ],
    [
      'SET (personal (MailboxName SubscriptionChange MailboxName))',
      false,
      [{ filter: { kind: 'personal' }, messageNew: undefined, events: ['mailboxName', 'subscriptionChange'] }],
    ],
  ])('%s', (text, status, groups) => expect(read(text)).toEqual({ kind: 'notify', status, groups }))

  it.each([
    '',
    'SET',
    'SET STATUS',
    'SET (selected)',
    'SET (selected ())',
    'SET (everything (MessageNew MessageExpunge))',
    'SET (mailboxes (MessageNew MessageExpunge))',
    'SET (selected (MessageNew))',
    'SET (inboxes (MessageExpunge))',
    'SET (inboxes (FlagChange))',
    'SET (selected (MailboxName))',
    'SET (inboxes (MessageNew (uid) MessageExpunge))',
    'SET (selected (MessageNew MessageExpunge X))',
    'NONE x',
  ])('refuses %j', (text) => expect(read(text)).toBe('bad'))
})
