// Responses as they go over the wire, and that each can be read back into what was printed.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Flags } from '../../../../src/core/mail/flags.ts'
import {
  binaryName,
  printFetchFlags,
  printFetchParts,
  sectionName,
} from '../../../../src/core/mail/imap/fetchresponse.ts'
import { type ImapMode, REV1, REV2 } from '../../../../src/core/mail/imap/lexer.ts'
import { printResponse, type Response } from '../../../../src/core/mail/imap/response.ts'
import type { PlainCode, ResponseCode } from '../../../../src/core/mail/imap/status.ts'
import type { Thread } from '../../../../src/core/mail/thread.ts'
import { parseResponse } from '../../../support/imap/responses.ts'

const leaf = (number: number, ...children: Thread[]): Thread => ({ number, children })
const SEEN_KEYWORD: Flags = { system: 1, keywords: ['$Forwarded'] }

describe('printed responses', () => {
  const rows: readonly (readonly [string, Response])[] = [
    ['* OK Ready\r\n', { kind: 'status', tag: undefined, condition: 'OK', text: 'Ready' }],
    [
      'a1 NO [TRYCREATE] No folder\r\n',
      { kind: 'status', tag: 'a1', condition: 'NO', code: { kind: 'TRYCREATE' }, text: 'No folder' },
    ],
    ['+ \r\n', { kind: 'continue', text: '' }],
    ['* CAPABILITY IMAP4rev2 IMAP4rev1\r\n', { kind: 'capability', names: ['IMAP4rev2', 'IMAP4rev1'] }],
    ['* ENABLED\r\n', { kind: 'enabled', names: [] }],
    ['* ENABLED CONDSTORE QRESYNC\r\n', { kind: 'enabled', names: ['CONDSTORE', 'QRESYNC'] }],
    ['* LIST (\\HasNoChildren) "/" INBOX\r\n', { kind: 'list', attributes: ['\\HasNoChildren'], name: 'INBOX' }],
    ['* LIST () "/" "Perch&AOk-"\r\n', { kind: 'list', attributes: [], name: 'Perché' }],
    // RFC 5258 §5
    [
      '* LIST (\\NonExistent) "/" "a" ("CHILDINFO" ("SUBSCRIBED"))\r\n',
      { kind: 'list', attributes: ['\\NonExistent'], name: 'a', childInfo: ['SUBSCRIBED'] },
    ],
    // RFC 9051 §6.3.9.7
    ['* LIST () "/" "b" ("OLDNAME" ("a"))\r\n', { kind: 'list', attributes: [], name: 'b', oldName: 'a' }],
    ['* LSUB () "/" "a \\"b\\" \\\\"\r\n', { kind: 'lsub', attributes: [], name: 'a "b" \\' }],
    [
      '* STATUS "a" (MESSAGES 231 UIDNEXT 44292 MAILBOXID (F1) APPENDLIMIT NIL)\r\n',
      {
        kind: 'folderStatus',
        name: 'a',
        values: [
          ['MESSAGES', 231],
          ['UIDNEXT', 44292],
          ['MAILBOXID', 'F1'],
          ['APPENDLIMIT', null],
        ],
      },
    ],
    ['* SEARCH\r\n', { kind: 'search', numbers: [] }],
    ['* SEARCH 2 5 6\r\n', { kind: 'search', numbers: [2, 5, 6] }],
    // RFC 7162 §3.1.5
    ['* SEARCH 2 5 6 (MODSEQ 917162500)\r\n', { kind: 'search', numbers: [2, 5, 6], modseq: 917162500 }],
    // RFC 4731 §3.1
    [
      '* ESEARCH (TAG "A282") UID MIN 2 MAX 47 ALL 2,10:11 COUNT 25 MODSEQ 7\r\n',
      { kind: 'esearch', tag: 'A282', uid: true, min: 2, max: 47, all: [2, 10, 11], count: 25, modseq: 7 },
    ],
    ['* ESEARCH (TAG "A")\r\n', { kind: 'esearch', tag: 'A', uid: false, all: [] }],
    ['* SORT 5 3 4\r\n', { kind: 'sort', numbers: [5, 3, 4] }],
    ['* SORT\r\n', { kind: 'sort', numbers: [] }],
    ['* THREAD\r\n', { kind: 'thread', threads: [] }],
    // RFC 5256 §4
    [
      '* THREAD (2)(3 6 (4 23)(44 7 96))\r\n',
      { kind: 'thread', threads: [leaf(2), leaf(3, leaf(6, leaf(4, leaf(23)), leaf(44, leaf(7, leaf(96)))))] },
    ],
    ['* THREAD ((3)(5))\r\n', { kind: 'thread', threads: [{ number: undefined, children: [leaf(3), leaf(5)] }] }],
    ['* FLAGS (\\Seen $Forwarded)\r\n', { kind: 'flags', flags: SEEN_KEYWORD }],
    ['* 172 EXISTS\r\n', { kind: 'exists', number: 172 }],
    ['* 0 RECENT\r\n', { kind: 'recent', number: 0 }],
    ['* 44 EXPUNGE\r\n', { kind: 'expunge', number: 44 }],
    // RFC 7162 §3.2.10
    [
      '* VANISHED (EARLIER) 41,43:116\r\n',
      { kind: 'vanished', earlier: true, uids: [41, ...Array.from({ length: 74 }, (_, i) => 43 + i)] },
    ],
    ['* VANISHED 405\r\n', { kind: 'vanished', earlier: false, uids: [405] }],
    // RFC 9208 §4.2
    [
      '* QUOTA "" (STORAGE 10 512 MESSAGE 3 100)\r\n',
      {
        kind: 'quota',
        root: '',
        resources: [
          { resource: 'STORAGE', usage: 10, limit: 512 },
          { resource: 'MESSAGE', usage: 3, limit: 100 },
        ],
      },
    ],
    ['* QUOTAROOT INBOX ""\r\n', { kind: 'quotaRoot', folder: 'INBOX', roots: [''] }],
    ['* QUOTAROOT "x"\r\n', { kind: 'quotaRoot', folder: 'x', roots: [] }],
    ['* NAMESPACE (("" "/")) NIL NIL\r\n', { kind: 'namespace', personal: [['', '/']] }],
    ['* ID NIL\r\n', { kind: 'id', fields: undefined }],
    [
      '* ID ("name" "Ceralacca" "os" NIL)\r\n',
      {
        kind: 'id',
        fields: [
          ['name', 'Ceralacca'],
          ['os', undefined],
        ],
      },
    ],
    [
      '* 12 FETCH (FLAGS (\\Seen $Forwarded) UID 7 INTERNALDATE "17-Jul-1996 09:44:25 +0000" RFC822.SIZE 4286 MODSEQ (9))\r\n',
      {
        kind: 'fetch',
        sequence: 12,
        values: [
          { kind: 'flags', ...SEEN_KEYWORD },
          { kind: 'uid', value: 7 },
          { kind: 'internalDate', at: Date.UTC(1996, 6, 17, 9, 44, 25) },
          { kind: 'size', value: 4286 },
          { kind: 'modseq', value: 9 },
        ],
      },
    ],
    [
      '* 1 FETCH (BODY[HEADER]<0> {4}\r\na\r\nb EMAILID (M1) THREADID NIL SAVEDATE NIL PREVIEW "hi")\r\n',
      {
        kind: 'fetch',
        sequence: 1,
        values: [
          { kind: 'section', name: 'BODY[HEADER]<0>', wire: 'a\r\nb' },
          { kind: 'emailId', id: 'M1' },
          { kind: 'threadId', id: undefined },
          { kind: 'saveDate', at: undefined },
          { kind: 'preview', text: 'hi' },
        ],
      },
    ],
    [
      '* 1 FETCH (BINARY[1] ~{3}\r\na\0b BINARY.SIZE[1.2] 8 BODY[] {1}\r\n\0 BODY[2] NIL BODY[3] "")\r\n',
      {
        kind: 'fetch',
        sequence: 1,
        values: [
          { kind: 'section', name: 'BINARY[1]', wire: 'a\0b' },
          { kind: 'binarySize', part: [1, 2], value: 8 },
          { kind: 'section', name: 'BODY[]', wire: '\0' },
          { kind: 'section', name: 'BODY[2]', wire: undefined },
          { kind: 'section', name: 'BODY[3]', wire: '' },
        ],
      },
    ],
  ]
  it.each(rows)('%j', (wire, response) => {
    expect(printResponse(response, REV1)).toBe(wire)
  })

  it.each([
    ['Perché', REV1, '"Perch&AOk-"'],
    ['Perché', REV2, '"PerchÃ©"'],
    ['Perché', { rev2: false, utf8Accept: true }, '"PerchÃ©"'],
    ['R&D', REV1, '"R&-D"'],
    ['R&D', REV2, '"R&D"'],
    ['a\r\nb', REV2, '{4}\r\na\r\nb'],
    ['inbox2', REV2, '"inbox2"'],
    ['NIL', REV2, '"NIL"'],
  ] as const)('names %j in %j', (name, mode, wire) => {
    expect(printResponse({ kind: 'lsub', attributes: [], name }, mode)).toBe(`* LSUB () "/" ${wire}\r\n`)
  })

  it('previews in UTF-8: a literal, or quoted where the session speaks it', () => {
    const response: Response = { kind: 'fetch', sequence: 1, values: [{ kind: 'preview', text: 'è' }] }
    expect(printResponse(response, REV1)).toBe('* 1 FETCH (PREVIEW {2}\r\nÃ¨)\r\n')
    expect(printResponse(response, REV2)).toBe('* 1 FETCH (PREVIEW "Ã¨")\r\n')
  })

  it('lets no text end the line or pass for a code', () => {
    const say = (text: string) => printResponse({ kind: 'status', tag: 'a', condition: 'NO', text }, REV1)
    expect(say('x\r\na OK done')).toBe('a NO x  a OK done\r\n')
    expect(say('[ALERT] x')).toBe('a NO (ALERT] x\r\n')
    expect(say('')).toBe('a NO .\r\n')
  })

  it('threads as deep as senders like', () => {
    let chain = leaf(1)
    let tree = leaf(1)
    for (let number = 2; number <= 50_000; number++) {
      chain = leaf(number, chain)
      tree = leaf(number, tree, leaf(1))
    }
    expect(printResponse({ kind: 'thread', threads: [chain] }, REV1)).toMatch(/^\* THREAD \(50000 49999 .* 2 1\)\r\n$/)
    expect(printResponse({ kind: 'thread', threads: [tree] }, REV1)).toMatch(/^\* THREAD \(50000 \(49999 \(/)
  })
})

describe('FETCH', () => {
  it.each([
    [{ part: [], text: 'all' }, undefined, 'BODY[]'],
    [{ part: [1, 2], text: 'all' }, undefined, 'BODY[1.2]'],
    [{ part: [], text: 'header' }, { offset: 0, length: 5 }, 'BODY[HEADER]<0>'],
    [{ part: [3], text: 'mime' }, undefined, 'BODY[3.MIME]'],
    [{ part: [1], text: 'headerFields', fields: ['From', 'x y'] }, undefined, 'BODY[1.HEADER.FIELDS (From "x y")]'],
    [{ part: [], text: 'headerFieldsNot', fields: ['NIL'] }, undefined, 'BODY[HEADER.FIELDS.NOT ("NIL")]'],
  ] as const)('answers %j %j as %s', (section, partial, name) => {
    expect(sectionName({ kind: 'section', section, partial, peek: true })).toBe(name)
  })

  it('answers RFC822 and BINARY under their names', () => {
    const section = { part: [], text: 'all' } as const
    expect(sectionName({ kind: 'section', section, peek: false, answerAs: 'RFC822' })).toBe('RFC822')
    expect(binaryName({ kind: 'binary', part: [1, 2], peek: true, partial: { offset: 3, length: 9 } })).toBe(
      'BINARY[1.2]<3>',
    )
  })

  it('leaves gaps for bodies that are streamed', () => {
    const parts = printFetchParts(
      3,
      [
        { kind: 'uid', value: 5 },
        { kind: 'stream', name: 'BODY[]', sizeBytes: 10, literal8: false },
        { kind: 'stream', name: 'BINARY[1]', sizeBytes: 2, literal8: true },
        { kind: 'flags', system: 0, keywords: [] },
      ],
      REV1,
    )
    expect(parts).toEqual(['* 3 FETCH (UID 5 BODY[] {10}\r\n', ' BINARY[1] ~{2}\r\n', ' FLAGS ())\r\n'])
  })

  it.each<readonly [Parameters<typeof printFetchFlags>, string]>([
    [[1, undefined, 0, [], undefined], '* 1 FETCH (FLAGS ())\r\n'],
    [[1, 7, 17, ['$X'], 9], '* 1 FETCH (UID 7 FLAGS (\\Seen \\Draft $X) MODSEQ (9))\r\n'],
    [[1, 7, 0, ['$X'], undefined], '* 1 FETCH (UID 7 FLAGS ($X))\r\n'],
  ])('flags alone %j', (values, wire) => {
    expect(printFetchFlags(...values)).toBe(wire)
  })
})

// What is printed can be read back.

const u32 = fc.integer({ min: 1, max: 4_294_967_295 })
const big = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })
const atom = fc.stringMatching(/^[A-Za-z0-9$._-]{1,12}$/)
const keyword = fc.stringMatching(/^[A-Za-z$][A-Za-z0-9$._-]{0,11}$/)
const flags = fc.record({ system: fc.nat(31), keywords: fc.uniqueArray(keyword, { maxLength: 4 }) })
const ascending = fc
  .uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 30 })
  .map((all) => all.sort((a, b) => a - b))
