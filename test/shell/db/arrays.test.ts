// Arrays as text: whatever goes in comes back from PostgreSQL as it was.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { arrayText } from '../../../src/shell/db/arrays.ts'
import { type TestDatabase, testDatabase } from './support.ts'

let it: TestDatabase
beforeAll(async () => {
  it = await testDatabase({ empty: true })
})
afterAll(() => it.drop())

const back = async (type: string, list: readonly unknown[]): Promise<unknown> =>
  (await it.db.query<{ v: unknown }>(`back ${type}`, `select $1::${type}[] as v`, [list]))[0]?.v

test.each([
  ['plain', ['a', 'b c']],
  ['nothing', []],
  ['null, and its name', [null, 'NULL', 'null', '']],
  ['what arrays are made of', ['{', '}', ',', '{a,b}', ' ', '\t', '\r\n']],
  ['quotes and backslashes', ['"', '\\', '\\"', '"\\\\"', '\\n', "'"]],
  ['letters beyond ASCII', ['è', '€', '𝄞']],
])('%s', async (_name, list) => {
  expect(await back('text', list)).toEqual(list)
})

test('numbers and booleans', async () => {
  expect(await back('int8', [0, -1, 2 ** 53 - 1])).toEqual([0, -1, 2 ** 53 - 1])
  expect(await back('int4', [7, null])).toEqual([7, null])
  expect(await back('boolean', [true, false, undefined])).toEqual([true, false, null])
})

test('bytes, dates and lists in lists are left to pg', async () => {
  expect(arrayText([new Uint8Array(1)])).toBeUndefined()
  expect(arrayText([new Date(0)])).toBeUndefined()
  expect(arrayText([['a']])).toBeUndefined()
  expect(await back('bytea', [Uint8Array.of(0, 92, 255)])).toEqual([Buffer.of(0, 92, 255)])
})
