// Statements, transactions, types and notifications against a real PostgreSQL.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Fault } from '../../../src/core/lib/refusal.ts'
import { bulkIds, isDuplicate, openDatabase, timestamp } from '../../../src/shell/db/pool.ts'
import { type TestDatabase, testDatabase } from './support.ts'

let it: TestDatabase
beforeAll(async () => {
  it = await testDatabase({ empty: true })
  await it.db.tx((tx) => tx.script('create table thing (id int primary key, note text)'))
})
afterAll(() => it.drop())

describe('many rows as bytes', () => {
  test('come as PostgreSQL writes them, in order, null as null', async () => {
    const rows = await it.db.bulk(
      "select x::int8, 'r' || x, null::text, decode('00ff', 'hex') from generate_series(1, 5000) x order by x",
    )
    expect(rows).toHaveLength(5_000)
    expect(rows.map((row) => Number(row[0]!.readBigInt64BE(0)))).toEqual(Array.from({ length: 5_000 }, (_, i) => i + 1))
    expect(rows[4_321]!.slice(1)).toEqual([Buffer.from('r4322'), null, Buffer.from([0, 255])])
  })
  test('none, and one larger than a packet', async () => {
    expect(await it.db.bulk('select 1 where false')).toEqual([])
    const [row] = await it.db.bulk("select convert_to(repeat('0123456789', 1000000), 'UTF8')")
    expect(row![0]!.equals(Buffer.from('0123456789'.repeat(1_000_000)))).toBe(true)
  })
  test('a wrong statement is told, and the next one goes on; many at once wait for their turn', async () => {
    await expect(it.db.bulk('select nonsense')).rejects.toThrow('nonsense')
    const all = await Promise.all(Array.from({ length: 20 }, (_, i) => it.db.bulk(`select ${i}::int4`)))
    expect(all.map(([row]) => row![0]!.readInt32BE(0))).toEqual(Array.from({ length: 20 }, (_, i) => i))
  })
  test('ids that are none do not get into the text', () => {
    expect(() => bulkIds(["x'; drop table thing; --"])).toThrow(TypeError)
    expect(bulkIds([])).toBe("'{}'::uuid[]")
  })
})

const put = 'insert into thing (id, note) values ($1, $2)'
const ids = async (): Promise<number[]> =>
  (await it.db.query<{ id: number }>('ids', 'select id from thing order by id')).map((row) => row.id)

describe('types', () => {
  const one = async (sql: string, values: unknown[] = []): Promise<unknown> => {
    const rows = await it.db.query<{ v: unknown }>(sql, `select ${sql} as v`, values)
    return rows[0]?.v
  }
  test.each([
    ['int8 is a number', '9007199254740991::int8', 9007199254740991],
    ['int8 beyond what is safe is a bigint', '9007199254740993::int8', 9007199254740993n],
    ['int8[] holds numbers', 'array[1,2]::int8[]', [1, 2]],
    ['an empty int8[]', 'array[]::int8[]', []],
    ['timestamptz is an instant', "timestamptz '2026-02-03 10:15:30.123+01'", Date.UTC(2026, 1, 3, 9, 15, 30, 123)],
    ['date is text', "date '2026-02-03'", '2026-02-03'],
    ['null', 'null::int8', null],
  ])('%s', async (_name, sql, value) => {
    expect(await one(sql)).toStrictEqual(value)
  })
  test('bytes go and come as they are, also a view into a larger buffer', async () => {
    const bytes = new Uint8Array([9, 0, 255, 92, 39, 9]).subarray(1, 5)
    expect([...((await one('$1::bytea', [bytes])) as Uint8Array)]).toEqual([0, 255, 92, 39])
  })
  test('an instant as a parameter', async () => {
    expect(await one('$1::timestamptz', [timestamp(1_700_000_000_123)])).toBe(1_700_000_000_123)
  })
  test('one name cannot mean two texts', async () => {
    await it.db.query('twice', 'select 1')
    expect(() => it.db.query('twice', 'select 2')).toThrow('twice')
  })
})

