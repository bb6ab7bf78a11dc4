// Tables of the life of a box: which events it takes, and when its term ends.
import { describe, expect, test } from 'vitest'
import { termEnd, termMachine } from '../../../src/core/mailbox/term.ts'

describe('the end of a term', () => {
  test.each([
    ['three years', '2026-03-09T09:00:00Z', 36, '2029-03-09T22:59:59Z'],
    ['in summer time', '2026-07-01T09:00:00Z', 36, '2029-07-01T21:59:59Z'],
    ['an hour after midnight in Italy is that day', '2026-03-08T23:30:00Z', 36, '2029-03-09T22:59:59Z'],
    ['no such day', '2028-02-29T09:00:00Z', 36, '2031-02-28T22:59:59Z'],
    ['a month', '2026-01-31T09:00:00Z', 1, '2026-02-28T22:59:59Z'],
  ])('%s', (_, from, months, end) => {
    expect(new Date(termEnd(Date.parse(from), months)).toISOString()).toBe(`${end.slice(0, -1)}.000Z`)
  })
})

describe('the machine', () => {
  test.each([
    ['active', 'expire', 'expired'],
    ['expired', 'renew', 'active'],
    ['expired', 'suspend', undefined],
    ['closed', 'renew', undefined],
    ['closed', 'purge', 'purged'],
    ['purged', 'resume', undefined],
  ] as const)('%s, %s: %s', (state, event, next) => {
    expect(termMachine.next(state, event)).toBe(next)
  })
})
