// SEARCH, SORT and THREAD: every key, charsets, RETURN.
import { describe, expect, it } from 'vitest'
import { ANSWERED, DELETED, DRAFT, FLAGGED, SEEN } from '../../../../../src/core/mail/flags.ts'
import { REV2 } from '../../../../../src/core/mail/imap/lexer.ts'
import { asksModseq } from '../../../../../src/core/mail/imap/searchkeys.ts'
import type { Query } from '../../../../../src/core/mail/query.ts'
import { commandOf, SAVED, set } from '../../../../support/imap/commands.ts'

const not = (of: Query): Query => ({ kind: 'not', of })
const flag = (system: number): Query => ({ kind: 'flag', system })
const header = (name: string, text: string): Query => ({ kind: 'header', name, text })
const day = (of: 'received' | 'sent' | 'saved', than: 'before' | 'on' | 'since', at: number): Query => ({
  kind: 'date',
  of,
  than,
  day: at / 86_400_000,
})
const FEB_1 = Date.UTC(1994, 1, 1)

describe('keys (RFC 9051 §6.4.4 and extensions)', () => {
  const rows: readonly (readonly [string, Query])[] = [
    ['ALL', { kind: 'all' }],
    ['2,4:*', { kind: 'sequence', set: set(2, [4, '*']) }],
    ['*', { kind: 'sequence', set: set('*') }],
    ['$', { kind: 'sequence', set: SAVED }],
    ['UID 7', { kind: 'uid', set: set(7) }],
    ['UID $', { kind: 'uid', set: SAVED }],
    ['ANSWERED', flag(ANSWERED)],
    ['deleted', flag(DELETED)],
    ['DRAFT', flag(DRAFT)],
    ['FLAGGED', flag(FLAGGED)],
    ['SEEN', flag(SEEN)],
    ['UNANSWERED', not(flag(ANSWERED))],
    ['UNDELETED', not(flag(DELETED))],
    ['UNDRAFT', not(flag(DRAFT))],
    ['UNFLAGGED', not(flag(FLAGGED))],
    ['UNSEEN', not(flag(SEEN))],
    ['RECENT', { kind: 'recent' }],
    ['NEW', { kind: 'and', of: [{ kind: 'recent' }, not(flag(SEEN))] }],
    ['OLD', not({ kind: 'recent' })],
    ['KEYWORD $Forwarded', { kind: 'keyword', keyword: '$Forwarded' }],
    ['UNKEYWORD x', not({ kind: 'keyword', keyword: 'x' })],
    ['BCC a', header('bcc', 'a')],
    ['CC "a b"', header('cc', 'a b')],
    ['FROM Smith', header('from', 'Smith')],
    ['SUBJECT {2}\r\n\xc3\xa8', header('subject', 'è')],
    ['TO ""', header('to', '')],
    ['HEADER Message-ID "<a@b>"', header('message-id', '<a@b>')],
    ['HEADER "X-Y" ""', header('x-y', '')],
    ['BODY x', { kind: 'body', text: 'x' }],
    ['TEXT x', { kind: 'text', text: 'x' }],
    ['BEFORE 1-Feb-1994', day('received', 'before', FEB_1)],
    ['ON "01-feb-1994"', day('received', 'on', FEB_1)],
    ['SINCE 1-Feb-1994', day('received', 'since', FEB_1)],
    ['SENTBEFORE 1-Feb-1994', day('sent', 'before', FEB_1)],
    ['SENTON 1-Feb-1994', day('sent', 'on', FEB_1)],
    ['SENTSINCE 29-Feb-2024', day('sent', 'since', Date.UTC(2024, 1, 29))],
    // RFC 8514 §4.3
    ['SAVEDBEFORE 1-Feb-1994', day('saved', 'before', FEB_1)],
    ['SAVEDON 1-Feb-1994', day('saved', 'on', FEB_1)],
    ['SAVEDSINCE 1-Feb-1994', day('saved', 'since', FEB_1)],
    ['SAVEDATESUPPORTED', { kind: 'saveDateSupported' }],
    ['LARGER 5000000000', { kind: 'size', than: 'larger', bytes: 5_000_000_000 }],
    ['SMALLER 0', { kind: 'size', than: 'smaller', bytes: 0 }],
    // RFC 5032 §3
    ['OLDER 3600', { kind: 'age', than: 'older', seconds: 3600 }],
    ['YOUNGER 1', { kind: 'age', than: 'younger', seconds: 1 }],
    // RFC 7162 §3.1.5
    ['MODSEQ 620162338', { kind: 'modseq', atLeast: 620162338 }],
    ['MODSEQ "/flags/\\\\draft" all 620162338', { kind: 'modseq', atLeast: 620162338 }],
    ['MODSEQ "/flags/x" PRIV 0', { kind: 'modseq', atLeast: 0 }],
    // RFC 8474 §5.3
    ['EMAILID M6d99ac3275bb4e', { kind: 'emailId', id: 'M6d99ac3275bb4e' }],
    ['THREADID T-1_', { kind: 'threadId', id: 'T-1_' }],
    ['NOT SEEN', not(flag(SEEN))],
    ['NOT NOT SEEN', not(not(flag(SEEN)))],
    ['OR SEEN FROM x', { kind: 'or', left: flag(SEEN), right: header('from', 'x') }],
    [
      'OR OR SEEN DRAFT NOT DELETED',
      { kind: 'or', left: { kind: 'or', left: flag(SEEN), right: flag(DRAFT) }, right: not(flag(DELETED)) },
    ],
    ['(SEEN)', flag(SEEN)],
    [
      '(SEEN (DRAFT 1))',
      { kind: 'and', of: [flag(SEEN), { kind: 'and', of: [flag(DRAFT), { kind: 'sequence', set: set(1) }] }] },
    ],
    // RFC 9051 §6.4.4
    [
      'FLAGGED SINCE 1-Feb-1994 NOT FROM "Smith"',
      { kind: 'and', of: [flag(FLAGGED), day('received', 'since', FEB_1), not(header('from', 'Smith'))] },
    ],
  ]
  it.each(rows)('%j', (keys, query) => {
    expect(commandOf(`SEARCH ${keys}`)).toEqual({ kind: 'search', uid: false, returning: undefined, query })
    expect(commandOf(`UID THREAD REFERENCES UTF-8 ${keys}`)).toEqual({
      kind: 'thread',
      uid: true,
      algorithm: 'references',
      query,
    })
  })

  it.each([
    '',
    'X',
    'SEEN  DRAFT',
    'SEEN ',
    '()',
    '(SEEN',
    'SEEN)',
    'NOT',
    'OR SEEN',
    'FROM',
    'HEADER x',
    'KEYWORD \\Seen',
    'KEYWORD',
    'BEFORE 30-Feb-1994',
    'BEFORE 1-Foo-1994',
    'BEFORE 1-Feb-94',
    'BEFORE 1994-02-01',
    'LARGER x',
    'LARGER -1',
    'OLDER 0',
    'MODSEQ x',
    'MODSEQ "/flags/x" 5',
    'MODSEQ "/flags/x" mine 5',
    'MODSEQ 9223372036854775808',
    'EMAILID "a b"',
    '0',
    'UID',
    'SUBJECT "\xff"',
    'SUBJECT \xc3\xa8',
    'FUZZY SUBJECT x',
  ])('refuses %j', (keys) => expect(commandOf(`SEARCH ${keys}`)).toBe('bad'))
})