const someAscending = ascending.filter((all) => all.length > 0)
const attributes = fc.array(
  keyword.map((word) => `\\${word}`),
  { maxLength: 3 },
)
const name = fc.oneof(
  fc.constant('INBOX'),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
  fc.string({ minLength: 1 }),
)
const text = fc.string({ unit: 'grapheme', maxLength: 30 })
const bytes = fc.string({
  unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
  maxLength: 30,
})
const instant = fc.integer({ min: 0, max: 4_000_000_000 }).map((seconds) => seconds * 1000)
const objectId = fc.stringMatching(/^[A-Za-z0-9_-]{1,20}$/)
const optional = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined })

const plainCode = fc.constantFrom<PlainCode>(
  'ALERT',
  'READ-ONLY',
  'TRYCREATE',
  'UNKNOWN-CTE',
  'COMPRESSIONACTIVE',
  'NOMODSEQ',
)
const code: fc.Arbitrary<ResponseCode> = fc.oneof(
  fc.record({ kind: plainCode }),
  fc.record({ kind: fc.constant('CAPABILITY' as const), capabilities: fc.array(atom, { minLength: 1, maxLength: 4 }) }),
  fc.record({ kind: fc.constant('BADEVENT' as const), events: fc.array(atom, { minLength: 1, maxLength: 4 }) }),
  fc.record({ kind: fc.constant('BADCHARSET' as const), charsets: fc.array(atom, { maxLength: 4 }) }),
  fc.record({
    kind: fc.constantFrom('UIDNEXT' as const, 'UIDVALIDITY' as const, 'UNSEEN' as const, 'HIGHESTMODSEQ' as const),
    value: big,
  }),
  fc.record({ kind: fc.constant('PERMANENTFLAGS' as const), flags, any: fc.boolean() }),
  fc.record({ kind: fc.constant('APPENDUID' as const), uidValidity: u32, uids: someAscending }),
  fc.record({ kind: fc.constant('COPYUID' as const), uidValidity: u32, from: someAscending, to: someAscending }),
  fc.record({ kind: fc.constant('MODIFIED' as const), numbers: someAscending }),
  fc.record({ kind: fc.constant('MAILBOXID' as const), id: objectId }),
)

