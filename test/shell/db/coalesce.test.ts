// Reads that come together go as one, and each asker gets what was read after it asked.
import { describe, expect, it } from 'vitest'
import { coalesce } from '../../../src/shell/db/coalesce.ts'

/** A load that the test answers by hand. */
const byHand = () => {
  const asked: { keys: readonly string[]; answer: (values: Record<string, number>) => void; fail: () => void }[] = []
  const find = coalesce<string, number>(
    (keys) =>
      new Promise((resolve, reject) => {
        asked.push({
          keys,
          answer: (values) => resolve(new Map(Object.entries(values))),
          fail: () => reject(new Error('away')),
        })
      }),
  )
  return { asked, find }
}

describe('coalesce', () => {
  it('sends the first at once, and the next ones together behind it, each key once', async () => {
    const { asked, find } = byHand()
    const first = find(['a'])
    const second = find(['a', 'b'])
    const third = find(['b', 'c'])
    expect(asked.map((one) => one.keys)).toEqual([['a']])
    asked[0]!.answer({ a: 1 })
    expect((await first).get('a')).toBe(1)
    expect(asked.map((one) => one.keys)).toEqual([['a'], ['a', 'b', 'c']])
    asked[1]!.answer({ a: 2, b: 3 })
    expect((await second).get('a')).toBe(2)
    expect((await third).get('b')).toBe(3)
    expect((await third).has('c')).toBe(false)
  })

  it('a failed read fails those who shared it, and nobody after them', async () => {
    const { asked, find } = byHand()
    const first = find(['a'])
    const second = find(['b'])
    asked[0]!.fail()
    await expect(first).rejects.toThrow('away')
    asked[1]!.answer({ b: 1 })
    expect((await second).get('b')).toBe(1)
    const third = find(['c'])
    asked[2]!.answer({ c: 1 })
    expect((await third).get('c')).toBe(1)
  })

  it('reads no more than 500 keys at once, except for one asker who has more', async () => {
    const { asked, find } = byHand()
    const many = (n: number, name: string) => Array.from({ length: n }, (_, i) => `${name}${i}`)
    const asks = [find(['x']), find(many(600, 'a')), find(many(400, 'b')), find(many(200, 'c'))]
    for (const at of [0, 1, 2, 3]) {
      asked[at]!.answer({})
      await asks[at]
    }
    expect(asked.map((one) => one.keys.length)).toEqual([1, 600, 400, 200])
  })
})