describe('charsets', () => {
  it.each([
    ['SEARCH CHARSET UTF-8 SUBJECT "\xc3\xa8"', 'è'],
    ['SEARCH CHARSET utf-8 SUBJECT "\xc3\xa8"', 'è'],
    ['SEARCH CHARSET "US-ASCII" SUBJECT abc', 'abc'],
    ['SEARCH CHARSET ISO-8859-1 SUBJECT "\xe8"', 'è'],
    ['SEARCH SUBJECT "\xc3\xa8"', 'è'],
  ])('%j', (line, text) => expect(commandOf(line)).toMatchObject({ query: header('subject', text) }))

  it.each([
    'SEARCH CHARSET KOI8-R SUBJECT "\xe8"',
    'SEARCH RETURN (COUNT) CHARSET X ALL',
    'SORT (DATE) KOI8-R ALL',
    'UID THREAD REFERENCES KOI8-R ALL',
  ])('not known: %j', (line) => expect(commandOf(line)).toBe('badCharset'))

  it('are an error once everything is UTF-8 (RFC 6855 §3)', () => {
    expect(commandOf('SEARCH CHARSET UTF-8 ALL', { rev2: false, utf8Accept: true })).toBe('bad')
    expect(commandOf('SEARCH CHARSET UTF-8 ALL', REV2)).toMatchObject({ kind: 'search' })
  })
})

