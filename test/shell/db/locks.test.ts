// Locks across processes: who has one, and who gets it when the other has gone in whatever way.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Fault } from '../../../src/core/lib/refusal.ts'
import { type Locks, openLocks } from '../../../src/shell/db/locks.ts'
import { type TestDatabase, testDatabase } from './support.ts'

let database: TestDatabase
const opened: Locks[] = []
/** One process's locks. */
const node = (): Locks => {
  const locks = openLocks(database.url)
  opened.push(locks)
  return locks
}
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(async () => {
  for (const locks of opened) await locks.close()
  await database.drop()
})

const cutOff = () =>
  database.db.query(
    'cut-off',
    `select pg_terminate_backend(pid) from pg_stat_activity
     where application_name = 'ceralacca locks' and datname = current_database()`,
  )

describe('a lock', () => {
  it('is of one, in this process and in others, until it is given back', async () => {
    const [here, there] = [node(), node()]
    const held = (await here.take(1, 7))!
    expect(await here.take(1, 7)).toBeUndefined()
    expect(await there.take(1, 7)).toBeUndefined()
    expect(await there.take(1, 8)).toBeDefined()
    expect(await there.take(2, 7)).toBeDefined()
    expect(held.isHeld()).toBe(true)
    await held.release()
    await held.release()
    expect(await there.take(1, 7)).toBeDefined()
    expect(await here.take(1, 7)).toBeUndefined()
  })
  it('two who ask at once do not both get it', async () => {
    const here = node()
    const both = await Promise.all([here.take(1, 20), here.take(1, 20)])
    expect(both.filter((one) => one !== undefined)).toHaveLength(1)
  })
  it('is free when its process has gone', async () => {
    const [here, there] = [node(), node()]
    await here.take(1, 30)
    await here.close()
    expect(await here.take(1, 31)).toBeUndefined()
    let got = await there.take(1, 30)
    // The server ends the session a moment after its connection.
    while (!got) got = await there.take(1, 30)
    expect(got.isHeld()).toBe(true)
  })
  it('is told to be lost with its connection, and can be had again', async () => {
    const here = node()
    const held = (await here.take(1, 40))!
    await cutOff()
    while (held.isHeld()) await new Promise((resolve) => setImmediate(resolve))
    await held.release()
    const again = (await here.take(1, 40))!
    expect(again.isHeld()).toBe(true)
    // What is left of the first one does nothing to the second.
    await held.release()
    expect(await node().take(1, 40)).toBeUndefined()
  })
  it('is a fault where the database is away, and nobody’s', async () => {
    const away = openLocks('postgres://127.0.0.1:1/none')
    opened.push(away)
    await expect(away.take(1, 1)).rejects.toThrow(Fault)
    await expect(away.take(1, 1)).rejects.toThrow(Fault)
  })
})
