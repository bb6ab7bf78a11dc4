// kill -9 while eight workers buy and undo: no gap, nothing halved, nothing lost of what was acknowledged.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../db/support.ts'
import { check } from './check.ts'
import { type Case, makeCase, makeConvention, makeOrder } from './support.ts'

const ROUNDS = 2
const CASES = 32

let it: TestDatabase
const now = Date.UTC(2026, 10, 23, 10)
let orderId: number
let conventionId: number

beforeAll(async () => {
  it = await testDatabase()
  orderId = await makeOrder(it.db, now)
  conventionId = await makeConvention(it.db, orderId, now)
})
afterAll(() => it.drop())

/** Lets the child work until it has said so many commits, then kills it: what it had said by then. */
const runAndKill = async (cases: readonly Case[], afterLines: number): Promise<readonly string[]> => {
  const child = spawn(
    process.execPath,
    [new URL('crashing-child.ts', import.meta.url).pathname, it.url, JSON.stringify(cases)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const said: string[] = []
  const exited = once(child, 'exit')
  for await (const line of createInterface({ input: child.stdout })) {
    said.push(line)
    if (said.length === afterLines) child.kill('SIGKILL')
  }
  const [, signal] = await exited
  expect(signal).toBe('SIGKILL')
  return said
}

test('numbers after kill -9', { timeout: 120_000 }, async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const cases = await Promise.all(Array.from({ length: CASES }, () => makeCase(it.db, orderId, conventionId, now)))
    const said = await runAndKill(cases, 5 + 23 * round)
    // what the killed process had open is over once its rows of numbers can be locked
    await it.db.query('test-wait', 'select 1 from invoice_series for update')
    await check(it.db)
    for (const line of said) {
      const [word, enrolmentId] = line.split(' ')
      const [purchase] = await it.db.query<{ state: string }>(
        'test-said',
        'select state from purchase where enrolment_id = $1',
        [enrolmentId],
      )
      expect(['reversed', ...(word === 'bought' ? ['invoiced'] : [])]).toContain(purchase?.state)
    }
  }
})
