// Evaluation of queries: each criterion by a table over one folder, three-valued logic and folders of any size by properties.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DAY } from '../../../src/core/lib/instant.ts'
import type { Known, SearchContext, SearchFacts, SearchView } from '../../../src/core/mail/evaluate.ts'
import { headerHas, planQuery, sift, utcDayStart } from '../../../src/core/mail/evaluate.ts'
import { ANSWERED, DELETED, FLAGGED, SEEN } from '../../../src/core/mail/flags.ts'
import type { NumberRange, NumberSet, Query } from '../../../src/core/mail/query.ts'

type Message = {
  readonly uid: number
  readonly system?: number
  readonly keywords?: readonly string[]
  readonly sizeBytes?: number
  readonly receivedAt?: number
  readonly header?: string
  readonly body?: string
  readonly sentDay?: number
}

const DAY_20 = 20 * DAY

const FOLDER: readonly Message[] = [
  {
    uid: 3,
    system: SEEN | FLAGGED,
    sizeBytes: 100,
    receivedAt: DAY_20 - 1,
    header: 'subject: ciao\nfrom: a@x',
    sentDay: 19,
  },
  { uid: 5, keywords: ['$PECEnvelope'], sizeBytes: 200, receivedAt: DAY_20, header: 'subject: pero', body: 'il testo' },
  {
    uid: 9,
    system: SEEN,
    sizeBytes: 300,
    receivedAt: DAY_20 + DAY - 1,
    header: 'to: ciao@y',
    body: 'ciao',
    sentDay: 20,
  },
  { uid: 12, system: ANSWERED, sizeBytes: 400, receivedAt: DAY_20 + DAY, header: 'x-empty: ', sentDay: 21 },
]

const viewOf = (messages: readonly Message[]): SearchView => ({
  count: messages.length,
  uids: Uint32Array.from(messages, (message) => message.uid),
  system: (index) => messages[index]!.system ?? 0,
  keywords: (index) => messages[index]!.keywords ?? [],
  modseq: (index) => 10 + index,
  sizeBytes: (index) => messages[index]!.sizeBytes ?? 0,
  receivedAt: (index) => messages[index]!.receivedAt ?? 0,
  savedAt: (index) => (messages[index]!.receivedAt ?? 0) + DAY,
  content: (index) => `c${messages[index]!.uid}`,
  thread: (index) => (index < 2 ? 't1' : undefined),
})

const CONTEXT: SearchContext = { now: DAY_20 + DAY, saved: new Set([5, 12, 77]), dayStart: utcDayStart }

/** Uids that match, found as the shell does: cheap, then texts, then facts. */
const search = (query: Query, messages: readonly Message[] = FOLDER): number[] => {
  const view = viewOf(messages)
  const plan = planQuery(query, view, CONTEXT)
  const byContent = new Map(messages.map((message) => [`c${message.uid}`, message]))
  const found = plan.texts.map(({ where, folded }) => {
    const has = ([, { header = '', body = '' }]: [string, Message]): boolean =>
      (where !== 'body' && header.includes(folded)) || (where !== 'header' && body.includes(folded))
    return new Set([...byContent].filter(has).map(([content]) => content))
  })
  const facts = (content: string): SearchFacts => {
    const message = byContent.get(content)!
    return { sort: { sentDay: message.sentDay }, search: { header: message.header ?? '' } }
  }
  const first = sift(plan, messages.length)
  const second = sift(plan, first.open, { found })
  const third = sift(plan, second.open, { found, facts })
  expect(third.open).toEqual([])
  if (second.open.length > 0) expect(plan.needsFacts).toBe(true)
  const all = [...first.matching, ...second.matching, ...third.matching].sort((a, b) => a - b)
  return all.map((index) => messages[index]!.uid)
}

