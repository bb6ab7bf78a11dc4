// The journal in a real database: the chain, its order, tampering, export, pruning.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { JournalEntry } from '../../../src/core/pec/model.ts'
import { sqlState } from '../../../src/shell/db/pool.ts'
import { appendJournal, exportJournal, pruneJournal, verifyJournal } from '../../../src/shell/journal/store.ts'
import { type TestDatabase, testDatabase } from '../db/support.ts'

let it: TestDatabase
beforeAll(async () => {
  it = await testDatabase()
})
afterAll(() => it.drop())
beforeEach(() =>
  tamper(`
    do $$ declare part text; begin
      for part in select inhrelid::regclass::text from pg_inherits where inhparent = 'journal'::regclass loop
        execute 'drop table ' || part;
      end loop;
    end $$;
    truncate journal_anchor;
    update journal_head set seq = 0, hash = decode(repeat('00', 32), 'hex')`),
)

const JAN = Date.UTC(2026, 0, 10)
const FEB = Date.UTC(2026, 1, 10)
const ALWAYS: readonly [number, number] = [0, Date.UTC(2100, 0, 1)]
const entry = (n: number, at = JAN + n, change: Partial<JournalEntry> = {}): JournalEntry => ({
  event: 'accepted',
  at,
  msgid: `m${n}@pec.alfa.example`,
  clientMsgid: n % 2 ? `<c${n}@client>` : undefined,
  sender: 'Mario.Rossi@pec.alfa.example',
  recipients: [`r${n}@pec.beta.example`, 'Giulia.Neri@pec.beta.example'],
  subject: n % 3 ? `Oggetto è 😀 ${n}` : undefined,
  related: n % 2 ? [] : ['x@a', 'y@a'],
  provider: 'Gestore Alfa',
  detail: n % 5 ? undefined : 'detail',
  ...change,
})
const append = (...entries: JournalEntry[]): Promise<void> => it.db.tx((tx) => appendJournal(tx, entries))
const verify = (from = ALWAYS[0], to = ALWAYS[1]) => verifyJournal(it.db, from, to)
const exported = (range = {}) => Array.fromAsync(exportJournal(it.db, { from: ALWAYS[0], to: ALWAYS[1], ...range }))
const numbers = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i)
/** Does what only the machine's master could: switches the triggers off. */
const tamper = (sql: string): Promise<void> =>
  it.db.tx((tx) => tx.script(`set local session_replication_role = replica; ${sql}`))

describe('appending', () => {
  test('gives back what was written, in order; the chain verifies in TypeScript', async () => {
    const entries = numbers(1, 30).map((n) => entry(n))
    await append(...entries.slice(0, 7))
    await append(...entries.slice(7))
    const rows = await exported()
    expect(rows.map(({ hash: _, seq: __, ...rest }) => rest)).toEqual(entries)
    expect(rows.map((row) => row.seq)).toEqual(numbers(1, 30))
    expect(await verify()).toEqual({ kind: 'whole', entries: 30, lastSeq: 30, lastHash: rows.at(-1)!.hash })
  })
  test('many writers at once make one chain', async () => {
    await Promise.all(numbers(1, 40).map((n) => append(entry(n), entry(n + 100))))
    expect(await verify()).toMatchObject({ kind: 'whole', entries: 80, lastSeq: 80 })
  })
  test('what is rolled back leaves no gap', async () => {
    await append(entry(1))
    await it.db
      .tx(async (tx) => {
        await appendJournal(tx, [entry(2)])
        throw new Error('no')
      })
      .catch(() => {})
    await append(entry(3))
    expect((await exported()).map((row) => [row.seq, row.msgid])).toEqual([
      [1, 'm1@pec.alfa.example'],
      [2, 'm3@pec.alfa.example'],
    ])
    expect(await verify()).toMatchObject({ kind: 'whole', entries: 2 })
  })
  test('hostile texts (NUL, breaks, half surrogates, quotes, array syntax) are written and verify', async () => {
    const texts = ['a\u0000b', 'x\r\ny', '\ud800', `'"\\{},NULL`, '\\x00', '=', '']
    await append(
      ...texts.map((text, n) =>
        entry(n, JAN, { subject: text, detail: text, sender: text, recipients: [text], related: [text, text] }),
      ),
    )
    expect(await verify()).toMatchObject({ kind: 'whole', entries: texts.length })
    expect((await exported())[3]!.recipients).toEqual([`'"\\{},NULL`])
  })
  test('nothing to append does nothing', async () => {
    await append()
    expect(await verify()).toMatchObject({ kind: 'whole', entries: 0, lastSeq: 0 })
  })
})