describe('transactions', () => {
  test('what is sent is there after the commit, and the value comes back', async () => {
    const value = await it.db.tx(async (tx) => {
      tx.send('put', put, [1, 'a'])
      tx.send('put', put, [2, 'b'])
      return 'done'
    })
    expect(value).toBe('done')
    expect(await ids()).toEqual([1, 2])
  })
  test('several queries in flight keep their order', async () => {
    const seen = await it.db.tx(async (tx) => {
      const before = tx.query<{ n: number }>('count', 'select count(*) as n from thing')
      tx.send('put', put, [3, 'c'])
      const after = tx.query<{ n: number }>('count', 'select count(*) as n from thing')
      return (await after)[0]!.n - (await before)[0]!.n
    })
    expect(seen).toBe(1)
  })
  test('a sent statement that fails dooms the transaction, also what was sent after it', async () => {
    const work = it.db.tx(async (tx) => {
      tx.send('put', put, [4, 'd'])
      tx.send('put', put, [1, 'again'])
      tx.send('put', put, [5, 'e'])
    })
    const error = await work.catch((e: unknown) => e)
    expect(isDuplicate(error)).toBe(true)
    expect(await ids()).toEqual([1, 2, 3])
  })
  test('a value that cannot be sent dooms the transaction before the commit goes out', async () => {
    const loop: { self?: unknown } = {}
    loop.self = loop
    const work = it.db.tx(async (tx) => {
      tx.send('put', put, [6, 'f'])
      tx.send('put', put, [7, loop])
    })
    await expect(work).rejects.toThrow(TypeError)
    expect(await ids()).toEqual([1, 2, 3])
  })
  test('a failed query that the caller swallows still rolls back', async () => {
    const work = it.db.tx(async (tx) => {
      await tx.query('put', put, [8, 'g'])
      await tx.query('put', put, [1, 'again']).catch(() => {})
    })
    await expect(work).rejects.toThrow('duplicate')
    expect(await ids()).toEqual([1, 2, 3])
  })
  test('what the caller throws rolls back and comes out as it is', async () => {
    const work = it.db.tx(async (tx) => {
      tx.send('put', put, [9, 'h'])
      throw new Error('no')
    })
    await expect(work).rejects.toThrow('no')
    expect(await ids()).toEqual([1, 2, 3])
  })
  test('a statement after the end is refused', async () => {
    const leaked = await it.db.tx(async (tx) => ({ tx }))
    expect(() => leaked.tx.send('put', put, [10, 'i'])).toThrow('over')
  })
  test('a statement that fails to parse does not spoil its name for later', async () => {
    const db = openDatabase(it.url, { connections: 1 })
    await expect(db.query('later', 'select * from later')).rejects.toThrow('later')
    await db.tx((tx) => tx.script('create table later (id int)'))
    expect(await db.query('later', 'select * from later')).toEqual([])
    await db.close()
  })
})

describe('faults', () => {
  test('no server', async () => {
    const db = openDatabase('postgresql://nobody@localhost/none?host=/nonexistent')
    await expect(db.query('one', 'select 1')).rejects.toBeInstanceOf(Fault)
    await expect(db.tx((tx) => tx.query('one', 'select 1'))).rejects.toBeInstanceOf(Fault)
    await db.close()
  })
  test('a connection cut in a transaction is a fault, and the pool goes on', async () => {
    const db = openDatabase(it.url, { connections: 2 })
    const work = db.tx(async (tx) => {
      const [row] = await tx.query<{ pid: number }>('pid', 'select pg_backend_pid() as pid')
      await it.db.query('kill', 'select pg_terminate_backend($1)', [row!.pid])
      tx.send('put', put, [11, 'j'])
    })
    await expect(work).rejects.toBeInstanceOf(Fault)
    expect(await ids()).toEqual([1, 2, 3])
    expect(await db.query('one', 'select 1 as v')).toEqual([{ v: 1 }])
    await db.close()
  })
  test('a wrong statement is a bug, not a fault', async () => {
    const error = await it.db.query('wrong', 'select nothing from nowhere').catch((e: unknown) => e)
    expect(error).not.toBeInstanceOf(Fault)
  })
})

describe('notifications', () => {
  test('are heard, also after the connection was lost, and not after leaving', async () => {
    const heard: string[] = []
    const waiting: (() => void)[] = []
    const until = async (count: number): Promise<void> => {
      while (heard.length < count) await new Promise<void>((resolve) => waiting.push(resolve))
    }
    const leave = await it.db.listen('wake Up', (payload) => {
      heard.push(payload)
      for (const go of waiting.splice(0)) go()
    })
    const notify = (payload: string) => it.db.query('notify', `select pg_notify('wake Up', $1)`, [payload])
    await notify('one')
    await until(1)
    await it.db.query(
      'cut',
      `select pg_terminate_backend(pid) from pg_stat_activity where query like 'listen%' and datname = current_database()`,
    )
    await until(2)
    await notify('two')
    await until(3)
    expect(heard).toEqual(['one', '', 'two'])
    await leave()
  })
})