/** A thread: only a missing message has a number of none, and it has two answers at least (RFC 5256 §4). */
const thread = fc.letrec<{ node: Thread; root: Thread }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'thread' },
    fc.record({ number: u32, children: fc.constant([]) }),
    fc.record({ number: u32, children: fc.array(tie('node'), { minLength: 1, maxLength: 3 }) }),
  ),
  root: fc.oneof(
    tie('node'),
    fc.record({ number: fc.constant(undefined), children: fc.array(tie('node'), { minLength: 2, maxLength: 3 }) }),
  ),
})).root

const kind = <K extends string>(...of: K[]) => fc.constantFrom<K[]>(...of) as fc.Arbitrary<K>
const value = fc.oneof(
  fc.record({ kind: kind('uid', 'size', 'modseq'), value: big }),
  flags.map((some) => ({ kind: 'flags' as const, ...some })),
  fc.record({ kind: kind('internalDate'), at: instant }),
  fc.record({ kind: kind('saveDate'), at: optional(instant) }),
  fc.record({
    kind: kind('envelope', 'bodyStructure', 'body'),
    wire: fc.constantFrom('(NIL "x" (("a" NIL)("b" {3}\r\nx\ry)))'),
  }),
  fc.record({ kind: kind('emailId'), id: objectId }),
  fc.record({ kind: kind('threadId'), id: optional(objectId) }),
  fc.record({ kind: kind('preview'), text: optional(text) }),
  fc.record({
    kind: kind('section'),
    name: kind('BODY[1.MIME]', 'BODY[]<7>', 'BINARY[2]', 'BODY[HEADER.FIELDS (From "x y")]', 'RFC822'),
    wire: optional(bytes),
  }),
  fc.record({
    kind: kind('binarySize'),
    part: fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 3 }),
    value: big,
  }),
)