describe('it only grows', () => {
  test.each([
    ['update', "update journal set subject = 'x'"],
    ['delete', 'delete from journal'],
    ['truncate', 'truncate journal'],
    ['delete from a partition', 'delete from journal_2026_01'],
    ['truncate of a partition', 'truncate journal_2026_01'],
    ['truncate of the head', 'truncate journal_head'],
    ['delete of the head', 'delete from journal_head'],
  ])('%s is refused', async (_name, sql) => {
    await append(entry(1))
    await expect(it.db.tx((tx) => tx.script(sql))).rejects.toThrow('only grows')
    expect(await verify()).toMatchObject({ kind: 'whole', entries: 1 })
  })
  test('a role that may only append can append and read, and nothing else', async () => {
    const role = `journal_writer_${process.pid}`
    const signature = 'int8[], text[], text[], text[], text[], text[], text[], text[], text[], text[]'
    await it.db.tx((tx) =>
      tx.script(`create role ${role}; grant select on journal, journal_head, journal_anchor to ${role};
                 grant execute on function journal_append(${signature}) to ${role}`),
    )
    const as = (sql: string) =>
      it.db.tx((tx) => tx.script(`set local role ${role}; ${sql}`)).catch((e: unknown) => sqlState(e))
    try {
      await it.db.tx(async (tx) => {
        await tx.script(`set local role ${role}`)
        await appendJournal(tx, [entry(1)])
      })
      expect(await verify()).toMatchObject({ kind: 'whole', entries: 1 })
      expect(await as('select * from journal')).toBeUndefined()
      for (const sql of [
        `update journal_head set seq = 0`,
        `insert into journal select 2, at, event, msgid, null, sender, recipients, null, related, provider, null, hash from journal`,
        `delete from journal_2026_01`,
        `drop table journal_2026_01`,
        `select journal_prune('2100-01-01')`,
        `alter table journal disable trigger all`,
      ])
        expect(await as(sql), sql).toBe('42501')
    } finally {
      await it.db.tx((tx) => tx.script(`drop owned by ${role}; drop role ${role}`))
    }
  })
})

describe('tampering is seen', () => {
  beforeEach(() => append(...numbers(1, 10).map((n) => entry(n))))
  test.each([
    ['a changed subject', "update journal set subject = 'x' where seq = 4", { seq: 4, reason: 'altered' }],
    ['a subject taken away', 'update journal set subject = null where seq = 4', { seq: 4, reason: 'altered' }],
    ['a moved instant', "update journal set at = at + interval '1 ms' where seq = 4", { seq: 4, reason: 'altered' }],
    [
      'a recipient less',
      'update journal set recipients = recipients[1:1] where seq = 4',
      { seq: 4, reason: 'altered' },
    ],
    [
      'text moved from one value to the next',
      "update journal set msgid = msgid || E'\\n=x', client_msgid = null where seq = 4",
      { seq: 4, reason: 'malformed' },
    ],
    ['an entry taken out', 'delete from journal where seq = 4', { seq: 5, reason: 'missing' }],
    ['the first entry taken out', 'delete from journal where seq = 1', { seq: 2, reason: 'missing' }],
    ['the last entry cut off', 'delete from journal where seq = 10', { seq: 10, reason: 'missing' }],
    [
      'two entries in each other’s place',
      'update journal set seq = 100 where seq = 4; update journal set seq = 4 where seq = 5; update journal set seq = 5 where seq = 100',
      { seq: 4, reason: 'altered' },
    ],
    [
      'an entry forged with a hash of its own',
      "update journal set subject = 'x', hash = sha256('x') where seq = 4",
      { seq: 4, reason: 'altered' },
    ],
  ])('%s', async (_name, sql, verdict) => {
    await tamper(sql)
    expect(await verify()).toEqual({ kind: 'broken', ...verdict })
  })
  test('in part of the time only what stands there is looked at', async () => {
    await tamper("update journal set subject = 'x' where seq = 2")
    expect(await verify(JAN + 5, JAN + 8)).toMatchObject({ kind: 'whole', entries: 3, lastSeq: 7 })
    expect(await verify(JAN + 1, JAN + 8)).toMatchObject({ kind: 'broken', seq: 2 })
  })
})