const ranges = (...all: NumberRange[]): NumberSet => ({ kind: 'ranges', ranges: all })
const SAVED: NumberSet = { kind: 'saved' }
const date = (of: 'received' | 'sent' | 'saved', than: 'before' | 'on' | 'since', day: number): Query => ({
  kind: 'date',
  of,
  than,
  day,
})
const header = (name: string, text: string): Query => ({ kind: 'header', name, text })

describe('criteria (RFC 9051 §6.4.4)', () => {
  test.each<readonly [string, Query, number[]]>([
    ['ALL', { kind: 'all' }, [3, 5, 9, 12]],
    ['SAVEDATESUPPORTED', { kind: 'saveDateSupported' }, [3, 5, 9, 12]],
    ['RECENT', { kind: 'recent' }, []],
    ['2:3', { kind: 'sequence', set: ranges({ from: 2, to: 3 }) }, [5, 9]],
    ['3:2', { kind: 'sequence', set: ranges({ from: 3, to: 2 }) }, [5, 9]],
    ['*', { kind: 'sequence', set: ranges({ from: '*', to: '*' }) }, [12]],
    ['9:*', { kind: 'sequence', set: ranges({ from: 9, to: '*' }) }, [12]],
    [
      '1,4,3:9',
      { kind: 'sequence', set: ranges({ from: 1, to: 1 }, { from: 4, to: 4 }, { from: 3, to: 9 }) },
      [3, 9, 12],
    ],
    ['$', { kind: 'sequence', set: SAVED }, [5, 12]],
    ['UID 4:9', { kind: 'uid', set: ranges({ from: 4, to: 9 }) }, [5, 9]],
    ['UID 100:*', { kind: 'uid', set: ranges({ from: 100, to: '*' }) }, [12]],
    ['UID 4', { kind: 'uid', set: ranges({ from: 4, to: 4 }) }, []],
    ['UID 4294967295:5', { kind: 'uid', set: ranges({ from: 4_294_967_295, to: 5 }) }, [5, 9, 12]],
    ['UID $', { kind: 'uid', set: SAVED }, [5, 12]],
    ['SEEN', { kind: 'flag', system: SEEN }, [3, 9]],
    ['SEEN FLAGGED', { kind: 'flag', system: SEEN | FLAGGED }, [3]],
    ['UNDELETED', { kind: 'not', of: { kind: 'flag', system: DELETED } }, [3, 5, 9, 12]],
    ['KEYWORD', { kind: 'keyword', keyword: '$pecENVELOPE' }, [5]],
    ['LARGER 200', { kind: 'size', than: 'larger', bytes: 200 }, [9, 12]],
    ['SMALLER 200', { kind: 'size', than: 'smaller', bytes: 200 }, [3]],
    ['MODSEQ 12', { kind: 'modseq', atLeast: 12 }, [9, 12]],
    ['EMAILID', { kind: 'emailId', id: 'c9' }, [9]],
    ['THREADID', { kind: 'threadId', id: 't1' }, [3, 5]],
    ['BEFORE', date('received', 'before', 20), [3]],
    ['ON', date('received', 'on', 20), [5, 9]],
    ['SINCE', date('received', 'since', 20), [5, 9, 12]],
    ['SAVEDON', date('saved', 'on', 20), [3]],
    ['SENTBEFORE', date('sent', 'before', 20), [3]],
    ['SENTON', date('sent', 'on', 20), [9]],
    ['SENTSINCE', date('sent', 'since', 20), [9, 12]],
    ['YOUNGER (RFC 5032)', { kind: 'age', than: 'younger', seconds: 86_400 }, [5, 9, 12]],
    ['OLDER', { kind: 'age', than: 'older', seconds: 86_400 }, [3, 5]],
    ['SUBJECT', header('subject', 'CIAO'), [3]],
    ['SUBJECT', header('subject', 'PERÒ'), [5]],
    ['SUBJECT, accents do not count', header('subject', 'pero'), [5]],
    ['HEADER name ""', header('x-empty', ''), [12]],
    ['HEADER, no such field', header('x-none', ''), []],
    ['BODY', { kind: 'body', text: 'Ciao' }, [9]],
    ['BODY ""', { kind: 'body', text: '' }, [3, 5, 9, 12]],
    ['TEXT', { kind: 'text', text: 'ciao' }, [3, 9]],
    ['OR', { kind: 'or', left: { kind: 'text', text: 'testo' }, right: header('from', 'a@x') }, [3, 5]],
    ['NOT', { kind: 'not', of: header('subject', 'ciao') }, [5, 9, 12]],
    [
      'AND',
      {
        kind: 'and',
        of: [
          { kind: 'text', text: 'ciao' },
          { kind: 'flag', system: FLAGGED },
        ],
      },
      [3],
    ],
  ])('%s', (_, query, uids) => expect(search(query)).toEqual(uids))

  test('in an empty folder nothing matches, `*` too', () => {
    expect(search({ kind: 'uid', set: ranges({ from: 1, to: '*' }) }, [])).toEqual([])
    expect(search({ kind: 'sequence', set: ranges({ from: '*', to: '*' }) }, [])).toEqual([])
  })

  test('days begin where the server says', () => {
    const context = { ...CONTEXT, dayStart: (day: number) => utcDayStart(day) - 3_600_000 }
    const plan = planQuery(date('received', 'on', 20), viewOf(FOLDER), context)
    expect(sift(plan, FOLDER.length).matching).toEqual([0, 1])
  })
})