const response: fc.Arbitrary<Response> = fc.oneof(
  fc.record({
    kind: kind('status'),
    tag: optional(atom),
    condition: kind('OK', 'NO', 'BAD', 'PREAUTH', 'BYE'),
    code: optional(code),
    text: fc.stringMatching(/^[A-Za-z][ -~è]{0,40}$/),
  }),
  fc.record({ kind: kind('continue'), text: fc.base64String() }),
  fc.record({ kind: kind('capability', 'enabled'), names: fc.array(atom, { minLength: 1, maxLength: 5 }) }),
  fc.record({
    kind: kind('list'),
    attributes,
    name,
    oldName: optional(name),
    childInfo: optional(fc.array(atom, { minLength: 1, maxLength: 2 })),
  }),
  fc.record({ kind: kind('lsub'), attributes, name }),
  fc.record({
    kind: kind('folderStatus'),
    name,
    values: fc.array(
      fc.oneof(
        fc.tuple(kind('MESSAGES', 'UNSEEN', 'SIZE', 'HIGHESTMODSEQ', 'DELETED-STORAGE'), big),
        fc.tuple(kind('MAILBOXID'), objectId),
        fc.tuple(kind('APPENDLIMIT'), fc.option(big)),
      ),
      { maxLength: 4 },
    ),
  }),
  fc.record({ kind: kind('search'), numbers: ascending, modseq: optional(big) }),
  fc.record({
    kind: kind('esearch'),
    tag: atom,
    uid: fc.boolean(),
    min: optional(u32),
    max: optional(u32),
    all: optional(someAscending),
    count: optional(big),
    modseq: optional(big),
  }),
  fc.record({ kind: kind('sort'), numbers: fc.array(u32) }),
  fc.record({ kind: kind('thread'), threads: fc.array(thread, { maxLength: 4 }) }),
  fc.record({ kind: kind('flags'), flags }),
  fc.record({ kind: kind('exists', 'recent', 'expunge'), number: u32 }),
  fc.record({ kind: kind('vanished'), earlier: fc.boolean(), uids: someAscending }),
  fc.record({ kind: kind('fetch'), sequence: u32, values: fc.array(value, { minLength: 1, maxLength: 6 }) }),
  fc.record({
    kind: kind('quota'),
    root: text,
    resources: fc.array(fc.record({ resource: kind('STORAGE', 'MESSAGE'), usage: big, limit: big }), { maxLength: 2 }),
  }),
  fc.record({ kind: kind('quotaRoot'), folder: name, roots: fc.array(text, { maxLength: 2 }) }),
  fc.record({ kind: kind('namespace'), personal: fc.array(fc.tuple(text, fc.constant('/')), { maxLength: 2 }) }),
  fc.record({
    kind: kind('id'),
    fields: optional(fc.array(fc.tuple(text, optional(text)), { minLength: 1, maxLength: 3 })),
  }),
)

describe('any response', () => {
  it.each<readonly [string, ImapMode, boolean]>([
    ['IMAP4rev1', REV1, false],
    ['IMAP4rev2', REV2, true],
  ])('is read back as it was, in %s', (_name, mode, utf8) => {
    fc.assert(
      fc.property(response, (r) => {
        const wire = printResponse(r, mode)
        expect(/^[\0-\xff]*$/.test(wire)).toBe(true)
        expect(parseResponse(wire, utf8)).toEqual(r)
      }),
      { numRuns: 1500 },
    )
  })
})
