// Commands on folders: their names in both encodings, SELECT and its parameters, CREATE, LIST, STATUS.
import { describe, expect, it } from 'vitest'
import type { ListCommand } from '../../../../../src/core/mail/imap/command.ts'
import { type ImapMode, REV1, REV2 } from '../../../../../src/core/mail/imap/lexer.ts'
import { commandOf, set } from '../../../../support/imap/commands.ts'

const UTF8_ACCEPT: ImapMode = { rev2: false, utf8Accept: true }

describe('names of folders', () => {
  it.each([
    ['a/b', REV1, 'a/b'],
    // RFC 9051 §5.1
    ['inbox', REV1, 'INBOX'],
    ['"InBoX"', REV1, 'INBOX'],
    ['inbox/Sub', REV1, 'INBOX/Sub'],
    ['inboxes', REV1, 'inboxes'],
    ['a/inbox', REV1, 'a/inbox'],
    // RFC 3501 §5.1.3
    ['Perch&AOk-', REV1, 'Perché'],
    ['"R&-D"', REV1, 'R&D'],
    // What is no modified UTF-7 can only be meant as it stands.
    ['R&D', REV1, 'R&D'],
    ['"Perch\xc3\xa9"', REV1, 'Perché'],
    ['{7}\r\nPerch\xc3\xa9', REV1, 'Perché'],
    // RFC 9051 §5.1, RFC 6855 §3: UTF-8, in which `&` is a letter like others
    ['"Perch\xc3\xa9"', REV2, 'Perché'],
    ['Perch&AOk-', REV2, 'Perch&AOk-'],
    ['Perch&AOk-', UTF8_ACCEPT, 'Perch&AOk-'],
    // Net-Unicode is composed (RFC 5198 §2)
    ['"Perche\xcc\x81"', REV2, 'Perché'],
    ['NIL', REV1, 'NIL'],
  ])('%j in %j', (wire, mode, folder) => expect(commandOf(`DELETE ${wire}`, mode)).toEqual({ kind: 'delete', folder }))

  it.each(['"\xff"', '"\xc3"', 'Perch\xc3\xa9', 'a%', 'a*', '(a)'])('refuses %j', (wire) => {
    expect(commandOf(`DELETE ${wire}`, REV1)).toBe('bad')
    expect(commandOf(`DELETE ${wire}`, REV2)).toBe('bad')
  })
})

describe('DELETE, RENAME, SUBSCRIBE, UNSUBSCRIBE', () => {
  it.each([
    ['DELETE a', { kind: 'delete', folder: 'a' }],
    ['SUBSCRIBE a', { kind: 'subscribe', folder: 'a' }],
    ['UNSUBSCRIBE "a b"', { kind: 'unsubscribe', folder: 'a b' }],
    ['RENAME a "b c"', { kind: 'rename', from: 'a', to: 'b c' }],
    ['RENAME inbox old', { kind: 'rename', from: 'INBOX', to: 'old' }],
  ])('%s', (line, command) => expect(commandOf(line)).toEqual(command))

  it.each(['DELETE', 'DELETE a b', 'RENAME a', 'RENAME a b c', 'SUBSCRIBE '])('refuses %j', (line) =>
    expect(commandOf(line)).toBe('bad'),
  )
})

describe('CREATE (RFC 9051 §6.3.4, RFC 6154 §3)', () => {
  it.each([
    ['CREATE owatagusiam', 'owatagusiam', []],
    // The delimiter at the end says that folders will be made below.
    ['CREATE owatagusiam/', 'owatagusiam', []],
    ['CREATE /', '/', []],
    ['CREATE a (USE (\\Drafts \\sent))', 'a', ['\\Drafts', '\\Sent']],
    ['CREATE a (use (\\X-Mine))', 'a', ['\\X-Mine']],
    ['CREATE a (USE ())', 'a', []],
  ])('%s', (line, folder, specialUse) => expect(commandOf(line)).toEqual({ kind: 'create', folder, specialUse }))

  it.each(['CREATE a ()', 'CREATE a (USE)', 'CREATE a (USE (Sent))', 'CREATE a (X)', 'CREATE a (USE (\\Sent)'])(
    'refuses %j',
    (line) => expect(commandOf(line)).toBe('bad'),
  )
})

