// Sets of numbers against a folder: `*`, ends in either order, overlaps, gaps, and ranges that nobody may spell out.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countRuns, indexesBySequence, indexesByUid, inRuns, toRuns } from '../../../../src/core/mail/imap/sets.ts'
import type { NumberRange, NumberSet } from '../../../../src/core/mail/query.ts'

const set = (...pairs: readonly (readonly [NumberRange['from'], NumberRange['to']])[]): NumberSet => ({
  kind: 'ranges',
  ranges: pairs.map(([from, to]) => ({ from, to })),
})
const SAVED: NumberSet = { kind: 'saved' }
// Room behind the last, as the store's arrays have it.
const FOLDER = { uids: Uint32Array.of(2, 5, 6, 9, 99), count: 4, saved: [5, 7, 9] }
const EMPTY = { uids: [], count: 0, saved: [] }

describe('uids', () => {
  it.each([
    ['5', set([5, 5]), [1]],
    ['3:6', set([3, 6]), [1, 2]],
    ['6:3', set([6, 3]), [1, 2]],
    ['*', set(['*', '*']), [3]],
    ['1:*', set([1, '*']), [0, 1, 2, 3]],
    // RFC 9051 §6.4.9: the last message is in it even though its uid is less than 500.
    ['500:*', set([500, '*']), [3]],
    ['*:500', set(['*', 500]), [3]],
    ['3', set([3, 3]), []],
    ['99', set([99, 99]), []],
    ['1:4294967295', set([1, 4294967295]), [0, 1, 2, 3]],
    ['9,2,2:5', set([9, 9], [2, 2], [2, 5]), [0, 1, 3]],
    ['$', SAVED, [1, 3]],
  ])('%s', (_name, wanted, indexes) => expect([...indexesByUid(wanted, FOLDER)]).toEqual(indexes))

  it.each([set([1, '*']), set(['*', '*']), set([1, 5]), SAVED])('of an empty folder: none', (wanted) => {
    expect([...indexesByUid(wanted, EMPTY)]).toEqual([])
  })
})

describe('sequence numbers', () => {
  it.each([
    ['1', set([1, 1]), [0], false],
    ['2:3', set([2, 3]), [1, 2], false],
    ['3:2,1', set([3, 2], [1, 1]), [0, 1, 2], false],
    ['*', set(['*', '*']), [3], false],
    ['9:*', set([9, '*']), [3], false],
    ['5', set([5, 5]), [], true],
    ['3:7', set([3, 7]), [2, 3], true],
    ['1:4294967295', set([1, 4294967295]), [0, 1, 2, 3], true],
    ['$', SAVED, [1, 3], false],
  ])('%s', (_name, wanted, indexes, beyond) => {
    const found = indexesBySequence(wanted, FOLDER)
    expect([[...found.indexes], found.beyond]).toEqual([indexes, beyond])
  })

  it('of an empty folder are all beyond it', () => {
    expect(indexesBySequence(set([1, '*']), EMPTY)).toEqual({ indexes: new Uint32Array(), beyond: true })
  })
})

describe('any set', () => {
  const end = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constant('*' as const), fc.constant(4_294_967_295))
  const ranges = fc.array(fc.record({ from: end, to: end }), { minLength: 1, maxLength: 8 })
  const uids = fc.uniqueArray(fc.integer({ min: 1, max: 40 })).map((all) => all.sort((a, b) => a - b))
  const has = (wanted: readonly NumberRange[], highest: number, number: number) =>
    wanted.some(({ from, to }) => {
      const [a, b] = [from === '*' ? highest : from, to === '*' ? highest : to]
      return number >= Math.min(a, b) && number <= Math.max(a, b)
    })

  it('has the messages that the RFC says', () => {
    fc.assert(
      fc.property(ranges, uids, (wanted, all) => {
        const query: NumberSet = { kind: 'ranges', ranges: wanted }
        const highest = all.at(-1) ?? 0
        const folder = { uids: all, count: all.length, saved: [] }
        const byUid = all.flatMap((uid, i) => (has(wanted, highest, uid) ? [i] : []))
        expect([...indexesByUid(query, folder)]).toEqual(byUid)
        const bySequence = all.flatMap((_, i) => (has(wanted, all.length, i + 1) ? [i] : []))
        expect([...indexesBySequence(query, folder).indexes]).toEqual(bySequence)
      }),
    )
  })

  it('becomes runs that ascend, apart, with the same numbers', () => {
    fc.assert(
      fc.property(ranges, fc.integer({ min: 1, max: 40 }), (wanted, highest) => {
        const runs = toRuns({ kind: 'ranges', ranges: wanted }, highest)
        runs.forEach(({ from, to }, i) => {
          expect(to).toBeGreaterThanOrEqual(from)
          if (i > 0) expect(from).toBeGreaterThan(runs[i - 1]!.to + 1)
        })
        for (let number = 1; number <= 42; number++) expect(inRuns(runs, number)).toBe(has(wanted, highest, number))
        expect(inRuns(runs, 4_294_967_295)).toBe(has(wanted, highest, 4_294_967_295))
      }),
    )
    expect(countRuns(toRuns(set([1, 3], [7, 7], [2, 2]), 9))).toBe(4)
  })
})