describe('plans', () => {
  test('a message that the cheap part decides asks for nothing', () => {
    const text: Query = { kind: 'text', text: 'ciao' }
    const plan = planQuery({ kind: 'and', of: [text, { kind: 'flag', system: FLAGGED }] }, viewOf(FOLDER), CONTEXT)
    expect(sift(plan, FOLDER.length)).toEqual({ matching: [], open: [0] })
    const either = planQuery({ kind: 'or', left: text, right: { kind: 'flag', system: SEEN } }, viewOf(FOLDER), CONTEXT)
    expect(sift(either, FOLDER.length)).toEqual({ matching: [0, 2], open: [1, 3] })
  })

  test('a text is asked for once, folded; one that is empty never', () => {
    const of: Query[] = [
      { kind: 'text', text: 'Però' },
      { kind: 'text', text: 'PERO\u0300' },
      { kind: 'body', text: 'x' },
      { kind: 'body', text: '' },
      header('subject', 'y'),
    ]
    const plan = planQuery({ kind: 'and', of }, viewOf(FOLDER), CONTEXT)
    expect(plan.texts).toEqual([
      { where: 'text', folded: 'pero' },
      { where: 'body', folded: 'x' },
      { where: 'header', folded: 'y' },
    ])
    expect(plan.needsFacts).toBe(true)
    expect(planQuery({ kind: 'text', text: 'x' }, viewOf(FOLDER), CONTEXT).needsFacts).toBe(false)
  })

  test('a header that lacks the text needs no facts', () => {
    const plan = planQuery(header('subject', 'ciao'), viewOf(FOLDER), CONTEXT)
    expect(sift(plan, FOLDER.length, { found: [new Set(['c3', 'c9'])] }).open).toEqual([0, 2])
  })
})

