// Commands on messages: STORE, COPY, MOVE, UID EXPUNGE; and sets of numbers.
import { describe, expect, it } from 'vitest'
import { commandOf, SAVED, set } from '../../../../support/imap/commands.ts'

describe('sets of numbers (RFC 9051 §9)', () => {
  it.each([
    ['1', set(1)],
    ['*', set('*')],
    ['2,4:7,9,12:*', set(2, [4, 7], 9, [12, '*'])],
    ['*:4,7:5', set(['*', 4], [7, 5])],
    ['4294967295', set(4294967295)],
    ['$', SAVED],
  ])('%s', (text, uids) => expect(commandOf(`UID EXPUNGE ${text}`)).toEqual({ kind: 'uidExpunge', uids }))

  it.each([
    '',
    '0',
    '1:0',
    '1,',
    ',1',
    '1:',
    ':1',
    '1:2:3',
    '1 2',
    '4294967296',
    '-1',
    '$,1',
    '1,$',
    'a',
    '1.5',
    '"1"',
  ])('refuses %j', (text) => expect(commandOf(`UID EXPUNGE ${text}`)).toBe('bad'))
})

describe('COPY and MOVE', () => {
  it.each([
    ['COPY 2:4 MEETING', { kind: 'copy', uid: false, set: set([2, 4]), folder: 'MEETING' }],
    ['UID COPY $ inbox', { kind: 'copy', uid: true, set: SAVED, folder: 'INBOX' }],
    ['MOVE 1 "a b"', { kind: 'move', uid: false, set: set(1), folder: 'a b' }],
    ['UID MOVE 42:69 foo', { kind: 'move', uid: true, set: set([42, 69]), folder: 'foo' }],
  ])('%s', (line, command) => expect(commandOf(line)).toEqual(command))

  it.each(['COPY 1', 'COPY a', 'MOVE 1 a b', 'UID COPY'])('refuses %j', (line) => expect(commandOf(line)).toBe('bad'))
})

describe('STORE (RFC 9051 §6.4.6, RFC 7162 §3.1.3)', () => {
  const store = (how: string, system: number, keywords: readonly string[], more: object = {}) => ({
    kind: 'store',
    uid: false,
    set: set(1),
    change: { how, system, keywords },
    silent: false,
    unchangedSince: undefined,
    ...more,
  })
  it.each([
    ['STORE 1 +FLAGS (\\Deleted)', store('add', 8, [])],
    ['STORE 1 -flags.silent (\\deleted \\SEEN)', store('remove', 9, [], { silent: true })],
    ['STORE 1 FLAGS ()', store('set', 0, [])],
    ['STORE 1 FLAGS \\Flagged $Work', store('set', 4, ['$Work'])],
    ['STORE 1 FLAGS ($work $Work b A)', store('set', 0, ['$work', 'A', 'b'])],
    ['STORE 1 FLAGS \\Recent', store('set', 0, [])],
    [
      'UID STORE 1 (UNCHANGEDSINCE 12121230045) +FLAGS.SILENT (\\Deleted)',
      store('add', 8, [], { uid: true, silent: true, unchangedSince: 12121230045 }),
    ],
    [
      'STORE 1 (UNCHANGEDSINCE 9223372036854775807) FLAGS (a)',
      store('set', 0, ['a'], { unchangedSince: Number.MAX_SAFE_INTEGER }),
    ],
    ['STORE 1 (unchangedsince 0) FLAGS (\\Seen)', store('set', 1, [], { unchangedSince: 0 })],
  ])('%s', (line, command) => expect(commandOf(line)).toEqual(command))

  it.each([
    'STORE 1',
    'STORE 1 FLAGS',
    'STORE 1 FLAGS (\\Foo)',
    'STORE 1 FLAGS (\\*)',
    'STORE 1 FLAGS (a]b)',
    'STORE 1 FLAGS ("a")',
    'STORE 1 FLAGS ( )',
    'STORE 1 FLAGS.LOUD (a)',
    'STORE 1 (UNCHANGEDSINCE) FLAGS (a)',
    'STORE 1 (UNCHANGEDSINCE 9223372036854775808) FLAGS (a)',
    'STORE 1 () FLAGS (a)',
  ])('refuses %j', (line) => expect(commandOf(line)).toBe('bad'))
})
