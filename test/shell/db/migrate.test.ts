// Migrations: once each, also with several nodes at once; stories that do not fit are refused.
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Migration, migrate, missing, readMigrations } from '../../../src/shell/db/migrate.ts'
import { openDatabase } from '../../../src/shell/db/pool.ts'
import { testDatabase } from './support.ts'

const file = (number: number, checksum = `sum${number}`, sql = 'select 1'): Migration => ({
  number,
  name: `000${number}_x.sql`,
  checksum,
  sql,
})

describe('what is missing', () => {
  test('is what did not run', () => {
    expect(missing([file(1), file(2)], [file(1)])).toEqual([file(2)])
  })
  test.each([
    ['an edited file', [file(1, 'other')], [file(1)], 'edited'],
    ['a database of a newer version', [file(1)], [file(1), file(2)], 'too old'],
    ['a file that comes late', [file(1), file(2), file(3)], [file(1), file(3)], 'comes before'],
  ])('%s is refused', (_name, files, applied, words) => {
    expect(() => missing(files, applied)).toThrow(words)
  })
})

describe('files', () => {
  const folder = (...names: string[]): string => {
    const path = mkdtempSync(join(tmpdir(), 'migrations-'))
    for (const name of names) writeFileSync(join(path, name), 'select 1')
    return path
  }
  test('come in order', () => {
    expect(readMigrations(folder('0002_b.sql', '0001_a.sql', 'notes.txt')).map((m) => m.number)).toEqual([1, 2])
  })
  test('a bad name is refused', () => expect(() => readMigrations(folder('1_a.sql'))).toThrow('1_a.sql'))
  test('a number taken twice is refused', () => {
    expect(() => readMigrations(folder('0001_a.sql', '0001_b.sql'))).toThrow('taken')
  })
})

describe('running', () => {
  test('five nodes at once run each exactly once', async () => {
    const it = await testDatabase({ empty: true })
    const files = [
      file(1, 'a', 'create table mark (at int); insert into mark values (1)'),
      file(2, 'b', 'insert into mark values (2);'),
    ]
    const nodes = Array.from({ length: 5 }, () => openDatabase(it.url, { connections: 1 }))
    const ran = await Promise.all(nodes.map((node) => migrate(node, files)))
    expect(ran.filter((names) => names.length === 2).length).toBe(1)
    expect(ran.filter((names) => names.length === 0).length).toBe(4)
    expect(await it.db.query('marks', 'select at from mark order by at')).toEqual([{ at: 1 }, { at: 2 }])
    await Promise.all(nodes.map((node) => node.close()))
    await it.drop()
  })
  test('a migration that fails leaves nothing of any', async () => {
    const it = await testDatabase({ empty: true })
    const files = [file(1, 'a', 'create table mark (at int)'), file(2, 'b', 'select * from nowhere')]
    await expect(migrate(it.db, files)).rejects.toThrow('nowhere')
    expect(await it.db.query('tables', "select to_regclass('mark')::text as t")).toEqual([{ t: null }])
    await it.drop()
  })
  test('the real ones run, and a second time do nothing', async () => {
    const it = await testDatabase()
    expect(await migrate(it.db)).toEqual([])
    await it.drop()
  })
})
