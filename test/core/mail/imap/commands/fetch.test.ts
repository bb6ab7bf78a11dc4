// FETCH: every item, sections, ranges, macros, and modifiers.
import { describe, expect, it } from 'vitest'
import type { FetchItem } from '../../../../../src/core/mail/imap/command.ts'
import { commandOf, SAVED, set } from '../../../../support/imap/commands.ts'

const section = (part: readonly number[], text: string, more: object = {}) => ({
  kind: 'section',
  section: { part, text },
  peek: false,
  ...more,
})
const fields = (part: readonly number[], text: string, names: readonly string[], more: object = {}) => ({
  ...section(part, text, more),
  section: { part, text, fields: names },
})
const FAST = [{ kind: 'flags' }, { kind: 'internalDate' }, { kind: 'size' }]

describe('items (RFC 9051 §6.4.5)', () => {
  const rows: readonly (readonly [string, readonly object[]])[] = [
    ['UID', [{ kind: 'uid' }]],
    ['(FLAGS)', [{ kind: 'flags' }]],
    [
      '(flags uid internaldate rfc822.size envelope bodystructure body)',
      [
        { kind: 'flags' },
        { kind: 'uid' },
        { kind: 'internalDate' },
        { kind: 'size' },
        { kind: 'envelope' },
        { kind: 'bodyStructure' },
        { kind: 'body' },
      ] satisfies readonly FetchItem[],
    ],
    ['FAST', FAST],
    ['all', [...FAST, { kind: 'envelope' }]],
    ['FULL', [...FAST, { kind: 'envelope' }, { kind: 'body' }]],
    ['RFC822', [section([], 'all', { answerAs: 'RFC822' })]],
    ['RFC822.HEADER', [section([], 'header', { answerAs: 'RFC822.HEADER', peek: true })]],
    ['RFC822.TEXT', [section([], 'text', { answerAs: 'RFC822.TEXT' })]],
    ['BODY[]', [section([], 'all')]],
    ['BODY.PEEK[]', [section([], 'all', { peek: true })]],
    ['BODY[HEADER]', [section([], 'header')]],
    ['body[text]<0.2048>', [section([], 'text', { partial: { offset: 0, length: 2048 } })]],
    ['BODY[]<9007199254740991.1>', [section([], 'all', { partial: { offset: 9007199254740991, length: 1 } })]],
    ['BODY[1]', [section([1], 'all')]],
    ['BODY[4.2.2.1]', [section([4, 2, 2, 1], 'all')]],
    ['BODY[3.HEADER]', [section([3], 'header')]],
    ['BODY[4.1.MIME]', [section([4, 1], 'mime')]],
    ['BODY[HEADER.FIELDS (DATE FROM)]', [fields([], 'headerFields', ['DATE', 'FROM'])]],
    [
      '(BODY.PEEK[3.HEADER.FIELDS.NOT ("X y" {2}\r\nTo)]<1.2> UID)',
      [
        fields([3], 'headerFieldsNot', ['X y', 'To'], { peek: true, partial: { offset: 1, length: 2 } }),
        { kind: 'uid' },
      ],
    ],
    // RFC 3516 §4.2
    ['BINARY[1.2]', [{ kind: 'binary', part: [1, 2], peek: false }]],
    ['BINARY.PEEK[]<0.10>', [{ kind: 'binary', part: [], peek: true, partial: { offset: 0, length: 10 } }]],
    ['BINARY.SIZE[1]', [{ kind: 'binarySize', part: [1] }]],
    [
      '(MODSEQ EMAILID THREADID SAVEDATE)',
      [{ kind: 'modseq' }, { kind: 'emailId' }, { kind: 'threadId' }, { kind: 'saveDate' }],
    ],
    // RFC 8970 §3.2
    ['PREVIEW', [{ kind: 'preview', lazy: false }]],
    ['PREVIEW (lazy)', [{ kind: 'preview', lazy: true }]],
    ['(PREVIEW (LAZY) UID)', [{ kind: 'preview', lazy: true }, { kind: 'uid' }]],
  ]
  it.each(rows)('%j', (text, items) => {
    expect(commandOf(`FETCH 1 ${text}`)).toEqual({ kind: 'fetch', uid: false, set: set(1), items, modifiers: {} })
  })

  it.each([
    '',
    '()',
    'X',
    '(FLAGS',
    '(FLAGS  UID)',
    '(FLAGS UID) ',
    'FLAGS UID',
    // Macros stand alone.
    '(ALL)',
    '(FAST UID)',
    'BODY.PEEK',
    'BODY[',
    'BODY[]<0>',
    'BODY[]<0.0>',
    'BODY[]<-1.5>',
    'BODY[]<0.9223372036854775808>',
    'BODY[]<0.5',
    'BODY[0]',
    'BODY[1.0]',
    'BODY[1.]',
    'BODY[1.2.]',
    'BODY[.1]',
    'BODY[1HEADER]',
    'BODY[MIME]',
    'BODY[HEADER.FIELDS]',
    'BODY[HEADER.FIELDS ()]',
    'BODY[HEADER.FIELDS (A B]',
    'BODY[HEADER.X]',
    'BODY[HEADER.1]',
    'BINARY',
    'BINARY[HEADER]',
    'BINARY.SIZE[1]<0.1>',
    'RFC822.PEEK',
    'PREVIEW (EAGER)',
    'PREVIEW (LAZY',
  ])('refuses %j', (text) => expect(commandOf(`FETCH 1 ${text}`)).toBe('bad'))
})

describe('modifiers (RFC 7162 §3.1.4.1, §3.2.6)', () => {
  it.each([
    ['FETCH 1 (FLAGS) (CHANGEDSINCE 12345)', false, { changedSince: 12345 }],
    ['UID FETCH 1 FLAGS (changedsince 0)', true, { changedSince: 0 }],
    ['UID FETCH 1 FLAGS (CHANGEDSINCE 5 VANISHED)', true, { changedSince: 5, vanished: true }],
    ['UID FETCH 1 (FLAGS) (VANISHED CHANGEDSINCE 5)', true, { changedSince: 5, vanished: true }],
  ])('%s', (line, uid, modifiers) => {
    expect(commandOf(line)).toEqual({ kind: 'fetch', uid, set: set(1), items: [{ kind: 'flags' }], modifiers })
  })

  it.each([
    'FETCH 1 FLAGS ()',
    'FETCH 1 FLAGS (CHANGEDSINCE)',
    'FETCH 1 FLAGS (CHANGEDSINCE 5 VANISHED)',
    'UID FETCH 1 FLAGS (VANISHED)',
    'UID FETCH 1 FLAGS (X 5)',
  ])('refuses %j', (line) => expect(commandOf(line)).toBe('bad'))

  it('of what a search has saved (RFC 5182)', () => {
    expect(commandOf('UID FETCH $ UID')).toMatchObject({ uid: true, set: SAVED })
  })
})