describe('SELECT and EXAMINE', () => {
  const plain = { kind: 'select', folder: 'INBOX', readOnly: false, condstore: false, qresync: undefined }
  it.each([
    ['SELECT INBOX', plain],
    ['EXAMINE inbox', { ...plain, readOnly: true }],
    ['SELECT INBOX (CONDSTORE)', { ...plain, condstore: true }],
    // RFC 7162 §3.2.5.1: beyond 2^53-1, which is as far as mod-sequences are told apart here
    [
      'SELECT INBOX (qresync (67890007 20050715194045000))',
      { ...plain, qresync: { uidValidity: 67890007, modseq: Number.MAX_SAFE_INTEGER } },
    ],
    // RFC 7162 §3.2.5
    [
      'SELECT INBOX (QRESYNC (67890007 9006011519404500 41,43:211))',
      { ...plain, qresync: { uidValidity: 67890007, modseq: 9006011519404500, knownUids: set(41, [43, 211]) } },
    ],
    [
      'SELECT INBOX (QRESYNC (1 2 1:29997 (5000,7500 15000,22500)) CONDSTORE)',
      {
        ...plain,
        condstore: true,
        qresync: {
          uidValidity: 1,
          modseq: 2,
          knownUids: set([1, 29997]),
          match: { sequences: set(5000, 7500), uids: set(15000, 22500) },
        },
      },
    ],
    [
      'SELECT INBOX (QRESYNC (1 2 (5 6)))',
      { ...plain, qresync: { uidValidity: 1, modseq: 2, match: { sequences: set(5), uids: set(6) } } },
    ],
  ])('%s', (line, command) => expect(commandOf(line)).toEqual(command))

  it.each([
    'SELECT',
    'SELECT INBOX ()',
    'SELECT INBOX (X)',
    'SELECT INBOX (QRESYNC)',
    'SELECT INBOX (QRESYNC (0 1))',
    'SELECT INBOX (QRESYNC (1 2 1:*))',
    'SELECT INBOX (QRESYNC (1 2 $))',
    'SELECT INBOX (QRESYNC (1 2 3 (4)))',
    'SELECT INBOX (QRESYNC (1 2 3 4))',
    'SELECT INBOX (CONDSTORE',
  ])('refuses %j', (line) => expect(commandOf(line)).toBe('bad'))
})

describe('STATUS (RFC 9051 §6.3.11)', () => {
  it.each([
    ['STATUS blurdybloop (UIDNEXT messages)', ['UIDNEXT', 'MESSAGES']],
    ['STATUS blurdybloop (SIZE SIZE HIGHESTMODSEQ MAILBOXID)', ['SIZE', 'HIGHESTMODSEQ', 'MAILBOXID']],
    [
      'STATUS blurdybloop (DELETED DELETED-STORAGE APPENDLIMIT RECENT UIDVALIDITY UNSEEN)',
      ['DELETED', 'DELETED-STORAGE', 'APPENDLIMIT', 'RECENT', 'UIDVALIDITY', 'UNSEEN'],
    ],
  ])('%s', (line, items) => expect(commandOf(line)).toEqual({ kind: 'status', folder: 'blurdybloop', items }))

  it.each(['STATUS a', 'STATUS a ()', 'STATUS a MESSAGES', 'STATUS a (X)', 'STATUS a (MESSAGES ) '])(
    'refuses %j',
    (line) => expect(commandOf(line)).toBe('bad'),
  )
})

describe('LIST (RFC 9051 §6.3.9) and LSUB', () => {
  const plain: ListCommand = {
    kind: 'list',
    reference: '',
    patterns: ['*'],
    select: { subscribed: false, remote: false, recursiveMatch: false, specialUse: false },
    returning: { subscribed: false, children: false, specialUse: false },
    extended: false,
  }
  const extended: ListCommand = { ...plain, extended: true }
  it.each([
    ['LIST "" *', plain],
    ['LIST "" "*"', plain],
    ['LIST "" ""', { ...plain, patterns: [''] }],
    ['LIST a/ %/b%', { ...plain, reference: 'a/', patterns: ['%/b%'] }],
    ['LIST "" inbox/%', { ...plain, patterns: ['INBOX/%'] }],
    ['LIST "" "Perch&AOk-*"', { ...plain, patterns: ['Perché*'] }],
    ['LIST () "" *', extended],
    ['LIST "" (*)', extended],
    ['LIST "" (INBOX Drafts "Sent/%")', { ...extended, patterns: ['INBOX', 'Drafts', 'Sent/%'] }],
    // RFC 5258 §5
    ['LIST (SUBSCRIBED) "" *', { ...extended, select: { ...plain.select, subscribed: true } }],
    ['LIST (REMOTE) "" *', { ...extended, select: { ...plain.select, remote: true } }],
    [
      'LIST (SUBSCRIBED RECURSIVEMATCH) "" *',
      { ...extended, select: { ...plain.select, subscribed: true, recursiveMatch: true } },
    ],
    ['LIST "" * RETURN ()', extended],
    [
      'LIST "" * return (children subscribed special-use)',
      { ...extended, returning: { subscribed: true, children: true, specialUse: true } },
    ],
    // RFC 5819 §4
    [
      'LIST "" * RETURN (STATUS (MESSAGES UNSEEN) CHILDREN)',
      { ...extended, returning: { ...plain.returning, children: true, status: ['MESSAGES', 'UNSEEN'] } },
    ],
    // RFC 6154 §5.2
    ['LIST (SPECIAL-USE) "" *', { ...extended, select: { ...plain.select, specialUse: true } }],
  ])('%s', (line, command) => expect(commandOf(line)).toEqual(command))

  it.each([
    'LIST',
    'LIST ""',
    'LIST "" * RETURN',
    'LIST "" * RETURN CHILDREN',
    'LIST "" * RETURN (X)',
    'LIST "" * RETURN (STATUS)',
    'LIST (X) "" *',
    'LIST "" ()',
    // RFC 5258 §3.1
    'LIST (RECURSIVEMATCH) "" *',
    'LIST (REMOTE RECURSIVEMATCH) "" *',
  ])('refuses %j', (line) => expect(commandOf(line)).toBe('bad'))

  it('LSUB', () => {
    expect(commandOf('LSUB "a/" %')).toEqual({ kind: 'lsub', reference: 'a/', pattern: '%' })
    expect(commandOf('LSUB "" (a b)')).toBe('bad')
  })
})
