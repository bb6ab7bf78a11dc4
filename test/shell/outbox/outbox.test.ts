// The outbox on a real database: claims, leases, back-off, lanes, and the jobs of a node that died.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { HOUR, MINUTE, SECOND } from '../../../src/core/lib/instant.ts'
import { timestamp } from '../../../src/shell/db/pool.ts'
import {
  backOff,
  isWaiting,
  type Job,
  type Outbox,
  type OutboxOptions,
  openOutbox,
  queueDepths,
  releaseLeases,
} from '../../../src/shell/outbox/outbox.ts'
import type { JobKind } from '../../../src/shell/pec/changes.ts'
import { type TestDatabase, testDatabase } from '../db/support.ts'

let it: TestDatabase
let now: number
const clock = { now: () => now }
const opened: Outbox[] = []

beforeAll(async () => {
  it = await testDatabase()
})
afterAll(() => it.drop())
beforeEach(async () => {
  now = Date.UTC(2026, 10, 23, 10)
  await Promise.all(opened.splice(0).map((outbox) => outbox.stop()))
  await it.db.query('test-clear', 'delete from outbox')
})

const put = async (
  more: { kind?: JobKind; dueAt?: number; payload?: unknown; node?: string } = {},
): Promise<string> => {
  const id = randomUUID()
  await it.db.query(
    'test-put',
    `insert into outbox (id, kind, payload, due_at, created_at, lease_owner, leased_until)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [
      id,
      more.kind ?? 'arrive',
      JSON.stringify(more.payload ?? {}),
      timestamp(more.dueAt ?? now),
      timestamp(now),
      more.node ?? null,
      more.node ? timestamp(now + 5 * MINUTE) : null,
    ],
  )
  return id
}
const remove = (id: string) => it.db.query('test-remove', 'delete from outbox where id = $1', [id])
type Row = {
  attempts: number
  due_at: number
  lease_owner: string | null
  leased_until: number | null
  last_error: string | null
}
const row = async (id: string): Promise<Row> =>
  (
    await it.db.query<Row>(
      'test-row',
      'select attempts, due_at, lease_owner, leased_until, last_error from outbox where id = $1',
      [id],
    )
  )[0]!

/** An outbox whose handlers are all the same one; by default it finishes the job. */
const open = (handler: (job: Job) => Promise<unknown> = (job) => remove(job.id), more: Partial<OutboxOptions> = {}) => {
  const handle = async (job: Job): Promise<void> => void (await handler(job))
  const outbox = openOutbox({
    db: it.db,
    clock,
    node: 'a',
    leaseMs: 5 * MINUTE,
    handlers: { arrive: handle, transfer: handle, timeout: handle },
    onError: () => {},
    concurrency: { arrive: 64, transfer: 64, timeout: 64 },
    pollMs: 60_000,
    ...more,
  })
  opened.push(outbox)
  return outbox
}
/** A handler that notes what it is given and holds every job until it is let go. */
const gate = () => {
  const begun: Job[] = []
  let open!: () => void
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  const handler = async (job: Job): Promise<void> => {
    begun.push(job)
    await opened
    await remove(job.id)
  }
  return { begun, open, handler }
}

test('due jobs are run, those of later are not', async () => {
  const ran: unknown[] = []
  const outbox = open(async (job) => {
    ran.push(job.payload)
    await remove(job.id)
  })
  for (let i = 0; i < 45; i++) await put({ payload: { i } })
  await put({ dueAt: now + 1, payload: 'later' })
  expect(await outbox.runDue()).toBe(45)
  expect(ran).toHaveLength(45)
  now += 1
  expect(await outbox.runDue()).toBe(1)
  expect(ran.at(-1)).toBe('later')
})

describe('back-off', () => {
  test('10 s, doubled each time, an hour at the most', () => {
    expect([0, 1, 2, 8, 9, 1000].map(backOff)).toEqual([10, 20, 40, 2560, 3600, 3600].map((s) => s * SECOND))
  })
  test('a job that fails waits, frees its lease and says why; it comes again with its attempts counted', async () => {
    const attempts: number[] = []
    const errors: unknown[] = []
    const failure = new Error('no\0 answer')
    const outbox = open(
      async (job) => {
        attempts.push(job.attempts)
        throw failure
      },
      { onError: (_, error) => errors.push(error) },
    )
    const id = await put()
    await outbox.runDue()
    expect(await row(id)).toEqual({
      attempts: 1,
      due_at: now + 10 * SECOND,
      lease_owner: null,
      leased_until: null,
      last_error: 'no answer',
    })
    now += 10 * SECOND
    await outbox.runDue()
    expect((await row(id)).due_at).toBe(now + 20 * SECOND)
    expect(attempts).toEqual([0, 1])
    expect(errors).toEqual([failure, failure])
  })
  test('a handler that throws before it waits is put off too', async () => {
    const boom = () => {
      throw new Error('at once')
    }
    const outbox = open(undefined, { handlers: { arrive: boom, transfer: boom, timeout: boom } })
    const id = await put()
    await outbox.runDue()
    expect((await row(id)).last_error).toBe('at once')
  })
})

describe('leases', () => {
  test('two nodes never run the same job', async () => {
    const ran: string[] = []
    const handler = async (job: Job) => {
      ran.push(job.id)
      await remove(job.id)
    }
    for (let i = 0; i < 60; i++) await put()
    await Promise.all(['a', 'b', 'c'].map((node) => open(handler, { node }).runDue()))
    expect(ran).toHaveLength(60)
    expect(new Set(ran).size).toBe(60)
  })
  test('a dead node’s jobs come free when the lease ends, not before', async () => {
    const id = await put({ node: 'dead' })
    const outbox = open()
    now += 5 * MINUTE
    expect(await outbox.runDue()).toBe(0)
    now += 1
    expect(await outbox.runDue()).toBe(1)
    expect(await isWaiting(it.db, id)).toBe(false)
  })
  test('a node that comes back frees its own at once, and nobody else’s', async () => {
    const [mine, other] = [await put({ node: 'a' }), await put({ node: 'b' })]
    await releaseLeases(it.db, 'a')
    expect(await open().runDue()).toBe(1)
    expect(await isWaiting(it.db, mine)).toBe(false)
    expect((await row(other)).lease_owner).toBe('b')
  })
  test('a job that runs for longer than its lease is not run again beside itself', async () => {
    const held = gate()
    const outbox = open(held.handler)
    const id = await put()
    const first = outbox.runDue()
    await expect.poll(() => held.begun.length).toBe(1)
    now += 6 * MINUTE
    const second = outbox.runDue()
    await expect.poll(async () => (await row(id)).leased_until).toBe(now + 5 * MINUTE)
    expect(held.begun).toHaveLength(1)
    held.open()
    await Promise.all([first, second])
    expect(held.begun).toHaveLength(1)
  })
  test('the lease of what still runs is renewed before it ends', async () => {
    const held = gate()
    const outbox = open(held.handler, { pollMs: 5 })
    const id = await put()
    outbox.start()
    await expect.poll(() => held.begun.length).toBe(1)
    now += 2 * MINUTE
    await expect.poll(async () => (await row(id)).leased_until).toBe(now + 5 * MINUTE)
    held.open()
    await outbox.idle()
  })
  test('who lost the lease does not put the job off from under who has it', async () => {
    const id = await put()
    const outbox = open(async () => {
      await it.db.query('test-steal', `update outbox set lease_owner = 'b' where id = $1`, [id])
      throw new Error('too late')
    })
    await outbox.runDue()
    expect(await row(id)).toMatchObject({ lease_owner: 'b', attempts: 0, last_error: null })
  })
})

describe('adopted jobs', () => {
  const adopted = (id: string) => ({ id, kind: 'arrive', payload: { a: 1 }, dueAt: now, leased: true }) as const
  test('run at once, without the database being asked for them; twice adopted, once run', async () => {
    const held = gate()
    const outbox = open(held.handler)
    outbox.start()
    const id = await put({ node: 'a' })
    outbox.adopt(adopted(id))
    outbox.adopt(adopted(id))
    expect(held.begun).toEqual([{ id, kind: 'arrive', payload: { a: 1 }, attempts: 0 }])
    held.open()
    await outbox.idle()
    expect(held.begun).toHaveLength(1)
    expect(await isWaiting(it.db, id)).toBe(false)
  })
  test('a node that stands still takes none', async () => {
    const held = gate()
    const outbox = open(held.handler)
    expect(outbox.hasRoom('arrive')).toBe(false)
    outbox.adopt(adopted(await put({ node: 'a' })))
    expect(held.begun).toEqual([])
    outbox.start()
    expect(outbox.hasRoom('arrive')).toBe(true)
  })
  test('stopping waits for what runs and begins nothing more; what waited is still there', async () => {
    const held = gate()
    const outbox = open(held.handler, { concurrency: { arrive: 1, transfer: 1, timeout: 1 } })
    outbox.start()
    const ids = [await put({ node: 'a' }), await put({ node: 'a' })]
    for (const id of ids) outbox.adopt(adopted(id))
    const stopped = outbox.stop()
    held.open()
    await stopped
    expect(held.begun).toHaveLength(1)
    expect(await Promise.all(ids.map((id) => isWaiting(it.db, id)))).toEqual([false, true])
  })
})

describe('lanes', () => {
  test('a domain that does not answer holds up neither other domains nor other kinds', async () => {
    const held = gate()
    const ran: unknown[] = []
    const outbox = open(
      async (job) => {
        if (job.payload === 'mute') return held.handler(job)
        ran.push(job.payload)
        await remove(job.id)
      },
      {
        concurrency: { arrive: 1, transfer: 3, timeout: 1 },
        laneOf: (job) => `${job.kind} ${job.payload}`,
        perLane: 2,
      },
    )
    for (let i = 0; i < 30; i++) await put({ kind: 'transfer', payload: 'mute', dueAt: now - 1 })
    for (const payload of ['x', 'y', 'z']) await put({ kind: 'transfer', payload })
    await put({ kind: 'arrive', payload: 'here' })
    const all = outbox.runDue()
    await expect.poll(() => ran.toSorted()).toEqual(['here', 'x', 'y', 'z'])
    expect(held.begun).toHaveLength(2)
    held.open()
    expect(await all).toBe(34)
  })
  test('take turns: who has much to do waits behind who has little', async () => {
    const held = gate()
    const outbox = open(held.handler, {
      concurrency: { arrive: 1, transfer: 1, timeout: 1 },
      laneOf: (job) => String(job.payload),
    })
    outbox.start()
    for (const payload of ['x', 'x', 'x', 'x', 'y', 'z']) {
      const id = await put({ node: 'a', payload })
      outbox.adopt({ id, kind: 'transfer', payload, dueAt: now, leased: true })
    }
    held.open()
    await outbox.idle()
    expect(held.begun.map((job) => job.payload)).toEqual(['x', 'x', 'y', 'z', 'x', 'x'])
  })
})

test('what waits is told by kind, with its age', async () => {
  await put({ dueAt: now - HOUR })
  await put()
  await put({ kind: 'timeout', dueAt: now + HOUR })
  expect(await queueDepths(it.db, clock)).toEqual([{ kind: 'arrive', waiting: 2, oldestAgeSeconds: 3600 }])
})
