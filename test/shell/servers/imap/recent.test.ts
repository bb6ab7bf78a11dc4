// Which messages are \Recent to a session, by spans of uids.
import { expect, test } from 'vitest'
import { Recent } from '../../../../src/shell/servers/imap/recent.ts'

const uids = [1, 3, 4, 7, 8, 20]
const spans = (...given: readonly (readonly [number, number])[]): Recent => {
  const recent = new Recent()
  for (const [from, to] of given) recent.add(from, to)
  return recent
}

test.each<readonly [string, Recent, readonly number[]]>([
  ['none', spans(), []],
  ['an empty span', spans([4, 4]), []],
  ['to before the end of a span', spans([3, 8]), [3, 4, 7]],
  ['several spans', spans([1, 2], [7, 9]), [1, 7, 8]],
  ['spans that touch', spans([1, 4], [4, 5], [20, 21]), [1, 3, 4, 20]],
  ['spans that overlap, as of who only looks', spans([3, 5], [3, 8], [3, 21]), [3, 4, 7, 8, 20]],
])('%s', (_, recent, expected) => {
  expect(uids.filter((uid) => recent.has(uid))).toEqual(expected)
  expect(recent.countIn({ uids, count: uids.length })).toBe(expected.length)
})

test('only messages in use are counted', () => expect(spans([1, 21]).countIn({ uids, count: 2 })).toBe(2))