describe('RETURN (RFC 4731, RFC 5182)', () => {
  it.each([
    ['SEARCH RETURN () ALL', ['all']],
    ['SEARCH RETURN (MIN COUNT) ALL', ['min', 'count']],
    ['UID SEARCH return (save all min max) ALL', ['save', 'all', 'min', 'max']],
    ['SEARCH RETURN (SAVE) CHARSET UTF-8 ALL', ['save']],
    ['UID SORT RETURN (COUNT) (DATE) UTF-8 ALL', ['count']],
  ])('%s', (line, returning) => expect(commandOf(line)).toMatchObject({ returning, query: { kind: 'all' } }))

  it.each(['SEARCH RETURN ALL', 'SEARCH RETURN (X) ALL', 'SEARCH RETURN (MIN)', 'SEARCH RETURN (MIN ALL'])(
    'refuses %j',
    (line) => expect(commandOf(line)).toBe('bad'),
  )
})

describe('SORT (RFC 5256, RFC 5957)', () => {
  it.each([
    ['SORT (SUBJECT) UTF-8 ALL', false, [{ key: 'subject', reverse: false }]],
    [
      'UID SORT (SUBJECT REVERSE DATE) US-ASCII ALL',
      true,
      [
        { key: 'subject', reverse: false },
        { key: 'date', reverse: true },
      ],
    ],
    [
      'SORT (arrival cc from size to displayfrom reverse displayto) UTF-8 ALL',
      false,
      [
        ...['arrival', 'cc', 'from', 'size', 'to', 'displayFrom'].map((key) => ({ key, reverse: false })),
        { key: 'displayTo', reverse: true },
      ],
    ],
  ])('%s', (line, uid, by) => {
    expect(commandOf(line)).toEqual({ kind: 'sort', uid, returning: undefined, by, query: { kind: 'all' } })
  })

  it.each([
    'SORT (DATE) ALL',
    'SORT () UTF-8 ALL',
    'SORT (REVERSE) UTF-8 ALL',
    'SORT DATE UTF-8 ALL',
    'SORT (X) UTF-8 ALL',
    'SORT (DATE) UTF-8',
  ])('refuses %j', (line) => expect(commandOf(line)).not.toMatchObject({ kind: 'sort' }))
})

describe('THREAD (RFC 5256)', () => {
  it.each([
    [
      'THREAD ORDEREDSUBJECT UTF-8 ALL',
      { kind: 'thread', uid: false, algorithm: 'orderedSubject', query: { kind: 'all' } },
    ],
    [
      'UID THREAD references us-ascii UNSEEN',
      { kind: 'thread', uid: true, algorithm: 'references', query: not(flag(SEEN)) },
    ],
  ])('%s', (line, command) => expect(commandOf(line)).toEqual(command))

  it.each(['THREAD REFS UTF-8 ALL', 'THREAD REFERENCES UTF-8', 'THREAD REFERENCES'])('refuses %j', (line) =>
    expect(commandOf(line)).toBe('bad'),
  )
})

describe('asksModseq', () => {
  it.each([
    ['ALL', false],
    ['MODSEQ 1', true],
    ['SEEN NOT (OR FROM x (DRAFT MODSEQ 1))', true],
    ['SEEN NOT (OR FROM x (DRAFT 1))', false],
  ])('%s: %s', (keys, asks) => {
    const command = commandOf(`SEARCH ${keys}`)
    expect(typeof command === 'object' && command.kind === 'search' && asksModseq(command.query)).toBe(asks)
  })
})
