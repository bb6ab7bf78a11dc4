// THREAD: RFC 5256 §3 step by step, and whatever messages may refer to.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { baseSubject } from '../../../src/core/mail/subject.ts'
import { type Thread, type ThreadView, threadIndexes } from '../../../src/core/mail/thread.ts'

type Message = {
  readonly id?: string
  readonly refs?: readonly string[]
  readonly subject?: string
  /** Sent at. */
  readonly at?: number
}

const viewOf = (messages: readonly Message[]): ThreadView => {
  const sort = messages.map(({ subject = '', at }) => {
    const { base, isReply } = baseSubject(subject)
    const rest = { sentDay: undefined, from: '', to: '', cc: '', displayFrom: '', displayTo: '' }
    return { sentAt: at, baseSubject: base, isReply, ...rest }
  })
  return {
    sort: (index) => sort[index]!,
    receivedAt: (index) => index,
    messageId: (index) => messages[index]!.id,
    references: (index) => messages[index]!.refs ?? [],
  }
}

/** As THREAD tells it, in sequence numbers. */
const print = ({ number, children }: Thread): string => {
  const rest = children.length === 1 && number !== undefined ? inner(children[0]!) : children.map(print).join('')
  return `(${number ?? ''}${number !== undefined && rest !== '' ? ' ' : ''}${rest})`
}
const inner = (thread: Thread): string => print(thread).slice(1, -1)

const threads = (messages: readonly Message[], algorithm: 'references' | 'orderedSubject' = 'references'): Thread[] =>
  threadIndexes(
    messages.map((_, index) => index),
    algorithm,
    viewOf(messages),
    (index) => index + 1,
  )
const told = (messages: readonly Message[], algorithm?: 'references' | 'orderedSubject'): string =>
  threads(messages, algorithm).map(print).join('')

describe('REFERENCES (RFC 5256 §3)', () => {
  test.each<readonly [string, readonly Message[], string]>([
    ['no messages', [], ''],
    ['no identifiers', [{}, {}], '(1)(2)'],
    ['a chain', [{ id: 'a' }, { id: 'b', refs: ['a'] }, { id: 'c', refs: ['a', 'b'] }], '(1 2 3)'],
    ['a chain, the last first', [{ id: 'c', refs: ['a', 'b'] }, { id: 'b', refs: ['a'] }, { id: 'a' }], '(3 2 1)'],
    ['two answers', [{ id: 'a' }, { id: 'b', refs: ['a'] }, { id: 'c', refs: ['a'] }], '(1 (2)(3))'],
    [
      'by date, not by number',
      [{ id: 'a' }, { id: 'b', refs: ['a'], at: 9 }, { id: 'c', refs: ['a'], at: 8 }],
      '(1 (3)(2))',
    ],
    // 1.A: links that are there stay; a message's own last reference counts more (1.B).
    [
      'a reference left out by one',
      [{ id: 'a' }, { id: 'b', refs: ['a'] }, { id: 'c', refs: ['b'] }, { id: 'd', refs: ['a', 'c'] }],
      '(1 2 3 4)',
    ],
    [
      'the message knows its parent best',
      [{ id: 'd', refs: ['a', 'c'] }, { id: 'a' }, { id: 'b', refs: ['a'] }, { id: 'c', refs: ['a', 'b'] }],
      '(2 3 4 1)',
    ],
    [
      'a message without references has no parent',
      [{ id: 'c', refs: ['a', 'b'] }, { id: 'b' }, { id: 'a' }],
      '(2 1)(3)',
    ],
    ['the second with one Message-ID is on its own', [{ id: 'a' }, { id: 'a' }, { id: 'b', refs: ['a'] }], '(1 3)(2)'],
    // Loops are not closed.
    ['a loop of one', [{ id: 'a', refs: ['a'] }], '(1)'],
    [
      'a loop of two',
      [
        { id: 'a', refs: ['b'] },
        { id: 'b', refs: ['a'] },
      ],
      '(2 1)',
    ],
    [
      'a loop of three',
      [
        { id: 'a', refs: ['c'] },
        { id: 'b', refs: ['a'] },
        { id: 'c', refs: ['b'] },
      ],
      '(3 1 2)',
    ],
    // 3: dummies.
    ['a dummy without children', [{ id: 'a' }, { id: 'c', refs: ['a', 'gone'] }], '(1 2)'],
    ['a dummy at the root with one child', [{ id: 'b', refs: ['gone'] }], '(1)'],
    [
      'a dummy at the root with two',
      [
        { id: 'b', refs: ['gone'] },
        { id: 'c', refs: ['gone'] },
      ],
      '((1)(2))',
    ],
    [
      'dummies above dummies',
      [
        { id: 'b', refs: ['g1', 'g2'] },
        { id: 'c', refs: ['g1', 'g3'] },
      ],
      '((1)(2))',
    ],
    ['a dummy within, its children go up', [{ id: 'a' }, { refs: ['a', 'g'] }, { refs: ['a', 'g'] }], '(1 (2)(3))'],
    // 4: by date; a dummy by its first child.
    ['the root by date', [{ at: 3 }, { at: 1 }, { at: 2 }], '(2)(3)(1)'],
    ['a dummy by its first child', [{ at: 5, refs: ['g'] }, { at: 1, refs: ['g'] }, { at: 3 }], '((2)(1))(3)'],
    // 5: subjects.
    ['a reply without references', [{ subject: 'x' }, { subject: 'Re: x' }], '(1 2)'],
    ['a reply that is older', [{ subject: 'Re: x' }, { subject: 'x' }], '(2 1)'],
    ['two that are no replies', [{ subject: 'x' }, { subject: 'X' }], '((1)(2))'],
    ['two replies', [{ subject: 'Re: x' }, { subject: 'Fwd: x' }], '((1)(2))'],
    ['empty subjects are not one', [{ subject: '' }, { subject: 'Re:' }], '(1)(2)'],
    ['a third joins the dummy', [{ subject: 'x' }, { subject: 'x' }, { subject: 'x' }], '((1)(2)(3))'],
    [
      'a dummy takes a message',
      [
        { subject: 'Re: x', refs: ['g'] },
        { subject: 'Re: x', refs: ['g'] },
        { subject: 'x', at: 100 },
      ],
      '((1)(2)(3))',
    ],
    [
      'two dummies are one',
      [
        { subject: 'Re: x', refs: ['g'] },
        { subject: 'x', refs: ['g'] },
        { subject: 'Re: x', refs: ['h'] },
        { subject: 'x', refs: ['h'] },
      ],
      '((1)(2)(3)(4))',
    ],
    [
      'whole threads are merged',
      [
        { id: 'a', subject: 'x' },
        { refs: ['a'], subject: 'Re: x' },
        { id: 'b', subject: 'Re: x' },
        { refs: ['b'], subject: 'y' },
      ],
      '(1 (2)(3 4))',
    ],
    // 6: siblings by date at all levels.
    [
      'grandchildren by date',
      [{ id: 'a' }, { id: 'b', refs: ['a'] }, { at: 9, refs: ['a', 'b'] }, { at: 8, refs: ['a', 'b'] }],
      '(1 2 (4)(3))',
    ],
  ])('%s', (_, messages, expected) => expect(told(messages)).toBe(expected))

  test('messages that are not asked for are as if they were not there', () => {
    const messages = [{ id: 'a' }, { id: 'b', refs: ['a'] }, { id: 'c', refs: ['a', 'b'] }]
    const found = threadIndexes([0, 2], 'references', viewOf(messages), (index) => index + 100)
    expect(found.map(print).join('')).toBe('(100 102)')
  })
})

