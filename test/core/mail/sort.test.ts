// SORT: RFC 5256 and RFC 5957 by tables.
import { describe, expect, test } from 'vitest'
import { fromUtf8 } from '../../../src/core/lib/bytes.ts'
import { contentFacts } from '../../../src/core/mail/facts/content.ts'
import type { SortFacts } from '../../../src/core/mail/facts.ts'
import type { SortCriterion } from '../../../src/core/mail/query.ts'
import { sortIndexes, sortNeedsFacts } from '../../../src/core/mail/sort.ts'

const sortOf = (...header: string[]): SortFacts =>
  contentFacts(fromUtf8(`${header.map((line) => `${line}\r\n`).join('')}\r\n`)).sort

describe('values (RFC 5256 §3)', () => {
  test.each<readonly [string[], Partial<SortFacts>]>([
    // FROM, TO and CC are the mailbox of the first address.
    [['From: "Mario Rossi" <mario.rossi@x.it>'], { from: 'MARIO.ROSSI', displayFrom: 'MARIO ROSSI' }],
    [['From: b@x, a@x'], { from: 'B', displayFrom: 'B@X' }],
    [['To: amici: a@x, b@x;'], { to: 'AMICI', displayTo: 'AMICI' }],
    [['Cc: =?utf-8?q?Nicol=C3=B2?= <n@x>'], { cc: 'N' }],
    [['To: =?utf-8?q?Nicol=C3=B2?= <n@x>'], { to: 'N', displayTo: 'NICOLO\u0300' }],
    [['To: "" <n@x>'], { displayTo: 'N@X' }],
    [[], { from: '', to: '', cc: '', displayFrom: '', displayTo: '', sentAt: undefined, baseSubject: '' }],
    [['Subject: Re: ciao'], { baseSubject: 'CIAO', isReply: true }],
    [['Date: Tue, 3 Feb 2026 00:30:00 +0100'], { sentAt: Date.UTC(2026, 1, 2, 23, 30), sentDay: 20_487 }],
  ])('%j', (header, expected) => expect(sortOf(...header)).toMatchObject(expected))
})

describe('order', () => {
  const headers = [
    ['Subject: b', 'From: x@x', 'Date: Tue, 3 Feb 2026 10:00:00 +0000'],
    ['Subject: Re: A', 'From: Y@x', 'Date: Tue, 3 Feb 2026 10:30:00 +0100'],
    ['Subject: a', 'From: x@x'],
    ['Subject: C', 'From: W@x', 'Date: Mon, 2 Feb 2026 10:00:00 +0000'],
  ]
  const facts = headers.map((header) => sortOf(...header))
  const received = [4, 3, Date.UTC(2026, 1, 3, 9, 45), 1]
  const sizes = [10, 30, 10, 20]
  const view = {
    sort: (index: number) => facts[index]!,
    receivedAt: (index: number) => received[index]!,
    sizeBytes: (index: number) => sizes[index]!,
  }
  const by = (text: string): SortCriterion[] =>
    text.split(' ').map((key) => ({ key: key.replace('-', '') as SortCriterion['key'], reverse: key.startsWith('-') }))

  test.each([
    ['subject', [1, 2, 0, 3]],
    ['-subject', [3, 0, 1, 2]],
    ['from', [3, 0, 2, 1]],
    ['from subject', [3, 2, 0, 1]],
    ['from -subject', [3, 0, 2, 1]],
    // Without Date, INTERNALDATE; zones count.
    ['date', [3, 1, 2, 0]],
    ['arrival', [3, 1, 0, 2]],
    ['size', [0, 2, 3, 1]],
    // The sequence number is not reversed.
    ['-size', [1, 3, 0, 2]],
    ['displayFrom', [3, 0, 2, 1]],
  ])('%s', (keys, expected) => expect(sortIndexes([3, 2, 1, 0], by(keys), view)).toEqual(expected))

  test('only what is asked needs facts', () => {
    expect(sortNeedsFacts(by('-size arrival'))).toBe(false)
    expect(sortNeedsFacts(by('size date'))).toBe(true)
  })
})