describe('export', () => {
  test('of a time: from, and to excluded', async () => {
    await append(...numbers(1, 9).map((n) => entry(n)))
    expect((await exported({ from: JAN + 3, to: JAN + 6 })).map((row) => row.seq)).toEqual([3, 4, 5])
  })
  test('of an address, as sender or recipient, in whatever case', async () => {
    await append(
      ...numbers(1, 5).map((n) => entry(n)),
      entry(6, JAN + 6, { sender: 'R3@pec.beta.example', recipients: [] }),
    )
    const of = async (address: string) => (await exported({ address })).map((row) => row.seq)
    expect(await of('r3@PEC.beta.example')).toEqual([3, 6])
    expect(await of('mario.rossi@pec.alfa.example')).toEqual([1, 2, 3, 4, 5])
    expect(await of('nobody@example.org')).toEqual([])
  })
  test('of more than a page, over months, in the order of the chain', async () => {
    await append(...numbers(1, 2500).map((n) => entry(n, n % 2 ? JAN + n : FEB + n)))
    expect((await exported()).map((row) => row.seq)).toEqual(numbers(1, 2500))
    expect((await exported({ address: 'giulia.neri@pec.beta.example' })).length).toBe(2500)
    expect(await verify()).toMatchObject({ kind: 'whole', entries: 2500 })
  })
})

describe('pruning', () => {
  const years = (n: number): number => Date.UTC(2026 + n, 1, 15)
  test('drops whole old months only, and the rest still verifies, also where months interleave', async () => {
    const mixed = [JAN, JAN, FEB, JAN, FEB, FEB, JAN, FEB]
    await append(...mixed.map((at, n) => entry(n, at + n)))
    expect(await pruneJournal(it.db, Date.UTC(2028, 6, 31))).toEqual([])
    expect(await pruneJournal(it.db, Date.UTC(2028, 7, 1))).toEqual(['journal_2026_01'])
    expect((await exported()).map((row) => row.seq)).toEqual([3, 5, 6, 8])
    expect(await verify()).toMatchObject({ kind: 'whole', entries: 4, lastSeq: 8 })
    await tamper("update journal set subject = 'x' where seq = 5")
    expect(await verify()).toEqual({ kind: 'broken', seq: 5, reason: 'altered' })
  })
  test('of everything: the chain goes on, and still verifies', async () => {
    await append(entry(1), entry(2))
    expect(await pruneJournal(it.db, years(10))).toEqual(['journal_2026_01'])
    expect(await verify()).toMatchObject({ kind: 'whole', entries: 0, lastSeq: 2 })
    await append(entry(3, years(9)))
    expect(await verify()).toMatchObject({ kind: 'whole', entries: 1, lastSeq: 3 })
  })
  test('earlier than the law allows is refused', async () => {
    await expect(pruneJournal(it.db, years(10), 29)).rejects.toThrow(RangeError)
  })
})