describe('ORDEREDSUBJECT (RFC 5256 §3)', () => {
  test.each<readonly [string, readonly Message[], string]>([
    ['one thread a subject', [{ subject: 'b' }, { subject: 'a' }, { subject: 'Re: b' }], '(1 3)(2)'],
    [
      'all are answers to the first',
      [
        { subject: 'x', at: 3 },
        { subject: 'x', at: 1 },
        { subject: 'x', at: 2 },
      ],
      '(2 (3)(1))',
    ],
    [
      'threads by the date of their first',
      [
        { subject: 'a', at: 5 },
        { subject: 'b', at: 4 },
      ],
      '(2)(1)',
    ],
    ['no subject is a subject', [{}, {}], '(1 2)'],
  ])('%s', (_, messages, expected) => expect(told(messages, 'orderedSubject')).toBe(expected))
})

/** Every message once. */
const numbers = (found: readonly Thread[]): number[] => {
  const all: Thread[] = [...found]
  const out: number[] = []
  for (const { number, children } of all) {
    if (number !== undefined) out.push(number)
    for (const child of children) all.push(child)
  }
  return out.sort((a, b) => a - b)
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1)

test('any references give every message once, and dummies at the root only, with two children at least', () => {
  const id = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f')
  const message = fc.record(
    { id, refs: fc.array(id, { maxLength: 4 }), subject: fc.constantFrom('', 'x', 'Re: x', 'y'), at: fc.nat(3) },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(fc.array(message, { maxLength: 12 }), (messages) => {
      const found = threads(messages as Message[])
      expect(numbers(found)).toEqual(upTo(messages.length))
      const below = found.flatMap((thread) => thread.children)
      for (const thread of below) for (const child of thread.children) below.push(child)
      expect(below.every(({ number }) => number !== undefined)).toBe(true)
      expect(found.every(({ number, children }) => number !== undefined || children.length > 1)).toBe(true)
    }),
  )
})

describe('hostile references', () => {
  const COUNT = 10_000
  test.each<readonly [string, (i: number) => Message]>([
    ['a chain', (i) => ({ id: `m${i}`, refs: [`m${i - 1}`] })],
    ['a chain backwards', (i) => ({ id: `m${i}`, refs: [`m${i + 1}`] })],
    ['a loop through all', (i) => ({ id: `m${i}`, refs: [`m${(i + 1) % COUNT}`] })],
    ['all refer to the same hundred', (i) => ({ id: `m${i}`, refs: Array.from({ length: 100 }, (_, r) => `m${r}`) })],
    ['each to a hundred unknown', (i) => ({ id: `m${i}`, refs: Array.from({ length: 100 }, (_, r) => `u${i}.${r}`) })],
    ['dummies in a chain', (i) => ({ id: `m${i}`, refs: [`d${i}`, `d${i + 1}`] })],
    ['chains from the middle out', (i) => ({ id: `m${(i * 7_919) % COUNT}`, refs: [`m${((i * 7_919) % COUNT) - 1}`] })],
    [
      'deep trees tied to deep trees',
      (i) => ({ id: `m${i}`, refs: [`m${i - 1}`, `x${i}`, `m${i >> 1}`, `x${i - 1}`] }),
    ],
    ['one subject', (i) => ({ id: `m${i}`, subject: i % 2 ? 'x' : 'Re: x' })],
  ])('%s, ten thousand long', (_, message) => {
    const messages = Array.from({ length: COUNT }, (_, i) => message(i))
    expect(numbers(threads(messages)).length).toBe(COUNT)
  })
})
