// kill -9 while boxes are made: what was said to be made is whole, what was not is not there, and the next run makes the rest.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { provisionBox, putProvision } from '../../../../src/shell/enrolment/decide/provision.ts'
import { releaseLeases } from '../../../../src/shell/outbox/outbox.ts'
import { type TestOffice, testOffice } from '../../../support/office.ts'
import { expectNothingWrong } from './never.ts'
import { makeCase, makeConvention } from './support.ts'

const CASES = 60
let office: TestOffice
beforeAll(async () => {
  office = await testOffice()
})
afterAll(() => office.stop())

/** Lets a process make boxes until it has said so many, then kills it. */
const runAndKill = async (afterLines: number): Promise<readonly string[]> => {
  const child = spawn(
    process.execPath,
    [
      new URL('killed-child.ts', import.meta.url).pathname,
      office.database.url,
      String(office.clock.now()),
      String(afterLines),
    ],
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

const active = async (): Promise<readonly string[]> =>
  (await office.db.query<{ id: string }>('test-active', `select id from enrolment where state = 'active'`)).map(
    ({ id }) => id,
  )

test('boxes after kill -9', { timeout: 120_000 }, async () => {
  const now = office.clock.now()
  const convention = await makeConvention(office.db, now)
  for (let n = 0; n < CASES; n++) {
    const one = await makeCase(office.db, convention, now, { fiscalCode: `KILLED-${n}`, state: 'approved' })
    await office.db.tx(async (tx) => putProvision(tx, one.id, now))
  }
  for (const afterLines of [3, 17]) {
    const said = await runAndKill(afterLines)
    // what the killed process had open is over once its rows can be locked
    await office.db.query('test-wait', 'select 1 from enrolment for update')
    await expectNothingWrong(office.db)
    expect(await active()).toEqual(expect.arrayContaining([...said]))
  }
  await releaseLeases(office.db, 'child')
  await office.outbox({ provision: (job) => provisionBox(office, job) }).runDue()
  expect(office.failures).toEqual([])
  expect(await active()).toHaveLength(CASES)
  await expectNothingWrong(office.db)
})