describe('fields of header text', () => {
  const text = 'subject: uno due\nx-sub: tre\nsubject: quattro\nto: a@x\n\nx-part: cinque'
  test.each([
    ['subject', 'uno due', true],
    ['subject', 'quattro', true],
    ['subject', 'tre', false],
    ['subject', 'due\nx', false],
    ['subject', '', true],
    ['sub', '', false],
    ['x-sub', 'tre', true],
    ['to', 'a@x', true],
    ['to', 'cinque', false],
    // Fields of parts are not the message's.
    ['x-part', '', false],
    ['subject', 'cinque', false],
  ])('%s: %j', (name, folded, expected) => expect(headerHas(text, name, folded)).toBe(expected))

  test('what lines say, one by one', () => {
    const line = fc.constantFrom('a: x', 'a: ', 'b: a: x', 'aa: x y', 'a: y x', '')
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), fc.constantFrom('', 'x', 'y', 'x y', 'a: x'), (all, folded) => {
        const header = all.includes('') ? all.slice(0, Math.max(all.indexOf(''), 0)) : all
        const expected = header.some((one) => one.startsWith('a: ') && one.slice(3).includes(folded))
        if (all[0] !== '') expect(headerHas(all.join('\n'), 'a', folded)).toBe(expected)
      }),
    )
  })

  test('HEADER bomb: thousands of fields of one name', () => {
    const bomb = `${'x: y\n'.repeat(20_000)}x: needle`
    expect(headerHas(bomb, 'x', 'needle')).toBe(true)
    expect(headerHas(bomb, 'x', 'none')).toBe(false)
  })
})

describe('properties', () => {
  const number = fc.oneof(fc.integer({ min: 1, max: 30 }), fc.constant<'*'>('*'))
  const set = fc
    .array(fc.record({ from: number, to: number }), { minLength: 1, maxLength: 6 })
    .map((all): NumberSet => ({ kind: 'ranges', ranges: all }))

  test('sets are what their ranges say, one by one', () => {
    fc.assert(
      fc.property(set, fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { maxLength: 12 }), (numbers, some) => {
        const uids = some.sort((a, b) => a - b)
        const folder = uids.map((uid) => ({ uid }))
        const has = (value: number, highest: number): boolean =>
          numbers.kind === 'ranges' &&
          numbers.ranges.some(({ from, to }) => {
            const ends = [from === '*' ? highest : from, to === '*' ? highest : to]
            return value >= Math.min(...ends) && value <= Math.max(...ends)
          })
        expect(search({ kind: 'uid', set: numbers }, folder)).toEqual(uids.filter((uid) => has(uid, uids.at(-1)!)))
        const expected = uids.filter((_, index) => has(index + 1, uids.length))
        expect(search({ kind: 'sequence', set: numbers }, folder)).toEqual(expected)
      }),
    )
  })

  const leaf = fc.constantFrom<Query>(
    { kind: 'flag', system: SEEN },
    { kind: 'text', text: 'ciao' },
    { kind: 'body', text: 'testo' },
    header('subject', 'ciao'),
    date('sent', 'on', 20),
    { kind: 'all' },
    { kind: 'recent' },
  )
  const queries = fc.letrec<{ query: Query }>((tie) => ({
    query: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaf,
      fc.array(tie('query'), { maxLength: 3 }).map((of): Query => ({ kind: 'and', of })),
      fc.tuple(tie('query'), tie('query')).map(([left, right]): Query => ({ kind: 'or', left, right })),
      tie('query').map((of): Query => ({ kind: 'not', of })),
    ),
  })).query

  test('what is decided early is what is decided late', () => {
    const plain = (query: Query, uid: number): boolean => {
      if (query.kind === 'and') return query.of.every((part) => plain(part, uid))
      if (query.kind === 'or') return plain(query.left, uid) || plain(query.right, uid)
      if (query.kind === 'not') return !plain(query.of, uid)
      return search(query).includes(uid)
    }
    fc.assert(
      fc.property(queries, (query) => {
        const expected = FOLDER.map(({ uid }) => uid).filter((uid) => plain(query, uid))
        expect(search(query)).toEqual(expected)
      }),
    )
  })

  test('ten thousand ranges that overlap', () => {
    const all = Array.from({ length: 10_000 }, (_, i) => ({ from: 1 + (i % 7), to: '*' as const }))
    const folder = Array.from({ length: 10_000 }, (_, i) => ({ uid: i + 1 }))
    const known: Known = {}
    const plan = planQuery({ kind: 'uid', set: ranges(...all) }, viewOf(folder), CONTEXT)
    expect(sift(plan, folder.length, known).matching.length).toBe(10_000)
  })
})
